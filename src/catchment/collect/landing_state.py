"""What landing knows: how far it came, which keys landed, and what each source sent.

One small SQLite file beside the table. It is derived: if it is lost, or turns out to be ahead of
the table after a power cut, it is built again from the table and the log. Everything a landing
changes here is changed in one transaction, after the table's own commit.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, field
from pathlib import Path

from catchment.collect.key_index import RunFile
from catchment.kernel import WorkspaceId

HOUR_US = 3_600_000_000
HOURS_KEPT = 24 * 92
"""Hours of volume that are kept for each source."""

FORGOTTEN_ENTRIES_KEPT = 100_000
"""Log entries of which it is kept how many of their events were of people who were forgotten."""

_BUSY_TIMEOUT_S = 10.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS progress (
    id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS source_counts (
    workspace_id TEXT NOT NULL, source_id TEXT NOT NULL,
    accepted INTEGER NOT NULL, duplicate INTEGER NOT NULL, quarantined INTEGER NOT NULL,
    last_seen_us INTEGER NOT NULL, forgotten INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, source_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS forgotten_entries (
    position INTEGER PRIMARY KEY, workspace_id TEXT NOT NULL, source_id TEXT NOT NULL,
    count INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS source_hours (
    workspace_id TEXT NOT NULL, source_id TEXT NOT NULL, hour INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, source_id, hour)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS key_runs (
    name TEXT PRIMARY KEY, level INTEGER NOT NULL, count INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS recent_keys (id INTEGER PRIMARY KEY, keys BLOB NOT NULL);
INSERT OR IGNORE INTO progress VALUES (1, 0);
"""

_COUNT = """
INSERT INTO source_counts
    (workspace_id, source_id, accepted, duplicate, quarantined, last_seen_us, forgotten)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (workspace_id, source_id) DO UPDATE SET
    accepted = accepted + excluded.accepted,
    duplicate = duplicate + excluded.duplicate,
    quarantined = quarantined + excluded.quarantined,
    last_seen_us = max(last_seen_us, excluded.last_seen_us),
    forgotten = forgotten + excluded.forgotten
"""
_OLDER_SCHEMA = "ALTER TABLE source_counts ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0"
_FORGOTTEN = "INSERT OR REPLACE INTO forgotten_entries VALUES (?, ?, ?, ?)"
_FORGET_FORGOTTEN = """
DELETE FROM forgotten_entries WHERE position <= (
    SELECT position FROM forgotten_entries ORDER BY position DESC LIMIT 1 OFFSET ?
)
"""
_HOUR = """
INSERT INTO source_hours VALUES (?, ?, ?, ?)
ON CONFLICT (workspace_id, source_id, hour) DO UPDATE SET accepted = accepted + excluded.accepted
"""
_FORGET_HOURS = "DELETE FROM source_hours WHERE workspace_id = ? AND source_id = ? AND hour < ?"

Source = tuple[WorkspaceId, str]
Entry = tuple[WorkspaceId, str, int]
"""A source, and the position of something that it sent."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of events: each is exactly one of accepted, duplicate, quarantined, forgotten.

    Attributes:
        accepted: they are in the table.
        duplicate: their key had landed before.
        quarantined: they are no events.
        last_seen_us: when the newest reached us; 0 for never.
        forgotten: they were of people who were forgotten; nothing is left of them.
    """

    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    last_seen_us: int = 0
    forgotten: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(
            self.accepted + other.accepted,
            self.duplicate + other.duplicate,
            self.quarantined + other.quarantined,
            max(self.last_seen_us, other.last_seen_us),
            self.forgotten + other.forgotten,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """What one landing changes in the state.

    Attributes:
        position: the log position reached.
        counts: by source, what was added.
        hours: by source and hour of reception, how many were accepted.
        keys: packed event keys that landed.
        forgotten: by source and log position, how many were of people who were forgotten.
    """

    position: int
    counts: Mapping[Source, Counts] = field(default_factory=dict)
    hours: Mapping[tuple[WorkspaceId, str, int], int] = field(default_factory=dict)
    keys: bytes = b""
    forgotten: Mapping[Entry, int] = field(default_factory=dict)


class LandingState:
    """The file of what landing knows; read by anyone, written by the one who holds the lock.

    Args:
        path: the file; made when missing.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = _connect(path)
        self._writer.executescript(_SCHEMA)
        with suppress(sqlite3.OperationalError):  # the column is there
            self._writer.execute(_OLDER_SCHEMA)
        # Readers of other threads see only what was committed.
        self._reader = _connect(path)

    def position(self) -> int:
        """The log position up to which everything has landed."""
        return int(self._reader.execute("SELECT position FROM progress").fetchone()[0])

    def counts(self, workspace_id: WorkspaceId, source_id: str | None = None) -> Counts:
        """What became of one source's events, or of a workspace's altogether."""
        by_source = self.counts_by_source(workspace_id)
        if source_id is not None:
            return by_source.get(source_id, Counts())
        total = Counts()
        for counts in by_source.values():
            total = total.plus(counts)
        return total

    def counts_by_source(self, workspace_id: WorkspaceId) -> dict[str, Counts]:
        """What became of each source's events."""
        rows = self._reader.execute(
            "SELECT source_id, accepted, duplicate, quarantined, last_seen_us, forgotten"
            " FROM source_counts WHERE workspace_id = ?",
            (workspace_id,),
        )
        return {row[0]: Counts(*row[1:]) for row in rows}

    def forgotten_between(
        self, workspace_id: WorkspaceId, source_id: str, first: int, last: int
    ) -> int | None:
        """How many of a source's events between two positions were of people who were forgotten.

        Returns:
            The number; none while not all of them have landed.
        """
        if self.position() < last:
            return None
        found = self._reader.execute(
            "SELECT coalesce(sum(count), 0) FROM forgotten_entries"
            " WHERE position BETWEEN ? AND ? AND workspace_id = ? AND source_id = ?",
            (first, last, workspace_id, source_id),
        )
        return int(found.fetchone()[0])

    def volume_by_hour(
        self, workspace_id: WorkspaceId, source_id: str, *, until_us: int, hours: int = 24
    ) -> list[int]:
        """Accepted events per hour of reception, oldest first; the last hour holds `until_us`."""
        last = until_us // HOUR_US
        rows = self._reader.execute(
            "SELECT hour, accepted FROM source_hours"
            " WHERE workspace_id = ? AND source_id = ? AND hour BETWEEN ? AND ?",
            (workspace_id, source_id, last - hours + 1, last),
        )
        volume = dict(rows.fetchall())
        return [volume.get(hour, 0) for hour in range(last - hours + 1, last + 1)]

    def runs(self) -> list[RunFile]:
        """The key runs that count."""
        rows = self._reader.execute("SELECT name, level, count FROM key_runs ORDER BY name")
        return [RunFile(*row) for row in rows]

    def recent_keys(self) -> list[bytes]:
        """Packed keys that are in no run file yet."""
        rows = self._reader.execute("SELECT keys FROM recent_keys ORDER BY id")
        return [row[0] for row in rows]

    def record(self, progress: Progress) -> None:
        """Notes one landing, whole or not at all."""
        with self._transaction() as run:
            run("UPDATE progress SET position = ?", (progress.position,))
            for (workspace_id, source_id), counts in progress.counts.items():
                run(_COUNT, (workspace_id, source_id, *astuple(counts)))
            for (workspace_id, source_id, hour), accepted in progress.hours.items():
                run(_HOUR, (workspace_id, source_id, hour, accepted))
                run(_FORGET_HOURS, (workspace_id, source_id, hour - HOURS_KEPT))
            for (workspace_id, source_id, position), count in progress.forgotten.items():
                run(_FORGOTTEN, (position, workspace_id, source_id, count))
            if progress.forgotten:
                run(_FORGET_FORGOTTEN, (FORGOTTEN_ENTRIES_KEPT,))
            if progress.keys:
                run("INSERT INTO recent_keys (keys) VALUES (?)", (progress.keys,))

    def note_runs(self, runs: Sequence[RunFile], *, is_flushed: bool) -> None:
        """Notes that keys moved between files, and, where flushed, that none is in memory only."""
        with self._transaction() as run:
            if is_flushed:
                run("DELETE FROM recent_keys")
            run("DELETE FROM key_runs")
            for file in runs:
                run("INSERT INTO key_runs VALUES (?, ?, ?)", (file.name, file.level, file.count))

    def clear(self) -> None:
        """Forgets everything, to be built again."""
        with self._transaction() as run:
            run("DELETE FROM source_counts")
            run("DELETE FROM source_hours")
            run("DELETE FROM forgotten_entries")
            run("DELETE FROM key_runs")
            run("DELETE FROM recent_keys")
            run("UPDATE progress SET position = 0")

    def close(self) -> None:
        """Lets go of the file."""
        self._reader.close()
        self._writer.close()

    @contextmanager
    def _transaction(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        run = self._writer.execute
        run("BEGIN IMMEDIATE")
        try:
            yield run
            run("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                run("ROLLBACK")
            raise


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection
