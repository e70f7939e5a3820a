"""Workspaces, their operators, their API keys and their audit trail."""

from fastapi import APIRouter

from catchment import access
from catchment.api.at_the_desk import DeskRoute
from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    AuditReader,
    CursorQuery,
    KeysManager,
    LimitQuery,
    OperatorsDesk,
    OperatorsManager,
    OperatorsReader,
    PathId,
    WorkspaceManager,
    WorkspaceReader,
)
from catchment.api.schemas import access as shapes
from catchment.api.schemas.shapes import ItemsAnswer, PageAnswer

router = APIRouter(tags=["access"], route_class=DeskRoute)
OPERATORS = f"{WORKSPACE}/operators"
KEYS = f"{WORKSPACE}/keys"
INVITATION_PAGE = "/invitation#token="
"""Behind the hash, so that no server's log ever holds the token."""


@router.get("/workspaces", operation_id="list_workspaces")
def list_workspaces(desk: OperatorsDesk) -> ItemsAnswer[shapes.Workspace]:
    """The workspaces that the caller may enter."""
    entered = access.memberships_of(desk.reading, desk.operator.id)
    return ItemsAnswer(items=[shapes.Workspace.model_validate(one.workspace) for one in entered])


@router.post("/workspaces", operation_id="create_workspace", status_code=201)
def create_workspace(new: shapes.WorkspaceNew, desk: OperatorsDesk) -> shapes.Workspace:
    """Makes a workspace and makes the caller its owner."""
    made = access.create_workspace(
        desk.work, new.name, clock=desk.clock, ids=desk.ids, owner_id=desk.operator.id,
        time_zone=new.time_zone, currency=new.currency, actor=desk.actor,
    )  # fmt: skip
    return shapes.Workspace.model_validate(made)


@router.get(WORKSPACE, operation_id="read_workspace")
def read_workspace(desk: WorkspaceReader) -> shapes.Workspace:
    """One workspace."""
    found = access.get_workspace(desk.reading, desk.workspace_id)
    return shapes.Workspace.model_validate(found)


@router.patch(WORKSPACE, operation_id="change_workspace")
def change_workspace(change: shapes.WorkspaceChange, desk: WorkspaceManager) -> shapes.Workspace:
    """Changes a workspace's name, time zone or currency."""
    changed = access.update_workspace(
        desk.work, desk.workspace_id, actor=desk.actor, clock=desk.clock, ids=desk.ids,
        name=change.name, time_zone=change.time_zone, currency=change.currency,
    )  # fmt: skip
    return shapes.Workspace.model_validate(changed)


@router.get(OPERATORS, operation_id="list_operators")
def list_operators(desk: OperatorsReader) -> ItemsAnswer[shapes.Member]:
    """Who works in this workspace, and as what."""
    found = access.list_members(desk.reading, desk.workspace_id)
    return ItemsAnswer(items=[_member(one) for one in found])


@router.post(OPERATORS, operation_id="invite_operator", status_code=201)
def invite_operator(new: shapes.InvitationNew, desk: OperatorsManager) -> shapes.Invitation:
    """Invites an operator; the link is shown once, to be handed over."""
    desk.shows_secret = True
    invited = access.invite(
        desk.work, desk.workspace_id, new.email, new.name, access.Role(new.role),
        actor=desk.actor, clock=desk.clock, ids=desk.ids, entropy=desk.services.entropy,
    )  # fmt: skip
    link = f"{desk.origin}{INVITATION_PAGE}{invited.token}"
    return shapes.Invitation(operator=_member(invited.member), invitation_link=link)


@router.patch(f"{OPERATORS}/{{operator_id}}", operation_id="change_operator")
def change_operator(
    operator_id: PathId,
    change: shapes.MemberChange,
    desk: OperatorsManager,
) -> shapes.Member:
    """Changes an operator's role."""
    changed = access.change_role(
        desk.work, desk.workspace_id, operator_id, access.Role(change.role),
        actor=desk.actor, clock=desk.clock, ids=desk.ids,
    )  # fmt: skip
    return _member(changed)


@router.delete(f"{OPERATORS}/{{operator_id}}", operation_id="remove_operator", status_code=204)
def remove_operator(operator_id: PathId, desk: OperatorsManager) -> None:
    """Takes an operator out of this workspace, or an invitation back."""
    access.remove_member(
        desk.work, desk.workspace_id, operator_id,
        actor=desk.actor, clock=desk.clock, ids=desk.ids,
    )  # fmt: skip


@router.get(KEYS, operation_id="list_keys")
def list_keys(desk: KeysManager) -> ItemsAnswer[shapes.Key]:
    """The API keys of this workspace, without their secrets."""
    found = access.list_keys(desk.reading, desk.workspace_id)
    return ItemsAnswer(items=[_key(one) for one in found])


@router.post(KEYS, operation_id="create_key", status_code=201)
def create_key(new: shapes.KeyNew, desk: KeysManager) -> shapes.KeyMade:
    """Makes an API key; its secret is shown in this answer and never again."""
    desk.shows_secret = True
    made = access.create_key(
        desk.work, desk.workspace_id, new.name, [str(scope) for scope in new.scopes],
        actor=desk.actor, clock=desk.clock, ids=desk.ids, expires_at=new.expires_at,
        entropy=desk.services.entropy,
    )  # fmt: skip
    return shapes.KeyMade(key_id=made.key.id, secret=made.secret)


@router.delete(f"{KEYS}/{{key_id}}", operation_id="revoke_key", status_code=204)
def revoke_key(key_id: PathId, desk: KeysManager) -> None:
    """Revokes a key, at once."""
    access.revoke_key(
        desk.work, desk.workspace_id, key_id, actor=desk.actor, clock=desk.clock, ids=desk.ids
    )


@router.get(f"{WORKSPACE}/audit", operation_id="list_audit")
def list_audit(
    desk: AuditReader,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> PageAnswer[shapes.AuditEntry]:
    """Who did what in this workspace, newest first."""
    page = access.list_audit(desk.reading, desk.workspace_id, limit=limit, cursor=cursor)
    items = [shapes.AuditEntry.model_validate(entry) for entry in page.items]
    return PageAnswer(items=items, next_cursor=page.next_cursor)


def _member(member: access.Member) -> shapes.Member:
    return shapes.Member(
        id=member.operator.id,
        name=member.operator.name,
        email=member.operator.email,
        role=member.role,
        state="invited" if member.is_pending else "active",
        since=member.since,
    )


def _key(key: access.ApiKey) -> shapes.Key:
    return shapes.Key(
        id=key.id,
        name=key.name,
        hint=key.hint,
        scopes=sorted(key.scopes),
        created_by=key.created_by,
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
    )
