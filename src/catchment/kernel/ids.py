"""Prefixed ids that sort by the time they were made: `evt_`, `per_`, `src_`, `wsp_` and their like.

The body is a UUIDv7 (RFC 9562) in Crockford's base 32, lower case, 26 characters: no look-alike
letters, safe in addresses, and new rows land at the end of an index.
"""

import secrets
from collections.abc import Callable
from typing import NewType

from catchment.kernel.clock import Clock

WorkspaceId = NewType("WorkspaceId", str)
"""Whose data it is; stands in every key and below every query."""

Entropy = Callable[[int], bytes]
"""Gives so many unpredictable bytes; a test hands in a seeded one."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_BODY_LENGTH = 26


def system_entropy(count: int) -> bytes:
    """Bytes from the operating system's generator, fit for secrets."""
    return secrets.token_bytes(count)


def _base32(value: int) -> str:
    digits = []
    for _ in range(_BODY_LENGTH):
        value, digit = divmod(value, 32)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))


class IdMaker:
    """Makes ids from the clock and the entropy it was given."""

    def __init__(self, clock: Clock, entropy: Entropy = system_entropy) -> None:
        self._clock = clock
        self._entropy = entropy

    def make(self, prefix: str) -> str:
        """A new id, such as `src_01hq…`; later ids sort after earlier ones."""
        milliseconds = self._clock.now_us() // 1_000
        random_bits = int.from_bytes(self._entropy(10), "big")
        value = (milliseconds & (1 << 48) - 1) << 80 | random_bits
        value = value & ~(0xF << 76) | 0x7 << 76
        value = value & ~(0x3 << 62) | 0x2 << 62
        return f"{prefix}_{_base32(value)}"
