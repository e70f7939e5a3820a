"""The only place that reads the clock; everyone else is handed one.

Instants are aware and in UTC. Where millions of them are kept, they are whole microseconds since
1970 (`_us`), which is what Arrow and Parquet keep too.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


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
