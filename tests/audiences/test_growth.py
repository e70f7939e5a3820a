"""Growth by day: sizes carried on, moves counted on their day in the workspace's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from audiences.live_world import START, LiveWorld
from audiences.small_world import WORKSPACE
from catchment.audiences import Cause, growth_of, refresh_audience
from catchment.store import UnitOfWork

RECENT = {"did": {"event": "Order Completed", "within": "36h"}}


def test_days_carry_sizes_on_and_count_moves(live: LiveWorld) -> None:
    live.happen(1, "Order Completed")
    made = live.make("Recent", RECENT)
    live.step()
    live.clock.advance(timedelta(days=1))
    live.happen(2, "Order Completed")
    live.happen(3, "Order Completed")
    live.step()
    live.clock.advance(timedelta(days=3))
    live.step()
    with UnitOfWork(live.database, reads_only=True) as uow:
        growth = growth_of(
            uow, WORKSPACE, made, since=START - timedelta(days=1), until=live.clock.now(),
            time_zone="Asia/Shanghai",
        )  # fmt: skip
    assert [(one.size, one.entered, one.left) for one in growth.days] == [
        (None, 0, 0), (1, 0, 0), (3, 2, 0), (3, 0, 0), (3, 0, 0), (0, 0, 3),
    ]  # fmt: skip
    assert [(one.cause, one.entered) for one in growth.refills] == [(Cause.EDIT, 1)]


def test_a_day_begins_at_midnight_of_the_workspace(live: LiveWorld) -> None:
    live.clock.set(datetime(2026, 3, 1, 15, 59, tzinfo=UTC))  # 23:59 in Shanghai
    made = live.make("Recent", RECENT)
    live.step()
    live.clock.advance(timedelta(minutes=2))
    live.happen(1, "Order Completed")
    live.step()
    with UnitOfWork(live.database, reads_only=True) as uow:
        growth = growth_of(
            uow, WORKSPACE, made, since=live.clock.now(), until=live.clock.now(),
            time_zone="Asia/Shanghai",
        )  # fmt: skip
    assert [(one.day.isoformat(), one.entered) for one in growth.days] == [("2026-03-02", 1)]


def test_a_refresh_is_told_as_one(live: LiveWorld) -> None:
    made = live.make("Recent", RECENT)
    live.step()
    with UnitOfWork(live.database) as uow:
        assert refresh_audience(uow, WORKSPACE, made, author=live.author).is_filling
    live.step()
    with UnitOfWork(live.database, reads_only=True) as uow:
        growth = growth_of(
            uow, WORKSPACE, made, since=START, until=live.clock.now(), time_zone="UTC"
        )
    assert [one.cause for one in growth.refills] == [Cause.REFRESH, Cause.EDIT]
