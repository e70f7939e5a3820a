"""Calls: an item in Segment's shape becomes an event, or is refused with the place.

Segment's API and our own differ in spelling (`userId`, `user_id`) and in the envelope around the
items; what a call must carry is the same and stands here. The usual item goes straight through
one typed decode; an unusual one is taken apart field by field.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

import msgspec

from catchment.collect.errors import ItemRefused
from catchment.collect.formats.bodies import (
    JSON_TROUBLE,
    DerivedIds,
    check_size,
    check_text,
    needs_text_check,
    refused,
)
from catchment.collect.formats.identifiers import check_external_ids, read_id
from catchment.collect.formats.instants import us_of
from catchment.collect.formats.lenient import (
    Rules,
    read_any,
    read_leniently,
    read_members,
    read_object,
)
from catchment.collect.formats.lift import NOTHING_LIFTED, lift, read_hot
from catchment.collect.formats.numbers import without_overflow
from catchment.collect.types import Decoded, ReasonCode, Reject
from catchment.events import KIND_NAMES, MESSAGE_ID_LENGTH_MAX, NAME_LENGTH_MAX, Event

_EMPTY = msgspec.Raw(b"{}")
_INT64_MAX = (1 << 63) - 1

_PAGE_KINDS = frozenset({"page", "screen"})
_JOINING_KINDS = frozenset({"alias", "group"})

Id = str | int | float | None


class Call(msgspec.Struct, gc=False):
    """An item spelled our way; everything may be missing."""

    type: str | None = None
    kind: str | None = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    message_id: str | int | None = None
    user_id: Id = None
    anonymous_id: Id = None
    previous_id: Id = None
    group_id: Id = None
    original_timestamp: datetime | None = None
    timestamp: datetime | None = None
    sent_at: datetime | None = None
    sequence: int | None = None
    properties: msgspec.Raw = _EMPTY
    traits: msgspec.Raw = _EMPTY
    context: msgspec.Raw = _EMPTY
    identities: msgspec.Raw = _EMPTY


class CamelCall(Call, gc=False):
    """The same, spelled Segment's way."""

    message_id: str | int | None = msgspec.field(name="messageId", default=None)
    user_id: Id = msgspec.field(name="userId", default=None)
    anonymous_id: Id = msgspec.field(name="anonymousId", default=None)
    previous_id: Id = msgspec.field(name="previousId", default=None)
    group_id: Id = msgspec.field(name="groupId", default=None)
    original_timestamp: datetime | None = msgspec.field(name="originalTimestamp", default=None)
    sent_at: datetime | None = msgspec.field(name="sentAt", default=None)


_RULES = Rules(
    reasons={
        "type": ReasonCode.UNKNOWN_KIND,
        "kind": ReasonCode.UNKNOWN_KIND,
        "event": ReasonCode.MISSING_EVENT_NAME,
        "name": ReasonCode.MISSING_EVENT_NAME,
        "user_id": ReasonCode.MISSING_IDENTITY,
        "anonymous_id": ReasonCode.MISSING_IDENTITY,
        "previous_id": ReasonCode.MISSING_IDENTITY,
        "group_id": ReasonCode.MISSING_IDENTITY,
    },
    instants=frozenset({"original_timestamp", "timestamp", "sent_at"}),
    dispensable=frozenset({"sequence", "category"}),
)


SNAKE = msgspec.json.Decoder(Call)
CAMEL = msgspec.json.Decoder(CamelCall)

Spelling = msgspec.json.Decoder[Call] | msgspec.json.Decoder[CamelCall]


@dataclass(slots=True)
class Around:
    """What the body says of all its items.

    Attributes:
        received_us: our clock.
        derived_ids: ids of messages without one.
        blocked_ids: the workspace's own list.
        kind: the kind that the address names, if it does.
        sent_us: when the body was sent, on the sender's clock.
        context: stands for the context of an item without one.
        is_historical: the body is history.
    """

    received_us: int
    derived_ids: DerivedIds
    blocked_ids: AbstractSet[str] = frozenset()
    kind: str | None = None
    sent_us: int | None = None
    context: bytes = b"{}"
    is_historical: bool = False


def decode_calls(
    body: bytes, items: Sequence[bytes | msgspec.Raw], around: Around, spelling: Spelling
) -> Decoded:
    """Every item, as an event or as a reject, in the body's order."""
    events: list[Event] = []
    rejects: list[Reject] = []
    doubtful = needs_text_check(body)
    decode = spelling.decode
    for index, item in enumerate(items):
        try:
            check_size(item, body)
            if doubtful:
                check_text(item)
            try:
                call = decode(item)
            except JSON_TROUBLE:
                call = read_leniently(item, spelling.type, _RULES)
            if spelling is SNAKE and call.user_id is None and call.anonymous_id is None:
                call = _respelled(item, call)
            events.append(event_of(call, index, around))
        except ItemRefused as why:
            rejects.append(refused(index, item, why))
    return without_overflow(Decoded(events, rejects), items)


def _respelled(item: bytes | msgspec.Raw, call: Call) -> Call:
    """The call read in Segment's spelling, where that is what the sender wrote."""
    try:
        other: Call = CAMEL.decode(item)
    except JSON_TROUBLE:
        other = read_leniently(item, CamelCall, _RULES)
    return call if other.user_id is None and other.anonymous_id is None else other


def event_of(call: Call, index: int, around: Around) -> Event:
    """The event that a call tells of.

    Raises:
        ItemRefused: it lacks what an event must have.
    """
    kind, name = _named(call, around.kind)
    blocked_ids = around.blocked_ids
    user_id = read_id(call.user_id, "/userId", blocked_ids)
    anonymous_id = read_id(call.anonymous_id, "/anonymousId", blocked_ids)
    previous_id = group_id = None
    if call.previous_id is not None:
        previous_id = read_id(call.previous_id, "/previousId", blocked_ids)
    if call.group_id is not None:
        group_id = read_id(call.group_id, "/groupId", blocked_ids)
    if kind in _JOINING_KINDS:
        _check_joined(kind, user_id, previous_id, group_id)
    own_context = read_object(call.context, "/context")
    context = around.context if own_context == b"{}" else own_context
    if call.identities is not _EMPTY:
        context = _with_identities(context, call.identities)
    if user_id is None and anonymous_id is None:
        check_external_ids(context, blocked_ids)
    properties = read_object(call.properties, "/properties")
    lifted = NOTHING_LIFTED
    if kind in _PAGE_KINDS and (call.name or call.category):
        properties = _with_page_name(properties, call)
    if properties != b"{}":
        lifted = lift(read_hot(properties), name)
    original = call.original_timestamp or call.timestamp
    original_us = None if original is None else us_of(original)
    received_us = around.received_us
    traits = b"{}"
    if call.traits is not _EMPTY or kind == "identify":
        traits = _traits(call, kind, own_context)
    return Event(
        message_id=_message_id(call.message_id, index, around),
        kind=kind,
        name=name,
        user_id=user_id,
        anonymous_id=anonymous_id,
        previous_id=previous_id,
        group_id=group_id,
        original_us=original_us,
        sent_us=around.sent_us if call.sent_at is None else us_of(call.sent_at),
        received_us=received_us,
        time_us=received_us if original_us is None else original_us,
        sequence=_sequence(call.sequence),
        is_historical=around.is_historical,
        properties=properties,
        traits=traits,
        context=context,
        order_id=lifted.order_id,
        product_id=lifted.product_id,
        live_id=lifted.live_id,
        offset_ms=lifted.offset_ms,
        amount_minor=lifted.amount_minor,
        currency=lifted.currency,
    )


def _with_identities(context: bytes, identities: msgspec.Raw) -> bytes:
    """Our own shape, `{"phone": "138…", "openid": {"id": "…", "app": "wx1"}}`, among the rest."""
    named = read_members(read_object(identities, "/identities"))
    known = read_members(context)
    if not named or "externalIds" in known:
        return context
    entries: list[dict[str, object]] = []
    for kind, part in named.items():
        value = read_any(part, f"/identities/{kind}")
        entry = value if isinstance(value, dict) else {"id": value}
        entries.append({**entry, "type": kind})
    added = msgspec.json.encode({"externalIds": entries})
    return added if not known else added[:-1] + b"," + context.lstrip()[1:]


def _named(call: Call, kind: str | None) -> tuple[str, str]:
    kind = kind or call.type or call.kind or ("track" if call.event else None)
    if kind == "track":
        return kind, check_name(call.event or call.name)
    if kind is None or kind not in KIND_NAMES:
        detail = "the kind of call is missing" if kind is None else f"no kind {kind[:64]!r}"
        kinds = ", ".join(("track", *KIND_NAMES))
        raise ItemRefused(ReasonCode.UNKNOWN_KIND, f"{detail}; there are {kinds}", "/type")
    return kind, KIND_NAMES[kind]


def check_name(name: str | None, pointer: str = "/event") -> str:
    """The event's name, where it is one.

    Raises:
        ItemRefused: it is missing, too long or holds a NUL.
    """
    if not name or not name.strip():
        raise ItemRefused(ReasonCode.MISSING_EVENT_NAME, "the event has no name", pointer)
    if len(name) > NAME_LENGTH_MAX:
        raise ItemRefused(
            ReasonCode.NAME_TOO_LONG,
            f"an event's name has at most {NAME_LENGTH_MAX} characters",
            pointer,
        )
    if "\0" in name:
        raise ItemRefused(ReasonCode.INVALID_TEXT, "the event's name holds a NUL", pointer)
    return name


def _message_id(given: str | int | None, index: int, around: Around) -> str:
    if given is None or given == "":
        return around.derived_ids.at(index)
    return check_message_id(given if isinstance(given, str) else str(given), "/messageId")


def check_message_id(given: str, pointer: str) -> str:
    """The sender's id of the message, where it can be kept.

    Raises:
        ItemRefused: it is too long or holds a NUL.
    """
    if len(given) > MESSAGE_ID_LENGTH_MAX:
        raise ItemRefused(
            ReasonCode.MESSAGE_ID_TOO_LONG,
            f"a message id has at most {MESSAGE_ID_LENGTH_MAX} characters",
            pointer,
        )
    if "\0" in given:
        raise ItemRefused(ReasonCode.INVALID_TEXT, "the message id holds a NUL", pointer)
    return given


def _check_joined(
    kind: str, user_id: str | None, previous_id: str | None, group_id: str | None
) -> None:
    if kind == "group" and group_id is None:
        raise ItemRefused(ReasonCode.MISSING_IDENTITY, "group needs a group id", "/groupId")
    if kind == "alias" and previous_id is None:
        raise ItemRefused(ReasonCode.MISSING_IDENTITY, "alias needs a previous id", "/previousId")
    if kind == "alias" and user_id is None:
        raise ItemRefused(ReasonCode.MISSING_IDENTITY, "alias needs a user id", "/userId")


def _traits(call: Call, kind: str, context: bytes) -> bytes:
    """The traits; RudderStack's clients put a person's into the context."""
    traits = read_object(call.traits, "/traits")
    if kind == "identify" and traits == b"{}" and b'"traits"' in context:
        beside = read_members(context).get("traits", _EMPTY)
        return bytes(beside) if bytes(beside)[:1] == b"{" else traits
    return traits


def _with_page_name(properties: bytes, call: Call) -> bytes:
    """Keeps a page's name and category, which stand beside the properties, among them."""
    known = read_members(properties)
    beside = {
        key: value
        for key, value in (("name", call.name), ("category", call.category))
        if value and key not in known
    }
    if not beside:
        return properties
    added = msgspec.json.encode(beside)
    return added if not known else added[:-1] + b"," + properties.lstrip()[1:]


def _sequence(value: int | None) -> int | None:
    return value if value is None or -_INT64_MAX <= value <= _INT64_MAX else None
