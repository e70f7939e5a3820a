"""Another context is imported by its door; only `app` and `worker` name rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "catchment"
KEYHOLDERS = {"app", "worker"}
GROUND = {"testing"}
"""The test kit may look into any room: it is the exam, not a tenant."""


def contexts() -> set[str]:
    return {path.name for path in SRC.iterdir() if (path / "__init__.py").exists()}


def imported_modules(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.lineno, node.module
            # `from catchment.people import store` names a room as well.
            for alias in node.names:
                if (
                    (SRC.parent / Path(*node.module.split("."), alias.name))
                    .with_suffix(".py")
                    .exists()
                ):
                    yield node.lineno, f"{node.module}.{alias.name}"


def trespasses(owner: str, source: str, houses: set[str]) -> list[str]:
    found = []
    for line, module in imported_modules(ast.parse(source)):
        parts = module.split(".")
        if parts[0] != "catchment" or len(parts) < 3 or parts[1] == owner:
            continue
        if parts[1] in houses:
            found.append(f"line {line}: {module}")
    return found


def python_files() -> list[Path]:
    return sorted(SRC.rglob("*.py"))


@pytest.mark.parametrize("path", python_files(), ids=lambda p: str(p.relative_to(SRC)))
def test_contexts_are_entered_by_their_doors(path: Path) -> None:
    owner = path.relative_to(SRC).parts[0].removesuffix(".py")
    if owner in KEYHOLDERS | GROUND:
        return
    assert trespasses(owner, path.read_text(), contexts()) == []


def test_a_look_into_anothers_room_is_caught() -> None:
    source = "from catchment.people.store import edges\nimport catchment.lake.engines.duckdb\n"
    assert len(trespasses("analytics", source, {"people", "lake", "analytics"})) == 2


def test_ones_own_rooms_are_open() -> None:
    assert trespasses("people", "from catchment.people.store import edges\n", {"people"}) == []
