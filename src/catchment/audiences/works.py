"""Everything that keeping audiences up takes, handed in by `app`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from catchment.audiences.export_ports import ExportParts
from catchment.audiences.membership import MemberFolder
from catchment.audiences.ports import Faces, Happenings, Identifiers, Judge, PeopleBook, Tagging
from catchment.audiences.rules import Rule
from catchment.kernel import Clock, IdMaker, WorkspaceId
from catchment.store import Database, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceWorks:
    """The parts.

    Attributes:
        database: the records.
        people: who is who.
        judge: checks and evaluates rules.
        happenings: tells whom new events touched.
        faces: shows people, masked.
        identifiers: turns what stands in a file into subjects.
        tagging: gives and takes tags.
        folder: members lie below it, by workspace; every process sees the same.
        files: exports lie here until they expire.
        exports: what writing them takes.
        zone_of: a workspace's time zone, in which its days begin.
        clock: tells the time.
        ids: makes ids.
        reached: told the name of each point of a step as it is passed; a test may stop there.
    """

    database: Database
    people: PeopleBook
    judge: Judge
    happenings: Happenings
    faces: Faces
    identifiers: Identifiers
    tagging: Tagging
    folder: Path
    files: Path
    exports: ExportParts
    zone_of: Callable[[WorkspaceId], str]
    clock: Clock
    ids: IdMaker
    reached: Callable[[str], None] = lambda _point: None

    @property
    def members(self) -> MemberFolder:
        """Where the members of every audience lie."""
        return MemberFolder(self.folder)

    def check(
        self, uow: UnitOfWork, workspace_id: WorkspaceId, rule: Rule, audience_id: str | None
    ) -> None:
        """Refuses a rule that names what is not there; see `Judge.check`."""
        self.judge.check(uow, workspace_id, rule, audience_id)
