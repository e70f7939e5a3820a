"""The live tail: what arrives is seen at once, by those who may, and nobody is slowed down."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
import uvicorn

from api.api_house import House
from catchment.api import event_stream
from catchment.api.errors import TooManyStreams
from catchment.api.live_tail import (
    QUEUE_MAX,
    WATCHERS_PER_CALLER_MAX,
    Interest,
    LiveTail,
    Watcher,
    tailed_of,
)
from catchment.kernel import WorkspaceId
from catchment.lake import LogEntry, Received
from catchment.vault import FileKeyStore

QUICK = 0.01


def body(*names: str) -> bytes:
    events = [
        {"event": name, "user_id": "u1", "message_id": f"{name}-{n}", "properties": {"n": n}}
        for n, name in enumerate(names)
    ]
    return json.dumps({"events": events}, indent=2).encode()


def received(house: House, *names: str, source: str = "src_1", theirs: bool = False) -> Received:
    workspace = house.theirs if theirs else house.ours
    now = house.services.clock.now_us()
    return Received(workspace.id, source, "catchment", now, body(*names))


async def names_seen(watcher: Watcher, count: int) -> list[str]:
    seen: list[str] = []
    async with asyncio.timeout(5):
        while len(seen) < count:
            tailed, _ = await watcher.take(0.5)
            seen += [one.name for one in tailed]
    return seen


def test_what_arrives_is_seen_by_its_workspace_only(house: House) -> None:
    log = house.services.log

    async def watch() -> list[str]:
        tail = LiveTail(log, poll_seconds=QUICK)
        async with tail.watch(Interest(house.ours.id, source_id="src_only")) as watcher:
            log.append([received(house, "Theirs", source="src_only", theirs=True)])
            log.append([received(house, "Elsewhere", source="src_2")])
            log.append([received(house, "A", "B", source="src_only")])
            seen = await names_seen(watcher, 2)
        assert tail.watcher_count == 0
        return seen

    assert asyncio.run(watch()) == ["A", "B"]


def test_a_newcomer_first_sees_the_newest_few(house: House) -> None:
    log = house.services.log
    log.append([received(house, "Before", source="src_before")])

    async def watch() -> list[str]:
        tail = LiveTail(log, poll_seconds=QUICK)
        async with tail.watch(Interest(house.ours.id, "src_before", "Before")) as watcher:
            return await names_seen(watcher, 1)

    assert asyncio.run(watch()) == ["Before"]


def test_between_backlog_and_tail_nothing_is_lost_or_told_twice(house: House) -> None:
    entries = [LogEntry(n, received(house, f"E{n}")) for n in range(1, 8)]

    async def join(*, backlog_first: bool) -> list[str]:
        watcher = Watcher(Interest(house.ours.id))
        before, after = tailed_of(entries[:5]), tailed_of(entries[3:])
        if backlog_first:
            watcher.offer_backlog(before)
        watcher.offer(after)
        if not backlog_first:
            watcher.offer_backlog(before)
        tailed, _ = await watcher.take(0.1)
        return [one.name for one in tailed]

    whole = [f"E{n}" for n in range(1, 8)]
    assert asyncio.run(join(backlog_first=True)) == whole
    assert asyncio.run(join(backlog_first=False)) == whole


def test_a_slow_watcher_loses_the_oldest_and_is_told_how_many(house: House) -> None:
    entries = [LogEntry(n, received(house, f"E{n}")) for n in range(1, QUEUE_MAX + 31)]

    async def fall_behind() -> tuple[int, int, str]:
        watcher = Watcher(Interest(house.ours.id))
        watcher.offer(tailed_of(entries))
        tailed, dropped = await watcher.take(0.1)
        return len(tailed), dropped, tailed[0].name

    assert asyncio.run(fall_behind()) == (QUEUE_MAX, 30, "E31")


def test_no_more_watch_than_may(house: House) -> None:
    async def crowd() -> None:
        tail = LiveTail(house.services.log, watchers_max=1)
        async with tail.watch(Interest(house.ours.id)):
            with pytest.raises(TooManyStreams):
                async with tail.watch(Interest(house.ours.id)):
                    pass
        async with tail.watch(Interest(house.ours.id)):
            pass

    asyncio.run(crowd())


def test_one_caller_leaves_room_for_others(house: House) -> None:
    async def crowd() -> None:
        tail = LiveTail(house.services.log)
        async with AsyncExitStack() as streams:
            for _ in range(WATCHERS_PER_CALLER_MAX):
                mine = Interest(house.ours.id, caller="opr_1")
                await streams.enter_async_context(tail.watch(mine))
            with pytest.raises(TooManyStreams):
                tail.check_room("opr_1")
            tail.check_room("opr_2")

    asyncio.run(crowd())


class BrokenLog:
    """A log whose file went away while it was watched."""

    def __init__(self) -> None:
        self.heads = iter([0])

    def tail(self, workspace_id: WorkspaceId, *, entries_max: int) -> Sequence[LogEntry]:
        del workspace_id, entries_max
        return ()

    def head(self) -> int:
        from catchment.lake import LogUnavailable  # noqa: PLC0415  (only this fake raises it)

        for head in self.heads:
            return head
        raise LogUnavailable


def test_when_the_log_goes_away_every_stream_ends(house: House) -> None:
    async def watch() -> bool:
        tail = LiveTail(BrokenLog(), poll_seconds=QUICK)  # type: ignore[arg-type]
        async with tail.watch(Interest(house.ours.id)) as watcher, asyncio.timeout(5):
            while not watcher.is_over:
                await watcher.take(QUICK)
        return watcher.is_over

    assert asyncio.run(watch())


def test_an_entry_is_one_line_whatever_its_sender_wrote(house: House) -> None:
    (told,) = tailed_of([LogEntry(7, received(house, "Many\nlines"))])
    assert "\n" not in told.json
    entry = json.loads(told.json)
    assert entry["name"] == "Many\nlines"
    assert entry["properties"] == {"n": 0}
    assert entry["status"] == "accepted"


def test_what_could_not_be_understood_is_shown_as_quarantined(house: House) -> None:
    bad = Received(house.ours.id, "src_1", "catchment", 1_000_000, b'{"events": [{"event": "X"}]}')
    (told,) = tailed_of([LogEntry(1, bad)])
    entry = json.loads(told.json)
    assert (entry["status"], entry["reason"]) == ("quarantined", "missing_identity")


def test_the_stream_beats_while_nothing_happens_and_ends_when_its_reader_leaves(
    house: House,
) -> None:
    class Hurried:
        """A clock that runs ten seconds at each look."""

        def __init__(self) -> None:
            self.us = 0

        def now_us(self) -> int:
            self.us += 10_000_000
            return self.us

    looks = iter([False] * 3 + [True])

    async def has_left() -> bool:
        return next(looks)

    async def read() -> list[str]:
        tail = LiveTail(house.services.log, poll_seconds=QUICK)
        interest = Interest(house.theirs.id, "src_silent")
        lines = event_stream.stream(tail, interest, has_left, Hurried())  # type: ignore[arg-type]
        return [line async for line in lines]

    lines = asyncio.run(read())
    assert lines[0].startswith("retry:")
    assert ": still here\n\n" in lines


@asynccontextmanager
async def served(house: House) -> AsyncIterator[str]:
    config = uvicorn.Config(house.app, port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
        await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        server.force_exit = True
        await task


def test_over_the_wire_an_event_is_on_screen_within_a_second(house: House) -> None:
    log = house.services.log
    cookies = {"catchment_sign_in": house.cookies["analyst"]}

    async def look() -> dict[str, object]:
        async with (
            served(house) as address,
            httpx.AsyncClient(base_url=address, cookies=cookies, trust_env=False) as client,
        ):
            path = house.at("/events/stream")
            params = {"event": "Seen Live"}
            async with client.stream("GET", path, params=params) as answer:
                assert answer.status_code == 200
                assert answer.headers["content-type"].startswith("text/event-stream")
                log.append([received(house, "Not This", "Seen Live")])
                async with asyncio.timeout(3):
                    async for line in answer.aiter_lines():
                        if line.startswith("data: "):
                            break
            async with asyncio.timeout(5):
                while house.app.state.tail.watcher_count:  # noqa: ASYNC110  (seen from outside)
                    await asyncio.sleep(0.05)
            return dict(json.loads(line.removeprefix("data: ")))

    assert asyncio.run(look())["name"] == "Seen Live"


PEOPLE = {
    "type": "identify", "userId": "13800138000", "messageId": "m1",
    "traits": {"name": "林小雨", "phone": "138 0013 8000", "address": {"street": "漕溪路1号"}},
    "context": {"externalIds": [{"type": "openid", "id": "oABCdefGHIjkl0123456789"}]},
}  # fmt: skip
SECRETS = ("13800138000", "138 0013 8000", "小雨", "漕溪", "oABCdefGHIjkl0123456789")


def test_whoever_watches_sees_nobody() -> None:
    bad = {"type": "13800138000", "messageId": "m2"}
    sent = json.dumps({"batch": [PEOPLE, bad]}).encode()
    entry = LogEntry(1, Received(WorkspaceId("wsp_a"), "src_1", "segment", 1, sent))
    told = [one.json for one in tailed_of([entry])]
    assert len(told) == 2
    assert json.loads(told[0])["traits"]["name"] == "林**"
    assert json.loads(told[0])["user_id"] == "138****8000"
    assert not [secret for secret in SECRETS if secret in "".join(told)]


def test_without_the_keys_a_stream_is_refused_before_it_begins(house: House) -> None:
    store = house.services.keys.store
    assert isinstance(store, FileKeyStore)
    away = store.folder.with_name("elsewhere")
    store.folder.rename(away)
    try:
        refused = house.client("operator").get(house.at("/events/stream"))
    finally:
        away.rename(store.folder)
    assert refused.status_code == 503
    assert refused.json()["code"] == "keys_away"
    assert int(refused.headers["retry-after"]) > 0
