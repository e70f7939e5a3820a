"""A collector that the official clients send to, and how a test looks at what it has on disk."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from catchment.api.collector import Collector
from catchment.collect import (
    Acceptor,
    Intake,
    Lander,
    LandingParts,
    Reject,
    SubjectHasher,
    decode,
)
from catchment.events import Event
from catchment.kernel import SystemClock, WorkspaceId
from catchment.lake import EventTable, GroupCommit, SQLiteEventLog
from catchment.testing.landing_desk import Shelf
from catchment.testing.log_seals import toy_log

WORKSPACE = WorkspaceId("wsp_clients")
WRITE_KEY = "wk_0123456789abcdef"
WAIT_SECONDS_MAX = 20.0

RunNode = Callable[..., None]
"""Runs a script of `tests/clients/node` with arguments."""


class OneSource:
    """A directory that knows one write key."""

    async def find(self, write_key: str) -> Intake | None:
        """Leads to the one source there is."""
        if write_key != WRITE_KEY:
            return None
        return Intake(WORKSPACE, "src_clients")


@dataclass
class Running:
    """A collector that listens.

    Attributes:
        url: its address.
        log: what it has on disk.
        folder: where the log is, and a lake may be.
        rejects: what was no event, as of the last look.
        collector: the application, with its counters.
    """

    url: str
    log: SQLiteEventLog
    collector: Collector
    folder: Path
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


def assert_landed_once(collector: Running, events: list[Event]) -> None:
    """Lands the log, and finds each event once in the lake with all it said."""
    table = EventTable(collector.folder / "events")
    lander = Lander(
        LandingParts(
            log=collector.log,
            table=table,
            folder=collector.folder / "landing",
            decode=decode,
            hasher=SubjectHasher(b"k" * 32),
            quarantine=Shelf(),
            clock=SystemClock(),
        )
    )
    lander.catch_up()
    lander.close()
    told = ["message_id", "kind", "name", "user_id", "anonymous_id", "properties", "traits"]
    rows = table.read(table.files(WORKSPACE), told).to_pylist()
    landed = sorted((tuple(row[name] for name in told) for row in rows), key=str)
    sent = [
        (
            *(event.message_id, event.kind, event.name, event.user_id, event.anonymous_id),
            *(event.properties.decode(), event.traits.decode()),
        )
        for event in events
    ]
    assert landed == sorted(sent, key=str)


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


@contextmanager
def running_collector(folder: Path) -> Iterator[Running]:
    """A collector with an empty log in a folder, served by uvicorn in a thread."""
    log = toy_log(folder / "log.db")
    group = GroupCommit(log)
    app = Collector(Acceptor(OneSource(), group, SystemClock()), on_stop=group.close)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Running(f"http://127.0.0.1:{port}", log, app, folder)
    server.should_exit = True
    thread.join(10)
    log.close()
