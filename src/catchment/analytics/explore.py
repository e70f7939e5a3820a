"""Looking through the events themselves: which names there are, which properties, page by page."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import ibis

from catchment.kernel import (
    PAGE_SIZE_DEFAULT,
    PAGE_SIZE_MAX,
    BrokenCursor,
    Page,
    WorkspaceId,
    decode_cursor,
    encode_cursor,
    instant_from_us,
    us_from_instant,
)
from catchment.lake import EVENTS, Engine, FilterTree, predicate

NAMES_MAX = 500
PROPERTIES_MAX = 200
EXAMPLES_MAX = 5
EXAMPLE_LENGTH_MAX = 80
_SAMPLE_ROWS = 2_000
_DEPTH_MAX = 3
_CURSOR_PARTS = 2


@dataclass(frozen=True, slots=True)
class EventName:
    """A name that events go by here, how many have it, and when the last one happened."""

    name: str
    count: int
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class PropertyName:
    """A property as a filter names it, and some of its values."""

    name: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as a list shows it; the documents are the sender's own JSON."""

    message_id: str
    name: str
    kind: str
    source_id: str
    person: str
    user_id: str | None
    anonymous_id: str | None
    time: datetime
    received_time: datetime
    order_id: str | None
    product_id: str | None
    live_id: str | None
    amount_minor: int | None
    currency: str | None
    is_historical: bool
    is_late: bool
    is_suspect: bool
    trust: str
    properties: str
    traits: str
    context: str


_ROW_COLUMNS = tuple(EventRow.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events to list; every part that is given must hold.

    Attributes:
        name: the event's name.
        source_id: where it came by.
        person: the present person id.
        since: at or after.
        until: before.
        text: occurs in its name, its ids or its properties, capitals or not.
        filters: what else must hold.
    """

    name: str | None = None
    source_id: str | None = None
    person: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None
    filters: tuple[FilterTree, ...] = ()


def event_names(
    engine: Engine, workspace_id: WorkspaceId, *, text: str = "", most: int = NAMES_MAX
) -> tuple[EventName, ...]:
    """The names that events go by, the most frequent first.

    Args:
        engine: who answers.
        workspace_id: whose events.
        text: occurs in the name, capitals or not.
        most: how many at most.
    """
    events = EVENTS
    if text:
        events = events.filter(events.name.lower().contains(text.lower()))
    counted = (
        events.group_by("name")
        .aggregate(count=events.count(), last_seen_at=events.time.max())
        .order_by([ibis.desc("count"), ibis.asc("name")])
        .limit(min(most, NAMES_MAX))
    )
    rows = engine.query(workspace_id, counted).to_pylist()
    return tuple(
        EventName(row["name"], row["count"], row["last_seen_at"].astimezone(UTC)) for row in rows
    )


def events_span(engine: Engine, workspace_id: WorkspaceId) -> tuple[datetime, datetime] | None:
    """When the first and the last event happened; `None` where there is none."""
    ends = EVENTS.aggregate(first=EVENTS.time.min(), last=EVENTS.time.max())
    row = engine.query(workspace_id, ends).to_pylist()[0]
    if row["first"] is None:
        return None
    return row["first"].astimezone(UTC), row["last"].astimezone(UTC)


def property_names(
    engine: Engine, workspace_id: WorkspaceId, name: str
) -> tuple[PropertyName, ...]:
    """The properties that events of a name carry, the most frequent first, with examples.

    Args:
        engine: who answers.
        workspace_id: whose events.
        name: the event's name; its newest `_SAMPLE_ROWS` events are looked at.
    """
    events = EVENTS.filter(EVENTS.name == name)
    newest = events.order_by(ibis.desc("time")).select("properties").limit(_SAMPLE_ROWS)
    seen: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for text in engine.query(workspace_id, newest).column("properties").to_pylist():
        for path, value in _leaves(json.loads(text)):
            counts[path] = counts.get(path, 0) + 1
            examples = seen.setdefault(path, [])
            shown = value[:EXAMPLE_LENGTH_MAX]
            if len(examples) < EXAMPLES_MAX and shown not in examples:
                examples.append(shown)
    ranked = sorted(counts, key=lambda path: (-counts[path], path))[:PROPERTIES_MAX]
    return tuple(PropertyName(path, tuple(seen[path])) for path in ranked)


def _leaves(document: Any, prefix: str = "properties", depth: int = 1) -> Iterator[tuple[str, str]]:
    if not isinstance(document, Mapping):
        return
    for key, value in document.items():
        escaped = key.replace("\\", "\\\\").replace(".", "\\.")
        path = f"{prefix}.{escaped}"
        if isinstance(value, Mapping) and depth < _DEPTH_MAX:
            yield from _leaves(value, path, depth + 1)
        elif value is not None and key:
            yield path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def list_events(
    engine: Engine,
    workspace_id: WorkspaceId,
    query: EventQuery,
    *,
    limit: int = PAGE_SIZE_DEFAULT,
    cursor: str | None = None,
) -> Page[EventRow]:
    """A page of events, the newest first.

    Args:
        engine: who answers.
        workspace_id: whose events.
        query: which events.
        limit: how many at most, within `PAGE_SIZE_MAX`.
        cursor: where the page before left off.

    Raises:
        BrokenCursor: the cursor is not one of ours.
    """
    limit = max(1, min(limit, PAGE_SIZE_MAX))
    events = _chosen(query)
    if cursor is not None:
        events = events.filter(_after(events, cursor))
    newest = (
        events.order_by([ibis.desc("time"), ibis.desc("message_id")])
        .select(*_ROW_COLUMNS)
        .limit(limit + 1)
    )
    rows = [_row(row) for row in engine.query(workspace_id, newest).to_pylist()]
    more = len(rows) > limit
    rows = rows[:limit]
    last = encode_cursor(us_from_instant(rows[-1].time), rows[-1].message_id) if more else None
    return Page(tuple(rows), last)


def _chosen(query: EventQuery) -> Any:
    events = EVENTS
    if query.name is not None:
        events = events.filter(events.name == query.name)
    if query.source_id is not None:
        events = events.filter(events.source_id == query.source_id)
    if query.person is not None:
        events = events.filter(events.person == query.person)
    if query.since is not None:
        events = events.filter(events.time >= query.since)
    if query.until is not None:
        events = events.filter(events.time < query.until)
    if query.text:
        events = events.filter(_mentions(events, query.text.lower()))
    return events.filter(predicate(events, query.filters)) if query.filters else events


def _mentions(events: Any, text: str) -> Any:
    found = events.name.lower().contains(text)
    for column in ("user_id", "anonymous_id", "message_id", "properties"):
        found = found | events[column].lower().contains(text).fill_null(False)  # noqa: FBT003  (Ibis takes it so)
    return found


def _after(events: Any, cursor: str) -> Any:
    key = decode_cursor(cursor)
    if len(key) != _CURSOR_PARTS or not isinstance(key[0], int):
        raise BrokenCursor
    try:
        time = instant_from_us(key[0])
    except OverflowError as broken:
        raise BrokenCursor from broken
    return (events.time < time) | ((events.time == time) & (events.message_id < str(key[1])))


def _row(row: dict[str, Any]) -> EventRow:
    row["time"] = row["time"].astimezone(UTC)
    row["received_time"] = row["received_time"].astimezone(UTC)
    return EventRow(**row)
