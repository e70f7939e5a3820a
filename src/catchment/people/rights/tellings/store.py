"""The tables of connected systems and of what each was told, and every statement on them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    func,
    insert,
    select,
    update,
)

from catchment.kernel import WorkspaceId
from catchment.people.rights.types import ConnectedSystem, SystemState, Telling
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    insert_or_ignore,
    metadata,
    workspace_column,
)

TELLINGS_AT_ONCE = 200

connected_systems = Table(
    "connected_systems",
    metadata,
    workspace_column(),
    id_column(),
    Column("name", String(100), nullable=False),
    Column("url", String(500), nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("created_by", String(ID_LENGTH_MAX), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("deleted_at", Instant),
)

system_tellings = Table(
    "system_tellings",
    metadata,
    workspace_column(),
    id_column("request_id"),
    id_column("system_id"),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("detail", String(500), nullable=False),
    # whom it is about, sealed; nothing once the system has answered
    Column("body", LargeBinary),
    Column("created_at", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index("ix_system_tellings_state", "state", "next_at"),
)


def insert_system(
    uow: UnitOfWork, workspace_id: WorkspaceId, system: ConnectedSystem, secret: bytes
) -> None:
    """Connects a system."""
    row = {key: value for key, value in asdict(system).items() if key != "states"}
    uow.connection.execute(
        insert(connected_systems).values(
            workspace_id=workspace_id, **row, secret=secret, deleted_at=None
        )
    )


def systems_of(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[ConnectedSystem]:
    """The systems that are connected, oldest first, and how far each is with what it was told."""
    told = system_tellings.c
    counted = (
        select(told.system_id, told.state, func.count().label("count"))
        .where(told.workspace_id == workspace_id)
        .group_by(told.system_id, told.state)
    )
    states: dict[str, dict[str, int]] = {}
    for row in uow.connection.execute(counted):
        # `row.count` is a method of every row.
        states.setdefault(row.system_id, {})[row.state] = int(row[2])
    kept = connected_systems.c
    statement = (
        select(connected_systems)
        .where(kept.workspace_id == workspace_id, kept.deleted_at.is_(None))
        .order_by(kept.id)
    )
    return [
        ConnectedSystem(
            row.id, row.name, row.url, row.created_by, row.created_at, states.get(row.id, {})
        )
        for row in uow.connection.execute(statement)
    ]


def secret_of(
    uow: UnitOfWork, workspace_id: WorkspaceId, system_id: str
) -> tuple[str, bytes] | None:
    """Where a system listens, and its secret, sealed; nothing once it was taken off."""
    kept = connected_systems.c
    statement = select(kept.url, kept.secret).where(
        kept.workspace_id == workspace_id, kept.id == system_id, kept.deleted_at.is_(None)
    )
    row = uow.connection.execute(statement).one_or_none()
    return (row.url, row.secret) if row else None


def delete_system(uow: UnitOfWork, workspace_id: WorkspaceId, system_id: str, at: datetime) -> bool:
    """Takes a system off; what it was told stays written. False when there is none."""
    kept = connected_systems.c
    gone = uow.connection.execute(
        update(connected_systems)
        .where(kept.workspace_id == workspace_id, kept.id == system_id, kept.deleted_at.is_(None))
        .values(deleted_at=at, secret=b"")
    )
    return gone.rowcount == 1


def insert_tellings(uow: UnitOfWork, tellings: Sequence[tuple[Telling, bytes]]) -> None:
    """Notes whom a deletion is to be told to, with the body that each is sent."""
    rows = [
        {**asdict(one), "state": one.state.value, "body": body, "changed_at": one.created_at}
        for one, body in tellings
    ]
    insert_or_ignore(uow, system_tellings, rows)


def tellings_of(uow: UnitOfWork, workspace_id: WorkspaceId, request_id: str) -> Sequence[Telling]:
    """How far each system is with a deletion."""
    told = system_tellings.c
    statement = (
        select(system_tellings)
        .where(told.workspace_id == workspace_id, told.request_id == request_id)
        .order_by(told.system_id)
    )
    return [_telling(row) for row in uow.connection.execute(statement)]


def tellings_due(uow: UnitOfWork, now: datetime) -> Sequence[tuple[Telling, bytes | None]]:
    """What is to be told now, with the body."""
    told = system_tellings.c
    statement = (
        select(system_tellings)
        .where(
            told.state.in_([SystemState.INITIALIZED, SystemState.RUNNING, SystemState.PARTIAL]),
            told.next_at <= now,
        )
        .order_by(told.next_at)
        .limit(TELLINGS_AT_ONCE)
    )
    return [(_telling(row), row.body) for row in uow.connection.execute(statement)]


def change_telling(uow: UnitOfWork, telling: Telling, now: datetime, *, is_over: bool) -> None:
    """Writes how far a system is; once it is over, whom it was about is kept no more."""
    told = system_tellings.c
    values: dict[str, Any] = {
        "state": telling.state.value, "attempts": telling.attempts,
        "detail": telling.detail[:500], "next_at": telling.next_at, "changed_at": now,
    }  # fmt: skip
    if is_over:
        values["body"] = None
    uow.connection.execute(
        update(system_tellings)
        .where(
            told.workspace_id == telling.workspace_id,
            told.request_id == telling.request_id,
            told.system_id == telling.system_id,
        )
        .values(**values)
    )


def _telling(row: "Row[Any]") -> Telling:
    return Telling(
        WorkspaceId(row.workspace_id), row.request_id, row.system_id, SystemState(row.state),
        row.attempts, row.detail, row.created_at, row.next_at,
    )  # fmt: skip
