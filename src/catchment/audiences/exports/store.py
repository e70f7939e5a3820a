"""The table of files ordered from audiences."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Row, String, Table, Text, insert, select, update

from catchment.audiences.types import AudienceExport, ExportFormat
from catchment.kernel import Page, WorkspaceId
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    json_column,
    metadata,
    page_of,
    workspace_column,
)

audience_exports = Table(
    "audience_exports",
    metadata,
    workspace_column(),
    id_column(),
    Column("audience_id", String(ID_LENGTH_MAX), nullable=False),
    Column("format", String(16), nullable=False),
    Column("purpose", Text, nullable=False),
    json_column("traits"),
    Column("unmasked", Boolean, nullable=False),
    Column("job_id", String(ID_LENGTH_MAX), nullable=False),
    Column("rows", BigInteger),
    Column("left_out", BigInteger),
    Column("bytes", BigInteger),
    Column("requested_by", String(ID_LENGTH_MAX), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)


def insert_export(uow: UnitOfWork, made: AudienceExport) -> None:
    """Writes an order down."""
    row = {column.name: getattr(made, column.name) for column in audience_exports.c}
    row |= {"format": made.format.value, "traits": list(made.traits)}
    uow.connection.execute(insert(audience_exports).values(**row))


def change_export(
    uow: UnitOfWork, workspace_id: WorkspaceId, export_id: str, values: Mapping[str, Any]
) -> None:
    """Notes what was written."""
    uow.connection.execute(
        update(audience_exports)
        .where(audience_exports.c.workspace_id == workspace_id, audience_exports.c.id == export_id)
        .values(**values)
    )


def find_export(
    uow: UnitOfWork, workspace_id: WorkspaceId, export_id: str
) -> AudienceExport | None:
    """One order."""
    found = select(audience_exports).where(
        audience_exports.c.workspace_id == workspace_id, audience_exports.c.id == export_id
    )
    row = uow.connection.execute(found).one_or_none()
    return _export(row) if row else None


def page_of_exports(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    audience_id: str,
    *,
    limit: int | None,
    cursor: str | None,
) -> Page[AudienceExport]:
    """An audience's orders, newest first."""
    found = select(audience_exports).where(
        audience_exports.c.workspace_id == workspace_id,
        audience_exports.c.audience_id == audience_id,
    )
    return page_of(uow, found, audience_exports.c.id, _export, limit=limit, cursor=cursor)


def _export(row: "Row[Any]") -> AudienceExport:
    values = {column.name: getattr(row, column.name) for column in audience_exports.c}
    values |= {
        "workspace_id": WorkspaceId(row.workspace_id),
        "format": ExportFormat(row.format),
        "traits": tuple(row.traits),
    }
    return AudienceExport(**values)
