"""Questions and answers: overview, metrics and the funnel. A number always has its passport."""

from typing import Annotated, Literal

from pydantic import Field

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

FILTERS_MAX = 20
FILTER_VALUES_MAX = 500
STEPS_MIN = 1
STEPS_MAX = 20
WINDOW_SECONDS_MAX = 366 * 24 * 3600
NUMBER_MAX = 1e15

Number = int | float
FilterOperator = Literal[
    "equals", "not_equals", "contains", "gt", "gte", "lt", "lte", "is_set", "in"
]
Scalar = (
    bool
    | Annotated[int, Field(ge=-(2**53), le=2**53)]
    | Annotated[float, Field(ge=-NUMBER_MAX, le=NUMBER_MAX, allow_inf_nan=False)]
    | Line
)


class FilterAsk(Ask):
    """A condition on one event: on a column of the event table or on a property."""

    field: Line = Field(min_length=1, examples=["properties.price", "source_id"])
    operator: FilterOperator = "equals"
    value: Scalar | Annotated[list[Scalar], Field(max_length=FILTER_VALUES_MAX)] | None = None


class ChineseWords(Answer):
    """A passport's sentences for Chinese readers."""

    description: str
    numerator: str
    denominator: str | None
    source: str


class Passport(Answer):
    """What a number means: without it, it is not shown."""

    id: str = Field(examples=["gmv"])
    name_en: str = Field(examples=["Gross merchandise value"])
    name_zh: str = Field(examples=["成交额"])
    description: str
    numerator: str
    denominator: str | None
    base: Literal["people", "times", "money"]
    unit: Literal[
        "people", "visits", "events", "orders", "products", "days", "money_minor", "share"
    ] = Field(description="`money_minor`: whole minor units of the answer's currency.")
    attribution: str
    money_basis: Literal["created", "paid", "net", "settled"] | None
    maturity: str = Field(examples=["D0"])
    source: str
    zh: ChineseWords


class MetricAsk(Ask):
    """Which number, over which time, cut how."""

    metric: str = Field(max_length=64, pattern=r"^[a-z0-9_]+$", examples=["gmv"])
    since: Instant
    until: Instant
    grain: Literal["none", "hour", "day", "week"] = "day"
    breakdown: Line | None = Field(default=None, examples=["source_id", "properties.platform"])
    currency: Currency | None = Field(
        default=None,
        description="For money. When left out, the workspace's own if the period has any of it, "
        "else the one most amounts are in.",
    )
    filters: list[FilterAsk] = Field(default=[], max_length=FILTERS_MAX)


class MetricRow(Answer):
    """The number of one period (and one part of the breakdown)."""

    period: At | None = Field(description="Where the period starts; null when grain is none.")
    breakdown: str | None = None
    is_other: bool = Field(default=False, description="All the rest of the breakdown.")
    value: Number | None = Field(description="Null means no value: the denominator is zero.")
    numerator: Number | None = None
    denominator: Number | None = None


class MetricAnswer(Answer):
    """The number, with its passport."""

    passport: Passport
    currency: str | None = Field(description="The currency answered in; null where it is no money.")
    currencies: list[str] = Field(
        default=[], description="Currencies that the period's amounts are in; empty for no money."
    )
    rows: list[MetricRow]
    took_ms: float


class FunnelStepAsk(Ask):
    """One step: an event by name, under conditions."""

    event: EventNameText = Field(examples=["Product Viewed"])
    filters: list[FilterAsk] = Field(default=[], max_length=FILTERS_MAX)


class FunnelAsk(Ask):
    """Which steps, in which order, within which time of the first."""

    steps: list[FunnelStepAsk] = Field(min_length=STEPS_MIN, max_length=STEPS_MAX)
    window_seconds: int = Field(ge=1, le=WINDOW_SECONDS_MAX, examples=[604800])
    since: Instant
    until: Instant
    breakdown: Line | None = None
    filters: list[FilterAsk] = Field(
        default=[], max_length=FILTERS_MAX, description="What must hold of every event."
    )
    order: Literal["strict", "ordered", "any"] = "ordered"


class FunnelStep(Answer):
    """How many people reached a step, and how long they took. Null: nobody to measure."""

    event: str
    people: Count
    conversion_from_start: float | None
    conversion_from_previous: float | None
    median_seconds: float | None = Field(description="From the step before.")
    p90_seconds: float | None = None
    median_seconds_from_start: float | None = None
    p90_seconds_from_start: float | None = None


class FunnelPart(Answer):
    """The funnel of those whose first event had one value of the breakdown."""

    breakdown: str | None = Field(description="Null: not set, or (`is_other`) all the rest.")
    is_other: bool
    steps: list[FunnelStep]


class FunnelAnswer(Answer):
    """The funnel, whole and in its parts, with its passport."""

    steps: list[FunnelStep]
    breakdowns: list[FunnelPart]
    passport: Passport
    took_ms: float


class Tile(Answer):
    """One number of today beside the same of last week, up to the same time of day."""

    metric: str
    value: Number | None
    compare: Number | None
    unit: str
    currency: str | None = None
    passport: Passport


class SeriesPoint(Answer):
    """One hour of today and of the same day last week."""

    period: At
    value: Number | None
    compare: Number | None


class Series(Answer):
    """A metric by the hour."""

    metric: str
    unit: str
    currency: str | None = None
    points: list[SeriesPoint]


class LiveMinute(Answer):
    """One minute of the last thirty."""

    minute: At
    events: Count
    people: Count


class ActiveShow(Answer):
    """A show with something going on in the last minutes."""

    live_id: str
    people: Count
    events: Count
    last_event_at: At


class LiveActivity(Answer):
    """What is going on right now."""

    minutes: list[LiveMinute]
    shows: list[ActiveShow]


class TopEvent(Answer):
    """An event name and how often it came today."""

    name: str
    count: Count
    people: Count


class OverviewAnswer(Answer):
    """Today at a glance."""

    as_of: At
    time_zone: str
    day: str = Field(description="Today in the workspace's zone.", examples=["2026-03-08"])
    compare_day: str = Field(examples=["2026-03-01"])
    tiles: list[Tile]
    series: list[Series]
    live: LiveActivity
    top_events: list[TopEvent]
