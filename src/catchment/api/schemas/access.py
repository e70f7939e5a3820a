"""Operators, workspaces, keys and the trail of who did what."""

from typing import Annotated, Any, Literal

from pydantic import Field

from catchment.access import Role, Scope
from catchment.api.schemas.shapes import (
    Answer,
    Ask,
    At,
    Currency,
    Email,
    Instant,
    Name,
    Password,
    Secret,
    TimeZoneName,
)

SCOPES_MAX = 16

Locale = Literal["en", "zh-CN"]


class SetupState(Answer):
    """Whether this installation still waits for its first owner."""

    needed: bool


class SetupAsk(Ask):
    """The first owner and the first workspace, with the token from the one-time link."""

    token: Secret
    name: Name = Field(examples=["Lin Yue"])
    email: Email
    password: Password
    workspace_name: Name = Field(examples=["Tea House"])
    time_zone: TimeZoneName = "Asia/Shanghai"
    currency: Currency = "CNY"


class SignInAsk(Ask):
    """Who signs in."""

    email: Email
    # The length rule is for new passwords; an old one is simply right or wrong.
    password: Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[^\x00]*$")]


class Operator(Answer):
    """Someone who uses the console."""

    id: str = Field(examples=["opr_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    name: str
    email: str
    locale: str = "en"


class MyWorkspace(Answer):
    """A workspace that the caller may enter, and as what."""

    id: str = Field(examples=["wsp_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    name: str
    role: Role
    time_zone: str
    currency: str
    is_demo: bool


class Me(Answer):
    """The caller: the signed-in operator, and where they may go."""

    operator: Operator
    workspaces: list[MyWorkspace]


class MeChange(Ask):
    """What of oneself to change; what is left out stays. A new password needs the present one."""

    name: Name | None = None
    locale: Locale | None = None
    password: Password | None = None
    current_password: Secret | None = None


class Workspace(Answer):
    """A brand's own room: its events, people and numbers; nothing is shared with others."""

    id: str = Field(examples=["wsp_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    name: str
    time_zone: str
    currency: str
    is_demo: bool
    created_at: At


class WorkspaceNew(Ask):
    """A workspace to be."""

    name: Name = Field(examples=["Tea House"])
    time_zone: TimeZoneName = "Asia/Shanghai"
    currency: Currency = "CNY"


class WorkspaceChange(Ask):
    """What to change; what is left out stays."""

    name: Name | None = None
    time_zone: TimeZoneName | None = None
    currency: Currency | None = None


class Member(Answer):
    """An operator of one workspace."""

    id: str = Field(examples=["opr_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    name: str
    email: str
    role: Role
    state: Literal["invited", "active"]
    since: At = Field(description="When invited, or joined.")


class InvitationNew(Ask):
    """Whom to invite, and as what."""

    email: Email
    name: Name
    role: Role


class Invitation(Answer):
    """The invited operator, and the link to hand them; it is shown once."""

    operator: Member
    invitation_link: str = Field(examples=["/invitation#token=inv_…"])


class InvitationAccept(Ask):
    """The invited operator's first step."""

    token: Secret
    password: Password
    name: Name | None = None


class MemberChange(Ask):
    """The operator's new role."""

    role: Role


class Key(Answer):
    """An API key, without its secret."""

    id: str = Field(examples=["key_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    name: str
    hint: str = Field(description="How its secret begins.", examples=["ck_7h2k4"])
    scopes: list[Scope]
    created_by: str
    created_at: At
    expires_at: At | None = None
    last_used_at: At | None = None


class KeyNew(Ask):
    """A key to be: what it may do, and until when."""

    name: Name = Field(examples=["nightly export"])
    scopes: list[Scope] = Field(min_length=1, max_length=SCOPES_MAX)
    expires_at: Instant | None = None


class KeyMade(Answer):
    """The new key; `secret` is shown this once and kept nowhere."""

    key_id: str
    secret: str = Field(examples=["ck_…"])


class AuditEntry(Answer):
    """One thing that somebody did, kept for good."""

    id: str
    at: At
    actor: str = Field(description="An operator, a key, or `system`.")
    action: str = Field(examples=["source_created"])
    target: str
    detail: dict[str, Any]
