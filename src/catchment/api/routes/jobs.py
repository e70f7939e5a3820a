"""Long acts: exports, and any job's progress."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from catchment import collect, jobs
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.rendering import job_shape
from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    CursorQuery,
    EventsExporter,
    JobsCanceller,
    JobsReader,
    LimitQuery,
    PathId,
)
from catchment.api.schemas import events as shapes
from catchment.api.schemas.shapes import PageAnswer

router = APIRouter(tags=["jobs"], route_class=DeskRoute)
EXPORTS_FOLDER = "exports"
PIECE_BYTES = 256 * 1024
"""So much of a file is opened at once."""


@router.post(
    f"{WORKSPACE}/events/exports", operation_id="export_events", status_code=202, tags=["events"]
)
def export_events(ask: shapes.EventExportAsk, desk: EventsExporter) -> shapes.Job:
    """Writes events into a file, in the background."""
    job = collect.order_export(
        desk.work, desk.workspace_id, ask.format, clock=desk.clock, ids=desk.ids,
        event=ask.event, since=ask.since, until=ask.until, requested_by=desk.actor,
    )  # fmt: skip
    return job_shape(job)


@router.get(f"{WORKSPACE}/events/exports", operation_id="list_event_exports", tags=["events"])
def list_event_exports(
    desk: EventsExporter, limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
) -> PageAnswer[shapes.EventExport]:
    """Files of events, newest first: which, by whom, and how far."""
    page = collect.list_exports(
        desk.reading, desk.workspace_id, _folder(desk), limit=limit, cursor=cursor
    )
    return PageAnswer(items=[_export(one) for one in page.items], next_cursor=page.next_cursor)


@router.get(f"{WORKSPACE}/jobs/{{job_id}}", operation_id="read_job")
def read_job(job_id: PathId, desk: JobsReader) -> shapes.Job:
    """How far a long act is."""
    return job_shape(jobs.get_job(desk.reading, desk.workspace_id, job_id))


@router.post(f"{WORKSPACE}/jobs/{{job_id}}/cancel", operation_id="cancel_job")
def cancel_job(job_id: PathId, desk: JobsCanceller) -> shapes.Job:
    """Stops a long act; what it already did stays."""
    job = jobs.cancel_job(desk.work, desk.workspace_id, job_id, clock=desk.clock)
    return job_shape(job)


@router.get(
    f"{WORKSPACE}/exports/{{export_id}}/file",
    operation_id="download_export",
    tags=["events"],
    response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def download_export(export_id: PathId, desk: EventsExporter) -> StreamingResponse:
    """The exported file; `export_id` is the job's id. It is opened while it is sent."""
    job = jobs.get_job(desk.reading, desk.workspace_id, export_id)
    path = collect.export_file(_folder(desk), job)
    file = collect.KeptFiles(desk.services.keys).open(desk.workspace_id, path)
    return StreamingResponse(
        _pieces(file),
        media_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="events{path.suffix}"'},
    )


def _folder(desk: Desk) -> Path:
    return desk.services.home / EXPORTS_FOLDER


def _export(one: collect.EventExport) -> shapes.EventExport:
    job = job_shape(one.job)
    return shapes.EventExport(
        id=job.id, format=one.ending, event=one.choice.event,
        since=one.choice.since, until=one.choice.until,
        state=job.state, progress=job.progress, events=one.events, bytes=one.bytes,
        has_file=one.has_file, error=job.error, requested_by=one.job.requested_by,
        created_at=job.created_at, finished_at=job.finished_at,
        is_cancel_requested=job.is_cancel_requested,
    )  # fmt: skip


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE_BYTES):
            yield piece
