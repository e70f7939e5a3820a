"""Evaluating in bulk says what reading every rule literally says, now and as time goes on."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiences.rule_worlds import LATEST, chains, deeds, dids, rules, worlds
from audiences.small_world import WORKSPACE, SmallWorld
from catchment.audiences import (
    AllOf,
    AnyOf,
    Did,
    DidInOrder,
    DidNot,
    InAudience,
    Not,
    Rule,
    TraitIs,
    evaluate,
    evaluate_each,
    plan_of,
)
from catchment.audiences import evaluation as room
from catchment.audiences.ports import NEVER, Judged
from catchment.audiences.rules import Deed, Period, Total
from catchment.lake import Filter, Operator
from oracles.audience_brute_force import Happened, Known, holds, instants, turns_at

A, B, C = Deed("A"), Deed("B"), Deed("C")
instant = st.integers(-2, LATEST + 12)


def us(length: int) -> timedelta:
    return timedelta(microseconds=length)


def judge(world: SmallWorld, rule: Rule, at_us: int, persons: list[int] | None = None) -> Judged:
    asked = None if persons is None else np.array(persons, np.int32)
    return evaluate(world.parts, WORKSPACE, rule, at_us=at_us, persons=asked)


def one(rule: Rule, at_us: int, *events: tuple[int, str]) -> tuple[bool, int]:
    """Answer and turning instant for a single person."""
    world = SmallWorld([0], [Happened(0, time, name) for time, name in events])
    found = judge(world, rule, at_us)
    return bool(found.is_in[0]), int(found.changes_us[0])


@settings(deadline=None, max_examples=200)
@given(world=worlds, rule=rules, at_us=instant)
def test_the_answer_is_what_the_raw_events_say(world: SmallWorld, rule: Rule, at_us: int) -> None:
    found = judge(world, rule, at_us)
    assert found.persons.tolist() == world.reading(WORKSPACE).persons().tolist()
    for person, is_in in zip(found.persons.tolist(), found.is_in.tolist(), strict=True):
        events = world.person_events(person)
        assert is_in == holds(rule, events, world.known_of(person), at_us)


@settings(deadline=None, max_examples=200)
@given(world=worlds, rule=rules, at_us=instant)
def test_nothing_turns_before_the_instant_that_was_said(
    world: SmallWorld, rule: Rule, at_us: int
) -> None:
    found = judge(world, rule, at_us)
    for person, change in zip(found.persons.tolist(), found.changes_us.tolist(), strict=True):
        turns = turns_at(rule, world.person_events(person), world.known_of(person), at_us)
        assert change > at_us
        assert turns is None or change <= turns


@settings(deadline=None, max_examples=200)
@given(
    world=worlds,
    rule=st.one_of(dids(), chains, st.builds(DidNot, deeds, st.just(Period(us(5))))),
    at_us=instant,
)
def test_of_deeds_the_instant_is_exact(world: SmallWorld, rule: Rule, at_us: int) -> None:
    found = judge(world, rule, at_us)
    for person, change in zip(found.persons.tolist(), found.changes_us.tolist(), strict=True):
        turns = turns_at(rule, world.person_events(person), world.known_of(person), at_us)
        assert change == (NEVER if turns is None else turns)


@settings(deadline=None, max_examples=80)
@given(world=worlds, rule=rules)
def test_asking_again_only_when_told_misses_nothing(world: SmallWorld, rule: Rule) -> None:
    """A member list kept by the said instants alone is right at every instant there is."""
    persons = world.reading(WORKSPACE).persons().tolist()
    for person in persons:
        events, known = world.person_events(person), world.known_of(person)
        kept = judge(world, rule, -1, [person])
        for now in instants(rule, events, known):
            if now >= kept.changes_us[0]:
                kept = judge(world, rule, now, [person])
            assert kept.is_in[0] == holds(rule, events, known, now)


@settings(deadline=None, max_examples=80)
@given(world=worlds, rule=rules, at_us=instant, chosen=st.sets(st.integers(0, 5)))
def test_a_few_are_judged_as_among_all(
    world: SmallWorld, rule: Rule, at_us: int, chosen: set[int]
) -> None:
    everyone = judge(world, rule, at_us)
    few = sorted(chosen & set(everyone.persons.tolist()))
    found = judge(world, rule, at_us, few)
    among = np.isin(everyone.persons, few)
    assert found.persons.tolist() == few
    assert found.is_in.tolist() == everyone.is_in[among].tolist()
    assert found.changes_us.tolist() == everyone.changes_us[among].tolist()


@settings(deadline=None, max_examples=80)
@given(world=worlds, rule=rules, at_us=instant)
def test_runs_and_blocks_leave_no_seam(world: SmallWorld, rule: Rule, at_us: int) -> None:
    whole = judge(world, rule, at_us)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "RUN_LENGTH", 3)
        patch.setattr(room, "BLOCK_LENGTH", 2)
        cut = judge(world, rule, at_us)
    assert cut.is_in.tolist() == whole.is_in.tolist()
    assert cut.changes_us.tolist() == whole.changes_us.tolist()


@settings(deadline=None, max_examples=80)
@given(world=worlds, rule=rules, at_us=instant, node=st.integers(1, 5))
def test_a_split_gives_each_their_own_past(
    world: SmallWorld, rule: Rule, at_us: int, node: int
) -> None:
    """Only who belongs to whom changes; no event is rewritten, and a merge takes it all back."""
    before = judge(world, rule, at_us)
    joined = list(world.owners)
    world.owners = [
        node if place == node or (owner == node and place > node) else owner
        for place, owner in enumerate(joined)
    ]
    for person, is_in in zip(*(x.tolist() for x in _pair(judge(world, rule, at_us))), strict=True):
        assert is_in == holds(rule, world.person_events(person), world.known_of(person), at_us)
    world.owners = joined
    after = judge(world, rule, at_us)
    assert after.is_in.tolist() == before.is_in.tolist()


def _pair(judged: Judged) -> tuple[np.ndarray, np.ndarray]:
    return judged.persons, judged.is_in


def test_the_windows_far_end_is_outside_by_a_microsecond() -> None:
    rule = Did(A, Period(us(10)))
    assert one(rule, 14, (5, "A")) == (True, 15)
    assert one(rule, 15, (5, "A")) == (False, NEVER)
    assert one(rule, 4, (5, "A")) == (False, 5)


def test_twice_lasts_as_long_as_the_second_newest_is_inside() -> None:
    rule = Did(A, Period(us(10)), at_least=2)
    assert one(rule, 8, (1, "A"), (3, "A"), (8, "A")) == (True, 13)


def test_one_event_does_not_serve_two_steps() -> None:
    assert one(DidInOrder((A, A)), 9, (5, "A")) == (False, NEVER)
    assert one(DidInOrder((A, A)), 9, (5, "A"), (6, "A")) == (True, NEVER)


def test_what_happens_at_the_same_instant_has_no_order() -> None:
    assert one(DidInOrder((A, B)), 9, (5, "A"), (5, "B")) == (False, NEVER)


def test_the_span_of_a_sequence_runs_from_its_latest_start() -> None:
    rule = DidInOrder((A, B, C), within=us(4))
    assert one(rule, 20, (0, "A"), (5, "A"), (6, "B"), (9, "C"))[0] is True
    assert one(rule, 20, (0, "A"), (4, "B"), (5, "C"))[0] is False


def test_a_sequence_ages_from_its_first_step() -> None:
    rule = DidInOrder((A, B), period=Period(us(10)))
    assert one(rule, 9, (3, "A"), (8, "B")) == (True, 13)


def test_sums_are_exact_where_floats_are_not() -> None:
    rule = Did(A, total=Total.SUM, field="amount", at_least=0.3, at_most=0.3)
    amounts = [Happened(0, time, "A", {"amount": one}) for time, one in enumerate((0.1, 0.2))]
    assert judge(SmallWorld([0], amounts), rule, 9).is_in.tolist() == [True]


def test_who_never_did_it_did_it_at_most_twice_and_spent_nothing() -> None:
    spent = Did(A, total=Total.SUM, field="amount", at_least=None, at_most=5)
    least = Did(A, total=Total.MIN, field="amount", at_least=None, at_most=5)
    assert one(Did(A, at_least=None, at_most=2), 5)[0] is True
    assert one(spent, 5)[0] is True
    assert one(least, 5)[0] is False


def test_of_those_with_no_city_none_is_from_shanghai_and_all_are_from_elsewhere() -> None:
    from_there = TraitIs("city", Operator.EQUALS, "上海")
    world = SmallWorld([0, 1], [], {0: Known(traits={"city": ((0, "上海"),)})})
    assert judge(world, from_there, 5).is_in.tolist() == [True, False]
    assert judge(world, Not(from_there), 5).is_in.tolist() == [False, True]
    elsewhere = TraitIs("city", Operator.NOT_EQUALS, "上海")
    assert judge(world, elsewhere, 5).is_in.tolist() == [False, True]


def test_each_fact_is_fetched_once_however_many_audiences_ask() -> None:
    world = SmallWorld([0], [Happened(0, 3, "A")])
    asked: dict[str, Rule] = {f"aud_{n}": Did(A, Period(us(n))) for n in range(1, 50)}
    asked |= {"both": AllOf((Did(A), Did(B))), "then": DidInOrder((A, B))}
    found = dict(evaluate_each(world.parts, WORKSPACE, plan_of(asked), at_us=4))
    assert len(found) == 51
    assert set(world.asked.values()) == {1}
    assert len(world.asked) == 2


def test_true_and_one_are_two_questions() -> None:
    """Python says they are equal; a filter and a trait do not."""
    known = {0: Known(traits={"vip": ((0, "true"),)})}
    asked: dict[str, Rule] = {
        "flag": TraitIs("vip", Operator.EQUALS, value=True),
        "number": TraitIs("vip", Operator.EQUALS, 1),
    }
    plan = plan_of(asked)
    found = dict(evaluate_each(SmallWorld([0], [], known).parts, WORKSPACE, plan, at_us=1))
    assert [found[name].is_in.tolist() for name in asked] == [[True], [False]]


def test_an_audience_of_audiences_reads_members_when_its_turn_comes() -> None:
    """What the taker made of the first answer is what the second rule sees."""
    world = SmallWorld([0, 1], [Happened(0, 1, "A")])
    plan = plan_of({"buyers": Did(A), "others": InAudience("buyers", is_in=False)})
    found = {}
    for name, judged in evaluate_each(world.parts, WORKSPACE, plan, at_us=5):
        found[name] = judged.is_in.tolist()
        members = judged.persons[judged.is_in].tolist()
        world.known = {person: Known(audiences=frozenset({name})) for person in members}
    assert found == {"buyers": [True, False], "others": [False, True]}


def test_the_members_kept_are_believed_and_the_rule_is_not_inlined() -> None:
    """The kept members may be a moment behind the rule they stand for; they decide."""
    world = SmallWorld([0], [Happened(0, 1, "A")], {0: Known()})
    assert judge(world, InAudience("buyers"), 5).is_in.tolist() == [False]


@pytest.mark.parametrize("join", [AllOf, AnyOf])
def test_joined_instants_are_as_late_as_can_be_said(join: type[AllOf | AnyOf]) -> None:
    short, long = Did(A, Period(us(4))), Did(A, Period(us(9)))
    both = join((short, long))
    assert one(both, 2, (1, "A")) == (True, 5 if join is AllOf else 10)
    assert one(join((Not(short), Not(long))), 2, (1, "A")) == (False, 10 if join is AllOf else 5)


WRONG = {
    "the window's far end counts": lambda times, at: any(at - 10 <= t <= at for t in times),
    "the future counts": lambda times, at: any(at - 10 < t for t in times),
    "the window never ends": lambda times, at: any(t <= at for t in times),
}


@pytest.mark.parametrize("wrong", sorted(WRONG))
def test_a_wrong_window_would_be_caught(wrong: str) -> None:
    cases = [(times, at) for times in ([5], [20], [5, 16]) for at in range(30)]
    truth = [
        holds(Did(A, Period(us(10))), [Happened(0, t, "A") for t in times], Known(), at)
        for times, at in cases
    ]
    assert [WRONG[wrong](times, at) for times, at in cases] != truth


def test_filters_of_a_deed_decide() -> None:
    red = Did(Deed("A", (Filter("colour", Operator.EQUALS, "a"),)))
    events = [Happened(0, 1, "A", {"colour": "b"}), Happened(1, 1, "A", {"colour": "a"})]
    assert judge(SmallWorld([0, 1], events), red, 5).is_in.tolist() == [False, True]
