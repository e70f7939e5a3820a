"""Long acts: exports, and any job's progress."""

from fastapi import APIRouter
from fastapi.responses import FileResponse

from catchment import collect, jobs
from catchment.api.at_the_desk import DeskRoute
from catchment.api.rendering import job_shape
from catchment.api.routes.paths import (
    WORKSPACE,
    EventsExporter,
    JobsCanceller,
    JobsReader,
    PathId,
)
from catchment.api.schemas import events as shapes

router = APIRouter(tags=["jobs"], route_class=DeskRoute)
EXPORTS_FOLDER = "exports"


@router.post(
    f"{WORKSPACE}/events/exports", operation_id="export_events", status_code=202, tags=["events"]
)
def export_events(ask: shapes.ExportAsk, desk: EventsExporter) -> shapes.Job:
    """Writes events into a file, in the background."""
    job = collect.order_export(
        desk.work, desk.workspace_id, ask.format, clock=desk.clock, ids=desk.ids,
        event=ask.event, since=ask.since, until=ask.until, requested_by=desk.actor,
    )  # fmt: skip
    return job_shape(job)


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
    response_class=FileResponse,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def download_export(export_id: PathId, desk: EventsExporter) -> FileResponse:
    """The exported file; `export_id` is the job's id."""
    job = jobs.get_job(desk.reading, desk.workspace_id, export_id)
    path = collect.export_file(desk.services.home / EXPORTS_FOLDER, job)
    return FileResponse(
        path, media_type="application/octet-stream", filename=f"events{path.suffix}"
    )
