"""Files of audiences: lists brought in, and exports taken out."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from catchment import audiences, collect, vault
from catchment.api.at_the_desk import DeskRoute, UploadRoute
from catchment.api.desk import Desk
from catchment.api.routes.audiences import AUDIENCE
from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    AudiencesReader,
    AudiencesWriter,
    CursorQuery,
    LimitQuery,
    PathId,
    PeopleExporter,
    PeopleReader,
)
from catchment.api.schemas import audiences as shapes
from catchment.api.schemas.shapes import Id, Name, PageAnswer
from catchment.api.uploads import receive_file, sweep, uploads_of

router = APIRouter(tags=["audiences"], route_class=DeskRoute)
uploads = APIRouter(tags=["audiences"], route_class=UploadRoute)
LISTS = f"{WORKSPACE}/lists"
EXPORTS = f"{AUDIENCE}/exports"
PIECE_BYTES = 64 * 1024
_FILE = {
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


@uploads.post(LISTS, operation_id="upload_list", status_code=201, openapi_extra=_FILE)
async def upload_list(
    desk: AudiencesWriter,
    name: Annotated[Name, Query(description="What people call it.")] = "List",
    kind: Annotated[
        Id | None,
        Query(description="What each identifier is; left out, a column `kind` says it."),
    ] = None,
    list_id: Annotated[Id | None, Query(description="Replace what this list holds.")] = None,
) -> shapes.PeopleList:
    """Takes a CSV of identifiers and matches its rows to people; kept are keyed hashes alone."""
    home, upload_id = desk.services.home, desk.ids.make("upl")
    folder = uploads_of(home, desk.workspace_id)
    await run_in_threadpool(sweep, home, desk.workspace_id, desk.now)
    files = collect.KeptFiles(desk.services.keys)
    path = await receive_file(
        desk.request, folder / upload_id, lambda path: files.create(desk.workspace_id, path)
    )
    order = audiences.ListOrder(name=name, kind=kind, list_id=list_id, actor=desk.actor)
    try:
        made = await run_in_threadpool(
            lambda: audiences.take_list(
                desk.services.audiences,
                desk.work,
                desk.workspace_id,
                path,
                order,
                open_file=lambda path: files.open(desk.workspace_id, path),
            )
        )
    finally:
        # Identifiers stay, sealed, no longer than it takes to read them.
        await run_in_threadpool(path.unlink)
        await run_in_threadpool(path.parent.rmdir)
    # A list says of every row whether somebody goes by it: one look-up, of so many identifiers.
    act = vault.Act(desk.actor, "lookup", kinds=("list",), values=made.rows, reason=made.id)
    await run_in_threadpool(
        lambda: desk.services.privacy.trail.add(desk.work, desk.workspace_id, [act])
    )
    return shapes.PeopleList.model_validate(made)


@router.get(LISTS, operation_id="list_lists")
def list_lists(
    desk: AudiencesReader, limit: LimitQuery = LIMIT_DEFAULT, cursor: CursorQuery = None
) -> PageAnswer[shapes.PeopleList]:
    """Uploaded lists, newest first."""
    page = audiences.list_lists(desk.reading, desk.workspace_id, limit=limit, cursor=cursor)
    rows = [shapes.PeopleList.model_validate(one) for one in page.items]
    return PageAnswer(items=rows, next_cursor=page.next_cursor)


@router.get(f"{LISTS}/{{list_id}}", operation_id="read_list")
def read_list(list_id: PathId, desk: AudiencesReader) -> shapes.PeopleList:
    """One list, with its first rows that nobody was found by."""
    found = audiences.get_list(desk.reading, desk.workspace_id, list_id)
    return shapes.PeopleList.model_validate(found)


@router.delete(f"{LISTS}/{{list_id}}", operation_id="delete_list", status_code=204)
def delete_list(list_id: PathId, desk: AudiencesWriter) -> None:
    """Deletes a list that no audience reads."""
    audiences.delete_list(
        desk.services.audiences, desk.work, desk.workspace_id, list_id, actor=desk.actor
    )


@router.post(EXPORTS, operation_id="order_audience_export", status_code=202)
def order_audience_export(
    audience_id: PathId, ask: shapes.ExportAsk, desk: PeopleExporter
) -> shapes.Export:
    """Writes a file of its people in the background; the purpose goes into the audit trail.

    What is not masked, and lists for ad platforms, take a grant of scope `export`.
    """
    order = audiences.ExportOrder(
        audience_id=audience_id,
        format=ask.format,
        purpose=ask.purpose,
        traits=tuple(ask.traits),
        unmasked=ask.unmasked,
        actor=desk.actor,
        use=ask.use,
        channel=ask.channel,
        grant_id=ask.grant_id,
    )
    made = audiences.order_export(desk.services.audiences, desk.work, desk.workspace_id, order)
    return _export(desk, made)


@router.get(EXPORTS, operation_id="list_audience_exports")
def list_audience_exports(
    audience_id: PathId,
    desk: PeopleReader,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> PageAnswer[shapes.Export]:
    """Files of its people, newest first: for what, by whom, and how far."""
    page = audiences.list_exports(
        desk.reading, desk.workspace_id, audience_id, limit=limit, cursor=cursor
    )
    return PageAnswer(
        items=[_export(desk, one) for one in page.items], next_cursor=page.next_cursor
    )


@router.get(
    f"{EXPORTS}/{{export_id}}/file",
    operation_id="download_audience_export",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}}},
)
def download_audience_export(
    audience_id: PathId, export_id: PathId, desk: PeopleExporter
) -> StreamingResponse:
    """The file, as long as it is kept; each download is in the audit trail."""
    file = audiences.open_export(
        desk.services.audiences, desk.work, desk.workspace_id, audience_id, export_id,
        actor=desk.actor,
    )  # fmt: skip
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Content-Length": str(file.size),
        "Cache-Control": "no-store",
    }
    pieces = iter(lambda: file.content.read(PIECE_BYTES), b"")
    return StreamingResponse(
        pieces, media_type="text/csv; charset=utf-8", headers=headers,
        background=BackgroundTask(file.content.close),
    )  # fmt: skip


def _export(desk: Desk, made: audiences.AudienceExport) -> shapes.Export:
    stands = audiences.export_state(desk.reading, made)
    values = {name: getattr(made, name) for name in shapes.Export.model_fields if name not in (
        "state", "error", "traits"
    )}  # fmt: skip
    return shapes.Export(
        **values, traits=list(made.traits), state=stands.state, error=stands.reason
    )
