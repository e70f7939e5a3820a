"""A real collector on a real port, and what stands in its log afterwards.

The official clients are used as their makers ship them; only the host is changed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn

from catchment.api.collector import Collector
from catchment.collect import Acceptor, Intake, Reject, decode
from catchment.events import Event
from catchment.kernel import SystemClock, WorkspaceId
from catchment.lake import GroupCommit, SQLiteEventLog

WRITE_KEY = "wk_0123456789abcdef"
NODE = Path(__file__).parent / "node"
WAIT_SECONDS_MAX = 60.0


class OneSource:
    """A directory that knows one write key."""

    async def find(self, write_key: str) -> Intake | None:
        """Leads to the one source there is."""
        if write_key != WRITE_KEY:
            return None
        return Intake(WorkspaceId("wsp_clients"), "src_clients")


@dataclass
class Running:
    """A collector that listens.

    Attributes:
        url: its address.
        log: what it has on disk.
        collector: the application, with its counters.
    """

    url: str
    log: SQLiteEventLog
    collector: Collector
    rejects: list[Reject] = field(default_factory=list)

    def events(self) -> list[Event]:
        """Every event in the log, each once, in the order it came."""
        events: dict[str, Event] = {}
        self.rejects = []
        for entry in self.log.read(0, entries_max=100_000, bytes_max=1 << 30):
            decoded = decode(entry.received)
            self.rejects += decoded.rejects
            for event in decoded.events:
                events.setdefault(event.message_id, event)
        return list(events.values())

    def settled(self, count: int) -> list[Event]:
        """The events, once there are so many, or all there are when time is up."""
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        events = self.events()
        while len(events) < count and time.monotonic() < deadline:
            time.sleep(0.1)
            events = self.events()
        return events


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Running]:
    """A collector with an empty log, served by uvicorn in a thread."""
    log = SQLiteEventLog(tmp_path / "log.db")
    group = GroupCommit(log)
    app = Collector(Acceptor(OneSource(), group, SystemClock()), on_stop=group.close)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Running(f"http://127.0.0.1:{port}", log, app)
    server.should_exit = True
    thread.join(10)
    log.close()


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


RunNode = Callable[..., None]


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


def kinds(events: list[Event]) -> dict[str, int]:
    """How many there are of each kind."""
    return dict(Counter(event.kind for event in events))


def properties(event: Event) -> dict[str, object]:
    """The event's properties as they came."""
    found = json.loads(event.properties)
    assert isinstance(found, dict)
    return found


def traits(event: Event) -> dict[str, object]:
    """The event's traits as they came."""
    found = json.loads(event.traits)
    assert isinstance(found, dict)
    return found
