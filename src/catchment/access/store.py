"""The tables of operators, workspaces and memberships, and every statement that touches them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from catchment.access.permissions import Role
from catchment.access.types import (
    EMAIL_LENGTH_MAX,
    NAME_LENGTH_MAX,
    Member,
    Membership,
    Operator,
    Workspace,
)
from catchment.kernel import WorkspaceId
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    insert_or_ignore,
    metadata,
    workspace_column,
)

_HASH_LENGTH = 64
MEMBERS_MAX = 500
WORKSPACES_MAX = 500

workspaces = Table(
    "workspaces",
    metadata,
    id_column(),
    Column("name", String(NAME_LENGTH_MAX), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("is_demo", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    info={"key": "its id is the workspace's id"},
)

operators = Table(
    "operators",
    metadata,
    id_column(),
    Column("email", String(EMAIL_LENGTH_MAX), nullable=False, unique=True),
    Column("name", String(NAME_LENGTH_MAX), nullable=False),
    Column("locale", String(16), nullable=False),
    Column("password_hash", String(255)),
    Column("created_at", Instant, nullable=False),
    info={"key": "an operator is the same person in every workspace"},
)

memberships = Table(
    "memberships",
    metadata,
    workspace_column(),
    Column("operator_id", String(ID_LENGTH_MAX), ForeignKey("operators.id"), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("is_pending", Boolean, nullable=False),
    Column("since", Instant, nullable=False),
    Index("ix_memberships_operator", "operator_id"),
)

invitations = Table(
    "invitations",
    metadata,
    workspace_column(),
    Column("operator_id", String(ID_LENGTH_MAX), primary_key=True),
    Column("token_hash", String(_HASH_LENGTH), nullable=False, unique=True),
    Column("expires_at", Instant, nullable=False),
    info={"key": "the hash of a random secret: whoever holds the link names no workspace"},
)

setup_links = Table(
    "setup_links",
    metadata,
    Column("token_hash", String(_HASH_LENGTH), primary_key=True),
    Column("expires_at", Instant, nullable=False),
    info={"key": "there is no workspace yet"},
)

_OPERATOR = [c for c in operators.c if c.name != "password_hash"]
_IS_ACTIVE = operators.c.password_hash.is_not(None).label("is_active")


def insert_workspace(uow: UnitOfWork, workspace: Workspace) -> None:
    """Writes a new workspace."""
    row = {column.name: getattr(workspace, column.name) for column in workspaces.c}
    uow.connection.execute(insert(workspaces).values(**row))


def find_workspace(uow: UnitOfWork, workspace_id: WorkspaceId) -> Workspace | None:
    """One workspace by its id."""
    row = uow.connection.execute(
        select(workspaces).where(workspaces.c.id == workspace_id)
    ).one_or_none()
    return _workspace(row) if row else None


def all_workspaces(uow: UnitOfWork) -> Sequence[Workspace]:
    """Every workspace of this installation, oldest first."""
    statement = select(workspaces).order_by(workspaces.c.id).limit(WORKSPACES_MAX)
    return [_workspace(row) for row in uow.connection.execute(statement)]


def change_workspace(uow: UnitOfWork, workspace_id: WorkspaceId, **values: str) -> bool:
    """Writes new settings; false when there is no such workspace."""
    statement = update(workspaces).where(workspaces.c.id == workspace_id).values(**values)
    return uow.connection.execute(statement).rowcount == 1


def insert_operator(uow: UnitOfWork, operator: Operator, password_hash: str | None) -> bool:
    """Writes a new operator; false when the e-mail is taken."""
    row = {column.name: getattr(operator, column.name) for column in _OPERATOR}
    return insert_or_ignore(uow, operators, [{**row, "password_hash": password_hash}]) == 1


def find_operator(uow: UnitOfWork, operator_id: str) -> Operator | None:
    """One operator by id."""
    row = uow.connection.execute(
        select(*_OPERATOR, _IS_ACTIVE).where(operators.c.id == operator_id)
    ).one_or_none()
    return _operator(row) if row else None


def find_by_email(uow: UnitOfWork, email: str) -> tuple[Operator, str | None] | None:
    """One operator by e-mail, with the password's hash."""
    row = uow.connection.execute(
        select(*_OPERATOR, _IS_ACTIVE, operators.c.password_hash).where(operators.c.email == email)
    ).one_or_none()
    return (_operator(row), row.password_hash) if row else None


def password_hash_of(uow: UnitOfWork, operator_id: str) -> str | None:
    """The hash of an operator's password."""
    statement = select(operators.c.password_hash).where(operators.c.id == operator_id)
    return uow.connection.execute(statement).scalar_one_or_none()


def change_operator(uow: UnitOfWork, operator_id: str, **values: str) -> bool:
    """Writes to an operator; false when there is none."""
    statement = update(operators).where(operators.c.id == operator_id).values(**values)
    return uow.connection.execute(statement).rowcount == 1


def count_operators(uow: UnitOfWork) -> int:
    """How many operators have a password."""
    statement = select(func.count()).select_from(operators).where(_IS_ACTIVE.element)
    return int(uow.connection.execute(statement).scalar_one())


def insert_member(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    operator_id: str,
    role: Role,
    since: datetime,
    *,
    is_pending: bool = False,
) -> bool:
    """Makes an operator a member; false when they are one."""
    row = {
        "workspace_id": workspace_id, "operator_id": operator_id, "role": role.value,
        "is_pending": is_pending, "since": since,
    }  # fmt: skip
    return insert_or_ignore(uow, memberships, [row]) == 1


def members(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[Member]:
    """The workspace's operators, longest-serving first."""
    statement = (
        _member_rows(workspace_id).order_by(memberships.c.since, operators.c.id).limit(MEMBERS_MAX)
    )
    return [_member(row) for row in uow.connection.execute(statement)]


def find_member(uow: UnitOfWork, workspace_id: WorkspaceId, operator_id: str) -> Member | None:
    """One operator in this workspace."""
    statement = _member_rows(workspace_id).where(operators.c.id == operator_id)
    row = uow.connection.execute(statement).one_or_none()
    return _member(row) if row else None


def lock_owners(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[str]:
    """The ids of the workspace's owners, who stay so until the end of this transaction."""
    statement = (
        select(memberships.c.operator_id)
        .where(
            memberships.c.workspace_id == workspace_id,
            memberships.c.role == Role.OWNER.value,
            memberships.c.is_pending.is_(False),
        )
        .order_by(memberships.c.operator_id)
        .with_for_update()
    )
    return list(uow.connection.execute(statement).scalars())


def change_member(
    uow: UnitOfWork, workspace_id: WorkspaceId, operator_id: str, **values: Any
) -> bool:
    """Writes to a membership; false when there is none."""
    statement = update(memberships).where(*_membership(workspace_id, operator_id)).values(**values)
    return uow.connection.execute(statement).rowcount == 1


def delete_member(uow: UnitOfWork, workspace_id: WorkspaceId, operator_id: str) -> bool:
    """Ends a membership; false when there is none."""
    uow.connection.execute(
        delete(invitations).where(
            invitations.c.workspace_id == workspace_id, invitations.c.operator_id == operator_id
        )
    )
    statement = delete(memberships).where(*_membership(workspace_id, operator_id))
    return uow.connection.execute(statement).rowcount == 1


def memberships_of(uow: UnitOfWork, operator_id: str) -> Sequence[Membership]:
    """The workspaces an operator is a member of, oldest first."""
    statement = (
        select(workspaces, memberships.c.role)
        .join(memberships, memberships.c.workspace_id == workspaces.c.id)
        .where(memberships.c.operator_id == operator_id, memberships.c.is_pending.is_(False))
        .order_by(workspaces.c.id)
        .limit(WORKSPACES_MAX)
    )
    return [
        Membership(_workspace(row), Role(row.role)) for row in uow.connection.execute(statement)
    ]


def put_invitation(
    uow: UnitOfWork, workspace_id: WorkspaceId, operator_id: str, token_hash: str, until: datetime
) -> None:
    """Writes an invitation, in place of an earlier one for the same operator."""
    uow.connection.execute(
        delete(invitations).where(
            invitations.c.workspace_id == workspace_id, invitations.c.operator_id == operator_id
        )
    )
    uow.connection.execute(
        insert(invitations).values(
            workspace_id=workspace_id,
            operator_id=operator_id,
            token_hash=token_hash,
            expires_at=until,
        )
    )


def find_invitation(
    uow: UnitOfWork, token_hash: str, now: datetime
) -> tuple[WorkspaceId, str] | None:
    """The workspace and operator that an open invitation is for; spends nothing."""
    row = uow.connection.execute(
        select(invitations).where(
            invitations.c.token_hash == token_hash, invitations.c.expires_at > now
        )
    ).one_or_none()
    return (WorkspaceId(row.workspace_id), row.operator_id) if row else None


def spend_invitation(uow: UnitOfWork, token_hash: str, now: datetime) -> bool:
    """Deletes an open invitation; only one caller ever hears true."""
    statement = delete(invitations).where(
        invitations.c.token_hash == token_hash, invitations.c.expires_at > now
    )
    return uow.connection.execute(statement).rowcount == 1


def put_setup_link(uow: UnitOfWork, token_hash: str, until: datetime) -> None:
    """Writes the set-up link, in place of all earlier ones."""
    uow.connection.execute(delete(setup_links))
    uow.connection.execute(insert(setup_links).values(token_hash=token_hash, expires_at=until))


def spend_setup_link(uow: UnitOfWork, token_hash: str, now: datetime) -> bool:
    """Deletes an open set-up link; only one caller ever hears true."""
    statement = delete(setup_links).where(
        setup_links.c.token_hash == token_hash, setup_links.c.expires_at > now
    )
    return uow.connection.execute(statement).rowcount == 1


def _member_rows(workspace_id: WorkspaceId) -> Any:
    return (
        select(
            *_OPERATOR, _IS_ACTIVE,
            memberships.c.role, memberships.c.is_pending, memberships.c.since,
        )
        .join(memberships, memberships.c.operator_id == operators.c.id)
        .where(memberships.c.workspace_id == workspace_id)
    )  # fmt: skip


def _membership(workspace_id: WorkspaceId, operator_id: str) -> tuple[Any, Any]:
    return (
        memberships.c.workspace_id == workspace_id,
        memberships.c.operator_id == operator_id,
    )


def _workspace(row: "Row[Any]") -> Workspace:
    return Workspace(
        WorkspaceId(row.id), row.name, row.time_zone, row.currency, row.is_demo, row.created_at
    )


def _operator(row: Any) -> Operator:
    return Operator(
        id=row.id, email=row.email, name=row.name, locale=row.locale,
        is_active=bool(row.is_active), created_at=row.created_at,
    )  # fmt: skip


def _member(row: "Row[Any]") -> Member:
    return Member(_operator(row), Role(row.role), row.is_pending, row.since)
