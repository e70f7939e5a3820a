"""Who calls, and whether they may: the one place where roles and scopes are checked.

Every route that is not public says what it needs with one annotation, `Needs(role, scope)`. A
signed-in operator is measured by their role in the workspace of the address, an API key by its
scopes and by the one workspace it is bound to. A workspace that the caller has no part in answers
exactly like one that does not exist.
"""

from dataclasses import dataclass

from fastapi import Request

from catchment.api.schemas.access import RoleName, ScopeName

ROLE_RANK = {
    RoleName.VIEWER: 1,
    RoleName.ANALYST: 2,
    RoleName.OPERATOR: 3,
    RoleName.OWNER: 4,
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as far as this request is concerned."""


class Needs:
    """A dependency: the caller, once they were found to have the right."""

    def __init__(self, role: RoleName | None, scope: ScopeName | None) -> None:
        self.role = role
        self.scope = scope

    def __call__(self, request: Request) -> Caller:
        """The caller of this request."""
        raise NotImplementedError
