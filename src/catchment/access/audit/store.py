"""The trail's table and its only two statements: add, and read.

There is no function that changes or removes an entry, and on both databases a trigger refuses it to
anyone who tries by hand (`store/migrations`). An entry is written in the transaction of the act
that it tells of: an act that did not happen leaves none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Row, String, Table, insert, select

from catchment.kernel import Clock, IdMaker, Page, WorkspaceId
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

AUDIT_DETAIL_BYTES_MAX = 8 * 1024
TARGETS_AT_ONCE = 500

audit_entries = Table(
    "audit_entries",
    metadata,
    workspace_column(),
    id_column(),
    Column("at", Instant, nullable=False),
    Column("actor", String(ID_LENGTH_MAX), nullable=False),
    Column("action", String(64), nullable=False),
    Column("target", String(200), nullable=False),
    json_column("detail"),
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act.

    Attributes:
        id: `aud_…`; later acts sort after earlier ones.
        workspace_id: where.
        at: when.
        actor: `opr_…`, `key_…`, or a word for the house, as `cli`.
        action: what, as `sources.create`.
        target: the id of what it was done to.
        detail: what else a reviewer would ask; no secrets, no personal data.
    """

    id: str
    workspace_id: WorkspaceId
    at: datetime
    actor: str
    action: str
    target: str
    detail: Mapping[str, Any]


def record(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    actor: str,
    action: str,
    target: str,
    *,
    clock: Clock,
    ids: IdMaker,
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Adds an entry, with whatever else this unit of work does."""
    detail = dict(detail or {})
    if len(msgspec.json.encode(detail)) > AUDIT_DETAIL_BYTES_MAX:
        detail = {"note": "the detail was too large to keep"}
    entry = AuditEntry(
        ids.make("aud"), workspace_id, clock.now(), actor, action, target[:200], detail
    )
    row = {column.name: getattr(entry, column.name) for column in audit_entries.c}
    uow.connection.execute(insert(audit_entries).values(**row))
    return entry


def last_acts(
    uow: UnitOfWork, workspace_id: WorkspaceId, action: str, targets: Sequence[str]
) -> Mapping[str, datetime]:
    """When this was last done to each of these targets, of those that it was ever done to."""
    found: dict[str, datetime] = {}
    for start in range(0, len(targets), TARGETS_AT_ONCE):
        statement = (
            select(audit_entries.c.target, audit_entries.c.at)
            .where(
                audit_entries.c.workspace_id == workspace_id,
                audit_entries.c.action == action,
                audit_entries.c.target.in_(list(targets[start : start + TARGETS_AT_ONCE])),
            )
            .order_by(audit_entries.c.id)
        )
        found.update({row.target: row.at for row in uow.connection.execute(statement)})
    return found


def list_audit(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    action: str | None = None,
    actor: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[AuditEntry]:
    """The workspace's trail, newest first."""
    statement = select(audit_entries).where(audit_entries.c.workspace_id == workspace_id)
    if action is not None:
        statement = statement.where(audit_entries.c.action == action)
    if actor is not None:
        statement = statement.where(audit_entries.c.actor == actor)
    return page_of(uow, statement, audit_entries.c.id, _entry, limit=limit, cursor=cursor)


def _entry(row: "Row[Any]") -> AuditEntry:
    return AuditEntry(
        row.id, WorkspaceId(row.workspace_id), row.at, row.actor, row.action, row.target, row.detail
    )
