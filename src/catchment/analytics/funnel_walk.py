"""The inner loops of the funnel, compiled: one pass over each person's timeline.

Each function fills, per person, how many steps the best attempt reached (`level`), the row of its
entry (`entry`) and the instants of its steps (`reached`). The best attempt is the furthest one; if
several are as far, the one that gets there first, and of those the one that entered last.
`docs/explanation/funnel.md` says the same in words, and `tests/oracles` by brute force.

`masks` has bit `k` set where the event fits step `k`. Compiled code is cached beside this file (or
in Numba's own cache folder when this one is read-only), so only the first funnel ever compiles.
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


# Slices are written out as loops below: Numba takes seconds to compile an assignment to a slice.
Ints = np.ndarray[Any, np.dtype[Any]]
Lines = tuple[Ints, Ints, Ints]
"""Offsets of the people, instants and masks of their events."""
Best = tuple[Ints, Ints, Ints]
"""What is filled: level and entry per person, and the steps' instants (people by steps)."""


@_compiled
def _extend(chain: Ints, begun: Ints, step: int, at: tuple[int, int], limits: Ints) -> bool:
    """Lets the event at (row, instant) be this step of the chain that entered last, if it may."""
    row, time = at
    if step == 0:
        if time < limits[0] or time >= limits[1]:
            return False
        begun[0] = row
    else:
        start = begun[step - 1]
        if start <= begun[step] or time - chain[step - 1, 0] > limits[2]:
            return False
        begun[step] = start
        for earlier in range(step):
            chain[step, earlier] = chain[step - 1, earlier]
    chain[step, step] = time
    return True


@_compiled
def walk_ordered(lines: Lines, limits: Ints, best: Best) -> None:
    """Steps in order, other events may lie between.

    For each step, only the chain with the latest entry is kept: whatever an older chain of the
    same length can still reach, the younger one can too, so one pass is enough.

    Args:
        lines: the timelines; events of no step may be left out.
        limits: since, until (of the entry) and window, in microseconds.
        best: filled.
    """
    offsets, times, masks = lines
    level, entry, reached = best
    steps = reached.shape[1]
    chain = np.zeros((steps, steps), np.int64)
    begun = np.full(steps, -1, np.int64)
    for person in range(offsets.shape[0] - 1):
        furthest = 0
        entry[person] = -1
        begun.fill(-1)
        for row in range(offsets[person], offsets[person + 1]):
            mask = masks[row]
            if mask == 0:
                continue
            # From the last step down, so that one event never serves two steps of a chain.
            for step in range(steps - 1, -1, -1):
                if not (mask >> step) & 1:
                    continue
                if _extend(chain, begun, step, (row, times[row]), limits) and step >= furthest:
                    furthest = step + 1
                    entry[person] = begun[step]
                    for done in range(furthest):
                        reached[person, done] = chain[step, done]
            if furthest == steps:
                break
        level[person] = furthest


@_compiled
def walk_strict(lines: Lines, limits: Ints, best: Best) -> None:
    """Steps in order with nothing between them: each is the person's very next event.

    Args:
        lines: the timelines; all events of each person must be there.
        limits: since, until (of the entry) and window, in microseconds.
        best: filled.
    """
    offsets, times, masks = lines
    level, entry, reached = best
    since, until, window = limits[0], limits[1], limits[2]
    steps = reached.shape[1]
    for person in range(offsets.shape[0] - 1):
        furthest, first_at = 0, -1
        end = offsets[person + 1]
        for row in range(offsets[person], end):
            time = times[row]
            if not masks[row] & 1 or time < since or time >= until:
                continue
            done = 1
            while done < steps and row + done < end:
                following = row + done
                if not (masks[following] >> done) & 1 or times[following] - time > window:
                    break
                done += 1
            # As far as before counts only if its last step comes sooner, which a later entry's
            # never does; so the first of the furthest stands.
            if done > furthest:
                furthest, first_at = done, row
        level[person] = furthest
        entry[person] = first_at
        for step in range(furthest):
            reached[person, step] = times[first_at + step]


@_compiled
def _count(seen: Ints, mask: int, classes: Ints, change: int) -> int:
    """Adds or takes away an event from the window; says how many steps that won or lost."""
    won = 0
    for index in range(classes.shape[0]):
        if (mask >> classes[index, 0]) & 1:
            before = min(seen[index], classes[index, 1])
            seen[index] += change
            won += min(seen[index], classes[index, 1]) - before
    return won


@_compiled
def walk_any(lines: Lines, limits: Ints, best: Best, classes: Ints) -> None:
    """Steps in any order: a window slides over the timeline and counts the steps inside it.

    Args:
        lines: the timelines; events of no step may be left out.
        limits: since, until (of the entry) and window, in microseconds.
        best: filled; `reached` says when so many steps were done.
        classes: one row per different step: its bit, and how often the funnel asks for it.
    """
    offsets, times, masks = lines
    level, entry, reached = best
    since, until, window = limits[0], limits[1], limits[2]
    seen = np.zeros(classes.shape[0], np.int64)
    for person in range(offsets.shape[0] - 1):
        furthest, done = 0, 0
        entry[person] = -1
        seen.fill(0)
        left = offsets[person]
        for right in range(offsets[person], offsets[person + 1]):
            if times[right] < since or masks[right] == 0:
                continue
            done += _count(seen, masks[right], classes, 1)
            while times[left] < since or masks[left] == 0 or times[right] - times[left] > window:
                if times[left] >= since and masks[left] != 0:
                    done += _count(seen, masks[left], classes, -1)
                left += 1
            if times[left] >= until:
                break
            if done > furthest:
                furthest = done
                rows = (_latest_entry(lines, (left, right), until, classes, done), right)
                entry[person] = rows[0]
                _mark(lines, rows, classes, reached[person])
        level[person] = furthest


@_compiled
def _latest_entry(
    lines: Lines, rows: tuple[int, int], until: int, classes: Ints, wanted: int
) -> int:
    """The last row from which the window's last row still completes so many steps."""
    times, masks = lines[1], lines[2]
    seen = np.zeros(classes.shape[0], np.int64)
    done = 0
    for row in range(rows[1], rows[0] - 1, -1):
        if masks[row] == 0:
            continue
        done += _count(seen, masks[row], classes, 1)
        if done >= wanted and times[row] < until:
            return row
    return rows[0]


@_compiled
def _mark(lines: Lines, rows: tuple[int, int], classes: Ints, into: Ints) -> None:
    """Writes down when the first, second, third … step was done between two rows."""
    seen = np.zeros(classes.shape[0], np.int64)
    done = 0
    for row in range(rows[0], rows[1] + 1):
        for _ in range(_count(seen, lines[2][row], classes, 1)):
            into[done] = lines[1][row]
            done += 1
