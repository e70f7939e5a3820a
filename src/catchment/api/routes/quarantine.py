"""The quarantine: what could not be understood, put right and let go."""

from typing import Annotated

from fastapi import APIRouter, Query

from catchment import collect
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.rendering import job_shape
from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    CursorQuery,
    LimitQuery,
    PathId,
    QuarantineReader,
    QuarantineWriter,
)
from catchment.api.schemas import collect as shapes
from catchment.api.schemas.events import Job
from catchment.api.schemas.shapes import Id, ItemsAnswer, PageAnswer
from catchment.collect import QuarantineState, ReasonCode
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork

router = APIRouter(tags=["collect"], route_class=DeskRoute)
QUARANTINE = f"{WORKSPACE}/quarantine"


@router.get(QUARANTINE, operation_id="list_quarantine")
def list_quarantine(
    desk: QuarantineReader,
    *,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
    state: Annotated[QuarantineState, Query()] = QuarantineState.HELD,
    reason: Annotated[ReasonCode | None, Query()] = None,
    source_id: Annotated[Id | None, Query()] = None,
) -> PageAnswer[shapes.Quarantined]:
    """Quarantined events, newest first."""
    wanted = collect.QuarantineFilter(state, reason, source_id)
    page = collect.list_quarantined(
        desk.reading, desk.workspace_id, wanted,
        keys=desk.services.keys, limit=limit, cursor=cursor,
    )  # fmt: skip
    return PageAnswer(items=[_item(one) for one in page.items], next_cursor=page.next_cursor)


@router.get(f"{QUARANTINE}/summary", operation_id="summarise_quarantine")
def summarise_quarantine(desk: QuarantineReader) -> ItemsAnswer[shapes.ReasonCount]:
    """How many events are held, by reason."""
    counts = collect.summarise_quarantine(desk.reading, desk.workspace_id)
    return ItemsAnswer(items=[shapes.ReasonCount.model_validate(one) for one in counts])


@router.post(f"{QUARANTINE}/release", operation_id="release_quarantine", status_code=202)
def release_quarantine(ask: shapes.ReleaseManyAsk, desk: QuarantineWriter) -> Job:
    """Tries many held events again, in the background."""
    job = collect.request_release(
        desk.work, desk.workspace_id, change=_change(desk),
        reason=ask.reason, source_id=ask.source_id,
    )  # fmt: skip
    return job_shape(job)


@router.post(f"{QUARANTINE}/{{quarantined_id}}/release", operation_id="release_quarantined")
def release_quarantined(
    quarantined_id: PathId,
    desk: QuarantineWriter,
    ask: shapes.ReleaseAsk | None = None,
) -> shapes.Quarantined:
    """Tries one held event again, as it was or put right; a mask left alone keeps its value."""
    payload = None if ask is None or ask.payload is None else ask.payload.encode()
    released = collect.fix_and_release(
        _releasing(desk), desk.workspace_id, quarantined_id, change=_change(desk), payload=payload
    )
    return _item(released)


@router.post(f"{QUARANTINE}/{{quarantined_id}}/discard", operation_id="discard_quarantined")
def discard_quarantined(quarantined_id: PathId, desk: QuarantineWriter) -> shapes.Quarantined:
    """Sets one held event aside for good; it stays on record."""
    discarded = collect.discard(
        desk.work, desk.workspace_id, quarantined_id,
        change=_change(desk), keys=desk.services.keys,
    )  # fmt: skip
    return _item(discarded)


def _item(item: collect.Quarantined) -> shapes.Quarantined:
    return shapes.Quarantined(
        id=item.id,
        source_id=item.source_id,
        reason=item.reason,
        detail=item.detail,
        pointer=item.pointer,
        payload=item.payload.decode("utf-8", "replace"),
        is_cut=item.is_cut,
        received_at=item.received_at,
        state=item.state,
        settled_at=item.settled_at,
        settled_by=item.settled_by,
    )


def _change(desk: Desk) -> collect.Change:
    return collect.Change(desk.actor, desk.clock, desk.ids, desk.services.entropy)


def _releasing(desk: Desk) -> collect.Releasing:
    database = desk.services.database

    def blocked_ids(workspace_id: WorkspaceId) -> frozenset[str]:
        with UnitOfWork(database, reads_only=True) as uow:
            return frozenset(collect.list_blocked_ids(uow, workspace_id))

    return collect.Releasing(
        database, desk.services.log, collect.decode, blocked_ids, desk.services.keys
    )
