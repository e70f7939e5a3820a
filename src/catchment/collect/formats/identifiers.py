"""Identifiers that stand for nobody: what a shared tablet, a bug or a missing cookie sends.

One such value would join strangers into one person, so an event that carries it goes to quarantine
instead. Zeros and dashes in any number count among them (a cleared advertising id).
"""

from collections.abc import Set as AbstractSet
from functools import lru_cache

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

_EXACT_FLOAT_MAX = 1 << 53
_CACHED_IDS = 1 << 17


@lru_cache(_CACHED_IDS)
def _trouble_with(identifier: str) -> tuple[ReasonCode, str] | None:
    """What is wrong with an identifier in any workspace. The same ones come again and again."""
    if len(identifier) > ID_LENGTH_MAX:
        return ReasonCode.INVALID_TEXT, f"an identifier has at most {ID_LENGTH_MAX} characters"
    if "\0" in identifier:
        return ReasonCode.INVALID_TEXT, "an identifier holds a NUL"
    bare = identifier.strip()
    if not bare.strip("0-") or bare.lower() in BLOCKED_IDS:
        return _nobody(identifier)
    return None


def _nobody(identifier: str) -> tuple[ReasonCode, str]:
    detail = f"{identifier[:64]!r} stands for nobody in particular"
    return ReasonCode.BLOCKED_IDENTIFIER, detail


def read_id(value: str | float | None, pointer: str, blocked_ids: AbstractSet[str]) -> str | None:
    """The identifier as text; an empty one is as good as none.

    Args:
        value: as sent.
        pointer: where it stood.
        blocked_ids: the workspace's own identifiers that stand for nobody.

    Raises:
        ItemRefused: it is blocked, too long, or a number that is no whole number.
    """
    if value is None or value == "":
        return None
    if value.__class__ is not str:
        value = _as_text(value, pointer)
    trouble = _trouble_with(value)
    if trouble is None and blocked_ids and value in blocked_ids:
        trouble = _nobody(value)
    if trouble is not None:
        raise ItemRefused(*trouble, pointer)
    return value


def _as_text(value: str | float, pointer: str) -> str:
    if isinstance(value, str):
        return value
    if type(value) is float and not (value.is_integer() and abs(value) <= _EXACT_FLOAT_MAX):
        detail = "an identifier is text or a whole number"
        raise ItemRefused(ReasonCode.MISSING_IDENTITY, detail, pointer)
    return str(int(value))
