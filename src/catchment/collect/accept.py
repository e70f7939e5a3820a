"""Accepting: the collector's one use case, without a word of HTTP.

The write key leads to a source, a glance at the body says whether it may come in, and the body goes
into the log as it is. Nothing is answered before the log has it on disk; what cannot be an event is
sorted out by landing, which decodes the same bytes the same way. Only our own protocol says at once
what became of each event, and so decodes here too.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from catchment.collect.errors import (
    BodyTooLarge,
    EventTooLarge,
    MalformedBody,
    TooManyEvents,
    UnknownWriteKey,
)
from catchment.collect.formats import decode, outline
from catchment.collect.formats.bodies import BODY_BYTES_MAX, EVENTS_MAX
from catchment.collect.formats.catchment import sent_message_id
from catchment.collect.signing.signature import (
    Nonce,
    SignatureReplayed,
    SignatureRequired,
    SignatureUnexpected,
    SignatureWrong,
    Signed,
    check_signature,
    nonce_of,
)
from catchment.collect.signing.types import SecretsClosed
from catchment.collect.types import Decoded, EventResult, EventStatus, Intake
from catchment.events import EVENT_BYTES_MAX, Event, Trust, event_key
from catchment.kernel import CatchmentError, Clock
from catchment.lake import Received

RECENT_KEYS_MAX = 200_000
"""So many keys of events are remembered for answering `duplicate`; 16 bytes each and change."""

WRITE_KEY_LENGTH_MAX = 256


class SourceDirectory(Protocol):
    """Knows where a write key leads. Asked on every request, so it answers from memory."""

    async def find(self, write_key: str) -> Intake | None:
        """The intake behind the key; nothing where there is none or it is switched off."""


class Looks(Protocol):
    """Looks anew at what the directory knows. `FreshLook` is one."""

    async def wait(self, held_bytes: int) -> None:
        """Returns when what the directory answers is no older than this call."""


class ReplayGuard(Protocol):
    """Knows which signed requests were taken in. `SeenRequests` is one."""

    async def claim(self, nonce: Nonce) -> bool:
        """Whether it is the first of its kind; it is pending when this returns."""

    async def kept(self, nonce: Nonce) -> None:
        """Notes that a claimed one is on disk; from here on it may not come again."""

    async def let_go(self, nonce: Nonce) -> None:
        """Forgets one that was not taken in after all."""


class DurableAppender(Protocol):
    """Puts a body on disk. `catchment.lake.GroupCommit` is one."""

    async def append(self, received: Received) -> int:
        """Returns the position once the entry would survive a power cut, or raises."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A request, as far as collecting is concerned.

    Attributes:
        format: how to read the body, as `segment/track`.
        body: unpacked from gzip and the like.
        write_key: from the request's head or address; `None` where the body carries it.
        is_historical: sent as history.
        signed: what it says to prove who sent it; `None` where it says nothing of the kind.
    """

    format: str
    body: bytes
    write_key: str | None = None
    is_historical: bool = False
    signed: Signed | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was taken in, and is on disk.

    Attributes:
        intake: whose it is.
        events: how many items the body held.
        results: one for each, in the body's order; empty where the protocol has no place for it.
    """

    intake: Intake
    events: int
    results: Sequence[EventResult] = ()


class RecentKeys:
    """The keys of the newest events, bounded; the oldest are forgotten first."""

    def __init__(self, keys_max: int = RECENT_KEYS_MAX) -> None:
        self._keys: OrderedDict[bytes, None] = OrderedDict()
        self._keys_max = keys_max

    def __contains__(self, key: bytes) -> bool:
        return key in self._keys

    def add(self, key: bytes) -> None:
        """Remembers a key."""
        self._keys[key] = None
        if len(self._keys) > self._keys_max:
            self._keys.popitem(last=False)


class Acceptor:
    """Takes bodies in.

    Args:
        directory: where write keys lead.
        log: where bodies go; what it has confirmed is on disk.
        clock: our own clock: when it reached us.
        guard: knows the signed requests that were taken in; without, none can be believed.
        looks: asked before a sender is refused; without, what is known is the answer.
    """

    def __init__(
        self,
        directory: SourceDirectory,
        log: DurableAppender,
        clock: Clock,
        guard: ReplayGuard | None = None,
        looks: Looks | None = None,
    ) -> None:
        self._directory = directory
        self._log = log
        self._clock = clock
        self._guard = guard
        self._looks = looks
        self._recent = RecentKeys()

    async def accept(self, submission: Submission) -> Receipt:
        """Takes a body in, and returns once it is on disk.

        Raises:
            UnknownWriteKey: no source has the key.
            MalformedBody: it cannot be read; the details say where.
            BodyTooLarge: it has more bytes than a batch may have.
            EventTooLarge: it is one event, and has more bytes than one may have.
            TooManyEvents: it holds more than a batch may.
            SignatureRefused: it is not signed as its source demands, or the signature is not right.
            Unavailable: it could not be put on disk, or not told whose it is; nothing of it was
                kept.
        """
        write_key, intake, events = await self._look_at(submission)
        intake, trust, nonce = await self._believe(submission, write_key, intake)
        await self._keep(self._received(submission, intake, trust), nonce)
        return Receipt(intake, events)

    async def accept_each(self, submission: Submission) -> Receipt:
        """Takes a body in, and tells what became of each event. Raises as `accept` does."""
        write_key, intake, events = await self._look_at(submission)
        intake, trust, nonce = await self._believe(submission, write_key, intake)
        received = self._received(submission, intake, trust)
        decoded = decode(received, intake.blocked_ids)
        keys = [event_key(intake.workspace_id, event.message_id, trust) for event in decoded.events]
        is_known = self._which_are_known(keys)
        await self._keep(received, nonce)
        for key in keys:
            self._recent.add(key)
        return Receipt(intake, events, _results(decoded, is_known))

    async def _look_at(self, submission: Submission) -> tuple[str | None, Intake, int]:
        write_key, body = submission.write_key, submission.body
        intake = None
        if write_key is not None:
            intake = await self._find(write_key, len(body))
        if len(body) > BODY_BYTES_MAX:
            raise BodyTooLarge(
                f"{len(body)} bytes; a batch has at most {BODY_BYTES_MAX}", limit=BODY_BYTES_MAX
            )
        if not body:
            raise MalformedBody("the body is empty", byte=0)
        glance = outline(submission.format, body)
        if intake is None:
            write_key = glance.write_key
            intake = await self._find(write_key, len(body))
        if glance.events > EVENTS_MAX:
            raise TooManyEvents(
                f"{glance.events} events; a batch has at most {EVENTS_MAX}", limit=EVENTS_MAX
            )
        if not glance.is_batch and len(body) > EVENT_BYTES_MAX:
            raise EventTooLarge(
                f"{len(body)} bytes; an event has at most {EVENT_BYTES_MAX}", limit=EVENT_BYTES_MAX
            )
        return write_key, intake, glance.events

    async def _find(self, write_key: str | None, held_bytes: int) -> Intake:
        if not write_key:
            raise UnknownWriteKey(
                "The request has no write key: send it as the user name of Basic authorization"
            )
        if len(write_key) > WRITE_KEY_LENGTH_MAX:
            raise UnknownWriteKey
        intake = await self._directory.find(write_key)
        if intake is None and self._looks is not None:
            # It may have been made a moment ago.
            await self._looks.wait(held_bytes)
            intake = await self._directory.find(write_key)
        if intake is None:
            raise UnknownWriteKey
        return intake

    async def _believe(
        self, submission: Submission, write_key: str | None, intake: Intake
    ) -> tuple[Intake, Trust, Nonce | None]:
        """What the request is worth, by what is known or else by what a fresh look tells."""
        try:
            return intake, *self._weigh(submission, intake)
        except (SignatureRequired, SignatureUnexpected, SignatureWrong):
            if self._looks is None:
                raise
            await self._looks.wait(len(submission.body))
            anew = await self._find(write_key, len(submission.body))
            if anew.signing == intake.signing:
                raise
        return anew, *self._weigh(submission, anew)

    def _weigh(self, submission: Submission, intake: Intake) -> tuple[Trust, Nonce | None]:
        """What the request is worth, and what to remember of it where it is signed."""
        signed, signing = submission.signed, intake.signing
        if signed is None:
            if signing is not None and signing.is_required:
                raise SignatureRequired
            return Trust.CLAIM, None
        if signing is None:
            raise SignatureUnexpected
        try:
            at_us = check_signature(signed, signing.secrets, now_us=self._clock.now_us())
        except SignatureWrong:
            if signing.are_all_open:
                raise
            # One of those that are still closed may have made it.
            raise SecretsClosed from None
        return signing.trust, nonce_of(signed, intake.workspace_id, intake.source_id, at_us)

    async def _keep(self, received: Received, nonce: Nonce | None) -> None:
        """Puts the body on disk; a signed one only if it is the first with its id."""
        if nonce is None:
            await self._log.append(received)
            return
        if self._guard is None:
            raise SecretsClosed("this process cannot tell signed requests apart")
        if not await self._guard.claim(nonce):
            raise SignatureReplayed
        try:
            await self._log.append(received)
        except CatchmentError:
            # Nothing of it was kept, so the same request may come again.
            await self._guard.let_go(nonce)
            raise
        await self._guard.kept(nonce)

    def _received(self, submission: Submission, intake: Intake, trust: Trust) -> Received:
        return Received(
            intake.workspace_id,
            intake.source_id,
            submission.format,
            self._clock.now_us(),
            submission.body,
            submission.is_historical,
            trust,
        )

    def _which_are_known(self, keys: Sequence[bytes]) -> list[bool]:
        seen: set[bytes] = set()
        is_known = []
        for key in keys:
            is_known.append(key in seen or key in self._recent)
            seen.add(key)
        return is_known


def _results(decoded: Decoded, is_known: Sequence[bool]) -> list[EventResult]:
    """Lays events and rejects back into the body's order."""
    refused = {reject.index: reject for reject in decoded.rejects}
    told = iter(zip(decoded.events, is_known, strict=True))
    results = []
    for index in range(len(decoded.events) + len(decoded.rejects)):
        reject = refused.get(index)
        if reject is None:
            results.append(_told(*next(told)))
            continue
        results.append(
            EventResult(
                sent_message_id(reject.payload),
                EventStatus.QUARANTINED,
                reject.reason,
                reject.detail,
                reject.pointer,
            )
        )
    return results


def _told(event: Event, is_known: bool) -> EventResult:  # noqa: FBT001  (unpacked from a pair)
    status = EventStatus.DUPLICATE if is_known else EventStatus.ACCEPTED
    return EventResult(event.message_id, status)
