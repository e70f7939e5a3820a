"""A small installation of audiences: real records and files over a small world of people."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from audiences.small_world import WORKSPACE, SmallWorld, subject_of
from catchment.audiences import (
    Audience,
    AudienceState,
    AudienceWorks,
    Author,
    Catalogue,
    Draft,
    ExportParts,
    Face,
    Listening,
    LiveAudiences,
    Reading,
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
from catchment.vault import Access, GrantNeeded, GrantRefused, Purpose
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
class Office:
    """Gives leave by one grant, keeps who agreed, and files with every byte turned.

    Attributes:
        grant_id: the one that holds.
        refused: those who did not agree, by node.
        asked: every reading that was asked for, and whether it was used.
    """

    grant_id: str = "grn_good"
    refused: set[int] = field(default_factory=set)
    asked: list[tuple[Reading, bool]] = field(default_factory=list)

    def check(self, _uow: UnitOfWork, _workspace_id: WorkspaceId, reading: Reading) -> None:
        self._look(reading, used=False)

    def use(self, _workspace_id: WorkspaceId, reading: Reading) -> Access:
        self._look(reading, used=True)
        return Access(reading.actor, reading.use, reading.reason, reading.grant_id)

    def _look(self, reading: Reading, *, used: bool) -> None:
        self.asked.append((reading, used))
        if reading.grant_id is None:
            raise GrantNeeded
        if reading.grant_id != self.grant_id:
            raise GrantRefused("The grant's time is over.", rule="expired")

    def personal(self, _workspace_id: WorkspaceId, names: Sequence[str]) -> Mapping[str, str]:
        return {name: "phone" for name in names if name == "mobile"}

    def agreed(
        self, _workspace_id: WorkspaceId, persons: Nodes, _purpose: str, _channel: str
    ) -> npt.NDArray[np.bool_]:
        return ~np.isin(persons, list(self.refused))

    def create(self, _workspace_id: WorkspaceId, path: Path, name: str) -> BinaryIO:
        file = Turned(path, "wb")
        file.write(name.encode() + b"\n")
        return file

    def open(self, _workspace_id: WorkspaceId, path: Path, name: str) -> BinaryIO:
        content = path.read_bytes().translate(TURN)
        head, _, rest = content.partition(b"\n")
        assert head == name.encode()
        return io.BytesIO(rest)

    @property
    def parts(self) -> ExportParts:
        return ExportParts(self, self.personal, self.agreed, self)


class Turned(io.FileIO):
    """A file whose bytes are turned."""

    def write(self, some: Any) -> int:
        super().write(bytes(some).translate(TURN))
        return len(some)


TURN = bytes(255 - one for one in range(256))


@dataclass
class LiveWorld:
    """Audiences over a small world, stepped by hand."""

    database: Database
    folder: Path
    world: SmallWorld
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    reached: Callable[[str], None] = lambda _point: None
    tagged: Tagged = field(default_factory=Tagged)
    office: Office = field(default_factory=Office)

    def __post_init__(self) -> None:
        self.ids = IdMaker(self.clock, seeded_entropy())
        self.works = AudienceWorks(
            database=self.database, people=self.world,
            judge=RuleJudge(self.world, self.world, self.world, self, self),
            happenings=self, faces=self, identifiers=self, tagging=self.tagged,
            folder=self.folder / "people", files=self.folder / "files",
            exports=self.office.parts,
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
            stages=("lead", "lost"),
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
        self, _ws: WorkspaceId, persons: Sequence[str], names: Sequence[str], *,
        access: Access | None = None, kinds: Collection[str] = (),
    ) -> Sequence[Sequence[str]]:  # fmt: skip
        word = "masked" if access is None else f"full of {','.join(kinds)}"
        return [[f"{name}:{word}" for name in names] for _ in persons]

    def identifiers(
        self, _workspace_id: WorkspaceId, persons: Sequence[str], kind: str, access: Access
    ) -> Sequence[Sequence[str]]:
        assert access.purpose is Purpose.MARKETING
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
