"""The event table: every event of every workspace, once, in a Delta table of Parquet files.

Each landing is one commit that carries the log position it reached; table and position cannot
disagree, and that is what makes an event land exactly once.
"""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from catchment.events import EVENT_SCHEMA, Trust
from catchment.kernel import Clock, Entropy, SystemClock, WorkspaceId, system_entropy
from catchment.lake.delta_files import GRACE_HOURS, DataFile, DeltaFiles, Layout
from catchment.lake.erasing import Erasures
from catchment.lake.ports import Arrivals, LogSpan
from catchment.lake.sweeps import Sweeps

LANDING = "landing"
REWRITE = "rewrite"

TRUST = "trust"
_POSITION = "log_position"
_LAST = 2**63 - 1

_LAYOUT = Layout(
    schema=EVENT_SCHEMA,
    plain_columns=frozenset({"event_key", "message_id", "properties"}),
    stats_columns=("time", _POSITION),
    later_columns={TRUST: Trust.CLAIM},
)


class EventTable:
    """The lake's event table in a folder.

    Args:
        path: the folder; made by `create`, or by the first use.
        clock: stamps files and tombstones.
        entropy: makes file names that nobody else makes.

    Attributes:
        erasures: who is to be gone from it.
        sweeps: how far it was looked through for what must not stand in it.
    """

    def __init__(
        self, path: Path, *, clock: Clock | None = None, entropy: Entropy = system_entropy
    ) -> None:
        self._clock = clock or SystemClock()
        self._files = DeltaFiles(path, _LAYOUT, clock=self._clock, entropy=entropy)
        self.erasures = Erasures(path)
        self.sweeps = Sweeps(path)

    @property
    def path(self) -> Path:
        """The table's folder."""
        return self._files.path

    def create(self) -> None:
        """Makes the table unless it is there."""
        self._files.create()

    def append(self, events: pa.Table, position: int) -> None:
        """Adds rows of `EVENT_SCHEMA` and notes the log position they reach, in one commit.

        Raises:
            CompactionConflict: another process landed from the same position.
            LakeUnavailable: it could not be written; the table is as before.
        """
        added = [
            self._files.write(workspace_id, rows) for workspace_id, rows in _by_workspace(events)
        ]
        self._files.commit(added, app=LANDING, number=position)

    def position(self) -> int:
        """The log position that the table has reached."""
        return self._files.transaction(LANDING)

    def version(self) -> int:
        """The number of the newest commit: tells whether anything changed at all."""
        return self._files.version()

    def files(
        self, workspace_id: WorkspaceId | None = None, *, span: LogSpan | None = None
    ) -> list[DataFile]:
        """The files that make the table now.

        Args:
            workspace_id: whose; everyone's when not given.
            span: only those that may hold events of it.
        """
        return [
            file
            for file in self._files.files()
            if (workspace_id is None or file.workspace_id == workspace_id)
            and (span is None or _may_hold(file, span))
        ]

    def arrivals(self, workspace_id: WorkspaceId, after: int) -> Arrivals:
        """What has landed behind a log position; no file is opened."""
        files = self.files(workspace_id, span=LogSpan(after, _LAST))
        newest = max((file.stats[_POSITION][1] for file in files), default=after)
        return Arrivals(newest, sum(file.rows for file in files))

    def count(self, workspace_id: WorkspaceId | None = None) -> int:
        """How many events there are."""
        return sum(file.rows for file in self.files(workspace_id))

    def read(self, files: Sequence[DataFile], columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of these files."""
        return self._files.read(files, columns)

    def swap(self, removed: Sequence[DataFile], rows: pa.Table) -> None:
        """Puts rows in the place of files, in one commit that readers see whole or not at all.

        Call `files` before reading what is swapped: the commit is refused when another swap came
        between.

        Raises:
            CompactionConflict: another swap came first; nothing changed.
        """
        self._put(removed, rows, is_rearranged=True)

    def forget(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> None:
        """Hides every row of these subjects from now on; `event_erasure` takes them out."""
        self._files.create()
        self.erasures.hide(workspace_id, subjects, self.now_us())

    def erase(self, removed: Sequence[DataFile], rows: pa.Table) -> None:
        """As `swap`, where rows are gone for good.

        Raises:
            CompactionConflict: another swap came first; nothing changed.
        """
        self._put(removed, rows, is_rearranged=False)

    def amend(self, file: DataFile, rows: pa.Table) -> str:
        """As `swap`, of one file whose rows say something else now; its new path.

        Raises:
            CompactionConflict: another swap came first; nothing changed.
        """
        return self._put([file], rows, is_rearranged=False)[0]

    def now_us(self) -> int:
        """The present instant, by the table's clock."""
        return self._clock.now_us()

    def _put(
        self, removed: Sequence[DataFile], rows: pa.Table, *, is_rearranged: bool
    ) -> list[str]:
        before = self._files.transaction(REWRITE)
        owner = removed[0].workspace_id
        added = [self._files.write(owner, rows, level=3)] if rows.num_rows else []
        self._files.commit(
            added,
            app=REWRITE,
            number=before + 1,
            before=before,
            removed=removed,
            is_rearranged=is_rearranged,
        )
        return [action.path for action in added]

    def tidy(self, *, grace_hours: int = GRACE_HOURS) -> int:
        """Deletes files that were replaced a while ago; returns how many."""
        return self._files.tidy(grace_hours=grace_hours)


def _may_hold(file: DataFile, span: LogSpan) -> bool:
    first, last = file.stats[_POSITION]
    return last > span.after and first <= span.until


def _by_workspace(events: pa.Table) -> list[tuple[WorkspaceId, pa.Table]]:
    owners = events["workspace_id"].unique().to_pylist()
    if len(owners) == 1:
        return [(WorkspaceId(owners[0]), events)]
    column = events["workspace_id"]
    return [(WorkspaceId(owner), events.filter(pc.equal(column, owner))) for owner in owners]
