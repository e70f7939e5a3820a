"""The test kit's own clock and chance."""

from datetime import UTC, datetime, timedelta

import pytest

from catchment.kernel import IdMaker
from catchment.testing.clock import ManualClock, seeded_entropy


def test_it_stands_still_until_told_to_move() -> None:
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    assert clock.now() == clock.now()
    clock.advance(1.5)
    clock.advance(timedelta(minutes=1))
    assert clock.now() == datetime(2026, 3, 1, 0, 1, 1, 500_000, tzinfo=UTC)
    assert clock.now_us() == 1_772_323_261_500_000


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        ManualClock(datetime(2026, 3, 1))  # noqa: DTZ001  (the point of the test)


def test_seeded_ids_repeat() -> None:
    made = [IdMaker(ManualClock(), seeded_entropy(4)).make("evt") for _ in range(2)]
    assert made[0] == made[1]
    assert made[0] != IdMaker(ManualClock(), seeded_entropy(5)).make("evt")
