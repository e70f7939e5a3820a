"""Traits: what is known of people, told by senders or computed from what they did."""

from typing import Annotated, Any

from pydantic import Field

from catchment.api.schemas.analytics import FILTERS_MAX, FilterAsk
from catchment.api.schemas.shapes import (
    Answer,
    Ask,
    At,
    Count,
    Currency,
    EventNameText,
    Instant,
    Line,
)
from catchment.events import EventKind
from catchment.people import Aggregate, FieldRule, TraitType

TraitName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["orders_90d"])]
Label = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Span = Annotated[str, Field(max_length=16, pattern=r"^\d{1,6}\s*[smhdw]$", examples=["90d"])]


class ConditionAsk(Ask):
    """Which events are meant."""

    event: EventNameText | None = Field(default=None, examples=["Order Completed"])
    kind: EventKind | None = None
    filters: list[FilterAsk] = Field(default=[], max_length=FILTERS_MAX)


class MeasureAsk(Ask):
    """One answer per person over the events of a condition."""

    condition: ConditionAsk
    aggregate: Aggregate = Field(examples=["count"])
    field: Line | None = Field(default=None, examples=["amount_minor"])
    window: Span | None = Field(default=None, description="How far back from now.")
    since: Instant | None = None
    until: Instant | None = None
    currency: Currency | None = Field(default=None, description="Needed for amount_minor.")
    is_number: bool = Field(default=False, description="First or last of a number.")


class DeclaredAsk(Ask):
    """Where senders tell it, and which of several tellings holds."""

    field: Line = Field(min_length=1, examples=["traits.member_level"])
    rule: FieldRule = FieldRule.LAST


class TraitAsk(Ask):
    """A trait to be: computed by a measure, or declared as told; one of the two."""

    name: TraitName
    label_zh: Label = Field(examples=["近 90 天订单数"])
    label_en: Label = Field(examples=["Orders in 90 days"])
    type: TraitType
    measure: MeasureAsk | None = None
    declared: DeclaredAsk | None = None


class Declared(Answer):
    """Where senders tell it, and which of several tellings holds."""

    field: str
    rule: FieldRule


class Trait(Answer):
    """A trait that is kept."""

    name: str
    label_zh: str
    label_en: str
    type: TraitType
    is_computed: bool
    measure: dict[str, Any] = Field(description="As in the ask.")
    declared: Declared | None
    created_by: str
    created_at: At
    changed_at: At


class Quantile(Answer):
    """The value at a share of the people who have one."""

    share: float
    value: float


class ValueCount(Answer):
    """A value, and of how many people."""

    value: str
    people: Count


class TraitSample(Answer):
    """What would be known of one person."""

    person: str
    value: Any


class TraitPreview(Answer):
    """How a trait lies over the people."""

    people: Count
    with_value: Count
    quantiles: list[Quantile] = Field(description="Of numbers, dates and money.")
    values: list[ValueCount] = Field(description="Of text and lists: the most frequent.")
    sample: list[TraitSample]
    took_ms: float
