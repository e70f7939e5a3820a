"""Files brought in: upload, look, map, import, watch, and fetch the rows that failed."""

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    CursorQuery,
    EventsReader,
    Importer,
    InWorkspace,
    LimitQuery,
    PathId,
)
from catchment.api.schemas import imports as shapes
from catchment.api.schemas.shapes import PageAnswer

router = APIRouter(tags=["imports"])
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


@router.post(
    f"{IMPORTS}/uploads", operation_id="upload_file", status_code=201, openapi_extra=UPLOAD_BODY
)
async def upload_file(
    workspace_id: InWorkspace, caller: Importer, request: Request
) -> shapes.Upload:
    """Takes a file, looks at it and says how it would be read; imports nothing yet."""
    raise NotImplementedError


@router.post(IMPORTS, operation_id="start_import", status_code=202)
def start_import(
    workspace_id: InWorkspace, ask: shapes.ImportAsk, caller: Importer
) -> shapes.ImportStarted:
    """Imports an uploaded file in the background."""
    raise NotImplementedError


@router.get(IMPORTS, operation_id="list_imports")
def list_imports(
    workspace_id: InWorkspace,
    caller: EventsReader,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> PageAnswer[shapes.Import]:
    """Imports, newest first."""
    raise NotImplementedError


@router.get(f"{IMPORTS}/{{import_id}}", operation_id="read_import")
def read_import(
    workspace_id: InWorkspace, import_id: PathId, caller: EventsReader
) -> shapes.Import:
    """How far an import is."""
    raise NotImplementedError


@router.post(f"{IMPORTS}/{{import_id}}/cancel", operation_id="cancel_import")
def cancel_import(workspace_id: InWorkspace, import_id: PathId, caller: Importer) -> shapes.Import:
    """Stops an import; events already in stay, and starting again repeats none of them."""
    raise NotImplementedError


@router.get(
    f"{IMPORTS}/{{import_id}}/errors.csv",
    operation_id="download_import_errors",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}}},
)
def download_import_errors(
    workspace_id: InWorkspace, import_id: PathId, caller: EventsReader
) -> StreamingResponse:
    """The rows that could not be read, with their numbers and why."""
    raise NotImplementedError
