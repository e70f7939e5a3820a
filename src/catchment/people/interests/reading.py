"""Reading events for what they say: first *tellings*, then the edges that the table makes of them.

The engine sums up the events that say the same thing into one telling: the same event by the same
subject on the same things, in one era. What each telling means is then looked up in `signals`.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from catchment.lake import EVENTS, INTEREST_SCHEMA, Field, as_documents, as_text, micros
from catchment.people.interests.decay import UNIT, Decay
from catchment.people.interests.signals import (
    EVENTS_READ,
    ID_LENGTH_MAX,
    LINES_MAX,
    NAME,
    NAME_EN,
    NAME_LENGTH_MAX,
    RELATIONS,
    SIGNALS,
    SIGNALS_BY_EVENT,
    STAY_MINUTES_MAX,
    WEIGHT_PARTS,
    Kind,
    Relation,
    Signal,
    weight_of,
)

EDGE_ROWS: Final = pa.schema([f for f in INTEREST_SCHEMA if f.name != "workspace_id"])

_MINUTE_MS = 60_000.0
_THINGS = ("product", "topic", "brand", "content", "room", "host")
_NAMES = (
    ("product", NAME, "product_name"),
    ("product", NAME_EN, "product_name_en"),
    ("topic", NAME, "topic_name"),
    ("content", NAME, "content_name"),
    ("room", NAME, "room_name"),
    ("host", NAME, "host_name"),
)
"""Whose name of which sort stands in which column."""

_KEYS = ("name", "subject", *_THINGS, *(column for _, _, column in _NAMES), "place", "era")
_BY_LINE = tuple(s.event for s in SIGNALS if s.has_lines)
_BY_MINUTE = tuple(s.event for s in SIGNALS if s.is_by_minute)
_SEARCHED = "Products Searched"


@lru_cache(maxsize=16)
def tellings(decay: Decay) -> Any:
    """What events tell: an expression.

    Its columns are the things an event names, their names, the place and the era; `share`, the
    faded sum of the events (by the minute where the signal is), `plain`, the same but each event
    for one, `count`, `first_time` and `last_time`.
    """
    events = EVENTS.filter(EVENTS.name.isin(list(EVENTS_READ)))
    # Nobody cares for a thing tomorrow: an event ahead of our clock counts as of its coming.
    us = ibis.greatest(ibis.least(micros(events.time), micros(events.received_time)), 0)
    phase = (us % decay.era_us).cast("float64") / float(decay.half_life_us)
    plain = (ibis.literal(2.0) ** phase) * float(UNIT)
    stay = as_text(events, Field("properties", ("duration_ms",))).try_cast("float64") / _MINUTE_MS
    minutes = ibis.greatest(ibis.least(stay, float(STAY_MINUTES_MAX)), 0.0).fill_null(0.0)
    amount = ibis.cases((events.name.isin(list(_BY_MINUTE)), minutes), else_=1.0)
    timed = events.mutate(
        era=(us // decay.era_us).cast("int64"),
        plain=plain.round().cast("int64"),
        share=(plain * amount).round().cast("int64"),
        lines=as_documents(events, Field("properties", ("products",)), LINES_MAX),
        **_common(events),
    )
    has_lines = timed.name.isin(list(_BY_LINE)) & (timed.lines.length() > 0).fill_null(False)  # noqa: FBT003  (Ibis takes it so)
    whole = timed.filter(~has_lines)
    line = timed.filter(has_lines).mutate(line=timed.lines.unnest())
    told = ibis.union(
        _told(whole, whole, ("properties",)), _told(line, line, ("line",)), distinct=False
    )
    return told.group_by(*_KEYS).aggregate(
        plain=told.plain.sum().cast("int64"),
        share=told.share.sum().cast("int64"),
        count=told.count(),
        first_time=told.time.min(),
        last_time=told.time.max(),
    )


def _common(events: Any) -> dict[str, Any]:
    """What an event names as a whole, whatever its lines."""
    return {
        "place": _id(events.live_id),
        "content": _first(
            _id(events.live_id),
            *(_property(events, key) for key in ("content_id", "article_id", "video_id")),
        ),
        "room": _property(events, "room_id"),
        "host": _property(events, "host_id"),
        "content_name": _called(events, "live_title", "content_title"),
        "room_name": _called(events, "room_name"),
        "host_name": _called(events, "host_name"),
    }


def _told(timed: Any, table: Any, documents: Sequence[str]) -> Any:
    """The rows with the goods that they name, read from the event or from one of its lines."""
    (document,) = documents
    is_line = document == "line"
    product = _text(table, document, "product_id")
    goods = {
        "product": _id(product if is_line else _first(table.product_id, product)),
        # The word that was searched for is the category, however it is written.
        "topic": _topic(table, document).lower(),
        "topic_name": _topic(table, document),
        "brand": _id(_text(table, document, "brand")),
        "product_name": _name(_text(table, document, "name")),
        "product_name_en": _name(_text(table, document, "name_en")),
    }
    named = timed.mutate(**goods)
    return named.select(*_KEYS, "plain", "share", "time")


def _topic(table: Any, document: str) -> Any:
    topic = _first(_text(table, document, "topic"), _text(table, document, "category"))
    if document == "line":
        return _id(topic)
    asked = _text(table, document, "query")
    return _id(ibis.cases((table.name == _SEARCHED, _first(asked, topic)), else_=topic))


def _text(table: Any, document: str, key: str) -> Any:
    return as_text(table, Field(document, (key,)))


def _property(table: Any, key: str) -> Any:
    return _id(_text(table, "properties", key))


def _id(text: Any) -> Any:
    """The text as an id; null where it is blank or too long to be one."""
    bare = text.strip()
    fits = (bare.length() > 0) & (bare.length() <= ID_LENGTH_MAX)
    return ibis.cases((fits, bare), else_=ibis.null("string"))


def _name(text: Any) -> Any:
    return text.strip().substr(0, NAME_LENGTH_MAX).nullif("")


def _called(table: Any, *keys: str) -> Any:
    return _first(*(_name(_text(table, "properties", key)) for key in keys))


def _first(*found: Any) -> Any:
    return ibis.coalesce(*found) if len(found) > 1 else found[0]


def edges_of(told: pa.Table) -> pa.Table:
    """The edges that tellings make, with the columns of `EDGE_ROWS`.

    Args:
        told: an answer to `tellings`.
    """
    # Engines sum whole numbers in types of their own.
    for name in ("share", "plain", "count"):
        told = told.set_column(told.column_names.index(name), name, told[name].cast(pa.int64()))
    parts = [EDGE_ROWS.empty_table(), *_person_edges(told), *_item_edges(told), *_names(told)]
    return pa.concat_tables(parts)


def _person_edges(told: pa.Table) -> Iterator[pa.Table]:
    for event, signal in SIGNALS_BY_EVENT.items():
        rows = told.filter(pc.equal(told["name"], event))
        for kind in signal.cares_for:
            named = rows.filter(pc.is_valid(rows[kind.value]))
            if named.num_rows:
                yield _signal_rows(named, signal, kind)


def _signal_rows(rows: pa.Table, signal: Signal, kind: Kind) -> pa.Table:
    return _rows(
        rows,
        left=(Kind.PERSON.value, rows["subject"]),
        right=(kind.value, rows[kind.value]),
        verb=signal.verb,
        # What was done to a show was done in it: to say so again says nothing.
        place=None if kind is Kind.CONTENT else rows["place"],
        weight=pc.multiply(rows["share"], weight_of(signal)),
    )


def _item_edges(told: pa.Table) -> Iterator[pa.Table]:
    for relation in RELATIONS:
        named = _where(told, relation)
        if named.num_rows:
            yield _rows(
                named,
                left=(relation.left.value, named[relation.left.value]),
                right=(relation.right.value, named[relation.right.value]),
                verb=relation.verb,
                place=None,
                weight=pc.multiply(named["plain"], WEIGHT_PARTS),
            )


def _where(told: pa.Table, relation: Relation) -> pa.Table:
    holds = pc.and_(pc.is_valid(told[relation.left.value]), pc.is_valid(told[relation.right.value]))
    if relation.events:
        holds = pc.and_(holds, pc.is_in(told["name"], pa.array(relation.events, pa.string())))
    if relation.unless is not None:
        holds = pc.and_(holds, pc.is_null(told[relation.unless.value]))
    return told.filter(holds)


def _names(told: pa.Table) -> Iterator[pa.Table]:
    for kind, sort, column in _NAMES:
        named = told.filter(pc.and_(pc.is_valid(told[kind]), pc.is_valid(told[column])))
        if named.num_rows:
            yield _rows(
                named,
                left=(kind, named[kind]),
                right=(sort, named[column]),
                verb="called",
                place=None,
                weight=named["plain"],
            )


def _rows(
    told: pa.Table,
    *,
    left: tuple[str, pa.ChunkedArray],
    right: tuple[str, pa.ChunkedArray],
    verb: str,
    place: pa.ChunkedArray | None,
    weight: pa.ChunkedArray,
) -> pa.Table:
    def same(text: str) -> pa.Array:
        return pa.repeat(pa.scalar(text, pa.string()), told.num_rows)

    columns = {
        "left_kind": same(left[0]),
        "left": left[1],
        "right_kind": same(right[0]),
        "right": right[1],
        "verb": same(verb),
        "place": pa.nulls(told.num_rows, pa.string()) if place is None else place,
        "era": told["era"],
        "weight": weight,
        "count": told["count"],
        "first_time": told["first_time"],
        "last_time": told["last_time"],
    }
    return pa.table(columns).select(EDGE_ROWS.names).cast(EDGE_ROWS)
