"""What events say: every signal makes the edges that the table declares, and nothing else does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from analytics.desk import START
from catchment.events import LIVE_EVENTS, SHOP_EVENTS
from catchment.kernel import us_from_instant
from catchment.people.interests.decay import Decay
from catchment.people.interests.signals import (
    RELATIONS,
    SIGNALS,
    STAY_MINUTES_MAX,
    WEIGHT_PARTS,
    Kind,
    weight_of,
)
from people.interests.graph_house import did, edges_of_events

NAMED = {
    Kind.PRODUCT: ("product_id", "p1"), Kind.TOPIC: ("category", "Tea"), Kind.BRAND: ("brand", "B"),
    Kind.CONTENT: ("live_id", "l1"), Kind.ROOM: ("room_id", "r1"), Kind.HOST: ("host_id", "h1"),
}  # fmt: skip
MINUTE_US = 60_000_000


def edges(rows: list[dict[str, Any]]) -> dict[tuple[str, str, str, str], int]:
    """Of people and things: left, right, verb, place → count."""
    return {
        (f"{e['left_kind']}:{e['left']}", f"{e['right_kind']}:{e['right']}", e["verb"],
         e["place"] or ""): e["count"]
        for e in edges_of_events(rows)
        if not e["right_kind"].startswith("name")
    }  # fmt: skip


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda s: s.event)
def test_each_signal_makes_its_edges_with_its_weight(signal: Any) -> None:
    properties = dict(NAMED[kind] for kind in signal.cares_for)
    made = edges_of_events([did("ann", signal.event, duration_ms=2 * 60_000, **properties)])
    mine = [one for one in made if one["left_kind"] == "person"]
    assert {one["right_kind"] for one in mine} == {kind.value for kind in signal.cares_for}
    minutes = 2 if signal.is_by_minute else 1
    share = Decay().share(us_from_instant(START))
    for one in mine:
        assert (one["left"], one["verb"], one["count"]) == ("ann", signal.verb, 1)
        assert one["weight"] == pytest.approx(share * minutes * weight_of(signal), rel=1e-6)


def test_the_table_names_events_that_exist_each_once() -> None:
    names = [signal.event for signal in SIGNALS]
    assert len(set(names)) == len(names)
    assert set(names) <= {*SHOP_EVENTS, *LIVE_EVENTS, "Page Viewed"}
    assert all(weight_of(s) == s.points * WEIGHT_PARTS for s in SIGNALS)


def test_relations_have_one_direction_each() -> None:
    pairs = [frozenset((one.left, one.right)) for one in RELATIONS]
    assert len(set(pairs)) == len(pairs)


def test_other_events_say_nothing() -> None:
    assert edges([did("ann", "Checkout Started", product_id="p1"), did("ann", "Whatever")]) == {}


def test_a_view_in_a_show_says_where_and_what_the_product_is_of() -> None:
    rows = [
        did("ann", "Live Product Clicked", n, product_id="p1", live_id="l1", room_id="r1",
            category="Tea", brand="B")
        for n in range(3)
    ]  # fmt: skip
    assert edges(rows) == {
        ("person:ann", "product:p1", "clicked", "l1"): 3,
        ("product:p1", "topic:tea", "is_about", ""): 3,
        ("product:p1", "brand:B", "is_of", ""): 3,
        ("content:l1", "room:r1", "aired_in", ""): 3,
    }


def test_an_order_says_it_of_each_of_its_lines() -> None:
    order = did("ann", "Order Completed", products=[
        {"product_id": "p1", "category": "Tea"}, {"product_id": "p2"}, {"sku": "none"}, "odd",
    ])  # fmt: skip
    assert edges([order]) == {
        ("person:ann", "product:p1", "ordered", ""): 1,
        ("person:ann", "product:p2", "ordered", ""): 1,
        ("product:p1", "topic:tea", "is_about", ""): 1,
    }
    assert edges([did("ann", "Order Completed", product_id="p3", products=[])]) == {
        ("person:ann", "product:p3", "ordered", ""): 1
    }


def test_who_explains_a_product_is_no_admirer_of_it() -> None:
    told = did("host", "Live Product Explained Started", live_id="l1", product_id="p1")
    assert edges([told]) == {("content:l1", "product:p1", "showed", ""): 1}


def test_a_search_meets_the_category_however_it_is_written() -> None:
    rows = [
        did("ann", "Products Searched", query=" TEA "),
        did("ann", "Product List Viewed", category="Tea"),
    ]
    assert {right for _, right, _, _ in edges(rows)} == {"topic:tea"}


@pytest.mark.parametrize("minutes", [-5, 0, 1, STAY_MINUTES_MAX, 600])
def test_a_stay_counts_by_the_minute_up_to_a_bound(minutes: int) -> None:
    (one,) = (
        e
        for e in edges_of_events(
            [did("a", "Live Room Left", live_id="l", duration_ms=minutes * 60_000)]
        )
        if e["left_kind"] == "person"
    )
    share = Decay().share(us_from_instant(START)) * min(max(minutes, 0), STAY_MINUTES_MAX)
    assert one["weight"] == pytest.approx(share * 2, rel=1e-5)


@pytest.mark.parametrize("odd", ["", "   ", "x" * 129, None, [1], {"a": 1}])
def test_odd_ids_are_passed_over_or_kept_as_text(odd: Any) -> None:
    found = edges([did("ann", "Product Viewed", category=odd)])
    assert all(len(right) <= 140 for _, right, _, _ in found)
    if odd in ("", "   ", None) or odd == "x" * 129:
        assert found == {}


def test_an_event_ahead_of_our_clock_counts_as_of_its_coming() -> None:
    row = did("ann", "Product Viewed", product_id="p1")
    ahead = {**row, "time": START + timedelta(days=3000), "received_time": START}
    (right,) = [e for e in edges_of_events([row]) if e["left_kind"] == "person"]
    (found,) = [e for e in edges_of_events([ahead]) if e["left_kind"] == "person"]
    assert (found["era"], found["weight"]) == (right["era"], right["weight"])
