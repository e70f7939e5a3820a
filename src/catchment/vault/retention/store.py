"""The table of retention, and every statement that touches it."""

from dataclasses import asdict

from sqlalchemy import Column, Integer, String, Table, select

from catchment.kernel import WorkspaceId
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    insert_or_update,
    metadata,
    workspace_column,
)
from catchment.vault.retention.types import Retention

privacy_retention = Table(
    "privacy_retention",
    metadata,
    workspace_column(),
    Column("events_days", Integer),
    Column("quarantine_days", Integer, nullable=False),
    Column("uploads_days", Integer, nullable=False),
    Column("exports_days", Integer, nullable=False),
    Column("trail_days", Integer, nullable=False),
    Column("changed_by", String(ID_LENGTH_MAX)),
    Column("changed_at", Instant),
    Column("enforced_at", Instant),
)


def find(uow: UnitOfWork, workspace_id: WorkspaceId) -> Retention | None:
    """The rules that were set, if any were."""
    row = uow.connection.execute(
        select(privacy_retention).where(privacy_retention.c.workspace_id == workspace_id)
    ).one_or_none()
    if row is None:
        return None
    told = row._asdict()
    told.pop("workspace_id")
    return Retention(**told)


def keep(uow: UnitOfWork, workspace_id: WorkspaceId, rules: Retention) -> None:
    """Keeps the rules in the place of those before."""
    row = asdict(rules)
    insert_or_update(uow, privacy_retention, {"workspace_id": workspace_id, **row}, row)
