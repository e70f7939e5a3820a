"""The only place that reads the clock; everyone else is handed one.

Instants are aware and in UTC. Where millions of them are kept, they are whole microseconds since
1970 (`_us`), which is what Arrow and Parquet keep too.
"""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from catchment.kernel.errors import Invalid

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SPAN = re.compile(r"(\d{1,6})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class SpanMalformed(Invalid):
    """A length of time is a number and a unit: 45s, 90m, 36h, 7d or 2w."""


class Clock(Protocol):
    """Tells the time; a test hands in one that it winds itself."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""

    def now_us(self) -> int:
        """The present instant in microseconds since 1970-01-01 UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251  (the one permitted place)

    def now_us(self) -> int:
        """The present instant in microseconds since 1970-01-01 UTC."""
        return time.time_ns() // 1_000


def us_from_instant(instant: datetime) -> int:
    """Microseconds since 1970 of an aware instant."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return (instant - _EPOCH) // _MICROSECOND


def instant_from_us(us: int) -> datetime:
    """The aware UTC instant of so many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=us)


def read_span(text: str) -> timedelta:
    """The length of time that a person wrote, as `7d` or `90m`.

    Raises:
        SpanMalformed: it is none.
    """
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise SpanMalformed(f"{text!r} is no length of time: write 45s, 90m, 36h, 7d or 2w")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def write_span(span: timedelta) -> str:
    """A length of time in its largest whole unit, as `7 days`."""
    seconds = round(span.total_seconds())
    for unit, size in (("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count, rest = divmod(seconds, size)
        if count and not rest and not (unit == "week" and count == 1):
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
