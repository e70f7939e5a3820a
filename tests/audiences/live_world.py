"""A small installation of audiences: real records and files over a small world of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from audiences.small_world import WORKSPACE, SmallWorld, subject_of
from catchment.audiences import (
    Audience,
    AudienceState,
    AudienceWorks,
    Author,
    Catalogue,
    Draft,
    Face,
    Listening,
    LiveAudiences,
    Rule,
    RuleJudge,
    StepReport,
    Touched,
    create_audience,
    list_audiences,
    list_ids,
    list_transitions,
    reads_of_audiences,
)
from catchment.audiences.humans import Nodes
from catchment.events import notices
from catchment.kernel import IdMaker, WorkspaceId
from catchment.store import Database, Notice, Outbox, Subscriber, UnitOfWork
from catchment.testing.clock import ManualClock, seeded_entropy
from oracles.audience_brute_force import Happened

START = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
MOVED = (notices.AudienceEntered, notices.AudienceLeft, notices.AudienceRefilled)


def person(node: int) -> str:
    """The person that a node names."""
    return f"per_{subject_of(node)}"


@dataclass
class Tagged:
    """Remembers who carries which tag."""

    holders: dict[str, set[int]] = field(default_factory=dict)

    def follow(self, _uow: UnitOfWork, audience: Audience, given: Nodes, taken: Nodes) -> None:
        held = self.holders.setdefault(str(audience.kept_tag_id), set())
        held |= set(given.tolist())
        held -= set(taken.tolist())

    def refill(self, _uow: UnitOfWork, audience: Audience, members: Nodes) -> None:
        if audience.kept_tag_id is not None:
            self.holders[audience.kept_tag_id] = set()
        if audience.tag_id is not None:
            self.holders[audience.tag_id] = set(members.tolist())


@dataclass
class LiveWorld:
    """Audiences over a small world, stepped by hand."""

    database: Database
    folder: Path
    world: SmallWorld
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    reached: Callable[[str], None] = lambda _point: None
    tagged: Tagged = field(default_factory=Tagged)

    def __post_init__(self) -> None:
        self.ids = IdMaker(self.clock, seeded_entropy())
        self.works = AudienceWorks(
            database=self.database, people=self.world,
            judge=RuleJudge(self.world, self.world, self.world, self, self),
            happenings=self, faces=self, identifiers=self, tagging=self.tagged,
            folder=self.folder / "people", files=self.folder / "files",
            zone_of=lambda _workspace_id: "Asia/Shanghai", clock=self.clock, ids=self.ids,
            reached=self._told,
        )  # fmt: skip
        self.live = LiveAudiences(self.works)

    def _told(self, point: str) -> None:
        self.reached(point)

    # -- the ports ---------------------------------------------------------------------------------
    def listening(self, _workspace_id: WorkspaceId, _rule: Rule) -> Listening:
        return frozenset()

    def catalogue(self, uow: UnitOfWork, workspace_id: WorkspaceId) -> Catalogue:
        kept = reads_of_audiences(uow, workspace_id)
        return Catalogue(
            audiences={one.audience_id: one.reads for one in kept},
            names={one.audience_id: one.name for one in kept},
            lists=list_ids(uow, workspace_id),
            tags={"tag_vip"},
        )

    def touched(self, _workspace_id: WorkspaceId, after: int, until: int) -> Touched:
        new = self.world.events[after:until]
        events = sorted({(one.name, "track") for one in new})
        return Touched(
            np.array([one.node for one in new], np.int32),
            np.array([events.index((one.name, "track")) for one in new], np.int32),
            events,
        )

    def faces(self, _workspace_id: WorkspaceId, persons: Sequence[str]) -> Sequence[Face]:
        return [Face(one, "林**", ("138****5678",)) for one in persons]

    def traits(
        self, _ws: WorkspaceId, persons: Sequence[str], names: Sequence[str], *, unmasked: bool
    ) -> Sequence[Sequence[str]]:
        return [[f"{name}:{'full' if unmasked else 'masked'}" for name in names] for _ in persons]

    def identifiers(
        self, _workspace_id: WorkspaceId, persons: Sequence[str], kind: str
    ) -> Sequence[Sequence[str]]:
        values = {"phone": "+8613812345678", "email": "Lin.Wei+shop@gmail.com"}
        return [[values[kind]] if at % 2 == 0 else [] for at, _ in enumerate(persons)]

    def kinds(self, _workspace_id: WorkspaceId) -> Sequence[str]:
        return ["user", "phone"]

    def subjects(
        self, _workspace_id: WorkspaceId, kind: str, values: Sequence[str]
    ) -> Sequence[str | None]:
        """A user is called by its node; the phone of node n is 100n."""
        return [
            None if not one.isdigit() else subject_of(int(one) // (100 if kind == "phone" else 1))
            if kind == "user" or int(one) % 100 == 0 else None
            for one in values
        ]  # fmt: skip

    def masked(self, _kind: str, value: str) -> str:
        return f"{value[:1]}***"

    # -- doing -------------------------------------------------------------------------------------
    @property
    def author(self) -> Author:
        return Author("opr_test", self.works.check, self.clock, self.ids)

    def make(self, name: str, rule: Mapping[str, Any], **more: Any) -> str:
        """Makes an audience; its id."""
        self.clock.advance(0.001)
        with UnitOfWork(self.database) as uow:
            made = create_audience(uow, WORKSPACE, Draft(name, rule, **more), author=self.author)
        return made.id

    def happen(self, node: int, name: str) -> None:
        """Something happens now."""
        self.world.events.append(Happened(node, self.clock.now_us(), name))

    def step(self) -> StepReport:
        """A step of the worker."""
        return self.live.step(WORKSPACE, len(self.world.events))

    def restart(self) -> None:
        """Another process takes over."""
        self.live.close()
        self.live = LiveAudiences(self.works)

    # -- seeing ------------------------------------------------------------------------------------
    def members(self, audience_id: str) -> set[int]:
        """Who is in, by the files, checked against the size in the records."""
        with UnitOfWork(self.database, reads_only=True) as uow:
            known = {one.id: one for one in list_audiences(uow, WORKSPACE).items}
        audience = known[audience_id]
        if audience.state is AudienceState.ARCHIVED:
            return set()
        found = self.works.members.read(audience, self.world.reading(WORKSPACE))
        members = set(np.flatnonzero(found).tolist())
        assert audience.size == len(members)
        return members

    def moves(self, audience_id: str) -> list[tuple[str, str, str, bool]]:
        """Person, direction, cause and whether it was quiet, oldest first."""
        with UnitOfWork(self.database, reads_only=True) as uow:
            page = list_transitions(uow, WORKSPACE, audience_id, limit=500)
        return [
            (one.person, one.direction.value, one.cause.value, one.is_quiet)
            for one in reversed(page.items)
        ]

    def announced(self) -> list[notices.NoticeBody]:
        """What was announced since this was last asked."""
        heard: list[notices.NoticeBody] = []

        def answer(notice: Notice, _uow: UnitOfWork) -> None:
            heard.append(notice.body)

        outbox = Outbox(self.database, self.clock, [Subscriber("test", MOVED, answer)])
        while outbox.deliver():
            pass
        return heard
