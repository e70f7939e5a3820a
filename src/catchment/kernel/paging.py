"""Pages: every list is bounded, and a cursor leads to the next one.

A cursor is opaque to its holder: base64 of the last row's sort key. It carries no right, so the
workspace is applied again on every page.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from catchment.kernel.errors import Invalid

PAGE_SIZE_DEFAULT = 50
PAGE_SIZE_MAX = 500

T = TypeVar("T")


class BrokenCursor(Invalid):
    """The cursor was not made by this API; start again without one."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A bounded part of a list.

    Attributes:
        items: the rows, at most `PAGE_SIZE_MAX`.
        next_cursor: leads to the next page; `None` on the last one.
    """

    items: Sequence[T]
    next_cursor: str | None = None


def encode_cursor(*key: str | int) -> str:
    """The cursor that starts after the row with this sort key."""
    text = json.dumps(key, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[str | int, ...]:
    """The sort key that a cursor stands for.

    Raises:
        BrokenCursor: it is not one of ours.
    """
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key = json.loads(text)
    except (binascii.Error, ValueError) as broken:
        raise BrokenCursor from broken
    if not isinstance(key, list) or not all(isinstance(part, str | int) for part in key):
        raise BrokenCursor
    return tuple(key)
