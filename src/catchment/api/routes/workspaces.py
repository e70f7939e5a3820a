"""Workspaces, their operators, their API keys and their audit trail."""

from fastapi import APIRouter

from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    CursorQuery,
    InWorkspace,
    LimitQuery,
    Member,
    Owner,
    PathId,
    SignedIn,
)
from catchment.api.schemas import access as shapes
from catchment.api.schemas.shapes import ItemsAnswer, PageAnswer

router = APIRouter(tags=["access"])


@router.get("/workspaces", operation_id="list_workspaces")
def list_workspaces(caller: SignedIn) -> ItemsAnswer[shapes.Workspace]:
    """The workspaces that the caller may enter."""
    raise NotImplementedError


@router.post("/workspaces", operation_id="create_workspace", status_code=201)
def create_workspace(new: shapes.WorkspaceNew, caller: SignedIn) -> shapes.Workspace:
    """Makes a workspace and makes the caller its owner."""
    raise NotImplementedError


@router.get(WORKSPACE, operation_id="read_workspace")
def read_workspace(workspace_id: InWorkspace, caller: Member) -> shapes.Workspace:
    """One workspace."""
    raise NotImplementedError


@router.patch(WORKSPACE, operation_id="change_workspace")
def change_workspace(
    workspace_id: InWorkspace, change: shapes.WorkspaceChange, caller: Owner
) -> shapes.Workspace:
    """Changes a workspace's name, time zone or currency."""
    raise NotImplementedError


@router.get(f"{WORKSPACE}/operators", operation_id="list_operators")
def list_operators(workspace_id: InWorkspace, caller: Member) -> ItemsAnswer[shapes.Member]:
    """Who works in this workspace, and as what."""
    raise NotImplementedError


@router.post(f"{WORKSPACE}/operators", operation_id="invite_operator", status_code=201)
def invite_operator(
    workspace_id: InWorkspace, new: shapes.InvitationNew, caller: Owner
) -> shapes.Invitation:
    """Invites an operator; the link is shown once, to be handed over."""
    raise NotImplementedError


@router.patch(f"{WORKSPACE}/operators/{{operator_id}}", operation_id="change_operator")
def change_operator(
    workspace_id: InWorkspace, operator_id: PathId, change: shapes.MemberChange, caller: Owner
) -> shapes.Member:
    """Changes an operator's role."""
    raise NotImplementedError


@router.delete(
    f"{WORKSPACE}/operators/{{operator_id}}", operation_id="remove_operator", status_code=204
)
def remove_operator(workspace_id: InWorkspace, operator_id: PathId, caller: Owner) -> None:
    """Takes an operator out of this workspace."""
    raise NotImplementedError


@router.get(f"{WORKSPACE}/keys", operation_id="list_keys")
def list_keys(workspace_id: InWorkspace, caller: Owner) -> ItemsAnswer[shapes.Key]:
    """The API keys of this workspace, without their secrets."""
    raise NotImplementedError


@router.post(f"{WORKSPACE}/keys", operation_id="create_key", status_code=201)
def create_key(workspace_id: InWorkspace, new: shapes.KeyNew, caller: Owner) -> shapes.KeyMade:
    """Makes an API key; its secret is shown in this answer and never again."""
    raise NotImplementedError


@router.delete(f"{WORKSPACE}/keys/{{key_id}}", operation_id="revoke_key", status_code=204)
def revoke_key(workspace_id: InWorkspace, key_id: PathId, caller: Owner) -> None:
    """Revokes a key, at once."""
    raise NotImplementedError


@router.get(f"{WORKSPACE}/audit", operation_id="list_audit")
def list_audit(
    workspace_id: InWorkspace,
    caller: Owner,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> PageAnswer[shapes.AuditEntry]:
    """Who did what in this workspace, newest first."""
    raise NotImplementedError
