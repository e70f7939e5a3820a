"""When it happened: the sender's clock is believed within a minute, corrected beyond it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.collect.normalise import (
    FUTURE_BELIEVED_US,
    LATE_US,
    SKEW_BELIEVED_US,
    UNKNOWN_US,
    happened,
    happened_one,
    instants,
)

SECOND = 1_000_000
DAY = 86_400 * SECOND
NOW = 1_767_614_400 * SECOND

offsets = st.one_of(
    st.integers(-3 * DAY, 3 * DAY),
    st.sampled_from(
        [0, SKEW_BELIEVED_US, SKEW_BELIEVED_US + 1, -SKEW_BELIEVED_US, -SKEW_BELIEVED_US - 1,
         FUTURE_BELIEVED_US, FUTURE_BELIEVED_US + 1, -DAY, -DAY - 1, -NOW]
    ),
)  # fmt: skip


def test_a_batch_held_back_for_half_a_minute_does_not_overtake() -> None:
    """The textbook formula would move this event by the thirty seconds it was on its way."""
    time, is_suspect = happened_one(NOW - 31 * SECOND, NOW - 30 * SECOND, NOW)
    assert (time, is_suspect) == (NOW - 31 * SECOND, False)


def test_device_order_survives_two_batches_on_different_roads() -> None:
    """First tapped, sent at once but stalled; then tapped and sent fast: order stays."""
    first, _ = happened_one(NOW, NOW + 1 * SECOND, NOW + 26 * SECOND)
    second, _ = happened_one(NOW + 3 * SECOND, NOW + 4 * SECOND, NOW + 4 * SECOND)
    assert first < second
    textbook = [
        NOW + 26 * SECOND - (1 * SECOND),
        NOW + 4 * SECOND - (1 * SECOND),
    ]
    assert textbook[0] > textbook[1]


def test_a_clock_an_hour_slow_is_corrected() -> None:
    hour = 3_600 * SECOND
    time, is_suspect = happened_one(NOW - hour - 5 * SECOND, NOW - hour, NOW)
    assert (time, is_suspect) == (NOW - 5 * SECOND, False)


def test_a_clock_off_by_days_is_corrected_and_suspect() -> None:
    assert happened_one(NOW - 9 * DAY - SECOND, NOW - 9 * DAY, NOW) == (NOW - SECOND, True)


def test_the_future_is_brought_down_and_suspect() -> None:
    assert happened_one(NOW + DAY, None, NOW) == (NOW, True)
    assert happened_one(NOW + DAY, NOW, NOW) == (NOW, True)
    assert happened_one(NOW + 30 * SECOND, NOW, NOW) == (NOW + 30 * SECOND, False)


def test_a_clock_without_a_battery_is_not_believed_unless_it_is_history() -> None:
    assert happened_one(0, None, NOW) == (NOW, True)
    assert happened_one(0, None, NOW, is_historical=True) == (0, False)


def test_history_is_not_corrected() -> None:
    told = NOW - 400 * DAY
    assert happened_one(told, NOW - DAY, NOW, is_historical=True) == (told, False)


def test_an_event_without_an_instant_happened_when_it_came() -> None:
    assert happened_one(None, NOW - 9 * DAY, NOW) == (NOW, False)


@given(
    st.lists(
        st.tuples(st.none() | offsets, st.none() | offsets, st.booleans()), min_size=1, max_size=20
    )
)
def test_many_at_once_are_judged_as_each_alone(
    told: list[tuple[int | None, int | None, bool]],
) -> None:
    original = [None if at is None else NOW + at for at, _, _ in told]
    sent = [None if at is None else NOW + at for _, at, _ in told]
    history = [flag for _, _, flag in told]
    together = happened(
        instants(original), instants(sent), np.full(len(told), NOW), np.array(history)
    )
    alone = [
        happened_one(o, s, NOW, is_historical=h)
        for o, s, h in zip(original, sent, history, strict=True)
    ]
    assert list(zip(together.time_us, together.is_suspect, strict=True)) == alone
    assert together.is_late.tolist() == [NOW - time > LATE_US for time, _ in alone]


@pytest.mark.parametrize(("age", "is_late"), [(DAY, False), (DAY + 1, True)])
def test_late_is_more_than_a_day(age: int, is_late: bool) -> None:  # noqa: FBT001
    one = happened(instants([NOW - age]), instants([None]), instants([NOW]), np.array([False]))
    assert one.is_late.tolist() == [is_late]
    assert instants([None]).tolist() == [UNKNOWN_US]
