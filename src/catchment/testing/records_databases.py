"""Scratch databases for tests: a fresh one for each test, on SQLite and on PostgreSQL.

A pytest plugin: the fixture `database` runs a test once on each. Migrations run once per session;
each test then gets a copy of the file, or the emptied database. PostgreSQL is looked for where
`CATCHMENT_TEST_POSTGRES` says, or on this machine's usual port, or else started; where all of that
fails, those tests are skipped and the end of the run says so.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from catchment.kernel import system_entropy
from catchment.store import Database, upgrade
from catchment.testing.records_server import postgres_programs, started_postgres

POSTGRES_DEFAULT = "postgresql://postgres@127.0.0.1:5432/postgres"
_ENOUGH_SECONDS = 3


@contextmanager
def scratch_postgres(server_address: str) -> Iterator[str]:
    """A new database on this server, dropped at the end: its address."""
    name = f"catchment_test_{system_entropy(8).hex()}"
    with _connected(server_address) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(_name(name)))
        # What a test wrote need not survive a power cut.
        server.execute(
            sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(_name(name))
        )
    try:
        yield server_address.rpartition("/")[0] + f"/{name}"
    finally:
        with _connected(server_address) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(_name(name)))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL database from which others may be made."""
    named = os.environ.get("CATCHMENT_TEST_POSTGRES")
    address = named or POSTGRES_DEFAULT
    try:
        _connected(address).close()
    except psycopg.OperationalError as away:
        programs = None if named else postgres_programs()
        if programs is None:
            pytest.skip(f"no PostgreSQL at {address}, and none to start: {away}")
        with started_postgres(programs) as own:
            yield own
    else:
        yield address


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded and empty SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("records") / "template.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_records(postgres_server: str) -> Iterator[str]:
    """The address of an upgraded PostgreSQL database that the tests of this run share."""
    with scratch_postgres(postgres_server) as address:
        database = Database(address)
        upgrade(database)
        database.close()
        yield address


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of upgraded and empty records, once on each database."""
    if request.param == "sqlite":
        path = tmp_path / "records.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    address = request.getfixturevalue("postgres_records")
    _empty(address)
    yield address


@pytest.fixture
def open_database(database_url: str) -> Iterator[Callable[[], Database]]:
    """Opens the same records again, as another process would."""
    opened: list[Database] = []

    def open_one() -> Database:
        opened.append(Database(database_url))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def database(open_database: Callable[[], Database]) -> Database:
    """Upgraded and empty records, once on each database."""
    return open_database()


def _empty(address: str) -> None:
    with _connected(address) as server, server.transaction():
        found = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {row[0] for row in found} - {"alembic_version"}
        # Operators are named by others' foreign keys, so they go last; the trail refuses to go.
        for table in sorted(tables, key=lambda name: (name == "operators", name)):
            server.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(_name(table)))
            server.execute(sql.SQL("DELETE FROM {}").format(_name(table)))
            server.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(_name(table)))


def _name(name: str) -> sql.Identifier:
    return sql.Identifier(name)


def _connected(address: str) -> Any:
    return psycopg.connect(address, autocommit=True, connect_timeout=_ENOUGH_SECONDS)
