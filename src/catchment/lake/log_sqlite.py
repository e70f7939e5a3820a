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

from catchment.kernel import WorkspaceId
from catchment.lake.errors import LogUnavailable
from catchment.lake.log_entries import (
    COLUMNS,
    INSERT,
    LATER_COLUMNS,
    LATER_INDEX,
    SCHEMA,
    Row,
    opened_entries,
    resealed,
    sealed_rows,
)
from catchment.lake.ports import LogEntry, Opener, Received, Seal, Sealer

BUSY_TIMEOUT_MS = 5_000
"""How long a writer waits for another process's turn to end."""

TRIM_STEP = 2_000
"""Rows forgotten, or sealed belatedly, in one turn, so that nobody who appends waits for long."""

_WAL_BYTES_MAX = 64 * 1024 * 1024
_READ = f"SELECT {COLUMNS} FROM entries WHERE position > ? ORDER BY position LIMIT ?"  # noqa: S608
_TAIL = (
    f"SELECT {COLUMNS} FROM entries"  # noqa: S608
    " WHERE workspace_id = ? AND position > ? ORDER BY position DESC LIMIT ?"
)
_UNSEALED = (
    f"SELECT {COLUMNS} FROM entries"  # noqa: S608
    " WHERE seal_id IS NULL ORDER BY position LIMIT ?"
)
# A seal lasts as long as an entry does that stands under it.
_NOTE_SEAL = (
    "INSERT INTO seals (seal_id, epoch, sealed, last_position) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (seal_id) DO UPDATE"
    " SET last_position = max(last_position, excluded.last_position)"
)


class SQLiteEventLog:
    """An `EventLog` in one file. Safe to use from several threads and several processes.

    No body is ever written open, in the file or beside it.

    Args:
        path: the file; made when missing.
        sealer: closes bodies before they are written.
        opener: opens them for whoever reads.
    """

    def __init__(self, path: Path, *, sealer: Sealer, opener: Opener) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._sealer = sealer
        self._opener = opener
        self._write_turn = threading.Lock()
        self._read_turn = threading.Lock()
        with _named("opened"):
            self._writer = _connect(path)
            self._writer.executescript(SCHEMA)
            _grow(self._writer)
            self._reader = _connect(path)

    def append(self, batch: Sequence[Received]) -> int:
        """Puts the batch on disk whole or not at all; gives the position of its last entry.

        Raises:
            LogUnavailable: it could not be written; nothing of it was kept.
        """
        if not batch:
            return self.head()
        seal, rows = sealed_rows(batch, self._sealer)
        with self._write_turn, _named("written"), _transaction(self._writer):
            self._writer.executemany(INSERT, rows)
            last = int(self._writer.execute("SELECT last_insert_rowid()").fetchone()[0])
            self._writer.execute(_NOTE_SEAL, (seal.id, seal.epoch, seal.sealed, last))
        return last

    def read(self, after: int, *, entries_max: int, bytes_max: int) -> Sequence[LogEntry]:
        """Entries behind `after`, oldest first, within both bounds (but at least one).

        Raises:
            LogUnavailable: the file cannot be read.
            Unavailable: the keys are away; another time it may be read.
        """
        rows: list[Row] = []
        bytes_left = bytes_max
        with self._read_turn, _named("read"):
            cursor = self._reader.execute(_READ, (after, entries_max))
            for row in cursor:
                bytes_left -= row[6]
                if rows and bytes_left < 0:
                    break
                rows.append(row)
            cursor.close()
            seals = self._seals(rows)
        return opened_entries(rows, seals, self._opener)

    def tail(
        self, workspace_id: WorkspaceId, *, entries_max: int, after: int = 0
    ) -> Sequence[LogEntry]:
        """The newest entries of one workspace (behind `after`), oldest first."""
        with self._read_turn, _named("read"):
            rows = self._reader.execute(_TAIL, (workspace_id, after, entries_max)).fetchall()
            seals = self._seals(rows)
        return opened_entries(rows[::-1], seals, self._opener)

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
                break
        with self._write_turn, _named("trimmed"):
            self._writer.execute("DELETE FROM seals WHERE last_position <= ?", (up_to,))
        return forgotten

    def seal_older(self) -> int:
        """Closes what a version that did not seal wrote open; returns how many entries.

        Their old bytes are overwritten, in the file and in the write-ahead log.
        """
        closed = 0
        while step := self._seal_some():
            closed += step
        if closed:
            with self._write_turn, _named("sealed"):
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return closed

    def epochs(self) -> frozenset[int]:
        """The pairs of keys under which entries stand."""
        with self._read_turn, _named("read"):
            rows = self._reader.execute("SELECT DISTINCT epoch FROM seals").fetchall()
        return frozenset(row[0] for row in rows)

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

    def _seal_some(self) -> int:
        with self._write_turn, _named("sealed"):
            self._writer.execute("PRAGMA secure_delete = ON")
            try:
                with _transaction(self._writer):
                    rows = self._writer.execute(_UNSEALED, (TRIM_STEP,)).fetchall()
                    if not rows:
                        return 0
                    seal, changes = resealed(rows, self._sealer)
                    self._writer.executemany(
                        "UPDATE entries SET body = ?, seal_id = ? WHERE position = ?", changes
                    )
                    noted = (seal.id, seal.epoch, seal.sealed, rows[-1][0])
                    self._writer.execute(_NOTE_SEAL, noted)
            finally:
                self._writer.execute("PRAGMA secure_delete = OFF")
        return len(rows)

    def _seals(self, rows: Sequence[Row]) -> dict[int, Seal]:
        """The seals of these rows."""
        wanted = {row[9] for row in rows} - {None}
        seals = {}
        for seal_id in wanted:
            told = self._reader.execute(
                "SELECT seal_id, epoch, sealed FROM seals WHERE seal_id = ?", (seal_id,)
            ).fetchone()
            if told is not None:
                seals[told[0]] = Seal(*told)
        return seals

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


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _grow(connection: sqlite3.Connection) -> None:
    """Gives a log of an earlier version the columns that came later."""
    with _transaction(connection):
        known = {row[1] for row in connection.execute("PRAGMA table_info(entries)")}
        for name, kind in LATER_COLUMNS.items():
            if name not in known:
                connection.execute(f"ALTER TABLE entries ADD COLUMN {name} {kind}")
        connection.execute(LATER_INDEX)
