"""The workspace's own ids that stand for nobody, beside those that everyone knows (`null`, `0`)."""

from collections.abc import Sequence

from catchment.access import record
from catchment.collect import store
from catchment.collect.source_types import (
    BLOCKED_ID_LENGTH_MAX,
    BLOCKED_IDS_MAX,
    BlockedIdsMalformed,
)
from catchment.collect.sources import Change
from catchment.events import notices
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork, announce


def list_blocked_ids(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[str]:
    """The workspace's own blocked ids, in order."""
    return store.blocked_ids_of(uow, workspace_id)


def replace_blocked_ids(
    uow: UnitOfWork, workspace_id: WorkspaceId, values: Sequence[str], *, change: Change
) -> Sequence[str]:
    """Puts another list in place of the present one; events already kept stay as they are.

    Raises:
        BlockedIdsMalformed: too many, or one is empty or too long.
    """
    cleaned = sorted({value.strip() for value in values})
    if len(cleaned) > BLOCKED_IDS_MAX or not all(
        0 < len(value) <= BLOCKED_ID_LENGTH_MAX and value.isprintable() for value in cleaned
    ):
        raise BlockedIdsMalformed
    if cleaned != list(store.blocked_ids_of(uow, workspace_id)):
        store.replace_blocked_ids(uow, workspace_id, cleaned)
        store.raise_revision(uow, workspace_id)
        changed = notices.BlockedIdsChanged(workspace_id)
        announce(uow, changed, clock=change.clock, ids=change.ids)
        record(
            uow, workspace_id, change.actor, "blocked_ids.replace", workspace_id,
            clock=change.clock, ids=change.ids, detail={"count": len(cleaned)},
        )  # fmt: skip
    return cleaned
