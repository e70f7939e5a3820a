"""The table of entries, in the vault's own database, and every statement that touches it.

Statements are put together from names in this file, and never from a value.
"""

# ruff: noqa: S608  (see above)

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    event,
    make_url,
    text,
)

from catchment.kernel import WorkspaceId
from catchment.store import Database, UnitOfWork
from catchment.vault.entries.types import Entry
from catchment.vault.types import DataClass, Purpose

_PURPOSES = {one.value: one for one in Purpose}
_CLASSES = {one.value: one for one in DataClass}

Row = tuple[WorkspaceId, bytes, str, str, str, str, bytes, bytes | None, int, int]
"""An entry as it is inserted: its workspace, and `_COLUMNS`."""

_LOCK = 0x6361_7476  # "catv"; any number does, as long as it stays the same
_CACHE_KIB = 64 * 1024
_ENTRIES_AN_OWNER = 4
"""So often one owner may be told by one name in different spellings."""

_LISTED_MAX = 5_000
"""SQLite takes so many values of a list at once, and some more."""

vault_metadata = MetaData()

entries = Table(
    "entries",
    vault_metadata,
    Column("workspace_id", String(64), nullable=False),
    Column("id", LargeBinary, nullable=False),
    Column("owner", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("data_class", String(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("lookup", LargeBinary),
    Column("first_us", BigInteger, nullable=False),
    Column("last_day", Integer, nullable=False),
    PrimaryKeyConstraint("workspace_id", "id", name="pk_entries"),
)
Index("ix_entries_owner", entries.c.workspace_id, entries.c.owner)
_HAS_LOOKUP = entries.c.lookup.is_not(None)
Index(
    "ix_entries_lookup",
    entries.c.workspace_id,
    entries.c.lookup,
    sqlite_where=_HAS_LOOKUP,
    postgresql_where=_HAS_LOOKUP,
)

_COLUMNS = "id, owner, kind, purpose, data_class, sealed, lookup, first_us, last_day"


def prepare(database: Database) -> None:
    """Makes the table where it is missing, and sees to it that what is deleted is wiped."""
    if database.dialect == "sqlite":
        event.listen(database.engine, "connect", _wipes_what_it_deletes)
        folder = Path(str(make_url(database.url).database)).parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with UnitOfWork(database) as uow:
        if uow.dialect == "postgresql":
            uow.connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        vault_metadata.create_all(uow.connection)


def _wipes_what_it_deletes(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")


def days_seen(
    uow: UnitOfWork, workspace_id: WorkspaceId, ids: Sequence[bytes]
) -> Mapping[bytes, int]:
    """Of those entries that are known, the day on which they were last sent."""
    rows = _among(uow, f"SELECT id, last_day FROM entries WHERE {_MINE} AND id", workspace_id, ids)
    return {bytes(row[0]): row[1] for row in rows}


def insert(uow: UnitOfWork, new: Sequence[Row]) -> None:
    """Keeps entries, in an order that suits the index; one that is known already is left."""
    marks = ", ".join([_mark(uow)] * 10)
    if new:
        uow.connection.exec_driver_sql(
            f"INSERT INTO entries (workspace_id, {_COLUMNS}) VALUES ({marks}) "
            "ON CONFLICT DO NOTHING",
            sorted(new, key=itemgetter(1)),
        )


def touch(uow: UnitOfWork, workspace_id: WorkspaceId, ids: Sequence[bytes], day: int) -> None:
    """Notes that these were sent again on a later day."""
    mark = _mark(uow)
    if ids:
        uow.connection.exec_driver_sql(
            f"UPDATE entries SET last_day = {mark} "
            f"WHERE workspace_id = {mark} AND id = {mark} AND last_day < {mark}",
            [(day, workspace_id, one, day) for one in ids],
        )


def find(uow: UnitOfWork, workspace_id: WorkspaceId, ids: Sequence[bytes]) -> Sequence[Entry]:
    """Those of these entries that there are, in no order."""
    rows = _among(uow, f"SELECT {_COLUMNS} FROM entries WHERE {_MINE} AND id", workspace_id, ids)
    return [_entry(row) for row in rows]


def find_by_lookup(
    uow: UnitOfWork, workspace_id: WorkspaceId, lookups: Sequence[bytes], kind: str | None = None
) -> Sequence[Entry]:
    """The entries that these lookups lead to, in no order."""
    query = f"SELECT {_COLUMNS} FROM entries WHERE {_MINE} AND lookup"
    found = [_entry(row) for row in _among(uow, query, workspace_id, lookups)]
    return [one for one in found if kind is None or one.kind == kind]


def owners_by_lookup(
    uow: UnitOfWork, workspace_id: WorkspaceId, kind: str, lookup: bytes, limit: int
) -> Sequence[str]:
    """Whose entries of this kind this lookup leads to."""
    mark = _mark(uow)
    # Neither distinct nor in order here: SQLite would go through every owner for that.
    rows = uow.connection.exec_driver_sql(
        "SELECT owner FROM entries "
        f"WHERE workspace_id = {mark} AND lookup = {mark} AND kind = {mark} "
        f"LIMIT {int(limit) * _ENTRIES_AN_OWNER}",
        (workspace_id, lookup, kind),
    )
    return sorted({row[0] for row in rows})[:limit]


def ids_by_lookup(
    uow: UnitOfWork, workspace_id: WorkspaceId, kind: str, lookup: bytes, limit: int
) -> Sequence[tuple[bytes, str]]:
    """The entries of this kind that this lookup leads to, and whose each is."""
    mark = _mark(uow)
    rows = uow.connection.exec_driver_sql(
        "SELECT id, owner FROM entries "
        f"WHERE workspace_id = {mark} AND lookup = {mark} AND kind = {mark} LIMIT {int(limit)}",
        (workspace_id, lookup, kind),
    )
    return [(bytes(row[0]), row[1]) for row in rows]


def of_owners(uow: UnitOfWork, workspace_id: WorkspaceId, owners: Sequence[str]) -> Sequence[Entry]:
    """Every entry of these owners, the oldest first."""
    query = f"SELECT {_COLUMNS} FROM entries WHERE {_MINE} AND owner"
    found = [_entry(row) for row in _among(uow, query, workspace_id, owners)]
    return sorted(found, key=lambda one: (one.first_us, one.id))


def delete_of(
    uow: UnitOfWork, workspace_id: WorkspaceId, owners: Sequence[str], lookups: Sequence[bytes]
) -> int:
    """Deletes what these own and what these lookups lead to; how many there were."""
    query = f"DELETE FROM entries WHERE {_MINE} AND "
    gone = _deleted(uow, query + "owner", workspace_id, owners)
    return gone + _deleted(uow, query + "lookup", workspace_id, lookups)


def delete_unseen(
    uow: UnitOfWork, workspace_id: WorkspaceId, what: tuple[str, str], before_day: int, limit: int
) -> int:
    """Deletes entries of a kind and class last sent before a day; how many, within the limit."""
    mark = _mark(uow)
    rows = uow.connection.exec_driver_sql(
        "SELECT id FROM entries "
        f"WHERE workspace_id = {mark} AND kind = {mark} AND data_class = {mark} "
        f"AND last_day < {mark} LIMIT {int(limit)}",
        (workspace_id, *what, before_day),
    )
    ids = [bytes(row[0]) for row in rows]
    return _deleted(uow, f"DELETE FROM entries WHERE {_MINE} AND id", workspace_id, ids)


def counts(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[tuple[str, str, str, int, int]]:
    """By kind, class and purpose: how many there are, and the last day on which one was sent."""
    rows = uow.connection.exec_driver_sql(
        "SELECT kind, data_class, purpose, COUNT(*), MAX(last_day) FROM entries "
        f"WHERE workspace_id = {_mark(uow)} GROUP BY kind, data_class, purpose ORDER BY 1, 2, 3",
        (workspace_id,),
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def scrub(database: Database) -> None:
    """Wipes what was deleted from the write-ahead file as well, as far as nobody reads there."""
    if database.dialect == "sqlite":
        with database.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


_MINE = "workspace_id = {mark}"


def _mark(uow: UnitOfWork) -> str:
    return "?" if uow.dialect == "sqlite" else "%s"


def _among(
    uow: UnitOfWork, query: str, workspace_id: WorkspaceId, values: Sequence[bytes] | Sequence[str]
) -> Sequence[Any]:
    """Runs a query that ends in a column, for rows whose column is among many values."""
    return [row for done in _listed(uow, query, workspace_id, values) for row in done.fetchall()]


def _deleted(
    uow: UnitOfWork, query: str, workspace_id: WorkspaceId, values: Sequence[bytes] | Sequence[str]
) -> int:
    return sum(done.rowcount for done in _listed(uow, query, workspace_id, values))


def _listed(
    uow: UnitOfWork, query: str, workspace_id: WorkspaceId, values: Sequence[bytes] | Sequence[str]
) -> Iterator[Any]:
    query = query.format(mark=_mark(uow))
    run = uow.connection.exec_driver_sql
    if uow.dialect == "postgresql":
        if values:
            yield run(f"{query} = ANY(%s)", (workspace_id, list(values)))
        return
    for start in range(0, len(values), _LISTED_MAX):
        some = values[start : start + _LISTED_MAX]
        yield run(f"{query} IN ({','.join('?' * len(some))})", (workspace_id, *some))


def _entry(row: Any) -> Entry:
    return Entry(
        bytes(row[0]), row[1], row[2], _PURPOSES[row[3]], _CLASSES[row[4]], bytes(row[5]),
        None if row[6] is None else bytes(row[6]), row[7], row[8],
    )  # fmt: skip
