"""Who is who: identifiers, the edges between them, the rules, and what operators decided."""

from typing import Annotated, Literal

from pydantic import Field

from catchment.api.schemas.shapes import Answer, Ask, At, Count, Line, Name
from catchment.people import DecisionKind, RefusalReason, Strength

PEOPLE_MERGED_MIN = 2
PEOPLE_MERGED_MAX = 20
EDGES_MAX = 1_000
KINDS_MAX = 32
BLOCKED_VALUES_MAX = 1_000
PLACES_MAX = 16
LIMIT_MAX = 10_000
PRIORITY_MAX = 1_000

Subject = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{32}$",
        description="The keyed hash that stands for an identifier.",
        examples=["9f86d081884c7d659a2feaa0c55ad015"],
    ),
]
PersonId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        examples=["per_9f86d081884c7d659a2feaa0c55ad015"],
    ),
]
KindName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$", examples=["phone"])]
Reason = Annotated[Line, Field(min_length=1, examples=["Two customers share this number"])]
Place = Annotated[
    str,
    Field(
        min_length=1,
        max_length=128,
        pattern=r"^(traits|properties|context)(\.[^.\[\]\x00-\x1f]+){1,8}$",
        examples=["traits.phone"],
    ),
]
EdgeVerdict = Literal["joined", "refused_limit", "shared", "weak", "withdrawn"]
EdgeVia = Literal["identify", "alias", "event", "order", "import", "operator"]


class IdentityNode(Answer):
    """An identifier of a person, masked."""

    subject: str
    kind: str
    masked: str = Field(description="The value, masked.", examples=["138****5678"])
    is_name_giver: bool = Field(description="The person is called after this one.")


class IdentityEdge(Answer):
    """Why two identifiers are thought to be one person's, or why not."""

    left: str
    left_masked: str = Field(description="Its value, masked; empty where no event tells.")
    right: str
    right_masked: str
    via: EdgeVia
    source_id: str
    first_at: At
    evidence_event_key: str = Field(description="Of the earliest event that said so; hex.")
    verdict: EdgeVerdict
    decided_by: str | None = None
    reason: str | None = None


class PersonIdentity(Answer):
    """Who a person is, and how that is known."""

    person: str
    asked_id: str
    nodes: list[IdentityNode]
    edges: list[IdentityEdge]


class EdgeEnds(Ask):
    """An edge, named by its two ends."""

    left: Subject
    right: Subject


class SplitAsk(Ask):
    """What to take apart: some edges, or one identifier out of the person."""

    edges: list[EdgeEnds] = Field(default_factory=list, max_length=EDGES_MAX)
    subject: Subject | None = Field(
        default=None, description="Takes this identifier out: every edge of it within the person."
    )
    reason: Reason
    dry_run: bool = Field(default=False, description="Says what would change; changes nothing.")


class RestoreAsk(Ask):
    """Which edges shall hold again; nothing named means every withdrawn one of this person."""

    edges: list[EdgeEnds] = Field(default_factory=list, max_length=EDGES_MAX)
    reason: Reason
    dry_run: bool = False


class MergeAsk(Ask):
    """Who shall be one person from now on."""

    people: list[PersonId] = Field(min_length=PEOPLE_MERGED_MIN, max_length=PEOPLE_MERGED_MAX)
    reason: Reason
    dry_run: bool = False


class ForgetAsk(Ask):
    """Why a person is taken out of the identity graph."""

    reason: Reason
    dry_run: bool = False


class DecisionOutcome(Answer):
    """What a decision changed, or would."""

    decision_id: str | None = Field(description="Null for a dry run.")
    people_before: list[str]
    people_after: list[str]
    subjects_moved: Count
    events_moved: Count


class Decision(Answer):
    """One decision about who is who."""

    id: str
    kind: DecisionKind
    at: At
    by: str
    reason: str
    edges: list[tuple[str, str]]
    people_before: list[str]
    people_after: list[str]
    applied_at: At | None = None


class IdentifierKind(Answer):
    """A kind of identifier, as the workspace declares it."""

    name: str
    label_zh: str
    label_en: str
    strength: Strength
    priority: int
    limit: int | None
    people_max: int | None
    blocked: list[str]
    places: list[str]
    scope_places: list[str]
    is_built_in: bool


class IdentifierKindAsk(Ask):
    """A kind of identifier to be."""

    name: KindName
    label_zh: Name
    label_en: Name
    strength: Strength
    priority: int = Field(ge=1, le=PRIORITY_MAX, description="Smaller is stronger.")
    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX)] | None = Field(
        default=None, description="At most so many in one person; more are left out, weakest first."
    )
    people_max: Annotated[int, Field(ge=1, le=LIMIT_MAX)] | None = Field(
        default=None,
        description="Seen with more identifiers of one kind than this, it is shared: nobody's.",
    )
    blocked: list[Annotated[Line, Field(min_length=1)]] = Field(
        default_factory=list, max_length=BLOCKED_VALUES_MAX
    )
    places: list[Place] = Field(default_factory=list, max_length=PLACES_MAX)
    scope_places: list[Place] = Field(default_factory=list, max_length=PLACES_MAX)


class IdentityRules(Answer):
    """Every kind of identifier, the strongest first."""

    kinds: list[IdentifierKind]


class IdentityRulesAsk(Ask):
    """The whole new set of kinds; a kind that is left out is no longer read."""

    kinds: list[IdentifierKindAsk] = Field(min_length=1, max_length=KINDS_MAX)


class RulesExample(Answer):
    """Some people whom a change of rules would join or take apart."""

    before: list[str]
    after: list[str]


class RulesPreview(Answer):
    """What a change of rules would do."""

    split: Count = Field(description="People who would become several.")
    merged: Count = Field(description="People who would become one with others.")
    examples: list[RulesExample]
    needs_rereading: bool = Field(
        description="Identifiers would be read from other places: what that finds is not counted."
    )


class IdentifierRefusal(Answer):
    """Identifiers of one kind, refused for one reason."""

    kind: str
    reason: RefusalReason
    count: Count
    example: str = Field(description="The last one, masked.")
    source_id: str
    last_at: At
