"""The inner loop of "did so often", compiled: one pass over each person's occurrences.

For each person it says whether the total lies within its bounds at an instant, and when that turns
by time alone: an occurrence leaves the rolling window `window` after it happened, and one that
lies in the future counts once it has happened. Occurrences come and go in order of time, so two
pointers and a few counters are enough.

Sums are of whole ten-thousandths, so that they are exact, do not depend on order, and what a
leaving occurrence takes away is what it brought. Compiled code is cached beside this file.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

NEVER = int(np.iinfo(np.int64).max)
SCALE = 10_000
VALUE_MAX = 1e12

COUNT, SUM, AVERAGE, LEAST, GREATEST = range(5)

Walk = TypeVar("Walk", bound=Callable[..., Any])
Column = np.ndarray[Any, np.dtype[Any]]


def compiled(walk: Walk) -> Walk:
    """The same loop as machine code, kept for the next process where a folder may be written."""
    try:
        made: Any = njit(cache=True, nogil=True)(walk)
    except RuntimeError:
        # No folder may be written to: compile anew in each process rather than not at all.
        made = njit(nogil=True)(walk)
    return cast("Walk", made)


@compiled
def _scaled(value: float) -> int:
    """A value in whole ten-thousandths; beyond a trillion it counts as one."""
    return int(np.rint(max(-VALUE_MAX, min(VALUE_MAX, value)) * SCALE))


@compiled
def _holds(total: int, tally: Column, bounds: Column) -> bool:
    """Whether the total of what is inside lies within its bounds."""
    count = tally[0]
    if total == COUNT:
        return bool(bounds[0] <= count <= bounds[1])
    if total == SUM:
        return bool(bounds[2] <= tally[1] <= bounds[3])
    if count == 0:
        return False
    if total == AVERAGE:
        return bool(bounds[2] <= tally[1] / count <= bounds[3])
    if total == LEAST:
        return bool(tally[2] == 0 and tally[3] < count)
    return bool(tally[2] < count and tally[3] == 0)


@compiled
def _turn(tally: Column, sign: int, value: float, bounds: Column) -> None:
    """Lets an occurrence come or go."""
    tally[0] += sign
    tally[1] += sign * _scaled(value)
    if value < bounds[0]:
        tally[2] += sign
    if value > bounds[1]:
        tally[3] += sign


@compiled
def _turns(
    lines: tuple[Column, Column, Column],
    rows: tuple[int, int, int],
    window: int,
    judged: tuple[int, Column, Column],
) -> int:
    """When the answer turns, going from instant to instant at which something comes or goes."""
    times, values = lines[1], lines[2]
    leaving, coming, end = rows
    total, bounds, tally = judged
    has_values = values.shape[0] > 0
    holds = _holds(total, tally, bounds)
    while coming < end or (window > 0 and leaving < coming):
        now = times[coming] if coming < end else NEVER
        if window > 0 and leaving < coming:
            now = min(now, times[leaving] + window)
        while window > 0 and leaving < coming and times[leaving] + window <= now:
            _turn(tally, -1, values[leaving] if has_values else 0.0, bounds)
            leaving += 1
        while coming < end and times[coming] <= now:
            _turn(tally, 1, values[coming] if has_values else 0.0, bounds)
            coming += 1
        if _holds(total, tally, bounds) != holds:
            return int(now)
    return NEVER


@compiled
def _at_least(
    times: Column, rows: tuple[int, int], wanted: int, begins: int, window: int
) -> tuple[bool, int]:
    """The answer to "at least so often" of what has happened, and when it turns.

    It holds as long as the newest but so many is inside, so nothing else has to be looked at.
    """
    if rows[1] - rows[0] < wanted or times[rows[1] - wanted] <= begins:
        return False, NEVER
    return True, times[rows[1] - wanted] + window


@compiled
def walk_deeds(
    lines: tuple[Column, Column, Column],
    limits: Column,
    bounds: Column,
    total: int,
    found: tuple[Column, Column],
) -> None:
    """Fills each person's answer, and when it turns.

    Args:
        lines: offsets of the people, instants (rising within a person) and values, which may be
            empty when occurrences are only counted.
        limits: instant asked about, window's length (0 for none), since, until; microseconds.
        bounds: the least and the most the total may be, then both in ten-thousandths.
        total: which total.
        found: answers and turning instants by person; filled.
    """
    offsets, times, values = lines
    is_in, changes = found
    at, window = limits[0], limits[1]
    has_values = values.shape[0] > 0
    begins = at - window if window > 0 else np.iinfo(np.int64).min
    is_at_least = total == COUNT and window > 0 and bounds[0] >= 1 and bounds[1] == np.inf
    tally = np.zeros(4, np.int64)
    for person in range(offsets.shape[0] - 1):
        start, end = offsets[person], offsets[person + 1]
        while start < end and times[start] < limits[2]:
            start += 1
        while start < end and times[end - 1] >= limits[3]:
            end -= 1
        coming = end
        while coming > start and times[coming - 1] > at:
            coming -= 1
        if is_at_least and coming == end:
            wanted = int(np.ceil(bounds[0]))
            is_in[person], changes[person] = _at_least(times, (start, end), wanted, begins, window)
            continue
        tally.fill(0)
        leaving = coming
        if total == COUNT and window == 0:
            tally[0] = coming - start
        else:
            while leaving > start and times[leaving - 1] > begins:
                leaving -= 1
                _turn(tally, 1, values[leaving] if has_values else 0.0, bounds)
        is_in[person] = _holds(total, tally, bounds)
        judged = (total, bounds, tally)
        changes[person] = _turns(lines, (leaving, coming, end), window, judged)
