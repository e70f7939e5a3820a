"""Who calls, and whether they may: the one place where rights are checked at the edge.

Every route that is not public takes a desk through `Needs(action)`. A signed-in operator is
measured by their role in the workspace of the address, an API key by its scopes and by the one
workspace it opens. A workspace that the caller has no part in answers exactly like one that does
not exist.
"""

import re

from fastapi import Request

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
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Needs:
    """A dependency: the desk of a caller who was found to have the right.

    Args:
        action: what the route does; `None` for what any signed-in operator may do.
    """

    def __init__(self, action: Action | None = None) -> None:
        self.action = action

    @property
    def roles(self) -> list[Role]:
        """The roles that may."""
        return [r for r in Role if self.action is None or self.action in ROLE_ACTIONS[r]]

    @property
    def scopes(self) -> list[Scope]:
        """The scopes of an API key that may."""
        return [scope for scope in Scope if self.action in SCOPE_ACTIONS[scope]]

    def __call__(self, request: Request) -> Desk:
        """The desk, with its caller known and allowed, and its Idempotency-Key taken.

        Raises:
            WorkspaceUnknown: there is none, or the caller has no part in it.
            NotPermitted: the caller's role or scopes do not allow this.
            OperatorNeeded: a key asks for what is an operator's own.
        """
        desk = desk_of(request)
        if self.action is None:
            if desk.sign_in is None:
                raise OperatorNeeded
        else:
            self._admit(desk, str(request.path_params["workspace_id"]))
        desk.begin_once()
        return desk

    def _admit(self, desk: Desk, workspace_id: str) -> None:
        if not _ID.fullmatch(workspace_id):
            raise WorkspaceUnknown
        if desk.key is not None:
            if desk.key.workspace_id != workspace_id:
                raise WorkspaceUnknown
            caller = desk.key
        else:
            with UnitOfWork(desk.services.database, reads_only=True) as uow:
                caller = caller_of(uow, desk.operator, WorkspaceId(workspace_id))
        if self.action is not None:
            caller.require(self.action)
        desk.caller = caller
