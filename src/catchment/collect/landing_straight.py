"""The straight road: a usual batch in Segment's shape becomes columns without becoming events.

Nearly every batch is usual: its calls are tracks, identifies and pages that lack nothing. For those
a few passes over whole columns say the same as one careful look at each call, at a third of the
price. Whatever is unusual (no id, a blocked one, an alias, a number where text belongs) makes
the whole body unusual, and it takes the ordinary road; a test holds the two roads to one answer.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any

import msgspec

from catchment.collect.errors import ItemRefused
from catchment.collect.formats.bodies import JSON_TROUBLE, clean, may_be_deep, needs_text_check
from catchment.collect.formats.calls import CamelCall
from catchment.collect.formats.identifiers import read_id
from catchment.collect.formats.instants import us_of
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

_CACHED_IDS = 1 << 17
_CACHED_CURRENCIES = 1 << 10

_NULL = msgspec.Raw(b"null")
_INT64_MAX = (1 << 63) - 1
_NAMES = {kind: KIND_NAMES.get(kind, "") for kind in ("track", "identify", "page", "screen")}
_TEXT_OR_NONE = frozenset({str, type(None)})
_OBJECT_STARTS = {ord("{")}
_INT_OR_NONE = frozenset({int, type(None)})


class _Calls(msgspec.Struct, gc=False):
    batch: list[CamelCall]
    sentAt: msgspec.Raw = _NULL  # noqa: N815  (Segment's spelling)
    context: msgspec.Raw = _NULL


_decode_calls = msgspec.json.Decoder(_Calls).decode

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
    if EventKind.IDENTIFY in kinds and b'"traits"' in b"".join(contexts):
        raise Unusual
    properties = _objects([call.properties for call in calls])
    if not _are_surely_small(len(body), properties):
        raise Unusual
    names = _names(calls, kinds)
    sent_us = read_sent(batch.sentAt)
    return [
        _message_ids([call.message_id for call in calls]),
        kinds,
        names,
        *_identifiers(calls, blocked_ids),
        _nothing([call.previous_id for call in calls]),
        _nothing([call.group_id for call in calls]),
        [None if (at := c.original_timestamp or c.timestamp) is None else us_of(at) for c in calls],
        [sent_us if call.sent_at is None else us_of(call.sent_at) for call in calls],
        _whole_numbers([call.sequence for call in calls]),
        [received.is_historical] * len(calls),
        *_lifted(properties, names),
        properties,
        _objects([call.traits for call in calls]),
        contexts,
    ]


def _are_surely_small(size: int, properties: Sequence[bytes]) -> bool:
    """Whether no call can be too large: each is at most the body without the others' properties."""
    sizes = list(map(len, properties))
    return size - sum(sizes) + max(sizes) <= EVENT_BYTES_MAX


def _names(calls: Sequence[CamelCall], kinds: Sequence[str | None]) -> Column:
    if not _NAMES.keys() >= set(kinds):
        raise Unusual
    names = [
        call.event if kind == EventKind.TRACK else _NAMES[kind or ""]
        for call, kind in zip(calls, kinds, strict=True)
    ]
    if not all(map(_is_usual_name, set(names))):
        raise Unusual
    # A page's own name goes among its properties: the ordinary road knows how.
    if any(call.name or call.category for call in calls):
        raise Unusual
    return names


def _is_usual_name(name: str | None) -> bool:
    if name is None or "\0" in name:
        return False
    return bool(name.strip()) and len(name) <= NAME_LENGTH_MAX


def _message_ids(ids: Column) -> Column:
    if set(map(type, ids)) - {str} or "" in ids:
        raise Unusual
    if ids and (max(map(len, ids)) > MESSAGE_ID_LENGTH_MAX or "\0" in "".join(ids)):
        raise Unusual
    return ids


def _identifiers(
    calls: Sequence[CamelCall], blocked_ids: AbstractSet[str]
) -> tuple[Column, Column]:
    users = [call.user_id for call in calls]
    anonymous = [call.anonymous_id for call in calls]
    distinct = set(users)
    distinct.update(anonymous)
    if set(map(type, distinct)) - _TEXT_OR_NONE:
        raise Unusual
    if (None, None) in zip(users, anonymous, strict=True):
        raise Unusual
    if not blocked_ids.isdisjoint(distinct) or not all(map(_is_usual_id, distinct)):
        raise Unusual
    return users, anonymous


@lru_cache(_CACHED_IDS)
def _is_usual_id(identifier: str | None) -> bool:
    try:
        return identifier is None or read_id(identifier, "", frozenset()) == identifier
    except ItemRefused:
        return False


def _nothing(values: Column) -> Column:
    if any(value is not None for value in values):
        raise Unusual
    return values


def _whole_numbers(values: Column) -> Column:
    # `True` is an `int` to Python, and -2**63 one to Arrow; neither is one to the ordinary road.
    if set(map(type, values)) - _INT_OR_NONE:
        raise Unusual
    if any(value is not None and not -_INT64_MAX <= value <= _INT64_MAX for value in values):
        raise Unusual
    return values


def _objects(raws: Column) -> list[bytes]:
    first = raws[0]
    # What nobody sent is one and the same default.
    is_one = all(raw is first for raw in raws)
    parts = [bytes(first)] * len(raws) if is_one else [bytes(raw) for raw in raws]
    if {part[0] for part in parts} != _OBJECT_STARTS or any(map(may_be_deep, parts)):
        raise Unusual
    return parts


def _lifted(properties: Sequence[bytes], names: Column) -> list[Column]:
    hot = [read_hot(part) for part in properties]
    orders = [h.order_id for h in hot]
    products = [h.product_id for h in hot]
    shows = [h.live_id for h in hot]
    if set(map(type, (*orders, *products, *shows))) - _TEXT_OR_NONE:
        raise Unusual
    offsets = _whole_numbers([h.offset_ms for h in hot])
    money = [
        (None, _currency(h.currency))
        if h.revenue is None and h.total is None and h.value is None
        else lift(h, name)[4:]
        for h, name in zip(hot, names, strict=True)
    ]
    return [
        orders, products, shows, offsets,
        [amount for amount, _ in money], [currency for _, currency in money],
    ]  # fmt: skip


@lru_cache(_CACHED_CURRENCIES)
def _currency(currency: str | None) -> str | None:
    return lift(HotProperties(currency=currency), "").currency
