"""Toy seals for the event log: nothing stands open on disk, and no key store is needed.

For tests in which keys do not matter. Anybody could open them; `catchment.vault` has the real ones.
"""

import zlib
from collections.abc import Sequence
from pathlib import Path

from catchment.kernel import Unavailable
from catchment.lake import Seal, SQLiteEventLog

_MIX = bytes(byte ^ 0xA5 for byte in range(256))
_CHECK_BYTES = 4


class ToySeals:
    """A `Sealer` and an `Opener` in one.

    Args:
        are_away: whoever opens hears that the keys are away.
    """

    def __init__(self, *, are_away: bool = False) -> None:
        self.are_away = are_away

    def seal(self, bodies: Sequence[tuple[bytes, bytes]]) -> tuple[Seal, list[bytes]]:
        """Mixes each body's bytes up, with a check of its place in front."""
        return Seal(1, 1, b"toy"), [_check(place) + body.translate(_MIX) for body, place in bodies]

    def open(self, seal: Seal, bodies: Sequence[tuple[bytes, bytes]]) -> list[bytes | None]:
        """Mixes back what stands in its place."""
        if self.are_away:
            raise Unavailable("the toy keys are away")
        if seal.sealed != b"toy":
            return [None] * len(bodies)
        return [
            sealed[_CHECK_BYTES:].translate(_MIX) if sealed.startswith(_check(place)) else None
            for sealed, place in bodies
        ]


def toy_log(path: Path, *, keys_are_away: bool = False) -> SQLiteEventLog:
    """A log in a file, under toy seals."""
    seals = ToySeals(are_away=keys_are_away)
    return SQLiteEventLog(path, sealer=seals, opener=seals)


def _check(place: bytes) -> bytes:
    return zlib.crc32(place).to_bytes(_CHECK_BYTES, "big")
