"""Everything personal can be forgotten: who keeps something of a person offers to forget it."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pytest
import sqlalchemy as sa

from catchment import lake, vault
from catchment.store import metadata
from catchment.vault.entries.store import entries

SRC = Path(__file__).parents[2] / "src" / "catchment"
PERSONAL = {
    "subject", "subjects", "person", "persons", "left", "right", "payload", "row", "people_before",
}  # fmt: skip
"""Columns that hold who somebody is, or what was sent of them; numbers of that name are counts."""

TABLES_OF = {"EVENTS_SCHEMA": "EventTable"}
"""Tables of the lake that are called otherwise than their schema."""


def owners_of_tables() -> dict[str, set[str]]:
    """The tables by the context whose store declares them."""
    found: dict[str, set[str]] = {}
    for path in sorted(SRC.rglob("*.py")):
        if "Table(\n" not in path.read_text():
            continue
        parts = path.relative_to(SRC).with_suffix("").parts
        module = importlib.import_module(".".join(("catchment", *parts)))
        tables = [one for one in vars(module).values() if isinstance(one, sa.Table)]
        for table in tables:
            if table.metadata is metadata:
                found.setdefault(table.name, set()).add(parts[0])
    return found


def is_personal(table: sa.Table) -> bool:
    return any(
        column.name in PERSONAL and not isinstance(column.type, sa.Integer) for column in table.c
    )


def cannot_forget(door: ModuleType | type, names: Iterable[str]) -> bool:
    return not any(
        name.startswith("forget") and callable(getattr(door, name, None)) for name in names
    )


def keepers() -> list[str]:
    owners = owners_of_tables()
    personal = [name for name, table in metadata.tables.items() if is_personal(table)]
    return sorted({owner for name in personal for owner in owners[name]})


def test_every_table_is_looked_at() -> None:
    assert set(owners_of_tables()) == set(metadata.tables)
    assert {"people", "audiences", "collect"} <= set(keepers())


@pytest.mark.parametrize("context", keepers())
def test_who_keeps_something_of_a_person_offers_to_forget_it(context: str) -> None:
    door = importlib.import_module(f"catchment.{context}")
    assert not cannot_forget(door, door.__all__), f"catchment.{context} exports no forget…"


def test_the_vault_shreds_what_it_keeps() -> None:
    """It keeps values under the subject they were told of, in a database of its own."""
    assert callable(vault.Vault.shred)
    assert "owner" in entries.c


def keeps_people(schema: pa.Schema) -> bool:
    return bool(PERSONAL & set(schema.names))


def unforgetting_tables(tables: Mapping[str, tuple[pa.Schema, type]]) -> list[str]:
    return [
        name
        for name, (schema, table) in tables.items()
        if keeps_people(schema)
        and cannot_forget(table, dir(table))
        and not hasattr(table, "remove")
    ]


def test_the_tables_of_the_lake_take_people_out() -> None:
    schemas = [name for name in lake.__all__ if name.endswith("_SCHEMA")]
    tables = {
        name: (
            getattr(lake, name),
            getattr(lake, TABLES_OF.get(name, f"{name[: -len('_SCHEMA')].title()}Table")),
        )
        for name in schemas
    }
    assert "EVENTS_SCHEMA" in tables
    assert unforgetting_tables(tables) == []


def test_a_keeper_that_never_forgets_is_caught() -> None:
    """The wrong variant: a context and a table of the lake that keep people for ever."""
    elsewhere = sa.MetaData()
    diary = sa.Table("diary", elsewhere, sa.Column("person", sa.String(36)))
    counts = sa.Table("counts", elsewhere, sa.Column("left", sa.BigInteger))
    assert is_personal(diary)
    assert not is_personal(counts)

    class Door:
        forget = "not a function"
        remember = staticmethod(print)

    assert cannot_forget(Door, ["forget", "remember"])
    schema = pa.schema([("subject", pa.string())])
    assert unforgetting_tables({"DIARY_SCHEMA": (schema, Door)}) == ["DIARY_SCHEMA"]
