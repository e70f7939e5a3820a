"""Begin, finish, abandon: the three moments of a request that may be sent twice."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from catchment.access.errors import (
    IdempotencyKeyMalformed,
    IdempotencyKeyReused,
    RequestInFlight,
)
from catchment.access.idempotency import store
from catchment.kernel import Clock
from catchment.store import UnitOfWork

ANSWERS_LAST = timedelta(hours=24)
IN_FLIGHT_MAX = timedelta(minutes=2)
"""A request that has said nothing for so long is lost, and its key may be taken over."""

ANSWER_BYTES_MAX = 256 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was given before, and is given again."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to do the work of a key, once."""

    place: store.Place
    begun_at: datetime


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same one."""
    digest = sha256()
    for part in (method.encode(), path.encode(), body):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def begin(
    uow: UnitOfWork,
    workspace_id: str,
    actor: str,
    key: str,
    request: str,
    *,
    clock: Clock,
) -> Answer | Ticket:
    """A ticket to do the work, or the answer that was given before.

    Args:
        uow: committed before the work begins, so that others see it has.
        workspace_id: where; empty for requests that belong to none.
        actor: whose key; callers do not see each other's.
        key: out of the header.
        request: the request's `fingerprint`.
        clock: tells the time.

    Raises:
        IdempotencyKeyMalformed: empty, too long, or not printable ASCII.
        IdempotencyKeyReused: the key was used for another request.
        RequestInFlight: the same request is still being worked on.
    """
    if not 0 < len(key) <= store.KEY_LENGTH_MAX or not (key.isascii() and key.isprintable()):
        raise IdempotencyKeyMalformed
    place, now = store.Place(workspace_id, actor, _hashed(key)), clock.now()
    request = _bound(key, request)
    if store.insert_begun(uow, place, request, now):
        return Ticket(place, now)
    kept = store.lock(uow, place)
    if kept is None:
        raise RequestInFlight  # it was given up between our two looks
    if now - kept.begun_at >= ANSWERS_LAST:
        store.delete_before(uow, now - ANSWERS_LAST + timedelta(microseconds=1))
        store.insert_begun(uow, place, request, now)
        return Ticket(place, now)
    if kept.fingerprint != request:
        raise IdempotencyKeyReused
    if kept.status is not None:
        return Answer(kept.status, kept.content_type or "", kept.body or b"")
    if now - kept.begun_at < IN_FLIGHT_MAX:
        raise RequestInFlight
    store.begin_again(uow, place, now)
    return Ticket(place, now)


def _hashed(key: str) -> str:
    """A key as it is kept: some senders put a phone or an order into it."""
    return sha256(b"idempotency key\0" + key.encode()).hexdigest()


def _bound(key: str, request: str) -> str:
    """A fingerprint that says nothing of its request to who does not have the key.

    A request is short, and may be about a phone: a plain hash of it could be guessed.
    """
    return hmac.new(key.encode(), request.encode(), sha256).hexdigest()


def finish(uow: UnitOfWork, ticket: Ticket, answer: Answer) -> None:
    """Keeps the answer, in the unit of work that did the work.

    Raises:
        RequestInFlight: the work took so long that another request has taken the key over; this
            unit of work must not be kept.
    """
    body = answer.body if len(answer.body) <= ANSWER_BYTES_MAX else b""
    kept = store.write_answer(
        uow, ticket.place, ticket.begun_at,
        status=answer.status, content_type=answer.content_type, body=body,
    )  # fmt: skip
    if not kept:
        raise RequestInFlight


def abandon(uow: UnitOfWork, ticket: Ticket) -> None:
    """Frees the key: nothing was done, and the same request may come again."""
    store.delete_begun(uow, ticket.place, ticket.begun_at)


def forget_answers(uow: UnitOfWork, *, clock: Clock) -> int:
    """Deletes answers older than `ANSWERS_LAST`; returns how many."""
    return store.delete_before(uow, clock.now() - ANSWERS_LAST)
