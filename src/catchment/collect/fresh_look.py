"""Before a sender is refused, one more look: what was made a moment ago must be known at once.

What write keys lead to is answered from memory, which follows the records within half a second. A
script makes a source and posts in the same breath. So a request that memory would refuse waits for
a look at the records that begins after it came. Looks are shared: however many are about to be
refused, one look answers all who came before it began, and the next begins a pause later. A storm
of wrong keys so costs the records `1 / LOOK_PAUSE` readings of one number a second, and whoever
memory knows waits for nothing.
"""

import asyncio
from collections.abc import Callable

import structlog

from catchment.collect.errors import SenderUncertain

LOOK_PAUSE_SECONDS = 0.05
"""Between two looks. So long at most, and one look more, does a refusal take."""

AWAY_PAUSE_SECONDS = 0.5
"""The same after a look that the records did not answer."""

LOOK_SECONDS_MAX = 10.0
"""Nobody waits longer for a look; then they are told to come again."""

WAITING_MAX = 2_000
"""Requests that may wait for a look at once; past it they are told to come again."""

WAITING_BYTES_MAX = 32 * 1024 * 1024
"""The same for their bodies: a quarter of what the collector may hold."""

_log = structlog.get_logger(__name__)


class FreshLook:
    """Lets many wait for one look at the records.

    Args:
        look: looks, in a thread of its own; false where the records did not answer.
        seconds_max: nobody waits longer.
    """

    def __init__(self, look: Callable[[], bool], *, seconds_max: float = LOOK_SECONDS_MAX) -> None:
        self._look = look
        self._seconds_max = seconds_max
        self._waiting: list[asyncio.Future[None]] = []
        self._held = 0
        self._held_bytes = 0
        self._looking: asyncio.Task[None] | None = None

    async def wait(self, held_bytes: int) -> None:
        """Returns after a look that began no earlier than this call.

        Args:
            held_bytes: what the caller keeps in memory meanwhile.

        Raises:
            SenderUncertain: the records did not answer, or too many are waiting.
        """
        is_full = self._held >= WAITING_MAX or self._held_bytes + held_bytes > WAITING_BYTES_MAX
        if is_full:
            raise SenderUncertain
        self._held += 1
        self._held_bytes += held_bytes
        try:
            promise: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(promise)
            if self._looking is None:
                self._looking = asyncio.create_task(self._keep_looking())
            await asyncio.wait_for(promise, self._seconds_max)
        except TimeoutError as late:
            raise SenderUncertain from late
        finally:
            self._held -= 1
            self._held_bytes -= held_bytes

    async def _keep_looking(self) -> None:
        try:
            while self._waiting:
                taken, self._waiting = self._waiting, []
                is_answered = await self._looked()
                for promise in taken:
                    if promise.done():
                        continue
                    if is_answered:
                        promise.set_result(None)
                    else:
                        promise.set_exception(SenderUncertain())
                await asyncio.sleep(LOOK_PAUSE_SECONDS if is_answered else AWAY_PAUSE_SECONDS)
        finally:
            self._looking = None

    async def _looked(self) -> bool:
        try:
            return await asyncio.to_thread(self._look)
        except Exception:  # noqa: BLE001  (the rim of a task: else everyone waits for ever)
            _log.exception("sources_not_looked_at")
            return False
