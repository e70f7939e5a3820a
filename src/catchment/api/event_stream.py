"""Server-Sent Events: a watcher's queue as a stream of text that a browser reads by itself.

Every quarter of an hour the stream ends and the browser comes back, so that a right that was taken
away, or a sign-in that ran out, is noticed.
"""

from collections.abc import AsyncIterator, Awaitable, Callable

from catchment.api.live_tail import Interest, LiveTail
from catchment.kernel import Clock

HEARTBEAT_SECONDS = 15
STREAM_SECONDS_MAX = 15 * 60
LOOK_UP_SECONDS = 1.0
"""How often a quiet stream looks whether its reader has left."""

RETRY_MS = 2_000
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def stream(
    tail: LiveTail, interest: Interest, has_left: Callable[[], Awaitable[bool]], clock: Clock
) -> AsyncIterator[str]:
    """The text of the stream, until its reader leaves or the time is up.

    Args:
        tail: reads the log.
        interest: what the reader wants to see.
        has_left: says whether the reader has left.
        clock: tells the time.
    """
    started = heard = clock.now_us()
    yield f"retry: {RETRY_MS}\n\n"
    async with tail.watch(interest) as watcher:
        while not (watcher.is_over or await has_left()):
            tailed, dropped = await watcher.take(LOOK_UP_SECONDS)
            now = clock.now_us()
            if dropped:
                yield f'event: dropped\ndata: {{"count":{dropped}}}\n\n'
            for one in tailed:
                yield f"id: {one.position}\nevent: entry\ndata: {one.json}\n\n"
            if tailed or dropped:
                heard = now
            elif now - heard >= HEARTBEAT_SECONDS * 1_000_000:
                heard = now
                yield ": still here\n\n"
            if now - started >= STREAM_SECONDS_MAX * 1_000_000:
                return
