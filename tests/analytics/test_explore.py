"""Looking through the events page by page, and at what they are made of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.desk import START, WORKSPACE, DeskEngine, event, table_of
from catchment.analytics import (
    EventQuery,
    event_names,
    events_span,
    list_events,
    property_names,
)
from catchment.kernel import BrokenCursor, encode_cursor


@settings(deadline=None, max_examples=15)
@given(minutes=st.lists(st.integers(0, 3), max_size=12), limit=st.integers(1, 5))
def test_pages_show_every_event_once_newest_first(minutes: list[int], limit: int) -> None:
    engine = DeskEngine(table_of([event("a", "P", minute) for minute in minutes]))
    seen, cursor = list[str](), None
    for _ in range(len(minutes) + 1):
        page = list_events(engine, WORKSPACE, EventQuery(), limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        seen += [row.message_id for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    ids = [f"m{number}" for number in range(len(minutes))]
    assert seen == sorted(ids, key=lambda one: (minutes[int(one[1:])], one), reverse=True)


@pytest.mark.parametrize(
    "cursor", ["nonsense", encode_cursor("a", "b"), encode_cursor(10**30, "b")]
)
def test_a_strange_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BrokenCursor):
        list_events(DeskEngine(table_of([])), WORKSPACE, EventQuery(), cursor=cursor)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"name": "Page Viewed"}, ["m0"]),
        ({"source_id": "src_app"}, ["m1"]),
        ({"person": "per_b"}, ["m1"]),
        ({"since": START + timedelta(minutes=1)}, ["m1"]),
        ({"until": START + timedelta(minutes=1)}, ["m0"]),
        ({"text": "GREEN"}, ["m1"]),
        ({"text": "page"}, ["m0"]),
        ({"text": "%"}, []),
    ],
)
def test_every_condition_narrows(asked: dict[str, Any], found: list[str]) -> None:
    rows = [
        event("a", "Page Viewed", 0),
        event("b", "Added", 1, source_id="src_app", properties='{"tea": "green"}'),
    ]
    page = list_events(DeskEngine(table_of(rows)), WORKSPACE, EventQuery(**asked))
    assert [row.message_id for row in page.items] == found


def test_names_come_by_frequency() -> None:
    rows = [event("a", name, n) for n, name in enumerate(["Added", "Viewed", "Viewed"])]
    engine = DeskEngine(table_of(rows))
    names = event_names(engine, WORKSPACE)
    assert [(one.name, one.count) for one in names] == [("Viewed", 2), ("Added", 1)]
    assert names[0].last_seen_at == START + timedelta(minutes=2)
    assert [one.name for one in event_names(engine, WORKSPACE, text="add")] == ["Added"]
    assert events_span(engine, WORKSPACE) == (START, START + timedelta(minutes=2))
    assert events_span(DeskEngine(table_of([])), WORKSPACE) is None


def test_properties_are_named_as_filters_name_them() -> None:
    rows = [
        event("a", "P", 0, properties='{"shop": {"a.b": 1}, "none": null, "tags": ["x"]}'),
        event("a", "P", 1, properties='{"shop": {"a.b": 2}}'),
    ]
    found = property_names(DeskEngine(table_of(rows)), WORKSPACE, "P")
    assert [(one.name, one.examples) for one in found] == [
        (r"properties.shop.a\.b", ("2", "1")), ("properties.tags", ('["x"]',)),
    ]  # fmt: skip
