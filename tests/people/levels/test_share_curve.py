"""The share curve and the Gini coefficient against their definitions, and whose money counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.desk import START, WORKSPACE, DeskEngine, event, table_of
from catchment.people.levels import POINTS_MAX, Pareto, ParetoOf, pareto
from catchment.people.levels.share_curve import pareto_of
from oracles.pareto_closed_form import fewest, first, gini

MONEY = st.integers(-50, 1_000) | st.sampled_from([0, 1, 10**15])


def spread(values: Sequence[int]) -> Pareto:
    counted = Counter(values)
    return pareto_of(np.array(list(counted), np.int64), np.array(list(counted.values()), np.int64))


@given(st.lists(MONEY, min_size=1, max_size=60))
def test_every_point_and_the_gini_are_exact(values: list[int]) -> None:
    found = spread(values)
    counted = [max(0, value) for value in values]
    assert found.population == len(values)
    assert found.total_minor == sum(counted)
    assert found.total_minor + found.below_zero_minor == sum(values)
    for point in found.points:
        assert point.value_minor == first(counted, point.count)
        assert point.share_of_population == point.count / len(values)
    closed = gini(counted)
    if closed is None:
        assert (found.gini, found.most) == (None, None)
    else:
        assert found.gini == pytest.approx(float(closed), abs=1e-12)
        assert found.most is not None
        assert found.most.count == fewest(counted, Fraction(4, 5))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([7] * 10, 0.0),
        # One of n has all: (n − 1) / n.
        ([0, 0, 0, 100], 0.75),
        # 1, 2, …, n: (n − 1) / (3 n).
        (list(range(1, 11)), 9 / 30),
    ],
)
def test_known_ginis(values: list[int], expected: float) -> None:
    assert spread(values).gini == pytest.approx(expected)


def test_the_share_of_four_fifths_is_not_one_off() -> None:
    found = spread([80, 10, 10])
    assert found.most is not None
    assert (found.most.count, found.most.share_of_value) == (1, 0.8)
    one_short = spread([79, 11, 10])
    assert one_short.most is not None
    assert one_short.most.count == 2


def test_a_long_list_is_drawn_by_few_points_from_end_to_end() -> None:
    found = spread(list(range(5_000)))
    assert len(found.points) == POINTS_MAX + 1
    assert (found.points[0].count, found.points[-1].count) == (0, 5_000)
    assert found.top_fifth is not None
    assert found.top_fifth.count == 1_000


def test_of_nobody_there_is_no_curve() -> None:
    assert spread([]) == Pareto(0, 0, 0, None, None, None, ())


ROWS = [
    event("a", "Order Completed", 1, amount_minor=900, currency="CNY", product_id="tea"),
    event("a", "Order Refunded", 2, amount_minor=100, currency="CNY", product_id="tea"),
    event("b", "Order Completed", 3, amount_minor=300, currency="CNY", product_id="cup"),
    event("b", "Order Completed", 4, amount_minor=99_999, currency="USD", product_id="cup"),
    event("c", "Order Completed", 5, amount_minor=50, currency="CNY"),
    event("c", "Order Cancelled", 6, amount_minor=-80, currency="CNY"),
    event("d", "Order Refunded", 7, amount_minor=70, currency="CNY", product_id="tea"),
    event("e", "Order Completed", 9_999, amount_minor=1, currency="CNY"),
    event("a2", "Order Completed", 8, amount_minor=200, currency="CNY", product_id="tea"),
]


def asked(of: ParetoOf, currency: str = "CNY") -> Pareto:
    engine = DeskEngine(table_of(ROWS), {"a2": "per_a"})
    until = START + timedelta(days=1)
    return pareto(engine, WORKSPACE, of, since=START, until=until, currency=currency)


def test_refunds_are_taken_off_and_currencies_kept_apart() -> None:
    found = asked(ParetoOf.PEOPLE)
    # a and a2 are one; d ordered nothing; c went below zero and counts with nothing.
    assert [(point.count, point.value_minor) for point in found.points] == [
        (0, 0), (1, 1_000), (2, 1_300), (3, 1_300)
    ]  # fmt: skip
    assert (found.total_minor, found.below_zero_minor) == (1_300, -30)
    assert asked(ParetoOf.PEOPLE, "USD").total_minor == 99_999


def test_products_stand_for_themselves_and_lines_without_one_for_none() -> None:
    found = asked(ParetoOf.PRODUCTS)
    assert [(point.count, point.value_minor) for point in found.points] == [
        (0, 0), (1, 930), (2, 1_230)
    ]  # fmt: skip
