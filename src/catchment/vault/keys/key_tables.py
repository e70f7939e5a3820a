"""The tables of the key database, and how a connection to it is opened."""

import os
import sqlite3
import time
from pathlib import Path

from catchment.vault.errors import KeysAway
from catchment.vault.keys.key_file import FILE_MODE

BUSY_TIMEOUT_MS = 5_000
"""How long a reader waits for a writer to end its turn, and the writer for readers."""

_CACHE_KIB = 32 * 1024
_WAIT_SECONDS = 0.002
_TRIES_MAX = 5_000

MASTERS_TABLE = """
CREATE TABLE IF NOT EXISTS masters (
    version INTEGER PRIMARY KEY, state TEXT NOT NULL, fingerprint TEXT NOT NULL,
    created_us INTEGER NOT NULL, destroyed_us INTEGER, is_moved INTEGER NOT NULL,
    asked_by TEXT, asked_us INTEGER, reason TEXT, approved_by TEXT, due_us INTEGER, asked_in TEXT
)
"""
"""Made with the second version of the master key: a store that knows one alone has none."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS roots (
    workspace_id TEXT PRIMARY KEY, wrapped BLOB NOT NULL, cipher TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS workspace_keys (
    workspace_id TEXT NOT NULL, data_class TEXT NOT NULL, version INTEGER NOT NULL,
    state TEXT NOT NULL, cipher TEXT NOT NULL, wrapped BLOB, created_us INTEGER NOT NULL,
    destroyed_us INTEGER, is_moved INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, data_class, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS scopes (
    scope INTEGER PRIMARY KEY, workspace_id TEXT NOT NULL, data_class TEXT NOT NULL,
    purpose TEXT NOT NULL, UNIQUE (workspace_id, data_class, purpose)
);
CREATE TABLE IF NOT EXISTS subject_keys (
    scope INTEGER NOT NULL, owner TEXT NOT NULL, version INTEGER NOT NULL, wrapped BLOB NOT NULL,
    PRIMARY KEY (scope, owner)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tombstones (
    workspace_id TEXT NOT NULL, subject TEXT NOT NULL, at_us INTEGER NOT NULL, lifted_us INTEGER,
    PRIMARY KEY (workspace_id, subject)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS destructions (
    workspace_id TEXT NOT NULL, data_class TEXT NOT NULL, version INTEGER NOT NULL,
    asked_by TEXT NOT NULL, asked_us INTEGER NOT NULL, reason TEXT NOT NULL,
    approved_by TEXT, due_us INTEGER,
    PRIMARY KEY (workspace_id, data_class, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lone_keys (
    use TEXT NOT NULL, number INTEGER NOT NULL, public BLOB NOT NULL, wrapped BLOB NOT NULL,
    PRIMARY KEY (use, number)
) WITHOUT ROWID;
"""


def make_database(path: Path, store_id: str) -> None:
    """Makes the key database, unless there is one, readable by us alone."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
    os.close(descriptor)
    connection = connect(path)
    try:
        connection.executescript(SCHEMA)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT OR IGNORE INTO meta VALUES ('store', ?), ('generation', 1)", (store_id,)
        )
        connection.execute("COMMIT")
    finally:
        connection.close()


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the database that is there; it is never made here.

    No write-ahead log: it is a file beside the database that SQLite finds, and deletes, by name, so
    a process that still holds the old database while somebody puts a copy in its place would
    delete the new one's. Here a turn ends by truncating a journal that is held open.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_TIMEOUT_MS / 1000,
        isolation_level=None, check_same_thread=False,
    )  # fmt: skip
    connection.execute("PRAGMA journal_mode = TRUNCATE")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    # A large turn would else keep readers out from its middle on, not only at its end.
    connection.execute("PRAGMA cache_spill = OFF")
    return connection


def take_turn(connection: sqlite3.Connection) -> None:
    """Takes the turn to write, soon after it is free.

    SQLite itself looks ever more rarely, and would starve beside a rotation that hardly pauses.

    Raises:
        KeysAway: others have written all the time.
    """
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        for _ in range(_TRIES_MAX):
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as busy:
                if busy.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                time.sleep(_WAIT_SECONDS)
            else:
                return
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    raise KeysAway(f"Others have written keys for {_TRIES_MAX * _WAIT_SECONDS:.0f} s.")
