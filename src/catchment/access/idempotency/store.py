"""The table of answers given, and every statement that touches it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer, LargeBinary, String, Table, and_, delete, select, update

from catchment.store import ID_LENGTH_MAX, Instant, UnitOfWork, insert_or_ignore, metadata
from catchment.store import workspace_column as workspace

KEY_LENGTH_MAX = 255

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    # empty for requests that belong to no workspace, such as making one
    workspace(),
    Column("actor", String(ID_LENGTH_MAX), primary_key=True),
    Column("key", String(KEY_LENGTH_MAX), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("begun_at", Instant, nullable=False),
    # empty while the request is being worked on
    Column("status", Integer),
    Column("content_type", String(100)),
    Column("body", LargeBinary),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What lies under a key."""

    fingerprint: str
    begun_at: datetime
    status: int | None
    content_type: str | None
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where: whose key in which workspace."""

    workspace_id: str
    actor: str
    key: str


def insert_begun(uow: UnitOfWork, place: Place, fingerprint: str, now: datetime) -> bool:
    """Marks a key as being worked on; false when it is taken."""
    row = {
        "workspace_id": place.workspace_id, "actor": place.actor, "key": place.key,
        "fingerprint": fingerprint, "begun_at": now,
    }  # fmt: skip
    return insert_or_ignore(uow, idempotency_keys, [row]) == 1


def lock(uow: UnitOfWork, place: Place) -> Kept | None:
    """What lies under a key, held until the end of this transaction."""
    row = uow.connection.execute(
        select(idempotency_keys).where(_at(place)).with_for_update()
    ).one_or_none()
    if row is None:
        return None
    return Kept(row.fingerprint, row.begun_at, row.status, row.content_type, row.body)


def begin_again(uow: UnitOfWork, place: Place, now: datetime) -> None:
    """Takes over a key whose request was lost."""
    uow.connection.execute(update(idempotency_keys).where(_at(place)).values(begun_at=now))


def write_answer(
    uow: UnitOfWork,
    place: Place,
    begun_at: datetime,
    *,
    status: int,
    content_type: str,
    body: bytes,
) -> bool:
    """Keeps the answer; false when another request has taken the key over."""
    statement = (
        update(idempotency_keys)
        .where(_at(place), idempotency_keys.c.begun_at == begun_at)
        .where(idempotency_keys.c.status.is_(None))
        .values(status=status, content_type=content_type, body=body)
    )
    return uow.connection.execute(statement).rowcount == 1


def delete_begun(uow: UnitOfWork, place: Place, begun_at: datetime) -> None:
    """Frees a key whose request came to nothing."""
    uow.connection.execute(
        delete(idempotency_keys).where(
            _at(place),
            idempotency_keys.c.begun_at == begun_at,
            idempotency_keys.c.status.is_(None),
        )
    )


def delete_before(uow: UnitOfWork, before: datetime) -> int:
    """Deletes what was begun before this instant; returns how many."""
    statement = delete(idempotency_keys).where(idempotency_keys.c.begun_at < before)
    return uow.connection.execute(statement).rowcount


def _at(place: Place) -> Any:
    return and_(
        idempotency_keys.c.workspace_id == place.workspace_id,
        idempotency_keys.c.actor == place.actor,
        idempotency_keys.c.key == place.key,
    )
