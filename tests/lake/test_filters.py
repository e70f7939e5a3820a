"""Filters mean what they say, whatever the key or the value is made of."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from analytics.desk import WORKSPACE, DeskEngine, event, table_of
from catchment.analytics import (
    EventQuery,
    Filter,
    FilterGroup,
    FilterTree,
    Match,
    Operator,
    UnfitFilter,
    UnreadableField,
    list_events,
)
from catchment.lake import parse_field

ROWS = [
    event("a", "Product Viewed", 0, product_id="p1", amount_minor=100,
          properties='{"price": 9.5, "name": "绿茶", "tags": ["x"], "gift": true}'),
    event("b", "Product Viewed", 1, product_id="p2", amount_minor=2_000,
          properties='{"price": "12", "$current_url": "https://x/a.b", "gift": false}'),
    event("c", "Product Viewed", 2, is_late=True, traits='{"plan": "pro"}',
          properties='{"shop": {"city": "杭州", "a.b": 1}, "none": null}'),
]  # fmt: skip


def chosen(*filters: FilterTree) -> str:
    """Whose events pass, in alphabetical order."""
    rows = list_events(DeskEngine(table_of(ROWS)), WORKSPACE, EventQuery(filters=filters)).items
    return "".join(sorted(row.person.removeprefix("per_") for row in rows))


@pytest.mark.parametrize(
    ("field", "operator", "value", "who"),
    [
        ("product_id", "equals", "p1", "a"),
        ("product_id", "not_equals", "p1", "bc"),
        ("properties.name", "contains", "茶", "a"),
        ("price", "gt", 9, "ab"),
        ("price", "lte", 9.5, "a"),
        ("price", "equals", 12, "b"),
        ("amount_minor", "gte", 2_000, "b"),
        ("amount_minor", "lt", 2_000, "a"),
        ("gift", "equals", True, "a"),
        ("gift", "not_equals", True, "bc"),
        ("is_late", "equals", True, "c"),
        ("gift", "is_set", None, "ab"),
        ("gift", "is_set", False, "c"),
        ("none", "is_set", True, ""),
        ("$current_url", "contains", "a.b", "b"),
        ("shop.city", "equals", "杭州", "c"),
        (r"shop.a\.b", "equals", 1, "c"),
        ("traits.plan", "equals", "pro", "c"),
        ("product_id", "in", ("p1", "p2", "p3"), "ab"),
        ("price", "in", (9.5, "12"), "ab"),
        ("event", "equals", "Product Viewed", "abc"),
        ("name", "equals", "绿茶", ""),
        ("time_of_moon", "equals", "full", ""),
    ],
)
def test_an_operator_does_what_its_name_says(
    field: str, operator: str, value: Any, who: str
) -> None:
    assert chosen(Filter(field, Operator(operator), value)) == who


def test_groups_join_by_all_and_by_any() -> None:
    cheap = Filter("price", Operator.LESS, 10)
    late = Filter("is_late", Operator.EQUALS, value=True)
    assert chosen(FilterGroup(Match.ANY, (cheap, late))) == "ac"
    assert chosen(FilterGroup(Match.ALL, (cheap, late))) == ""
    assert chosen(cheap, FilterGroup(Match.ALL)) == "a"


keys = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).filter(
    lambda key: key not in {"properties", "traits", "context"}
)


@settings(deadline=None, max_examples=60)
@example("'; DROP TABLE events; --", "' OR 1=1 --")
@example('"', '\\"')
@example("$.a[*]", "%")
@example("/", "_")
@given(keys, st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8))
def test_no_key_and_no_value_is_ever_taken_for_sql(key: str, value: str) -> None:
    assume(not key.endswith("\\"))
    escaped = "properties." + key.replace("\\", "\\\\").replace(".", "\\.")
    rows = [event("a", "P", 0, properties=json.dumps({key: value})), event("b", "P", 1)]
    query = EventQuery(filters=(Filter(escaped, Operator.EQUALS, value),))
    found = list_events(DeskEngine(table_of(rows)), WORKSPACE, query).items
    assert [row.person for row in found] == ["per_a"]


@pytest.mark.parametrize(
    "field", ["", "properties", "a..b", "x" * 300, "a" + ".b" * 9, "a\x00", "a\\\\"]
)
def test_a_field_that_cannot_be_is_refused(field: str) -> None:
    with pytest.raises(UnreadableField):
        parse_field(field)


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("equals", None), ("equals", ("a", "b")), ("in", "a"), ("in", ()), ("gt", True),
        ("gt", None), ("contains", ""), ("contains", 3), ("is_set", "yes"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_suit_is_refused(operator: str, value: Any) -> None:
    with pytest.raises(UnfitFilter):
        Filter("price", Operator(operator), value)


def test_a_tree_has_a_bound() -> None:
    leaf = Filter("a", Operator.EQUALS, 1)
    with pytest.raises(UnfitFilter):
        chosen(FilterGroup(Match.ANY, (leaf,) * 101))
