"""Whoever refused to be judged by machines is in no audience for it, affirmed or negated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import find, given, settings

from audiences.live_world import LiveWorld, person
from audiences.rule_worlds import rules, worlds
from audiences.small_world import WORKSPACE, SmallWorld, subject_of
from catchment.audiences import (
    AllOf,
    AnyOf,
    Did,
    Draft,
    InAudience,
    LevelIs,
    Not,
    Rule,
    ScoreIs,
    StageIs,
    TagIs,
    audience_subscriber,
    change_audience,
    evaluate,
    explain,
    explain_member,
    preview_rule,
    sample_members,
)
from catchment.audiences import asking as room
from catchment.audiences.checking import places_of
from catchment.audiences.ports import Resting
from catchment.audiences.rules import Deed
from catchment.audiences.undecided import Defined, resting, rests
from catchment.events import notices
from catchment.lake import Operator
from catchment.store import Outbox, UnitOfWork, announce
from oracles.audience_brute_force import Happened, Known, holds, says

HIGH = LevelIs("scheme", ("high",))
JUDGED = [HIGH, StageIs(("lead",)), ScoreIs("model", Operator.LESS, 1)]
BOUGHT = Did(Deed("Order Completed"))
AT = 12


def chosen(world: SmallWorld, rule: Rule) -> list[bool]:
    found: list[bool] = evaluate(world.parts, WORKSPACE, rule, at_us=AT).is_in.tolist()
    return found


@pytest.mark.parametrize("judged", JUDGED)
@pytest.mark.parametrize(
    "around",
    [
        lambda rule: rule,
        Not,
        lambda rule: Not(Not(rule)),
        lambda rule: AnyOf((rule, Not(rule))),
        lambda rule: Not(AllOf((rule, Not(rule)))),
        lambda rule: AllOf((Not(AnyOf((rule,))), Not(BOUGHT))),
    ],
)
def test_a_judgement_chooses_nobody_who_refused(judged: Rule, around: Any) -> None:
    known = {0: Known(refuses=True), 1: Known()}
    known |= {2: Known(levels={"scheme": ((0, "high"),)}, stage=((0, "lead"),), refuses=True)}
    world = SmallWorld([0, 1, 2], [], known)
    found = chosen(world, around(judged))
    assert (found[0], found[2]) == (False, False)
    assert found[1] == holds(around(judged), [], Known(), AT)


def test_what_holds_without_the_judgement_holds() -> None:
    world = SmallWorld([0], [Happened(0, 1, "Order Completed")], {0: Known(refuses=True)})
    assert chosen(world, AnyOf((HIGH, BOUGHT))) == [True]
    assert chosen(world, AnyOf((Not(HIGH), BOUGHT))) == [True]
    assert chosen(world, Not(AllOf((HIGH, Not(BOUGHT))))) == [True]
    assert chosen(world, AllOf((Not(HIGH), BOUGHT))) == [False]


def test_what_an_audience_or_a_tag_passes_on_is_undecided_too() -> None:
    inside = Known(audiences=frozenset("a"), tags=frozenset("a"), refuses=True)
    world = SmallWorld([0, 1, 2], [], {0: Known(refuses=True), 1: inside, 2: Known()})
    for asked in (InAudience("a"), TagIs("a")):
        assert chosen(world, asked) == [False, True, False]
        assert chosen(world, Not(asked)) == [False, False, True]
    assert chosen(world, InAudience("a", is_in=False)) == [False, False, True]
    assert chosen(world, TagIs("a", is_held=False)) == [False, False, True]
    # Another audience, that rests on nothing, is what it shows.
    assert chosen(world, InAudience("b", is_in=False)) == [True, True, True]


def test_what_rests_on_a_judgement_is_found_through_audiences_and_tags() -> None:
    defined = [
        Defined("far", Not(TagIs("tag_kept"))),
        Defined("near", AllOf((InAudience("judged", is_in=False), BOUGHT)), ("tag_kept",)),
        Defined("judged", AnyOf((BOUGHT, Not(HIGH)))),
        Defined("plain", InAudience("other"), ("tag_plain",)),
        Defined("other", TagIs("tag_plain")),
    ]
    assert resting(defined) == Resting(
        frozenset({"far", "near", "judged"}), frozenset({"tag_kept"})
    )
    assert not rests(BOUGHT, Resting())


WRONG: dict[str, Callable[[Rule, Known], bool | None]] = {
    # each, had it been built so, differs from the literal reading of some rule
    "no value is a no": lambda rule, known: says(rule, [], replace(known, refuses=False), AT),
    "undecided is a no at the leaf": lambda rule, known: _at_the_leaf(rule, known),  # noqa: PLW0108  (defined below)
}


def _at_the_leaf(rule: Rule, known: Known) -> bool:
    """Undecided told as no where it arises: what negates it then chooses."""
    match rule:
        case AllOf(parts):
            return all(_at_the_leaf(part, known) for part in parts)
        case AnyOf(parts):
            return any(_at_the_leaf(part, known) for part in parts)
        case Not(part):
            return not _at_the_leaf(part, known)
    return holds(rule, [], known, AT)


@pytest.mark.parametrize("wrong", sorted(WRONG))
def test_a_wrong_reading_would_be_caught(wrong: str) -> None:
    somebody = Known(levels={"scheme": ((0, "b"),)}, refuses=True)
    rule = find(rules, lambda one: WRONG[wrong](one, somebody) != holds(one, [], somebody, AT))
    assert chosen(SmallWorld([0], [], {0: somebody}), rule) == [holds(rule, [], somebody, AT)]


def test_without_the_third_value_the_evaluation_fails_against_the_oracle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The comparison with the oracle catches an evaluation that never heard of refusals."""
    monkeypatch.setattr(room.Run, "_decided", lambda _self, _leaf, answer: answer)
    world = SmallWorld([0], [], {0: Known(refuses=True)})
    wrong = find(
        rules, lambda rule: chosen(world, rule) != [holds(rule, [], Known(refuses=True), AT)]
    )
    assert chosen(world, wrong) == [True]


@settings(deadline=None, max_examples=100)
@given(world=worlds, rule=rules)
def test_nothing_that_is_not_known_of_others_is_lost(world: SmallWorld, rule: Rule) -> None:
    """Who refuses changes nothing for anybody else."""
    before = evaluate(world.parts, WORKSPACE, rule, at_us=AT)
    refusing = {who for who, one in world.known.items() if one.refuses}
    world.known = {who: replace(one, refuses=False) for who, one in world.known.items()}
    after = evaluate(world.parts, WORKSPACE, rule, at_us=AT)
    others = ~np.isin(before.persons, list(refusing))
    assert before.is_in[others].tolist() == after.is_in[others].tolist()
    assert before.changes_us[others].tolist() == after.changes_us[others].tolist()


@settings(deadline=None, max_examples=60)
@given(world=worlds, rule=rules)
def test_the_explanation_says_what_is_undecided(world: SmallWorld, rule: Rule) -> None:
    for who in world.reading(WORKSPACE).persons().tolist()[:2]:
        told = explain(world.parts, WORKSPACE, rule, person(who), at_us=AT)
        for part, (_, _, asked) in zip(told, places_of(rule), strict=True):
            literal = says(asked, world.person_events(who), world.known_of(who), AT)
            assert (part.holds, part.is_undecided) == (literal is True, literal is None)


# -- Kept live -------------------------------------------------------------------------------------
NOT_HIGH: Mapping[str, Any] = {"not": {"stage": {"any_of": ["lost"]}}}
BUYERS: Mapping[str, Any] = {"did": {"event": "Order Completed"}}


def refuse(live: LiveWorld, node: int, *, refuses: bool = True) -> None:
    """Somebody refuses, as their rights' room announces it."""
    was = live.world.known.get(node, Known())
    live.world.known = {**live.world.known, node: replace(was, refuses=refuses)}
    body = notices.AutomatedDecisionsChanged(WORKSPACE, (subject_of(node),), not refuses)
    with UnitOfWork(live.database) as uow:
        announce(uow, body, clock=live.clock, ids=live.ids)
    outbox = Outbox(live.database, live.clock, [audience_subscriber()])
    while outbox.deliver():
        pass


def test_a_refusal_reaches_members_counts_moves_and_readers(live: LiveWorld) -> None:
    judged = live.make("Not lost", NOT_HIGH)
    rest = live.make("The rest", {"audience": {"id": judged, "is_in": False}})
    live.step()
    assert live.members(judged) == {0, 1, 2, 3, 4, 5}
    refuse(live, 2)
    live.step()
    assert (live.members(judged), live.members(rest)) == ({0, 1, 3, 4, 5}, set())
    assert live.moves(judged) == [(person(2), "left", "event", False)]
    assert preview_rule(live.works, WORKSPACE, NOT_HIGH).size == 5
    by_detour = {"not": {"audience": {"id": judged}}}
    assert preview_rule(live.works, WORKSPACE, by_detour).size == 0
    told = explain_member(live.works, WORKSPACE, judged, person(2))
    assert [(part.holds, part.is_undecided) for part in told.parts] == [(False, True)] * 2
    refuse(live, 2, refuses=False)
    live.step()
    assert live.members(judged) == {0, 1, 2, 3, 4, 5}


def test_nobody_is_taken_out_between_a_refusal_and_the_next_step(live: LiveWorld) -> None:
    """A sample and a file are asked for at any time; the members follow a moment later."""
    judged = live.make("Not lost", NOT_HIGH)
    either = live.make("Not lost, or a buyer", {"any": [NOT_HIGH, BUYERS]})
    live.happen(2, "Order Completed")
    live.step()
    refuse(live, 2)
    refuse(live, 3)
    assert live.members(judged) == {0, 1, 2, 3, 4, 5}, "by the files, they are in yet"
    assert sample_members(live.works, WORKSPACE, judged, limit=10).size == 4
    assert sample_members(live.works, WORKSPACE, either, limit=10).size == 5


def test_a_tag_that_a_judged_audience_keeps_says_nothing_by_its_absence(live: LiveWorld) -> None:
    refuse(live, 2)
    live.make("Lost", {"stage": {"any_of": ["lost"]}}, tag_id="tag_vip")
    untagged = live.make("No VIP", {"tag": {"id": "tag_vip", "is_held": False}})
    live.step()
    assert live.members(untagged) == {0, 1, 3, 4, 5}


def test_an_edit_that_makes_an_audience_rest_on_a_judgement_reaches_its_readers(
    live: LiveWorld,
) -> None:
    refuse(live, 2)
    read = live.make("Read", BUYERS, tag_id="tag_vip")
    rest = live.make("The rest", {"audience": {"id": read, "is_in": False}})
    untagged = live.make("Untagged", {"not": {"tag": {"id": "tag_vip"}}})
    live.step()
    assert live.members(rest) == live.members(untagged) == {0, 1, 2, 3, 4, 5}
    judged = Draft("Read", {"stage": {"any_of": ["lost"]}}, tag_id="tag_vip")
    with UnitOfWork(live.database) as uow:
        change_audience(uow, WORKSPACE, read, judged, author=live.author)
    live.step()
    assert live.members(rest) == live.members(untagged) == {0, 1, 3, 4, 5}


def test_who_stood_in_an_audience_from_before_leaves_it_when_the_worker_starts(
    live: LiveWorld,
) -> None:
    judged = live.make("Not lost", NOT_HIGH)
    live.step()
    live.world.known = {2: Known(refuses=True)}  # kept by an older release, that nudged nobody
    live.restart()
    live.step()
    assert live.members(judged) == {0, 1, 3, 4, 5}


def test_two_who_turn_out_to_be_one_are_refused_together(live: LiveWorld) -> None:
    judged = live.make("Not lost", NOT_HIGH)
    refuse(live, 2)
    live.step()
    live.world.owners[2] = 1
    live.world.known = {1: Known(refuses=True)}
    live.step()
    assert live.members(judged) == {0, 3, 4, 5}
    live.world.owners[2] = 2
    live.world.known = {2: Known(refuses=True)}
    live.step()
    assert live.members(judged) == {0, 1, 3, 4, 5}


# -- Readers of what is filled anew ----------------------------------------------------------------
def test_readers_follow_an_edit_of_what_they_read_as_quietly(live: LiveWorld) -> None:
    read = live.make("Read", BUYERS)
    rest = live.make("The rest", {"audience": {"id": read, "is_in": False}})
    far = live.make("Of rest", {"audience": {"id": rest}})
    live.happen(1, "Order Completed")
    live.happen(2, "Product Viewed")
    live.step()
    assert live.members(far) == {0, 2, 3, 4, 5}
    live.announced()
    viewers = Draft("Read", {"did": {"event": "Product Viewed"}})
    with UnitOfWork(live.database) as uow:
        change_audience(uow, WORKSPACE, read, viewers, author=live.author)
    assert live.step().filled == 3
    assert live.members(rest) == live.members(far) == {0, 1, 3, 4, 5}
    assert live.moves(rest) == live.moves(far) == []
    assert {type(one) for one in live.announced()} == {notices.AudienceRefilled}
    assert live.step().filled == 0


def test_readers_follow_even_where_the_worker_is_killed_between(live: LiveWorld) -> None:
    read = live.make("Read", BUYERS)
    rest = live.make("The rest", {"audience": {"id": read, "is_in": False}})
    live.happen(1, "Order Completed")
    live.step()
    viewers = Draft("Read", {"did": {"event": "Product Viewed"}})
    with UnitOfWork(live.database) as uow:
        change_audience(uow, WORKSPACE, read, viewers, author=live.author)

    def killed(point: str) -> None:
        if point == "filled":
            raise KeyboardInterrupt

    live.reached = killed
    with pytest.raises(KeyboardInterrupt):
        live.step()
    live.reached = lambda _point: None
    live.restart()
    live.step()
    assert live.members(rest) == {0, 1, 2, 3, 4, 5}
