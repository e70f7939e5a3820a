"""What is said of many lives: who stands where, who went where, how many got on and how fast."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.people.levels import (
    SEEN,
    LifeCycleFold,
    LifeCycleRules,
    LifeReport,
    Transitions,
    life_report,
    read_transitions,
)
from oracles.life_cycle_by_the_letter import (
    DAY_US,
    STAGES,
    Deed,
    changes,
    days_between,
    quartiles,
    stage_at,
)
from people.levels.lives import LIVES, timelines

UTC_ZONE = ZoneInfo("UTC")
SPANS = (2, 4)
RULES = LifeCycleRules(lapsing_days=SPANS[0], lost_days=SPANS[1])


def lives_of(people: list[list[Deed]]) -> Transitions:
    return read_transitions(LifeCycleFold(RULES).fold(timelines(people)))


def told(report: LifeReport) -> tuple[int, tuple[float | None, ...] | None]:
    speed = report.total.speed
    return report.total.converted, (
        None if speed.median_days is None else (speed.q1_days, speed.median_days, speed.q3_days)
    )


@settings(deadline=None, max_examples=300)
@given(
    st.lists(LIVES, min_size=1, max_size=8),
    st.tuples(st.integers(0, 8), st.integers(1, 12)),
    st.sampled_from([SEEN, *STAGES]),
    st.sampled_from(STAGES),
)
def test_conversion_and_its_speed_are_those_counted_by_hand(
    people: list[list[Deed]], period: tuple[int, int], begin: str, end: str
) -> None:
    since, until = period[0] * DAY_US, (period[0] + period[1]) * DAY_US
    report = life_report(
        lives_of(people), since_us=since, until_us=until, zone=UTC_ZONE, begin=begin, end=end
    )
    lives = [changes(deeds, *SPANS) for deeds in people]
    base, took = days_between(lives, begin, end, since, until)
    assert report.total.people == base
    converted, speed = told(report)
    assert converted == len(took)
    expected = quartiles(took)
    assert (speed is None) == (expected is None)
    if speed is not None and expected is not None:
        assert np.allclose(np.array(speed, float), np.array(expected), atol=1e-9)
    assert sum(cohort.people for cohort in report.cohorts) == base
    assert sum(cohort.converted for cohort in report.cohorts) == len(took)


@settings(deadline=None, max_examples=200)
@given(st.lists(LIVES, min_size=1, max_size=8), st.integers(0, 6), st.integers(1, 12))
def test_who_stands_where_and_who_went_where_add_up(
    people: list[list[Deed]], first: int, days: int
) -> None:
    since, until = first * DAY_US, (first + days) * DAY_US
    report = life_report(lives_of(people), since_us=since, until_us=until, zone=UTC_ZONE)
    standing = Counter(stage_at(deeds, until - 1, *SPANS) for deeds in people)
    assert {one.stage.value: one.people for one in report.stages} == {
        stage: standing[stage] for stage in STAGES
    }
    went: Counter[tuple[str | None, str]] = Counter()
    for deeds in people:
        before = None
        for at, stage in changes(deeds, *SPANS):
            if since <= at < until:
                went[before, stage] += 1
            before = stage
    found = {
        (flow.before.value if flow.before else None, flow.after.value): flow.changes
        for flow in report.flows
    }
    assert found == dict(went)


def test_cohorts_are_months_of_the_workspaces_own_calendar() -> None:
    last_hour = int(datetime(2026, 3, 31, 17, tzinfo=UTC).timestamp() * 1e6)
    people = [[Deed(last_hour, frozenset()), Deed(last_hour + 3 * DAY_US, frozenset({"order"}))]]
    since, until = last_hour - DAY_US, last_hour + 10 * DAY_US
    for zone, month in (("UTC", date(2026, 3, 1)), ("Asia/Shanghai", date(2026, 4, 1))):
        report = life_report(lives_of(people), since_us=since, until_us=until, zone=ZoneInfo(zone))
        (cohort,) = report.cohorts
        assert (cohort.month, cohort.share) == (month, 1.0)
        assert cohort.speed.median_days == pytest.approx(3)


def test_time_spent_is_that_in_the_stage_before() -> None:
    people = [
        [Deed(0, frozenset({"reader"})), Deed(days * DAY_US, frozenset({"lead"}))]
        for days in (1, 2, 5)
    ]
    report = life_report(lives_of(people), since_us=0, until_us=30 * DAY_US, zone=UTC_ZONE)
    (flow,) = [one for one in report.flows if one.before is not None]
    speed = (flow.speed.q1_days, flow.speed.median_days, flow.speed.q3_days)
    assert (flow.changes, speed) == (3, (1.5, 2.0, 3.5))


def test_of_nobody_nothing_is_said() -> None:
    report = life_report(lives_of([]), since_us=0, until_us=DAY_US, zone=UTC_ZONE)
    assert (report.total.people, report.total.share, report.flows) == (0, None, ())
    assert [one.people for one in report.stages] == [0] * 9
