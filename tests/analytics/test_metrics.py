"""Metrics say what their passports say, by the hour, day and week that people live by."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.desk import START, WORKSPACE, DeskEngine, event, table_of
from catchment.analytics import (
    METRICS,
    EmptyPeriod,
    Grain,
    MetricQuery,
    NumbersNotComparable,
    PeriodTooLong,
    UnknownMetric,
    UnknownTimeZone,
    add_rows,
    compute_metric,
)
from catchment.kernel import UnknownCurrency, WorkspaceId

END = START + timedelta(days=7)


def answers(rows: list[dict[str, Any]], metric: str, **asked: Any) -> list[tuple[Any, ...]]:
    """Period, breakdown, currency and value of each row."""
    query = MetricQuery(metric, **{"since": START, "until": END, "time_zone": "UTC", **asked})
    found = compute_metric(DeskEngine(table_of(rows)), WORKSPACE, query).rows
    return [(row.period, row.breakdown, row.currency, row.value) for row in found]


def order(who: str, at: float, number: str | None, minor: int, **more: Any) -> dict[str, Any]:
    return event(who, "Order Completed", at, order_id=number, amount_minor=minor,
                 **{"currency": "CNY", **more})  # fmt: skip


SHOP = [
    event("ann", "Page Viewed", 0, kind="page"),
    order("ann", 5, "1", 1_000),
    order("ann", 5, "1", 500),
    event("bob", "Page Viewed", 10, kind="page"),
    event("bob", "Page Viewed", 39, kind="page"),
    event("bob", "Page Viewed", 70, kind="page"),
    order("cat", 20, "2", 4_500),
    event("cat", "Order Refunded", 60, order_id="2", amount_minor=-4_500, currency="CNY"),
    event("dan", "Live Room Entered", 30, live_id="l1"),
    event("dan", "Live Comment Posted", 31, live_id="l1"),
    order("dan", 32, None, 700, currency="USD"),
]


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("people", 4), ("new_people", 4), ("events", 11), ("page_views", 4), ("buyers", 3),
        ("conversion", 3 / 4), ("orders", 3), ("live_viewers", 1), ("live_comments", 1),
        # Ann one; Bob two, for 39 to 70 is over half an hour; Cat two; Dan one.
        ("visits", 6),
    ],
)  # fmt: skip
def test_each_metric_counts_what_it_says(metric: str, value: float) -> None:
    assert answers(SHOP, metric) == [(None, None, None, value)]


@pytest.mark.parametrize(
    ("metric", "yuan", "dollars"),
    [("gmv", 6_000, 700), ("net_sales", 1_500, 700), ("average_order_value", 3_000.0, 700.0)],
)
def test_money_keeps_its_currencies_apart(metric: str, yuan: float, dollars: float) -> None:
    assert answers(SHOP, metric) == [(None, None, "CNY", yuan), (None, None, "USD", dollars)]
    assert answers(SHOP, metric, currency="USD") == [(None, None, "USD", dollars)]


def test_every_metric_has_a_whole_passport() -> None:
    for name, passport in METRICS.items():
        assert passport.id == name
        assert passport.name_en
        assert passport.name_zh
        assert passport.numerator
        assert passport.description
        assert (passport.money_basis is not None) == passport.is_money


@pytest.mark.parametrize("metric", ["conversion", "average_order_value"])
def test_nothing_to_divide_by_is_no_value_and_not_zero(metric: str) -> None:
    assert [row[3] for row in answers([], metric)] == [None]


def test_days_without_events_are_zeros_in_their_place() -> None:
    rows = answers(SHOP, "events", grain=Grain.DAY)
    assert [row[3] for row in rows] == [11, 0, 0, 0, 0, 0, 0]
    assert rows[1][0] == START + timedelta(days=1)


def test_a_ratio_over_days_is_a_sum_over_a_sum() -> None:
    """A mean of daily conversions would say (1 + 0) / 2; the passport says 1 / 11."""
    rows = [order("ann", 0, "1", 100)]
    rows += [event(f"p{number}", "Page Viewed", 1_440) for number in range(10)]
    assert [row[3] for row in answers(rows, "conversion")] == [pytest.approx(1 / 11)]
    daily = [row[3] for row in answers(rows, "conversion", grain=Grain.DAY)]
    assert daily[:3] == [1.0, 0.0, None]


def test_a_day_ends_at_local_midnight() -> None:
    late = datetime(2026, 3, 2, 15, 59, 59, 999_999, tzinfo=UTC)
    rows = [event("ann", "Page Viewed", late), event("ann", "Page Viewed", 16 * 60)]
    found = answers(rows, "events", grain=Grain.DAY, time_zone="Asia/Shanghai")
    assert [row[3] for row in found][:2] == [1, 1]
    assert found[1][0] == datetime(2026, 3, 2, 16, tzinfo=UTC)


def test_days_are_23_and_25_hours_long_where_the_clock_is_turned() -> None:
    zone, one = "Europe/Berlin", timedelta(days=1)
    for night, hours in (((2026, 3, 29), 23), ((2026, 10, 25), 25)):
        begins = datetime(*night, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        rows = [event("ann", "Page Viewed", begins + timedelta(hours=n)) for n in range(26)]
        period = {"since": begins, "until": begins + 2 * one, "time_zone": zone}
        days = answers(rows, "events", grain=Grain.DAY, **period)
        assert [row[3] for row in days][:2] == [hours, 26 - hours]
        by_hour = answers(rows, "events", grain=Grain.HOUR, **period)
        assert [row[3] for row in by_hour][:26] == [1] * 26


def test_weeks_begin_on_monday() -> None:
    rows = [event("ann", "Page Viewed", START - timedelta(minutes=1)), event("ann", "P", START)]
    found = answers(rows, "events", grain=Grain.WEEK, since=START - timedelta(days=3))
    assert [(row[0], row[3]) for row in found] == [(START - timedelta(days=7), 1), (START, 1)]


def test_a_visit_that_began_before_the_period_is_not_counted_in_it() -> None:
    rows = [event("ann", "P", -10), event("ann", "P", 10), event("ann", "P", 60)]
    assert answers(rows, "visits")[0][3] == 1


def test_new_people_are_new_once() -> None:
    rows = [event("ann", "P", -5), event("ann", "P", 5), event("bob", "P", 6)]
    assert answers(rows, "new_people")[0][3] == 1


def test_a_breakdown_is_bounded_and_nothing_is_lost() -> None:
    rows = [
        event(f"p{n}", "Product Viewed", n, properties=f'{{"taste": "k{n % 5}"}}')
        for n in range(20)
    ]
    rows += [event("p0", "Product Viewed", 30), event("p9", "Product Viewed", 31)]
    query = MetricQuery("events", START, END, breakdown="taste", breakdown_max=2)
    found = compute_metric(DeskEngine(table_of(rows)), WORKSPACE, query).rows
    assert [(row.breakdown, row.is_other, row.value) for row in found] == [
        ("k0", False, 4), ("k1", False, 4), (None, True, 14),
    ]  # fmt: skip
    whole = answers(rows, "events", breakdown="taste", breakdown_max=50)
    assert (None, None, None, 2) in whole
    assert sum(row[3] for row in whole) == 22


def test_another_workspace_is_never_counted() -> None:
    engine = DeskEngine(table_of(SHOP, workspace_id="wsp_other"))
    query = MetricQuery("events", START, END)
    assert compute_metric(engine, WorkspaceId("wsp_test"), query).rows[0].value == 0


def test_what_does_not_compare_is_not_added() -> None:
    query = MetricQuery("gmv", START, END)
    result = compute_metric(DeskEngine(table_of(SHOP)), WORKSPACE, query)
    with pytest.raises(NumbersNotComparable, match="CNY and USD"):
        add_rows((result.passport, row) for row in result.rows)
    people = compute_metric(
        DeskEngine(table_of(SHOP)), WORKSPACE, MetricQuery("people", START, END, Grain.DAY)
    )
    with pytest.raises(NumbersNotComparable):
        add_rows((people.passport, row) for row in people.rows)
    with pytest.raises(NumbersNotComparable):
        add_rows([(people.passport, people.rows[0]), (result.passport, result.rows[0])])


def test_what_compares_is_added_as_sums_over_sums() -> None:
    query = MetricQuery("average_order_value", START, END, Grain.DAY, "UTC", currency="CNY")
    rows = [order("ann", 0, "1", 100), order("ann", 1, "2", 300), order("ann", 1_441, "3", 800)]
    result = compute_metric(DeskEngine(table_of(rows)), WORKSPACE, query)
    assert add_rows((result.passport, row) for row in result.rows).value == 400.0


def test_questions_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UnknownMetric):
        MetricQuery("profit", START, END)
    with pytest.raises(UnknownCurrency):
        MetricQuery("gmv", START, END, currency="yuan")
    for asked, law in (
        ({"time_zone": "Asia/Atlantis"}, UnknownTimeZone),
        ({"since": END, "until": START}, EmptyPeriod),
        ({"since": START - timedelta(days=900), "grain": Grain.HOUR}, PeriodTooLong),
    ):
        with pytest.raises(law):
            answers([], "events", **asked)


instants = st.integers(0, 3 * 24 * 60).map(lambda m: datetime(2026, 10, 23, 22, tzinfo=UTC) +
                                           timedelta(minutes=m))  # fmt: skip


@settings(deadline=None, max_examples=20)
@given(deeds=st.lists(st.tuples(st.sampled_from("abc"), instants), max_size=20))
def test_days_agree_with_a_plain_count(deeds: list[tuple[str, datetime]]) -> None:
    """An oracle in the standard library alone, over the night the clock is turned."""
    zone = ZoneInfo("Europe/Berlin")
    people, counts = defaultdict(set), defaultdict[Any, int](int)
    for who, at in deeds:
        people[at.astimezone(zone).date()].add(who)
        counts[at.astimezone(zone).date()] += 1
    rows = [event(who, "P", at) for who, at in deeds]
    period = {"since": datetime(2026, 10, 23, 22, tzinfo=UTC), "grain": Grain.DAY,
              "until": datetime(2026, 10, 27, 23, tzinfo=UTC), "time_zone": str(zone)}  # fmt: skip
    for metric, truth in (("people", {d: len(w) for d, w in people.items()}), ("events", counts)):
        found = answers(rows, metric, **period)
        assert {r[0].astimezone(zone).date(): r[3] for r in found if r[3]} == dict(truth)
