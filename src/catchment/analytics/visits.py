"""Visits: runs of one person's events without a long pause, counted by a fold.

A visit belongs to the piece of the calendar in which it begins. So that the first event of the
period is not taken for a beginning when its visit began before, the fold also reads the events of
one pause's length before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from catchment.analytics.breakdown import Branches
from catchment.analytics.catalogue import VISIT_GAP_MINUTES
from catchment.analytics.funnel import BRANCH_COLUMN
from catchment.lake import Timelines

VISIT_GAP = timedelta(minutes=VISIT_GAP_MINUTES)
_GAP_US = VISIT_GAP // timedelta(microseconds=1)

_PARTIAL = pa.schema([("piece", pa.int64()), ("branch", pa.int64()), ("visits", pa.int64())])


@dataclass(frozen=True, slots=True)
class VisitFold:
    """Counts visits by the piece of the calendar and the branch of their first event.

    Attributes:
        starts_us: when each piece begins; the last entry is the end of the period.
        has_branches: whether the events carry a breakdown's number.
    """

    starts_us: tuple[int, ...]
    has_branches: bool = False

    @property
    def columns(self) -> Sequence[str]:
        """What the fold needs besides person and time."""
        return (BRANCH_COLUMN,) if self.has_branches else ()

    @property
    def schema(self) -> pa.Schema:
        """Visits by piece and branch."""
        return _PARTIAL

    def fold(self, timelines: Timelines) -> pa.Table:
        """The visits of these people."""
        times = timelines.time_us
        begins = np.ones(len(times), np.bool_)
        begins[1:] = np.diff(times) > _GAP_US
        begins[timelines.offsets[:-1][np.diff(timelines.offsets) > 0]] = True
        starts = np.array(self.starts_us, np.int64)
        begins &= (times >= starts[0]) & (times < starts[-1])
        rows = np.flatnonzero(begins)
        branch: Any = np.zeros(len(rows), np.int64)
        if self.has_branches and len(rows):
            branch = timelines.columns[BRANCH_COLUMN].to_numpy(zero_copy_only=False)[rows]
        pieces = np.searchsorted(starts, times[rows], side="right") - 1
        counted = pa.table(
            [pa.array(pieces, pa.int64()), pa.array(branch, pa.int64()), np.ones(len(rows), int)],
            schema=_PARTIAL,
        )
        return self.merge(counted)

    def merge(self, partials: pa.Table) -> pa.Table:
        """Visits add up."""
        summed = partials.group_by(["piece", "branch"]).aggregate([("visits", "sum")])
        return summed.rename_columns(["piece", "branch", "visits"]).cast(_PARTIAL)


def with_branch(events: Any, branches: Branches | None) -> Any:
    """The events with the breakdown's number beside them, if there is one."""
    if branches is None:
        return events
    return events.mutate(**{BRANCH_COLUMN: branches.number(events)})
