"""The one statement of expiring: which quarantined items are old and still say something."""

from collections.abc import Sequence

from sqlalchemy import select

from catchment.collect.held.store import quarantine
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork


def ids_before(
    uow: UnitOfWork, workspace_id: WorkspaceId, received_us: int, limit: int
) -> Sequence[str]:
    """Items that came before an instant and still say something."""
    rows = uow.connection.execute(
        select(quarantine.c.id)
        .where(
            quarantine.c.workspace_id == workspace_id,
            quarantine.c.received_us < received_us,
            quarantine.c.payload != b"",
        )
        .limit(limit)
    )
    return [row.id for row in rows]
