"""The straight road: a usual batch in Segment's shape becomes columns without becoming events.

Nearly every batch is usual: its calls are tracks, identifies and pages that lack nothing. For those
a few passes over whole columns say the same as one careful look at each call, at a third of the
price. Whatever is unusual (no id, a blocked one, an alias, a number where text belongs) makes
the whole body unusual, and it takes the ordinary road; a test holds the two roads to one answer.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Annotated, Any

import msgspec
from msgspec.structs import astuple

from catchment.collect.errors import ItemRefused
from catchment.collect.formats.bodies import (
    DEEP_FROM_BYTES,
    JSON_TROUBLE,
    clean,
    may_be_deep,
    needs_text_check,
)
from catchment.collect.formats.identifiers import read_id
from catchment.collect.formats.instants import us_of_all
from catchment.collect.formats.lift import HotProperties, lift, read_hot
from catchment.collect.formats.segment import read_sent
from catchment.events import (
    EVENT_BYTES_MAX,
    KIND_NAMES,
    MESSAGE_ID_LENGTH_MAX,
    NAME_LENGTH_MAX,
    EventKind,
)
from catchment.lake import Received

STRAIGHT_FORMAT = "segment"

_REMEMBERED_IDS = 1 << 17
_CACHED_NAMES = 1 << 12
_CACHED_CURRENCIES = 1 << 10

_NULL = msgspec.Raw(b"null")
_EMPTY = msgspec.Raw(b"{}")
_INT64_MAX = (1 << 63) - 1
_INT64 = Annotated[int, msgspec.Meta(ge=-_INT64_MAX, le=_INT64_MAX)]
_TRACK = str(EventKind.TRACK)
_IDENTIFY = str(EventKind.IDENTIFY)
_NAMES = {kind: KIND_NAMES.get(kind, "") for kind in (_TRACK, _IDENTIFY, "page", "screen")}
_TEXT_OR_NONE = frozenset({str, type(None)})
_INT_OR_NONE = frozenset({int, type(None)})
_OBJECT_STARTS = {ord("{")}
_NOBODY = (None, None)


class _Call(msgspec.Struct, gc=False):
    """A usual call: what the types do not take makes it unusual. In the order clients write it."""

    message_id: str = msgspec.field(name="messageId")
    type: str | None = None
    event: str | None = None
    anonymous_id: str | None = msgspec.field(name="anonymousId", default=None)
    user_id: str | None = msgspec.field(name="userId", default=None)
    original_timestamp: datetime | None = msgspec.field(name="originalTimestamp", default=None)
    timestamp: datetime | None = None
    properties: msgspec.Raw = _EMPTY
    traits: msgspec.Raw = _EMPTY
    context: msgspec.Raw = _EMPTY
    sent_at: datetime | None = msgspec.field(name="sentAt", default=None)
    sequence: _INT64 | None = None
    # Not read here, but a value that the ordinary road stumbles over must not slip by.
    kind: str | None = None
    # A page's own name goes among its properties: the ordinary road knows how.
    name: None = None
    category: None = None
    previous_id: None = msgspec.field(name="previousId", default=None)
    group_id: None = msgspec.field(name="groupId", default=None)
    # Kept among the external ids: the ordinary road knows how.
    identities: None = None


class _Calls(msgspec.Struct, gc=False):
    batch: list[_Call]
    sentAt: msgspec.Raw = _NULL  # noqa: N815  (Segment's spelling)
    context: msgspec.Raw = _NULL


_decode_calls = msgspec.json.Decoder(_Calls).decode
_decode_hot = msgspec.json.Decoder(list[HotProperties]).decode
_start = itemgetter(0)
_remembered: set[str | None] = {None}

Column = Sequence[Any]


class Unusual(Exception):
    """The body must be looked at call by call."""


def straight_columns(received: Received, blocked_ids: AbstractSet[str]) -> list[Column]:
    """The columns of `TOLD`, in its order, of a usual body.

    Raises:
        Unusual: it is not usual.
    """
    body = clean(received.body)
    if not body.startswith(b"{") or needs_text_check(body):
        raise Unusual
    try:
        batch = _decode_calls(body)
    except JSON_TROUBLE:
        raise Unusual from None
    calls = batch.batch
    if not calls:
        raise Unusual
    kinds = [call.type for call in calls]
    contexts = _objects([call.context for call in calls])
    around = bytes(batch.context)
    if around.startswith(b"{"):
        contexts = [around if context == b"{}" else context for context in contexts]
    # RudderStack's clients put a person's traits into the context: the ordinary road knows how.
    if _IDENTIFY in kinds and b'"traits"' in b"".join(contexts):
        raise Unusual
    properties = _objects([call.properties for call in calls])
    traits = _objects([call.traits for call in calls])
    if not _are_surely_small(len(body), properties, traits):
        raise Unusual
    names = _names([call.event for call in calls], kinds)
    nothing = [None] * len(calls)
    message_ids = [call.message_id for call in calls]
    users = [call.user_id for call in calls]
    anonymous = [call.anonymous_id for call in calls]
    _check_message_ids(message_ids)
    _check_identifiers(users, anonymous, blocked_ids)
    return [
        message_ids,
        kinds,
        names,
        users,
        anonymous,
        nothing,
        nothing,
        us_of_all([call.original_timestamp or call.timestamp for call in calls]),
        _sent([call.sent_at for call in calls], read_sent(batch.sentAt)),
        [call.sequence for call in calls],
        [received.is_historical] * len(calls),
        *_lifted(properties, names),
        properties,
        traits,
        contexts,
    ]


def _are_surely_small(size: int, properties: Sequence[bytes], traits: Sequence[bytes]) -> bool:
    """Whether no call can be too large: each is at most the body without what the others tell.

    What none of them tells is one and the same default, and of no account.
    """
    if size <= EVENT_BYTES_MAX:
        return True
    sizes = [len(first) + len(second) for first, second in zip(properties, traits, strict=True)]
    defaults = 2 * len(_EMPTY) * len(sizes)
    return size - sum(sizes) + defaults + max(sizes) <= EVENT_BYTES_MAX


def _names(told: Column, kinds: Column) -> Column:
    distinct = set(kinds)
    if not _NAMES.keys() >= distinct:
        raise Unusual
    names = told
    if distinct != {_TRACK}:
        names = [
            name if kind == _TRACK else _NAMES[kind] for name, kind in zip(told, kinds, strict=True)
        ]
    if not all(map(_is_usual_name, set(names))):
        raise Unusual
    return names


@lru_cache(_CACHED_NAMES)
def _is_usual_name(name: str | None) -> bool:
    if name is None or "\0" in name:
        return False
    return bool(name.strip()) and len(name) <= NAME_LENGTH_MAX


def _check_message_ids(ids: Column) -> None:
    if "" in ids or max(map(len, ids)) > MESSAGE_ID_LENGTH_MAX or "\0" in "".join(ids):
        raise Unusual


def _check_identifiers(users: Column, anonymous: Column, blocked_ids: AbstractSet[str]) -> None:
    if _NOBODY in zip(users, anonymous, strict=True):
        raise Unusual
    distinct = {*users, *anonymous}
    if not blocked_ids.isdisjoint(distinct):
        raise Unusual
    # The same identifiers come again and again; those found usual once are remembered.
    new = distinct - _remembered
    if not all(map(_is_usual_id, new)):
        raise Unusual
    if len(_remembered) + len(new) > _REMEMBERED_IDS:
        _remembered.clear()
    _remembered.update(new)


def _is_usual_id(identifier: str | None) -> bool:
    try:
        return identifier is None or read_id(identifier, "", frozenset()) == identifier
    except ItemRefused:
        return False


def _sent(told: Column, with_body_us: int | None) -> Column:
    if told.count(None) == len(told):
        return [with_body_us] * len(told)
    return [with_body_us if us is None else us for us in us_of_all(told)]


def _objects(raws: Column) -> list[bytes]:
    # What nobody sent is one and the same default.
    if raws[0] is _EMPTY and raws.count(_EMPTY) == len(raws):
        return [b"{}"] * len(raws)
    parts = list(map(bytes, raws))
    if set(map(_start, parts)) != _OBJECT_STARTS:
        raise Unusual
    if max(map(len, parts)) > DEEP_FROM_BYTES and any(map(may_be_deep, parts)):
        raise Unusual
    return parts


def _lifted(properties: Sequence[bytes], names: Column) -> list[Column]:
    hot = _read_hot(properties)
    orders, products, shows, offsets, revenues, totals, values, currencies = zip(
        *map(astuple, hot), strict=True
    )
    if not {*map(type, orders), *map(type, products), *map(type, shows)} <= _TEXT_OR_NONE:
        raise Unusual
    # -2**63 is a whole number to Arrow, but not to the ordinary road; nor is a fraction.
    if not set(map(type, offsets)) <= _INT_OR_NONE:
        raise Unusual
    if any(offset is not None and not -_INT64_MAX <= offset <= _INT64_MAX for offset in offsets):
        raise Unusual
    amounts: Column = [None] * len(hot)
    codes: Column = [_currency(currency) for currency in currencies]
    if any(told.count(None) != len(hot) for told in (revenues, totals, values)):
        money = [
            (None, code)
            if one.revenue is None and one.total is None and one.value is None
            else lift(one, name)[4:]
            for one, name, code in zip(hot, names, codes, strict=True)
        ]
        amounts, codes = zip(*money, strict=True)
    return [orders, products, shows, offsets, amounts, codes]


def _read_hot(properties: Sequence[bytes]) -> list[HotProperties]:
    try:
        return _decode_hot(b"[" + b",".join(properties) + b"]")
    except JSON_TROUBLE:
        return [read_hot(part) for part in properties]


@lru_cache(_CACHED_CURRENCIES)
def _currency(currency: str | None) -> str | None:
    return lift(HotProperties(currency=currency), "").currency
