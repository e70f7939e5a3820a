"""The interest edges: who or what stands by what, how strongly, how often and since when.

A row adds to an edge; it never replaces one. Rows of one edge may lie in several files, and every
reader sums them up, so it does not matter in which order rows were written or how files were merged
since. The sums are whole numbers: however they are grouped, they come out the same to the last bit.
Each addition carries the log position that it reaches, in the same commit.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from catchment.kernel import Clock, Entropy, WorkspaceId, system_entropy
from catchment.lake.delta_files import GRACE_HOURS, DataFile, DeltaFiles, Layout
from catchment.lake.errors import CompactionConflict

FILES_MAX = 8
"""Beyond so many files of one workspace, the small ones are merged."""

LEVEL_FACTOR = 2
"""A file joins a merge when it is at most so many times as large as all smaller ones together."""

_INSTANT = pa.timestamp("us", tz="UTC")

INTEREST_SCHEMA = pa.schema(
    [
        pa.field("workspace_id", pa.string(), nullable=False),
        # the two ends: `person` (then the id is a subject), `product`, `topic`, …
        pa.field("left_kind", pa.string(), nullable=False),
        pa.field("left", pa.string(), nullable=False),
        pa.field("right_kind", pa.string(), nullable=False),
        pa.field("right", pa.string(), nullable=False),
        # what was done, as `viewed`; and in which show, where in one
        pa.field("verb", pa.string(), nullable=False),
        pa.field("place", pa.string()),
        # weights of one era are sums of one scale; which, says whoever writes them
        pa.field("era", pa.int64(), nullable=False),
        pa.field("weight", pa.int64(), nullable=False),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("first_time", _INSTANT, nullable=False),
        pa.field("last_time", _INSTANT, nullable=False),
    ]
)

EDGE_KEYS = ("left_kind", "left", "right_kind", "right", "verb", "place", "era")
_SUMS = [("weight", "sum"), ("count", "sum"), ("first_time", "min"), ("last_time", "max")]
_ROWS = pa.schema([field for field in INTEREST_SCHEMA if field.name != "workspace_id"])


class InterestTable:
    """Interest edges by workspace.

    One writer at a time for each workspace; a second one is refused, not added twice.

    Args:
        path: the table's folder; made by the first use.
        clock: stamps files and tombstones.
        entropy: makes file names that nobody else makes.
    """

    def __init__(
        self, path: Path, *, clock: Clock | None = None, entropy: Entropy = system_entropy
    ) -> None:
        self._files = DeltaFiles(path, Layout(INTEREST_SCHEMA), clock=clock, entropy=entropy)

    @property
    def path(self) -> Path:
        """The table's folder."""
        return self._files.path

    def create(self) -> None:
        """Makes the table unless it is there."""
        self._files.create()

    def files(self, workspace_id: WorkspaceId) -> list[DataFile]:
        """The files that hold one workspace's edges now."""
        return [file for file in self._files.files() if file.workspace_id == workspace_id]

    def read(self, workspace_id: WorkspaceId) -> pa.Table:
        """All columns but the workspace; an edge may stand in several rows, to be summed up."""
        return self._files.read(self.files(workspace_id), _ROWS.names)

    def position(self, workspace_id: WorkspaceId) -> int:
        """The log position that the workspace's edges reach; 0 at first."""
        return self._files.transaction(_app(workspace_id))

    def add(self, workspace_id: WorkspaceId, rows: pa.Table, *, before: int, position: int) -> None:
        """Adds rows, and notes how far they reach, in one commit.

        Args:
            workspace_id: whose.
            rows: all columns of `INTEREST_SCHEMA` but the workspace.
            before: the position that the rows begin behind.
            position: the position that they reach.

        Raises:
            CompactionConflict: another writer added from the same position; nothing changed.
        """
        kept = merged(rows)
        added = [self._files.write(workspace_id, kept)] if kept.num_rows else []
        self._files.commit(added, app=_app(workspace_id), number=position, before=before)

    def clear(self, workspace_id: WorkspaceId) -> None:
        """Drops the workspace's edges, and begins again from position 0."""
        before = self.position(workspace_id)
        old = self.files(workspace_id)
        self._files.commit([], app=_app(workspace_id), number=0, before=before, removed=old)

    def oldest(self, workspace_id: WorkspaceId) -> datetime | None:
        """When the first event was that any edge counts; nothing where there are none."""
        rows = self._files.read(self.files(workspace_id), ["first_time"])
        found: datetime | None = pc.min(rows["first_time"]).as_py()
        return found

    def exchange(self, workspace_id: WorkspaceId, build: Callable[[int], pa.Table]) -> None:
        """Puts other edges in the place of those that reach a position, in one commit.

        Readers see the old ones until then; what is added meanwhile stays.

        Args:
            workspace_id: whose.
            build: makes the edges up to a log position.

        Raises:
            CompactionConflict: the files were merged meanwhile; nothing changed, ask again.
        """
        before = self._files.transaction(_rewrite(workspace_id))
        position = self.position(workspace_id)
        old = self.files(workspace_id)
        if self.position(workspace_id) != position:
            raise CompactionConflict
        rows = merged(build(position))
        self._swap(workspace_id, old, rows, before, is_rearranged=False)

    def forget(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
        """Takes people's edges out, by their subjects; returns how many rows went.

        Raises:
            CompactionConflict: the files were merged meanwhile; nothing changed, ask again.
        """
        before = self._files.transaction(_rewrite(workspace_id))
        old = self.files(workspace_id)
        rows = self._files.read(old, _ROWS.names)
        gone = pc.and_(
            pc.equal(rows["left_kind"], "person"),
            pc.is_in(rows["left"], pa.array(subjects, pa.string())),
        )
        kept = rows.filter(pc.invert(gone))
        if kept.num_rows < rows.num_rows:
            self._swap(workspace_id, old, kept, before, is_rearranged=False)
        return int(rows.num_rows - kept.num_rows)

    def compact(self, workspace_id: WorkspaceId, *, era_least: int | None = None) -> int:
        """Merges small files into one; a merge that another process forestalled is skipped.

        Args:
            workspace_id: whose.
            era_least: rows of earlier eras are left out of the merged file for good.

        Returns:
            How many files were merged.
        """
        before = self._files.transaction(_rewrite(workspace_id))
        chosen = choose_small(self.files(workspace_id))
        if not chosen:
            return 0
        rows = self._files.read(chosen, _ROWS.names)
        if era_least is not None:
            rows = rows.filter(pc.greater_equal(rows["era"], era_least))
        try:
            self._swap(workspace_id, chosen, merged(rows), before, is_rearranged=True)
        except CompactionConflict:
            return 0
        return len(chosen)

    def tidy(self, *, grace_hours: int = GRACE_HOURS) -> int:
        """Deletes files that were replaced a while ago; returns how many."""
        return self._files.tidy(grace_hours=grace_hours)

    def _swap(
        self,
        workspace_id: WorkspaceId,
        old: Sequence[DataFile],
        rows: pa.Table,
        before: int,
        *,
        is_rearranged: bool,
    ) -> None:
        added = [self._files.write(workspace_id, rows, level=3)] if rows.num_rows else []
        self._files.commit(
            added,
            app=_rewrite(workspace_id),
            number=before + 1,
            before=before,
            removed=old,
            is_rearranged=is_rearranged,
        )


def merged(rows: pa.Table) -> pa.Table:
    """The same edges with one row for each key, in the order of the keys."""
    summed = rows.select(_ROWS.names).group_by(list(EDGE_KEYS)).aggregate(_SUMS)
    renamed = summed.rename_columns(
        [name.removesuffix("_sum").removesuffix("_min").removesuffix("_max")
         for name in summed.column_names]
    )  # fmt: skip
    sorted_rows = renamed.sort_by([(name, "ascending") for name in EDGE_KEYS])
    return sorted_rows.select(_ROWS.names).cast(_ROWS)


def choose_small(
    files: Sequence[DataFile], *, files_max: int = FILES_MAX, factor: int = LEVEL_FACTOR
) -> list[DataFile]:
    """The files to merge next: the smallest ones, up to where the next is much larger than all.

    So a row is rewritten a number of times that grows with the logarithm of the table's size.
    """
    if len(files) <= files_max:
        return []
    ordered = sorted(files, key=lambda file: (file.rows, file.path))
    chosen, rows = ordered[:2], sum(file.rows for file in ordered[:2])
    for file in ordered[2:]:
        if file.rows > factor * rows:
            break
        chosen.append(file)
        rows += file.rows
    return chosen


def _app(workspace_id: WorkspaceId) -> str:
    return f"interests/{workspace_id}"


def _rewrite(workspace_id: WorkspaceId) -> str:
    return f"interests-rewrite/{workspace_id}"
