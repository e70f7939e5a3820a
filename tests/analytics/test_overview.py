"""Today so far beside the same stretch of last week."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from analytics.desk import WORKSPACE, DeskEngine, event, table_of
from catchment.analytics import Overview, overview

NOW = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)
"""A Wednesday, half past three in the afternoon in Shanghai."""
TODAY = datetime(2026, 3, 10, 16, tzinfo=UTC)
WEEK = timedelta(days=7)


def seen(*rows: dict[str, object], now: datetime = NOW, zone: str = "Asia/Shanghai") -> Overview:
    return overview(DeskEngine(table_of(rows)), WORKSPACE, now, zone, "CNY")


def tiles(page: Overview) -> dict[str, tuple[object, object]]:
    return {tile.metric: (tile.value, tile.compare) for tile in page.tiles}


def order(who: str, at: datetime, minor: int, currency: str = "CNY") -> dict[str, object]:
    return event(who, "Order Completed", at, order_id=f"{who}{at}", amount_minor=minor,
                 currency=currency)  # fmt: skip


def test_tiles_compare_with_last_week_up_to_the_same_time_of_day() -> None:
    page = seen(
        event("ann", "Page Viewed", TODAY),
        order("ann", NOW - timedelta(minutes=1), 500),
        order("bob", NOW - timedelta(minutes=1), 300, "USD"),
        event("ann", "Page Viewed", TODAY - timedelta(microseconds=1)),
        order("cat", NOW - WEEK - timedelta(minutes=1), 900),
        order("dan", NOW - WEEK + timedelta(minutes=1), 7_000),
    )
    assert (page.day, page.compare_day) == (date(2026, 3, 11), date(2026, 3, 4))
    found = tiles(page)
    assert found["people"] == (2, 1)
    assert found["events"] == (3, 1)
    assert found["orders"] == (2, 1)
    assert found["gmv"] == (500, 900)
    assert found["conversion"] == (1.0, 1.0)
    assert found["page_views"] == (1, 0)


def test_an_empty_workspace_has_a_page() -> None:
    page = seen()
    assert tiles(page)["people"] == (0, 0)
    assert tiles(page)["conversion"] == (None, None)
    assert len(page.minutes) == 30
    assert page.shows == ()


def test_hours_stand_beside_the_same_hours_of_last_week() -> None:
    page = seen(
        event("ann", "P", TODAY + timedelta(hours=1)),
        event("bob", "P", TODAY - WEEK + timedelta(hours=1)),
        event("bob", "P", TODAY - WEEK + timedelta(hours=23)),
    )
    (events,) = [series for series in page.series if series.metric == "events"]
    assert len(events.points) == 24
    assert (events.points[1].value, events.points[1].compare) == (1, 1)
    assert (events.points[23].value, events.points[23].compare) == (None, 1)
    assert (events.points[15].value, events.points[16].value) == (0, None)


def test_a_short_day_is_paired_hour_by_hour() -> None:
    """Berlin's 29 March 2026 has 23 hours, the Sunday before it 24."""
    zone = ZoneInfo("Europe/Berlin")
    page = seen(now=datetime(2026, 3, 29, 23, 30, tzinfo=zone), zone="Europe/Berlin")
    assert [len(series.points) for series in page.series] == [23, 23, 23]
    assert page.series[0].points[0].period == datetime(2026, 3, 28, 23, tzinfo=UTC)


def test_what_goes_on_now() -> None:
    page = seen(
        event("ann", "Live Room Entered", NOW - timedelta(minutes=2), live_id="on"),
        event("bob", "Live Comment Posted", NOW - timedelta(minutes=2), live_id="on"),
        event("cat", "Live Room Entered", NOW - timedelta(minutes=20), live_id="over"),
        event("dan", "Replay Viewed", NOW - timedelta(minutes=1), live_id="replayed"),
        event("eve", "Page Viewed", NOW + timedelta(minutes=1)),
    )
    assert [(show.live_id, show.people, show.events) for show in page.shows] == [("on", 2, 2)]
    assert page.minutes[-1].minute == NOW
    assert [(one.events, one.people) for one in page.minutes[-3:]] == [(2, 2), (1, 1), (0, 0)]
    assert page.top_events[0].name == "Live Room Entered"


def test_it_takes_five_questions() -> None:
    engine = DeskEngine(table_of([]))
    overview(engine, WORKSPACE, NOW, "UTC", "CNY")
    assert engine.queries == 5
