"""Pure rooms touch no clock, no chance, no disk and no network; time and chance are arguments."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "catchment"

CLOCK_CALLS = {
    "time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "date.today",
    "datetime.datetime.now", "datetime.date.today", "datetime.today",
}  # fmt: skip
CHANCE_CALLS = {
    "random.random", "random.randint", "random.choice", "random.shuffle", "random.uniform",
    "np.random.rand", "np.random.seed", "uuid.uuid4", "uuid.uuid1", "os.urandom",
}  # fmt: skip
CLOCK_HOME = {"kernel/clock.py"}
CHANCE_HOME = {"kernel/ids.py"}

PURE_ROOMS = [
    "kernel/money.py", "kernel/paging.py", "kernel/errors.py",
    "events/envelope.py", "events/columns.py", "events/vocabulary.py",
    "analytics/funnel.py",
]  # fmt: skip
IMPURE_MODULES = {
    "os", "socket", "subprocess", "pathlib", "sqlite3", "sqlalchemy", "httpx", "duckdb",
    "deltalake", "shutil", "tempfile", "threading", "asyncio",
}  # fmt: skip


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def forbidden_calls(source: str, names: set[str]) -> list[str]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [f"line {c.lineno}: {dotted(c.func)}" for c in calls if dotted(c.func) in names]


def impure_imports(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        found += [name for name in names if name.split(".")[0] in IMPURE_MODULES]
    return found


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda p: str(p.relative_to(SRC)))
def test_only_the_kernel_reads_the_clock_and_throws_dice(path: Path) -> None:
    here = str(path.relative_to(SRC))
    source = path.read_text()
    if here not in CLOCK_HOME:
        assert forbidden_calls(source, CLOCK_CALLS) == []
    if here not in CHANCE_HOME:
        assert forbidden_calls(source, CHANCE_CALLS) == []


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_pure_rooms_import_only_words(room: str) -> None:
    assert impure_imports((SRC / room).read_text()) == []


def test_a_hidden_clock_and_a_hidden_disk_are_caught() -> None:
    assert forbidden_calls("import time\nx = time.time()\n", CLOCK_CALLS)
    assert impure_imports("import sqlite3\nfrom pathlib import Path\n") == ["sqlite3", "pathlib"]
