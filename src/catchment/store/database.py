"""The database of records: SQLite in the home folder, or PostgreSQL when one machine is outgrown.

What differs between the two is settled here, once, so that a context's `store.py` is written once.
On SQLite a unit of work that writes takes the write lock when it begins, not when it first writes:
two of them then queue up instead of failing half-way.
"""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from catchment.store.errors import RecordsUnavailable, UnsupportedDatabase

BUSY_TIMEOUT_SECONDS = 15
"""How long a unit of work waits for its turn to write before it says `RecordsUnavailable`."""

CONNECTIONS_MAX = 40
STATEMENT_SECONDS_MAX = 60
CONNECT_SECONDS_MAX = 5

READS_ONLY = "catchment_reads_only"


class Database:
    """The records, at one address.

    Attributes:
        dialect: `sqlite` or `postgresql`.
        url: the address, without a password.
    """

    def __init__(self, url: str) -> None:
        address = _address(url)
        self.url = address.render_as_string(hide_password=True)
        self.dialect: Literal["sqlite", "postgresql"]
        if address.get_backend_name() == "sqlite":
            self.dialect = "sqlite"
            self.engine = _sqlite(address)
        else:
            self.dialect = "postgresql"
            self.engine = _postgresql(address)

    def check(self) -> None:
        """Asks for a sign of life.

        Raises:
            RecordsUnavailable: none came.
        """
        try:
            with self.connect(reads_only=True) as connection:
                connection.execute(text("SELECT 1"))
        except OperationalError as away:
            raise RecordsUnavailable(f"no answer from {self.url}: {away.orig}") from away

    def connect(self, *, reads_only: bool = False) -> Connection:
        """A connection on which the next transaction reads only, or may write as well."""
        options: Mapping[str, Any] = {READS_ONLY: reads_only}
        if self.dialect == "postgresql":
            options = {**options, "postgresql_readonly": reads_only}
        return self.engine.connect().execution_options(**options)

    def close(self) -> None:
        """Lets go of all connections."""
        self.engine.dispose()


def is_away(error: OperationalError) -> bool:
    """Whether the database did not answer, rather than refused what we asked."""
    # SQLite calls our own mistakes operational too: a wrong statement, a write in a reading unit.
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is None or code & 0xFF not in {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_READONLY}


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as unreadable:
        raise UnsupportedDatabase from unreadable
    if address.drivername in {"postgres", "postgresql"}:
        address = address.set(drivername="postgresql+psycopg")
    if address.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise UnsupportedDatabase
    if address.get_backend_name() == "sqlite" and address.database in {None, "", ":memory:"}:
        # Several connections would each see an empty database of their own.
        raise UnsupportedDatabase("records on SQLite need a file: sqlite:////path/to/records.db")
    return address


def _sqlite(address: URL) -> Engine:
    Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        address,
        pool_size=5,
        max_overflow=CONNECTIONS_MAX - 5,
        pool_timeout=BUSY_TIMEOUT_SECONDS,
        hide_parameters=True,  # an error names its statement and never what was in it
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _open(connection: sqlite3.Connection, _record: object) -> None:
        # The driver would begin transactions of its own at its own moments; we do it below.
        connection.isolation_level = None
        for setting in (
            f"busy_timeout={BUSY_TIMEOUT_SECONDS * 1_000}",
            "foreign_keys=ON",
            # A sign-in or a released event that we confirmed must survive a power cut.
            "synchronous=FULL",
        ):
            connection.execute(f"PRAGMA {setting}")
        if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            connection.execute("PRAGMA journal_mode=WAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get(READS_ONLY):
            connection.exec_driver_sql("PRAGMA query_only=ON")
            connection.exec_driver_sql("BEGIN")
        else:
            connection.exec_driver_sql("PRAGMA query_only=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(address: URL) -> Engine:
    limits = {
        "lock_timeout": f"{BUSY_TIMEOUT_SECONDS}s",
        "statement_timeout": f"{STATEMENT_SECONDS_MAX}s",
        "idle_in_transaction_session_timeout": f"{STATEMENT_SECONDS_MAX}s",
        "timezone": "UTC",
    }
    return create_engine(
        address,
        pool_size=5,
        max_overflow=CONNECTIONS_MAX - 5,
        pool_timeout=BUSY_TIMEOUT_SECONDS,
        hide_parameters=True,  # an error names its statement and never what was in it
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS_MAX,
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        },
    )
