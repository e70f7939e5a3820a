"""The same world, as it happens: each event at its instant, in the words of a client.

A show without end is one show after another on a fixed grid of instants, so whoever starts the
stream again, at whatever time, joins the same shows and sends the same message ids. The load
generator says the same things faster, under new ids.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from catchment.kernel import Clock, instant_from_us
from catchment.testing.traffic.config import TrafficConfig
from catchment.testing.traffic.history import history_of, source_of, write_batch
from catchment.testing.traffic.shows import LiveShow, make_show
from catchment.testing.traffic.viewing import view_show
from catchment.testing.traffic.world import World, make_world

_SHOW_STREAM = 5
_TEMPLATES = 4_096
_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """An event and when it happens.

    Attributes:
        time_us: when, in microseconds since 1970.
        stream: which of `STREAMS` it comes in by.
        message: the event in Segment's shape, as JSON.
    """

    time_us: int
    stream: str
    message: bytes


@dataclass(frozen=True, slots=True)
class TimedBody:
    """A request body for Segment's batch call, and when to send it."""

    due_us: int
    body: bytes
    events: int


def stream(config: TrafficConfig, rng: np.random.Generator, clock: Clock) -> Iterator[TimedEvent]:
    """A show without end, in order of time, from the start of the show that runs now.

    It never waits: whoever takes an event holds it until its instant has come; events of the
    running show that lie in the past come first.
    """
    yield from stream_of(make_world(config, rng), clock)


def stream_of(world: World, clock: Clock) -> Iterator[TimedEvent]:
    """As `stream`, in a world that exists already."""
    slot_us = world.config.live.duration_minutes * 60_000_000
    slot = clock.now_us() // slot_us
    while True:
        yield from show_events(world, endless_show(world, slot))
        slot += 1


def endless_show(world: World, slot: int) -> LiveShow:
    """The show that runs in one slot of the fixed grid."""
    slot_us = world.config.live.duration_minutes * 60_000_000
    return make_show(
        world, f"live-now-{slot}", slot * slot_us, slot % 3, world.chance(_SHOW_STREAM, slot)
    )


def show_events(world: World, show: LiveShow) -> list[TimedEvent]:
    """Everything that happens during a show, in order of time (refunds come later: not here)."""
    draft = view_show(world, show, world.day_of(show.started_us))
    kept = np.flatnonzero(draft.time_us <= show.ended_us)
    kept = kept[np.argsort(draft.time_us[kept], kind="stable")]
    return _events_of(write_batch(world, draft, kept))


def scheduled_events(world: World, since_us: int) -> Iterator[TimedEvent]:
    """What history will say from `since_us` on, in order of time, without end."""
    day = world.day_of(since_us)
    while True:
        begin_us, day = since_us, day + 1
        since_us = world.midnight_us(day)
        batches = history_of(world, instant_from_us(begin_us), instant_from_us(since_us))
        events = [event for batch in batches for event in _events_of(batch)]
        yield from sorted(events, key=lambda event: event.time_us)


def batch_body(messages: "list[bytes]") -> bytes:
    """The body of one batch call in Segment's shape."""
    return b'{"batch":[' + b",".join(messages) + b"]}"


def load_bodies(
    config: TrafficConfig,
    rng: np.random.Generator,
    clock: Clock,
    *,
    events_per_second: float,
    events_per_body: int = 1,
) -> Iterator[TimedBody]:
    """Bodies for Segment's batch call at a steady rate, without end, every message id new.

    Args:
        config: what the events speak of.
        rng: the only source of chance.
        clock: the first body is due now.
        events_per_second: how many events fall due in a second.
        events_per_body: how many share a body.
    """
    world = make_world(config, rng)
    show = make_show(world, "live-load", clock.now_us(), 0, rng)
    templates = [_template(event.message) for event in show_events(world, show)[:_TEMPLATES]]
    run = rng.bytes(6).hex()
    start_us, gap_us = clock.now_us(), 1_000_000 / events_per_second
    number = 0
    while True:
        due_us = start_us + int(number * gap_us)
        timestamp = instant_from_us(due_us).isoformat().encode()
        messages = [
            b'{"messageId":"load-%s-%d","timestamp":"%s",%s'
            % (run.encode(), n, timestamp, templates[n % len(templates)])
            for n in range(number, number + events_per_body)
        ]
        number += events_per_body
        yield TimedBody(due_us, batch_body(messages), events_per_body)


def _template(message: bytes) -> bytes:
    """The message without its id, its instant and its opening brace."""
    members: dict[str, Any] = msgspec.json.decode(message)
    del members["messageId"], members["timestamp"]
    return msgspec.json.encode(members)[1:]


def _events_of(batch: pa.RecordBatch) -> list[TimedEvent]:
    source = source_of(batch)
    times = batch.column("time").cast(pa.int64()).to_pylist()
    rows = zip(times, batch.to_pylist(), strict=True)
    return [TimedEvent(us, source, _message(us, row)) for us, row in rows]


def _message(time_us: int, row: dict[str, Any]) -> bytes:
    """A history row as the call that a client would have made."""
    message: dict[str, Any] = {
        "type": row["kind"],
        "messageId": row["message_id"],
        "anonymousId": row["anonymous_id"],
        "timestamp": instant_from_us(time_us),
        "context": msgspec.Raw(row["context"].encode()),
    }
    if row["user_id"] is not None:
        message["userId"] = row["user_id"]
    if row["kind"] == "identify":
        message["traits"] = msgspec.Raw(row["traits"].encode())
        return msgspec.json.encode(message)
    if row["kind"] == "track":
        message["event"] = row["name"]
    properties = row["properties"]
    if row["order_id"] is not None:
        comma = "" if properties == "{}" else ","
        properties = f'{{"order_id":"{row["order_id"]}"{comma}{properties[1:]}'
    message["properties"] = msgspec.Raw(properties.encode())
    return msgspec.json.encode(message)
