"""The loop that keeps people up: quick to see a landing, and idle when nothing landed."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from analytics.desk import WORKSPACE
from catchment.app import people_keeping
from catchment.app.people_keeping import (
    LOOK_SECONDS,
    QUIET_SECONDS,
    TRICKLE_EVENTS,
    TRICKLE_SECONDS,
    PeopleKeeping,
)
from catchment.audiences import StepReport
from catchment.testing.clock import ManualClock


@dataclass
class Rooms:
    """Overlay, facts and audiences that only count how often they were asked."""

    reached: int = 0
    taken: int = 0
    rounds: int = 0
    fails: bool = False
    steps: list[StepReport] = field(default_factory=list)

    def arrived(self) -> dict[str, int]:
        return {WORKSPACE: self.reached}

    def catch_up(self) -> dict[str, None]:
        self.rounds += 1
        if self.fails:
            raise OSError
        self.taken = self.reached
        return {}

    def landed_behind(self, positions: dict[str, int]) -> int:
        return self.reached - positions[WORKSPACE]

    def position(self, _workspace_id: str) -> int:
        return self.reached

    def workspaces(self) -> list[str]:
        return [WORKSPACE]

    def step(self, _workspace_id: str, _position: int) -> StepReport:
        return self.steps.pop() if self.steps else StepReport(0)


class SilentLedger:
    """A ledger of consent that nobody's events say anything for."""

    def catch_up(self, _workspace_id: str, _position: int) -> int:
        return 0


@pytest.fixture
def rooms() -> Rooms:
    return Rooms()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def keeping(rooms: Rooms, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> PeopleKeeping:
    monkeypatch.setattr(people_keeping, "LiveAudiences", lambda _works: rooms)
    works = SimpleNamespace(clock=clock, database=None, people=None)
    overlay, facts = cast("Any", rooms), cast("Any", rooms)
    return PeopleKeeping(overlay, facts, cast("Any", works), cast("Any", SilentLedger()))


def test_nothing_landed_means_nothing_is_asked(keeping: PeopleKeeping, rooms: Rooms) -> None:
    keeping.round()
    for _ in range(20):
        assert keeping.round() == LOOK_SECONDS
    assert rooms.rounds == 1


def test_a_landing_is_taken_in_at_the_next_look(keeping: PeopleKeeping, rooms: Rooms) -> None:
    keeping.round()
    rooms.reached = 7
    keeping.round()
    assert rooms.rounds == 2


def test_what_time_and_operators_change_is_seen_in_a_second(
    keeping: PeopleKeeping, rooms: Rooms, clock: ManualClock
) -> None:
    keeping.round()
    clock.advance(QUIET_SECONDS)
    keeping.round()
    assert rooms.rounds == 2


def test_whoever_moved_is_followed_by_another_round_at_once(
    keeping: PeopleKeeping, rooms: Rooms
) -> None:
    rooms.steps = [StepReport(1, looked=1, entered=1)]
    assert keeping.round() == 0.0
    assert keeping.round() == LOOK_SECONDS
    assert rooms.rounds == 2


def test_a_round_that_failed_is_tried_again_though_nothing_more_landed(
    keeping: PeopleKeeping, rooms: Rooms
) -> None:
    rooms.fails = True
    for _ in range(2):
        with pytest.raises(OSError):  # noqa: PT011  (any will do)
            keeping.round()
    rooms.fails = False
    keeping.round()
    keeping.round()
    assert rooms.rounds == 3


def test_what_trickles_is_taken_in_together_and_the_first_of_it_at_once(
    keeping: PeopleKeeping, rooms: Rooms, clock: ManualClock
) -> None:
    """The wrong variant has a round for every event: two a second are two rounds a second."""
    keeping.round()
    for _ in range(4):
        for behind in range(8):
            rooms.reached += 1
            assert keeping.round() == LOOK_SECONDS
            assert rooms.taken == rooms.reached - behind
            clock.advance(TRICKLE_SECONDS / 8)
    assert rooms.rounds == 1 + 4


def test_many_wait_for_nobody(keeping: PeopleKeeping, rooms: Rooms, clock: ManualClock) -> None:
    """The wrong variant has a busy shop wait as well."""
    keeping.round()
    for _ in range(5):
        rooms.reached += TRICKLE_EVENTS + 1
        keeping.round()
        assert rooms.taken == rooms.reached
        clock.advance(LOOK_SECONDS)


def test_a_clock_that_was_put_back_makes_nobody_wait(
    keeping: PeopleKeeping, rooms: Rooms, clock: ManualClock
) -> None:
    keeping.round()
    rooms.reached = 1
    keeping.round()
    clock.advance(-3_600)
    rooms.reached = 2
    keeping.round()
    assert rooms.taken == 2
