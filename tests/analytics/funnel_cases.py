"""Timelines made by hand, for the tests of the funnel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from catchment.analytics import funnel_walk
from catchment.lake import Timelines

Event = tuple[int, frozenset[int]]


def timelines_of(people: Sequence[Sequence[Event]], branch: Sequence[int] = ()) -> Timelines:
    """Timelines as an engine hands them to the fold."""
    masks = [sum(1 << step for step in fits) for person in people for _, fits in person]
    columns = {"step_mask": pa.array(masks, pa.int32())}
    if branch:
        columns["branch"] = pa.array(branch, pa.int32())
    return Timelines(
        people=pa.array([f"per_{number}" for number in range(len(people))]),
        offsets=np.cumsum([0, *map(len, people)]).astype(np.int64),
        time_us=np.array([time for person in people for time, _ in person], np.int64),
        columns=columns,
    )


def walk(
    timeline: Sequence[Event],
    order: str,
    steps: Sequence[object],
    limits: tuple[int, int, int],
) -> tuple[int, int, tuple[int, ...]]:
    """One person's best attempt by the compiled loops: level, entry's row, instants."""
    lines = timelines_of([timeline])
    level, entry = np.zeros(1, np.int32), np.zeros(1, np.int64)
    reached = np.zeros((1, len(steps)), np.int64)
    masks = lines.columns["step_mask"].to_numpy().astype(np.int32)
    these = (lines.offsets, lines.time_us, masks)
    best, bounds = (level, entry, reached), np.array(limits, np.int64)
    if order == "any":
        classes = [[steps.index(kind), steps.count(kind)] for kind in dict.fromkeys(steps)]
        funnel_walk.walk_any(these, bounds, best, np.array(classes, np.int64))
    elif order == "strict":
        funnel_walk.walk_strict(these, bounds, best)
    else:
        funnel_walk.walk_ordered(these, bounds, best)
    done = int(level[0])
    return done, int(entry[0]), tuple(int(one) for one in reached[0, :done])
