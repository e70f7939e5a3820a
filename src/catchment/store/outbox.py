"""The outbox: notices written with what they speak of, delivered afterwards.

`announce` writes a notice into the transaction that made it true, so there is never a change
without its notice, nor a notice without its change. `Outbox.deliver` then hands every notice to
every subscriber, in order, at least once, and notes each delivery in the subscriber's own
transaction: what a subscriber writes through the unit of work it is given happens exactly once,
even when the process dies between the two. What it does elsewhere it must make idempotent by the
notice's id.

One subscriber's trouble delays nobody else: its own later notices wait, and after
`DELIVERY_ATTEMPTS_MAX` attempts the notice is parked with the reason and the next one follows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    exists,
    insert,
    select,
    update,
)

from catchment.events import notices
from catchment.kernel import Clock, IdMaker, WorkspaceId
from catchment.store.columns import ID_LENGTH_MAX, Instant, metadata
from catchment.store.database import Database
from catchment.store.unit_of_work import UnitOfWork
from catchment.store.writing import insert_or_ignore

DELIVERY_ATTEMPTS_MAX = 10
DELIVERY_BATCH_MAX = 200
DELIVERY_RETRY_SECONDS = 2
REASON_LENGTH_MAX = 500

_log = structlog.get_logger(__name__)

outbox = Table(
    "outbox",
    metadata,
    # SQLite gives rising row ids to INTEGER only; a variant keeps PostgreSQL's 64 bits.
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("workspace_id", String(ID_LENGTH_MAX), nullable=False),
    Column("notice_id", String(ID_LENGTH_MAX), nullable=False),
    Column("at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    Index("uq_outbox_notice", "workspace_id", "notice_id", unique=True),
    sqlite_autoincrement=True,
    info={"key": "the order of announcing runs through all workspaces"},
)

deliveries = Table(
    "outbox_deliveries",
    metadata,
    Column("subscriber", String(ID_LENGTH_MAX), primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    # waiting | done | parked
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("reason", Text),
    info={"key": "a position belongs to one notice, and that to one workspace"},
)

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(notices.NoticeBody).decode


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as a subscriber gets it.

    Attributes:
        id: the same at every delivery; what a subscriber dedupes by.
        position: rises in the order of announcing.
        workspace_id: whose.
        at: when it became true.
        body: what happened: one of `events.notices`.
    """

    id: str
    position: int
    workspace_id: WorkspaceId
    at: datetime
    body: notices.NoticeBody


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who wants to hear, under a name that never changes.

    Attributes:
        name: what its deliveries are noted under.
        wants: the notices it answers.
        answer: called with the notice and the unit of work that notes the delivery.
    """

    name: str
    wants: tuple[type, ...]
    answer: Callable[[Notice, UnitOfWork], None]


def announce(uow: UnitOfWork, body: notices.NoticeBody, *, clock: Clock, ids: IdMaker) -> None:
    """Writes a notice into this unit of work; it is delivered after the commit, if there is one."""
    announce_all(uow, [body], clock=clock, ids=ids)


def announce_all(
    uow: UnitOfWork, bodies: Sequence[notices.NoticeBody], *, clock: Clock, ids: IdMaker
) -> None:
    """Writes many notices at once, to be delivered in this order."""
    at = clock.now()
    rows = [
        {
            "workspace_id": body.workspace_id,
            "notice_id": ids.make("ntc"),
            "at": at,
            "body": _encode(body).decode(),
        }
        for body in bodies
    ]
    if rows:
        uow.connection.execute(insert(outbox), rows)


class Outbox:
    """Delivers notices to the subscribers it was given."""

    def __init__(self, database: Database, clock: Clock, subscribers: Sequence[Subscriber]) -> None:
        names = [subscriber.name for subscriber in subscribers]
        if len(set(names)) != len(names):
            raise ValueError(f"two subscribers share a name: {sorted(names)}")
        self._database = database
        self._clock = clock
        self._subscribers = tuple(subscribers)

    def deliver(self, *, limit: int = DELIVERY_BATCH_MAX) -> int:
        """Delivers what is waiting, up to `limit` notices a subscriber; returns how many."""
        return sum(self._deliver_to(subscriber, limit) for subscriber in self._subscribers)

    def forget_before(self, instant: datetime) -> int:
        """Deletes notices older than this that every subscriber is done with; returns how many."""
        with UnitOfWork(self._database) as uow:
            done = select(outbox.c.position).where(outbox.c.at < instant)
            for subscriber in self._subscribers:
                done = done.where(_is_settled(subscriber.name))
            gone = [row.position for row in uow.connection.execute(done.limit(10_000))]
            if gone:
                uow.connection.execute(delete(deliveries).where(deliveries.c.position.in_(gone)))
                uow.connection.execute(delete(outbox).where(outbox.c.position.in_(gone)))
        return len(gone)

    def _deliver_to(self, subscriber: Subscriber, limit: int) -> int:
        with UnitOfWork(self._database, reads_only=True) as uow:
            waiting = (
                select(outbox)
                .where(~_is_settled(subscriber.name))
                .order_by(outbox.c.position)
                .limit(limit)
            )
            rows = uow.connection.execute(waiting).all()
        delivered = 0
        for row in rows:
            notice = _notice(row)
            try:
                with UnitOfWork(self._database) as uow:
                    if not self._take(uow, subscriber, notice):
                        break
                    if isinstance(notice.body, subscriber.wants):
                        subscriber.answer(notice, uow)
                        delivered += 1
                    self._settle(uow, subscriber, notice, "done")
            except Exception as trouble:  # noqa: BLE001  (the rim: any trouble is noted and retried)
                self._postpone(subscriber, notice, trouble)
                break
        return delivered

    def _take(self, uow: UnitOfWork, subscriber: Subscriber, notice: Notice) -> bool:
        """Holds this delivery until the end of the transaction; false when it is not its time."""
        now = self._clock.now()
        insert_or_ignore(uow, deliveries, [
            {"subscriber": subscriber.name, "position": notice.position, "state": "waiting",
             "attempts": 0, "next_at": now, "reason": None},
        ])  # fmt: skip
        row = uow.connection.execute(
            select(deliveries).where(*_delivery(subscriber, notice)).with_for_update()
        ).one()
        return bool(row.state == "waiting" and row.next_at <= now)

    def _settle(
        self, uow: UnitOfWork, subscriber: Subscriber, notice: Notice, state: str, **more: Any
    ) -> None:
        uow.connection.execute(
            update(deliveries).where(*_delivery(subscriber, notice)).values(state=state, **more)
        )

    def _postpone(self, subscriber: Subscriber, notice: Notice, trouble: Exception) -> None:
        with UnitOfWork(self._database) as uow:
            if not self._take(uow, subscriber, notice):
                return
            tried = select(deliveries.c.attempts).where(*_delivery(subscriber, notice))
            attempts = 1 + int(uow.connection.execute(tried).scalar_one())
            given_up = attempts >= DELIVERY_ATTEMPTS_MAX
            wait = timedelta(seconds=DELIVERY_RETRY_SECONDS * 2 ** min(attempts - 1, 8))
            self._settle(
                uow,
                subscriber,
                notice,
                "parked" if given_up else "waiting",
                attempts=attempts,
                next_at=self._clock.now() + wait,
                reason=f"{type(trouble).__name__}: {trouble}"[:REASON_LENGTH_MAX],
            )
        _log.warning(
            "notice_not_delivered", subscriber=subscriber.name, notice=notice.id,
            attempts=attempts, parked=given_up, reason=str(trouble),
        )  # fmt: skip


def _is_settled(subscriber: str) -> Any:
    return exists().where(
        deliveries.c.subscriber == subscriber,
        deliveries.c.position == outbox.c.position,
        deliveries.c.state != "waiting",
    )


def _delivery(subscriber: Subscriber, notice: Notice) -> tuple[Any, Any]:
    return (
        deliveries.c.subscriber == subscriber.name,
        deliveries.c.position == notice.position,
    )


def _notice(row: "Row[Any]") -> Notice:
    return Notice(
        id=row.notice_id,
        position=row.position,
        workspace_id=WorkspaceId(row.workspace_id),
        at=row.at,
        body=_decode(row.body),
    )
