"""Each signed request counts once: its id is on disk before its events are.

The id is kept in the records, so another process, or the same one after a fall, knows it too. It
is kept for as long as its time stamp could be believed. Those who wait share one trip to the disk.

Until its events are on disk too an id is *pending*. If we fall between, whoever sends the same body
again under the same id is let in once the claim is old enough to have been given up; and should the
events have been in the log after all, they have landed already and count once.
"""

import asyncio
from collections.abc import Sequence

import structlog

from catchment.collect.signing import store
from catchment.collect.signing.signature import (
    Nonce,
    SignatureReplayed,
    Signed,
    SignedUnderWay,
    check_signature,
    nonce_of,
)
from catchment.collect.signing.store import Claim
from catchment.kernel import CatchmentError, Clock, Unavailable, WorkspaceId
from catchment.store import Database, UnitOfWork

WAITING_MAX = 10_000
"""Signed requests that may wait for the disk at once; past it they are told to come again."""

SWEEP_EVERY_US = 60_000_000

PENDING_US = 10_000_000
"""Longer than this no request is on its way to the disk: whoever carried it has fallen."""

_log = structlog.get_logger(__name__)

_Waiting = tuple[Nonce, bool, "asyncio.Future[Claim]"]
"""A request, whether it is in the log already, and who waits to hear what is known of it."""


class TooManySigned(Unavailable):
    """More signed requests are waiting to be told apart than there is room for; come again."""


class SeenRequests:
    """Remembers signed requests, in the records.

    Args:
        database: the records.
        clock: says what may be forgotten.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._swept_us = 0

    async def claim(self, nonce: Nonce) -> bool:
        """Whether this request is the first with its id; it is pending when this returns.

        Raises:
            RecordsUnavailable: it cannot be known.
            SignedUnderWay: the same request is pending; whether it is kept is not known yet.
            TooManySigned: too many are waiting.
        """
        if len(self._waiting) >= WAITING_MAX:
            raise TooManySigned
        known = await self._ask(nonce, is_kept=False)
        if known is Claim.UNDER_WAY:
            raise SignedUnderWay
        return known is Claim.FIRST

    async def kept(self, nonce: Nonce) -> None:
        """Notes that a request that was claimed is in the log.

        If that cannot be noted it stays pending: sent again it is let in, and counts once.
        """
        try:
            await self._ask(nonce, is_kept=True)
        except CatchmentError as away:
            _log.warning("signed_request_stays_pending", reason=away.message)

    def believe(
        self, signed: Signed, secrets: Sequence[bytes], workspace_id: WorkspaceId, sender: str
    ) -> None:
        """Does nothing, if one of these secrets signed this request and it came but once.

        For callers that are few and may wait: the brand's exchange, another system's call back.

        Raises:
            SignatureRefused: as its subclasses say.
            RecordsUnavailable: whether it came before cannot be known.
        """
        at_us = check_signature(signed, secrets, now_us=self._clock.now_us())
        nonce = nonce_of(signed, workspace_id, sender, at_us)
        # What follows is a reading or is done again without harm: it is kept at once.
        if self._remember([nonce], [nonce])[0] is not Claim.FIRST:
            raise SignatureReplayed

    async def let_go(self, nonce: Nonce) -> None:
        """Forgets a request that was not taken in after all, so that it may be sent again."""
        try:
            await asyncio.to_thread(self._let_go, nonce)
        except CatchmentError as away:
            _log.warning("signed_request_not_let_go", reason=away.message)

    async def _ask(self, nonce: Nonce, *, is_kept: bool) -> Claim:
        promise: asyncio.Future[Claim] = asyncio.get_running_loop().create_future()
        self._waiting.append((nonce, is_kept, promise))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await promise

    async def _write(self) -> None:
        try:
            while self._waiting:
                taken, self._waiting = self._waiting, []
                await self._settle(taken)
        finally:
            self._writing = None

    async def _settle(self, taken: Sequence[_Waiting]) -> None:
        coming = [(nonce, promise) for nonce, is_kept, promise in taken if not is_kept]
        kept = [(nonce, promise) for nonce, is_kept, promise in taken if is_kept]
        try:
            told = await asyncio.to_thread(
                self._remember, [nonce for nonce, _ in coming], [nonce for nonce, _ in kept]
            )
        except Exception as away:  # noqa: BLE001  (the rim of a task: else everyone waits for ever)
            for _, _, promise in taken:
                if not promise.done():
                    promise.set_exception(away)
            return
        answers = [*told, *[Claim.SEEN] * len(kept)]
        for (_, promise), known in zip([*coming, *kept], answers, strict=True):
            if not promise.done():
                promise.set_result(known)

    def _remember(self, nonces: Sequence[Nonce], kept: Sequence[Nonce]) -> list[Claim]:
        # In one order everywhere: two processes that meet on the same ids then never wait for
        # each other in a circle.
        order = sorted(range(len(nonces)), key=lambda place: nonces[place].nonce)
        now_us = self._clock.now_us()
        known = [Claim.SEEN] * len(nonces)
        with UnitOfWork(self._database) as uow:
            told = store.remember(
                uow, [nonces[place] for place in order], now_us=now_us,
                given_up_us=now_us - PENDING_US,
            )  # fmt: skip
            store.keep_for_good(uow, sorted(kept, key=lambda one: one.nonce))
            if not 0 <= now_us - self._swept_us < SWEEP_EVERY_US:
                store.sweep(uow, now_us)
                self._swept_us = now_us
        for place, one in zip(order, told, strict=True):
            known[place] = one
        return known

    def _let_go(self, nonce: Nonce) -> None:
        with UnitOfWork(self._database) as uow:
            store.let_go(uow, nonce)
