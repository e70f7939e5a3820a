"""Who may do what: the one table, and the one question.

Every right of every role stands here and nowhere else. Roles are nested: each may do all that the
next lower one may. Personal data is the exception: who manages it (its classes, keys, grants) does
not use it, and who uses it does not manage it; the owner therefore reveals nothing, and a keeper
and an auditor stand beside the ladder. An API key has scopes instead of a role; a scope is a
handful of actions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from catchment.access.errors import NotPermitted
from catchment.kernel import WorkspaceId


class Role(StrEnum):
    """What an operator is in one workspace; from the widest to the narrowest, then those beside."""

    OWNER = "owner"
    OPERATOR = "operator"
    ANALYST = "analyst"
    VIEWER = "viewer"
    KEEPER = "keeper"
    AUDITOR = "auditor"


class Scope(StrEnum):
    """What an API key may touch."""

    EVENTS_READ = "events:read"
    EVENTS_WRITE = "events:write"
    SOURCES_READ = "sources:read"
    SOURCES_WRITE = "sources:write"
    ANALYTICS_READ = "analytics:read"
    QUARANTINE_WRITE = "quarantine:write"
    IMPORTS_WRITE = "imports:write"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    AUDIENCES_READ = "audiences:read"
    AUDIENCES_WRITE = "audiences:write"
    PEOPLE_REVEAL = "people:reveal"
    PRIVACY_MANAGE = "privacy:manage"
    ADMIN = "admin"


class Action(StrEnum):
    """Something that a route or a command does for its caller."""

    WORKSPACE_READ = "workspace.read"
    WORKSPACE_MANAGE = "workspace.manage"
    OPERATORS_READ = "operators.read"
    OPERATORS_MANAGE = "operators.manage"
    KEYS_MANAGE = "keys.manage"
    AUDIT_READ = "audit.read"
    SOURCES_READ = "sources.read"
    SOURCES_WRITE = "sources.write"
    EVENTS_READ = "events.read"
    EVENTS_WRITE = "events.write"
    EVENTS_EXPORT = "events.export"
    QUARANTINE_READ = "quarantine.read"
    QUARANTINE_WRITE = "quarantine.write"
    IMPORTS_READ = "imports.read"
    IMPORTS_WRITE = "imports.write"
    ANALYTICS_READ = "analytics.read"
    PEOPLE_READ = "people.read"
    PEOPLE_WRITE = "people.write"
    PEOPLE_EXPORT = "people.export"
    IDENTITY_MANAGE = "identity.manage"
    AUDIENCES_READ = "audiences.read"
    AUDIENCES_WRITE = "audiences.write"
    JOBS_READ = "jobs.read"
    JOBS_CANCEL = "jobs.cancel"
    PRIVACY_READ = "privacy.read"
    PRIVACY_MANAGE = "privacy.manage"
    PRIVACY_APPROVE = "privacy.approve"
    PRIVACY_REVEAL = "privacy.reveal"
    PRIVACY_AUDIT = "privacy.audit"
    PEOPLE_RIGHTS = "people.rights"


_VIEWER = frozenset({
    Action.WORKSPACE_READ, Action.ANALYTICS_READ, Action.SOURCES_READ, Action.AUDIENCES_READ,
    Action.JOBS_READ,
})  # fmt: skip
# Single events and people carry ids, so reading them begins here; an audience's size does not.
_ANALYST = _VIEWER | {
    Action.EVENTS_READ, Action.EVENTS_EXPORT, Action.QUARANTINE_READ, Action.IMPORTS_READ,
    Action.PEOPLE_READ, Action.OPERATORS_READ,
}  # fmt: skip
_OPERATOR = _ANALYST | {
    Action.SOURCES_WRITE, Action.EVENTS_WRITE, Action.QUARANTINE_WRITE, Action.IMPORTS_WRITE,
    Action.PEOPLE_WRITE, Action.PEOPLE_EXPORT, Action.AUDIENCES_WRITE, Action.JOBS_CANCEL,
    Action.PRIVACY_READ, Action.PEOPLE_RIGHTS,
}  # fmt: skip
_OWNER = _OPERATOR | {
    Action.WORKSPACE_MANAGE, Action.OPERATORS_MANAGE, Action.KEYS_MANAGE, Action.AUDIT_READ,
    Action.IDENTITY_MANAGE, Action.PRIVACY_MANAGE, Action.PRIVACY_APPROVE, Action.PRIVACY_AUDIT,
}  # fmt: skip
_KEEPER = _VIEWER | {
    Action.OPERATORS_READ, Action.PRIVACY_READ, Action.PRIVACY_MANAGE, Action.PRIVACY_APPROVE,
}  # fmt: skip
_AUDITOR = _VIEWER | {
    Action.OPERATORS_READ, Action.PRIVACY_READ, Action.PRIVACY_AUDIT, Action.AUDIT_READ,
}  # fmt: skip

APART = (
    (Action.PRIVACY_REVEAL, Action.PRIVACY_MANAGE),
    (Action.PRIVACY_REVEAL, Action.PRIVACY_APPROVE),
    (Action.PRIVACY_REVEAL, Action.PRIVACY_AUDIT),
)
"""Rights that no role and no scope gives together."""

ROLE_ACTIONS: Mapping[Role, frozenset[Action]] = MappingProxyType(
    {
        Role.OWNER: frozenset(_OWNER),
        Role.OPERATOR: frozenset(_OPERATOR | {Action.PRIVACY_REVEAL}),
        Role.ANALYST: frozenset(_ANALYST),
        Role.VIEWER: _VIEWER,
        Role.KEEPER: frozenset(_KEEPER),
        Role.AUDITOR: frozenset(_AUDITOR),
    }
)

SCOPE_ACTIONS: Mapping[Scope, frozenset[Action]] = MappingProxyType(
    {
        Scope.EVENTS_READ: frozenset({Action.EVENTS_READ, Action.EVENTS_EXPORT, Action.JOBS_READ}),
        Scope.EVENTS_WRITE: frozenset({Action.EVENTS_WRITE}),
        Scope.SOURCES_READ: frozenset({Action.SOURCES_READ}),
        Scope.SOURCES_WRITE: frozenset({Action.SOURCES_READ, Action.SOURCES_WRITE}),
        Scope.ANALYTICS_READ: frozenset({Action.ANALYTICS_READ, Action.WORKSPACE_READ}),
        Scope.QUARANTINE_WRITE: frozenset(
            {Action.QUARANTINE_READ, Action.QUARANTINE_WRITE, Action.JOBS_READ}
        ),
        Scope.IMPORTS_WRITE: frozenset(
            {Action.IMPORTS_READ, Action.IMPORTS_WRITE, Action.JOBS_READ, Action.JOBS_CANCEL}
        ),
        Scope.PEOPLE_READ: frozenset({Action.PEOPLE_READ, Action.JOBS_READ}),
        Scope.PEOPLE_WRITE: frozenset(
            {Action.PEOPLE_READ, Action.PEOPLE_WRITE, Action.JOBS_READ, Action.JOBS_CANCEL}
        ),
        Scope.AUDIENCES_READ: frozenset({Action.AUDIENCES_READ, Action.JOBS_READ}),
        Scope.AUDIENCES_WRITE: frozenset(
            {Action.AUDIENCES_READ, Action.AUDIENCES_WRITE, Action.JOBS_READ, Action.JOBS_CANCEL}
        ),
        Scope.PEOPLE_REVEAL: frozenset({Action.PEOPLE_READ, Action.PRIVACY_REVEAL}),
        Scope.PRIVACY_MANAGE: frozenset(
            {Action.PRIVACY_READ, Action.PRIVACY_MANAGE, Action.PEOPLE_RIGHTS, Action.JOBS_READ}
        ),
        # A key may be its maker's second self, so none of them is the second person.
        Scope.ADMIN: frozenset(_OWNER - {Action.PRIVACY_APPROVE}),
    }
)


def may(role: Role, action: Action) -> bool:
    """Whether an operator of this role may do this."""
    return action in ROLE_ACTIONS[role]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, in one workspace: an operator with a role, or an API key with scopes.

    Attributes:
        workspace_id: where the rights hold.
        actor: how the audit trail names the caller: `opr_…`, `key_…`, or a word for the house.
        role: of an operator.
        scopes: of an API key.
    """

    workspace_id: WorkspaceId
    actor: str
    role: Role | None = None
    scopes: frozenset[Scope] = field(default_factory=frozenset)

    def may(self, action: Action) -> bool:
        """Whether the caller's role or scopes allow this."""
        if self.role is not None and may(self.role, action):
            return True
        return any(action in SCOPE_ACTIONS[scope] for scope in self.scopes)

    def require(self, action: Action) -> None:
        """Does nothing, if allowed.

        Raises:
            NotPermitted: it is not; the details name the action.
        """
        if not self.may(action):
            raise NotPermitted(f"this needs the right {action.value}", action=action.value)
