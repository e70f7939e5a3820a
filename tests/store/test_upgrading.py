"""Migrations build what the contexts declare, once, whoever starts first."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import catchment
from catchment.store import Database, RecordsTooNew, metadata, revision, upgrade
from catchment.testing.records_databases import scratch_postgres

SRC = Path(catchment.__file__).parent
ALL_TABLES = 20
"""At least so many; a smaller number means that a store room was not found."""


def import_every_store() -> None:
    """Tables exist once the rooms that declare them are imported."""
    for path in SRC.rglob("store.py"):
        import_module("catchment." + ".".join(path.relative_to(SRC).with_suffix("").parts))


def differences(database: Database, declared: sa.MetaData) -> list[object]:
    def is_ours(
        _thing: object, name: str | None, kind: str, _reflected: object, _other: object
    ) -> bool:
        return not (kind == "table" and name == "alembic_version")

    with database.connect(reads_only=True) as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": is_ours, "compare_type": True}
        )
        return list(compare_metadata(context, declared))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of records that nobody has opened yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new folder' / 'records.db'}"
        return
    with scratch_postgres(request.getfixturevalue("postgres_server")) as address:
        yield address


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    database = Database(empty_url)
    yield database
    database.close()


def start(url: str, barrier: multiprocessing.synchronize.Barrier) -> bool:
    database = Database(url)
    try:
        barrier.wait(30)
        return upgrade(database)
    finally:
        database.close()


def start_and_tell(
    url: str,
    barrier: multiprocessing.synchronize.Barrier,
    told: multiprocessing.Queue[bool | str],
) -> None:
    try:
        told.put(start(url, barrier))
    except Exception as trouble:  # noqa: BLE001  (whatever it was, the parent wants to read it)
        told.put(repr(trouble))


def test_migrations_build_what_the_contexts_declare(empty: Database) -> None:
    upgrade(empty)
    import_every_store()
    assert len(metadata.tables) >= ALL_TABLES
    assert differences(empty, metadata) == []


def test_a_table_without_a_migration_is_caught(database: Database) -> None:
    import_every_store()
    declared = sa.MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(declared)
    sa.Table("forgotten", declared, sa.Column("id", sa.String(8), primary_key=True))
    declared.tables["jobs"].append_column(sa.Column("forgotten", sa.Integer))
    assert len(differences(database, declared)) == 2


def test_the_second_start_has_nothing_to_do(empty: Database) -> None:
    assert revision(empty) is None
    assert upgrade(empty)
    assert not upgrade(empty)


def test_processes_that_start_at_once_upgrade_once(empty_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, told = context.Barrier(3), context.Queue()
    starts = [
        context.Process(target=start_and_tell, args=(empty_url, barrier, told)) for _ in range(3)
    ]
    for one in starts:
        one.start()
    results = [told.get(timeout=60) for _ in starts]
    for one in starts:
        one.join(30)
    assert sorted(results, key=str) == [False, False, True]


def test_an_upgrade_that_fails_leaves_nothing(empty: Database) -> None:
    with empty.connect() as connection, connection.begin():
        # The second migration will find its place taken.
        connection.execute(sa.text("CREATE TABLE imports (id INTEGER)"))
    with pytest.raises(Exception, match="imports"):
        upgrade(empty)
    with empty.connect(reads_only=True) as connection:
        assert set(sa.inspect(connection).get_table_names()) <= {"imports"}
    with empty.connect() as connection, connection.begin():
        connection.execute(sa.text("DROP TABLE imports"))
    assert upgrade(empty)


def test_records_from_the_future_are_left_alone(empty: Database) -> None:
    upgrade(empty)
    with empty.connect() as connection, connection.begin():
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RecordsTooNew):
        upgrade(empty)


def test_keys_begin_with_the_workspace_or_say_why_not() -> None:
    import_every_store()
    assert [trespass for table in metadata.tables.values() for trespass in trespasses(table)] == []


def test_a_key_without_its_workspace_is_caught() -> None:
    careless = sa.Table(
        "careless",
        sa.MetaData(),
        sa.Column("workspace_id", sa.String),
        sa.Column("name", sa.String),
    )
    sa.Index("uq_careless", careless.c.name, unique=True)
    assert trespasses(careless) == ["careless: ['name']"]


def trespasses(table: sa.Table) -> list[str]:
    """Unique keys through which one workspace could learn of another."""
    if "key" in table.info:
        return []
    keys = [list(table.primary_key.columns)] if len(table.primary_key.columns) else []
    keys += [list(index.columns) for index in table.indexes if index.unique]
    keys += [
        list(constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint)
    ]
    names = [[column.name for column in key] for key in keys]
    return [f"{table.name}: {key}" for key in names if key[0] != "workspace_id"]
