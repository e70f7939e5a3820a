"""Events: the newest, the live tail, their names and properties, and how many there are."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    CursorQuery,
    EventsReader,
    InWorkspace,
    LimitQuery,
)
from catchment.api.schemas import events as shapes
from catchment.api.schemas.shapes import EventNameText, Id, Instant, ItemsAnswer, Line, PageAnswer

router = APIRouter(tags=["events"])
EVENTS = f"{WORKSPACE}/events"

NameQuery = Annotated[EventNameText | None, Query(description="Only events of this name.")]
SourceQuery = Annotated[Id | None, Query(description="Only events of this source.")]
InstantQuery = Annotated[Instant | None, Query()]
TextQuery = Annotated[Line | None, Query(description="Text to look for.")]


@router.get(EVENTS, operation_id="list_events")
def list_events(
    workspace_id: InWorkspace,
    caller: EventsReader,
    *,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
    event: NameQuery = None,
    source_id: SourceQuery = None,
    person: Annotated[Id | None, Query(description="Only events of this person.")] = None,
    since: InstantQuery = None,
    until: InstantQuery = None,
    q: TextQuery = None,
) -> PageAnswer[shapes.EventRow]:
    """Events in the lake, newest first."""
    raise NotImplementedError


@router.get(
    f"{EVENTS}/stream",
    operation_id="stream_events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "model": None}},
)
async def stream_events(
    workspace_id: InWorkspace,
    caller: EventsReader,
    event: NameQuery = None,
    source_id: SourceQuery = None,
) -> StreamingResponse:
    """The live tail as Server-Sent Events: `entry` for each event, `dropped` when we fell behind.

    The data of an `entry` is a `LiveEntry`. A comment line every 15 seconds keeps the line open.
    """
    raise NotImplementedError


@router.get(f"{EVENTS}/count", operation_id="count_events")
def count_events(
    workspace_id: InWorkspace, caller: EventsReader, source_id: SourceQuery = None
) -> shapes.EventCounts:
    """What became of everything sent."""
    raise NotImplementedError


@router.get(f"{EVENTS}/names", operation_id="list_event_names")
def list_event_names(
    workspace_id: InWorkspace, caller: EventsReader, q: TextQuery = None
) -> ItemsAnswer[shapes.EventName]:
    """The names that events go by here, the most frequent first."""
    raise NotImplementedError


@router.get(f"{EVENTS}/properties", operation_id="list_event_properties")
def list_event_properties(
    workspace_id: InWorkspace, caller: EventsReader, event: NameQuery = None
) -> ItemsAnswer[shapes.EventProperty]:
    """The properties that events of a name carry, with examples."""
    raise NotImplementedError
