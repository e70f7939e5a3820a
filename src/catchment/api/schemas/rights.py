"""Consent and people's rights: the ledger, requests, connected systems, who stays forgotten."""

from typing import Annotated, Any, Literal

from pydantic import Field

from catchment.api.schemas.shapes import Answer, Ask, At, Count, Id, Instant, Line, Name

ConsentStateText = Literal["granted", "withdrawn"]
BasisText = Literal[
    "consent", "contract", "legal_duty", "emergency", "public_interest", "disclosed"
]
RightKindText = Literal["access", "correction", "deletion", "opt_out", "opt_in"]
RightStateText = Literal["received", "running", "waiting", "done", "refused", "failed"]
StepStateText = Literal["waiting", "running", "done", "failed"]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$", examples=["marketing"])]
Channel = Annotated[
    str,
    Field(
        pattern=r"^(\*|[A-Za-z0-9][A-Za-z0-9_-]{0,63})$", examples=["sms"],
        description="How they may be reached; `*` is every channel.",
    ),
]  # fmt: skip
Subject = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Url = Annotated[
    str,
    Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x20\x7f]+$",
          examples=["https://crm.example.com/hooks/catchment"]),
]  # fmt: skip


class IdentifierAsk(Ask):
    """An identifier as people write it."""

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$", examples=["phone"])]
    value: Annotated[
        str, Field(min_length=1, max_length=512, pattern=r"^[^\x00]*$", examples=["13812345678"])
    ]


class ConsentAsk(Ask):
    """What somebody says about one purpose on one channel."""

    purpose: Word
    channel: Channel
    state: ConsentStateText
    basis: BasisText = "consent"
    notice_version: Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    notice_hash: Annotated[
        str, Field(pattern=r"^([0-9a-fA-F]{64})?$", description="SHA-256 of the notice's text.")
    ] = ""
    separate: bool = Field(default=False, description="Asked for by itself (单独同意).")
    noticed_at: Instant | None = Field(default=None, description="When the notice was shown.")
    said_at: Instant | None = Field(default=None, description="When it was said; now, if left out.")
    proof: Annotated[
        str,
        Field(max_length=2_000, pattern=r"^[^\x00]*$",
              description="What shows it; sealed under the person's own key."),
    ] = ""  # fmt: skip


class PersonConsentAsk(ConsentAsk):
    """What a person says, of one address of theirs or of them all."""

    subject: Subject | None = Field(
        default=None, description="Of which identifier of theirs; left out, of the person."
    )


class AddressConsentAsk(ConsentAsk):
    """What somebody says of an address, whoever they are."""

    identifier: IdentifierAsk


class ConsentEntry(Answer):
    """A line of the ledger."""

    id: str = Field(examples=["con_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    subject: str
    purpose: str
    channel: str
    state: ConsentStateText
    basis: BasisText
    notice_version: str
    notice_hash: str
    separate: bool
    source: str
    noticed_at: At | None
    said_at: At
    received_at: At
    recorded_at: At
    actor: str
    proof: str = Field(description="Empty where there is none, or its key was destroyed.")
    event_key: str | None


class ConsentStanding(Answer):
    """How a person stands: by their newest word, over all that they go by."""

    purpose: str
    channel: str
    state: ConsentStateText
    at: At
    basis: BasisText


class PersonConsent(Answer):
    """The ledger about a person, newest first, and what follows from it."""

    entries: list[ConsentEntry]
    standing: list[ConsentStanding]


class CorrectionAsk(Ask):
    """What is to be put right."""

    trait: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$")]
    value: Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")] | float | bool


class RightsAsk(Ask):
    """What somebody asks for."""

    kind: RightKindText
    note: Line = ""
    correction: CorrectionAsk | None = None


class RightsRefusal(Ask):
    """Why it is refused; the law wants the reason told."""

    reason: Annotated[Line, Field(min_length=1)]


class RightsStep(Answer):
    """One step of a request."""

    name: str
    state: StepStateText
    detail: str


class RightsRequest(Answer):
    """What somebody asked for, and how far it is."""

    id: str = Field(examples=["rgt_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    kind: RightKindText
    person_id: str
    state: RightStateText
    asked_by: str
    asked_at: At
    due_at: At
    note: str
    steps: list[RightsStep]
    receipt: dict[str, Any] | None = Field(description="Signed; anybody can check it.")
    file_until: At | None = Field(description="How long the file of an access request is kept.")
    approved_by: str | None
    reason: str | None = Field(description="Why it was refused or failed.")
    finished_at: At | None


class ConnectedSystem(Answer):
    """A system that was given data, and is told of deletions."""

    id: str = Field(examples=["sys_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    name: str
    url: str
    created_by: str
    created_at: At
    states: dict[str, Count] = Field(
        description="Deletions by how far it is with them: initialized, running, partial, failed, "
        "finished."
    )


class ConnectedSystemNew(ConnectedSystem):
    """A system that was just connected, with its secret, shown this once."""

    secret: str = Field(examples=["whsec_…"])


class ConnectedSystemAsk(Ask):
    """A system to be told."""

    name: Name
    url: Url


class Suppression(Answer):
    """Somebody who stays forgotten, by a keyed hash."""

    subject: str
    at: At
    lifted_at: At | None
    request_id: str | None = Field(description="The last deletion that it belongs to, if known.")


class LiftAllAsk(Ask):
    """Why everybody of a deletion may be known again."""

    reason: Annotated[Line, Field(min_length=1)]


class DeletionLifted(Answer):
    """What lifting all of a deletion came to."""

    request_id: str
    lifted: Count
    kept: Count = Field(description="They stay forgotten, for a later deletion holds them.")


class LiftAsk(Ask):
    """Who may be known again, and why: a subject, or an identifier as people write it."""

    subject: Subject | None = None
    identifier: IdentifierAsk | None = None
    reason: Annotated[Line, Field(min_length=1)]


class RequestFileQuery(Ask):
    """Which form of the file."""

    format: Literal["json", "csv", "html"] = "json"


PersonId = Id
