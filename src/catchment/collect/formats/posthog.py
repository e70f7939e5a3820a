"""PostHog's capture API: an object with a batch, a lone event, or a bare list of events.

PostHog has one id, `distinct_id`, and says beside it whether it is a person's or a browser's; here
it becomes a user id or an anonymous id by that. Its names that begin with `$` stay as they are,
except for those that are a call of their own (`_KINDS`).
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import NamedTuple

import msgspec

from catchment.collect.errors import ItemRefused, MalformedBody
from catchment.collect.formats.bodies import (
    JSON_TROUBLE,
    DerivedIds,
    check_size,
    check_text,
    clean,
    needs_text_check,
    read_envelope,
    read_list,
    refused,
)
from catchment.collect.formats.calls import Around, check_message_id, check_name
from catchment.collect.formats.identifiers import read_id
from catchment.collect.formats.instants import us_of
from catchment.collect.formats.lenient import (
    Rules,
    read_leniently,
    read_members,
    read_object,
    read_own,
)
from catchment.collect.formats.lift import HotProperties, lift
from catchment.collect.formats.numbers import without_overflow
from catchment.collect.formats.outline import Outline
from catchment.collect.formats.segment import read_sent
from catchment.collect.types import Decoded, ReasonCode, Reject
from catchment.events import KIND_NAMES, Event
from catchment.lake import Received

_EMPTY = msgspec.Raw(b"{}")
_NOTHING = msgspec.Raw(b"null")
_MS = 1_000

_KINDS = {
    "$identify": "identify",
    "$set": "identify",
    "$set_once": "identify",
    "$create_alias": "alias",
    "$merge_dangerously": "alias",
    "$groupidentify": "group",
    "$pageview": "page",
    "$screen": "screen",
}

_RULES = Rules(
    reasons={
        "event": ReasonCode.MISSING_EVENT_NAME,
        "distinct_id": ReasonCode.MISSING_IDENTITY,
        "offset": ReasonCode.INVALID_TIMESTAMP,
    },
    instants=frozenset({"timestamp"}),
)

Id = str | int | float | None


class Batch(msgspec.Struct, gc=False):
    """The object around the events."""

    batch: list[msgspec.Raw] | None = None
    data: list[msgspec.Raw] | None = None
    api_key: str | None = None
    token: str | None = None
    sent_at: msgspec.Raw = _NOTHING
    historical_migration: bool | None = None
    event: msgspec.Raw = _NOTHING

    @property
    def is_event(self) -> bool:
        """Whether the object is itself an event."""
        return bytes(self.event) != b"null"


class Capture(msgspec.Struct, gc=False):
    """One event on the wire."""

    event: str | None = None
    distinct_id: Id = None
    properties: msgspec.Raw = _EMPTY
    timestamp: datetime | None = None
    offset: int | float | None = None
    uuid: str | None = None
    set_: msgspec.Raw = msgspec.field(name="$set", default=_NOTHING)
    set_once: msgspec.Raw = msgspec.field(name="$set_once", default=_NOTHING)
    api_key: str | None = None
    token: str | None = None


class Own(HotProperties, gc=False):
    """PostHog's own properties, and the hot ones, out of one reading."""

    token: str | None = None
    distinct_id: Id = None
    alias: Id = None
    device_id: Id = msgspec.field(name="$device_id", default=None)
    anon_distinct_id: Id = msgspec.field(name="$anon_distinct_id", default=None)
    is_identified: bool | None = msgspec.field(name="$is_identified", default=None)
    has_person: bool | None = msgspec.field(name="$process_person_profile", default=None)
    group_key: Id = msgspec.field(name="$group_key", default=None)
    group_set: msgspec.Raw = msgspec.field(name="$group_set", default=_NOTHING)
    set_: msgspec.Raw = msgspec.field(name="$set", default=_NOTHING)
    set_once: msgspec.Raw = msgspec.field(name="$set_once", default=_NOTHING)


class Who(NamedTuple):
    """Whom an event tells of."""

    user_id: str | None = None
    anonymous_id: str | None = None
    previous_id: str | None = None
    group_id: str | None = None


_BATCH = msgspec.json.Decoder(Batch)
_decode_capture = msgspec.json.Decoder(Capture).decode
_decode_own = msgspec.json.Decoder(Own).decode


def outline(body: bytes, kind: str) -> Outline:
    """Whose body it is and how many events it holds.

    Raises:
        MalformedBody: it is no JSON of this format.
    """
    del kind
    items, envelope = _items(clean(body))
    key = envelope.api_key or envelope.token
    if key is None and items:
        key = _key_of(items[0])
    return Outline(key, len(items), is_batch=not envelope.is_event)


def _key_of(item: bytes | msgspec.Raw) -> str | None:
    try:
        capture = _decode_capture(item)
        return capture.api_key or capture.token or _decode_own(capture.properties).token
    except JSON_TROUBLE:
        return None


def _items(body: bytes) -> tuple[Sequence[bytes | msgspec.Raw], Batch]:
    if body.startswith(b"["):
        return read_list(body), Batch()
    envelope = read_envelope(_BATCH, body)
    if envelope.batch is not None:
        return envelope.batch, Batch(
            api_key=envelope.api_key,
            token=envelope.token,
            sent_at=envelope.sent_at,
            historical_migration=envelope.historical_migration,
        )
    if envelope.data is not None and not envelope.is_event:
        return envelope.data, envelope
    if not envelope.is_event:
        raise MalformedBody("neither `batch` nor `event` is there", pointer="")
    return [body], envelope


def decode(received: Received, kind: str, blocked_ids: AbstractSet[str]) -> Decoded:
    """The events of one body.

    Raises:
        MalformedBody: it is no JSON of this format.
    """
    del kind
    body = clean(received.body)
    items, envelope = _items(body)
    around = Around(
        received_us=received.received_us,
        derived_ids=DerivedIds(received.source_id, body),
        blocked_ids=blocked_ids,
        sent_us=read_sent(envelope.sent_at),
        is_historical=received.is_historical or bool(envelope.historical_migration),
    )
    events: list[Event] = []
    rejects: list[Reject] = []
    doubtful = needs_text_check(body)
    for index, item in enumerate(items):
        try:
            check_size(item, body)
            if doubtful:
                check_text(item)
            try:
                capture = _decode_capture(item)
            except JSON_TROUBLE:
                capture = read_leniently(item, Capture, _RULES)
            events.append(_event_of(capture, index, around))
        except ItemRefused as why:
            rejects.append(refused(index, item, why))
    return without_overflow(Decoded(events, rejects), items, traits="/$set")


def _event_of(capture: Capture, index: int, around: Around) -> Event:
    properties = read_object(capture.properties, "/properties")
    own = _own_of(properties)
    sent_name = check_name(capture.event)
    kind = _KINDS.get(sent_name, "track")
    who = _who(kind, capture, own, around.blocked_ids)
    name = sent_name if kind == "track" else KIND_NAMES[kind]
    original_us = None if capture.timestamp is None else us_of(capture.timestamp)
    if original_us is None and capture.offset is not None:
        sent_us = around.received_us if around.sent_us is None else around.sent_us
        original_us = sent_us - _offset_us(capture.offset)
    lifted = lift(own, name)
    if capture.uuid:
        message_id = check_message_id(capture.uuid, "/uuid")
    else:
        message_id = around.derived_ids.at(index)
    return Event(
        message_id=message_id,
        kind=kind,
        name=name,
        user_id=who.user_id,
        anonymous_id=who.anonymous_id,
        previous_id=who.previous_id,
        group_id=who.group_id,
        original_us=original_us,
        sent_us=around.sent_us,
        received_us=around.received_us,
        time_us=around.received_us if original_us is None else original_us,
        is_historical=around.is_historical,
        properties=properties,
        traits=_traits(kind, capture, own),
        order_id=lifted.order_id,
        product_id=lifted.product_id,
        live_id=lifted.live_id,
        offset_ms=lifted.offset_ms,
        amount_minor=lifted.amount_minor,
        currency=lifted.currency,
    )


def _offset_us(offset: float) -> int:
    try:
        offset_us = round(offset * _MS)
    except (OverflowError, ValueError):
        offset_us = 1 << 62
    if not 0 <= offset_us < 10**17:
        raise ItemRefused(ReasonCode.INVALID_TIMESTAMP, "no such offset", "/offset")
    return offset_us


def _who(kind: str, capture: Capture, own: Own, blocked_ids: AbstractSet[str]) -> Who:
    """Whether the one id is a user's or a browser's, and what it is joined to.

    Browsers say so outright (`$is_identified`); an id that is the device's own, or an event that is
    to make no person, is anonymous; what servers send is a user's.
    """
    given = capture.distinct_id if capture.distinct_id is not None else own.distinct_id
    pointer = "/distinct_id"
    distinct_id = read_id(given, pointer, blocked_ids)
    if distinct_id is None:
        raise ItemRefused(ReasonCode.MISSING_IDENTITY, "an event needs a distinct id", pointer)
    if kind == "alias":
        alias = read_id(own.alias, "/properties/alias", blocked_ids)
        if alias is None:
            raise ItemRefused(
                ReasonCode.MISSING_IDENTITY, "alias needs a second id", "/properties/alias"
            )
        return Who(user_id=distinct_id, previous_id=alias)
    anonymous_id = read_id(own.anon_distinct_id, "/properties/$anon_distinct_id", blocked_ids)
    if kind == "identify" and anonymous_id is not None:
        return Who(user_id=distinct_id, anonymous_id=anonymous_id)
    group_id = None
    if kind == "group":
        group_id = read_id(own.group_key, "/properties/$group_key", blocked_ids)
    device_id = read_id(own.device_id, "/properties/$device_id", frozenset())
    is_user = own.is_identified
    if is_user is None:
        is_user = own.has_person is not False and distinct_id != device_id
    if is_user:
        other = device_id if device_id != distinct_id else None
        return Who(user_id=distinct_id, anonymous_id=other, group_id=group_id)
    return Who(anonymous_id=distinct_id, group_id=group_id)


def _own_of(properties: bytes) -> Own:
    try:
        return _decode_own(properties)
    except JSON_TROUBLE:
        return read_own(properties, Own)


def _traits(kind: str, capture: Capture, own: Own) -> bytes:
    """What the event sets on its person: `$set_once` below, `$set` above."""
    if kind == "group":
        return _as_object(own.group_set)
    layers = [
        part
        for part in map(_as_object, (own.set_once, capture.set_once, own.set_, capture.set_))
        if part != b"{}"
    ]
    if len(layers) <= 1:
        return layers[0] if layers else b"{}"
    merged: dict[str, msgspec.Raw] = {}
    for part in layers:
        merged.update(read_members(part))
    return msgspec.json.encode(merged)


def _as_object(raw: msgspec.Raw) -> bytes:
    part = bytes(raw)
    return part if part[:1] == b"{" else b"{}"
