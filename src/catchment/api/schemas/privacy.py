"""What the vault's keepers and users ask and are told: fields, keys, grants, trail, retention."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from catchment.api.schemas.shapes import Answer, Ask, At, Count, Id, Line
from catchment.vault import (
    FILES_DAYS_MAX,
    GRANT_MINUTES_DEFAULT,
    RETENTION_DAYS_MAX,
    TRAIL_DAYS_MIN,
    Cipher,
    DataClass,
    FaultKind,
    GrantScope,
    GrantState,
    KeyState,
    Purpose,
    hide_text,
)

NUMBER_MAX = 1_000_000_000
"""Beyond any rule: what is too wide is refused by the rule that it breaks, not by its shape."""

Kind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$", examples=["phone"])]
Kinds = Annotated[list[Kind], Field(min_length=1, max_length=100)]
Reason = Annotated[
    str,
    Field(
        min_length=3, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$",
        description="Why; kept in the trail.", examples=["Calls back about order 1001"],
    ),
    AfterValidator(hide_text),
]  # fmt: skip
Label = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Days = Annotated[int, Field(ge=1, le=RETENTION_DAYS_MAX)]
FileDays = Annotated[
    int, Field(ge=1, le=FILES_DAYS_MAX, description="Files are swept after a week in any case.")
]
TrailDays = Annotated[int, Field(ge=TRAIL_DAYS_MIN, le=RETENTION_DAYS_MAX)]
Place = Annotated[
    str,
    Field(
        min_length=3, max_length=256, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["traits.wxid"],
        description="A path such as traits.wxid, *.memo for that key wherever it stands, or "
        "kind:phone for what is said of a built-in kind.",
    ),
]  # fmt: skip


class FieldAsk(Ask):
    """A field that holds personal data: where it stands, and how it is to be kept."""

    place: Place
    kind: Kind = Field(description="Values of one kind are masked and revealed alike.")
    label_zh: Label = Field(examples=["微信备注"])
    label_en: Label = Field(examples=["WeChat note"])
    data_class: DataClass = DataClass.IMPORTANT
    purposes: list[Purpose] = Field(
        default=[Purpose.SERVICE], min_length=1, max_length=len(Purpose),
        description="The first one names the key that new values are sealed under.",
    )  # fmt: skip
    retention_days: Days | None = None
    is_new_kind: bool = Field(
        default=False,
        description="The kind is meant as it is written, however like a known one it looks.",
    )


class PrivacyField(Answer):
    """A field, and what of it is kept."""

    id: str
    place: str
    kind: str
    label_zh: str
    label_en: str
    data_class: DataClass
    purposes: list[Purpose]
    retention_days: int | None
    is_built_in: bool
    values_kept: Count = Field(description="Of its kind and class, those of other fields included.")
    last_seen: date | None
    older_in_other_classes: Count = Field(
        description="Values of its kind that were kept under another class, and stay so until "
        "they are sent again or their retention ends."
    )


class WorkspaceKey(Answer):
    """A key of the workspace: of common or important fields, or, general, of records and files."""

    data_class: DataClass
    version: int
    state: KeyState
    cipher: Cipher
    created_at: At
    subject_keys: Count = Field(description="Keys of people that it wraps.")
    due_at: At | None = Field(description="When it is destroyed, if that was approved.")
    asked_by: str | None = Field(description="Who asked for its destruction.")
    approved_by: str | None
    reason: str | None


class MasterVersion(Answer):
    """A version of the key above all others; only its fingerprint is ever told."""

    version: int
    state: KeyState
    fingerprint: str
    created_at: At
    wraps: Count = Field(description="Keys of the whole installation that hang on it.")
    due_at: At | None = Field(description="When it is destroyed, if that was approved.")
    asked_by: str | None = Field(description="Who asked for its destruction.")
    approved_by: str | None
    reason: str | None


class MasterRotation(Answer):
    """How far the rotation of the master key is."""

    version: int
    state: Literal["running", "done"]
    done: Count
    total: Count


class MasterKey(Answer):
    """The key above all others, one for the installation; only its fingerprint is ever told."""

    fingerprint: str
    store: str
    versions: list[MasterVersion]
    rotation: MasterRotation | None


class Rotation(Answer):
    """How far the rotation of a class's key is."""

    data_class: DataClass
    state: Literal["running", "done"]
    done: Count
    total: Count


class PrivacyKeys(Answer):
    """The keys, without what they are."""

    is_away: bool = Field(description="The key store does not answer; personal data stays closed.")
    cipher: Cipher
    ciphers: list[Cipher]
    master: MasterKey | None
    workspace_keys: list[WorkspaceKey]
    rotation: Rotation | None
    log_keys_since: date | None = Field(description="The oldest day whose log can still be opened.")


class RotationAsk(Ask):
    """Whose key is to be replaced."""

    data_class: DataClass


class DestructionAsk(Ask):
    """Why a key is to be destroyed."""

    reason: Reason


class CipherAsk(Ask):
    """What new values are sealed with."""

    cipher: Cipher


class GrantAsk(Ask):
    """What somebody wants to read, what for, and for how long."""

    scope: GrantScope = GrantScope.REVEAL
    purpose: Purpose
    kinds: Kinds
    people_max: Annotated[int, Field(ge=1, le=NUMBER_MAX)] = 1
    minutes: Annotated[int, Field(ge=1, le=NUMBER_MAX)] = GRANT_MINUTES_DEFAULT
    reason: Reason
    ticket: Line = ""


class GrantAnswerAsk(Ask):
    """Why it is answered so."""

    reason: Line = ""


class Approval(Answer):
    """Who approved a grant, and when."""

    by: str
    at: At


class Grant(Answer):
    """Leave to read personal data for a while."""

    id: str
    scope: GrantScope
    purpose: Purpose
    kinds: list[str]
    people_max: int
    minutes: int
    reason: str
    ticket: str
    state: GrantState
    requested_by: str
    requested_at: At
    approvals: list[Approval]
    approvals_needed: Count
    approved_by: str | None = Field(description="Who gave the last approval that was needed.")
    settled_by: str | None = Field(description="Who refused or revoked it.")
    settled_reason: str
    people_used: Count
    starts_at: At | None
    expires_at: At | None


class FieldReference(Ask):
    """What of a person is to be read; one of the two."""

    identifier: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = Field(
        default=None, description="The subject of one of their identifiers."
    )
    trait: Annotated[str, Field(min_length=1, max_length=256)] | None = None
    nth: Annotated[int, Field(ge=0, le=1000)] = Field(
        default=0, description="Which one, where several values stand in it; the first is 0."
    )


class RevealAsk(Ask):
    """One value of one person, and why it must be seen."""

    field: FieldReference
    purpose: Purpose
    grant_id: Id | None = Field(default=None, description="Needed for every important field.")
    reason: Reason


class Revealed(Answer):
    """A personal value, in clear. It is shown once, kept nowhere, and stands in the trail."""

    value: str
    kind: str
    trail_seq: Count


class TrailEntry(Answer):
    """One reading of personal data, or one act upon its keeping."""

    seq: Count
    at: At
    actor: str
    action: str
    purpose: Purpose | None
    grant_id: str | None
    person: str | None
    kinds: list[str]
    values: Count = Field(description="How many values were read.")
    reason: str
    hash: str


class TrailFault(Answer):
    """Where the trail is broken, and how."""

    seq: Count | None
    what: FaultKind
    detail: str


class TrailHead(Answer):
    """The trail's end on a day, signed."""

    day: date
    seq: Count
    is_signed: bool = Field(
        description="The signature is ours, and the copy beside the keys says the same."
    )


class TrailVerdict(Answer):
    """Whether the trail is whole."""

    entries: Count
    is_whole: bool
    first_fault: TrailFault | None
    heads: list[TrailHead]
    took_ms: float


class RetentionAsk(Ask):
    """How long things are kept; null for as long as the workspace stands."""

    events_days: Days | None
    quarantine_days: Days
    uploads_days: FileDays
    exports_days: FileDays
    trail_days: TrailDays


class Retention(Answer):
    """How long things are kept."""

    events_days: int | None
    quarantine_days: int
    uploads_days: int
    exports_days: int
    trail_days: int
    changed_by: str | None
    changed_at: At | None
    enforced_at: At | None = Field(description="When it was last enforced.")


class RegisterRow(Answer):
    """A line of the register of processing: one kind of data, for one purpose."""

    field: str
    kind: str
    label_zh: str
    label_en: str
    data_class: DataClass
    purpose: Purpose
    basis: Literal["contract", "consent", "legal_obligation"]
    retention: str = Field(examples=["P365D"], description="ISO 8601, or `until_forgotten`.")
    recipients: list[str]
    values_kept: Count


class Register(Answer):
    """The register of processing, as the declared fields, purposes and retention make it."""

    made_at: At
    items: list[RegisterRow]
