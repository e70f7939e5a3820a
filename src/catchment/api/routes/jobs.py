"""Long acts: exports, and any job's progress."""

from fastapi import APIRouter
from fastapi.responses import FileResponse

from catchment.api.routes.paths import WORKSPACE, EventsExporter, EventsReader, InWorkspace, PathId
from catchment.api.schemas import events as shapes

router = APIRouter(tags=["jobs"])


@router.post(
    f"{WORKSPACE}/events/exports", operation_id="export_events", status_code=202, tags=["events"]
)
def export_events(
    workspace_id: InWorkspace, ask: shapes.ExportAsk, caller: EventsExporter
) -> shapes.Job:
    """Writes events into a file, in the background."""
    raise NotImplementedError


@router.get(f"{WORKSPACE}/jobs/{{job_id}}", operation_id="read_job")
def read_job(workspace_id: InWorkspace, job_id: PathId, caller: EventsReader) -> shapes.Job:
    """How far a long act is."""
    raise NotImplementedError


@router.post(f"{WORKSPACE}/jobs/{{job_id}}/cancel", operation_id="cancel_job")
def cancel_job(workspace_id: InWorkspace, job_id: PathId, caller: EventsExporter) -> shapes.Job:
    """Stops a long act; what it already did stays."""
    raise NotImplementedError


@router.get(
    f"{WORKSPACE}/exports/{{export_id}}/file",
    operation_id="download_export",
    tags=["events"],
    response_class=FileResponse,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def download_export(
    workspace_id: InWorkspace, export_id: PathId, caller: EventsExporter
) -> FileResponse:
    """The exported file."""
    raise NotImplementedError
