"""The explanation says what the evaluation says, and shows what it rests on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings

from audiences.rule_worlds import rules, worlds
from audiences.small_world import WORKSPACE, SmallWorld, subject_of
from catchment.audiences import (
    AllOf,
    Did,
    DidInOrder,
    DidNot,
    Not,
    PersonNotHere,
    Rule,
    StageIs,
    TraitIs,
    Why,
    evaluate,
    explain,
    write_rule,
)
from catchment.audiences.checking import places_of
from catchment.audiences.ports import NEVER
from catchment.audiences.rules import Deed, Period, Total
from catchment.kernel import us_from_instant
from catchment.lake import Operator
from oracles.audience_brute_force import Happened, Known, holds, instants

A, B = Deed("A"), Deed("B")


def us(length: int) -> timedelta:
    return timedelta(microseconds=length)


def why(world: SmallWorld, rule: Rule, at_us: int, person: int = 0) -> tuple[Why, ...]:
    return explain(world.parts, WORKSPACE, rule, f"per_{subject_of(person)}", at_us=at_us)


def world_of(*events: tuple[int, str]) -> SmallWorld:
    return SmallWorld([0], [Happened(0, time, name) for time, name in events])


@settings(deadline=None, max_examples=100)
@given(world=worlds, rule=rules)
def test_each_part_is_explained_as_it_is_evaluated(world: SmallWorld, rule: Rule) -> None:
    at_us = 12
    for person in world.reading(WORKSPACE).persons().tolist()[:2]:
        told = why(world, rule, at_us, person)
        parts = list(places_of(rule))
        assert [one.pointer for one in told] == [pointer for pointer, _, _ in parts]
        for one, (_, _, part) in zip(told, parts, strict=True):
            judged = evaluate(world.parts, WORKSPACE, part, at_us=at_us)
            place = judged.persons.tolist().index(person)
            assert one.asked == write_rule(part)
            assert one.holds == judged.is_in[place]
            until = NEVER if one.until is None else us_from_instant(one.until)
            assert until == judged.changes_us[place]


@settings(deadline=None, max_examples=100)
@given(world=worlds, rule=rules)
def test_since_is_when_the_answer_last_turned(world: SmallWorld, rule: Rule) -> None:
    at_us = 12
    events, known = world.person_events(0), world.known_of(0)
    for one, (_, _, part) in zip(why(world, rule, at_us), places_of(rule), strict=True):
        if not isinstance(part, Did | DidNot | DidInOrder):
            assert one.since is None
            continue
        now = holds(part, events, known, at_us)
        back = [t for t in instants(part, events, known) if t <= at_us]
        turned = [t for t in back if holds(part, events, known, t - 1) != now]
        # An absolute period's ends move nothing by themselves: the events inside it do.
        assert (None if one.since is None else us_from_instant(one.since)) == max(
            turned, default=None
        )


def test_a_total_shows_what_went_into_it() -> None:
    rule = Did(A, Period(us(10)), Total.SUM, "amount", 5, None)
    events = [Happened(0, time, "A", {"amount": time}) for time in (1, 4, 6)]
    (told,) = why(SmallWorld([0], events), rule, 12)
    assert (told.holds, told.found) == (True, 10.0)
    assert [(us_from_instant(one.at), one.value) for one in told.evidence] == [(6, 6.0), (4, 4.0)]
    assert told.since is not None
    assert (us_from_instant(told.since), told.until and us_from_instant(told.until)) == (4, 16)


def test_a_sequence_shows_how_far_it_got() -> None:
    rule = DidInOrder((A, B, A), within=us(5))
    (told,) = why(world_of((1, "A"), (3, "B")), rule, 9)
    assert (told.holds, told.found) == (False, 2.0)
    assert [one.event for one in told.evidence] == ["A", "B"]
    (told,) = why(world_of((1, "A"), (3, "B"), (4, "A")), rule, 9)
    assert [us_from_instant(one.at) for one in told.evidence] == [1, 3, 4]


def test_a_value_is_shown_as_it_was_compared() -> None:
    known = {0: Known(traits={"city": ((0, "上海"),), "orders": ((0, 3),)}, stage=((0, "lead"),))}
    rule = AllOf(
        (
            TraitIs("city", Operator.NOT_EQUALS, "上海"),
            TraitIs("orders", Operator.AT_LEAST, 3),
            StageIs(("repeat",)),
            TraitIs("unknown", Operator.IS_SET, value=False),
        )
    )
    told = why(SmallWorld([0], [], known), rule, 5)
    assert [one.found for one in told] == [None, "上海", 3.0, "lead", None]
    assert [one.holds for one in told] == [False, False, True, False, True]


def test_any_id_of_a_person_leads_to_them() -> None:
    world = SmallWorld([0, 0], [Happened(1, 3, "A")])
    assert why(world, Did(A), 5, person=1)[0].holds
    with pytest.raises(PersonNotHere):
        explain(world.parts, WORKSPACE, Not(Did(A)), "per_nobody", at_us=5)


def test_each_fact_is_fetched_once_for_all_its_parts() -> None:
    world = world_of((1, "A"), (4, "A"), (9, "A"))
    why(world, AllOf((Did(A, Period(us(3))), DidNot(A, Period(us(5))))), 10)
    assert set(world.asked.values()) == {1}
