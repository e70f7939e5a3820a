"""What stands in addresses: ids, cursors and limits, each with its bound."""

from typing import Annotated

from fastapi import Depends, Path, Query

from catchment.api.rights import Caller, Needs
from catchment.api.schemas.access import RoleName, ScopeName
from catchment.api.schemas.shapes import Cursor, Id, Limit
from catchment.kernel import PAGE_SIZE_DEFAULT

WORKSPACE = "/workspaces/{workspace_id}"

InWorkspace = Annotated[Id, Path(description="Whose data it is.")]
PathId = Annotated[Id, Path()]
LimitQuery = Annotated[Limit, Query()]
CursorQuery = Annotated[Cursor | None, Query()]
LIMIT_DEFAULT = PAGE_SIZE_DEFAULT

SignedIn = Annotated[Caller, Depends(Needs(None, None))]
EventsReader = Annotated[Caller, Depends(Needs(RoleName.VIEWER, ScopeName.EVENTS_READ))]
EventsExporter = Annotated[Caller, Depends(Needs(RoleName.ANALYST, ScopeName.EVENTS_READ))]
SourcesReader = Annotated[Caller, Depends(Needs(RoleName.VIEWER, ScopeName.SOURCES_READ))]
SourcesWriter = Annotated[Caller, Depends(Needs(RoleName.OPERATOR, ScopeName.SOURCES_WRITE))]
Analyst = Annotated[Caller, Depends(Needs(RoleName.VIEWER, ScopeName.ANALYTICS_READ))]
QuarantineWriter = Annotated[Caller, Depends(Needs(RoleName.OPERATOR, ScopeName.QUARANTINE_WRITE))]
Importer = Annotated[Caller, Depends(Needs(RoleName.OPERATOR, ScopeName.IMPORTS_WRITE))]
Member = Annotated[Caller, Depends(Needs(RoleName.VIEWER, ScopeName.ADMIN))]
Owner = Annotated[Caller, Depends(Needs(RoleName.OWNER, ScopeName.ADMIN))]
