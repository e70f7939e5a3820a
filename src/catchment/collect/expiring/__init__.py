"""Expiring: what events that were held back said is kept for a while, and then emptied."""

from datetime import datetime

from catchment.collect.expiring.store import ids_before
from catchment.collect.held.store import strike_payloads
from catchment.kernel import WorkspaceId, us_from_instant
from catchment.store import Database, UnitOfWork

EMPTIED_AT_ONCE = 500

RETENTION = "retention"
"""Who discarded what had had its time."""


def expire_quarantine(
    database: Database, workspace_id: WorkspaceId, before: datetime, now: datetime
) -> int:
    """Empties what was quarantined before an instant; the rows stay, and say why it was held."""
    gone = 0
    while True:
        with UnitOfWork(database) as uow:
            found = ids_before(uow, workspace_id, us_from_instant(before), EMPTIED_AT_ONCE)
            if found:
                strike_payloads(uow, workspace_id, found, now, by=RETENTION)
        gone += len(found)
        if len(found) < EMPTIED_AT_ONCE:
            return gone
