"""Membership kept live: who enters, who leaves, by what cause, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from audiences.live_world import LiveWorld, person
from audiences.small_world import WORKSPACE, subject_of
from catchment.audiences import Draft, Judged, Members, Rule, change_audience, get_audience
from catchment.audiences.errors import MembersBehind
from catchment.audiences.reading_members import KeptMembers
from catchment.audiences.transitions import store as moved
from catchment.events import notices
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork
from oracles.audience_brute_force import Known

BUYERS = {"did": {"event": "Order Completed"}}
VIEWERS = {"did": {"event": "Product Viewed"}}


def test_an_event_moves_the_person_it_belongs_to(live: LiveWorld) -> None:
    buyers = live.make("Buyers", BUYERS)
    live.step()
    live.announced()
    live.happen(2, "Order Completed")
    live.happen(3, "Product Viewed")
    live.step()
    assert live.members(buyers) == {2}
    assert live.moves(buyers) == [(person(2), "entered", "event", False)]
    assert live.announced() == [notices.AudienceEntered(WORKSPACE, buyers, person(2), 1, "event")]


def test_the_same_again_moves_nobody(live: LiveWorld) -> None:
    buyers = live.make("Buyers", BUYERS)
    live.happen(2, "Order Completed")
    live.step()
    live.announced()
    live.happen(2, "Order Completed")
    for _ in range(3):
        live.step()
    assert live.moves(buyers) == []
    assert live.announced() == []


def test_a_first_filling_is_told_as_one(live: LiveWorld) -> None:
    live.happen(1, "Order Completed")
    live.happen(4, "Order Completed")
    buyers = live.make("Buyers", BUYERS)
    live.step()
    assert live.members(buyers) == {1, 4}
    assert live.announced() == [
        notices.AudienceRefilled(WORKSPACE, buyers, 1, "edit", 2, 0, 2, is_announced=False)
    ]


def test_a_filling_announces_each_person_when_asked(live: LiveWorld) -> None:
    live.happen(1, "Order Completed")
    buyers = live.make("Buyers", BUYERS, is_announced=True)
    live.step()
    assert live.moves(buyers) == [(person(1), "entered", "edit", False)]
    assert notices.AudienceEntered(WORKSPACE, buyers, person(1), 1, "edit") in live.announced()


def test_an_edit_is_quiet_and_a_version_of_its_own(live: LiveWorld) -> None:
    live.happen(1, "Order Completed")
    live.happen(2, "Product Viewed")
    chosen = live.make("Chosen", BUYERS)
    live.step()
    live.announced()
    with UnitOfWork(live.database) as uow:
        change_audience(uow, WORKSPACE, chosen, Draft("Chosen", VIEWERS), author=live.author)
    live.step()
    assert live.members(chosen) == {2}
    assert live.moves(chosen) == []
    assert live.announced() == [
        notices.AudienceRefilled(WORKSPACE, chosen, 2, "edit", 1, 1, 1, is_announced=False)
    ]


def test_an_audience_that_reads_another_moves_in_the_same_step(live: LiveWorld) -> None:
    buyers = live.make("Buyers", BUYERS)
    rest = live.make(
        "Viewed only", {"all": [VIEWERS, {"audience": {"id": buyers, "is_in": False}}]}
    )
    both = live.make("Of rest", {"audience": {"id": rest}})
    live.step()
    live.happen(5, "Product Viewed")
    live.step()
    assert (live.members(rest), live.members(both)) == ({5}, {5})
    live.happen(5, "Order Completed")
    live.step()
    assert live.members(buyers) == {5}
    assert (live.members(rest), live.members(both)) == (set(), set())


def test_only_those_who_listen_are_asked(live: LiveWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    live.make("Buyers", BUYERS)
    live.make("Viewers", VIEWERS)
    live.step()
    asked: list[list[str]] = []
    judge = live.works.judge.judge

    def watched(
        workspace_id: WorkspaceId, rules: Mapping[str, Rule], members: Members, **more: Any
    ) -> Iterator[tuple[str, Judged]]:
        asked.append(list(rules))
        return judge(workspace_id, rules, members, **more)

    monkeypatch.setattr(live.works.judge, "judge", watched)
    live.happen(2, "Order Completed")
    live.step()
    live.happen(2, "Something Else")
    live.step()
    assert [len(names) for names in asked] == [1]


def test_a_new_person_is_looked_at_even_without_an_event_that_is_heard(live: LiveWorld) -> None:
    idle = live.make("Never bought", {"did_not": {"event": "Order Completed"}})
    live.step()
    live.world.owners.append(6)
    live.step()
    assert live.members(idle) == {0, 1, 2, 3, 4, 5, 6}
    assert live.moves(idle) == [(person(6), "entered", "event", False)]


def test_a_nudge_has_somebody_looked_at(live: LiveWorld) -> None:
    tagged = live.make("VIP", {"tag": {"id": "tag_vip"}})
    live.step()
    live.world.known = {3: Known(tags=frozenset({"tag_vip"}))}
    live.step()
    assert live.members(tagged) == set()
    with UnitOfWork(live.database) as uow:
        moved.add_nudges(uow, WORKSPACE, [subject_of(3), "0" * 32])
    assert live.step().looked == 1
    assert live.moves(tagged) == [(person(3), "entered", "event", False)]


def test_a_tag_follows_the_members(live: LiveWorld) -> None:
    live.happen(1, "Order Completed")
    recent = {"did": {"event": "Order Completed", "within": "1d"}}
    live.make("Recent", recent, tag_id="tag_recent")
    live.step()
    live.happen(2, "Order Completed")
    live.step()
    assert live.tagged.holders["tag_recent"] == {1, 2}
    live.clock.advance(timedelta(days=1, seconds=1))
    live.step()
    assert live.tagged.holders["tag_recent"] == set()


def test_a_book_that_numbers_people_otherwise_fills_everything_anew(live: LiveWorld) -> None:
    buyers = live.make("Buyers", BUYERS)
    live.happen(1, "Order Completed")
    live.step()
    live.announced()
    for restarts in (False, True):
        live.world.epoch += 1
        if restarts:
            live.restart()
        with pytest.raises(MembersBehind):
            live.members(buyers)
        live.step()
        assert live.members(buyers) == {1}
        assert [type(one) for one in live.announced()] == [notices.AudienceRefilled]


def test_nobody_leaves_while_people_are_read_anew(live: LiveWorld) -> None:
    buyers = live.make("Buyers", BUYERS)
    live.happen(1, "Order Completed")
    live.step()
    live.announced()
    # The book is not as far as what is known of people: a step would find nobody.
    assert live.live.step(WORKSPACE, len(live.world.events) + 1).looked == 0
    assert live.announced() == []
    assert live.members(buyers) == {1}


def test_sizes_say_of_when_they_are(live: LiveWorld) -> None:
    buyers = live.make("Buyers", BUYERS)
    live.step()
    live.clock.advance(1.5)
    live.step()
    with UnitOfWork(live.database, reads_only=True) as uow:
        assert get_audience(uow, WORKSPACE, buyers).as_of == live.clock.now()


@pytest.mark.parametrize("seed", range(4))
def test_steps_end_where_a_filling_would(live: LiveWorld, seed: int) -> None:
    chance = np.random.default_rng(seed)
    rules: list[Mapping[str, Any]] = [
        BUYERS,
        {"did": {"event": "Product Viewed", "at_least": 2, "within": "2d"}},
        {"did_not": {"event": "Order Completed", "within": "3d"}},
    ]
    made = [live.make(f"A{at}", rule) for at, rule in enumerate(rules)]
    made.append(
        live.make("Both", {"all": [{"audience": {"id": made[1]}}, {"audience": {"id": made[2]}}]})
    )
    for _ in range(30):
        live.clock.advance(timedelta(hours=float(chance.integers(1, 20))))
        for _ in range(int(chance.integers(0, 3))):
            node = int(chance.integers(0, live.world.count))
            live.happen(node, ["Order Completed", "Product Viewed"][int(chance.integers(0, 2))])
        if chance.random() < 0.2:
            node = int(chance.integers(0, live.world.count))
            owner = int(chance.integers(0, live.world.count))
            if live.world.owners[owner] == owner and node not in live.world.owners:
                live.world.owners[node] = owner
            elif live.world.owners.count(node) <= 1:
                live.world.owners[node] = owner if live.world.owners[owner] == owner else node
        if chance.random() < 0.2:
            live.restart()
        live.step()
        for name, members in [(one, live.members(one)) for one in made]:
            kept = live.live._opened[WORKSPACE].kept[name]
            judged = dict(
                live.works.judge.judge(
                    WORKSPACE, {name: kept.rule}, _kept(live), at_us=live.clock.now_us()
                )
            )[name]
            assert members == set(judged.persons[judged.is_in].tolist())


def _kept(live: LiveWorld) -> KeptMembers:
    return KeptMembers(live.works, WORKSPACE)
