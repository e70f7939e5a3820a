"""The funnel: of those who took the first step, how many went on to the next, and how fast.

Here are its question (`FunnelSpec`), its answer (`FunnelResult`) and the fold between them
(`FunnelFold`), all pure. `docs/explanation/funnel.md` defines every word; `funnel_walk` has the
inner loops, `funnel_query` asks an engine.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
import pyarrow as pa

from catchment.analytics.errors import UnfitFunnel
from catchment.events import NAME_LENGTH_MAX
from catchment.kernel import MetricDefinition
from catchment.lake import FilterTree, Timelines, parse_field

STEPS_MAX = 20
WINDOW_MAX = timedelta(days=400)
BRANCHES_DEFAULT = 10
BRANCHES_MAX = 50

MASK_COLUMN = "step_mask"
BRANCH_COLUMN = "branch"
"""Columns that the query adds for the fold: which steps an event fits; its breakdown's number."""


class FunnelOrder(StrEnum):
    """How the steps must follow each other."""

    STRICT = "strict"
    ORDERED = "ordered"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: an event's name, and what else must hold of it."""

    event: str
    filters: tuple[FilterTree, ...] = ()


@dataclass(frozen=True, slots=True)
class FunnelSpec:
    """What is asked.

    Attributes:
        steps: 1 to `STEPS_MAX`, the entry first.
        window: how long after the entry the later steps may lie (the end counts as inside).
        since: entries at or after this instant.
        until: entries before this instant; later steps may lie behind it, within the window.
        order: see `FunnelOrder`.
        filters: what must hold of every event that is looked at.
        breakdown: a field of the entry event to split people by.
        breakdown_max: how many values get a branch of their own; the rest share one.
    """

    steps: tuple[Step, ...]
    window: timedelta
    since: datetime
    until: datetime
    order: FunnelOrder = FunnelOrder.ORDERED
    filters: tuple[FilterTree, ...] = ()
    breakdown: str | None = None
    breakdown_max: int = BRANCHES_DEFAULT

    def __post_init__(self) -> None:
        if not 1 <= len(self.steps) <= STEPS_MAX:
            raise UnfitFunnel(f"a funnel has 1 to {STEPS_MAX} steps, not {len(self.steps)}")
        for number, step in enumerate(self.steps, start=1):
            if not step.event.strip() or len(step.event) > NAME_LENGTH_MAX:
                raise UnfitFunnel(f"step {number} needs an event's name")
        if not timedelta(0) < self.window <= WINDOW_MAX:
            raise UnfitFunnel(f"the window lies above zero and within {WINDOW_MAX.days} days")
        if self.since.tzinfo is None or self.until.tzinfo is None:
            raise UnfitFunnel("since and until are instants and need a time zone")
        if self.since >= self.until:
            raise UnfitFunnel("the period must end after it begins")
        if not 1 <= self.breakdown_max <= BRANCHES_MAX:
            raise UnfitFunnel(f"a breakdown has 1 to {BRANCHES_MAX} branches")
        if self.breakdown is not None:
            parse_field(self.breakdown)


@dataclass(frozen=True, slots=True)
class StepResult:
    """One bar of the funnel. A figure without anyone to measure is `None`, never 0.

    Attributes:
        event: the step's event; in any order, a label only: the count is of people who did at
            least so many of the steps.
        people: who reached it in their best attempt.
        conversion_from_start: share of those who entered.
        conversion_from_previous: share of those who reached the step before.
        median_seconds: from the step before, for half of them at most.
        p90_seconds: the same for nine in ten.
        median_seconds_from_start: from the entry.
        p90_seconds_from_start: the same for nine in ten.
    """

    event: str
    people: int
    conversion_from_start: float | None
    conversion_from_previous: float | None
    median_seconds: float | None
    p90_seconds: float | None
    median_seconds_from_start: float | None
    p90_seconds_from_start: float | None


@dataclass(frozen=True, slots=True)
class FunnelBranch:
    """The funnel of those whose entry had one value of the breakdown.

    Attributes:
        value: the value; `None` where the entry had none, or for the rest.
        is_other: whether it is the rest.
        steps: as in the whole.
    """

    value: str | None
    is_other: bool
    steps: tuple[StepResult, ...]


@dataclass(frozen=True, slots=True)
class FunnelResult:
    """What is answered: the whole, its branches (largest first), and the passport."""

    steps: tuple[StepResult, ...]
    branches: tuple[FunnelBranch, ...]
    passport: MetricDefinition


_PARTIAL = pa.schema(
    [
        ("branch", pa.int32()),
        ("step", pa.int32()),
        ("from_start", pa.bool_()),
        ("milliseconds", pa.int64()),
        ("people", pa.int64()),
    ]
)
_KEYS = ["branch", "step", "from_start", "milliseconds"]


@dataclass(frozen=True, slots=True)
class FunnelFold:
    """The fold: timelines in, a histogram of steps and durations out; histograms add up.

    Attributes:
        step_count: how many steps.
        order: how they must follow each other.
        since_us: entries from here.
        until_us: entries before here.
        window_us: the window.
        classes: for any order: the bit of each different step, and how often it is asked for.
        has_branches: whether the events carry a breakdown's number.
    """

    step_count: int
    order: FunnelOrder
    since_us: int
    until_us: int
    window_us: int
    classes: tuple[tuple[int, int], ...]
    has_branches: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """What the fold needs besides person and time."""
        return (MASK_COLUMN, BRANCH_COLUMN) if self.has_branches else (MASK_COLUMN,)

    @property
    def schema(self) -> pa.Schema:
        """People by branch, step and duration."""
        return _PARTIAL

    def fold(self, timelines: Timelines) -> pa.Table:
        """The histogram of these people."""
        from catchment.analytics import funnel_walk  # noqa: PLC0415  (Numba is slow to load)

        count = len(timelines.offsets) - 1
        masks = _integers(timelines.columns[MASK_COLUMN])
        level = np.zeros(count, np.int32)
        entry = np.full(count, -1, np.int64)
        reached = np.zeros((count, self.step_count), np.int64)
        limits = np.array([self.since_us, self.until_us, self.window_us], np.int64)
        lines, best = (timelines.offsets, timelines.time_us, masks), (level, entry, reached)
        if self.order is FunnelOrder.ANY:
            funnel_walk.walk_any(lines, limits, best, np.array(self.classes, np.int64))
        elif self.order is FunnelOrder.STRICT:
            funnel_walk.walk_strict(lines, limits, best)
        else:
            funnel_walk.walk_ordered(lines, limits, best)
        if not self.has_branches:
            branch = np.zeros(count, np.int32)
        elif len(timelines.time_us):
            branch = _integers(timelines.columns[BRANCH_COLUMN])[np.maximum(entry, 0)]
        else:
            branch = np.empty(0, np.int32)
        return self.merge(_histogram(level, reached, branch))

    def merge(self, partials: pa.Table) -> pa.Table:
        """The sum of histograms."""
        summed = partials.group_by(_KEYS).aggregate([("people", "sum")])
        return summed.rename_columns([*_KEYS, "people"]).select(_PARTIAL.names).cast(_PARTIAL)


def _integers(column: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return np.asarray(column.cast(pa.int32()).to_numpy(zero_copy_only=False), np.int32)


def _histogram(
    level: "np.ndarray[tuple[int], np.dtype[np.int32]]",
    reached: "np.ndarray[tuple[int, int], np.dtype[np.int64]]",
    branch: "np.ndarray[tuple[int], np.dtype[np.int32]]",
) -> pa.Table:
    parts = []
    for step in range(reached.shape[1]):
        chosen = np.flatnonzero(level > step)
        for from_start in (True, False):
            origin = 0 if from_start else max(step - 1, 0)
            taken = (reached[chosen, step] - reached[chosen, origin]) // 1_000
            parts.append(
                pa.table(
                    [
                        pa.array(branch[chosen], pa.int32()),
                        pa.array(np.full(len(chosen), step, np.int32)),
                        pa.array(np.full(len(chosen), from_start)),
                        pa.array(taken),
                        pa.array(np.ones(len(chosen), np.int64)),
                    ],
                    schema=_PARTIAL,
                )
            )
    return pa.concat_tables(parts)


def fold_of(spec: FunnelSpec, since_us: int, until_us: int) -> FunnelFold:
    """The fold that answers a funnel's question."""
    copies = Counter(spec.steps)
    first = {step: number for number, step in reversed(list(enumerate(spec.steps)))}
    return FunnelFold(
        step_count=len(spec.steps),
        order=spec.order,
        since_us=since_us,
        until_us=until_us,
        window_us=spec.window // timedelta(microseconds=1),
        classes=tuple((first[step], copies[step]) for step in first),
        has_branches=spec.breakdown is not None,
    )
