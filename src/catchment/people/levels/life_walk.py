"""The inner loop of the life-cycle, compiled: one pass over each person's timeline.

`docs/explanation/levels.md` says the same in words, and `tests/oracles` by brute force.
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


Ints = np.ndarray[Any, np.dtype[Any]]

READER, FOLLOWER, LEAD, NEW_ORDER, ADVOCACY = 1, 2, 4, 8, 16
"""Bits of what an event is; none of them for any other event."""

_FIRST_ORDER, _REPEAT, _ADVOCATE, _LAPSING, _LOST = 4, 5, 6, 7, 8
_STAGE, _ORDERS, _REACHED, _LAST, _IS_ADVOCATE = 0, 1, 2, 3, 4
"""Places in a person's state."""

Out = tuple[Ints, Ints, Ints, Ints]


@_compiled
def _turn(state: Ints, now: int, at: tuple[int, int, int], out: Out) -> int:
    """Writes a change down, if it is one; gives how many there are then."""
    person, time, count = at
    if now == state[_STAGE]:
        return count
    out[0][count], out[1][count] = person, time
    out[2][count], out[3][count] = state[_STAGE], now
    state[_STAGE] = now
    return count + 1


@_compiled
def _pass_time(state: Ints, until: int, spans: Ints, at: tuple[int, int], out: Out) -> int:
    """What time alone brings before an instant."""
    person, count = at
    if state[_ORDERS] == 0:
        return count
    for place in range(2):
        due = state[_LAST] + spans[place]
        if state[_STAGE] < _LAPSING + place and due < until:
            count = _turn(state, _LAPSING + place, (person, due, count), out)
    return count


@_compiled
def _take_in(state: Ints, bit: int, time: int) -> None:
    """One event's part in the state."""
    for place in range(3):
        if (bit >> place) & 1 and state[_REACHED] < place + 1:
            state[_REACHED] = place + 1
    if bit & NEW_ORDER:
        state[_ORDERS] += 1
        state[_LAST] = time


@_compiled
def _stage(state: Ints, time: int, spans: Ints) -> int:
    """Where someone of this state stands at an instant."""
    if state[_ORDERS] == 0:
        return int(state[_REACHED])
    since = time - state[_LAST]
    if since >= spans[1]:
        return _LOST
    if since >= spans[0]:
        return _LAPSING
    if state[_IS_ADVOCATE]:
        return _ADVOCATE
    return _REPEAT if state[_ORDERS] > 1 else _FIRST_ORDER


@_compiled
def walk_life(lines: tuple[Ints, Ints, Ints], spans: Ints, out: Out, for_ever: int) -> int:
    """Writes down every change of stage, the ones that time alone will bring included.

    What happens at the same instant counts together, so a person is in one stage at any instant,
    and at most one change is dated with it.

    Args:
        lines: offsets of the people, instants and bits of their events; an order's further lines
            have no `NEW_ORDER`.
        spans: lapsing and lost, in microseconds after the last order.
        out: filled with the place of the person, the instant, the stage before (-1 for none) and
            after; long enough for every event and two more for each order.
        for_ever: an instant that never comes.

    Returns:
        How many changes there are.
    """
    offsets, times, bits = lines
    state = np.zeros(5, np.int64)
    count = 0
    for person in range(offsets.shape[0] - 1):
        state.fill(0)
        state[_STAGE] = -1
        row, end = offsets[person], offsets[person + 1]
        while row < end:
            time = times[row]
            count = _pass_time(state, time, spans, (person, count), out)
            advocacy = 0
            while row < end and times[row] == time:
                _take_in(state, bits[row], time)
                advocacy |= bits[row] & ADVOCACY
                row += 1
            if advocacy and state[_ORDERS] > 1:
                state[_IS_ADVOCATE] = 1
            count = _turn(state, _stage(state, time, spans), (person, time, count), out)
        count = _pass_time(state, for_ever, spans, (person, count), out)
    return count
