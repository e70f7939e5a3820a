"""The inner loops of measures, compiled: each passes once over a section's rows.

A row belongs to the person whose place `slots` names for its node; -1 is nobody who was asked for.
`limits` holds five instants in microseconds: `at`, `begins` (occurrences count from it), `until`
(and before it), `since` (of the fixed span), and the window's length, 0 for none.

Sums are kept in two doubles, the second holding what the first could not, so that it does not show
in which order rows came. Compiled code is cached beside this file, as the funnel's is.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

Walk = TypeVar("Walk", bound=Callable[..., Any])


def _compiled(walk: Walk) -> Walk:
    try:
        made: Any = njit(cache=True, nogil=True)(walk)
    except RuntimeError:
        # No folder may be written to: compile anew in each process rather than not at all.
        made = njit(nogil=True)(walk)
    return cast("Walk", made)


FEW_VALUES = 32
"""Up to so many are sorted by insertion."""

Column = np.ndarray[Any, np.dtype[Any]]
Rows = tuple[Column, Column]
"""Nodes and instants."""
ValuedRows = tuple[Column, Column, Column]
"""Nodes, instants and values."""
OrderedRows = tuple[Column, Column, Column, Column]
"""Nodes, instants, ties and values."""


@_compiled
def _counts(time: int, slot: int, limits: Column, changes: Column) -> bool:
    """Whether an occurrence counts now; notes when that changes by itself."""
    if time > limits[0]:
        if limits[3] <= time < limits[2] and time < changes[slot]:
            changes[slot] = time
        return False
    if time < limits[1] or time >= limits[2]:
        return False
    if limits[4] > 0 and time + limits[4] < changes[slot]:
        changes[slot] = time + limits[4]
    return True


@_compiled
def walk_times(
    rows: Rows, slots: Column, limits: Column, found: tuple[Column, Column, Column, Column]
) -> None:
    """Counts occurrences, and finds the first and the last.

    Args:
        rows: a section.
        slots: by node, the person's place.
        limits: see above.
        found: count, first and last instant, and when time changes something; added to.
    """
    nodes, times = rows
    count, first, last, changes = found
    for row in range(nodes.shape[0]):
        slot = slots[nodes[row]]
        if slot < 0:
            continue
        time = times[row]
        if _counts(time, slot, limits, changes):
            count[slot] += 1
            first[slot] = min(first[slot], time)
            last[slot] = max(last[slot], time)


@_compiled
def walk_numbers(
    rows: ValuedRows,
    slots: Column,
    limits: Column,
    found: tuple[Column, Column, Column, Column, Column, Column],
) -> None:
    """Counts values, adds them up, and finds the least and the greatest.

    Args:
        rows: a section with numbers.
        slots: by node, the person's place.
        limits: see above.
        found: count, sum, what the sum could not hold, least, greatest, changes; added to.
    """
    nodes, times, values = rows
    count, sums, rest, least, greatest, changes = found
    for row in range(nodes.shape[0]):
        slot = slots[nodes[row]]
        if slot < 0:
            continue
        if _counts(times[row], slot, limits, changes):
            value = values[row]
            count[slot] += 1
            before = sums[slot]
            after = before + value
            gone = after - before
            rest[slot] += (before - (after - gone)) + (value - gone)
            sums[slot] = after
            least[slot] = min(least[slot], value)
            greatest[slot] = max(greatest[slot], value)


@_compiled
def walk_ends(
    rows: OrderedRows,
    slots: Column,
    limits: Column,
    best: tuple[Column, Column, Column, Column, Column],
    is_last: bool,  # noqa: FBT001  (compiled code takes no keywords)
) -> None:
    """Finds the first or the last value, ties by the event's key, then by the value.

    Args:
        rows: a section with values.
        slots: by node, the person's place.
        limits: see above.
        best: count, instant, tie and value of the best so far, and changes; written over.
        is_last: the last rather than the first.
    """
    nodes, times, ties, values = rows
    count, best_time, best_tie, best_value, changes = best
    for row in range(nodes.shape[0]):
        slot = slots[nodes[row]]
        if slot < 0:
            continue
        time = times[row]
        if not _counts(time, slot, limits, changes):
            continue
        tie, value = ties[row], values[row]
        is_better = count[slot] == 0
        if not is_better:
            if time != best_time[slot]:
                is_better = (time > best_time[slot]) == is_last
            elif tie != best_tie[slot]:
                is_better = (tie > best_tie[slot]) == is_last
            elif value != best_value[slot]:
                is_better = (value > best_value[slot]) == is_last
        count[slot] += 1
        if is_better:
            best_time[slot] = time
            best_tie[slot] = tie
            best_value[slot] = value


@_compiled
def count_rows(rows: Rows, slots: Column, limits: Column, count: Column, changes: Column) -> None:
    """Counts the rows that `place_rows` will place."""
    nodes, times = rows
    for row in range(nodes.shape[0]):
        slot = slots[nodes[row]]
        if slot >= 0 and _counts(times[row], slot, limits, changes):
            count[slot] += 1


@_compiled
def place_rows(
    rows: OrderedRows, slots: Column, limits: Column, into: tuple[Column, Column, Column, Column]
) -> None:
    """Puts the rows that count where their person's rows are gathered.

    Args:
        rows: a section; ties and values may be empty.
        slots: by node, the person's place.
        limits: see above.
        into: by person the next free place, and the instants, ties and values to fill.
    """
    nodes, times, ties, values = rows
    free, to_times, to_ties, to_values = into
    has_values = values.shape[0] > 0
    for row in range(nodes.shape[0]):
        slot = slots[nodes[row]]
        if slot < 0:
            continue
        time = times[row]
        if time > limits[0] or time < limits[1] or time >= limits[2]:
            continue
        place = free[slot]
        free[slot] = place + 1
        to_times[place] = time
        if has_values:
            to_ties[place] = ties[row]
            to_values[place] = values[row]


@_compiled
def find_unsorted(offsets: Column, times: Column, ties: Column, is_unsorted: Column) -> None:
    """Marks the people whose gathered rows are not in order."""
    has_ties = ties.shape[0] > 0
    for person in range(offsets.shape[0] - 1):
        for row in range(offsets[person] + 1, offsets[person + 1]):
            is_back = times[row] < times[row - 1]
            if times[row] == times[row - 1] and has_ties:
                is_back = ties[row] <= ties[row - 1]
            if is_back:
                is_unsorted[person] = True
                break


@_compiled
def walk_different(offsets: Column, values: Column, count: Column, kept: Column) -> None:
    """Finds each person's different values, in rising order.

    Args:
        offsets: of the people.
        values: gathered; left as they are.
        count: filled: how many are different.
        kept: filled from each person's offset on: the different values.
    """
    for person in range(offsets.shape[0] - 1):
        start, end = offsets[person], offsets[person + 1]
        _sort_into(values, start, end, kept)
        found = 0
        for row in range(start, end):
            if row == start or kept[row] != kept[start + found - 1]:
                kept[start + found] = kept[row]
                found += 1
        count[person] = found


@_compiled
def _sort_into(values: Column, start: int, end: int, into: Column) -> None:
    """Puts a person's values in rising order; most people have few, which need no allocation."""
    if end - start > FEW_VALUES:
        ordered = np.sort(values[start:end])
        for row in range(ordered.shape[0]):
            into[start + row] = ordered[row]
        return
    for row in range(start, end):
        value, place = values[row], row
        while place > start and into[place - 1] > value:
            into[place] = into[place - 1]
            place -= 1
        into[place] = value


@_compiled
def walk_most_frequent(offsets: Column, values: Column, best: Column) -> None:
    """Finds each person's most frequent value; of equally frequent ones that seen last.

    Args:
        offsets: of the people.
        values: gathered in order of time.
        best: filled where the person has any.
    """
    for person in range(offsets.shape[0] - 1):
        start, end = offsets[person], offsets[person + 1]
        if start == end:
            continue
        order = np.argsort(values[start:end], kind="mergesort")
        most, latest = 0, -1
        run = 0
        for place in range(order.shape[0]):
            row = order[place]
            if place > 0 and values[start + row] != values[start + order[place - 1]]:
                run = 0
            run += 1
            if run > most or (run == most and row > latest):
                most, latest = run, row
        best[person] = values[start + latest]
