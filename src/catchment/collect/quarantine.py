"""The quarantine: what could not become an event, kept, looked through, discarded.

Landing puts items in (`QuarantineStore`) under ids made from their places in the log, so landing
the same place again changes nothing, not even an item that was released meanwhile. How one comes
out again is told in `quarantine_release`.
"""

from collections.abc import Sequence

from catchment.access import record
from catchment.collect.held import store
from catchment.collect.ports import QuarantinedEvent
from catchment.collect.quarantine_seals import MARK, Seals, sealed_item, shown_item
from catchment.collect.source_types import (
    Quarantined,
    QuarantinedSettled,
    QuarantinedUnknown,
    QuarantineFilter,
    QuarantineState,
    ReasonCount,
)
from catchment.collect.sources import Change
from catchment.kernel import Page, WorkspaceId, instant_from_us
from catchment.store import Database, UnitOfWork

PAYLOAD_BYTES_MAX = 512 * 1024
"""A payload beyond this is cut; a batch's whole body still fits."""

TEXT_LENGTH_MAX = 2_000
_PUT_MAX = 1_000
SEALED_AT_ONCE = 500

HELD = QuarantineFilter()


class QuarantineStore:
    """Landing's `QuarantineSink`, in the records.

    Args:
        database: the records.
        keys: what items are sealed with.
    """

    def __init__(self, database: Database, keys: Seals) -> None:
        self._database, self._keys = database, keys

    def put(self, entries: Sequence[QuarantinedEvent]) -> None:
        """Keeps them durably before it returns; one whose id is known already is left as it is."""
        for start in range(0, len(entries), _PUT_MAX):
            rows = [_row(entry, self._keys) for entry in entries[start : start + _PUT_MAX]]
            with UnitOfWork(self._database) as uow:
                store.insert_quarantined(uow, rows)


def list_quarantined(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    which: QuarantineFilter = HELD,
    *,
    keys: Seals,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[Quarantined]:
    """The items that are meant, newest first, with masks for what is personal in them."""
    page = store.page_of_quarantined(uow, workspace_id, which, limit=limit, cursor=cursor)
    return Page([shown_item(keys, item) for item in page.items], page.next_cursor)


def get_quarantined(
    uow: UnitOfWork, workspace_id: WorkspaceId, quarantined_id: str, *, keys: Seals
) -> Quarantined:
    """One item, with masks for what is personal in it.

    Raises:
        QuarantinedUnknown: there is none of this id here.
    """
    return shown_item(keys, stored_item(uow, workspace_id, quarantined_id))


def stored_item(uow: UnitOfWork, workspace_id: WorkspaceId, quarantined_id: str) -> Quarantined:
    """One item as it lies in the records.

    Raises:
        QuarantinedUnknown: there is none of this id here.
    """
    item = store.find_quarantined(uow, workspace_id, quarantined_id)
    if item is None:
        raise QuarantinedUnknown
    return item


def count_quarantined(
    uow: UnitOfWork, workspace_id: WorkspaceId, which: QuarantineFilter = HELD
) -> int:
    """How many items are meant."""
    return store.count_quarantined(uow, workspace_id, which)


def summarise_quarantine(
    uow: UnitOfWork, workspace_id: WorkspaceId, which: QuarantineFilter = HELD
) -> Sequence[ReasonCount]:
    """How many items there are by reason, most frequent first."""
    return store.summary(uow, workspace_id, which)


def discard(
    uow: UnitOfWork, workspace_id: WorkspaceId, quarantined_id: str, *, change: Change, keys: Seals
) -> Quarantined:
    """Sets an item aside for good; it stays on record. Discarding it again changes nothing.

    Raises:
        QuarantinedUnknown: there is none of this id here.
        QuarantinedSettled: it was released.
    """
    item = stored_item(uow, workspace_id, quarantined_id)
    if item.state is QuarantineState.DISCARDED:
        return shown_item(keys, item)
    at = change.clock.now()
    if not store.settle(uow, item, QuarantineState.DISCARDED, at, change.actor):
        raise QuarantinedSettled("this item was released, or its release is under way")
    record(
        uow, workspace_id, change.actor, "quarantine.discard", item.id,
        clock=change.clock, ids=change.ids, detail={"reason": item.reason.value},
    )  # fmt: skip
    return get_quarantined(uow, workspace_id, quarantined_id, keys=keys)


def seal_older(database: Database, keys: Seals) -> int:
    """Seals items from before items were sealed, in every workspace; how many there were."""
    count = 0
    while True:
        with UnitOfWork(database) as uow:
            open_ones = store.unsealed(uow, MARK, SEALED_AT_ONCE)
            for item in open_ones:
                store.reseal(uow, sealed_item(keys, item))
        count += len(open_ones)
        if len(open_ones) < SEALED_AT_ONCE:
            return count


def _row(entry: QuarantinedEvent, keys: Seals) -> dict[str, object]:
    item = sealed_item(
        keys,
        Quarantined(
            id=entry.id, workspace_id=entry.workspace_id, source_id=entry.source_id,
            format=entry.format, reason=entry.reason, detail=_text(entry.detail),
            pointer=_text(entry.pointer), payload=entry.payload[:PAYLOAD_BYTES_MAX],
            is_cut=len(entry.payload) > PAYLOAD_BYTES_MAX,
            received_at=instant_from_us(entry.received_us), is_historical=entry.is_historical,
            state=QuarantineState.HELD, settled_at=None, settled_by=None,
        ),
    )  # fmt: skip
    return {
        "workspace_id": item.workspace_id, "id": item.id, "source_id": item.source_id,
        "format": item.format, "reason": item.reason.value, "detail": item.detail,
        "pointer": item.pointer, "payload": item.payload, "is_cut": item.is_cut,
        "received_us": entry.received_us, "is_historical": item.is_historical,
        "state": item.state.value, "settled_at": None, "settled_by": None,
        "release_format": None, "release_body": None,
    }  # fmt: skip


def _text(told: str) -> str:
    # What is wrong often quotes the sender, and senders send what no database takes as text.
    told = told.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    return told[:TEXT_LENGTH_MAX]
