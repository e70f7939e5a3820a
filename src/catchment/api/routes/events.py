"""Events: the newest, the live tail, their names and properties, and how many there are."""

import json
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from catchment import analytics
from catchment.api.at_the_desk import DeskRoute
from catchment.api.event_stream import HEADERS, stream
from catchment.api.live_tail import Interest, LiveTail
from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    AnalyticsReader,
    CursorQuery,
    EventsReader,
    LimitQuery,
)
from catchment.api.schemas import events as shapes
from catchment.api.schemas.shapes import EventNameText, Id, Instant, ItemsAnswer, Line, PageAnswer

router = APIRouter(tags=["events"], route_class=DeskRoute)
EVENTS = f"{WORKSPACE}/events"

NameQuery = Annotated[EventNameText | None, Query(description="Only events of this name.")]
SourceQuery = Annotated[Id | None, Query(description="Only events of this source.")]
InstantQuery = Annotated[Instant | None, Query()]
TextQuery = Annotated[Line | None, Query(description="Text to look for.")]


@router.get(EVENTS, operation_id="list_events")
def list_events(
    desk: EventsReader,
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
    query = analytics.EventQuery(
        name=event, source_id=source_id, person=person, since=since, until=until, text=q or None
    )
    page = analytics.list_events(
        desk.services.engine, desk.workspace_id, query, limit=limit, cursor=cursor
    )
    return PageAnswer(items=[_row(row) for row in page.items], next_cursor=page.next_cursor)


@router.get(
    f"{EVENTS}/stream",
    operation_id="stream_events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "model": None}},
)
async def stream_events(
    desk: EventsReader,
    event: NameQuery = None,
    source_id: SourceQuery = None,
) -> StreamingResponse:
    """The live tail as Server-Sent Events: `entry` for each event, `dropped` when we fell behind.

    The data of an `entry` is a `LiveEntry`. A comment line every 15 seconds keeps the line open.
    """
    interest = Interest(desk.workspace_id, source_id, event, desk.actor)
    tail: LiveTail = desk.request.app.state.tail
    # Looked at here as well as when it begins: once a stream has begun it cannot be refused.
    tail.check_room(desk.actor)
    await run_in_threadpool(desk.services.keys.check)
    lines = stream(tail, interest, desk.request.is_disconnected, desk.clock)
    return StreamingResponse(lines, media_type="text/event-stream", headers=HEADERS)


@router.get(f"{EVENTS}/count", operation_id="count_events")
def count_events(desk: EventsReader, source_id: SourceQuery = None) -> shapes.EventCounts:
    """What became of everything sent."""
    services = desk.services
    counts = services.landing.counts(desk.workspace_id, source_id)
    pending = services.log.head() - services.landing.position()
    return shapes.EventCounts(
        accepted=counts.accepted,
        duplicate=counts.duplicate,
        quarantined=counts.quarantined,
        forgotten=counts.forgotten,
        in_lake=counts.accepted if source_id else services.events.count(desk.workspace_id),
        pending=max(0, pending),
    )


@router.get(f"{EVENTS}/names", operation_id="list_event_names")
def list_event_names(desk: AnalyticsReader, q: TextQuery = None) -> ItemsAnswer[shapes.EventName]:
    """The names that events go by here, the most frequent first."""
    found = analytics.event_names(desk.services.engine, desk.workspace_id, text=q or "")
    return ItemsAnswer(items=[shapes.EventName.model_validate(name) for name in found])


@router.get(f"{EVENTS}/properties", operation_id="list_event_properties")
def list_event_properties(
    desk: EventsReader,
    event: Annotated[EventNameText, Query(description="The events' name.")],
) -> ItemsAnswer[shapes.EventProperty]:
    """The properties that events of a name carry, with examples."""
    found = analytics.property_names(desk.services.engine, desk.workspace_id, event)
    return ItemsAnswer(items=[shapes.EventProperty.model_validate(one) for one in found])


def _row(row: analytics.EventRow) -> shapes.EventRow:
    values = {name: getattr(row, name) for name in shapes.EventRow.model_fields}
    for document in ("properties", "traits", "context"):
        values[document] = json.loads(values[document])
    return shapes.EventRow(**values)
