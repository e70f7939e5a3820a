"""Release: a quarantined item, mended or not, goes back into the log as if it had just been sent.

The log and the records are two stores without a common transaction, so a release has three steps:
what is going to be put into the log is written down first, then put there, then the item is marked
released. A release that is cut short is finished later from what was written down, with the very
same bytes, and so with the same message ids: the event counts once however often that happens.

An item is tried before it is let go: one that would come straight back stays where it is, and the
answer says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from catchment.access import record
from catchment.collect.held import store
from catchment.collect.ports import BlockedIds, Decoder
from catchment.collect.quarantine import PAYLOAD_BYTES_MAX, get_quarantined, stored_item
from catchment.collect.quarantine_seals import (
    Seals,
    opened_body,
    opened_item,
    sealed_body,
    shown_item,
)
from catchment.collect.source_types import (
    Quarantined,
    QuarantinedSettled,
    QuarantineFilter,
    QuarantineState,
    ReleaseReport,
    StillUnfit,
)
from catchment.collect.sources import Change
from catchment.collect.types import ReasonCode, Reject
from catchment.events import notices
from catchment.jobs import Job, JobRun, enqueue
from catchment.kernel import WorkspaceId, us_from_instant
from catchment.lake import Received
from catchment.store import Database, UnitOfWork, announce
from catchment.vault import hide_text, unhide

RELEASE_JOB = "quarantine.release"
OWN_FORMAT = "catchment"
RELEASE_BATCH_MAX = 200


class ReleaseLog(Protocol):
    """Takes what is released. `catchment.lake.EventLog` is one."""

    def append(self, batch: Sequence[Received]) -> int:
        """Puts the batch on disk whole or not at all, or raises."""


@dataclass(frozen=True, slots=True)
class Releasing:
    """What a release works with.

    Attributes:
        database: the records.
        log: where items go.
        decode: tries an item before it is let go.
        blocked_ids: each workspace's ids that stand for nobody.
        keys: what items are sealed with.
    """

    database: Database
    log: ReleaseLog
    decode: Decoder
    blocked_ids: BlockedIds
    keys: Seals


def fix_and_release(
    parts: Releasing,
    workspace_id: WorkspaceId,
    quarantined_id: str,
    *,
    change: Change,
    payload: bytes | None = None,
) -> Quarantined:
    """Puts one item back into the log.

    Args:
        parts: what it works with.
        workspace_id: whose item.
        quarantined_id: which.
        change: who does it.
        payload: the item put right, in its own format or in ours; as it was, if left out. What was
            shown with masks and comes back with the same masks keeps its true values.

    Returns:
        The item, released. Releasing it again changes nothing.

    Raises:
        QuarantinedUnknown: there is none of this id here.
        QuarantinedSettled: it was discarded.
        StillUnfit: it still cannot become an event.
    """
    with UnitOfWork(parts.database, reads_only=True) as uow:
        item = stored_item(uow, workspace_id, quarantined_id)
    if item.state is QuarantineState.RELEASED:
        return shown_item(parts.keys, item)
    if item.state is QuarantineState.DISCARDED:
        raise QuarantinedSettled("this item was discarded")
    opened = opened_item(parts.keys, item)
    ready = _fit(parts, opened, None if payload is None else unhide(opened.payload, payload))
    if isinstance(ready, Reject):
        detail, pointer = hide_text(ready.detail), hide_text(ready.pointer)
        raise StillUnfit(detail, reason=ready.reason.value, pointer=pointer, id=item.id)
    _release(parts, [(item, ready)], change)
    with UnitOfWork(parts.database, reads_only=True) as uow:
        return get_quarantined(uow, workspace_id, quarantined_id, keys=parts.keys)


def request_release(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    change: Change,
    reason: ReasonCode | None = None,
    source_id: str | None = None,
) -> Job:
    """Enqueues a job that tries many held items again; nothing named means all."""
    payload = {"reason": reason.value if reason else None, "source_id": source_id}
    return enqueue(
        uow, workspace_id, RELEASE_JOB, payload,
        clock=change.clock, ids=change.ids, requested_by=change.actor,
    )  # fmt: skip


def release_many(parts: Releasing, run: JobRun, change: Change) -> Mapping[str, Any]:
    """The handler of `RELEASE_JOB`: may be cut short and begun again at any point."""
    reason, source_id = run.payload.get("reason"), run.payload.get("source_id")
    which = QuarantineFilter(reason=ReasonCode(reason) if reason else None, source_id=source_id)
    by = Change(run.job.requested_by or change.actor, change.clock, change.ids)
    report = release_matching(parts, run.workspace_id, which, change=by, progress=run.progress)
    return {"released": report.released, "still_unfit": report.still_unfit}


def release_matching(
    parts: Releasing,
    workspace_id: WorkspaceId,
    which: QuarantineFilter,
    *,
    change: Change,
    progress: Any = lambda _done, _total: None,
) -> ReleaseReport:
    """Tries every held item that is meant, oldest first; those still unfit stay held."""
    with UnitOfWork(parts.database, reads_only=True) as uow:
        total = store.count_quarantined(uow, workspace_id, which)
    released = still_unfit = 0
    cursor: str | None = None
    while True:
        with UnitOfWork(parts.database, reads_only=True) as uow:
            page = store.page_of_quarantined(
                uow, workspace_id, which,
                limit=RELEASE_BATCH_MAX, cursor=cursor, oldest_first=True,
            )  # fmt: skip
        tried = [(item, _fit(parts, opened_item(parts.keys, item), None)) for item in page.items]
        fit = [(item, ready) for item, ready in tried if not isinstance(ready, Reject)]
        released += _release(parts, fit, change)
        still_unfit += len(tried) - len(fit)
        progress(released + still_unfit, total)
        cursor = page.next_cursor
        if cursor is None:
            return ReleaseReport(released, still_unfit)


def finish_releases(parts: Releasing, *, change: Change) -> int:
    """Finishes releases that were cut short, in every workspace; returns how many."""
    with UnitOfWork(parts.database, reads_only=True) as uow:
        items = store.half_released(uow, RELEASE_BATCH_MAX)
    # What was written down then stands; the format and body given here are not used.
    return _release(parts, [(item, (item.format, item.payload)) for item in items], change)


def _fit(parts: Releasing, item: Quarantined, payload: bytes | None) -> tuple[str, bytes] | Reject:
    """The format and body under which the item becomes events, or why there is none."""
    if payload is None and item.is_cut:
        detail = "the payload was too large to keep whole; give a new one"
        return Reject(0, ReasonCode.EVENT_TOO_LARGE, detail, "", b"")
    body = item.payload if payload is None else payload
    if len(body) > PAYLOAD_BYTES_MAX:
        return Reject(0, ReasonCode.EVENT_TOO_LARGE, "the payload is too large", "", b"")
    first: Reject | None = None
    for name, wrapped in _readings(item.format, body):
        told = Received(
            workspace_id=item.workspace_id, source_id=item.source_id, format=name,
            received_us=us_from_instant(item.received_at), body=wrapped,
            is_historical=item.is_historical,
        )  # fmt: skip
        decoded = parts.decode(told, parts.blocked_ids(item.workspace_id))
        if decoded.events and not decoded.rejects:
            return name, wrapped
        if first is None and decoded.rejects:
            first = decoded.rejects[0]
    return first or Reject(0, ReasonCode.NOT_AN_OBJECT, "there is no event in it", "", b"")


def _readings(name: str, body: bytes) -> Sequence[tuple[str, bytes]]:
    # An item taken out of a batch is one again when it is put back into a batch of its own.
    alone, batch = (name, body), (name, b'{"batch":[' + body + b"]}")
    if name == "segment":
        return batch, alone, (OWN_FORMAT, body)
    return alone, batch, (OWN_FORMAT, body)


def _release(
    parts: Releasing, ready: Sequence[tuple[Quarantined, tuple[str, bytes]]], change: Change
) -> int:
    if not ready:
        return 0
    with UnitOfWork(parts.database) as uow:
        intents = [
            (item, store.intend_release(uow, item, name, sealed_body(parts.keys, item, body)))
            for item, (name, body) in ready
        ]
    going = [(item, intent) for item, intent in intents if intent is not None]
    if not going:
        return 0
    parts.log.append(
        [
            Received(
                workspace_id=item.workspace_id, source_id=item.source_id, format=name,
                received_us=us_from_instant(item.received_at),
                body=opened_body(parts.keys, item, body), is_historical=item.is_historical,
            )
            for item, (name, body) in going
        ]
    )  # fmt: skip
    with UnitOfWork(parts.database) as uow:
        return sum(_settle(uow, item, change) for item, _ in going)


def _settle(uow: UnitOfWork, item: Quarantined, change: Change) -> bool:
    at = change.clock.now()
    if not store.settle(uow, item, QuarantineState.RELEASED, at, change.actor):
        return False  # another release of the same item was faster
    released = notices.QuarantineReleased(item.workspace_id, item.id, item.source_id)
    announce(uow, released, clock=change.clock, ids=change.ids)
    record(
        uow, item.workspace_id, change.actor, "quarantine.release", item.id,
        clock=change.clock, ids=change.ids, detail={"reason": item.reason.value},
    )  # fmt: skip
    return True
