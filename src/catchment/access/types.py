"""The nouns of access: operators, workspaces, and what opens them."""

from dataclasses import dataclass
from datetime import datetime

from catchment.access.permissions import Role, Scope
from catchment.kernel import WorkspaceId

TIME_ZONE_DEFAULT = "Asia/Shanghai"
CURRENCY_DEFAULT = "CNY"
LOCALES = ("zh-CN", "en")
NAME_LENGTH_MAX = 100
EMAIL_LENGTH_MAX = 254


@dataclass(frozen=True, slots=True)
class Workspace:
    """A brand's own pool: all its data, apart from everyone else's.

    Attributes:
        id: `wsp_…`.
        name: what people call it.
        time_zone: IANA name; its days begin there.
        currency: ISO 4217; amounts that name none are in it.
        is_demo: filled by the traffic simulator.
        created_at: when.
    """

    id: WorkspaceId
    name: str
    time_zone: str
    currency: str
    is_demo: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Operator:
    """Someone who uses the console; the same person in every workspace, known by e-mail.

    Attributes:
        id: `opr_…`.
        email: in the spelling we compare by.
        name: what colleagues read.
        locale: the language of the interface.
        is_active: has a password; one who has not accepted an invitation yet has none.
        created_at: when.
    """

    id: str
    email: str
    name: str
    locale: str
    is_active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """An operator in one workspace.

    Attributes:
        operator: who.
        role: what they may do here.
        is_pending: invited, and not yet come.
        since: when invited or joined.
    """

    operator: Operator
    role: Role
    is_pending: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """A workspace as one of its operators sees it."""

    workspace: Workspace
    role: Role


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation; `token` goes into the link and is shown this once only."""

    member: Member
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that holds.

    Attributes:
        operator: who is signed in.
        created_at: since when.
        expires_at: when it ends at the latest; it ends earlier when it lies idle.
    """

    operator: Operator
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """A sign-in just made; `token` goes into the cookie and is kept nowhere here."""

    token: str
    sign_in: SignIn


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program's right of entry to one workspace. Its secret is shown once and not kept.

    Attributes:
        id: `key_…`.
        workspace_id: the only one it opens.
        name: what it is for.
        hint: the secret's first characters, to tell keys apart.
        scopes: what it may touch.
        created_by: the actor who made it.
        created_at, expires_at, last_used_at, revoked_at: its life; use is noted to the minute.
    """

    id: str
    workspace_id: WorkspaceId
    name: str
    hint: str
    scopes: frozenset[Scope]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key just made, with the secret that is shown this once only."""

    key: ApiKey
    secret: str
