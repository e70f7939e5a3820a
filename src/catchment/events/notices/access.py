"""What `access` announces: workspaces, and who works in them."""

import msgspec


class WorkspaceCreated(msgspec.Struct, frozen=True, tag=True):
    """A workspace exists now."""

    workspace_id: str


class OperatorJoined(msgspec.Struct, frozen=True, tag=True):
    """An operator became a member of a workspace."""

    workspace_id: str
    operator_id: str
    role: str


class OperatorLeft(msgspec.Struct, frozen=True, tag=True):
    """An operator is no longer a member of a workspace."""

    workspace_id: str
    operator_id: str
