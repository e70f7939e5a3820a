"""Who calls, and whether they may: the one place where rights are checked at the edge.

Every route that is not public takes a desk through `Needs(action)`, or `signed_in` for what is an
operator's own. A signed-in operator is measured by their role in the workspace of the address, an
API key by its scopes and by the one workspace it opens. A workspace that the caller has no part in
answers exactly like one that does not exist.
"""

from typing import Annotated

from fastapi import Path, Request

from catchment.access import (
    ROLE_ACTIONS,
    SCOPE_ACTIONS,
    Action,
    Role,
    Scope,
    WorkspaceUnknown,
    caller_of,
)
from catchment.api.desk import Desk, desk_of
from catchment.api.errors import OperatorNeeded
from catchment.api.schemas.shapes import Id
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork

InWorkspace = Annotated[Id, Path(description="Whose data it is.")]


def signed_in(request: Request) -> Desk:
    """The desk of a signed-in operator, whatever the workspace.

    Raises:
        OperatorNeeded: an API key asks for what is an operator's own.
    """
    desk = desk_of(request)
    if desk.sign_in is None:
        raise OperatorNeeded
    desk.begin_once()
    return desk


class Needs:
    """A dependency: the desk of a caller who was found to have the right.

    Args:
        action: what the route does.
    """

    def __init__(self, action: Action) -> None:
        self.action = action

    @property
    def roles(self) -> list[Role]:
        """The roles that may."""
        return [role for role in Role if self.action in ROLE_ACTIONS[role]]

    @property
    def scopes(self) -> list[Scope]:
        """The scopes of an API key that may."""
        return [scope for scope in Scope if self.action in SCOPE_ACTIONS[scope]]

    def __call__(self, request: Request, workspace_id: InWorkspace) -> Desk:
        """The desk, with its caller known and allowed, and its Idempotency-Key taken.

        Raises:
            WorkspaceUnknown: there is none, or the caller has no part in it.
            NotPermitted: the caller's role or scopes do not allow this.
        """
        desk = desk_of(request)
        if desk.key is not None:
            if desk.key.workspace_id != workspace_id:
                raise WorkspaceUnknown
            caller = desk.key
        else:
            with UnitOfWork(desk.services.database, reads_only=True) as uow:
                caller = caller_of(uow, desk.operator, WorkspaceId(workspace_id))
        caller.require(self.action)
        desk.caller = caller
        desk.begin_once()
        return desk
