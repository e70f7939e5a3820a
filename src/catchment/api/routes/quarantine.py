"""The quarantine: what could not be understood, put right and let go."""

from typing import Annotated

from fastapi import APIRouter, Query

from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    CursorQuery,
    EventsReader,
    InWorkspace,
    LimitQuery,
    PathId,
    QuarantineWriter,
)
from catchment.api.schemas import collect as shapes
from catchment.api.schemas.events import Job
from catchment.api.schemas.shapes import Id, ItemsAnswer, PageAnswer

router = APIRouter(tags=["collect"])
QUARANTINE = f"{WORKSPACE}/quarantine"


@router.get(QUARANTINE, operation_id="list_quarantine")
def list_quarantine(
    workspace_id: InWorkspace,
    caller: EventsReader,
    *,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
    state: Annotated[shapes.QuarantineState, Query()] = "held",
    reason: Annotated[shapes.ReasonName | None, Query()] = None,
    source_id: Annotated[Id | None, Query()] = None,
) -> PageAnswer[shapes.Quarantined]:
    """Quarantined events, newest first."""
    raise NotImplementedError


@router.get(f"{QUARANTINE}/summary", operation_id="summarise_quarantine")
def summarise_quarantine(
    workspace_id: InWorkspace, caller: EventsReader
) -> ItemsAnswer[shapes.ReasonCount]:
    """How many events are held, by reason."""
    raise NotImplementedError


@router.post(f"{QUARANTINE}/release", operation_id="release_quarantine", status_code=202)
def release_quarantine(
    workspace_id: InWorkspace, ask: shapes.ReleaseManyAsk, caller: QuarantineWriter
) -> Job:
    """Tries many held events again, in the background."""
    raise NotImplementedError


@router.post(f"{QUARANTINE}/{{quarantined_id}}/release", operation_id="release_quarantined")
def release_quarantined(
    workspace_id: InWorkspace,
    quarantined_id: PathId,
    caller: QuarantineWriter,
    ask: shapes.ReleaseAsk | None = None,
) -> shapes.Quarantined:
    """Tries one held event again, as it was or put right."""
    raise NotImplementedError


@router.post(f"{QUARANTINE}/{{quarantined_id}}/discard", operation_id="discard_quarantined")
def discard_quarantined(
    workspace_id: InWorkspace, quarantined_id: PathId, caller: QuarantineWriter
) -> shapes.Quarantined:
    """Sets one held event aside for good; it stays on record."""
    raise NotImplementedError
