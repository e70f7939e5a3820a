"""Sizes, names and litter: what a reader meets before the first line of logic."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "catchment"
FILE_LINES_MAX = 400
TEST_LINES_MAX = 500
TYPESCRIPT_LINES_MAX = 250
FUNCTION_LINES_MAX = 70
DRAWERS = {"utils", "util", "common", "helpers", "helper", "base", "manager", "misc", "core"}
ROOT_ENTRIES = {
    ".ci", ".github", ".gitignore", ".pre-commit-config.yaml", "ARCHITECTURE.md", "CHANGELOG.md",
    "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "README.zh-CN.md", "SECURITY.md",
    "benchmarks", "console", "docs", "pyproject.toml", "requirements", "src", "tests", "tracker",
}  # fmt: skip


def tracked(*patterns: str) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    return [ROOT / line for line in listing if line and (ROOT / line).is_file()]


def long_functions(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
        length = (node.end_lineno or 0) - body[0].lineno + 1
        if length > FUNCTION_LINES_MAX:
            found.append(f"{node.name}: {length} lines")
    return found


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda p: str(p.relative_to(SRC)))
def test_source_files_are_small_told_and_named_after_the_trade(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= FILE_LINES_MAX
    assert long_functions(source) == []
    assert path.stem not in DRAWERS
    assert ast.get_docstring(ast.parse(source)), "a module opens with its story"


def test_test_files_stay_readable() -> None:
    long = [p for p in tracked("tests/*.py") if len(p.read_text().splitlines()) > TEST_LINES_MAX]
    assert long == []


def test_typescript_files_stay_readable() -> None:
    files = tracked("console/src/*.ts", "console/src/*.tsx", "tracker/src/*.ts")
    long = [
        p
        for p in files
        if len(p.read_text().splitlines()) > TYPESCRIPT_LINES_MAX and "schema.d" not in p.name
    ]
    assert long == []


def test_nothing_lies_about_at_the_front_door() -> None:
    entries = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert entries - ROOT_ENTRIES == set()


def test_no_file_names_a_registry_host() -> None:
    lists = tracked("requirements/*.txt", "*package-lock.json", "*.npmrc", "pyproject.toml")
    named = [
        p for p in lists if re.search(r"(index-url|\"resolved\":|registry\s*=)", p.read_text())
    ]
    assert named == []


def test_an_overlong_function_is_caught() -> None:
    body = "\n".join(f"    x{i} = {i}" for i in range(FUNCTION_LINES_MAX + 1))
    assert long_functions(f"def f():\n{body}\n") == ["f: 71 lines"]
