"""Audiences: definitions, previews, members, growth, overlap, lists and exports."""

from typing import Annotated, Any

from pydantic import Field

from catchment.api.schemas.shapes import Answer, Ask, At, Count, Id, Line, Name
from catchment.audiences import AudienceState, Cause, Direction, ExportFormat, ListRowReason
from catchment.jobs import JobState
from catchment.vault import Purpose

TRAITS_MAX = 50

RuleTree = Annotated[
    dict[str, Any],
    Field(
        description="A typed tree; see the reference of audience rules. At most 64 KB.",
        examples=[{"did": {"event": "Order Completed"}, "within": "30d"}],
    ),
]
Text = Annotated[Line, Field(default="", max_length=500)]


class AudienceNew(Ask):
    """A new audience."""

    name: Name
    description: Text
    rule: RuleTree
    tag_id: Id | None = Field(default=None, description="A tag that its members are given.")
    announce: bool = Field(
        default=False,
        description="Whether filling it announces each person, so that what listens is set off.",
    )


class AudienceChange(AudienceNew):
    """The audience as it shall be; another rule makes a new version."""

    expected_version: Count | None = Field(
        default=None, description="Refused where somebody else has changed the rule since."
    )


class AudienceRow(Answer):
    """An audience in a list."""

    id: str = Field(examples=["adc_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    name: str
    description: str
    state: AudienceState
    version: Count
    size: Count | None = Field(description="Null until it was first filled.")
    is_filling: bool = Field(description="The members do not stand for the newest rule yet.")
    as_of: At | None
    tag_id: str | None
    changed_at: At


class Audience(AudienceRow):
    """An audience with its rule."""

    rule: RuleTree
    created_at: At
    created_by: str
    changed_by: str


class AudienceVersion(Answer):
    """One state of a definition."""

    version: Count
    rule: RuleTree
    is_announced: bool
    created_at: At
    created_by: str


class AudienceMember(Answer):
    """A person in an audience, masked."""

    person: str = Field(examples=["per_1f0c…"])
    name: str | None = Field(description="Masked; null where no name is known.")
    identifiers: list[str] = Field(description="Masked, the strongest first.")


class PreviewAsk(Ask):
    """A rule that is not kept."""

    rule: RuleTree


class Preview(Answer):
    """Who a rule would choose."""

    size: Count
    of: Count = Field(description="All people of the workspace.")
    sample: list[AudienceMember]
    as_of: At | None
    took_ms: float


class Members(Answer):
    """A sample of an audience's people."""

    items: list[AudienceMember]
    size: Count
    as_of: At | None


class GrowthDay(Answer):
    """One day of an audience."""

    day: str = Field(examples=["2026-03-08"])
    size: Count | None
    entered: Count
    left: Count


class Refill(Answer):
    """Many moved at once: a first filling, an edit, a refresh."""

    at: At
    version: Count
    cause: Cause
    entered: Count
    left: Count
    size: Count
    is_announced: bool


class Growth(Answer):
    """How an audience grew, day by day."""

    time_zone: str
    days: list[GrowthDay]
    refills: list[Refill]


class OverlapSet(Answer):
    """One of the audiences laid over each other."""

    audience_id: str
    name: str
    size: Count


class Intersection(Answer):
    """People in exactly these audiences."""

    audience_ids: list[str]
    count: Count


class Overlap(Answer):
    """Exact counts of every combination that somebody is in."""

    sets: list[OverlapSet]
    intersections: list[Intersection]
    union: Count


class Transition(Answer):
    """One person entered or left."""

    person: str
    direction: Direction
    at: At
    cause: Cause
    version: Count
    is_quiet: bool = Field(
        description="The human was in already, or is in still, under another person id."
    )


class WhyEvidence(Answer):
    """An event that counts."""

    event: str
    at: At
    value: float | None


class WhyPart(Answer):
    """One part of a rule, and how it stands with a person."""

    pointer: str = Field(description="JSON pointer into the rule; empty for the rule itself.")
    asked: dict[str, Any] = Field(description="That part of the rule.")
    holds: bool
    found: str | float | list[str] | None = Field(description="What was compared.")
    evidence: list[WhyEvidence] = Field(description="Events that count, the newest first.")
    since: At | None = Field(description="When it last turned, as far as events tell.")
    until: At | None = Field(description="Before this instant time alone turns nothing.")
    is_undecided: bool = Field(
        description="It neither holds nor does its opposite: it rests on a machine's judgement, "
        "and the person refused to be judged so."
    )


class Why(Answer):
    """Why a person is in an audience or not, by its newest rule, now."""

    person: str
    audience_id: str
    version: Count
    is_in: bool
    as_of: At
    parts: list[WhyPart] = Field(description="Part by part, outermost first.")


class Belonging(Answer):
    """An audience that a person is or was in."""

    audience_id: str
    name: str
    is_in: bool
    since: At | None
    cause: Cause | None


class ExportAsk(Ask):
    """A file of an audience's people, for a purpose."""

    format: ExportFormat
    purpose: Annotated[Line, Field(min_length=3)] = Field(
        description="What it is for; kept in the audit trail."
    )
    traits: list[Name] = Field(default_factory=list, max_length=TRAITS_MAX)
    unmasked: bool = Field(
        default=False, description="Traits in full; personal ones take a grant of scope `export`."
    )
    use: Purpose = Field(
        default=Purpose.SERVICE,
        description="What the data is used for. Of marketing, and of every list for an ad "
        "platform, people who did not agree are left out.",
    )
    channel: Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9_-]{0,63})?$")] = Field(
        default="", description="Of marketing, the way people are reached; `ads` if it is empty."
    )
    grant_id: Id | None = Field(
        default=None, description="The approved grant for what is not masked."
    )


class Export(Answer):
    """One file of an audience's people."""

    id: str = Field(examples=["aex_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    audience_id: str
    format: ExportFormat
    purpose: str
    traits: list[str]
    unmasked: bool
    state: JobState
    rows: Count | None
    left_out: Count | None = Field(
        description="People without such an identifier, or who did not agree."
    )
    bytes: Count | None
    error: str | None
    job_id: str
    requested_by: str
    created_at: At
    expires_at: At


class ListRowProblem(Answer):
    """A row of an uploaded list that nobody was found by."""

    line: Count
    reason: ListRowReason
    value: str = Field(description="Masked.")


class PeopleList(Answer):
    """An uploaded list of identifiers."""

    id: str = Field(examples=["lst_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    name: str
    version: Count = Field(description="Rises with each upload.")
    rows: Count
    matched: Count = Field(description="Rows by which a person was found at the time.")
    people: Count = Field(description="Different people found at the time.")
    refused: Count = Field(description="Rows that are no identifiers.")
    created_at: At
    created_by: str
    problems: list[ListRowProblem] = Field(description="The first rows without a person.")
