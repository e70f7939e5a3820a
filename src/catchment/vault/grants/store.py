"""The tables of grants, and every statement that touches them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    Integer,
    Row,
    String,
    Table,
    and_,
    func,
    insert,
    select,
    update,
)

from catchment.kernel import Page, WorkspaceId, instant_from_us, us_from_instant
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    insert_or_ignore,
    json_column,
    metadata,
    page_of,
    workspace_column,
)
from catchment.vault.grants.types import Approval, Grant, GrantScope, GrantSpec, GrantState
from catchment.vault.types import Purpose

grants = Table(
    "grants",
    metadata,
    workspace_column(),
    id_column(),
    Column("scope", String(16), nullable=False),
    Column("purpose", String(16), nullable=False),
    json_column("kinds"),
    Column("people_max", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("ticket", String(500), nullable=False),
    Column("state", String(16), nullable=False),
    Column("requested_by", String(ID_LENGTH_MAX), nullable=False),
    Column("requested_at", Instant, nullable=False),
    json_column("approvals"),
    Column("settled_by", String(ID_LENGTH_MAX)),
    Column("settled_reason", String(500), nullable=False),
    Column("starts_at", Instant),
    Column("expires_at", Instant),
    Index("ix_grants_requested_by", "workspace_id", "requested_by", "id"),
)

grant_people = Table(
    "grant_people",
    metadata,
    workspace_column(),
    Column("grant_id", String(ID_LENGTH_MAX), primary_key=True),
    Column("person", String(ID_LENGTH_MAX), primary_key=True),
    Column("count", Integer, nullable=False),
)
"""Of whom something was read under a grant; a file stands for as many as were in it."""

_USED = (
    select(func.coalesce(func.sum(grant_people.c.count), 0))
    .where(
        grant_people.c.workspace_id == grants.c.workspace_id,
        grant_people.c.grant_id == grants.c.id,
    )
    .scalar_subquery()
    .label("people_used")
)


def add(uow: UnitOfWork, grant: Grant) -> None:
    """Keeps a new request."""
    spec = grant.spec
    uow.connection.execute(
        insert(grants).values(
            workspace_id=grant.workspace_id, id=grant.id, scope=spec.scope.value,
            purpose=spec.purpose.value, kinds=list(spec.kinds), people_max=spec.people_max,
            minutes=spec.minutes, reason=spec.reason, ticket=spec.ticket, state=grant.state.value,
            requested_by=grant.requested_by, requested_at=grant.requested_at, approvals=[],
            settled_reason="",
        )
    )  # fmt: skip


def change(uow: UnitOfWork, grant: Grant) -> None:
    """Keeps how a grant was answered."""
    approvals = [[one.by, us_from_instant(one.at)] for one in grant.approvals]
    uow.connection.execute(
        update(grants).where(_is(grant.workspace_id, grant.id)).values(
            state=grant.state.value, approvals=approvals, settled_by=grant.settled_by,
            settled_reason=grant.settled_reason, starts_at=grant.starts_at,
            expires_at=grant.expires_at,
        )
    )  # fmt: skip


def find(
    uow: UnitOfWork, workspace_id: WorkspaceId, grant_id: str, *, to_change: bool = False
) -> Grant | None:
    """The grant of this id; one that is to be changed is held until the commit."""
    if to_change:
        held = select(grants.c.id).where(_is(workspace_id, grant_id)).with_for_update()
        uow.connection.execute(held)
    row = uow.connection.execute(
        select(grants, _USED).where(_is(workspace_id, grant_id))
    ).one_or_none()
    return None if row is None else _grant(row)


def page(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    requested_by: str | None,
    limit: int | None,
    cursor: str | None,
) -> Page[Grant]:
    """Grants, the newest first."""
    statement = select(grants, _USED).where(grants.c.workspace_id == workspace_id)
    if requested_by is not None:
        statement = statement.where(grants.c.requested_by == requested_by)
    return page_of(uow, statement, grants.c.id, _grant, limit=limit, cursor=cursor)


def count_person(
    uow: UnitOfWork, workspace_id: WorkspaceId, grant_id: str, person: str, count: int = 1
) -> bool:
    """Counts a person of whom something is read; false when they were counted before."""
    row = {
        "workspace_id": workspace_id, "grant_id": grant_id, "person": person, "count": count,
    }  # fmt: skip
    return insert_or_ignore(uow, grant_people, [row]) == 1


def _is(workspace_id: str, grant_id: str) -> Any:
    return and_(grants.c.workspace_id == workspace_id, grants.c.id == grant_id)


def _grant(row: "Row[Any]") -> Grant:
    told = row._asdict()
    spec = GrantSpec(
        GrantScope(told["scope"]), Purpose(told["purpose"]), tuple(told["kinds"]),
        told["people_max"], told["minutes"], told["reason"], told["ticket"],
    )  # fmt: skip
    return Grant(
        id=told["id"],
        workspace_id=WorkspaceId(told["workspace_id"]),
        spec=spec,
        state=GrantState(told["state"]),
        requested_by=told["requested_by"],
        requested_at=told["requested_at"],
        approvals=tuple(Approval(by, _at(at)) for by, at in told["approvals"]),
        settled_by=told["settled_by"],
        settled_reason=told["settled_reason"],
        people_used=int(told["people_used"]),
        starts_at=told["starts_at"],
        expires_at=told["expires_at"],
    )


def _at(us: int) -> datetime:
    return instant_from_us(us)
