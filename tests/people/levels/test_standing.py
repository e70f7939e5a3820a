"""Where people stand, out of the fact book: as the folds say, and until exactly when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.desk import START, WORKSPACE, DeskEngine, event, table_of
from catchment.kernel import IdMaker, us_from_instant
from catchment.people.facts import NEVER, Condition, FactBook
from catchment.people.levels import (
    FREQUENCIES,
    SEGMENTS,
    STAGES,
    FrequencySettings,
    LevelBook,
    LifeCycleRules,
    RfmSettings,
    Scheme,
    SchemeUnknown,
    Standing,
    ThresholdsMissing,
    facts_of_levels,
    frequency_of,
    measure_thresholds,
    rfm_numbers,
    rfm_of,
    scores_of,
    segments_of,
    stage_of,
    take_thresholds,
)
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock
from oracles.life_cycle_by_the_letter import DAY_US, Deed, changes, stage_at
from people.facts.who import Who
from people.levels.lives import HALF_DAY_US, LIVES

START_US = us_from_instant(START)
NAMES = {
    "reader": "Page Viewed", "follower": "Host Followed", "lead": "Product Added",
    "order": "Order Completed", "advocate": "Live Shared",
}  # fmt: skip
ONE_KIND = LIVES.map(
    lambda deeds: [Deed(d.time_us, frozenset(sorted(d.kinds)[:1]), d.order) for d in deeds]
)
RULES = LifeCycleRules(
    reader=(Condition("Page Viewed"),),
    follower=(Condition("Host Followed"),),
    lead=(Condition("Product Added"),),
    advocate=(Condition("Live Shared"),),
    lapsing_days=2,
    lost_days=4,
)


def book_of(rows: Sequence[dict[str, Any]], folder: Path, people: dict[str, str]) -> FactBook:
    who = Who()
    who.name(sorted({row["subject"] for row in rows}))
    who.arrange(people)
    return FactBook(folder, DeskEngine(table_of(rows)), who)


def happened(who: str, deeds: Sequence[Deed]) -> list[dict[str, Any]]:
    return [
        event(
            who,
            NAMES[next(iter(deed.kinds))] if deed.kinds else "App Opened",
            START + timedelta(microseconds=deed.time_us),
            order_id=deed.order,
        )
        for deed in deeds
    ]


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ONE_KIND, ONE_KIND, st.integers(-1, 50))
def test_a_stage_is_that_of_all_a_persons_identifiers_and_turns_when_it_says(
    tmp_path_factory: pytest.TempPathFactory, mine: list[Deed], also: list[Deed], half: int
) -> None:
    rows = happened("a", mine) + happened("b", also)
    book = book_of(rows, tmp_path_factory.mktemp("facts"), {"b": "a"})
    deeds = sorted(mine + also, key=lambda deed: deed.time_us)
    at = half * HALF_DAY_US
    found = stage_of(book, WORKSPACE, RULES, at_us=START_US + at)
    stage = stage_at(deeds, at, 2, 4)
    assert found.codes.tolist() == [-1 if stage is None else STAGES.index(stage)]
    ahead = [START_US + when for when, _ in changes(deeds, 2, 4) if when > at]
    assert found.changes_us.tolist() == [min(ahead, default=NEVER)]
    past = [START_US + when for when, _ in changes(deeds, 2, 4) if when <= at]
    assert found.since_us is not None
    assert found.since_us.tolist() == [max(past, default=-NEVER)]


def test_some_people_are_asked_as_all_are(tmp_path: Path) -> None:
    rows = [
        event(who, "Order Completed", day * 1440, order_id=f"{who}{day}")
        for who, days in {"a": [0], "b": [0, 1], "c": [0, 1, 2]}.items()
        for day in days
    ]
    book = book_of(rows, tmp_path, {})
    at = START_US + 3 * DAY_US
    everyone = stage_of(book, WORKSPACE, RULES, at_us=at)
    some = stage_of(book, WORKSPACE, RULES, at_us=at, persons=np.array([2, 0], np.int32))
    assert some.codes.tolist() == everyone.codes[[2, 0]].tolist()
    assert [STAGES[code] for code in everyone.codes] == ["lapsing", "lapsing", "repeat"]


def test_a_wrong_instant_of_change_would_be_caught(tmp_path: Path) -> None:
    book = book_of(happened("a", [Deed(0, frozenset({"order"}))]), tmp_path, {})
    found = stage_of(book, WORKSPACE, RULES, at_us=START_US)
    change = int(found.changes_us[0])
    for off, expected in ((-1, "first_order"), (0, "lapsing")):
        later = stage_of(book, WORKSPACE, RULES, at_us=change + off)
        assert STAGES[later.codes[0]] == expected


def test_frequency_counts_days_of_the_calendar(tmp_path: Path) -> None:
    days = {"a": [0], "b": [0, 1, 2, 3], "c": list(range(12)), "d": [-40]}
    rows = [
        event(who, "Page Viewed", day * 1440 + 30) for who, when in days.items() for day in when
    ]
    rows += [event("a", "Page Viewed", 31), event("a", "Page Viewed", 32)]
    book = book_of(rows, tmp_path, {})
    at = START_US + 13 * DAY_US
    found = frequency_of(book, WORKSPACE, FrequencySettings(), at_us=at)
    assert [FREQUENCIES[code] for code in found.codes] == ["low", "medium", "high", "none"]
    turn = int(found.changes_us[0])
    assert [
        FREQUENCIES[frequency_of(book, WORKSPACE, FrequencySettings(), at_us=when).codes[0]]
        for when in (turn - 1, turn + 120_000_000)
    ] == ["low", "none"]


def orders(count: int) -> list[dict[str, Any]]:
    chance = np.random.default_rng(7)
    rows = []
    for number in range(count):
        who = f"p{int(chance.integers(0, 12)):02}"
        at = float(chance.integers(0, 20 * 1440))
        amount = int(chance.integers(1, 5_000))
        money = "CNY" if chance.random() < 0.8 else "USD"
        name = "Order Completed" if chance.random() < 0.8 else "Order Refunded"
        order = None if chance.random() < 0.2 else f"o{int(chance.integers(0, count // 2))}"
        rows.append(event(who, name, at, amount_minor=amount, currency=money, order_id=order,
                          message_id=f"m{number}"))  # fmt: skip
    return rows


def test_value_out_of_the_book_is_value_out_of_the_fold(tmp_path: Path) -> None:
    rows = orders(300)
    people = {"p01": "p00", "p05": "p04"}
    engine = DeskEngine(table_of(rows), {one: "per_" + other for one, other in people.items()})
    book = book_of(rows, tmp_path, people)
    at = START_US + 15 * DAY_US
    taken = measure_thresholds(engine, WORKSPACE, RfmSettings(10), "CNY", at)
    numbers = rfm_numbers(engine, WORKSPACE, at_us=at, window_days=10, currency="CNY")
    scores = scores_of(numbers, taken)
    folded = sorted(zip(*(one.tolist() for one in scores), segments_of(*scores), strict=True))
    schemes = (Scheme.RFM_RECENCY, Scheme.RFM_FREQUENCY, Scheme.RFM_VALUE, Scheme.RFM)
    found = [rfm_of(book, WORKSPACE, taken, scheme, at_us=at) for scheme in schemes]
    bought = found[0].codes >= 0
    rows_found = sorted(
        zip(
            *(one.codes[bought] + 1 for one in found[:3]), found[3].codes[bought], strict=True
        )
    )  # fmt: skip
    assert [tuple(map(int, row)) for row in rows_found] == [tuple(map(int, r)) for r in folded]
    assert found[3].words == SEGMENTS


def test_value_stays_as_it_is_until_it_says_so(tmp_path: Path) -> None:
    rows = orders(120)
    book = book_of(rows, tmp_path, {})
    engine = DeskEngine(table_of(rows))
    taken = measure_thresholds(engine, WORKSPACE, RfmSettings(5), "CNY", START_US + 12 * DAY_US)
    at = START_US + 12 * DAY_US
    one = np.array([3], np.int32)

    def standing(when: int) -> Standing:
        return rfm_of(book, WORKSPACE, taken, at_us=when, persons=one)

    turns = 0
    while turns < 12 and (change := int(standing(at).changes_us[0])) < NEVER:
        assert change > at
        for moment in {at, (at + change) // 2, change - 1}:
            assert standing(moment).codes.tolist() == standing(at).codes.tolist()
        at, turns = change, turns + 1
    assert turns > 3
    # Long after, nothing is left to change.
    assert standing(at + 400 * DAY_US).codes.tolist() == [-1]


def test_levels_are_asked_by_name(database: Database, tmp_path: Path) -> None:
    rows = orders(60)
    engine = DeskEngine(table_of(rows))
    levels = LevelBook(database, book_of(rows, tmp_path, {}))
    clock = ManualClock()
    clock.advance(START + timedelta(days=15) - clock.now())
    at = clock.now_us()
    with pytest.raises(SchemeUnknown):
        levels.level_of(WORKSPACE, "height", at_us=at)
    with pytest.raises(ThresholdsMissing):
        levels.level_of(WORKSPACE, "rfm", at_us=at)
    assert levels.level_of(WORKSPACE, "frequency", at_us=at).words == FREQUENCIES
    assert levels.stage_of(WORKSPACE, at_us=at).words == STAGES
    with UnitOfWork(database) as uow:
        _make_workspace(uow)
    taken = take_thresholds(database, engine, WORKSPACE, clock=clock, ids=IdMaker(clock))
    assert taken is not None
    found = levels.level_of(WORKSPACE, "rfm", at_us=at)
    assert (found.codes >= 0).sum() == taken.population


def _make_workspace(uow: UnitOfWork) -> None:
    from catchment.access import Workspace  # noqa: PLC0415
    from catchment.access.store import insert_workspace  # noqa: PLC0415

    insert_workspace(uow, Workspace(WORKSPACE, "W", "UTC", "CNY", False, START))  # noqa: FBT003


def test_the_book_is_told_what_levels_need() -> None:
    facts = facts_of_levels(LifeCycleRules(), "CNY")
    events = {fact.condition.event for fact in facts}
    assert {"Order Completed", "Order Refunded", "Page Viewed", None} <= events
