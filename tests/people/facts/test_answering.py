"""Measures against a brute force: any arrangement of people, any cutting of rows into sections."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from catchment.kernel import us_from_instant
from catchment.people.facts import NEVER, OF_TIMES, Aggregate, Condition, Measure, MeasureAnswer
from catchment.people.facts import measure_walk as walk
from catchment.people.facts.answering import answer, asked_of
from catchment.people.facts.sections import Section, in_order
from oracles.facts_brute_force import Answered, Happening, measured, next_change
from people.facts.who import Who

START = us_from_instant(datetime(2026, 3, 28, 12, tzinfo=UTC))
"""The night after, clocks go forward in Berlin."""
HOUR = 3_600_000_000
LABELS = ["杭州", "Hangzhou", "a", "b", ""]
NODES = 5
ZONE = "Europe/Berlin"

Row = tuple[int, Happening]
rows_of_people = st.lists(
    st.tuples(
        st.integers(0, NODES - 1),
        st.builds(
            Happening,
            time_us=st.integers(0, 80).map(lambda step: START + step * HOUR),
            key=st.binary(min_size=8, max_size=8),
            value=st.integers(-10_000, 10_000).map(lambda n: n / 100),
        ),
    ),
    max_size=30,
    unique_by=lambda row: row[1].key,
)
arrangements = st.lists(st.integers(0, NODES - 1), min_size=NODES, max_size=NODES)
windows = st.none() | st.integers(1, 60).map(lambda hours: timedelta(hours=hours))
moments = st.none() | st.integers(0, 80).map(
    lambda step: datetime.fromtimestamp((START + step * HOUR) / 1_000_000, UTC)
)


@st.composite
def measures(draw: st.DrawFn) -> Measure:
    aggregate = draw(st.sampled_from(list(Aggregate)))
    needs_field = aggregate not in OF_TIMES
    since, until = draw(moments), draw(moments)
    assume(since is None or until is None or since < until)
    is_number = aggregate in (Aggregate.FIRST, Aggregate.LAST) and draw(st.booleans())
    return Measure(
        Condition("x"), aggregate, "properties.v" if needs_field else None, draw(windows), since,
        until, is_number=is_number,
    )  # fmt: skip


def in_words(measure: Measure, rows: Sequence[Row]) -> list[Row]:
    """The same rows with a text for a value, where the measure looks at texts."""
    if measure.reads_number or measure.field is None:
        return list(rows)
    return [
        (node, replace(one, value=LABELS[int(float(one.value or 0)) % len(LABELS)]))
        for node, one in rows
    ]


def section_of(measure: Measure, rows: Sequence[Row]) -> Section:
    bits = np.zeros(0, np.int64)
    ties = np.zeros(0, np.uint64)
    if measure.field is not None:
        ties = np.array([int.from_bytes(one.key, "big") for _, one in rows], np.uint64)
        if measure.reads_number:
            bits = np.array([one.value for _, one in rows], np.float64).view(np.int64)
        else:
            bits = np.array([LABELS.index(str(one.value)) for _, one in rows], np.int64)
    return in_order(
        Section(
            np.array([node for node, _ in rows], np.int32),
            np.array([one.time_us for _, one in rows], np.int64),
            ties,
            bits,
        )
    )


def texts_of(codes: npt.NDArray[np.int64]) -> pa.Array:
    return pa.array([LABELS[code] for code in codes], pa.string())


def who_of(arrangement: Sequence[int]) -> Who:
    who = Who()
    names = [f"s{node}" for node in range(NODES)]
    who.name(names)
    # A person is named by a node of theirs.
    first: dict[int, int] = {}
    for node, group in enumerate(arrangement):
        first.setdefault(group, node)
    who.arrange({names[node]: names[first[group]] for node, group in enumerate(arrangement)})
    return who


def ask(
    measure: Measure, rows: Sequence[Row], cuts: Sequence[int], who: Who, at_us: int, *,
    persons: npt.NDArray[np.int32] | None = None,
) -> MeasureAnswer:  # fmt: skip
    bounds = [0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]
    parts = [rows[a:b] for a, b in pairwise(bounds)]
    sections = [section_of(measure, part) for part in parts if part]
    return answer(asked_of(sections, who, persons), measure, at_us, zone=ZONE, texts=texts_of)


def plain(found: MeasureAnswer) -> list[Answered]:
    if found.texts is not None:
        return list(found.texts.to_pylist())
    assert found.numbers is not None
    return [None if math.isnan(number) else number for number in found.numbers.tolist()]


def expected(
    measure: Measure, rows: Sequence[Row], who: Who, at_us: int
) -> tuple[list[Answered], list[int]]:
    values, changes = [], []
    for person in who.persons():
        mine = [one for node, one in rows if who.owners[node] == person]
        values.append(measured(measure, mine, at_us, ZONE))
        changes.append(next_change(measure, mine, at_us))
    return values, changes


@settings(max_examples=400, deadline=None)
@given(
    measure=measures(),
    told=rows_of_people,
    arrangement=arrangements,
    cuts=st.lists(st.integers(0, 30), max_size=3),
    at=st.integers(-2, 85),
    order=st.randoms(use_true_random=False),
)
def test_a_measure_is_what_a_brute_force_finds_however_rows_lie(
    *, measure: Measure, told: list[Row], arrangement: list[int], cuts: list[int], at: int,
    order: Random,
) -> None:  # fmt: skip
    rows, who, at_us = in_words(measure, told), who_of(arrangement), START + at * HOUR
    order.shuffle(rows)
    values, changes = expected(measure, rows, who, at_us)
    found = ask(measure, rows, cuts, who, at_us)
    assert (
        plain(found) == pytest.approx(values, abs=1e-9)
        if measure.answers_number
        else (plain(found) == values)
    )
    assert found.changes_us.tolist() == changes
    some = who.persons()[::2]
    few = ask(measure, rows, cuts, who, at_us, persons=some)
    assert plain(few) == plain(found)[::2]
    assert few.changes_us.tolist() == changes[::2]


@settings(max_examples=150, deadline=None)
@given(measure=measures(), told=rows_of_people, at=st.integers(-2, 85))
def test_nothing_changes_before_the_told_instant(
    measure: Measure, told: list[Row], at: int
) -> None:
    rows, who, at_us = in_words(measure, told), who_of(range(NODES)), START + at * HOUR
    found = ask(measure, rows, [], who, at_us)
    soonest = int(found.changes_us.min())
    if soonest != NEVER:
        assert plain(ask(measure, rows, [], who, soonest - 1)) == plain(found)


def _asks(measure: Measure, rows: list[Row], at_us: int) -> float | None:
    found = ask(measure, rows, [], who_of([0] * NODES), at_us)
    assert found.numbers is not None
    return float(found.numbers[0])


def test_a_window_lets_go_at_the_very_microsecond() -> None:
    measure = Measure(Condition("x"), Aggregate.COUNT, window=timedelta(days=7))
    rows = [(0, Happening(START, b"k" * 8))]
    leaves = START + 7 * 24 * HOUR
    assert [_asks(measure, rows, at) for at in (START - 1, START, leaves - 1, leaves)] == [
        0, 1, 1, 0,
    ]  # fmt: skip
    assert ask(measure, rows, [], who_of([0] * NODES), START + 5).changes_us[0] == leaves


@pytest.mark.parametrize("count", [31, 32, 33, 200])
def test_many_values_of_one_person_are_told_apart(count: int) -> None:
    measure = Measure(Condition("x"), Aggregate.DISTINCT, "properties.v")
    told = [
        (0, Happening(START + n, n.to_bytes(8, "big"), float(n * 7 % 40))) for n in range(count)
    ]
    rows, who = in_words(measure, told), who_of([0] * NODES)
    values, _ = expected(measure, rows, who, START + HOUR)
    assert plain(ask(measure, rows, [5], who, START + HOUR)) == values


@pytest.mark.parametrize("wrong", ["late", "ties", "plain sums"])
def test_a_wrong_walk_is_caught(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison above has teeth: a kernel that is slightly off does not pass it."""

    def compare() -> bool:
        rows = [
            (0, Happening(START, b"b" * 8, 0.1)), (1, Happening(START, b"a" * 8, 1e16)),
            (0, Happening(START + HOUR, b"c" * 8, -1e16)),
        ]  # fmt: skip
        who, at_us = who_of([0] * NODES), START + 24 * HOUR
        for measure in (
            Measure(Condition("x"), Aggregate.COUNT, window=timedelta(hours=24)),
            Measure(Condition("x"), Aggregate.FIRST, "properties.v", is_number=True),
            Measure(Condition("x"), Aggregate.SUM, "properties.v"),
        ):
            values, _ = expected(measure, rows, who, at_us)
            if plain(ask(measure, rows, [1, 2], who, at_us)) != values:
                return False
        return True

    assert compare()
    right_times, right_ends, right_numbers = walk.walk_times, walk.walk_ends, walk.walk_numbers
    wrongs: dict[str, tuple[str, Callable[..., None]]] = {
        "late": ("walk_times", lambda rows, slots, limits, found: right_times(
            rows, slots, limits - np.array([0, 1, 0, 0, 0]), found)),
        "ties": ("walk_ends", lambda rows, slots, limits, best, is_last: right_ends(
            (rows[0], rows[1], ~rows[2], rows[3]), slots, limits, best, is_last)),
        "plain sums": ("walk_numbers", lambda rows, slots, limits, found: right_numbers(
            rows, slots, limits, (*found[:2], found[2].copy(), *found[3:]))),
    }  # fmt: skip
    monkeypatch.setattr(walk, *wrongs[wrong])
    assert not compare()
