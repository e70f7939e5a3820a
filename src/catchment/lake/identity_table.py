"""The identity overlay: which person a subject is, where that is not the default.

A subject of whom nothing is known is a person of its own, and needs no row. Only joins are kept, so
the table is small beside the events, and joining or splitting people changes rows here and nowhere
else.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from catchment.kernel import Clock, Entropy, WorkspaceId, system_entropy
from catchment.lake.delta_files import GRACE_HOURS, DataFile, DeltaFiles, Layout

IDENTITY_SCHEMA = pa.schema(
    [
        pa.field("workspace_id", pa.string(), nullable=False),
        pa.field("subject", pa.string(), nullable=False),
        pa.field("person", pa.string(), nullable=False),
    ]
)

_ROWS = pa.schema([IDENTITY_SCHEMA.field("subject"), IDENTITY_SCHEMA.field("person")])


class IdentityTable:
    """Subjects whose person is not the default, by workspace.

    One writer at a time for each workspace; a second one is refused, not merged.

    Args:
        path: the table's folder; made by the first use.
        clock: stamps files and tombstones.
        entropy: makes file names that nobody else makes.
    """

    def __init__(
        self, path: Path, *, clock: Clock | None = None, entropy: Entropy = system_entropy
    ) -> None:
        self._files = DeltaFiles(path, Layout(IDENTITY_SCHEMA), clock=clock, entropy=entropy)

    @property
    def path(self) -> Path:
        """The table's folder."""
        return self._files.path

    def create(self) -> None:
        """Makes the table unless it is there."""
        self._files.create()

    def files(self, workspace_id: WorkspaceId) -> list[DataFile]:
        """The files that hold one workspace's overlay now."""
        return [file for file in self._files.files() if file.workspace_id == workspace_id]

    def read(self, workspace_id: WorkspaceId) -> pa.Table:
        """Columns `subject` and `person`, one row per joined subject, by subject."""
        rows = self._files.read(self.files(workspace_id), _ROWS.names)
        return rows.sort_by([("subject", "ascending")])

    def position(self, workspace_id: WorkspaceId) -> int:
        """The number that the overlay's last change carried, such as a log position; else 0."""
        return self._files.transaction(_app(workspace_id))

    def replace(self, workspace_id: WorkspaceId, rows: pa.Table, *, position: int) -> None:
        """Puts these rows in the place of the workspace's overlay, in one commit.

        Args:
            workspace_id: whose.
            rows: columns `subject` and `person`; each subject once.
            position: kept in the same commit.

        Raises:
            CompactionConflict: another writer changed this workspace's overlay meanwhile.
        """
        self._change(workspace_id, lambda _: rows, position)

    def upsert(self, workspace_id: WorkspaceId, rows: pa.Table, *, position: int) -> None:
        """Joins these subjects, and leaves the others as they are; arguments as for `replace`."""
        new = rows.select(_ROWS.names).cast(_ROWS)

        def join(known: pa.Table) -> pa.Table:
            return pa.concat_tables([_without(known, new["subject"]), new])

        self._change(workspace_id, join, position)

    def remove(self, workspace_id: WorkspaceId, subjects: Sequence[str], *, position: int) -> None:
        """Gives these subjects back to their default person."""
        gone = pa.array(subjects, pa.string())
        self._change(workspace_id, lambda known: _without(known, gone), position)

    def tidy(self, *, grace_hours: int = GRACE_HOURS) -> int:
        """Deletes files that were replaced a while ago; returns how many."""
        return self._files.tidy(grace_hours=grace_hours)

    def _change(
        self, workspace_id: WorkspaceId, change: Callable[[pa.Table], pa.Table], position: int
    ) -> None:
        """Writes what becomes of the overlay as it is now; refused if it changes meanwhile.

        The table is looked up once, here. What is read, swapped and committed belongs to that
        look, so a writer who comes between is noticed at the commit.
        """
        app = _app(workspace_id)
        before = self._files.transaction(app)
        old = self.files(workspace_id)
        rows = change(self._files.read(old, _ROWS.names)).select(_ROWS.names).cast(_ROWS)
        if pc.count_distinct(rows["subject"]).as_py() != rows.num_rows:
            raise ValueError("a subject can be one person only")
        kept = rows.sort_by([("subject", "ascending")])
        added = [self._files.write(workspace_id, kept, level=3)] if kept.num_rows else []
        self._files.commit(added, app=app, number=position, before=before, removed=old)


def _without(rows: pa.Table, subjects: "pa.Array | pa.ChunkedArray") -> pa.Table:
    values = subjects.combine_chunks() if isinstance(subjects, pa.ChunkedArray) else subjects
    return rows.filter(pc.invert(pc.is_in(rows["subject"], values)))


def _app(workspace_id: WorkspaceId) -> str:
    return f"people/{workspace_id}"
