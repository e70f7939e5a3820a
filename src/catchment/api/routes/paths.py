"""What stands in addresses, and which right a route needs: ids, pages, desks."""

from typing import Annotated

from fastapi import Depends, Path, Query

from catchment.access import Action
from catchment.api.desk import Desk, desk_of
from catchment.api.rights import Needs, signed_in
from catchment.api.schemas.shapes import Cursor, Id, Limit
from catchment.kernel import PAGE_SIZE_DEFAULT

WORKSPACE = "/workspaces/{workspace_id}"

PathId = Annotated[Id, Path()]
LimitQuery = Annotated[Limit, Query()]
CursorQuery = Annotated[Cursor | None, Query()]
LIMIT_DEFAULT = PAGE_SIZE_DEFAULT

PublicDesk = Annotated[Desk, Depends(desk_of)]
OperatorsDesk = Annotated[Desk, Depends(signed_in)]
WorkspaceReader = Annotated[Desk, Depends(Needs(Action.WORKSPACE_READ))]
WorkspaceManager = Annotated[Desk, Depends(Needs(Action.WORKSPACE_MANAGE))]
OperatorsReader = Annotated[Desk, Depends(Needs(Action.OPERATORS_READ))]
OperatorsManager = Annotated[Desk, Depends(Needs(Action.OPERATORS_MANAGE))]
KeysManager = Annotated[Desk, Depends(Needs(Action.KEYS_MANAGE))]
AuditReader = Annotated[Desk, Depends(Needs(Action.AUDIT_READ))]
SourcesReader = Annotated[Desk, Depends(Needs(Action.SOURCES_READ))]
SourcesWriter = Annotated[Desk, Depends(Needs(Action.SOURCES_WRITE))]
EventsReader = Annotated[Desk, Depends(Needs(Action.EVENTS_READ))]
EventsWriter = Annotated[Desk, Depends(Needs(Action.EVENTS_WRITE))]
EventsExporter = Annotated[Desk, Depends(Needs(Action.EVENTS_EXPORT))]
QuarantineReader = Annotated[Desk, Depends(Needs(Action.QUARANTINE_READ))]
QuarantineWriter = Annotated[Desk, Depends(Needs(Action.QUARANTINE_WRITE))]
ImportsReader = Annotated[Desk, Depends(Needs(Action.IMPORTS_READ))]
ImportsWriter = Annotated[Desk, Depends(Needs(Action.IMPORTS_WRITE))]
AnalyticsReader = Annotated[Desk, Depends(Needs(Action.ANALYTICS_READ))]
PeopleReader = Annotated[Desk, Depends(Needs(Action.PEOPLE_READ))]
PeopleWriter = Annotated[Desk, Depends(Needs(Action.PEOPLE_WRITE))]
PeopleExporter = Annotated[Desk, Depends(Needs(Action.PEOPLE_EXPORT))]
IdentityManager = Annotated[Desk, Depends(Needs(Action.IDENTITY_MANAGE))]
AudiencesReader = Annotated[Desk, Depends(Needs(Action.AUDIENCES_READ))]
AudiencesWriter = Annotated[Desk, Depends(Needs(Action.AUDIENCES_WRITE))]
JobsReader = Annotated[Desk, Depends(Needs(Action.JOBS_READ))]
JobsCanceller = Annotated[Desk, Depends(Needs(Action.JOBS_CANCEL))]
PrivacyReader = Annotated[Desk, Depends(Needs(Action.PRIVACY_READ))]
PrivacyManager = Annotated[Desk, Depends(Needs(Action.PRIVACY_MANAGE))]
PrivacyApprover = Annotated[Desk, Depends(Needs(Action.PRIVACY_APPROVE))]
PrivacyRevealer = Annotated[Desk, Depends(Needs(Action.PRIVACY_REVEAL))]
PrivacyAuditor = Annotated[Desk, Depends(Needs(Action.PRIVACY_AUDIT))]
RightsKeeper = Annotated[Desk, Depends(Needs(Action.PEOPLE_RIGHTS))]
