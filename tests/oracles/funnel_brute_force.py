"""The funnel by its definition, every attempt tried: slow, short, and free of our own code.

An event is a pair of an instant and the set of steps it fits; a timeline is a list of them in
order. The answer is what `docs/explanation/funnel.md` calls the best attempt.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

Event = tuple[int, frozenset[int]]


class Attempt(NamedTuple):
    """An attempt: how far it came, where it entered, when each step was done."""

    level: int
    entry: int
    times: tuple[int, ...]


NOTHING = Attempt(0, -1, ())


def best_attempt(
    timeline: list[Event], order: str, steps: list[object], limits: tuple[int, int, int]
) -> Attempt:
    """Tries everything.

    Args:
        timeline: one person's events.
        order: strict, ordered or any.
        steps: the steps' definitions; equal ones are asked for as often as they stand there.
        limits: since, until (of the entry) and window.
    """
    if order == "any":
        found = list(_attempts_in_any_order(timeline, steps, *limits))
    else:
        found = [
            (len(rows), rows[-1], rows[0], tuple(timeline[row][0] for row in rows))
            for rows in _attempts_in_order(timeline, len(steps), *limits)
            if order == "ordered" or rows[-1] - rows[0] == len(rows) - 1
        ]
    if not found:
        return NOTHING
    # The furthest; of those the first to get there, the last to enter, the quickest between.
    level, _, entry, times = min(found, key=lambda one: (-one[0], one[1], -one[2], one[3]))
    return Attempt(level, entry, times)


def _attempts_in_order(
    timeline: list[Event], steps: int, since: int, until: int, window: int
) -> Iterator[tuple[int, ...]]:
    for length in range(1, steps + 1):
        for rows in combinations(range(len(timeline)), length):
            start = timeline[rows[0]][0]
            if not since <= start < until or timeline[rows[-1]][0] - start > window:
                continue
            if all(step in timeline[row][1] for step, row in enumerate(rows)):
                yield rows


def _attempts_in_any_order(
    timeline: list[Event], steps: list[object], since: int, until: int, window: int
) -> Iterator[tuple[int, int, int, tuple[int, ...]]]:
    kinds = {definition: steps.index(definition) for definition in steps}
    for first, (start, fits) in enumerate(timeline):
        if not fits or not since <= start < until:
            continue
        times: list[int] = []
        for last in range(first, len(timeline)):
            now = timeline[last][0]
            if now - start > window:
                break
            inside = [fits for _, fits in timeline[first : last + 1]]
            done = sum(
                min(sum(step in fits for fits in inside), steps.count(definition))
                for definition, step in kinds.items()
            )
            if done > len(times):
                times += [now] * (done - len(times))
                yield len(times), last, first, tuple(times)
