"""Value in fifths: thresholds, ties, segments, and whose orders count."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.desk import START, WORKSPACE, DeskEngine, event, table_of
from catchment.kernel import us_from_instant
from catchment.people.levels import (
    SEGMENTS,
    RfmSettings,
    measure_thresholds,
    rfm_numbers,
    scores_of,
    segments_of,
)
from catchment.people.levels.rfm import cut, score

AT = us_from_instant(START + timedelta(days=10))
MINUTE_US = 60_000_000
VALUES = st.lists(st.integers(-20, 20), min_size=1, max_size=80)


@given(VALUES)
def test_a_threshold_is_the_least_value_that_so_many_do_not_exceed(values: list[int]) -> None:
    for fifth, threshold in enumerate(cut(np.array(values, np.int64)), start=1):
        enough = [v for v in values if 5 * sum(w <= v for w in values) >= fifth * len(values)]
        assert threshold == min(enough)


@given(VALUES, st.booleans())
def test_equal_values_score_alike_and_better_ones_never_less(
    values: list[int],
    less_is_better: bool,  # noqa: FBT001  (Hypothesis hands it in)
) -> None:
    array = np.array(values, np.int64)
    scores = score(array, cut(array), less_is_better=less_is_better)
    assert set(scores.tolist()) <= {1, 2, 3, 4, 5}
    for (one, its), (other, theirs) in product(zip(values, scores.tolist(), strict=True), repeat=2):
        assert (one == other) <= (its == theirs)
        if one < other:
            assert its >= theirs if less_is_better else its <= theirs


@given(VALUES)
def test_order_of_people_makes_no_difference(values: list[int]) -> None:
    assert cut(np.array(values, np.int64)) == cut(np.array(values[::-1], np.int64))


def test_ten_different_people_make_fifths_of_two() -> None:
    array = np.arange(10, dtype=np.int64)
    assert score(array, cut(array)).tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert score(array, cut(array), less_is_better=True).tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]


def test_where_most_have_one_order_they_share_the_lowest_score() -> None:
    orders = np.array([1] * 8 + [2, 3], np.int64)
    assert score(orders, cut(orders)).tolist() == [1] * 8 + [5, 5]


def test_every_combination_has_one_segment() -> None:
    scores = np.array(list(product(range(1, 6), repeat=3)), np.int8)
    found = segments_of(scores[:, 0], scores[:, 1], scores[:, 2])
    assert (found >= 0).all()
    assert {SEGMENTS[code] for code in found} == set(SEGMENTS)
    named = dict(zip(map(tuple, scores.tolist()), found.tolist(), strict=True))
    for combination, segment in {
        (5, 5, 5): "champions", (1, 5, 1): "at_risk", (2, 1, 5): "at_risk", (3, 4, 5): "loyal",
        (3, 1, 4): "big_spenders", (5, 1, 1): "new", (4, 2, 3): "promising",
        (3, 1, 1): "needs_attention", (2, 3, 3): "cooling", (1, 1, 1): "dormant",
    }.items():  # fmt: skip
        assert SEGMENTS[named[combination]] == segment


ROWS = [
    event("a", "Order Completed", 10, order_id="o1", amount_minor=500, currency="CNY"),
    event("a", "Order Completed", 10, order_id="o1", amount_minor=300, currency="CNY"),
    event("a2", "Order Completed", 20, order_id="o2", amount_minor=7_000, currency="USD"),
    event("a", "Order Refunded", 30, order_id="o1", amount_minor=100, currency="CNY"),
    event("b", "Order Completed", 40, amount_minor=50, currency="CNY"),
    event("b", "Order Completed", 40, amount_minor=50, currency="CNY"),
    event("c", "Order Refunded", 50, amount_minor=9, currency="CNY"),
    event("d", "Order Completed", -60 * 24 * 400, amount_minor=9, currency="CNY"),
    event("e", "Order Completed", 60 * 24 * 30, amount_minor=9, currency="CNY"),
    event("b", "Page Viewed", 60),
]


@pytest.fixture
def engine() -> DeskEngine:
    return DeskEngine(table_of(ROWS), {"a2": "per_a"})


def test_orders_are_counted_once_and_money_by_its_currency(engine: DeskEngine) -> None:
    found = rfm_numbers(engine, WORKSPACE, at_us=AT, window_days=365, currency="CNY")
    start = us_from_instant(START)
    rows = sorted(zip(found.recency_us, found.orders, found.net_minor, strict=True))
    assert [tuple(map(int, row)) for row in rows] == [
        (AT - start - 40 * MINUTE_US, 2, 100),
        # o1 once, o2 in another money: an order all the same.
        (AT - start - 20 * MINUTE_US, 2, 700),
    ]


def test_thresholds_say_when_of_whom_and_in_what(engine: DeskEngine) -> None:
    taken = measure_thresholds(engine, WORKSPACE, RfmSettings(30), "CNY", AT)
    assert (taken.population, taken.window_days, taken.currency) == (2, 30, "CNY")
    assert us_from_instant(taken.taken_at) == AT
    assert taken.net_minor == (100, 100, 700, 700)
    numbers = rfm_numbers(engine, WORKSPACE, at_us=AT, window_days=30, currency="CNY")
    recency, _, money = scores_of(numbers, taken)
    # The cheaper buyer came last.
    assert sorted(zip(recency.tolist(), money.tolist(), strict=True)) == [(3, 3), (5, 1)]


def test_nobody_gives_no_thresholds(engine: DeskEngine) -> None:
    taken = measure_thresholds(engine, WORKSPACE, RfmSettings(1), "CNY", AT)
    assert (taken.population, taken.orders) == (0, ())
