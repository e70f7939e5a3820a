"""Group commit: requests that arrive together share one trip to the disk.

A trip costs the same for one entry as for a thousand, so each request waits for the commit under
way to end, and the next commit takes along everyone who came meanwhile. What waits is bounded; past
the bound a request is refused at once rather than kept hoping.
"""

import asyncio
import threading
from collections import deque
from types import TracebackType
from typing import Self

from catchment.kernel import CatchmentError
from catchment.lake.errors import LogOverloaded, LogUnavailable
from catchment.lake.ports import EventLog, Received

WAITING_ENTRIES_MAX = 20_000
WAITING_BYTES_MAX = 128 * 1024 * 1024
COMMIT_ENTRIES_MAX = 4_000
COMMIT_BYTES_MAX = 16 * 1024 * 1024

_Waiting = tuple[Received, "asyncio.Future[int]"]


class GroupCommit:
    """An asyncio face of an event log, with one writer thread behind it.

    Args:
        log: where entries go. Its `append` runs in the writer thread only.
        waiting_entries_max: refuse beyond so many entries not yet on disk.
        waiting_bytes_max: and beyond so many bytes of them.
    """

    def __init__(
        self,
        log: EventLog,
        *,
        waiting_entries_max: int = WAITING_ENTRIES_MAX,
        waiting_bytes_max: int = WAITING_BYTES_MAX,
    ) -> None:
        self._log = log
        self._entries_max = waiting_entries_max
        self._bytes_max = waiting_bytes_max
        self._waiting: deque[_Waiting] = deque()
        self._pending_entries = 0
        self._pending_bytes = 0
        self._wake = threading.Condition()
        self._is_closing = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def pending(self) -> int:
        """Entries taken in and not yet on disk."""
        return self._pending_entries

    async def append(self, received: Received) -> int:
        """Waits until the entry is on disk; gives its position.

        Raises:
            LogOverloaded: too much is waiting already.
            LogUnavailable: it could not be written.
        """
        if self._is_closing:
            raise LogUnavailable("The event log is being closed; send it again.")
        size = len(received.body)
        is_full = (
            self._pending_entries >= self._entries_max
            or self._pending_bytes + size > self._bytes_max
        )
        # One entry larger than the bound still gets through when nothing else waits.
        if is_full and self._pending_entries:
            raise LogOverloaded
        loop = self._loop or self._start()
        promise: asyncio.Future[int] = loop.create_future()
        self._pending_entries += 1
        self._pending_bytes += size
        with self._wake:
            self._waiting.append((received, promise))
            if len(self._waiting) == 1:
                self._wake.notify()
        # A client that hangs up cancels its promise only; the entry is written all the same.
        return await promise

    async def close(self) -> None:
        """Writes what waits, then ends the writer thread. The log itself stays open."""
        self._is_closing = True
        with self._wake:
            self._wake.notify()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)
        # One turn of the loop, for the writer's last word to be heard.
        await asyncio.sleep(0)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def _start(self) -> asyncio.AbstractEventLoop:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._write, name="log-writer", daemon=True)
        self._thread.start()
        return self._loop

    def _take(self) -> list[_Waiting]:
        """Everyone who waits, within one commit's bounds; nobody once closing is done."""
        with self._wake:
            while not self._waiting and not self._is_closing:
                self._wake.wait()
            taken: list[_Waiting] = []
            bytes_left = COMMIT_BYTES_MAX
            while self._waiting and len(taken) < COMMIT_ENTRIES_MAX:
                bytes_left -= len(self._waiting[0][0].body)
                if taken and bytes_left < 0:
                    break
                taken.append(self._waiting.popleft())
            return taken

    def _write(self) -> None:
        loop = self._loop
        assert loop is not None  # noqa: S101  (started by `_start`, which sets it)
        while taken := self._take():
            outcome: int | CatchmentError
            try:
                outcome = self._log.append([received for received, _ in taken])
            except CatchmentError as refused:
                outcome = refused
            except Exception as broken:  # noqa: BLE001  (the rim of a thread: else everyone waits for ever)
                outcome = LogUnavailable(f"The event log could not be written: {broken}")
            try:
                loop.call_soon_threadsafe(self._answer, taken, outcome)
            except RuntimeError:  # the loop was closed under us: nobody is left to answer
                return

    def _answer(self, taken: list[_Waiting], outcome: int | CatchmentError) -> None:
        self._pending_entries -= len(taken)
        self._pending_bytes -= sum(len(received.body) for received, _ in taken)
        for back, (_, promise) in enumerate(reversed(taken)):
            if promise.done():
                continue
            if isinstance(outcome, int):
                promise.set_result(outcome - back)
            else:
                promise.set_exception(outcome)
