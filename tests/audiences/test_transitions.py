"""Every move once: through kills between any two steps, merges and splits."""

from __future__ import annotations

import multiprocessing
import signal
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from audiences.killed_step import go_on, step_until, world_before
from audiences.live_world import LiveWorld, person
from audiences.small_world import WORKSPACE
from catchment.audiences import Cause, Direction, Transition, list_transitions
from catchment.audiences.transitions import store as moved
from catchment.audiences.writing_steps import StepTaken, begin_step
from catchment.events import notices
from catchment.store import Database, UnitOfWork

BUYERS = {"did": {"event": "Order Completed"}}
RECENT = {"did": {"event": "Product Viewed", "within": "2d"}}
POINTS = ("judged", "written", "applied one", "applied", "flushed")


def killed_at(point: str, url: str, folder: Path) -> int | None:
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=step_until, args=(url, str(folder), point))
    process.start()
    process.join(60)
    return process.exitcode


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_any_point_leaves_every_move_written_once(
    database_url: str, tmp_path: Path, point: str
) -> None:
    database = Database(database_url)
    live = world_before(database, tmp_path)
    live.happen(4, "Order Completed")
    buyers, recent = live.make("Buyers", BUYERS), live.make("Recent", RECENT)
    fans = live.make("Fans", {"any": [{"audience": {"id": buyers}}, {"audience": {"id": recent}}]})
    live.step()
    assert (live.members(buyers), live.members(recent)) == ({4}, {5})
    live.live.close()
    assert killed_at(point, database_url, tmp_path) == -signal.SIGKILL
    # Another process begins where the dead one was; its world is the same.
    go_on(live)
    live.restart()
    for _ in range(3):
        live.step()
    assert live.members(buyers) == {1, 2, 3}
    assert live.members(recent) == set()
    assert live.members(fans) == {1, 2, 3}
    assert Counter(live.moves(buyers)) == Counter(
        {
            (person(1), "entered", "event", False): 1,
            (person(2), "entered", "event", False): 1,
            (person(3), "entered", "merge", True): 1,
            (person(4), "left", "merge", True): 1,
        }
    )
    assert live.moves(recent) == [(person(5), "left", "time", False)]
    told = Counter(
        (type(one).__name__, one.audience_id, one.person)
        for one in live.announced()
        if isinstance(one, notices.AudienceEntered | notices.AudienceLeft)
    )
    assert told == Counter(
        {
            ("AudienceEntered", buyers, person(1)): 1,
            ("AudienceEntered", buyers, person(2)): 1,
            ("AudienceEntered", fans, person(1)): 1,
            ("AudienceEntered", fans, person(2)): 1,
            ("AudienceLeft", recent, person(5)): 1,
            ("AudienceLeft", fans, person(5)): 1,
        }
    )
    database.close()


@pytest.mark.parametrize("point", ["judged all", "files made", "filled"])
def test_a_death_while_filling_fills_once(live: LiveWorld, point: str) -> None:
    class Died(BaseException):
        pass

    def die(reached: str) -> None:
        if reached == point:
            raise Died

    live.happen(4, "Order Completed")
    buyers = live.make("Buyers", BUYERS)
    live.reached = die
    with pytest.raises(Died):
        live.step()
    live.reached = lambda _point: None
    live.restart()
    live.step()
    assert live.members(buyers) == {4}
    assert [type(one) for one in live.announced()] == [notices.AudienceRefilled]


def test_forgetting_what_was_touched_would_be_noticed(live: LiveWorld) -> None:
    """The wrong variant: a step that notes its position before it has written what it found."""
    buyers = live.make("Buyers", BUYERS)
    live.step()
    live.happen(1, "Order Completed")
    opened = live.live._opened[WORKSPACE]
    opened.position = len(live.world.events)
    live.step()
    assert live.members(buyers) == set()
    live.restart()
    live.step()
    # Whoever opens the files afresh reads from what was settled, and finds it.
    assert live.members(buyers) == {1}


def test_nobody_moves_twice_in_a_step(live: LiveWorld) -> None:
    one = Transition(
        "adc_1", person(1), Direction.ENTERED, live.clock.now(), Cause.EVENT, 1, False, 7  # noqa: FBT003
    )  # fmt: skip
    with UnitOfWork(live.database) as uow:
        moved.insert_transitions(uow, WORKSPACE, [one])
    with pytest.raises(IntegrityError), UnitOfWork(live.database) as uow:
        moved.insert_transitions(uow, WORKSPACE, [one])


def test_a_step_is_taken_once(live: LiveWorld) -> None:
    live.make("Buyers", BUYERS)
    live.step()
    known = live.live._opened[WORKSPACE].progress
    with pytest.raises(StepTaken), UnitOfWork(live.database) as uow:
        begin_step(uow, WORKSPACE, known)


def test_another_process_goes_on_where_the_first_was(live: LiveWorld) -> None:
    buyers = live.make("Buyers", BUYERS)
    live.step()
    other = LiveWorld(live.database, live.folder, live.world, live.clock)
    for node, who in ((1, other), (2, live), (3, other), (4, live)):
        live.happen(node, "Order Completed")
        who.step()
    assert live.members(buyers) == {1, 2, 3, 4}
    assert len(live.moves(buyers)) == 4


def test_a_human_who_was_in_moves_quietly_by_a_merge_and_by_a_split(live: LiveWorld) -> None:
    live.happen(4, "Order Completed")
    buyers = live.make("Buyers", BUYERS)
    live.step()
    live.announced()
    live.world.owners[4] = 2
    live.step()
    assert live.moves(buyers) == [
        (person(2), "entered", "merge", True), (person(4), "left", "merge", True),
    ] or live.moves(buyers) == [
        (person(4), "left", "merge", True), (person(2), "entered", "merge", True),
    ]  # fmt: skip
    live.world.owners[4] = 4
    live.step()
    assert live.members(buyers) == {4}
    assert live.announced() == []


def test_a_human_who_is_in_only_since_the_merge_is_announced(live: LiveWorld) -> None:
    live.happen(1, "Order Completed")
    live.happen(2, "Order Completed")
    twice = live.make("Twice", {"did": {"event": "Order Completed", "at_least": 2}})
    live.step()
    live.announced()
    live.world.owners[2] = 1
    live.step()
    assert live.announced() == [notices.AudienceEntered(WORKSPACE, twice, person(1), 1, "merge")]
    live.world.owners[2] = 2
    live.step()
    assert live.announced() == [notices.AudienceLeft(WORKSPACE, twice, person(1), 1, "merge")]


def test_a_human_who_is_out_since_the_merge_is_announced_under_the_id_that_was_in(
    live: LiveWorld,
) -> None:
    live.happen(1, "Order Completed")
    live.happen(2, "Product Viewed")
    pure = live.make("Bought unseen", {"all": [BUYERS, {"did_not": {"event": "Product Viewed"}}]})
    live.step()
    live.announced()
    live.world.owners[1] = 0
    live.world.owners[2] = 0
    live.step()
    assert live.members(pure) == set()
    assert live.announced() == [notices.AudienceLeft(WORKSPACE, pure, person(1), 1, "merge")]


def test_transitions_are_listed_newest_first_and_by_kind(live: LiveWorld) -> None:
    buyers = live.make("Buyers", {"did": {"event": "Order Completed", "within": "1d"}})
    live.step()
    for node in (1, 2, 3):
        live.happen(node, "Order Completed")
        live.step()
    live.clock.advance(100_000)
    live.step()
    with UnitOfWork(live.database, reads_only=True) as uow:
        left = list_transitions(uow, WORKSPACE, buyers, direction=Direction.LEFT)
        first = list_transitions(uow, WORKSPACE, buyers, limit=4)
        rest = list_transitions(uow, WORKSPACE, buyers, limit=4, cursor=first.next_cursor)
        by_event = list_transitions(uow, WORKSPACE, buyers, cause=Cause.EVENT)
    assert [one.cause for one in left.items] == [Cause.TIME] * 3
    assert len(first.items) == 4
    assert [one.person for one in rest.items] == [person(2), person(1)]
    assert len(by_event.items) == 3
