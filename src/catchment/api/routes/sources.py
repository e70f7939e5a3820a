"""Sources and the identifiers that stand for nobody."""

from fastapi import APIRouter

from catchment.api.routes.paths import (
    WORKSPACE,
    InWorkspace,
    PathId,
    SourcesReader,
    SourcesWriter,
)
from catchment.api.schemas import collect as shapes
from catchment.api.schemas.shapes import ItemsAnswer

router = APIRouter(tags=["collect"])
SOURCES = f"{WORKSPACE}/sources"
SOURCE = f"{SOURCES}/{{source_id}}"


@router.get(SOURCES, operation_id="list_sources")
def list_sources(workspace_id: InWorkspace, caller: SourcesReader) -> ItemsAnswer[shapes.Source]:
    """Every source of the workspace, with what it sent lately."""
    raise NotImplementedError


@router.post(SOURCES, operation_id="create_source", status_code=201)
def create_source(
    workspace_id: InWorkspace, new: shapes.SourceNew, caller: SourcesWriter
) -> shapes.Source:
    """Makes a source and its write key."""
    raise NotImplementedError


@router.get(SOURCE, operation_id="read_source")
def read_source(
    workspace_id: InWorkspace, source_id: PathId, caller: SourcesReader
) -> shapes.Source:
    """One source."""
    raise NotImplementedError


@router.patch(SOURCE, operation_id="change_source")
def change_source(
    workspace_id: InWorkspace,
    source_id: PathId,
    change: shapes.SourceChange,
    caller: SourcesWriter,
) -> shapes.Source:
    """Renames, enables or disables a source."""
    raise NotImplementedError


@router.delete(SOURCE, operation_id="delete_source", status_code=204)
def delete_source(workspace_id: InWorkspace, source_id: PathId, caller: SourcesWriter) -> None:
    """Takes a source off the list; its events stay."""
    raise NotImplementedError


@router.post(f"{SOURCE}/rotate-key", operation_id="rotate_source_key")
def rotate_source_key(
    workspace_id: InWorkspace, source_id: PathId, caller: SourcesWriter
) -> shapes.Source:
    """Gives the source a new write key; the old one is refused from now on."""
    raise NotImplementedError


@router.post(f"{SOURCE}/test-event", operation_id="send_test_event", status_code=202)
def send_test_event(
    workspace_id: InWorkspace, source_id: PathId, caller: SourcesWriter
) -> shapes.TestEvent:
    """Sends one event through this source, to see that it arrives."""
    raise NotImplementedError


@router.get(f"{WORKSPACE}/blocked-ids", operation_id="read_blocked_ids")
def read_blocked_ids(workspace_id: InWorkspace, caller: SourcesReader) -> shapes.BlockedIds:
    """The identifiers that stand for nobody."""
    raise NotImplementedError


@router.put(f"{WORKSPACE}/blocked-ids", operation_id="replace_blocked_ids")
def replace_blocked_ids(
    workspace_id: InWorkspace, ask: shapes.BlockedIdsAsk, caller: SourcesWriter
) -> shapes.BlockedIds:
    """Replaces the list of identifiers that stand for nobody."""
    raise NotImplementedError
