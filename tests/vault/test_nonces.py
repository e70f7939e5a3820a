"""Nonces are drawn by the page, and no two are the same."""

import os

import pytest

from catchment.kernel import system_entropy
from catchment.vault.ciphers import NONCE_BYTES, Nonces


def test_pieces_are_as_long_as_asked_and_never_the_same() -> None:
    nonces = Nonces(system_entropy)
    pieces = [nonces(NONCE_BYTES) for _ in range(3_000)]
    assert {len(piece) for piece in pieces} == {NONCE_BYTES}
    assert len(set(pieces)) == len(pieces)
    assert len(nonces(100_000)) == 100_000


def test_a_child_of_a_fork_draws_its_own_page(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    def entropy(size: int) -> bytes:
        drawn.append(size)
        return system_entropy(size)

    nonces = Nonces(entropy)
    nonces(NONCE_BYTES)
    nonces(NONCE_BYTES)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    nonces(NONCE_BYTES)
    assert len(drawn) == 2
