"""The event log in one SQLite file: the embedded default.

Write-ahead log with `synchronous=FULL`: a commit returns once the bytes are on disk, so an answer
given after `append` survives a power cut. SQLite lets one writer in at a time, across processes
too, and positions are dealt out inside that turn: whoever reads up to a position has seen
everything before it.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from catchment.kernel import WorkspaceId
from catchment.lake.errors import LogUnavailable
from catchment.lake.ports import LogEntry, Received

PACK_FROM_BYTES = 1024
"""Bodies longer than this are kept compressed."""

BUSY_TIMEOUT_MS = 5_000
"""How long a writer waits for another process's turn to end."""

TRIM_STEP = 2_000
"""Rows forgotten in one turn, so that trimming never keeps appending waiting."""

_WAL_BYTES_MAX = 64 * 1024 * 1024
_COLUMNS = "position, workspace_id, source_id, format, received_us, is_historical, size, body"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    format TEXT NOT NULL,
    received_us INTEGER NOT NULL,
    is_historical INTEGER NOT NULL,
    size INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS entries_workspace ON entries (workspace_id, position);
"""

_INSERT = (
    "INSERT INTO entries (workspace_id, source_id, format, received_us, is_historical, size, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_READ = f"SELECT {_COLUMNS} FROM entries WHERE position > ? ORDER BY position LIMIT ?"  # noqa: S608
_TAIL = (
    f"SELECT {_COLUMNS} FROM entries"  # noqa: S608
    " WHERE workspace_id = ? AND position > ? ORDER BY position DESC LIMIT ?"
)

_Row = tuple[int, str, str, str, int, int, int, bytes]


class SQLiteEventLog:
    """An `EventLog` in one file. Safe to use from several threads and several processes.

    Args:
        path: the file; made when missing.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._write_turn = threading.Lock()
        self._read_turn = threading.Lock()
        with _named("opened"):
            self._writer = _connect(path)
            self._writer.executescript(_SCHEMA)
            self._reader = _connect(path)

    def append(self, batch: Sequence[Received]) -> int:
        """Puts the batch on disk whole or not at all; gives the position of its last entry.

        Raises:
            LogUnavailable: it could not be written; nothing of it was kept.
        """
        rows = [_row(received) for received in batch]
        with self._write_turn, _named("written"):
            if not rows:
                return self._head(self._writer)
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                self._writer.executemany(_INSERT, rows)
                last = int(self._writer.execute("SELECT last_insert_rowid()").fetchone()[0])
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
        return last

    def read(self, after: int, *, entries_max: int, bytes_max: int) -> Sequence[LogEntry]:
        """Entries behind `after`, oldest first, within both bounds (but at least one)."""
        entries: list[LogEntry] = []
        bytes_left = bytes_max
        with self._read_turn, _named("read"):
            cursor = self._reader.execute(_READ, (after, entries_max))
            for row in cursor:
                bytes_left -= row[6]
                if entries and bytes_left < 0:
                    break
                entries.append(_entry(row))
            cursor.close()
        return entries

    def tail(
        self, workspace_id: WorkspaceId, *, entries_max: int, after: int = 0
    ) -> Sequence[LogEntry]:
        """The newest entries of one workspace (behind `after`), oldest first."""
        with self._read_turn, _named("read"):
            rows = self._reader.execute(_TAIL, (workspace_id, after, entries_max)).fetchall()
        return [_entry(row) for row in reversed(rows)]

    def head(self) -> int:
        """The position of the newest entry; 0 when nothing was ever appended."""
        with self._read_turn, _named("read"):
            return self._head(self._reader)

    def trim(self, up_to: int) -> int:
        """Forgets entries at and before `up_to`; returns how many. Positions are not reused."""
        forgotten = 0
        while True:
            with self._write_turn, _named("trimmed"):
                step = self._writer.execute(
                    "DELETE FROM entries WHERE position IN"
                    " (SELECT position FROM entries WHERE position <= ? ORDER BY position LIMIT ?)",
                    (up_to, TRIM_STEP),
                ).rowcount
            forgotten += step
            if step < TRIM_STEP:
                return forgotten

    def position_before(self, received_us: int) -> int:
        """The newest position received before this instant; 0 when there is none.

        Entries arrive in nearly the order of our clock, so a binary search over positions is
        near enough for what asks: how much may be forgotten.
        """
        with self._read_turn, _named("read"):
            low, high = 0, self._head(self._reader)
            while low < high:
                middle = (low + high + 1) // 2
                row = self._reader.execute(
                    "SELECT received_us FROM entries WHERE position <= ? ORDER BY position DESC"
                    " LIMIT 1",
                    (middle,),
                ).fetchone()
                if row is None or row[0] < received_us:
                    low = middle
                else:
                    high = middle - 1
        return low

    def close(self) -> None:
        """Lets go of the files."""
        with self._write_turn, self._read_turn:
            self._reader.close()
            self._writer.close()

    @staticmethod
    def _head(connection: sqlite3.Connection) -> int:
        # AUTOINCREMENT's own note outlives trimmed rows.
        row = connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = 'entries'"
        ).fetchone()
        return int(row[0]) if row else 0


@contextmanager
def _named(what: str) -> Iterator[None]:
    """Whatever SQLite or the disk says, the caller hears that the log is away."""
    try:
        yield
    except (sqlite3.Error, OSError) as away:
        raise LogUnavailable(f"The event log could not be {what}: {away}") from away


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES_MAX}")
    return connection


def _row(received: Received) -> tuple[str, str, str, int, bool, int, bytes]:
    body = received.body
    size = len(body)
    if size > PACK_FROM_BYTES:
        packed = pa.compress(body, codec="lz4_raw", asbytes=True)
        # A body that gains nothing is kept as it is; unpacking tells by the length.
        if len(packed) < size:
            body = packed
    return (
        received.workspace_id,
        received.source_id,
        received.format,
        received.received_us,
        received.is_historical,
        size,
        body,
    )


def _entry(row: _Row) -> LogEntry:
    position, workspace_id, source_id, form, received_us, is_historical, size, body = row
    if len(body) < size:
        body = pa.decompress(body, decompressed_size=size, codec="lz4_raw", asbytes=True)
    received = Received(
        workspace_id=WorkspaceId(workspace_id),
        source_id=source_id,
        format=form,
        received_us=received_us,
        body=body,
        is_historical=bool(is_historical),
    )
    return LogEntry(position, received)
