"""The demo: a made-up brand whose last thirty days are history and whose show never ends.

It makes no workspace by rules of its own: the home that it is given does. Filling is idempotent
twice over: a mark says up to when it was done, and without the mark the same message ids come
again and count once. While the demo runs, the rest of the day happens at its own instants.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec
import numpy as np
import pyarrow as pa

from catchment.kernel import Clock, WorkspaceId, instant_from_us, us_from_instant
from catchment.lake import EventLog, Received
from catchment.testing.traffic.config import TrafficConfig
from catchment.testing.traffic.history import history_of, source_of
from catchment.testing.traffic.stream import (
    TimedEvent,
    batch_body,
    scheduled_events,
    stream_of,
)
from catchment.testing.traffic.world import World, make_world

DEMO_NAME = "Demo · 山岚生活"
DEMO_SOURCES: Mapping[str, tuple[str, str]] = {
    "web": ("Web store", "web"),
    "mini": ("Mini program", "app"),
    "live": ("Live room", "live"),
}
"""For each stream the source's name and kind."""

DEMO_DAYS = 30
_SEED = 20_260_105
_VIEWERS_PER_SHOW = 1_500.0  # of the show that never ends: some two events a second
_JOIN_LATE_US = 15 * 60_000_000  # of the running show, what is older than this is not told
_BATCHES_PER_APPEND = 8
_EVENTS_PER_BODY_MAX = 200
_TICK_SECONDS = 0.25
_MARK = "demo.json"


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo workspace, and the source of each stream."""

    workspace_id: WorkspaceId
    source_ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DemoFilled:
    """What filling did: how many events it put into the log, from when to when."""

    events: int
    since: datetime
    until: datetime


class DemoHome(Protocol):
    """What filling asks of a home; `catchment.app.open_home()` gives it."""

    @property
    def clock(self) -> Clock:
        """The present."""

    @property
    def log(self) -> EventLog:
        """Where events are put."""

    def catch_up(self) -> object:
        """Lands what is in the log."""


class StopSignal(Protocol):
    """A `threading.Event` or its like."""

    def is_set(self) -> bool:
        """Whether to stop."""

    def wait(self, timeout: float) -> bool:
        """Waits for the signal, so long at most."""


class _Mark(msgspec.Struct):
    """What was filled, kept beside the home's data."""

    workspace_id: str
    until_us: int


def demo_world() -> World:
    """The demo's world: the same one on every machine."""
    return make_world(TrafficConfig(), np.random.default_rng(_SEED))


def seed_demo(
    demo: Demo, world: World, since: datetime, until: datetime
) -> Iterator[tuple[Received, int]]:
    """History as log entries in the import form, each with its number of rows."""
    for batch in history_of(world, since, until):
        received = Received(
            workspace_id=demo.workspace_id,
            source_id=demo.source_ids[source_of(batch)],
            format="columns",
            received_us=us_from_instant(until),
            body=columns_body(batch),
            is_historical=True,
        )
        yield received, batch.num_rows


def fill_demo(
    home: DemoHome,
    demo: Demo,
    folder: Path,
    *,
    days: int = DEMO_DAYS,
    told: Callable[[int], None] = lambda _events: None,
) -> DemoFilled:
    """Brings the demo's history up to the present, and lands it.

    Args:
        home: where it goes.
        demo: the workspace and sources to fill.
        folder: where the mark of what was filled is kept.
        days: how far back history reaches at the first filling.
        told: is told after each append how many events are in the log so far.
    """
    now = home.clock.now()
    world = demo_world()
    first_day = world.day_of(us_from_instant(now - timedelta(days=days)))
    since_us = max(world.midnight_us(first_day), _filled_until(folder, demo.workspace_id))
    since, events = instant_from_us(since_us), 0
    waiting: list[Received] = []
    for received, rows in seed_demo(demo, world, since, now):
        waiting.append(received)
        events += rows
        if len(waiting) >= _BATCHES_PER_APPEND:
            home.log.append(waiting)
            waiting = []
            told(events)
    if waiting:
        home.log.append(waiting)
        told(events)
    home.catch_up()
    mark = _Mark(demo.workspace_id, us_from_instant(now))
    (folder / _MARK).write_bytes(msgspec.json.encode(mark))
    return DemoFilled(events, since, now)


def run_live(
    demo: Demo,
    stop: StopSignal,
    append: Callable[[Sequence[Received]], object],
    clock: Clock,
    since: datetime | None = None,
) -> int:
    """Lets the demo go on until it is told to stop: the endless show, and the day's own visits.

    Args:
        demo: the workspace and sources that it goes to.
        stop: ends it, within a quarter of a second.
        append: puts entries into the log.
        clock: says what is due.
        since: from when on visits are told; by default from now. Give it the `until` of the
            filling, so that nothing is missing between the two.

    Returns:
        How many events were sent.
    """
    world = demo_world()
    live = replace(world.config.live, viewers_per_show=_VIEWERS_PER_SHOW)
    busier = replace(world, config=replace(world.config, live=live))
    joined_us = clock.now_us() - _JOIN_LATE_US
    show = (event for event in stream_of(busier, clock) if event.time_us >= joined_us)
    sources = [
        _Due(show),
        _Due(scheduled_events(world, us_from_instant(since) if since else clock.now_us())),
    ]
    sent = 0
    while not stop.is_set():
        now_us = clock.now_us()
        due = [event for source in sources for event in source.until(now_us)]
        if due:
            append(_bodies(demo, due, now_us))
            sent += len(due)
        stop.wait(_TICK_SECONDS)
    return sent


def columns_body(batch: pa.RecordBatch) -> bytes:
    """A batch as an Arrow stream: the body of an entry in the `columns` format."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema.remove_metadata()) as writer:
        writer.write_batch(batch.replace_schema_metadata(None))
    return bytes(sink.getvalue().to_pybytes())


class _Due:
    """Hands out events of an endless iterator as their instants come."""

    def __init__(self, events: Iterator[TimedEvent]) -> None:
        self._events = events
        self._next = next(events)

    def until(self, now_us: int) -> Iterator[TimedEvent]:
        while self._next.time_us <= now_us:
            yield self._next
            self._next = next(self._events)


def _bodies(demo: Demo, due: list[TimedEvent], now_us: int) -> list[Received]:
    by_stream: dict[str, list[bytes]] = {}
    for event in due:
        by_stream.setdefault(event.stream, []).append(event.message)
    return [
        Received(
            workspace_id=demo.workspace_id,
            source_id=demo.source_ids[stream],
            format="segment",
            received_us=now_us,
            body=batch_body(messages[start : start + _EVENTS_PER_BODY_MAX]),
        )
        for stream, messages in by_stream.items()
        for start in range(0, len(messages), _EVENTS_PER_BODY_MAX)
    ]


def _filled_until(folder: Path, workspace_id: str) -> int:
    try:
        mark = msgspec.json.decode((folder / _MARK).read_bytes(), type=_Mark)
    except (FileNotFoundError, msgspec.DecodeError):
        return 0
    return mark.until_us if mark.workspace_id == workspace_id else 0
