"""Hours, days and weeks as people live them: in the workspace's own time zone.

A day is a calendar day of an IANA zone, so it has 23 or 25 hours twice a year in some; an hour is
an hour on the clock, and one that comes twice is two hours. Weeks start on Monday. An engine knows
none of this: it adds the zone's offset (a handful of constants for a period) and divides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from catchment.analytics.errors import EmptyPeriod, PeriodTooLong, UnknownTimeZone
from catchment.kernel import instant_from_us, us_from_instant
from catchment.lake import micros

PERIODS_MAX = 5_000
SPAN_MAX = timedelta(days=366 * 30)

SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US
DAY_US = 24 * HOUR_US
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_WEEK_STARTS = 3
"""Days from a Monday to 1970-01-01, a Thursday."""


class Grain(StrEnum):
    """How finely an answer is cut in time."""

    NONE = "none"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


def zone_of(name: str) -> ZoneInfo:
    """The time zone of an IANA name.

    Raises:
        UnknownTimeZone: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as unknown:
        raise UnknownTimeZone(f"{name!r} is no IANA time zone, such as Asia/Shanghai") from unknown


def start_of_day(instant: datetime, zone: ZoneInfo) -> datetime:
    """When the local day began that an instant lies in."""
    return _day_begins(instant.astimezone(zone).date(), zone)


def _day_begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _offset_us(instant: datetime, zone: ZoneInfo) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return (offset or timedelta(0)) // timedelta(microseconds=1)


def _turn(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The instant between two of different offsets at which the clock is turned."""
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if _offset_us(middle, zone) == _offset_us(early, zone):
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A period cut into hours, days or weeks of a zone.

    Attributes:
        since: where it begins, UTC.
        until: where it ends, UTC; not itself inside.
        grain: how finely it is cut.
        zone: whose days.
    """

    since: datetime
    until: datetime
    grain: Grain
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if self.since.tzinfo is None or self.until.tzinfo is None or self.since >= self.until:
            raise EmptyPeriod
        if self.until - self.since > SPAN_MAX:
            raise PeriodTooLong("a question spans at most thirty years")
        length = {Grain.HOUR: _HOUR, Grain.DAY: _DAY, Grain.WEEK: 7 * _DAY}.get(self.grain)
        if length and (self.until - self.since) / length > PERIODS_MAX:
            raise PeriodTooLong

    def starts(self) -> tuple[datetime, ...]:
        """When each piece begins, oldest first; the first may begin before `since`."""
        if self.grain is Grain.NONE:
            return (self.since.astimezone(UTC),)
        if self.grain is Grain.HOUR:
            number = self.number_of(self.since)
            found = [instant_from_us(number)]
            while (following := self._next_hour(found[-1])) < self.until:
                found.append(following)
            return tuple(found)
        step = _DAY if self.grain is Grain.DAY else 7 * _DAY
        day = self.since.astimezone(self.zone).date()
        if self.grain is Grain.WEEK:
            day -= timedelta(days=day.weekday())
        found = []
        while (begins := _day_begins(day, self.zone)) < self.until:
            # A zone that jumps over the date line has a day that never was.
            if not found or begins > found[-1]:
                found.append(begins)
            day += step
        return tuple(found)

    def _next_hour(self, begins: datetime) -> datetime:
        # Most often one hour on; where the clock is turned by half an hour, less or more.
        return instant_from_us(self.number_of(begins + _HOUR))

    def number_of(self, instant: datetime) -> int:
        """What `number` gives for an event at an instant."""
        us, offset = us_from_instant(instant), _offset_us(instant, self.zone)
        if self.grain is Grain.NONE:
            return 0
        if self.grain is Grain.HOUR:
            return (us + offset) // HOUR_US * HOUR_US - offset
        days = (us + offset) // DAY_US
        return days if self.grain is Grain.DAY else (days + _WEEK_STARTS) // 7 * 7 - _WEEK_STARTS

    def number(self, instant: Any) -> Any:
        """The piece that an event falls in, as a whole number an engine can group by."""
        if self.grain is Grain.NONE:
            return ibis.literal(0, "int64")
        us, offset = micros(instant), self._offset(instant)
        if self.grain is Grain.HOUR:
            return (us + offset) // HOUR_US * HOUR_US - offset
        days = (us + offset) // DAY_US
        return days if self.grain is Grain.DAY else (days + _WEEK_STARTS) // 7 * 7 - _WEEK_STARTS

    def _offset(self, instant: Any) -> Any:
        turns = self.turns()
        first = ibis.literal(_offset_us(self.since, self.zone), "int64")
        if not turns:
            return first
        cases = [
            (instant < following, ibis.literal(_offset_us(turn, self.zone), "int64"))
            for turn, following in pairwise(turns)
        ]
        last = ibis.literal(_offset_us(turns[-1], self.zone), "int64")
        return ibis.cases((instant < turns[0], first), *cases, else_=last)

    def turns(self) -> Sequence[datetime]:
        """When the zone's clock is turned within the period."""
        found, at = [], self.since.astimezone(UTC)
        end = self.until.astimezone(UTC)
        while at < end:
            following = min(at + _DAY, end)
            if _offset_us(at, self.zone) != _offset_us(following, self.zone):
                found.append(_turn(at, following, self.zone))
            at = following
        return found
