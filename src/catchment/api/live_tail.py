"""The live tail: one reader of the log for all who watch, each behind a bounded queue.

While somebody watches, the log is read every fifth of a second, each entry is decoded once, and
what fits a watcher's filter is put into that watcher's queue. A watcher too slow for what arrives
loses the oldest and is told how many; a burst too large for all is skipped the same way. Nobody who
only looks can slow down anybody who sends. Personal data is masked on the way: nothing of it has
been moved to the vault yet.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec
import structlog

from catchment.api.errors import TooManyStreams
from catchment.collect import decode, happened_one
from catchment.events import Event
from catchment.kernel import CatchmentError, instant_from_us
from catchment.lake import EventLog, LogEntry, Received
from catchment.vault import hide_json

POLL_SECONDS = 0.2
READ_ENTRIES_MAX = 2_000
READ_BYTES_MAX = 8 * 1024 * 1024
BEHIND_ENTRIES_MAX = 20_000
"""Further behind than this, the tail jumps to the newest instead of reading on."""

QUEUE_MAX = 500
WATCHERS_MAX = 200
WATCHERS_PER_CALLER_MAX = 20
BACKLOG_ENTRIES = 20
BACKLOG_EVENTS_MAX = 50
BULK_FORMATS = frozenset({"columns"})
"""Imports come in pages of many thousands; they are history and not shown live."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Interest:
    """What a watcher wants to see, and who it is."""

    workspace_id: str
    source_id: str | None = None
    event: str | None = None
    caller: str = ""


@dataclass(frozen=True, slots=True)
class Tailed:
    """One event as the tail tells it: where it stood, what it is filtered by, and its JSON."""

    position: int
    workspace_id: str
    source_id: str
    name: str
    json: str

    def suits(self, interest: Interest) -> bool:
        """Whether this watcher asked for it."""
        return (
            self.workspace_id == interest.workspace_id
            and interest.source_id in {None, self.source_id}
            and interest.event in {None, self.name}
        )


class Watcher:
    """One watcher's queue."""

    def __init__(self, interest: Interest) -> None:
        self.interest = interest
        self.is_over = False
        self._waiting: deque[Tailed] = deque(maxlen=QUEUE_MAX)
        self._dropped = 0
        self._wake = asyncio.Event()
        self._first_offered: int | None = None
        self._backlog_ends = 0

    def offer(self, tailed: Sequence[Tailed], *, skipped: int = 0) -> None:
        """Puts what suits into the queue; the oldest fall out of a full one."""
        fitting = [
            one for one in tailed if one.position > self._backlog_ends and one.suits(self.interest)
        ]
        if fitting and self._first_offered is None:
            self._first_offered = fitting[0].position
        overflow = max(0, len(self._waiting) + len(fitting) - QUEUE_MAX)
        self._dropped += overflow + skipped
        self._waiting.extend(fitting)
        if fitting or skipped:
            self._wake.set()

    def offer_backlog(self, tailed: Sequence[Tailed]) -> None:
        """Puts the newest of before in front, without what was offered meanwhile or will be."""
        first = self._first_offered
        older = [one for one in tailed if first is None or one.position < first]
        self._backlog_ends = max((one.position for one in older), default=0)
        self._waiting.extendleft(reversed(older[-BACKLOG_EVENTS_MAX:]))
        if older:
            self._wake.set()

    def end(self) -> None:
        """Tells the watcher that nothing more will come."""
        self.is_over = True
        self._wake.set()

    async def take(self, wait_seconds: float) -> tuple[list[Tailed], int]:
        """What has come, and how many were dropped; both empty when the wait was in vain."""
        try:
            async with asyncio.timeout(wait_seconds):
                await self._wake.wait()
        except TimeoutError:
            return [], 0
        self._wake.clear()
        taken, dropped = list(self._waiting), self._dropped
        self._waiting.clear()
        self._dropped = 0
        return taken, dropped


class LiveTail:
    """Reads the log on behalf of all watchers of this process.

    Args:
        log: the event log.
        poll_seconds: how often to look.
        watchers_max: refuse more than so many.
    """

    def __init__(
        self,
        log: EventLog,
        *,
        poll_seconds: float = POLL_SECONDS,
        watchers_max: int = WATCHERS_MAX,
    ) -> None:
        self._log = log
        self._poll_seconds = poll_seconds
        self._watchers_max = watchers_max
        self._watchers: set[Watcher] = set()
        self._reader: asyncio.Task[None] | None = None

    @property
    def watcher_count(self) -> int:
        """How many watch at present."""
        return len(self._watchers)

    def check_room(self, caller: str) -> None:
        """Does nothing, if this caller may watch too.

        Raises:
            TooManyStreams: as many as may watch do so already, or this caller often enough.
        """
        own = sum(watcher.interest.caller == caller for watcher in self._watchers)
        if len(self._watchers) >= self._watchers_max or own >= WATCHERS_PER_CALLER_MAX:
            raise TooManyStreams

    @asynccontextmanager
    async def watch(self, interest: Interest) -> AsyncIterator[Watcher]:
        """A watcher's queue, opened with the newest few events.

        Raises:
            TooManyStreams: as many as may watch do so already.
        """
        self.check_room(interest.caller)
        watcher = Watcher(interest)
        # From here on the reader offers what it reads; the backlog fills in what it read before.
        self._watchers.add(watcher)
        try:
            head = await self._head()
            if self._reader is None:
                self._reader = asyncio.create_task(self._read_on(head))
            watcher.offer_backlog(await asyncio.to_thread(self._backlog, interest))
            yield watcher
        finally:
            self._watchers.discard(watcher)
            if not self._watchers and self._reader is not None:
                self._reader.cancel()
                self._reader = None

    async def _head(self) -> int:
        return await asyncio.to_thread(self._log.head)

    def _backlog(self, interest: Interest) -> list[Tailed]:
        entries = self._log.tail(
            interest.workspace_id,  # type: ignore[arg-type]  # checked by the caller's right
            entries_max=BACKLOG_ENTRIES,
        )
        return [one for one in tailed_of(entries) if one.suits(interest)]

    async def _read_on(self, position: int) -> None:
        try:
            while True:
                await asyncio.sleep(self._poll_seconds)
                position = await self._step(position)
        except CatchmentError as trouble:
            _log.warning("live_tail_stopped", reason=trouble.message)
        finally:
            # Each watcher's stream ends, its browser comes back, and a new reader begins.
            for watcher in self._watchers:
                watcher.end()
            if self._reader is asyncio.current_task():
                self._reader = None

    async def _step(self, position: int) -> int:
        head = await self._head()
        if head <= position:
            return position
        skipped = 0
        if head - position > BEHIND_ENTRIES_MAX:
            skipped = head - position - READ_ENTRIES_MAX
            position = head - READ_ENTRIES_MAX
        entries, tailed = await asyncio.to_thread(self._read, position)
        for watcher in self._watchers:
            watcher.offer(tailed, skipped=skipped)
        return entries[-1].position if entries else head

    def _read(self, position: int) -> tuple[Sequence[LogEntry], list[Tailed]]:
        wanted = {watcher.interest.workspace_id for watcher in list(self._watchers)}
        entries = self._log.read(position, entries_max=READ_ENTRIES_MAX, bytes_max=READ_BYTES_MAX)
        return entries, tailed_of([e for e in entries if e.received.workspace_id in wanted])


def tailed_of(entries: Sequence[LogEntry]) -> list[Tailed]:
    """The events of log entries as the tail tells them, oldest first."""
    return [
        told
        for entry in entries
        if entry.received.format not in BULK_FORMATS
        for told in _told(entry.position, entry.received)
    ]


def _told(position: int, received: Received) -> list[Tailed]:
    decoded = decode(received)
    events = [
        Tailed(
            position, received.workspace_id, received.source_id, event.name,
            _json(_accepted(event, received)),
        )
        for event in decoded.events
    ]  # fmt: skip
    rejects = [
        Tailed(
            position, received.workspace_id, received.source_id, "",
            _json(_quarantined(str(reject.reason), reject.detail, received)),
        )
        for reject in decoded.rejects
    ]  # fmt: skip
    return events + rejects


def _json(entry: dict[str, object]) -> str:
    # The log holds what was sent, and whoever watches sees nobody.
    return hide_json(msgspec.json.encode(entry)).decode()


def _accepted(event: Event, received: Received) -> dict[str, object]:
    time_us, _ = happened_one(
        event.original_us, event.sent_us, received.received_us, is_historical=event.is_historical
    )
    return {
        "message_id": event.message_id,
        "name": event.name,
        "kind": event.kind,
        "source_id": received.source_id,
        "user_id": event.user_id,
        "anonymous_id": event.anonymous_id,
        "time": instant_from_us(time_us),
        "received_time": instant_from_us(received.received_us),
        "properties": _on_one_line(event.properties),
        "traits": _on_one_line(event.traits),
        "context": _on_one_line(event.context),
        "trust": received.trust,
        "status": "accepted",
        "reason": None,
    }


def _quarantined(reason: str, detail: str, received: Received) -> dict[str, object]:
    at = instant_from_us(received.received_us)
    return {
        "message_id": "",
        "name": "",
        "kind": "",
        "source_id": received.source_id,
        "user_id": None,
        "anonymous_id": None,
        "time": at,
        "received_time": at,
        "properties": {"detail": detail},
        "traits": {},
        "context": {},
        "trust": received.trust,
        "status": "quarantined",
        "reason": reason,
    }


def _on_one_line(document: bytes) -> msgspec.Raw:
    # A line break between two tokens is fine in JSON and ends a line of Server-Sent Events.
    return msgspec.Raw(msgspec.json.format(document, indent=-1))
