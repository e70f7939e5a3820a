"""Cutting things short: at a named point, or at the n-th call of the store."""

from collections.abc import Callable
from typing import Any, cast

from catchment.vault import KeyRing, KeyStore


class Cut(Exception):
    """Here the power went."""


def stop_at(point: str, times: int = 1) -> Callable[[str], None]:
    """A hook that cuts short when it reaches a point for the n-th time."""
    left = times

    def reached(name: str) -> None:
        nonlocal left
        left -= name == point
        if name == point and left == 0:
            raise Cut(point)

    return reached


class CutStore:
    """A store whose n-th call, and all that follow, never come to be."""

    def __init__(self, store: KeyStore, calls: int) -> None:
        self._store = store
        self.left = calls

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        def call(*args: object, **named: object) -> object:
            self.left -= 1
            if self.left < 0:
                raise Cut(name)
            return method(*args, **named)

        return call if callable(method) else method


def cut_ring(ring: KeyRing, calls: int) -> tuple[KeyRing, CutStore]:
    """A ring whose store is cut short at its n-th call."""
    store = CutStore(ring.store, calls)
    return KeyRing(cast("KeyStore", store), clock=ring.clock, entropy=ring._nonces), store
