"""Identifiers that stand for nobody: what a shared tablet, a bug or a missing cookie sends.

One such value would join strangers into one person, so an event that carries it goes to quarantine
instead. Zeros and dashes in any number count among them (a cleared advertising id).
"""

from collections.abc import Set as AbstractSet
from functools import lru_cache

from catchment.collect.errors import ItemRefused
from catchment.collect.types import ReasonCode
from catchment.events import (
    BLOCKED_IDS,
    IDENTIFIER_LENGTH_MAX,
    IdentifierFlaw,
    read_context,
    strongest,
    written_ids,
)

ID_LENGTH_MAX = IDENTIFIER_LENGTH_MAX
"""An identifier longer than this is a mistake, such as a whole token."""

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


def check_external_ids(context: bytes, blocked_ids: AbstractSet[str]) -> None:
    """Does nothing where an event without a user id and a device's id names somebody all the same.

    Args:
        context: the event's, as sent.
        blocked_ids: the workspace's own identifiers that stand for nobody.

    Raises:
        ItemRefused: its context holds no external id that could be somebody's.
    """
    pointer = "/context/externalIds"
    found = strongest(context)
    if isinstance(found, tuple):
        if blocked_ids:
            for written in written_ids(read_context(context)):
                if isinstance(written.value, str) and written.value in blocked_ids:
                    raise ItemRefused(*_nobody(written.value), pointer)
        return
    if found is IdentifierFlaw.BLOCKED:
        detail = "its external ids stand for nobody in particular"
        raise ItemRefused(ReasonCode.BLOCKED_IDENTIFIER, detail, pointer)
    detail = "an event needs a user id, an anonymous id or an external id"
    raise ItemRefused(ReasonCode.MISSING_IDENTITY, detail, "" if found is None else pointer)


def _as_text(value: str | float, pointer: str) -> str:
    if isinstance(value, str):
        return value
    if type(value) is float and not (value.is_integer() and abs(value) <= _EXACT_FLOAT_MAX):
        detail = "an identifier is text or a whole number"
        raise ItemRefused(ReasonCode.MISSING_IDENTITY, detail, pointer)
    return str(int(value))
