"""Reading leniently: an item that one typed decode could not take, member by member.

What can be understood is (an instant as a number, a sequence that is none); what cannot is refused
with a pointer to the very member.
"""

import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from catchment.collect.errors import ItemRefused
from catchment.collect.formats.bodies import (
    DEEP_FROM_BYTES,
    JSON_TROUBLE,
    is_deep,
    may_be_deep,
    pointer_of,
)
from catchment.collect.formats.instants import us_of_anything
from catchment.collect.types import ReasonCode
from catchment.kernel import instant_from_us

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")

_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_any = msgspec.json.Decoder().decode

T = TypeVar("T", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Rules:
    """How a format's members are judged, by the struct's field names.

    Attributes:
        reasons: why the item is refused when this member has a wrong shape.
        instants: members that may be written in any way an instant is.
        dispensable: members that are left out when they have a wrong shape.
    """

    reasons: Mapping[str, ReasonCode]
    instants: AbstractSet[str] = frozenset()
    dispensable: AbstractSet[str] = frozenset()


def read_leniently(item: bytes | msgspec.Raw, shape: type[T], rules: Rules) -> T:
    """The item, each member judged alone.

    Raises:
        ItemRefused: a member cannot be read; the pointer names it.
    """
    members = read_members(item)
    found: dict[str, object] = {}
    for field in msgspec.structs.fields(shape):
        part = members.get(field.encode_name)
        if part is None:
            continue
        pointer = "/" + field.encode_name
        if field.name in rules.instants:
            us = us_of_anything(read_any(part, pointer), pointer)
            found[field.name] = None if us is None else _instant(us, pointer)
            continue
        try:
            found[field.name] = msgspec.json.decode(part, type=field.type)
        except JSON_TROUBLE as trouble:
            if field.name not in rules.dispensable:
                reason = rules.reasons.get(field.name, ReasonCode.BATCH_ITEM_INVALID)
                raise _refusal(trouble, reason, pointer) from None
    return shape(**found)


def read_own(properties: bytes, shape: type[T]) -> T:
    """What of the properties has a usable shape; the rest is left where it is.

    Raises:
        ItemRefused: they are no JSON object that can be read.
    """
    members = read_members(properties)
    found: dict[str, object] = {}
    for field in msgspec.structs.fields(shape):
        if field.encode_name not in members:
            continue
        try:
            found[field.name] = msgspec.json.decode(members[field.encode_name], type=field.type)
        except JSON_TROUBLE:
            continue
    return shape(**found)


def read_members(item: bytes | msgspec.Raw) -> dict[str, msgspec.Raw]:
    """The members of an item that could not be read at once.

    Raises:
        ItemRefused: it is no JSON object, or too deep to be read.
    """
    try:
        members: dict[str, msgspec.Raw] = _decode_members(item)
    except msgspec.ValidationError as wrong:
        raise ItemRefused(
            ReasonCode.NOT_AN_OBJECT, "an event is a JSON object", pointer_of(wrong)
        ) from None
    except RecursionError:
        raise ItemRefused(ReasonCode.NESTED_TOO_DEEP, "nested too deep to be read") from None
    except UnicodeDecodeError as broken:
        raise ItemRefused(ReasonCode.INVALID_TEXT, f"not UTF-8: {broken.reason}") from None
    except msgspec.DecodeError as broken:
        if _is_half_a_pair(bytes(item)):
            detail = "half a surrogate pair is no text"
            raise ItemRefused(ReasonCode.INVALID_TEXT, detail) from None
        raise ItemRefused(ReasonCode.MALFORMED_JSON, str(broken)) from None
    return members


def read_any(part: bytes | msgspec.Raw, pointer: str) -> object:
    """The value of a member.

    Raises:
        ItemRefused: it cannot be read.
    """
    try:
        value: object = _decode_any(part)
    except RecursionError:
        raise ItemRefused(ReasonCode.NESTED_TOO_DEEP, "nested too deep", pointer) from None
    except JSON_TROUBLE as broken:
        raise ItemRefused(ReasonCode.BATCH_ITEM_INVALID, str(broken), pointer) from None
    return value


def read_object(raw: bytes | msgspec.Raw, pointer: str) -> bytes:
    """The member's bytes where it is an object; null is an empty one.

    Raises:
        ItemRefused: it is something else, or nested too deep.
    """
    part = bytes(raw)
    if part[:1] == b"{":
        if len(part) > DEEP_FROM_BYTES and may_be_deep(part) and is_deep(part):
            raise ItemRefused(ReasonCode.NESTED_TOO_DEEP, "nested too deep", pointer)
        return part
    if part in (b"null", b""):
        return b"{}"
    raise ItemRefused(ReasonCode.INVALID_PROPERTIES, f"`{pointer[1:]}` is no object", pointer)


def _is_half_a_pair(item: bytes) -> bool:
    """Whether all that is wrong is an escaped surrogate, which Python's reader lets pass."""
    if not _SURROGATE.search(item):
        return False
    try:
        json.loads(item, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _refusal(trouble: Exception, reason: ReasonCode, pointer: str) -> ItemRefused:
    if isinstance(trouble, msgspec.ValidationError):
        inner = pointer_of(trouble)
        return ItemRefused(reason, str(trouble).partition(" - at ")[0], pointer + inner)
    if isinstance(trouble, RecursionError):
        return ItemRefused(ReasonCode.NESTED_TOO_DEEP, "nested too deep", pointer)
    return ItemRefused(ReasonCode.INVALID_TEXT, str(trouble), pointer)


def _instant(us: int, pointer: str) -> object:
    try:
        return instant_from_us(us)
    except OverflowError:
        raise ItemRefused(ReasonCode.INVALID_TIMESTAMP, "no such instant", pointer) from None
