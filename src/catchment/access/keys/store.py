"""The table of API keys, and every statement that touches it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Row, String, Table, insert, select, update

from catchment.access.permissions import Scope
from catchment.access.types import NAME_LENGTH_MAX, ApiKey
from catchment.kernel import WorkspaceId
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    json_column,
    metadata,
    workspace_column,
)

KEYS_MAX = 500

api_keys = Table(
    "api_keys",
    metadata,
    workspace_column(),
    id_column(),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("name", String(NAME_LENGTH_MAX), nullable=False),
    Column("hint", String(16), nullable=False),
    json_column("scopes"),
    Column("created_by", String(ID_LENGTH_MAX), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
    info={"key": "the hash of a random secret: a program shows it before it names a workspace"},
)


def insert_key(uow: UnitOfWork, key: ApiKey, secret_hash: str) -> None:
    """Writes a new key."""
    row = {c.name: getattr(key, c.name) for c in api_keys.c if c.name != "secret_hash"}
    row |= {"scopes": sorted(scope.value for scope in key.scopes), "secret_hash": secret_hash}
    uow.connection.execute(insert(api_keys).values(**row))


def find_by_hash(uow: UnitOfWork, secret_hash: str) -> ApiKey | None:
    """The key of this secret, revoked or not."""
    row = uow.connection.execute(
        select(api_keys).where(api_keys.c.secret_hash == secret_hash)
    ).one_or_none()
    return _key(row) if row else None


def keys_of(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[ApiKey]:
    """The workspace's keys that are not revoked, newest first."""
    statement = (
        select(api_keys)
        .where(api_keys.c.workspace_id == workspace_id, api_keys.c.revoked_at.is_(None))
        .order_by(api_keys.c.id.desc())
        .limit(KEYS_MAX)
    )
    return [_key(row) for row in uow.connection.execute(statement)]


def find_maker(uow: UnitOfWork, workspace_id: WorkspaceId, key_id: str) -> str | None:
    """Who made a key, revoked or not."""
    statement = select(api_keys.c.created_by).where(
        api_keys.c.workspace_id == workspace_id, api_keys.c.id == key_id
    )
    return uow.connection.execute(statement).scalar_one_or_none()


def revoke(uow: UnitOfWork, workspace_id: WorkspaceId, key_id: str, now: datetime) -> bool:
    """Revokes a key; false when there is none to revoke."""
    statement = (
        update(api_keys)
        .where(
            api_keys.c.workspace_id == workspace_id,
            api_keys.c.id == key_id,
            api_keys.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    return uow.connection.execute(statement).rowcount == 1


def touch(uow: UnitOfWork, key: ApiKey, now: datetime) -> None:
    """Notes that a key was used."""
    uow.connection.execute(
        update(api_keys)
        .where(api_keys.c.workspace_id == key.workspace_id, api_keys.c.id == key.id)
        .values(last_used_at=now)
    )


def _key(row: "Row[Any]") -> ApiKey:
    return ApiKey(
        id=row.id,
        workspace_id=WorkspaceId(row.workspace_id),
        name=row.name,
        hint=row.hint,
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
