"""The inner loop of sequences, compiled: the steps' occurrences merged, one pass per person.

For each step only the chain that began last is kept: whatever a chain that began earlier can still
reach, that one can too. A chain that is complete at `done` and began at `begun` holds from `done`
until `begun` falls out of the period looked back over. As time goes on, these stretches follow one
another, so the walk also says when the answer turns by time alone.

Each step lies at a later instant than the one before it. So no occurrence serves two steps, and
what happened at the very same instant has no order. Compiled code is cached beside this file.
"""

import numpy as np

from catchment.audiences.deed_walk import NEVER, Column, compiled

NOWHERE = int(np.iinfo(np.int64).min)


@compiled
def _reach(begun: Column, step: int, time: int, within: int) -> bool:
    """Lets an occurrence at an instant be this step; says whether it may."""
    if step == 0:
        begun[0] = time
        return True
    start = begun[step - 1]
    if start == NOWHERE or (within > 0 and time - start > within):
        return False
    # The chain before never began earlier than the one that got here already.
    begun[step] = start
    return True


@compiled
def _next(heads: Column, ends: Column, times: Column) -> int:
    """The earliest instant at which any step has a further occurrence."""
    now = NEVER
    for step in range(heads.shape[0]):
        if heads[step] < ends[step]:
            now = min(now, times[heads[step]])
    return now


@compiled
def _take(
    heads: Column, ends: Column, times: Column, begun: Column, now: tuple[int, int, int]
) -> bool:
    """Takes what happens at an instant; says whether it completes a chain."""
    time, since, within = now
    steps = heads.shape[0]
    is_done = False
    # From the last step down, so that what happens at one instant is one step at most.
    for step in range(steps - 1, -1, -1):
        is_here = False
        while heads[step] < ends[step] and times[heads[step]] == time:
            heads[step] += 1
            is_here = True
        if is_here and time >= since and _reach(begun, step, time, within) and step == steps - 1:
            is_done = True
    return is_done


@compiled
def _judge(
    heads: Column, ends: Column, times: Column, begun: Column, limits: Column
) -> tuple[bool, int]:
    """One person's answer, and when it turns."""
    at, back, since, until, within = limits[0], limits[1], limits[2], limits[3], limits[4]
    holds, covered = False, NOWHERE
    while True:
        now = _next(heads, ends, times)
        if now == NEVER or now >= until:
            break
        if not _take(heads, ends, times, begun, (now, since, within)):
            continue
        last = begun[-1] + back if back > 0 else NEVER
        if now <= at:
            holds = holds or last > at
        elif not holds:
            if last > now:
                return False, now
            continue
        elif now > covered:
            break
        covered = max(covered, last)
    return holds, covered if holds else NEVER


@compiled
def walk_sequences(
    begins: Column, ends: Column, times: Column, limits: Column, found: tuple[Column, Column]
) -> None:
    """Fills each person's answer, and when it turns.

    Args:
        begins: int64, people by steps: where the step's occurrences of the person begin in `times`.
        ends: where they end.
        times: instants of all steps, rising within a person and step.
        limits: instant asked about, period looked back over (0 for all time), since, until, and the
            longest time from the first step to the last (0 for any); microseconds.
        found: answers and turning instants by person; filled.
    """
    is_in, changes = found
    steps = begins.shape[1]
    begun = np.zeros(steps, np.int64)
    heads = np.zeros(steps, np.int64)
    for person in range(begins.shape[0]):
        begun.fill(NOWHERE)
        for step in range(steps):
            heads[step] = begins[person, step]
        holds, change = _judge(heads, ends[person], times, begun, limits)
        is_in[person] = holds
        changes[person] = change
