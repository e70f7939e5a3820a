"""People: the list, one person's page, and their timeline."""

from typing import Any, Literal

from pydantic import Field

from catchment.api.schemas.shapes import (
    Answer,
    Ask,
    At,
    Count,
    Cursor,
    Id,
    Limit,
    Line,
)
from catchment.events import Trust
from catchment.kernel import PAGE_SIZE_DEFAULT
from catchment.people import DeedKind, PeopleOrder, Stage, TraitType

SEARCH_LENGTH_MAX = 256


class MaskedIdentifier(Answer):
    """What a person goes by, as it may be shown."""

    kind: str = Field(examples=["phone"])
    masked: str = Field(description="Empty where the value is not known.", examples=["138****5678"])


class TagWorn(Answer):
    """A tag that a person has."""

    id: str
    name: str
    is_locked: bool = False


class PersonRow(Answer):
    """One row of the list of people."""

    person: str = Field(examples=["per_9f86d081884c7d659a2feaa0c55ad015"])
    name: str | None
    identifiers: list[MaskedIdentifier]
    first_seen_at: At | None
    last_seen_at: At | None
    events: Count
    orders: Count
    value_minor: int = Field(description="Orders less what went back, in minor units.")
    currency: str
    stage: str | None = Field(description="Where in the life-cycle they stand.")
    tags: list[TagWorn]


class PeopleSearchAsk(Ask):
    """Whom to look for; what names a person stands here and in no address."""

    search: Line = Field(
        default="", description="A person id, any identifier whole, or the beginning of a name."
    )
    stage: Stage | None = None
    tag: Id | None = Field(default=None, description="The id of a tag they have.")
    audience: Id | None = Field(default=None, description="The id of an audience they are in.")
    order: PeopleOrder = PeopleOrder.LAST_SEEN
    limit: Limit = PAGE_SIZE_DEFAULT
    cursor: Cursor | None = None


class PeoplePage(Answer):
    """A page of people."""

    items: list[PersonRow]
    total: Count = Field(description="People on all pages.")
    next_cursor: str | None = Field(description="Leads to the next page; null on the last one.")


class PersonFound(Answer):
    """Who goes by an identifier."""

    person: str


class PersonIdentifier(Answer):
    """An identifier of a person."""

    kind: str = Field(examples=["phone"])
    subject: str
    masked: str
    first_seen_at: At | None
    last_seen_at: At | None


class TraitKnown(Answer):
    """One thing that is known of a person."""

    name: str
    label_zh: str | None
    label_en: str | None
    value: Any
    type: TraitType
    source: str | None = Field(description="The source that told it; null where it is computed.")
    date: At | None
    is_computed: bool
    rule: str = Field(description="Which of several tellings holds, or how it is summed up.")


class ConsentKnown(Answer):
    """Whether a person may be reached for a purpose by a channel."""

    purpose: str
    channel: str
    state: Literal["granted", "withdrawn"]
    at: At


class PersonSums(Answer):
    """What a person comes to, over all their identifiers."""

    events: Count
    orders: Count
    value_minor: int
    currency: str
    live_rooms: Count
    first_seen_at: At | None
    last_seen_at: At | None


class Person(Answer):
    """A person's page."""

    person: str
    asked_id: str = Field(description="An old id leads to the person of now.")
    name: str | None
    identifiers: list[PersonIdentifier]
    traits: list[TraitKnown]
    consent: list[ConsentKnown]
    automated_decisions: bool = Field(
        description="Whether machines may judge them; false once they refused."
    )
    sums: PersonSums
    sources: list[str]


class TimelineEvent(Answer):
    """One event of a person's timeline."""

    event_key: str
    time: At
    name: str
    kind: DeedKind
    call: str = Field(description="The call it came in by.", examples=["track"])
    source_id: str
    subject: str = Field(description="Under which identifier it is kept.")
    message_id: str
    properties: dict[str, Any]
    order_id: str | None
    product_id: str | None
    live_id: str | None
    amount_minor: int | None
    currency: str | None
    trust: Trust = Field(description="How well its sender is known.")
