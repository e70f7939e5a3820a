"""Ciphers: authenticated encryption, its algorithm named in every ciphertext.

    1 byte algorithm | 2 bytes key version (0: the key has none) | 12 bytes nonce | text and tag

The header is authenticated with the place that the text belongs to, so nobody can pass a text off
as another algorithm's, another version's or another place's. A new algorithm is a new id: what was
sealed before stays readable.
"""

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher as Mode
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from catchment.kernel import Entropy
from catchment.vault.errors import CiphertextRefused
from catchment.vault.types import Cipher

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
HEAD_BYTES = 3
_PAGE_BYTES = 1_024 * NONCE_BYTES
OVERHEAD_BYTES = HEAD_BYTES + NONCE_BYTES + TAG_BYTES

_IDS = {Cipher.AES_256_GCM: 1, Cipher.SM4_GCM: 2}
_BY_ID = {number: cipher for cipher, number in _IDS.items()}
_MOVED = "This text was not sealed for this place under this key: it was moved, changed or cut."


class Algorithm(Protocol):
    """One authenticated cipher under one key."""

    def encrypt(self, nonce: bytes, plain: bytes, place: bytes) -> bytes:
        """The text and its tag."""

    def decrypt(self, nonce: bytes, sealed: bytes, place: bytes) -> bytes:
        """The plain text.

        Raises:
            InvalidTag: it was not sealed so.
        """


class _SM4GCM:
    """SM4 in Galois counter mode, under a key derived from ours: SM4's are half as long."""

    def __init__(self, key: bytes) -> None:
        self._key = blake2b(key, digest_size=16, person=b"sm4-gcm").digest()

    def encrypt(self, nonce: bytes, plain: bytes, place: bytes) -> bytes:
        """The text and its tag."""
        engine = Mode(algorithms.SM4(self._key), modes.GCM(nonce)).encryptor()
        engine.authenticate_additional_data(place)
        return engine.update(plain) + engine.finalize() + engine.tag

    def decrypt(self, nonce: bytes, sealed: bytes, place: bytes) -> bytes:
        """The plain text, if the tag fits."""
        if len(sealed) < TAG_BYTES:
            raise InvalidTag
        text, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
        engine = Mode(algorithms.SM4(self._key), modes.GCM(nonce, tag)).decryptor()
        engine.authenticate_additional_data(place)
        return engine.update(text) + engine.finalize()


class Nonces:
    """Chance by the piece, drawn by the page, for nonces and whatever else is no secret.

    To ask the system for each takes longer than to seal. A child of a fork draws its own page.

    Args:
        entropy: gives pages.
    """

    def __init__(self, entropy: Entropy) -> None:
        self._entropy = entropy
        self._turn = threading.Lock()
        self._page, self._at, self._pid = b"", 0, 0

    def __call__(self, size: int) -> bytes:
        """So many bytes that nobody else gets."""
        with self._turn:
            end = self._at + size
            if end > len(self._page) or self._pid != os.getpid():
                self._page, self._pid = self._entropy(max(_PAGE_BYTES, size)), os.getpid()
                self._at, end = 0, size
            piece = self._page[self._at : end]
            self._at = end
            return piece


@dataclass(frozen=True, slots=True)
class Head:
    """What a ciphertext says of itself before it is opened."""

    cipher: Cipher
    version: int


def algorithm(cipher: Cipher, key: bytes) -> Algorithm:
    """A cipher under a key of 32 bytes."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes")
    return AESGCM(key) if cipher is Cipher.AES_256_GCM else _SM4GCM(key)


def head_of(sealed: bytes) -> Head:
    """The algorithm and the key version of a ciphertext.

    Raises:
        CiphertextRefused: it is none of ours.
    """
    cipher = _BY_ID.get(sealed[0]) if len(sealed) >= OVERHEAD_BYTES else None
    if cipher is None:
        raise CiphertextRefused(_MOVED)
    return Head(cipher, int.from_bytes(sealed[1:HEAD_BYTES], "big"))


@lru_cache(1_024)
def head_bytes(cipher: Cipher, version: int = 0) -> bytes:
    """The header of a ciphertext."""
    return bytes([_IDS[cipher]]) + version.to_bytes(2, "big")


def seal(engine: Algorithm, head: bytes, plain: bytes, place: bytes, entropy: Entropy) -> bytes:
    """A ciphertext, bound to its header and its place."""
    return seal_with(engine, head, entropy(NONCE_BYTES), plain, place)


def seal_with(engine: Algorithm, head: bytes, nonce: bytes, plain: bytes, place: bytes) -> bytes:
    """The same with a nonce that was drawn for it; nobody else ever gets it."""
    return head + nonce + engine.encrypt(nonce, plain, head + place)


def pieces(entropy: Entropy, size: int, count: int) -> list[bytes]:
    """So many pieces of chance of one size, asked for at once."""
    drawn = entropy(size * count)
    return [drawn[at : at + size] for at in range(0, size * count, size)]


def unseal(engine: Algorithm, sealed: bytes, place: bytes) -> bytes:
    """The plain text of a ciphertext.

    Raises:
        CiphertextRefused: it was sealed for another place, under another key, or was changed.
    """
    start = HEAD_BYTES + NONCE_BYTES
    try:
        return engine.decrypt(sealed[HEAD_BYTES:start], sealed[start:], sealed[:HEAD_BYTES] + place)
    except (InvalidTag, ValueError) as moved:  # too short to be one, or not the same
        raise CiphertextRefused(_MOVED) from moved


def place_of(parts: Sequence[str | bytes | int]) -> bytes:
    """One unmistakable text of several parts: each with its length before it."""
    pieces = []
    for part in parts:
        raw = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        pieces.append(len(raw).to_bytes(4, "big") + raw)
    return b"".join(pieces)
