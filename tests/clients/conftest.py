"""A real collector on a real port for the official clients.

They are used as their makers ship them; only the host is changed.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from clients.client_collector import Running, RunNode, running_collector

NODE = Path(__file__).parent / "node"


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Running]:
    """A collector with an empty log, served by uvicorn in a thread."""
    with running_collector(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The npm clients, installed from the lock file; the test is skipped where that cannot be."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("no Node.js here: the npm clients are not tested")
    modules = NODE / "node_modules"
    stamp = modules / ".installed"
    lock = (NODE / "package-lock.json").read_text()
    if not stamp.exists() or stamp.read_text() != lock:
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional"],
            cwd=NODE,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        if done.returncode != 0:
            pytest.skip(f"npm could not install the clients: {done.stderr[-300:]}")
        stamp.write_text(lock)
    return modules


@pytest.fixture
def run_node(node_modules: Path) -> RunNode:
    """Runs a script of `tests/clients/node` and fails with what it printed."""

    def run(script: str, *arguments: str) -> None:
        assert node_modules.is_dir()
        done = subprocess.run(
            ["node", script, *arguments],
            cwd=NODE,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"

    return run
