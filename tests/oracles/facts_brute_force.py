"""Measures by the plainest reading of their definition: one person, a list of events, a sum."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from catchment.kernel import us_from_instant
from catchment.people.facts import NEVER, Aggregate, Measure

DAY_US = 86_400_000_000

Answered = float | str | list[str] | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One occurrence: when, its event's key, and the field's value."""

    time_us: int
    key: bytes
    value: float | str | None = None


def counted(measure: Measure, happenings: Sequence[Happening], at_us: int) -> list[Happening]:
    """Those that count at an instant, in order."""

    def counts(one: Happening) -> bool:
        if one.time_us > at_us:
            return False
        if measure.window is not None:
            window_us = round(measure.window.total_seconds() * 1_000_000)
            if one.time_us <= at_us - window_us:
                return False
        if measure.since is not None and one.time_us < us_from_instant(measure.since):
            return False
        return measure.until is None or one.time_us < us_from_instant(measure.until)

    return sorted(filter(counts, happenings), key=lambda one: (one.time_us, one.key))


def measured(measure: Measure, happenings: Sequence[Happening], at_us: int, zone: str) -> Answered:
    """The measure's answer; `None` for no value."""
    found = counted(measure, happenings, at_us)
    values = [one.value for one in found]
    numbers = [value for value in values if isinstance(value, float)]
    texts = [value for value in values if isinstance(value, str)]
    of_none: dict[Aggregate, Answered] = {
        Aggregate.COUNT: float(len(found)),
        Aggregate.SUM: math.fsum(numbers),
        Aggregate.DISTINCT: float(len(set(texts))),
        Aggregate.UNIQUE: sorted(set(texts), key=lambda text: text.encode()),
        Aggregate.ACTIVE_DAYS: float(len({_day(one.time_us, zone) for one in found})),
    }
    if measure.aggregate in of_none or not found:
        return of_none.get(measure.aggregate)
    first_us, last_us = found[0].time_us, found[-1].time_us
    of_some: dict[Aggregate, Callable[[], Answered]] = {
        Aggregate.AVERAGE: lambda: math.fsum(numbers) / len(numbers),
        Aggregate.MIN: lambda: min(numbers),
        Aggregate.MAX: lambda: max(numbers),
        Aggregate.FIRST: lambda: values[0],
        Aggregate.LAST: lambda: values[-1],
        Aggregate.FIRST_AT: lambda: float(first_us),
        Aggregate.LAST_AT: lambda: float(last_us),
        Aggregate.DAYS_SINCE_FIRST: lambda: float((at_us - first_us) // DAY_US),
        Aggregate.DAYS_SINCE_LAST: lambda: float((at_us - last_us) // DAY_US),
        Aggregate.MOST_FREQUENT: lambda: _most_frequent(texts),
    }
    return of_some[measure.aggregate]()


def _most_frequent(texts: Sequence[str]) -> str:
    often = Counter(texts)
    most = max(often.values())
    return next(text for text in reversed(texts) if often[text] == most)


def next_change(measure: Measure, happenings: Sequence[Happening], at_us: int) -> int:
    """The first later instant at which other events count, or another day has passed."""
    now = counted(measure, happenings, at_us)
    moments = {one.time_us for one in happenings}
    if measure.window is not None:
        window_us = round(measure.window.total_seconds() * 1_000_000)
        moments |= {one.time_us + window_us for one in happenings}
    later = [
        moment for moment in sorted(moments)
        if moment > at_us and _differs(measure, happenings, moment, now)
    ]  # fmt: skip
    change = later[0] if later else NEVER
    if now and measure.aggregate in (Aggregate.DAYS_SINCE_FIRST, Aggregate.DAYS_SINCE_LAST):
        since = now[-1 if measure.aggregate is Aggregate.DAYS_SINCE_LAST else 0].time_us
        change = min(change, since + ((at_us - since) // DAY_US + 1) * DAY_US)
    return change


def _differs(
    measure: Measure, happenings: Sequence[Happening], moment: int, now: list[Happening]
) -> bool:
    return counted(measure, happenings, moment) != now


def _day(time_us: int, zone: str) -> str:
    seconds, micros = divmod(time_us, 1_000_000)
    instant = datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)
    return instant.astimezone(ZoneInfo(zone)).date().isoformat()
