"""A Delta table whose Parquet files we write ourselves.

Delta gives the log of commits: which files make the table now, atomically, with an application's
own number in the same commit. Writing the files ourselves gives what the library's writer does not:
rows sorted as we like, one commit that swaps exactly these files for those, and every byte flushed
to disk before anyone is told it is there.
"""

import json
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction, RemoveAction

from catchment.kernel import Clock, Entropy, SystemClock, WorkspaceId, system_entropy
from catchment.lake.errors import CompactionConflict, LakeUnavailable
from catchment.lake.later_columns import (
    add_later_columns,
    fill_later_columns,
    lacking,
    with_later_columns,
)

ROWS_PER_GROUP = 122_880
"""Rows of a Parquet row group: the unit that an engine's threads share out."""

CHECKPOINT_EVERY = 50
"""Commits between checkpoints; opening the table reads at most so many."""

GRACE_HOURS = 1
"""How long a replaced file stays, for readers that still hold the list it was on."""

LOOK_AFRESH_US = 60_000_000
"""So long at most the table's folder is trusted to show the next commit by its name alone."""

_PARTITION = "workspace_id"
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
_CONFIGURATION: Mapping[str, str | None] = {
    "delta.checkpointInterval": str(CHECKPOINT_EVERY),
    "delta.logRetentionDuration": f"interval {GRACE_HOURS} hours",
    "delta.deletedFileRetentionDuration": f"interval {GRACE_HOURS} hours",
    "delta.enableExpiredLogCleanup": "true",
}


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file of the table, as the table's log knows it.

    Attributes:
        path: relative to the table's folder.
        workspace_id: whose rows it holds; nobody else's are in it.
        rows: how many.
        size: bytes.
        stats: least and greatest values of the columns counted, as `{"log_position": (1, 9)}`.
        lacks: later columns that the table did not have yet when the file was written.
    """

    path: str
    workspace_id: WorkspaceId
    rows: int
    size: int
    stats: Mapping[str, tuple[int, int]]
    lacks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table's files are written.

    Attributes:
        schema: all columns, the partition column `workspace_id` among them.
        plain_columns: columns whose values hardly repeat, where a dictionary is wasted work.
        stats_columns: integer or instant columns whose range the log keeps for each file.
        later_columns: text columns that tables of earlier versions lack, and what a row written
            before them, or without one, has there. They stand last.
    """

    schema: pa.Schema
    plain_columns: frozenset[str] = frozenset()
    stats_columns: tuple[str, ...] = ()
    later_columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def file_schema(self) -> pa.Schema:
        """The columns inside a file: the partition is told by the folder."""
        return pa.schema([field for field in self.schema if field.name != _PARTITION])


class DeltaFiles:
    """The files of one Delta table, by workspace.

    Args:
        path: the table's folder.
        layout: how its files are written.
        clock: stamps files and tombstones.
        entropy: makes file names that nobody else makes.
    """

    def __init__(
        self,
        path: Path,
        layout: Layout,
        *,
        clock: Clock | None = None,
        entropy: Entropy = system_entropy,
    ) -> None:
        self.path = path
        self._layout = layout
        self._clock = clock or SystemClock()
        self._entropy = entropy
        self._table: DeltaTable | None = None
        self._listed: tuple[int, list[DataFile]] = (-1, [])
        self._looked_us = 0
        self._turn = threading.RLock()

    def create(self) -> None:
        """Makes the table unless it is there."""
        with named("made"):
            self.path.mkdir(parents=True, exist_ok=True)
            DeltaTable.create(
                str(self.path),
                schema=self._layout.schema,
                mode="ignore",
                partition_by=[_PARTITION],
                configuration=dict(_CONFIGURATION),
            )

    def refresh(self) -> DeltaTable:
        """The table as it is at this moment."""
        with self._turn, named("read"):
            if self._table is None:
                if not DeltaTable.is_deltatable(str(self.path)):
                    self.create()
                self._table = DeltaTable(str(self.path))
                later = self._layout.later_columns
                if add_later_columns(self._table, self._layout.schema, later):
                    self._flush_log(self._table)
            elif self._may_be_old(self._table):
                self._table.update_incremental()
            return self._table

    def transaction(self, app: str) -> int:
        """The number that an application's last commit carried; 0 when it made none."""
        version = self.refresh().transaction_version(app)
        return 0 if version is None else int(version)

    def version(self) -> int:
        """The number of the newest commit."""
        return int(self.refresh().version())

    def files(self) -> list[DataFile]:
        """All files that make the table now."""
        with self._turn:
            return self._list(self.refresh())

    def write(self, workspace_id: WorkspaceId, rows: pa.Table, *, level: int = 1) -> AddAction:
        """Puts rows into a new file, flushed to disk, and gives the action that will add it.

        The file belongs to nobody until the action is committed.
        """
        if not _SAFE_NAME.fullmatch(workspace_id):
            raise ValueError(f"{workspace_id!r} cannot name a folder")
        if self._table is None:
            self.refresh()
        file_rows = fill_later_columns(
            rows.select(self._layout.file_schema.names), self._layout.later_columns
        )
        relative = f"{_PARTITION}={workspace_id}/{self._entropy(16).hex()}.parquet"
        target = self.path / relative
        plain = self._layout.plain_columns
        with named("written"):
            target.parent.mkdir(exist_ok=True)
            pq.write_table(
                file_rows,
                target,
                compression="zstd",
                compression_level=level,
                use_dictionary=[n for n in file_rows.schema.names if n not in plain],
                row_group_size=ROWS_PER_GROUP,
                write_statistics=[n for n in file_rows.schema.names if n not in plain],
            )
            _flush(target)
            _flush(target.parent)
            size = target.stat().st_size
        return AddAction(
            path=relative,
            size=size,
            partition_values={_PARTITION: workspace_id},
            modification_time=self._clock.now_us() // 1000,
            data_change=True,
            stats=self._stats(file_rows),
        )

    def commit(
        self,
        added: Sequence[AddAction],
        *,
        app: str,
        number: int,
        before: int | None = None,
        removed: Sequence[DataFile] = (),
        is_rearranged: bool = False,
    ) -> None:
        """One commit: these files in, those out, and the application's number.

        Two commits of one application cannot both stand on the same version: the later one is
        refused, so nobody swaps a file that was swapped already.

        Args:
            added: from `write`.
            app: whose number it is.
            number: kept in the same commit; read back by `transaction`.
            before: the number that must stand there until now, where that matters.
            removed: files that leave the table.
            is_rearranged: the rows are the same as before, only elsewhere.

        Raises:
            CompactionConflict: another commit of the same application came first.
            LakeUnavailable: it could not be written.
        """
        now_ms = self._clock.now_us() // 1000
        for action in added:
            action.data_change = not is_rearranged
        gone = [
            RemoveAction(
                path=file.path,
                data_change=not is_rearranged,
                deletion_timestamp=now_ms,
                size=file.size,
                partition_values={_PARTITION: file.workspace_id},
            )
            for file in removed
        ]
        with self._turn, named("written"):
            # Another thread may have looked again since the caller did: what the caller relies on
            # is checked against this very look, and Delta checks what comes after it.
            table = self._table or self.refresh()
            if before is not None and (table.transaction_version(app) or 0) != before:
                raise CompactionConflict
            if removed and not {f.path for f in self._list(table)} >= {f.path for f in removed}:
                raise CompactionConflict
            table.create_write_transaction(
                [*added, *gone],
                "append",
                self._layout.schema,
                [_PARTITION],
                commit_properties=CommitProperties(app_transactions=[Transaction(app, number)]),
            )
            table.update_incremental()
            self._flush_log(table)

    def read(self, files: Sequence[DataFile], columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of these files, one under another, with the partition column put back."""
        schema = self._layout.schema
        wanted = schema if columns is None else pa.schema([schema.field(c) for c in columns])
        inner = [name for name in wanted.names if name != _PARTITION]
        parts = [wanted.empty_table()]
        with named("read"):
            for file in files:
                there = [name for name in inner if name not in file.lacks]
                rows = pq.ParquetFile(self.path / file.path).read(columns=there)
                lacks = file.lacks.intersection(inner)
                rows = with_later_columns(rows, lacks, self._layout.later_columns)
                if _PARTITION in wanted.names:
                    owner = pa.repeat(pa.scalar(file.workspace_id, pa.string()), file.rows)
                    rows = rows.append_column(_PARTITION, owner)
                parts.append(rows.select(wanted.names).cast(wanted))
        return pa.concat_tables(parts)

    def tidy(self, *, grace_hours: int = GRACE_HOURS) -> int:
        """Deletes files that left the table a while ago, and old pages of its log.

        Returns:
            How many data files were deleted.
        """
        table = self.refresh()
        with named("tidied"):
            deleted = table.vacuum(
                retention_hours=grace_hours,
                dry_run=False,
                enforce_retention_duration=False,
                full=True,
            )
            table.update_incremental()
            table.cleanup_metadata()
        return len(deleted)

    def _flush_log(self, table: DeltaTable) -> None:
        log = self.path / "_delta_log"
        _flush(log / f"{table.version():020d}.json")
        _flush(log)

    def _may_be_old(self, table: DeltaTable) -> bool:
        """Whether another commit may have come: commits are files, numbered without a gap.

        Those of long ago are cleared away, so whoever has not looked for a while looks afresh.
        """
        now_us = self._clock.now_us()
        is_recent = abs(now_us - self._looked_us) < LOOK_AFRESH_US
        self._looked_us = now_us
        following = self.path / "_delta_log" / f"{table.version() + 1:020d}.json"
        return not is_recent or following.exists()

    def _list(self, table: DeltaTable) -> list[DataFile]:
        version = int(table.version())
        if self._listed[0] != version:
            with named("read"):
                actions = pa.table(table.get_add_actions(flatten=True))
            self._listed = (version, list(self._data_files(actions)))
        return self._listed[1]

    def _stats(self, rows: pa.Table) -> str:
        least: dict[str, Any] = {}
        greatest: dict[str, Any] = {}
        for name in self._layout.stats_columns:
            bounds = pc.min_max(rows[name].cast(pa.int64()))
            low, high = bounds["min"].as_py(), bounds["max"].as_py()
            if low is None:
                continue
            if pa.types.is_timestamp(rows.schema.field(name).type):
                # Delta keeps instants in whole milliseconds: widen, never narrow.
                low, high = _instant(low // 1000), _instant(-(-high // 1000))
            least[name], greatest[name] = low, high
        return json.dumps(
            {"numRecords": rows.num_rows, "minValues": least, "maxValues": greatest,
             "nullCount": dict.fromkeys(self._layout.later_columns, 0)}
        )  # fmt: skip

    def _data_files(self, actions: pa.Table) -> Iterator[DataFile]:
        ranges = {
            name: _range(actions, name)
            for name in self._layout.stats_columns
            if f"min.{name}" in actions.schema.names
        }
        lacks = lacking(actions, self._layout.later_columns)
        owners = actions[f"partition.{_PARTITION}"].to_pylist()
        counts = actions["num_records"].to_pylist()
        sizes = actions["size_bytes"].to_pylist()
        for row, path in enumerate(actions["path"].to_pylist()):
            stats = {name: pairs[row] for name, pairs in ranges.items() if pairs[row] is not None}
            yield DataFile(
                path, WorkspaceId(owners[row]), counts[row], sizes[row], stats, lacks[row]
            )


def _range(actions: pa.Table, name: str) -> list[tuple[int, int]]:
    low = actions[f"min.{name}"].cast(pa.int64()).to_pylist()
    high = actions[f"max.{name}"].cast(pa.int64()).to_pylist()
    return list(zip(low, high, strict=True))


def _instant(milliseconds: int) -> str:
    text: str = pc.strftime(pa.scalar(milliseconds, pa.timestamp("ms", tz="UTC")), "%FT%T").as_py()
    return text + "Z"


def _flush(path: Path) -> None:
    """Makes a file's bytes, or a folder's list of names, outlive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def named(what: str) -> Iterator[None]:
    """Whatever the libraries below say, the caller hears it in the lake's own words."""
    try:
        yield
    except DeltaError as refused:
        if "concurrent" in str(refused).lower():
            raise CompactionConflict(str(refused)) from refused
        raise LakeUnavailable(f"The table could not be {what}: {refused}") from refused
    except (OSError, pa.ArrowException) as away:
        raise LakeUnavailable(f"The table could not be {what}: {away}") from away
