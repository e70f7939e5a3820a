"""A clock that a test winds itself, and chance that it can repeat.

With these two handed in instead of the machine's own, a run is the same run every time: ids,
order and instants included.
"""

import random
from datetime import UTC, datetime, timedelta

from catchment.kernel import Entropy, us_from_instant

_START = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


class ManualClock:
    """Stands still until it is told to move."""

    def __init__(self, now: datetime = _START) -> None:
        us_from_instant(now)  # refuses an instant without a zone
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return self._now

    def now_us(self) -> int:
        """The present instant in microseconds since 1970-01-01 UTC."""
        return us_from_instant(self._now)

    def advance(self, by: timedelta | float) -> None:
        """Moves on by a span, or by so many seconds."""
        self._now += by if isinstance(by, timedelta) else timedelta(seconds=by)

    def set(self, now: datetime) -> None:
        """Moves to an instant, backwards too: real clocks do that."""
        us_from_instant(now)
        self._now = now.astimezone(UTC)


def seeded_entropy(seed: int = 0) -> Entropy:
    """Bytes that look random and are the same for the same seed; never for secrets."""
    generator = random.Random(seed)
    return generator.randbytes
