"""What the changes of stage say about a population: who stands where, who went where, how fast.

Medians and quartiles are of whole durations, interpolated between the two nearest; a duration is
counted in days of 24 hours.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.kernel import instant_from_us
from catchment.people.levels.life_cycle import Transitions
from catchment.people.levels.types import DAY_US, NOBODY, STAGES, Micros, Stage

SEEN = "seen"
"""Where everyone begins: their first event, whatever it was."""


@dataclass(frozen=True, slots=True)
class StageSpeed:
    """How long it took those who did it, in days; `None` of nobody."""

    q1_days: float | None
    median_days: float | None
    q3_days: float | None


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many people stand in a stage."""

    stage: Stage
    people: int


@dataclass(frozen=True, slots=True)
class StageFlow:
    """How often people went from one stage to another, and how long they had been there.

    Attributes:
        before: where from; `None` for those who had never been seen.
        after: where to.
        changes: how often; someone who lapsed twice counts twice.
        speed: the time spent in the stage before.
    """

    before: Stage | None
    after: Stage
    changes: int
    speed: StageSpeed


@dataclass(frozen=True, slots=True)
class StageCohort:
    """People who came to one stage in one month, and how many of them came to another since.

    Attributes:
        month: its first day, in the workspace's zone; `None` for all of them together.
        people: how many came to the first stage.
        converted: how many of them came to the other one by the end of the report.
        speed: how long that took them.
    """

    month: date | None
    people: int
    converted: int
    speed: StageSpeed

    @property
    def share(self) -> float | None:
        """Converted over people; `None` of nobody."""
        return self.converted / self.people if self.people else None


@dataclass(frozen=True, slots=True)
class LifeReport:
    """The life-cycle of a population.

    Attributes:
        stages: who stands where at the end, all nine, in order.
        flows: every change in the period that happened at all, in order of the stages.
        total: of all who came to the first stage in the period.
        cohorts: the same by month, in order.
    """

    stages: tuple[StageCount, ...]
    flows: tuple[StageFlow, ...]
    total: StageCohort
    cohorts: tuple[StageCohort, ...]


def read_transitions(table: pa.Table) -> Transitions:
    """A fold's answer as columns; people are told apart by their first row."""
    before = table["before"].to_numpy().astype(np.int8)
    persons = (np.cumsum(before == NOBODY) - 1).astype(np.int32)
    return Transitions(
        persons,
        table["at_us"].to_numpy().astype(np.int64),
        before,
        table["after"].to_numpy().astype(np.int8),
    )


def life_report(
    life: Transitions,
    *,
    since_us: int,
    until_us: int,
    zone: ZoneInfo,
    begin: str = SEEN,
    end: str = Stage.FIRST_ORDER,
) -> LifeReport:
    """What happened in a period, and how it stands at its end.

    Args:
        life: every change of stage of everyone.
        since_us: where the period begins.
        until_us: where it ends, not included.
        zone: whose months.
        begin: the stage a conversion begins with, or `SEEN`.
        end: the stage it ends with, as it was at the end of the period.
    """
    happened = life.at_us < until_us
    life = Transitions(
        life.persons[happened], life.at_us[happened], life.before[happened], life.after[happened]
    )
    begun = _first_of(life, _came(life, begin))
    people = np.flatnonzero(begun >= 0)
    people = people[life.at_us[begun[people]] >= since_us]
    starts = life.at_us[begun[people]]
    # Whoever comes back to the first stage later than to the second did not go from one to it.
    came = _came(life, end)
    if begin != SEEN:
        came &= np.arange(len(came)) > begun[life.persons]
    reached = _first_of(life, came)[people]
    took = np.where(reached >= 0, life.at_us[reached] - starts, -1)
    months = _months(starts, zone)
    return LifeReport(
        stages=_standing(life),
        flows=_flows(life, since_us),
        total=_cohort(None, took),
        cohorts=tuple(
            _cohort(month, took[[one == month for one in months]]) for month in sorted(set(months))
        ),
    )


def _standing(life: Transitions) -> tuple[StageCount, ...]:
    last = np.ones(len(life.persons), np.bool_)
    last[:-1] = life.persons[1:] != life.persons[:-1]
    counts = np.bincount(life.after[last], minlength=len(STAGES))
    return tuple(StageCount(stage, int(counts[code])) for code, stage in enumerate(STAGES))


def _flows(life: Transitions, since_us: int) -> tuple[StageFlow, ...]:
    stayed = np.zeros(len(life.at_us), np.int64)
    stayed[1:] = life.at_us[1:] - life.at_us[:-1]
    inside = life.at_us >= since_us
    ways = life.before.astype(np.int16) * len(STAGES) + life.after
    found = []
    for way in np.unique(ways[inside]):
        before, after = divmod(int(way), len(STAGES))
        these = stayed[inside & (ways == way)]
        speed = _speed(these if before >= 0 else these[:0])
        found.append(
            StageFlow(STAGES[before] if before >= 0 else None, STAGES[after], len(these), speed)
        )
    return tuple(found)


def _came(life: Transitions, stage: str) -> npt.NDArray[np.bool_]:
    column, code = (
        (life.before, NOBODY) if stage == SEEN else (life.after, STAGES.index(Stage(stage)))
    )
    return np.equal(column, code)


def _first_of(life: Transitions, fits: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """By person: the first of the rows that fit; -1 for none."""
    people = int(life.persons[-1]) + 1 if len(life.persons) else 0
    found = np.full(people, -1, np.int64)
    rows = np.flatnonzero(fits)[::-1]
    # Written backwards, so that the earliest row of a person is the one that stays.
    found[life.persons[rows]] = rows
    return found


def _months(instants: Micros, zone: ZoneInfo) -> list[date]:
    # Each day once: a calendar is slow, and people come on few days.
    days, which = np.unique(instants // (DAY_US // 96), return_inverse=True)
    quarters = [_month(instant_from_us(int(day) * (DAY_US // 96)), zone) for day in days]
    return [quarters[place] for place in which]


def _month(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date().replace(day=1)


def _cohort(month: date | None, took: Micros) -> StageCohort:
    done = took[took >= 0]
    return StageCohort(month, len(took), len(done), _speed(done))


def _speed(durations: Micros) -> StageSpeed:
    if not len(durations):
        return StageSpeed(None, None, None)
    q1, median, q3 = np.quantile(durations / DAY_US, [0.25, 0.5, 0.75])
    return StageSpeed(float(q1), float(median), float(q3))
