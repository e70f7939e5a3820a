"""Files brought in: upload, look, map, import, watch, and fetch the rows that failed."""

import shutil
from pathlib import Path

import msgspec
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from catchment import access, collect
from catchment.api.at_the_desk import DeskRoute, UploadRoute
from catchment.api.desk import Desk
from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    CursorQuery,
    ImportsReader,
    ImportsWriter,
    LimitQuery,
    PathId,
)
from catchment.api.schemas import imports as shapes
from catchment.api.schemas.shapes import PageAnswer
from catchment.api.uploads import find_upload, receive_file, sweep, uploads_of
from catchment.kernel import CatchmentError, instant_from_us

router = APIRouter(tags=["imports"], route_class=DeskRoute)
uploads = APIRouter(tags=["imports"], route_class=UploadRoute)
IMPORTS = f"{WORKSPACE}/imports"
UPLOAD_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@uploads.post(
    f"{IMPORTS}/uploads", operation_id="upload_file", status_code=201, openapi_extra=UPLOAD_BODY
)
async def upload_file(desk: ImportsWriter) -> shapes.Upload:
    """Takes a file, looks at it and says how it would be read; imports nothing yet."""
    home, upload_id = desk.services.home, desk.ids.make("upl")
    folder = uploads_of(home, desk.workspace_id)
    await run_in_threadpool(sweep, home, desk.workspace_id, desk.now)
    files = collect.KeptFiles(desk.services.keys)
    path = await receive_file(
        desk.request, folder / upload_id, lambda path: files.create(desk.workspace_id, path)
    )
    try:
        return await run_in_threadpool(_looked_at, desk, upload_id, path)
    except CatchmentError:
        # What cannot be read cannot be imported either.
        await run_in_threadpool(shutil.rmtree, folder / upload_id)
        raise


@router.post(IMPORTS, operation_id="start_import", status_code=202)
def start_import(ask: shapes.ImportAsk, desk: ImportsWriter) -> shapes.ImportStarted:
    """Imports an uploaded file in the background."""
    workspace = access.get_workspace(desk.work, desk.workspace_id)
    source = collect.get_source(desk.work, desk.workspace_id, ask.source_id)
    path = find_upload(desk.services.home, desk.workspace_id, ask.upload_id)
    spec = collect.ImportSpec(
        workspace_id=workspace.id,
        source_id=source.id,
        path=path,
        format=ask.format,
        mapping=None if ask.mapping is None else collect.mapping_of(ask.mapping),
        time_zone=ask.time_zone,
        currency=ask.currency,
        house_zone=workspace.time_zone,
        house_currency=workspace.currency,
        name=path.name,
    )
    ordered = collect.order_import(
        desk.work, spec, clock=desk.clock, ids=desk.ids, requested_by=desk.actor
    )
    return shapes.ImportStarted(import_id=ordered.import_id)


@router.get(IMPORTS, operation_id="list_imports")
def list_imports(
    desk: ImportsReader,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> PageAnswer[shapes.Import]:
    """Imports, newest first."""
    page = collect.list_imports(desk.reading, desk.workspace_id, limit=limit, cursor=cursor)
    return PageAnswer(items=[_shape(desk, one) for one in page.items], next_cursor=page.next_cursor)


@router.get(f"{IMPORTS}/{{import_id}}", operation_id="read_import")
def read_import(import_id: PathId, desk: ImportsReader) -> shapes.Import:
    """How far an import is."""
    return _shape(desk, collect.get_import(desk.reading, desk.workspace_id, import_id))


@router.post(f"{IMPORTS}/{{import_id}}/cancel", operation_id="cancel_import")
def cancel_import(import_id: PathId, desk: ImportsWriter) -> shapes.Import:
    """Stops an import; events already in stay, and starting again repeats none of them."""
    return _shape(desk, collect.cancel_import(desk.work, desk.workspace_id, import_id))


@router.get(
    f"{IMPORTS}/{{import_id}}/errors.csv",
    operation_id="download_import_errors",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}}},
)
def download_import_errors(import_id: PathId, desk: ImportsReader) -> StreamingResponse:
    """The rows that could not be read, with their numbers and why."""
    errors = collect.import_row_errors(desk.reading, desk.workspace_id, import_id)
    headers = {"Content-Disposition": f'attachment; filename="{import_id}-errors.csv"'}
    return StreamingResponse(
        collect.row_errors_csv(errors), media_type="text/csv; charset=utf-8", headers=headers
    )


def _looked_at(desk: Desk, upload_id: str, path: Path) -> shapes.Upload:
    services = desk.services
    importer = collect.Importer(
        services.log, collect.ImportTable(services.database), desk.clock, desk.ids,
        open_path=collect.KeptFiles(services.keys).open,
    )  # fmt: skip
    found = importer.detect(path, workspace_id=desk.workspace_id)
    mapping = found.suggested_mapping
    return shapes.Upload(
        upload_id=upload_id,
        detected=shapes.DetectedFile(
            format=found.format,
            encoding=found.encoding or None,
            header_row=found.header_row or None,
            delimiter=found.delimiter or None,
            columns=[shapes.FileColumn.model_validate(column) for column in found.columns],
            rows_estimate=found.rows_estimate,
            suggested_mapping=None if mapping is None else msgspec.to_builtins(mapping),
        ),
        preview=[list(row) for row in found.preview],
    )


def _shape(desk: Desk, record: collect.ImportRecord) -> shapes.Import:
    is_over = record.state in {
        collect.ImportState.DONE,
        collect.ImportState.FAILED,
        collect.ImportState.CANCELLED,
    }
    return shapes.Import(
        id=record.import_id,
        file_name=record.file_name,
        source_id=record.spec.source_id,
        format=record.spec.format,
        state=record.state,
        progress=shapes.ImportProgress(
            done=record.rows_read,
            total=max(record.rows_total, record.rows_read) if record.rows_total else None,
        ),
        rows_read=record.rows_read,
        events=record.events,
        errors_count=record.errors_count,
        forgotten=_forgotten(desk, record),
        error=record.failure,
        created_at=instant_from_us(record.created_us),
        finished_at=instant_from_us(record.updated_us) if is_over else None,
    )


def _forgotten(desk: Desk, record: collect.ImportRecord) -> int | None:
    if not record.last_position:
        return None
    spec = record.spec
    return desk.services.landing.forgotten_between(
        desk.workspace_id, spec.source_id, record.first_position, record.last_position
    )
