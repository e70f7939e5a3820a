"""The live stream: in order, joinable, in a client's words, at the rate asked for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from pathlib import Path

import numpy as np
import pyarrow as pa

from catchment.collect import decode
from catchment.kernel import WorkspaceId
from catchment.lake import LogEntry, Received
from catchment.testing.clock import ManualClock
from catchment.testing.traffic import (
    Demo,
    LiveConfig,
    PeopleConfig,
    TrafficConfig,
    fill_demo,
    load_bodies,
    run_live,
    stream,
)

NOW = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)
SMALL = TrafficConfig(people=PeopleConfig(count=2_000), live=LiveConfig(viewers_per_show=300))
DEMO = Demo(WorkspaceId("wsp_demo"), {"web": "src_web", "mini": "src_mini", "live": "src_live"})


@dataclass
class ListLog:
    """An event log that keeps everything in a list."""

    entries: list[Received] = field(default_factory=list)

    def append(self, batch: Sequence[Received]) -> int:
        self.entries.extend(batch)
        return len(self.entries)

    def read(self, after: int, *, entries_max: int, bytes_max: int) -> Sequence[LogEntry]:
        del bytes_max
        wanted = self.entries[after : after + entries_max]
        return [LogEntry(after + n, received) for n, received in enumerate(wanted, 1)]

    def tail(
        self, workspace_id: WorkspaceId, *, entries_max: int, after: int = 0
    ) -> Sequence[LogEntry]:
        del workspace_id
        start = max(after, self.head() - entries_max)
        return self.read(start, entries_max=entries_max, bytes_max=0)

    def head(self) -> int:
        return len(self.entries)

    def trim(self, up_to: int) -> int:
        return up_to * 0

    def position_before(self, received_us: int) -> int:
        return sum(entry.received_us < received_us for entry in self.entries)

    def close(self) -> None:
        pass


@dataclass
class Home:
    """What filling asks of a home."""

    clock: ManualClock
    log: ListLog = field(default_factory=ListLog)
    catch_ups: int = 0

    def catch_up(self) -> None:
        self.catch_ups += 1


@dataclass
class StopAfter:
    """A stop signal that winds the clock on instead of waiting."""

    clock: ManualClock
    seconds: float

    def is_set(self) -> bool:
        return self.seconds <= 0

    def wait(self, timeout: float) -> bool:
        self.clock.advance(timeout)
        self.seconds -= timeout
        return self.is_set()


def ids_of(received: Sequence[Received]) -> list[str]:
    return [event.message_id for one in received for event in decode(one).events]


def rows_of(received: Sequence[Received]) -> int:
    return sum(pa.ipc.open_stream(r.body).read_all().num_rows for r in received)


def test_a_show_streams_in_order_of_time() -> None:
    events = list(islice(stream(SMALL, np.random.default_rng(1), ManualClock(NOW)), 5_000))
    times = [event.time_us for event in events]
    shows = {
        json.loads(e.message)["properties"]["live_id"] for e in events if b"live_id" in e.message
    }
    assert times == sorted(times)
    assert len(shows) >= 2  # one show after another, without end


def test_whoever_joins_later_gets_the_same_messages() -> None:
    soon, later = ManualClock(NOW), ManualClock(NOW + timedelta(minutes=7))
    first, second = (
        list(islice(stream(SMALL, np.random.default_rng(1), clock), 400)) for clock in (soon, later)
    )
    assert first == second


def test_streamed_messages_are_events_of_segments_format() -> None:
    clock = ManualClock(NOW)
    events = list(islice(stream(SMALL, np.random.default_rng(1), clock), 800))
    body = b'{"batch":[' + b",".join(e.message for e in events) + b"]}"
    decoded = decode(Received(DEMO.workspace_id, "src", "segment", clock.now_us(), body))
    assert not decoded.rejects
    assert len(decoded.events) == 800
    live = [e for e in decoded.events if e.name == "Live Product Clicked"]
    assert live
    assert all(e.live_id and e.offset_ms is not None and e.product_id for e in live)


def test_the_load_generator_keeps_its_rate_and_never_repeats_an_id() -> None:
    clock = ManualClock(NOW)
    bodies = load_bodies(
        SMALL, np.random.default_rng(2), clock, events_per_second=1_000, events_per_body=10
    )
    first_second = list(takewhile(lambda b: b.due_us < clock.now_us() + 1_000_000, bodies))
    assert sum(body.events for body in first_second) == 1_000
    ids = [m["messageId"] for body in first_second for m in json.loads(body.body)["batch"]]
    assert len(set(ids)) == 1_000


def test_filling_again_brings_history_only_up_to_the_present(tmp_path: Path) -> None:
    home = Home(ManualClock(NOW))
    first = fill_demo(home, DEMO, tmp_path, days=2)
    assert first.events == rows_of(home.log.entries) > 10_000
    home.clock.advance(timedelta(hours=1))
    again = fill_demo(home, DEMO, tmp_path, days=2)
    assert again.since == NOW
    assert 0 < again.events < first.events / 10
    assert home.catch_ups == 2


def test_a_lost_mark_only_sends_the_same_message_ids_again(tmp_path: Path) -> None:
    home = Home(ManualClock(NOW))
    fill_demo(home, DEMO, tmp_path, days=2)
    (tmp_path / "demo.json").unlink()
    before = len(home.log.entries)
    fill_demo(home, DEMO, tmp_path, days=2)
    assert home.log.entries[before:] == home.log.entries[:before]


def test_another_workspace_is_filled_from_the_start(tmp_path: Path) -> None:
    home = Home(ManualClock(NOW))
    first = fill_demo(home, DEMO, tmp_path, days=1)
    other = Demo(WorkspaceId("wsp_other"), DEMO.source_ids)
    assert fill_demo(home, other, tmp_path, days=1).events == first.events


def test_the_demo_goes_on_while_it_runs_and_no_event_comes_before_its_time() -> None:
    clock, log = ManualClock(NOW), ListLog()
    sent = run_live(DEMO, StopAfter(clock, 120), log.append, clock, NOW - timedelta(minutes=1))
    decoded = [decode(received) for received in log.entries]
    events = [event for one in decoded for event in one.events]
    assert not any(one.rejects for one in decoded)
    assert sent == len(events) == len({event.message_id for event in events})
    assert {received.source_id for received in log.entries} >= {"src_web", "src_live"}
    late = [r for r in log.entries if r.received_us > clock.now_us()]
    assert not late
    for received, one in zip(log.entries, decoded, strict=True):
        assert all((e.original_us or 0) <= received.received_us for e in one.events)


def test_history_and_the_running_demo_meet_without_a_gap_or_a_double(tmp_path: Path) -> None:
    home = Home(ManualClock(NOW))
    filled = fill_demo(home, DEMO, tmp_path, days=1)
    log = ListLog()
    stop = StopAfter(home.clock, 600)
    run_live(DEMO, stop, log.append, home.clock, filled.until)
    live = {i for i in ids_of(log.entries) if not i.startswith("sim-live-now")}
    more = Home(ManualClock(NOW + timedelta(seconds=599)))
    fill_demo(more, DEMO, tmp_path, days=1)
    gap = {
        i
        for received in more.log.entries
        for i in pa.ipc.open_stream(received.body).read_all()["message_id"].to_pylist()
    }
    assert live
    assert gap <= live
