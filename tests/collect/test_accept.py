"""Accepting: nothing is acknowledged before it is on disk, and every "no" names its place."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest

from catchment.collect import (
    Acceptor,
    BodyTooLarge,
    EventStatus,
    EventTooLarge,
    Intake,
    MalformedBody,
    ReasonCode,
    Receipt,
    Submission,
    TooManyEvents,
    UnknownWriteKey,
)
from catchment.kernel import WorkspaceId
from catchment.lake import LogOverloaded, LogUnavailable, Received

INTAKE = Intake(WorkspaceId("w"), "src", frozenset({"shop-tablet"}))


class StoppedClock:
    """A clock that stands still."""

    def now(self) -> datetime:
        """Always the same instant."""
        return datetime(2026, 1, 1, tzinfo=UTC)

    def now_us(self) -> int:
        """Always the same instant."""
        return 1_767_225_600_000_000


class Directory:
    """Knows the write key `key`."""

    async def find(self, write_key: str) -> Intake | None:
        """Leads to the one source."""
        return INTAKE if write_key == "key" else None


class HeldLog:
    """A log whose disk is as slow, full or broken as a test wants."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.on_disk: list[Received] = []
        self.release = asyncio.Event()
        self.release.set()
        self.trouble = trouble

    async def append(self, received: Received) -> int:
        """Waits for the test's word, then keeps or fails."""
        await self.release.wait()
        if self.trouble is not None:
            raise self.trouble
        self.on_disk.append(received)
        return len(self.on_disk)


def acceptor(log: HeldLog) -> Acceptor:
    return Acceptor(Directory(), log, StoppedClock())


def submission(body: object, format_name: str = "segment", key: str | None = "key") -> Submission:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Submission(format_name, raw, key)


def accept(body: object, format_name: str = "segment", key: str | None = "key") -> Receipt:
    return asyncio.run(acceptor(HeldLog()).accept(submission(body, format_name, key)))


CALL = {"type": "track", "event": "X", "userId": "u", "messageId": "m"}


async def is_acknowledged_before_the_disk(taker: Acceptor, log: HeldLog) -> bool:
    """Whether the taker says yes while the disk has not."""
    log.release.clear()
    task = asyncio.create_task(taker.accept(submission({"batch": [CALL]})))
    for _ in range(20):
        await asyncio.sleep(0)
    was_done = task.done()
    log.release.set()
    await task
    return was_done


class HastyAcceptor(Acceptor):
    """The wrong way: thanks first, writes later."""

    async def accept(self, submission: Submission) -> Receipt:
        """Says yes at once."""
        self._later = asyncio.create_task(super().accept(submission))
        return Receipt(INTAKE, 1)


def test_yes_is_said_only_after_the_disk_has_it_and_haste_is_caught() -> None:
    async def story() -> tuple[bool, bool]:
        log = HeldLog()
        careful = await is_acknowledged_before_the_disk(acceptor(log), log)
        hasty = HastyAcceptor(Directory(), log, StoppedClock())
        return careful, await is_acknowledged_before_the_disk(hasty, log)

    assert asyncio.run(story()) == (False, True)


@pytest.mark.parametrize("trouble", [LogOverloaded(), LogUnavailable()])
def test_what_the_disk_refuses_is_refused(trouble: Exception) -> None:
    log = HeldLog(trouble)
    with pytest.raises(type(trouble)):
        asyncio.run(acceptor(log).accept(submission({"batch": [CALL]})))
    with pytest.raises(type(trouble)):
        asyncio.run(acceptor(log).accept_each(submission({"events": [CALL]}, "catchment")))


def test_the_body_is_kept_as_it_came() -> None:
    log = HeldLog()
    body = b' {"batch": [ {"type" : "track", "userId":"u", "event":"X"} , 3 ] } '
    receipt = asyncio.run(acceptor(log).accept(submission(body)))
    assert receipt.events == 2
    assert log.on_disk == [
        Received(WorkspaceId("w"), "src", "segment", 1_767_225_600_000_000, body)
    ]


@pytest.mark.parametrize(
    ("format_name", "body"),
    [
        ("segment", {"batch": [CALL], "writeKey": "key"}),
        ("segment/track", {**CALL, "writeKey": "key"}),
        ("catchment", {"events": [CALL], "write_key": "key"}),
        ("catchment", {**CALL, "writeKey": "key"}),
        ("posthog", {"api_key": "key", "batch": [{"event": "X"}]}),
        ("posthog", {"token": "key", "event": "X"}),
        ("posthog", [{"event": "X", "properties": {"token": "key"}}]),
        ("sensors", [{"type": "track", "project": "key"}]),
    ],
)
def test_the_write_key_may_stand_in_the_body(format_name: str, body: object) -> None:
    assert accept(body, format_name, key=None).intake is INTAKE
    wrong = json.loads(json.dumps(body).replace('"key"', '"other"'))
    with pytest.raises(UnknownWriteKey):
        accept(wrong, format_name, key=None)


@pytest.mark.parametrize("key", [None, "", "other", "k" * 10_000])
def test_an_unknown_write_key_is_refused(key: str | None) -> None:
    with pytest.raises(UnknownWriteKey):
        accept({"batch": [CALL]}, key=key)


def test_limits_are_exact() -> None:
    small = {"type": "track", "event": "X", "userId": "u"}
    assert accept({"batch": [small] * 2_500}).events == 2_500
    with pytest.raises(TooManyEvents):
        accept({"batch": [small] * 2_501})
    padding = 500 * 1024 - len(b'{"batch":[],"x":""}')
    assert accept(b'{"batch":[],"x":"%s"}' % (b"y" * padding)).events == 0
    with pytest.raises(BodyTooLarge):
        accept(b'{"batch":[],"x":"%s"}' % (b"y" * (padding + 1)))
    padding = 32 * 1024 - len(b'{"event":"X","x":""}')
    assert accept(b'{"event":"X","x":"%s"}' % (b"y" * padding), "segment/track").events == 1
    with pytest.raises(EventTooLarge):
        accept(b'{"event":"X","x":"%s"}' % (b"y" * (padding + 1)), "segment/track")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"", {"byte": 0}),
        (b'{"batch": [}', {"byte": 11, "line": 1, "column": 12}),
        (b'{"batch":\n [1,\n }', {"byte": 16, "line": 3, "column": 2}),
        (b"not json", {"byte": 0, "line": 1, "column": 1}),
        (b"{}", {"pointer": ""}),
        (b'{"batch": 5}', {"pointer": "/batch"}),
        (b"[]", {"pointer": ""}),
        (b'"text"', {"pointer": ""}),
    ],
)
def test_a_malformed_batch_is_refused_with_the_place(body: bytes, place: dict[str, object]) -> None:
    with pytest.raises(MalformedBody) as refused:
        accept(body)
    assert refused.value.details == place


def test_each_event_is_answered_for() -> None:
    log = HeldLog()
    taker = acceptor(log)
    event = {"event": "X", "user_id": "u"}
    events = [
        {**event, "message_id": "1"},
        {"event": "X", "message_id": "2"},
        {**event, "message_id": "1"},
        {"event": "X", "user_id": "shop-tablet", "message_id": "3"},
        {**event, "message_id": "4"},
    ]

    async def story() -> tuple[Receipt, Receipt]:
        first = await taker.accept_each(submission({"events": events}, "catchment"))
        again = await taker.accept_each(submission({"events": events[:1]}, "catchment"))
        return first, again

    first, again = asyncio.run(story())
    told = [(r.message_id, r.status, r.reason) for r in first.results]
    assert told == [
        ("1", EventStatus.ACCEPTED, None),
        ("2", EventStatus.QUARANTINED, ReasonCode.MISSING_IDENTITY),
        ("1", EventStatus.DUPLICATE, None),
        ("3", EventStatus.QUARANTINED, ReasonCode.BLOCKED_IDENTIFIER),
        ("4", EventStatus.ACCEPTED, None),
    ]
    assert [r.status for r in again.results] == [EventStatus.DUPLICATE]
    assert len(log.on_disk) == 2


def test_what_never_reached_the_disk_is_no_duplicate() -> None:
    log = HeldLog(LogUnavailable())
    taker = acceptor(log)
    one = submission({"events": [{"event": "X", "user_id": "u", "message_id": "1"}]}, "catchment")

    async def story() -> Receipt:
        with pytest.raises(LogUnavailable):
            await taker.accept_each(one)
        log.trouble = None
        return await taker.accept_each(one)

    assert [r.status for r in asyncio.run(story()).results] == [EventStatus.ACCEPTED]
