"""Sensors Data's format (神策): one object, a list, or one object on each line.

Its `track` is an event; `track_signup` and `track_id_bind` join a browser to a user; `profile_set`
tells of a person. Its other ways to change a profile (increment, append, unset, delete) are no
facts that stand alone, so they are kept as events under their own names. What it says of items
(`item_set`) is about a product and not about anybody: that waits in quarantine.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from catchment.collect.errors import ItemRefused
from catchment.collect.formats.bodies import (
    JSON_TROUBLE,
    DerivedIds,
    check_size,
    check_text,
    clean,
    is_several_lines,
    needs_text_check,
    read_envelope,
    read_lines,
    read_list,
    refused,
)
from catchment.collect.formats.calls import Around, check_name
from catchment.collect.formats.identifiers import read_id
from catchment.collect.formats.instants import us_of
from catchment.collect.formats.lenient import (
    Rules,
    read_any,
    read_leniently,
    read_object,
    read_own,
)
from catchment.collect.formats.lift import HotProperties, lift
from catchment.collect.formats.numbers import without_overflow
from catchment.collect.formats.outline import Outline
from catchment.collect.types import Decoded, ReasonCode, Reject
from catchment.events import KIND_NAMES, Event
from catchment.lake import Received

_EMPTY = msgspec.Raw(b"{}")
_NOTHING = msgspec.Raw(b"null")
_MS = 1_000
_MILLISECONDS_MAX = 10**14

_JOINS = frozenset({"track_signup", "track_id_bind"})
_TRACKS = frozenset({"track", "track_id_unbind"})
_TRAITS = frozenset({"profile_set", "profile_set_once"})
_CHANGES = frozenset({"profile_increment", "profile_append", "profile_unset", "profile_delete"})
_ITEMS = frozenset({"item_set", "item_delete"})
_VIEWS = {"$pageview": "page", "$AppViewScreen": "screen", "$MPViewScreen": "screen"}
_DEVICE_IDENTITIES = (
    "$identity_cookie_id",
    "$identity_android_id",
    "$identity_android_uuid",
    "$identity_ios_uuid",
    "$identity_idfv",
    "$identity_mp_id",
    "$identity_anonymous_id",
)

_RULES = Rules(
    reasons={
        "type": ReasonCode.UNKNOWN_KIND,
        "event": ReasonCode.MISSING_EVENT_NAME,
        "distinct_id": ReasonCode.MISSING_IDENTITY,
    },
    instants=frozenset({"time"}),
    dispensable=frozenset({"track_id", "flush_time", "time_free", "identities"}),
)

Id = str | int | float | None


class Entry(msgspec.Struct, gc=False):
    """One entry on the wire."""

    type: str | None = None
    event: str | None = None
    distinct_id: Id = None
    login_id: Id = None
    anonymous_id: Id = None
    original_id: Id = None
    identities: dict[str, msgspec.Raw] | None = None
    time: int | float | datetime | None = None
    time_free: bool | None = None
    flush_time: int | float | datetime | None = msgspec.field(name="_flush_time", default=None)
    track_id: int | str | None = msgspec.field(name="_track_id", default=None)
    properties: msgspec.Raw = _EMPTY
    lib: msgspec.Raw = _NOTHING


class Own(HotProperties, gc=False):
    """Sensors' own properties, and the hot ones, out of one reading."""

    is_login_id: bool | None = msgspec.field(name="$is_login_id", default=None)
    time: msgspec.Raw = msgspec.field(name="$time", default=_NOTHING)


class Who(NamedTuple):
    """Whom an entry tells of."""

    user_id: str | None
    anonymous_id: str | None


class _Whole(msgspec.Struct, gc=False):
    """Any object at all."""


class _Keyed(msgspec.Struct, gc=False):
    """What an entry may say of its project."""

    token: str | None = None
    project: str | None = None


_WHOLE = msgspec.json.Decoder(_Whole)
_KEYED = msgspec.json.Decoder(_Keyed)
_decode_entry = msgspec.json.Decoder(Entry).decode
_decode_own = msgspec.json.Decoder(Own).decode


def outline(body: bytes, kind: str) -> Outline:
    """How many entries it holds, and the key of the first where the address has none.

    Raises:
        MalformedBody: it is no JSON of this format.
    """
    del kind
    items = _items(clean(body))
    return Outline(_key_of(items[0]) if items else None, len(items), is_batch=True)


def _key_of(item: bytes | msgspec.Raw) -> str | None:
    try:
        keyed = _KEYED.decode(item)
    except JSON_TROUBLE:
        return None
    return keyed.token or keyed.project


def _items(body: bytes) -> Sequence[bytes | msgspec.Raw]:
    if body.startswith(b"["):
        return read_list(body)
    if is_several_lines(body):
        return read_lines(body)
    read_envelope(_WHOLE, body)
    return [body]


def decode(received: Received, kind: str, blocked_ids: AbstractSet[str]) -> Decoded:
    """The events of one body.

    Raises:
        MalformedBody: it is no JSON of this format.
    """
    del kind
    body = clean(received.body)
    around = Around(
        received_us=received.received_us,
        derived_ids=DerivedIds(received.source_id, b""),
        blocked_ids=blocked_ids,
        is_historical=received.is_historical,
    )
    events: list[Event] = []
    rejects: list[Reject] = []
    doubtful = needs_text_check(body)
    items = _items(body)
    for index, item in enumerate(items):
        try:
            check_size(item, body)
            if doubtful:
                check_text(item)
            try:
                entry = _decode_entry(item)
            except JSON_TROUBLE:
                entry = read_leniently(item, Entry, _RULES)
            events.append(_event_of(entry, received.source_id, around))
        except ItemRefused as why:
            rejects.append(refused(index, item, why))
    return without_overflow(Decoded(events, rejects), items, traits="/properties")


def _event_of(entry: Entry, source_id: str, around: Around) -> Event:
    properties = read_object(entry.properties, "/properties")
    own = _own_of(properties)
    kind, name = _kind_and_name(entry)
    who = _who(entry, own, around.blocked_ids)
    original_us = _instant_us(entry.time, "/time")
    lifted = lift(own, name)
    is_about_person = entry.type in _TRAITS
    return Event(
        message_id=_message_id(entry, properties, source_id),
        kind=kind,
        name=name,
        user_id=who.user_id,
        anonymous_id=who.anonymous_id,
        original_us=original_us,
        sent_us=_instant_us(entry.flush_time, "/_flush_time"),
        received_us=around.received_us,
        time_us=around.received_us if original_us is None else original_us,
        is_historical=around.is_historical or bool(entry.time_free),
        properties=b"{}" if is_about_person else properties,
        traits=properties if is_about_person else b"{}",
        context=_context(entry),
        order_id=lifted.order_id,
        product_id=lifted.product_id,
        live_id=lifted.live_id,
        offset_ms=lifted.offset_ms,
        amount_minor=lifted.amount_minor,
        currency=lifted.currency,
    )


def _kind_and_name(entry: Entry) -> tuple[str, str]:
    sent = entry.type
    if sent in _JOINS or sent in _TRAITS:
        return "identify", KIND_NAMES["identify"]
    if sent in _CHANGES:
        return "track", str(sent)
    if sent in _TRACKS:
        name = check_name(entry.event or ("$UnbindID" if sent == "track_id_unbind" else None))
        kind = _VIEWS.get(name, "track")
        return kind, KIND_NAMES.get(kind, name)
    if sent in _ITEMS:
        detail = f"`{sent}` tells of a product, not of anybody; bring it in with the products"
        raise ItemRefused(ReasonCode.UNKNOWN_KIND, detail, "/type")
    detail = "the entry has no type" if sent is None else f"no type {sent[:64]!r}"
    raise ItemRefused(ReasonCode.UNKNOWN_KIND, detail, "/type")


def _who(entry: Entry, own: Own, blocked_ids: AbstractSet[str]) -> Who:
    user_id = read_id(entry.login_id, "/login_id", blocked_ids)
    anonymous_id = read_id(entry.anonymous_id, "/anonymous_id", blocked_ids)
    distinct_id = read_id(entry.distinct_id, "/distinct_id", blocked_ids)
    if entry.type == "track_signup":
        user_id = user_id or distinct_id
        original_id = read_id(entry.original_id, "/original_id", blocked_ids)
        anonymous_id = anonymous_id or original_id
    if entry.identities:
        user_id = user_id or _identity(entry.identities, ("$identity_login_id",), blocked_ids)
        if anonymous_id is None:
            anonymous_id = _identity(entry.identities, _DEVICE_IDENTITIES, blocked_ids)
    if user_id is None and own.is_login_id:
        user_id = distinct_id
    if user_id is None and anonymous_id is None:
        anonymous_id = distinct_id
    if user_id is None and anonymous_id is None:
        raise ItemRefused(
            ReasonCode.MISSING_IDENTITY, "an entry needs a distinct id", "/distinct_id"
        )
    return Who(user_id, None if anonymous_id == user_id else anonymous_id)


def _identity(
    identities: dict[str, msgspec.Raw], keys: Sequence[str], blocked_ids: AbstractSet[str]
) -> str | None:
    for key in keys:
        part = identities.get(key)
        if part is None:
            continue
        pointer = f"/identities/{key}"
        value = read_any(part, pointer)
        if isinstance(value, list) and value:  # a person may have several; the first is oldest
            value = value[0]
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return read_id(value, pointer, blocked_ids)
    return None


def _instant_us(value: float | datetime | None, pointer: str) -> int | None:
    """Sensors' instants are milliseconds, whatever their size."""
    if value is None or value == 0:
        return None
    if isinstance(value, datetime):
        return us_of(value)
    if not abs(value) < _MILLISECONDS_MAX:
        raise ItemRefused(ReasonCode.INVALID_TIMESTAMP, "no such instant", pointer)
    return round(value * _MS)


def _message_id(entry: Entry, properties: bytes, source_id: str) -> str:
    """Sensors' clients give no id, but what an entry says is the same when it is sent again.

    `_flush_time` is not: it is left out.
    """
    told = (entry.type, entry.event, entry.distinct_id, entry.original_id, entry.login_id)
    fixed = repr((source_id, *told, entry.anonymous_id, entry.time, entry.track_id))
    return blake2b(fixed.encode("utf-8", "replace") + properties, digest_size=16).hexdigest()


def _context(entry: Entry) -> bytes:
    kept: dict[str, object] = {}
    if bytes(entry.lib)[:1] == b"{":
        kept["lib"] = entry.lib
    if entry.identities:
        kept["identities"] = entry.identities
    return msgspec.json.encode(kept) if kept else b"{}"


def _own_of(properties: bytes) -> Own:
    try:
        return _decode_own(properties)
    except JSON_TROUBLE:
        return read_own(properties, Own)
