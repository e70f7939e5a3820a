"""The tables of levels: settings as they stand, thresholds as they were taken."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, Row, String, Table, insert, select

from catchment.kernel import WorkspaceId
from catchment.people.levels.types import RfmThresholds
from catchment.store import (
    ID_LENGTH_MAX,
    Instant,
    UnitOfWork,
    id_column,
    insert_or_update,
    json_column,
    metadata,
    workspace_column,
)

level_settings = Table(
    "level_settings",
    metadata,
    workspace_column(),
    Column("scheme", String(16), primary_key=True),
    json_column("settings"),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", String(ID_LENGTH_MAX), nullable=False),
)

level_thresholds = Table(
    "level_thresholds",
    metadata,
    workspace_column(),
    id_column(),
    Column("taken_at", Instant, nullable=False),
    Column("population", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("window_days", Integer, nullable=False),
    json_column("recency_us"),
    json_column("orders"),
    json_column("net_minor"),
)


def find_settings(uow: UnitOfWork, workspace_id: WorkspaceId, scheme: str) -> Any | None:
    """The settings of a scheme as JSON; `None` where nobody ever changed them."""
    statement = select(level_settings.c.settings).where(
        level_settings.c.workspace_id == workspace_id, level_settings.c.scheme == scheme
    )
    return uow.connection.execute(statement).scalar_one_or_none()


def put_settings(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    scheme: str,
    settings: Any,
    *,
    at: datetime,
    by: str,
) -> None:
    """Writes the settings of a scheme."""
    changes = {"settings": settings, "changed_at": at, "changed_by": by}
    row = {"workspace_id": workspace_id, "scheme": scheme, **changes}
    insert_or_update(uow, level_settings, row, changes)


def add_thresholds(
    uow: UnitOfWork, workspace_id: WorkspaceId, thresholds_id: str, taken: RfmThresholds
) -> None:
    """Keeps thresholds; older ones stay."""
    uow.connection.execute(
        insert(level_thresholds).values(
            workspace_id=workspace_id,
            id=thresholds_id,
            taken_at=taken.taken_at,
            population=taken.population,
            currency=taken.currency,
            window_days=taken.window_days,
            recency_us=list(taken.recency_us),
            orders=list(taken.orders),
            net_minor=list(taken.net_minor),
        )
    )


def newest_thresholds(uow: UnitOfWork, workspace_id: WorkspaceId) -> RfmThresholds | None:
    """The thresholds that hold now; `None` before the first."""
    statement = (
        select(level_thresholds)
        .where(level_thresholds.c.workspace_id == workspace_id)
        .order_by(level_thresholds.c.id.desc())
        .limit(1)
    )
    row = uow.connection.execute(statement).one_or_none()
    return _thresholds(row) if row else None


def _thresholds(row: "Row[Any]") -> RfmThresholds:
    return RfmThresholds(
        taken_at=row.taken_at,
        population=row.population,
        window_days=row.window_days,
        currency=row.currency,
        recency_us=tuple(row.recency_us),
        orders=tuple(row.orders),
        net_minor=tuple(row.net_minor),
    )
