"""What crosses a door has a declared shape: no rows, connections or requests."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "catchment"
EDGES = {"api", "cli", "testing"}
BANNED_TYPES = ("sqlalchemy", "starlette", "fastapi", "duckdb", "sqlite3")
PERMITTED = {("store", "metadata")}
"""`store.metadata` is where each context's own store room declares its tables."""


def houses() -> list[str]:
    found = [p.name for p in SRC.iterdir() if (p / "__init__.py").exists()]
    return sorted(set(found) - EDGES)


def leaks(module_name: str, names: list[str], module: object) -> list[str]:
    found = []
    for name in names:
        thing = getattr(module, name)
        home = getattr(type(thing), "__module__", "").split(".")[0]
        own = getattr(thing, "__module__", "").split(".")[0] if inspect.isclass(thing) else home
        if (own in BANNED_TYPES or home in BANNED_TYPES) and (module_name, name) not in PERMITTED:
            found.append(name)
        if isinstance(thing, dict) and not name.isupper():
            found.append(f"{name} is a loose dict")
    return found


@pytest.mark.parametrize("house", houses())
def test_a_door_says_what_it_offers_and_offers_only_shapes(house: str) -> None:
    module = importlib.import_module(f"catchment.{house}")
    assert module.__doc__, "the door tells the context's story"
    names = getattr(module, "__all__", None)
    assert names is not None, "a door lists what it offers in __all__"
    assert leaks(house, list(names), module) == []


def test_a_row_at_the_door_is_caught() -> None:
    import sqlalchemy as sa  # noqa: PLC0415  (only this test needs it)

    class Door:
        table = sa.Table("t", sa.MetaData(), sa.Column("a"))

    assert leaks("people", ["table"], Door) == ["table"]
