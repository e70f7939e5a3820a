"""The table of the quarantine, and every statement that touches it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    and_,
    func,
    select,
    update,
)

from catchment.collect.source_types import (
    Quarantined,
    QuarantineFilter,
    QuarantineState,
    ReasonCount,
)
from catchment.collect.types import ReasonCode
from catchment.kernel import Page, WorkspaceId, instant_from_us
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    insert_or_ignore,
    metadata,
    page_of,
    workspace_column,
)

_HELD = QuarantineState.HELD.value

quarantine = Table(
    "quarantine",
    metadata,
    workspace_column(),
    id_column(),
    Column("source_id", String(ID_LENGTH_MAX), nullable=False),
    Column("format", String(64), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("pointer", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("is_cut", Boolean, nullable=False),
    Column("received_us", BigInteger, nullable=False),
    Column("is_historical", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("settled_at", Instant),
    Column("settled_by", String(ID_LENGTH_MAX)),
    # what a release under way is putting into the log, written before it does
    Column("release_format", String(64)),
    Column("release_body", LargeBinary),
    Index("ix_quarantine_state", "workspace_id", "state", "received_us", "id"),
    Index("ix_quarantine_reason", "workspace_id", "state", "reason"),
)


def insert_quarantined(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> int:
    """Writes items that are not known yet; returns how many were new."""
    return insert_or_ignore(uow, quarantine, rows)


def find_quarantined(
    uow: UnitOfWork, workspace_id: WorkspaceId, quarantined_id: str
) -> Quarantined | None:
    """One item of this workspace."""
    row = uow.connection.execute(
        select(quarantine).where(*_item(workspace_id, quarantined_id))
    ).one_or_none()
    return _quarantined(row) if row else None


def page_of_quarantined(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    which: QuarantineFilter,
    *,
    limit: int | None,
    cursor: str | None,
    oldest_first: bool = False,
) -> Page[Quarantined]:
    """The items that are meant, newest first."""
    statement = select(quarantine).where(_matches(workspace_id, which))
    by = (quarantine.c.received_us, quarantine.c.id)
    return page_of(
        uow, statement, by, _quarantined, limit=limit, cursor=cursor, oldest_first=oldest_first
    )


def count_quarantined(uow: UnitOfWork, workspace_id: WorkspaceId, which: QuarantineFilter) -> int:
    """How many items are meant."""
    statement = select(func.count()).select_from(quarantine).where(_matches(workspace_id, which))
    return int(uow.connection.execute(statement).scalar_one())


def summary(
    uow: UnitOfWork, workspace_id: WorkspaceId, which: QuarantineFilter
) -> Sequence[ReasonCount]:
    """How many items there are by reason, most frequent first."""
    count = func.count()
    statement = (
        select(quarantine.c.reason, count)
        .where(_matches(workspace_id, which))
        .group_by(quarantine.c.reason)
        .order_by(count.desc(), quarantine.c.reason)
    )
    return [ReasonCount(ReasonCode(row[0]), row[1]) for row in uow.connection.execute(statement)]


def intend_release(
    uow: UnitOfWork, item: Quarantined, release_format: str, body: bytes
) -> tuple[str, bytes] | None:
    """Writes what is about to go into the log.

    Returns:
        What is to be put there: this, or what an earlier release that was cut short had begun to;
        `None` when the item is settled already.
    """
    held = and_(*_item(item.workspace_id, item.id), quarantine.c.state == _HELD)
    uow.connection.execute(
        update(quarantine)
        .where(held, quarantine.c.release_body.is_(None))
        .values(release_format=release_format, release_body=body)
    )
    row = uow.connection.execute(
        select(quarantine.c.release_format, quarantine.c.release_body).where(held)
    ).one_or_none()
    return (row.release_format, bytes(row.release_body)) if row else None


def settle(
    uow: UnitOfWork, item: Quarantined, state: QuarantineState, at: datetime, by: str
) -> bool:
    """Writes what became of an item; false when that was settled already."""
    statement = (
        update(quarantine)
        .where(*_item(item.workspace_id, item.id), quarantine.c.state == _HELD)
        .values(
            state=state.value, settled_at=at, settled_by=by, release_format=None, release_body=None
        )
    )
    if state is QuarantineState.DISCARDED:
        # Half released is as good as released: it may be in the log already.
        statement = statement.where(quarantine.c.release_body.is_(None))
    return uow.connection.execute(statement).rowcount == 1


def half_released(uow: UnitOfWork, limit: int) -> Sequence[Quarantined]:
    """Items whose release was cut short, of every workspace."""
    statement = (
        select(quarantine)
        .where(quarantine.c.state == _HELD, quarantine.c.release_body.is_not(None))
        .order_by(quarantine.c.workspace_id, quarantine.c.id)
        .limit(limit)
    )
    return [_quarantined(row) for row in uow.connection.execute(statement)]


def unsealed(uow: UnitOfWork, mark: str, limit: int) -> Sequence[Quarantined]:
    """Items of every workspace that lie open, but for those that say nothing."""
    statement = (
        select(quarantine)
        .where(
            quarantine.c.payload != b"",
            ~quarantine.c.detail.startswith(mark, autoescape=True),
            quarantine.c.release_body.is_(None),
        )
        .limit(limit)
    )
    return [_quarantined(row) for row in uow.connection.execute(statement)]


def reseal(uow: UnitOfWork, item: Quarantined) -> None:
    """Writes what an item says anew."""
    uow.connection.execute(
        update(quarantine)
        .where(*_item(item.workspace_id, item.id))
        .values(payload=item.payload, detail=item.detail, pointer=item.pointer)
    )


def items_after(
    uow: UnitOfWork, workspace_id: WorkspaceId, after: str, limit: int
) -> Sequence[Quarantined]:
    """Items in the order of their ids, those that say nothing left out."""
    statement = (
        select(quarantine)
        .where(
            quarantine.c.workspace_id == workspace_id,
            quarantine.c.id > after,
            quarantine.c.payload != b"",
        )
        .order_by(quarantine.c.id)
        .limit(limit)
    )
    return [_quarantined(row) for row in uow.connection.execute(statement)]


def strike_payloads(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    quarantined_ids: Sequence[str],
    at: datetime,
    *,
    by: str = "forgetting",
) -> None:
    """Empties these items; what was held is discarded, for there is nothing to release.

    Args:
        uow: the unit of work.
        workspace_id: whose.
        quarantined_ids: which.
        at: now.
        by: what for: somebody's forgetting, or retention.
    """
    mine = (
        quarantine.c.workspace_id == workspace_id,
        quarantine.c.id.in_(list(quarantined_ids)),
    )
    uow.connection.execute(
        update(quarantine)
        .where(*mine, quarantine.c.state == _HELD)
        .values(state=QuarantineState.DISCARDED.value, settled_at=at, settled_by=by)
    )
    uow.connection.execute(
        update(quarantine)
        .where(*mine)
        .values(
            payload=b"", detail="", pointer="", is_cut=True, release_format=None, release_body=None
        )
    )


def _item(workspace_id: WorkspaceId, quarantined_id: str) -> tuple[Any, Any]:
    return quarantine.c.workspace_id == workspace_id, quarantine.c.id == quarantined_id


def _matches(workspace_id: WorkspaceId, which: QuarantineFilter) -> Any:
    asked = [quarantine.c.workspace_id == workspace_id]
    if which.state is not None:
        asked.append(quarantine.c.state == which.state.value)
    if which.reason is not None:
        asked.append(quarantine.c.reason == which.reason.value)
    if which.source_id is not None:
        asked.append(quarantine.c.source_id == which.source_id)
    return and_(*asked)


def _quarantined(row: "Row[Any]") -> Quarantined:
    return Quarantined(
        id=row.id, workspace_id=WorkspaceId(row.workspace_id), source_id=row.source_id,
        format=row.format, reason=ReasonCode(row.reason), detail=row.detail, pointer=row.pointer,
        payload=bytes(row.payload), is_cut=row.is_cut, received_at=instant_from_us(row.received_us),
        is_historical=row.is_historical, state=QuarantineState(row.state),
        settled_at=row.settled_at, settled_by=row.settled_by,
    )  # fmt: skip
