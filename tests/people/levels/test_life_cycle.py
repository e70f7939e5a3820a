"""The life-cycle's kernel against the letter of its rules."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from numba import njit

from analytics.desk import START, WORKSPACE, DeskEngine, event, table_of
from catchment.people.levels import (
    STAGES,
    LevelSettingsMalformed,
    LifeCycleFold,
    LifeCycleRules,
    fold_life_cycle,
    life_events,
)
from catchment.people.levels import life_walk as walk
from oracles.life_cycle_by_the_letter import (
    DAY_US,
    Deed,
    StageAt,
    changes,
    stage_at,
    stage_counting_from_the_first_order,
    stage_counting_lines,
)
from people.levels.lives import LIVES, SPANS, read, timelines

Spans = tuple[int, int]


def folded(people: list[list[Deed]], spans: Spans) -> list[list[tuple[int, str]]]:
    rules = LifeCycleRules(lapsing_days=spans[0], lost_days=spans[1])
    found = read(LifeCycleFold(rules).fold(timelines(people)))
    return [found[f"p{number}"] for number in range(len(people))]


def differs(deeds: list[Deed], spans: Spans, rule: StageAt = stage_at) -> bool:
    return folded([deeds], spans) != [changes(deeds, *spans, rule)]


@settings(deadline=None, max_examples=500)
@given(st.lists(LIVES, min_size=1, max_size=3), SPANS)
def test_every_change_of_stage_is_found_with_its_instant(
    people: list[list[Deed]], spans: Spans
) -> None:
    assert folded(people, spans) == [changes(deeds, *spans) for deeds in people]


@pytest.mark.parametrize("wrong", [stage_counting_from_the_first_order, stage_counting_lines])
def test_a_wrong_rule_would_be_caught(wrong: StageAt) -> None:
    assert find(LIVES, lambda deeds: differs(deeds, (1, 3), wrong))


@settings(deadline=None, max_examples=100)
@given(st.lists(LIVES, min_size=2, max_size=4), SPANS)
def test_it_does_not_matter_how_people_are_split(people: list[list[Deed]], spans: Spans) -> None:
    fold = LifeCycleFold(LifeCycleRules(lapsing_days=spans[0], lost_days=spans[1]))
    parts = [fold.fold(timelines([deeds])).drop_columns("person") for deeds in people]
    whole = fold.fold(timelines(people)).drop_columns("person")
    assert fold.merge(pa.concat_tables(parts)).equals(whole)


def test_the_compiled_walk_is_the_one_that_is_read() -> None:
    assert isinstance(walk.walk_life, type(njit(lambda: None)))


def test_a_whole_life() -> None:
    def on(day: float, *kinds: str, order: str | None = None) -> Deed:
        return Deed(int(day * DAY_US), frozenset(kinds), order)

    deeds = [
        on(0), on(1, "reader"), on(2, "follower"), on(3, "lead"), on(3.5, "reader"),
        on(4, "order", order="a"), on(4, "order", order="a"), on(5, "advocate"),
        on(10, "order", order="b"), on(11, "advocate"), on(400, "order", order="c"),
    ]  # fmt: skip
    (life,) = folded([deeds], (90, 180))
    assert [(at / DAY_US, stage) for at, stage in life] == [
        (0, "stranger"), (1, "reader"), (2, "follower"), (3, "lead"), (4, "first_order"),
        (10, "repeat"), (11, "advocate"), (100, "lapsing"), (190, "lost"),
        (400, "advocate"), (490, "lapsing"), (580, "lost"),
    ]  # fmt: skip


def test_from_events_by_the_default_rules_though_only_firsts_are_read() -> None:
    rows = [
        event("a", "App Opened", 0),
        event("a", "Page Viewed", 1), event("a", "Page Viewed", 2), event("a", "Page Viewed", 3),
        event("a", "Host Followed", 4),
        event("a", "Identified", 5, kind="identify", traits='{"plan": "free"}'),
        event("a", "Identified", 6, kind="identify", traits='{"phone": "+8613800000000"}'),
        event("a", "Order Completed", 7, order_id="o1"),
        event("a", "Order Completed", 7, order_id="o1"),
        event("b", "Order Completed", 8), event("b", "Order Completed", 9),
        event("a-phone", "Product Reviewed", 10),
        event("a-phone", "Order Completed", 9, order_id="o2"),
    ]  # fmt: skip
    engine = DeskEngine(table_of(rows), {"a-phone": "per_a"})
    rules = LifeCycleRules()
    found = read(fold_life_cycle(engine, WORKSPACE, rules))
    minutes = {
        person: [((at - int(START.timestamp() * 1e6)) / 60e6, stage) for at, stage in life][:-2]
        for person, life in found.items()
    }
    assert minutes == {
        "per_a": [(0, "stranger"), (1, "reader"), (4, "follower"), (6, "lead"),
                  (7, "first_order"), (9, "repeat"), (10, "advocate")],
        "per_b": [(8, "first_order"), (9, "repeat")],
    }  # fmt: skip
    read_rows = engine.query(WORKSPACE, life_events(rules)).num_rows
    assert read_rows < len(rows)


@pytest.mark.parametrize(("lapsing", "lost"), [(90, 90), (0, 180), (90, 40_000)])
def test_spans_that_cannot_be_are_refused(lapsing: int, lost: int) -> None:
    with pytest.raises(LevelSettingsMalformed):
        LifeCycleRules(lapsing_days=lapsing, lost_days=lost)


def test_nobody_has_no_life() -> None:
    nothing = LifeCycleFold(LifeCycleRules()).fold(timelines([]))
    assert nothing.num_rows == 0
    assert nothing.schema.equals(LifeCycleFold(LifeCycleRules()).schema)
    assert len(STAGES) == 9
