"""What the neighbours of people keep of a person, each in their own words: for the access file.

Whatever has to forget somebody has to tell of them as well: a test holds the two lists together.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from catchment import audiences, collect, people
from catchment.access import get_workspace
from catchment.app.rights_parts import Parts
from catchment.kernel import CatchmentError, WorkspaceId, us_from_instant
from catchment.people.rights.gathering import Told
from catchment.store import UnitOfWork
from catchment.vault import TrailEntry
from catchment.vault.virtual_numbers.store import bindings_of

INTERESTS_TOLD = 100
READINGS_TOLD = 200
NAMES_ASKED_MAX = 50
"""By so many of their own names the trail is asked who looked at somebody."""


class Neighbours:
    """Tells what each neighbour keeps of a person.

    Args:
        home: everything.
    """

    def __init__(self, home: Parts) -> None:
        self._home = home

    @property
    def tellers(self) -> Mapping[str, Told]:
        """By part of the file, who fills it."""
        return {
            "levels": self._levels, "computed": self._computed, "audiences": self._audiences,
            "lists": self._lists, "interests": self._interests, "numbers": self._numbers,
            "held_back": self._held_back, "readings": self._readings,
        }  # fmt: skip

    def _subjects(self, workspace_id: WorkspaceId, person: str) -> Sequence[str]:
        return people.subjects_of_person(self._home.people_parts, workspace_id, person)[1]

    def _levels(self, workspace_id: WorkspaceId, person: str) -> Any:
        home = self._home
        book, at_us = people.LevelBook(home.database, home.facts), us_from_instant(home.clock.now())
        _, nodes, present = people.resolve_person(home.people_parts, workspace_id, person)
        found: dict[str, str | None] = {}
        if present in people.refusing_in(home.database, home.identity_book)(workspace_id):
            return {**dict.fromkeys((one.value for one in people.Scheme), None), "stage": None}
        for scheme in people.Scheme:
            try:
                standing = book.level_of(workspace_id, scheme.value, at_us=at_us, persons=nodes)
            except people.ThresholdsMissing:
                continue
            found[scheme.value] = _word(standing)
        stage = book.stage_of(workspace_id, at_us=at_us, persons=nodes)
        return {**found, "stage": _word(stage)}

    def _computed(self, workspace_id: WorkspaceId, person: str) -> Any:
        """What is worked out of what they did: declared measures, and their sums."""
        home = self._home
        with UnitOfWork(home.database, reads_only=True) as uow:
            traits = people.list_traits(uow, workspace_id)
            currency = get_workspace(uow, workspace_id).currency
        profile = people.read_profile(
            home.people_parts, workspace_id, person, traits,
            currency=currency, at_us=us_from_instant(home.clock.now()),
        )  # fmt: skip
        sums = profile.sums
        return {
            **{one.name: one.value for one in profile.traits if one.is_computed},
            "events": sums.events, "orders": sums.orders, "value_minor": sums.value_minor,
            "currency": sums.currency, "live_rooms": sums.live_rooms,
            "first_seen_at": _iso(sums.first_seen_at), "last_seen_at": _iso(sums.last_seen_at),
        }  # fmt: skip

    def _audiences(self, workspace_id: WorkspaceId, person: str) -> Any:
        found = audiences.belongings_of(self._home.audiences, workspace_id, person)
        return [
            {"name": one.name, "is_in": one.is_in, "since": _iso(one.since)} for one in found
        ]  # fmt: skip

    def _lists(self, workspace_id: WorkspaceId, person: str) -> Any:
        subjects = self._subjects(workspace_id, person)
        with UnitOfWork(self._home.database, reads_only=True) as uow:
            return [{"name": one} for one in audiences.lists_naming(uow, workspace_id, subjects)]

    def _interests(self, workspace_id: WorkspaceId, person: str) -> Any:
        """What they did that says what they care about; not what a machine makes of it."""
        try:
            found = self._home.interests.neighbours(
                workspace_id, people.InterestKind.PERSON, person, limit=INTERESTS_TOLD
            )
        except CatchmentError:
            return []
        return [
            {"kind": str(one.item.kind), "id": one.item.id, "name": one.item.name,
             "points": one.points}
            for one in found.answer
        ]  # fmt: skip

    def _numbers(self, workspace_id: WorkspaceId, person: str) -> Any:
        subjects = self._subjects(workspace_id, person)
        with UnitOfWork(self._home.database, reads_only=True) as uow:
            found = bindings_of(uow, workspace_id, subjects)
        return [
            {"number": one.number, "purpose": str(one.purpose), "state": one.state.value,
             "since": _iso(one.created_at)}
            for one in found
        ]  # fmt: skip

    def _held_back(self, workspace_id: WorkspaceId, person: str) -> Any:
        home = self._home
        return [
            {"sent": sent, "reason": reason}
            for sent, reason in collect.held_of(
                home.database, home.hasher, workspace_id, self._subjects(workspace_id, person),
                keys=home.keys,
            )
        ]  # fmt: skip

    def _readings(self, workspace_id: WorkspaceId, person: str) -> Any:
        """Who else was given what of them: when, what for, of which kinds; not by whom."""
        trail, found = self._home.privacy.trail, list[TrailEntry]()
        names = [f"per_{one}" for one in self._subjects(workspace_id, person)[:NAMES_ASKED_MAX]]
        with UnitOfWork(self._home.database, reads_only=True) as uow:
            for name in names:
                found += trail.page(uow, workspace_id, person=name, limit=READINGS_TOLD).items
        found.sort(key=lambda one: one.seq, reverse=True)
        return [
            {"at": _iso(one.at), "what": one.act.action, "kinds": list(one.act.kinds),
             "purpose": None if one.act.purpose is None else one.act.purpose.value}
            for one in found[:READINGS_TOLD]
        ]  # fmt: skip


def _word(standing: people.Standing) -> str | None:
    code = int(standing.codes[0]) if len(standing.codes) else -1
    return str(standing.words[code]) if code >= 0 else None


def _iso(at: Any) -> str | None:
    return None if at is None else str(at.isoformat())
