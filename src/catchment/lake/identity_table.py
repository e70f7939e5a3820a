"""The identity overlay: which person a subject is, where that is not the default.

A subject of whom nothing is known is a person of its own, and needs no row. Only joins are kept, so
the table is small beside the events, and joining or splitting people changes rows here and nowhere
else.

A change is a small file of its own that wins over older ones, as its rows carry a larger number. A
subject that is split off is told so by a row with its default person. New files swallow older ones
that are not much larger, like carrying in addition: each row is written again a few times at most,
and the number of files grows with the logarithm of the number of rows.
"""

import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable

from catchment.kernel import Clock, Entropy, WorkspaceId, system_entropy
from catchment.lake.delta_files import GRACE_HOURS, DataFile, DeltaFiles, Layout
from catchment.lake.tables import PERSON_PREFIX

CARRY = 2
"""A file is swallowed if it has at most so many times the rows of the newer ones together."""

IDENTITY_SCHEMA = pa.schema(
    [
        pa.field("workspace_id", pa.string(), nullable=False),
        pa.field("subject", pa.string(), nullable=False),
        pa.field("person", pa.string(), nullable=False),
        pa.field("change", pa.int64(), nullable=False),
    ]
)

_ROWS = pa.schema([IDENTITY_SCHEMA.field("subject"), IDENTITY_SCHEMA.field("person")])
_CHANGE = "change"


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
        layout = Layout(IDENTITY_SCHEMA, stats_columns=(_CHANGE,))
        self._files = DeltaFiles(path, layout, clock=clock, entropy=entropy)
        self._turn = threading.Lock()

    @property
    def path(self) -> Path:
        """The table's folder."""
        return self._files.path

    def create(self) -> None:
        """Makes the table unless it is there; one of an older shape is derived, and so dropped."""
        path = self._files.path
        if DeltaTable.is_deltatable(str(path)):
            names = {field.name for field in DeltaTable(str(path)).schema().fields}
            if names != set(IDENTITY_SCHEMA.names):
                shutil.rmtree(path)
        self._files.create()

    def files(self, workspace_id: WorkspaceId) -> list[DataFile]:
        """The files that hold one workspace's overlay now, the oldest first: a newer one wins."""
        found = [file for file in self._files.files() if file.workspace_id == workspace_id]
        return sorted(found, key=lambda file: file.stats[_CHANGE][1])

    def read(self, workspace_id: WorkspaceId) -> pa.Table:
        """Columns `subject` and `person`, one row per joined subject, by subject."""
        return _joined(self._newest(self.files(workspace_id)))

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
        self._change(workspace_id, lambda: rows, position, is_all=True)

    def upsert(self, workspace_id: WorkspaceId, rows: pa.Table, *, position: int) -> None:
        """Joins these subjects, and leaves the others as they are; arguments as for `replace`.

        It costs in proportion to the rows, but for an occasional carrying-over.
        """
        self._change(workspace_id, lambda: rows, position)

    def remove(self, workspace_id: WorkspaceId, subjects: Sequence[str], *, position: int) -> None:
        """Gives these subjects back to their default person."""
        gone = pa.array(dict.fromkeys(subjects), pa.string())
        alone = pc.binary_join_element_wise(PERSON_PREFIX, gone, "")
        self._change(workspace_id, lambda: pa.table([gone, alone], schema=_ROWS), position)

    def tidy(self, *, grace_hours: int = GRACE_HOURS) -> int:
        """Deletes files that were replaced a while ago; returns how many."""
        return self._files.tidy(grace_hours=grace_hours)

    def _change(
        self,
        workspace_id: WorkspaceId,
        change: Callable[[], pa.Table],
        position: int,
        *,
        is_all: bool = False,
    ) -> None:
        """Writes a change; refused if the overlay changes meanwhile.

        The table is looked up once, here. What is read, swapped and committed belongs to that
        look, so a writer who comes between is noticed at the commit.
        """
        app = _app(workspace_id)
        with self._turn:
            before = self._files.transaction(app)
            files = self.files(workspace_id)
            rows = change().select(_ROWS.names).cast(_ROWS)
            if pc.count_distinct(rows["subject"]).as_py() != rows.num_rows:
                raise ValueError("a subject can be one person only")
            number = files[-1].stats[_CHANGE][1] + 1 if files else 1
            older = files if is_all else _swallowed(files, rows.num_rows)
            if older and not is_all:
                rows = pa.concat_tables([self._newest(older), rows])
                rows = _last_of_each(rows)
            if len(older) == len(files):
                # Nothing older is left for a default person to win over.
                rows = _joined(rows)
            kept = rows.sort_by([("subject", "ascending")])
            numbers = pa.repeat(pa.scalar(number, pa.int64()), kept.num_rows)
            kept = kept.append_column(IDENTITY_SCHEMA.field(_CHANGE), numbers)
            added = [self._files.write(workspace_id, kept, level=3)] if kept.num_rows else []
            self._files.commit(added, app=app, number=position, before=before, removed=older)

    def _newest(self, files: Sequence[DataFile]) -> pa.Table:
        """The rows of files, given the oldest first: of each subject the newest."""
        rows = self._files.read(files, _ROWS.names)
        return _last_of_each(rows) if len(files) > 1 else rows


def _swallowed(files: Sequence[DataFile], rows: int) -> list[DataFile]:
    """The newest files that a change of so many rows takes in, the oldest of them first."""
    left = list(files)
    total, taken = rows, []
    while left and left[-1].rows <= CARRY * total:
        taken.append(left.pop())
        total += taken[-1].rows
    return taken[::-1]


def _last_of_each(rows: pa.Table) -> pa.Table:
    places = rows.append_column("place", pa.array(np.arange(rows.num_rows)))
    last = places.group_by("subject").aggregate([("place", "max")])["place_max"]
    return rows.take(last.combine_chunks())


def _joined(rows: pa.Table) -> pa.Table:
    """Without the subjects that are their default person, by subject."""
    alone = pc.binary_join_element_wise(PERSON_PREFIX, rows["subject"], "")
    return rows.filter(pc.not_equal(rows["person"], alone)).sort_by([("subject", "ascending")])


def _app(workspace_id: WorkspaceId) -> str:
    return f"people/{workspace_id}"
