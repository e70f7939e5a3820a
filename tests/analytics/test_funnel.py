"""A funnel as it is asked: steps with conditions, a window, a breakdown, figures per step."""

from __future__ import annotations

import pickle
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.desk import START, WORKSPACE, DeskEngine, event, table_of
from analytics.funnel_cases import Event, timelines_of
from catchment.analytics import (
    Filter,
    FunnelOrder,
    FunnelResult,
    FunnelSpec,
    Operator,
    Step,
    UnfitFunnel,
    compute_funnel,
)
from catchment.analytics.funnel import fold_of
from catchment.analytics.funnel_result import percentile, result_of

VIEW, ADD, BUY = "Product Viewed", "Product Added", "Order Completed"


def spec_of(*steps: str | Step, **more: Any) -> FunnelSpec:
    named = tuple(step if isinstance(step, Step) else Step(step) for step in steps)
    return FunnelSpec(
        named, **{"window": timedelta(days=1), "since": START,
                  "until": START + timedelta(days=30), **more}
    )  # fmt: skip


def ask(rows: list[dict[str, Any]], *steps: str | Step, **more: Any) -> FunnelResult:
    return compute_funnel(DeskEngine(table_of(rows)), WORKSPACE, spec_of(*steps, **more))


def counts(result: FunnelResult) -> list[int]:
    return [step.people for step in result.steps]


def test_the_worked_example_of_the_page() -> None:
    """docs/explanation/funnel.md: four people, three steps, a window of a day."""
    rows = [
        event("ann", VIEW, 0), event("ann", ADD, 10), event("ann", BUY, 30),
        event("bob", VIEW, 0), event("bob", VIEW, 1_500), event("bob", ADD, 1_520),
        event("cat", ADD, 0), event("cat", VIEW, 5), event("cat", BUY, 9),
        event("dan", BUY, 0),
    ]  # fmt: skip
    result = ask(rows, VIEW, ADD, BUY)
    assert counts(result) == [3, 2, 1]
    assert [step.conversion_from_start for step in result.steps] == [1.0, 2 / 3, 1 / 3]
    assert [step.conversion_from_previous for step in result.steps] == [None, 2 / 3, 1 / 2]
    assert [step.median_seconds for step in result.steps] == [None, 600.0, 1_200.0]
    assert [step.p90_seconds for step in result.steps] == [None, 1_200.0, 1_200.0]
    assert [step.median_seconds_from_start for step in result.steps] == [None, 600.0, 1_800.0]
    assert counts(ask(rows, VIEW, ADD, BUY, order=FunnelOrder.ANY)) == [4, 3, 2]


def test_an_unbroken_funnel_has_a_closed_form() -> None:
    """Person n takes the first n steps one minute apart, n = 1 … 10: step k has 11 - k people."""
    rows = [event(f"p{n}", f"Step {k}", k) for n in range(1, 11) for k in range(1, n + 1)]
    names = [f"Step {k}" for k in range(1, 11)]
    for order in FunnelOrder:
        result = ask(rows, *names, order=order)
        assert counts(result) == list(range(10, 0, -1))
        assert {step.median_seconds for step in result.steps[1:]} == {60.0}


def test_steps_may_carry_conditions() -> None:
    rows = [
        event("ann", VIEW, 0, properties='{"price": 5}'), event("ann", BUY, 1),
        event("bob", VIEW, 0, properties='{"price": 50}'), event("bob", BUY, 1),
    ]  # fmt: skip
    dear = Step(VIEW, (Filter("price", Operator.GREATER, 10),))
    assert counts(ask(rows, dear, BUY)) == [1, 1]
    assert counts(ask(rows, VIEW, dear, BUY)) == [2, 0, 0]


def test_strict_sees_events_that_no_step_names() -> None:
    rows = [event("ann", VIEW, 0), event("ann", "Live Liked", 1), event("ann", BUY, 2)]
    assert counts(ask(rows, VIEW, BUY)) == [1, 1]
    assert counts(ask(rows, VIEW, BUY, order=FunnelOrder.STRICT)) == [1, 0]


def test_people_joined_by_the_overlay_walk_one_timeline() -> None:
    rows = [event("phone", VIEW, 0), event("user", BUY, 1)]
    apart = DeskEngine(table_of(rows))
    joined = DeskEngine(table_of(rows), {"phone": "per_user"})
    assert counts(compute_funnel(apart, WORKSPACE, spec_of(VIEW, BUY))) == [1, 0]
    assert counts(compute_funnel(joined, WORKSPACE, spec_of(VIEW, BUY))) == [1, 1]


def test_equal_instants_are_ordered_by_the_senders_sequence() -> None:
    rows = [event("ann", BUY, 0, sequence=2), event("ann", VIEW, 0, sequence=1)]
    assert counts(ask(rows, VIEW, BUY)) == [1, 1]
    rows = [event("ann", BUY, 0, sequence=1), event("ann", VIEW, 0, sequence=2)]
    assert counts(ask(rows, VIEW, BUY)) == [1, 0]


def test_a_breakdown_splits_people_by_the_entry_of_their_best_attempt() -> None:
    rows = [
        event("ann", VIEW, 0, properties='{"taste": "tea"}'),
        event("ann", VIEW, 10, properties='{"taste": "cup"}'),
        event("ann", BUY, 20, properties='{"taste": "pot"}'),
        event("bob", VIEW, 0, properties='{"taste": "tea"}'),
        event("cat", VIEW, 0),
        event("dan", VIEW, 0, properties='{"taste": "pan"}'),
    ]
    result = ask(rows, VIEW, BUY, breakdown="taste", breakdown_max=3)
    parts = [(b.value, b.is_other, [s.people for s in b.steps]) for b in result.branches]
    # Most people viewed tea; of the values with one each, "not set" stands last and is the rest.
    assert parts == [
        ("cup", False, [1, 1]), ("pan", False, [1, 0]), ("tea", False, [1, 0]), (None, True, [1, 0])
    ]  # fmt: skip
    assert [sum(people) for people in zip(*(part[2] for part in parts), strict=True)] == [4, 1]


def test_nobody_is_an_answer() -> None:
    result = ask([], VIEW, BUY, breakdown="taste")
    assert counts(result) == [0, 0]
    assert result.steps[0].conversion_from_start is None
    assert result.branches == ()


@pytest.mark.parametrize(
    "more",
    [
        {"window": timedelta(0)}, {"window": timedelta(days=500)}, {"until": START},
        {"since": START.replace(tzinfo=None)}, {"breakdown_max": 0},
    ],
)  # fmt: skip
def test_a_funnel_that_makes_no_sense_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(UnfitFunnel):
        spec_of(VIEW, BUY, **more)
    for steps in ([], [VIEW] * 21, ["  "]):
        with pytest.raises(UnfitFunnel):
            spec_of(*steps)


lines = st.lists(
    st.tuples(st.integers(0, 20), st.frozensets(st.integers(0, 2), max_size=2)), max_size=8
).map(lambda events: sorted(events, key=lambda one: one[0]))


def _sorted(table: pa.Table) -> list[dict[str, Any]]:
    keys = [(name, "ascending") for name in table.column_names]
    rows: list[dict[str, Any]] = table.sort_by(keys).to_pylist()
    return rows


@settings(deadline=None)
@given(
    people=st.lists(lines, min_size=1, max_size=6), cut=st.integers(0, 6),
    order=st.sampled_from(FunnelOrder),
)  # fmt: skip
def test_how_people_are_split_and_merged_changes_nothing(
    people: list[list[Event]], cut: int, order: FunnelOrder
) -> None:
    spec = spec_of("A", "B", "C", order=order, window=timedelta(microseconds=6))
    fold = pickle.loads(pickle.dumps(fold_of(spec, 0, 15)))  # noqa: S301  (our own)
    whole = fold.fold(timelines_of(people))
    parts = [fold.fold(timelines_of(some)) for some in (people[:cut], people[cut:])]
    assert _sorted(fold.merge(pa.concat_tables(parts))) == _sorted(fold.merge(whole))
    assert _sorted(fold.merge(pa.concat_tables(parts[::-1]))) == _sorted(whole)
    steps = [step.people for step in result_of(spec, whole).steps]
    assert steps == sorted(steps, reverse=True)


@given(
    st.dictionaries(st.integers(0, 99), st.integers(1, 5), min_size=1), st.sampled_from([50, 90])
)
def test_percentiles_are_nearest_rank(histogram: dict[int, int], percent: int) -> None:
    everyone = sorted(value for value, people in histogram.items() for _ in range(people))
    rank = next(r for r in range(1, len(everyone) + 1) if 100 * r >= percent * len(everyone))
    assert percentile(histogram, percent) == everyone[rank - 1] / 1_000
