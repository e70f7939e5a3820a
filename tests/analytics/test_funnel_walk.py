"""The compiled loops find what trying every attempt finds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.funnel_cases import Event, walk
from oracles.funnel_brute_force import best_attempt

ORDERS = ("strict", "ordered", "any")
STEPS = ["A", "B", "C"]
LETTERS = {
    "a": frozenset({0}), "b": frozenset({1}), "c": frozenset({2}), "-": frozenset(),
    "x": frozenset({0, 1}), "y": frozenset({1, 2}), "z": frozenset({0, 1, 2}),
}  # fmt: skip


def timeline_of(text: str, times: list[int] | None = None) -> list[Event]:
    """`"ab-c"` is four events at instants 0, 1, 2, 3."""
    instants = times if times is not None else list(range(len(text)))
    return [(time, LETTERS[letter]) for time, letter in zip(instants, text, strict=True)]


lines = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(sorted(LETTERS))), max_size=9).map(
    lambda events: timeline_of("".join(e[1] for e in events), sorted(e[0] for e in events))
)


@pytest.mark.parametrize("order", ORDERS)
@settings(deadline=None, max_examples=400)
@given(timeline=lines, since=st.integers(0, 5), length=st.integers(1, 12), window=st.integers(1, 8))
def test_the_walk_finds_the_best_attempt(
    order: str, timeline: list[Event], since: int, length: int, window: int
) -> None:
    until = since + length
    assert walk(timeline, order, STEPS, (since, until, window)) == best_attempt(
        timeline, order, list(STEPS), (since, until, window)
    )


@pytest.mark.parametrize("order", ORDERS)
@settings(deadline=None, max_examples=200)
@given(text=st.text("ab-", max_size=9), window=st.integers(1, 8))
def test_a_step_asked_for_twice_needs_two_events(order: str, text: str, window: int) -> None:
    steps = ["A", "A", "B"]
    fits = {"a": frozenset({0, 1}), "b": frozenset({2}), "-": frozenset[int]()}
    timeline = [(time, fits[letter]) for time, letter in enumerate(text)]
    assert walk(timeline, order, steps, (0, 9, window)) == best_attempt(
        timeline, order, list(steps), (0, 9, window)
    )


@pytest.mark.parametrize(
    ("text", "order", "level"),
    [
        ("abc", "strict", 3),
        ("ab-c", "strict", 2),
        ("ab-c", "ordered", 3),
        ("cba", "ordered", 1),
        ("cba", "any", 3),
        ("-", "any", 0),
        ("bc", "ordered", 0),
        ("bc", "any", 2),
        ("z", "ordered", 1),
    ],
)
def test_the_examples_of_the_page_hold(text: str, order: str, level: int) -> None:
    assert walk(timeline_of(text), order, STEPS, (0, 100, 100))[0] == level


def test_a_later_entry_may_be_the_best_attempt() -> None:
    """A at 0, A again at 8, B and C soon after: from the first A they lie outside the window."""
    timeline = timeline_of("aabc", [0, 8, 9, 10])
    assert walk(timeline, "ordered", STEPS, (0, 100, 5)) == (3, 1, (8, 9, 10))


def test_the_window_runs_from_the_entry_and_not_from_the_step_before() -> None:
    timeline = timeline_of("abc", [0, 4, 8])
    assert walk(timeline, "ordered", STEPS, (0, 100, 5))[0] == 2


def test_the_windows_end_is_inside() -> None:
    timeline = timeline_of("ab", [0, 5])
    assert walk(timeline, "ordered", STEPS, (0, 100, 5))[0] == 2
    assert walk(timeline, "ordered", STEPS, (0, 100, 4))[0] == 1


@pytest.mark.parametrize("order", ORDERS)
def test_entries_count_until_the_end_and_later_steps_beyond_it(order: str) -> None:
    timeline = timeline_of("abc", [9, 10, 11])
    assert walk(timeline, order, STEPS, (0, 10, 5))[0] == 3
    assert walk(timeline_of("abc", [10, 11, 12]), order, STEPS, (0, 10, 5))[0] == 0


@settings(deadline=None)
@given(timeline=lines, window=st.integers(1, 8))
def test_a_looser_order_reaches_at_least_as_far(timeline: list[Event], window: int) -> None:
    strict, ordered, anyhow = (walk(timeline, o, STEPS, (0, 13, window))[0] for o in ORDERS)
    assert strict <= ordered <= anyhow


@settings(deadline=None)
@given(timeline=lines, window=st.integers(1, 8), at=st.lists(st.integers(0, 12), max_size=4))
def test_events_of_no_step_change_nothing_in_order(
    timeline: list[Event], window: int, at: list[int]
) -> None:
    noisy = sorted([*timeline, *((time, frozenset[int]()) for time in at)], key=lambda e: e[0])
    for order in ("ordered", "any"):
        limits = (0, 13, window)
        plain, mixed = walk(timeline, order, STEPS, limits), walk(noisy, order, STEPS, limits)
        assert (plain[0], plain[2]) == (mixed[0], mixed[2])


def _greedy_first_entry(timeline: list[Event], window: int) -> int:
    """Wrong on purpose: clings to the first entry."""
    level, start = 0, 0
    for time, fits in timeline:
        if level in fits and level < len(STEPS) and (level == 0 or time - start <= window):
            start = time if level == 0 else start
            level += 1
    return level


def _window_from_previous_step(timeline: list[Event], window: int) -> int:
    """Wrong on purpose: each step may take a whole window of its own."""
    reach = {0: [-1]} | {step: list[int]() for step in range(1, len(STEPS) + 1)}
    for row, (time, fits) in enumerate(timeline):
        for step in sorted(fits, reverse=True):
            if any(b < 0 or time - timeline[b][0] <= window for b in reach[step] if b < row):
                reach[step + 1].append(row)
    return max(step for step, rows in reach.items() if rows)


@pytest.mark.parametrize("wrong", [_greedy_first_entry, _window_from_previous_step])
def test_a_wrong_funnel_would_be_caught(wrong: object) -> None:
    caught = [timeline_of("aabc", [0, 8, 9, 10]), timeline_of("abc", [0, 4, 8])]
    truth = [best_attempt(line, "ordered", list(STEPS), (0, 100, 5)).level for line in caught]
    assert callable(wrong)
    assert [wrong(line, 5) for line in caught] != truth
