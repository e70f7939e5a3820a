"""Today at a glance: so far, against the same day of last week up to the same time of day.

Two thin slices of the lake are read, today's and last week's, in few questions: the page is looked
at all day, and must answer at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from catchment.analytics.catalogue import METRICS, RECIPES
from catchment.analytics.metric_answer import quotient
from catchment.analytics.periods import Calendar, Grain, start_of_day, zone_of
from catchment.kernel import (
    MetricDefinition,
    WorkspaceId,
    currency_exponent,
    instant_from_us,
    us_from_instant,
)
from catchment.lake import EVENTS, Engine, micros

TILES = ("people", "events", "page_views", "orders", "gmv", "conversion", "live_viewers")
"""The metrics of the page, in reading order."""
SERIES = ("people", "events", "gmv")
ACTIVITY_MINUTES = 30
SHOW_IS_ON_MINUTES = 10
"""A show counts as on air while something happens in it at least this often."""
SHOWS_MAX = 20
TOP_EVENTS_MAX = 10

REPLAY_VIEWED = "Replay Viewed"
"""Watching a show that is over does not put it on air."""

_MINUTE_US = 60_000_000
_Sums = dict[str, tuple[int, int | None]]


@dataclass(frozen=True, slots=True)
class Tile:
    """A number of today and the same of last week; `None` is "no value"."""

    metric: str
    value: int | float | None
    compare: int | float | None
    unit: str
    currency: str | None
    passport: MetricDefinition


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """An hour of today and the same hour of last week; `None` where it has not begun."""

    period: datetime
    value: int | float | None
    compare: int | float | None


@dataclass(frozen=True, slots=True)
class Series:
    """A metric by the hour."""

    metric: str
    unit: str
    currency: str | None
    points: tuple[SeriesPoint, ...]


@dataclass(frozen=True, slots=True)
class LiveMinute:
    """A minute of the last half hour."""

    minute: datetime
    events: int
    people: int


@dataclass(frozen=True, slots=True)
class ActiveShow:
    """A show in which something happened in the last minutes, and how many were there."""

    live_id: str
    people: int
    events: int
    last_event_at: datetime


@dataclass(frozen=True, slots=True)
class TopEvent:
    """An event's name and how often it came today."""

    name: str
    count: int
    people: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The page."""

    as_of: datetime
    time_zone: str
    day: date
    compare_day: date
    tiles: tuple[Tile, ...]
    series: tuple[Series, ...]
    minutes: tuple[LiveMinute, ...]
    shows: tuple[ActiveShow, ...]
    top_events: tuple[TopEvent, ...]


@dataclass(frozen=True, slots=True)
class _Days:
    """Today so far, and the same stretch of the same day last week."""

    now: datetime
    zone: ZoneInfo

    @property
    def day(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def today(self) -> datetime:
        return start_of_day(self.now, self.zone)

    @property
    def then(self) -> datetime:
        """The same time of day a week ago."""
        return (self.now.astimezone(self.zone) - timedelta(days=7)).astimezone(UTC)

    @property
    def last_week(self) -> datetime:
        return start_of_day(self.then, self.zone)

    @property
    def last_week_ends(self) -> datetime:
        return start_of_day(self.last_week + timedelta(hours=30), self.zone)


def overview(
    engine: Engine, workspace_id: WorkspaceId, now: datetime, zone: str, currency: str
) -> Overview:
    """Answers for the page.

    Args:
        engine: who answers.
        workspace_id: whose events.
        now: the present instant.
        zone: the workspace's IANA zone.
        currency: the one that money is shown in; other currencies are left out, not added.
    """
    currency_exponent(currency)
    days = _Days(now.astimezone(UTC), zone_of(zone))
    sums = _sums_by_day(engine, workspace_id, days, currency)
    return Overview(
        as_of=days.now,
        time_zone=zone,
        day=days.day,
        compare_day=days.day - timedelta(days=7),
        tiles=tuple(_tiles(sums, currency)),
        series=tuple(_series(engine, workspace_id, days, currency)),
        minutes=_minutes(engine, workspace_id, days.now),
        shows=_shows(engine, workspace_id, days.now),
        top_events=_top_events(engine, workspace_id, days),
    )


def _aggregates(events: Any, metrics: Sequence[str], currency: str) -> dict[str, Any]:
    """Each metric's sums side by side, so that one pass over the events gives them all."""
    asked = {}
    for metric in metrics:
        recipe, where = RECIPES[metric], None
        if recipe.names:
            where = events.name.isin(list(recipe.names))
        if METRICS[metric].is_money:
            where = where & (events.currency == currency)
        for part, measure in (("n", recipe.numerator), ("d", recipe.denominator)):
            if measure is not None:
                asked[f"{metric}_{part}"] = measure(events, where)
    return asked


def _sums_of(row: Mapping[str, Any], metrics: Sequence[str]) -> _Sums:
    return {
        metric: (
            int(row[f"{metric}_n"]),
            int(row[f"{metric}_d"]) if RECIPES[metric].denominator else None,
        )
        for metric in metrics
    }


def _both_days(until: datetime, days: _Days, last_week_ends: datetime) -> Any:
    # The plain range comes first: by it, files and parts of files of other days are not even read.
    within = EVENTS.filter(EVENTS.time >= days.last_week, EVENTS.time < max(until, last_week_ends))
    events = within.filter((within.time >= days.today) | (within.time < last_week_ends))
    return events.mutate(is_today=events.time >= days.today)


def _nothing(metrics: Sequence[str]) -> _Sums:
    return {metric: (0, 0 if RECIPES[metric].denominator else None) for metric in metrics}


def _sums_by_day(
    engine: Engine, workspace_id: WorkspaceId, days: _Days, currency: str
) -> dict[bool, _Sums]:
    events = _both_days(days.now, days, days.then)
    asked = events.group_by("is_today").aggregate(**_aggregates(events, TILES, currency))
    sums = {is_today: _nothing(TILES) for is_today in (True, False)}
    for row in engine.query(workspace_id, asked).to_pylist():
        sums[row["is_today"]] = _sums_of(row, TILES)
    return sums


def _tiles(sums: Mapping[bool, _Sums], currency: str) -> Iterator[Tile]:
    for metric in TILES:
        passport = METRICS[metric]
        yield Tile(
            metric=metric,
            value=quotient(*sums[True][metric]),
            compare=quotient(*sums[False][metric]),
            unit=passport.unit.value,
            currency=currency if passport.is_money else None,
            passport=passport,
        )


def _series(
    engine: Engine, workspace_id: WorkspaceId, days: _Days, currency: str
) -> Iterator[Series]:
    """Hour by hour, paired by the hour's place in its day."""
    ends = days.last_week_ends
    events = _both_days(days.now, days, ends)
    whole = Calendar(days.last_week, max(days.now, ends), Grain.HOUR, days.zone)
    asked = events.group_by("is_today", hour=whole.number(events.time)).aggregate(
        **_aggregates(events, SERIES, currency)
    )
    sums = {
        (row["is_today"], row["hour"]): _sums_of(row, SERIES)
        for row in engine.query(workspace_id, asked).to_pylist()
    }
    tomorrow = start_of_day(days.today + timedelta(hours=30), days.zone)
    mine = Calendar(days.today, tomorrow, Grain.HOUR, days.zone).starts()
    theirs = Calendar(days.last_week, ends, Grain.HOUR, days.zone).starts()
    nothing = _nothing(SERIES)
    for metric in SERIES:
        points = []
        for number, hour in enumerate(mine):
            begun = hour <= days.now
            now = sums.get((True, us_from_instant(hour)), nothing)[metric] if begun else None
            then = None
            if number < len(theirs):
                then = sums.get((False, us_from_instant(theirs[number])), nothing)[metric]
            points.append(
                SeriesPoint(
                    hour, quotient(*now) if now else None, quotient(*then) if then else None
                )
            )
        passport = METRICS[metric]
        money = currency if passport.is_money else None
        yield Series(metric, passport.unit.value, money, tuple(points))


def _minutes(engine: Engine, workspace_id: WorkspaceId, now: datetime) -> tuple[LiveMinute, ...]:
    last = us_from_instant(now) // _MINUTE_US
    first = last - ACTIVITY_MINUTES + 1
    events = EVENTS.filter(EVENTS.time >= instant_from_us(first * _MINUTE_US), EVENTS.time <= now)
    asked = events.group_by(minute=micros(events.time) // _MINUTE_US).aggregate(
        events=events.count(), people=events.person.nunique()
    )
    found = {row["minute"]: row for row in engine.query(workspace_id, asked).to_pylist()}
    nothing = {"events": 0, "people": 0}
    return tuple(
        LiveMinute(
            instant_from_us(minute * _MINUTE_US),
            found.get(minute, nothing)["events"],
            found.get(minute, nothing)["people"],
        )
        for minute in range(first, last + 1)
    )


def _shows(engine: Engine, workspace_id: WorkspaceId, now: datetime) -> tuple[ActiveShow, ...]:
    since = now - timedelta(minutes=SHOW_IS_ON_MINUTES)
    events = EVENTS.filter(EVENTS.time >= since, EVENTS.time <= now, EVENTS.live_id.notnull())
    asked = (
        events.filter(events.name != REPLAY_VIEWED)
        .group_by("live_id")
        .aggregate(
            people=lambda shown: shown.person.nunique(),
            events=lambda shown: shown.count(),
            last_event_at=lambda shown: shown.time.max(),
        )
        .order_by([ibis.desc("people"), ibis.asc("live_id")])
        .limit(SHOWS_MAX)
    )
    rows = engine.query(workspace_id, asked).to_pylist()
    return tuple(
        ActiveShow(
            row["live_id"], row["people"], row["events"], row["last_event_at"].astimezone(UTC)
        )
        for row in rows
    )


def _top_events(engine: Engine, workspace_id: WorkspaceId, days: _Days) -> tuple[TopEvent, ...]:
    events = EVENTS.filter(EVENTS.time >= days.today, EVENTS.time <= days.now)
    asked = (
        events.group_by("name")
        .aggregate(count=events.count(), people=events.person.nunique())
        .order_by([ibis.desc("count"), ibis.asc("name")])
        .limit(TOP_EVENTS_MAX)
    )
    rows = engine.query(workspace_id, asked).to_pylist()
    return tuple(TopEvent(row["name"], row["count"], row["people"]) for row in rows)
