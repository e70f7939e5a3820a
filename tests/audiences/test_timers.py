"""The calendar: people move by the clock alone, at the very instant, without being scanned."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiences.live_world import LiveWorld, person
from catchment.audiences.ports import NEVER
from catchment.audiences.timers import BLOCK_NODES, NOT_DUE, Calendar

MICROSECOND = timedelta(microseconds=1)
INACTIVE = {
    "all": [
        {"did": {"event": "Order Completed"}},
        {"did_not": {"event": "Order Completed", "within": "30d"}},
    ]
}
RECENT = {"did": {"event": "Order Completed", "within": "30d"}}


def test_somebody_inactive_for_30_days_enters_at_that_instant(live: LiveWorld) -> None:
    inactive, recent = live.make("Inactive", INACTIVE), live.make("Recent", RECENT)
    live.happen(3, "Order Completed")
    live.step()
    assert (live.members(inactive), live.members(recent)) == (set(), {3})
    live.clock.advance(timedelta(days=30) - MICROSECOND)
    live.step()
    assert (live.members(inactive), live.members(recent)) == (set(), {3})
    live.clock.advance(MICROSECOND)
    report = live.step()
    assert report.looked == 1
    assert (live.members(inactive), live.members(recent)) == ({3}, set())
    assert live.moves(inactive) == [(person(3), "entered", "time", False)]
    assert live.moves(recent) == [(person(3), "left", "time", False)]


def test_time_that_passed_while_nothing_ran_is_made_up_for(live: LiveWorld) -> None:
    inactive = live.make("Inactive", INACTIVE)
    live.happen(3, "Order Completed")
    live.step()
    live.live.close()
    live.clock.advance(timedelta(days=400))
    live.restart()
    live.step()
    assert live.moves(inactive) == [(person(3), "entered", "time", False)]


def test_an_event_puts_the_date_off(live: LiveWorld) -> None:
    inactive = live.make("Inactive", INACTIVE)
    live.happen(3, "Order Completed")
    live.step()
    live.clock.advance(timedelta(days=20))
    live.happen(3, "Order Completed")
    live.step()
    live.clock.advance(timedelta(days=20))
    live.step()
    assert live.members(inactive) == set()
    live.clock.advance(timedelta(days=11))
    live.step()
    assert live.members(inactive) == {3}


def test_nobody_is_looked_at_while_nobody_is_due(live: LiveWorld) -> None:
    live.make("Inactive", INACTIVE)
    for node in range(6):
        live.happen(node, "Order Completed")
    live.step()
    for _ in range(10):
        live.clock.advance(timedelta(days=2))
        assert live.step().looked == 0


def test_a_calendar_that_rounds_up_would_be_late() -> None:
    """The wrong variant: rounded up to the second, somebody would be looked at too late."""
    calendar = Calendar(np.zeros(BLOCK_NODES, np.uint32))
    due_us = 1_700_000_000_000_001
    calendar.put(np.array([7], np.int32), np.array([due_us]))
    assert calendar.due(due_us).tolist() == [7]
    late = np.zeros(BLOCK_NODES, np.uint32)
    late[7] = -(-due_us // 1_000_000)
    assert Calendar(late).due(due_us).tolist() == []


def test_a_calendar_has_whole_blocks() -> None:
    with pytest.raises(ValueError, match="whole blocks"):
        Calendar(np.zeros(BLOCK_NODES + 1, np.uint32))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3 * BLOCK_NODES - 1),
            st.integers(1, 4_000_000_000_000_000) | st.just(NEVER) | st.just(2**62),
        ),
        max_size=30,
    ),
    st.integers(0, 4_100_000_000_000_000),
)
def test_due_is_whoever_was_last_put_before_now(puts: list[tuple[int, int]], now: int) -> None:
    calendar = Calendar(np.zeros(3 * BLOCK_NODES, np.uint32))
    last: dict[int, int] = {}
    for node, instant in puts:
        calendar.put(np.array([node], np.int32), np.array([instant]))
        last[node] = instant
    second = 1_000_000
    kept = {
        node: max(1, instant // second)
        for node, instant in last.items()
        if instant // second < 2**32 - 1
    }
    assert calendar.due(now).tolist() == sorted(n for n, s in kept.items() if s <= now // second)
    assert calendar.next_us == (min(kept.values()) * second if kept else None)
    assert NOT_DUE == 0
