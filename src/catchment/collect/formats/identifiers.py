"""Identifiers that stand for nobody: what a shared tablet, a bug or a missing cookie sends.

One such value would join strangers into one person, so an event that carries it goes to quarantine
instead. Zeros and dashes in any number count among them (a cleared advertising id).
"""

from collections.abc import Set as AbstractSet

from catchment.collect.errors import ItemRefused
from catchment.collect.types import ReasonCode

ID_LENGTH_MAX = 512
"""An identifier longer than this is a mistake, such as a whole token."""

BLOCKED_IDS = frozenset(
    {
        "-1",
        "[object object]",
        "anonymous",
        "anonymous_id",
        "distinct_id",
        "guest",
        "n/a",
        "nan",
        "nil",
        "none",
        "not_authenticated",
        "null",
        "undefined",
        "unknown",
    }
)
"""Compared without regard to case."""

_BLOCKED_LENGTH_MAX = max(map(len, BLOCKED_IDS))
_EXACT_FLOAT_MAX = 1 << 53


def is_blocked(identifier: str, blocked_ids: AbstractSet[str]) -> bool:
    """Whether it stands for nobody; `blocked_ids` is the workspace's own list."""
    if len(identifier) <= _BLOCKED_LENGTH_MAX and identifier.strip().lower() in BLOCKED_IDS:
        return True
    return not identifier.strip("0-") or identifier in blocked_ids


def read_id(value: str | float | None, pointer: str, blocked_ids: AbstractSet[str]) -> str | None:
    """The identifier as text; an empty one is as good as none.

    Raises:
        ItemRefused: it is blocked, too long, or a number that is no whole number.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        if not isinstance(value, int) and (not value.is_integer() or abs(value) > _EXACT_FLOAT_MAX):
            raise ItemRefused(
                ReasonCode.MISSING_IDENTITY, "an identifier is text or a whole number", pointer
            )
        value = str(int(value))
    if len(value) > ID_LENGTH_MAX:
        raise ItemRefused(
            ReasonCode.INVALID_TEXT,
            f"an identifier has at most {ID_LENGTH_MAX} characters",
            pointer,
        )
    if is_blocked(value, blocked_ids):
        raise ItemRefused(
            ReasonCode.BLOCKED_IDENTIFIER, f"{value!r} stands for nobody in particular", pointer
        )
    return value
