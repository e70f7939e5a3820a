"""Levels: how often people come, what they are worth, the Pareto view and the life-cycle."""

from typing import Annotated, Literal

from pydantic import Field

from catchment.api.schemas.analytics import FilterAsk, FilterOperator, Passport
from catchment.api.schemas.shapes import Answer, Ask, At, Count, Currency, EventNameText
from catchment.people import Segment, Stage

DAYS_MAX = 36_500
FILTERS_MAX = 20
DEEDS_MAX = 50

Days = Annotated[int, Field(ge=1, le=DAYS_MAX)]
Score = Annotated[int, Field(ge=1, le=5)]
Share = Annotated[
    float | None, Field(description="0 to 1; null where there is nothing to divide by.")
]
Kind = Literal["track", "identify", "page", "screen", "group", "alias"]
Frequency = Literal["none", "low", "medium", "high"]
Scalar = bool | int | float | str


class FrequencySettings(Answer):
    """How often is often."""

    window_days: int
    low_from: int = Field(description="Active days at which the level begins.")
    medium_from: int
    high_from: int


class FrequencySettingsAsk(Ask):
    """How often is to be often: rising numbers of active days."""

    window_days: Days = Field(examples=[30])
    low_from: Days = Field(examples=[1])
    medium_from: Days = Field(examples=[4])
    high_from: Days = Field(examples=[10])


class FrequencyLevel(Answer):
    """How many people come so often."""

    level: Frequency
    people: Count
    share: Share


class FrequencyAnswer(Answer):
    """How often people come."""

    as_of: At
    settings: FrequencySettings
    levels: list[FrequencyLevel]
    passport: Passport


class RfmThresholds(Answer):
    """Where the population was cut into fifths."""

    taken_at: At
    is_kept: bool = Field(description="Not kept when they were taken for this answer alone.")
    population: Count
    window_days: int
    currency: str
    recency_days: list[float] = Field(description="Four rising values; fewer days are better.")
    orders: list[int] = Field(description="Four rising values.")
    net_minor: list[int] = Field(description="Four rising values, in minor units.")


class RfmCell(Answer):
    """People of one recency and one frequency."""

    recency: Score
    frequency: Score
    people: Count
    orders: Count
    net_minor: int


class RfmSegment(Answer):
    """People of one segment."""

    segment: Segment
    name_en: str
    name_zh: str
    people: Count
    share: Share
    orders: Count
    net_minor: int
    value_share: Share


class RfmSettings(Answer):
    """Over which time value is measured."""

    window_days: int
    currency: str | None = Field(description="Null: the workspace's, or what most orders are in.")


class RfmSettingsAsk(Ask):
    """Over which time value is to be measured, from the next thresholds on."""

    window_days: Days = Field(examples=[365])
    currency: Currency | None = None


class RfmAnswer(Answer):
    """What people are worth: recency, frequency and money, in fifths."""

    as_of: At
    settings: RfmSettings
    thresholds: RfmThresholds
    population: Count
    cells: list[RfmCell] = Field(description="25, or none where nobody ordered.")
    segments: list[RfmSegment]
    passports: list[Passport]


class ParetoPoint(Answer):
    """The best so many, and what they bring."""

    count: Count
    value_minor: int
    share_of_population: float
    share_of_value: float


class ParetoAnswer(Answer):
    """How net value is spread over people or products."""

    of: Literal["people", "products"]
    since: At
    until: At
    currency: str
    currencies: list[str] = Field(description="Currencies of the period's amounts.")
    population: Count
    total_minor: int = Field(description="Of those whose balance is above zero.")
    below_zero_minor: int = Field(description="What the others are below zero.")
    most: ParetoPoint | None = Field(description="The fewest that bring four fifths.")
    top_fifth: ParetoPoint | None = Field(description="The best fifth, rounded up.")
    gini: float | None = Field(description="0: all alike; towards 1: one brings all.")
    points: list[ParetoPoint] = Field(description="Exact points of the curve, rising.")
    passports: list[Passport]


class StageSpeed(Answer):
    """How long it took those who did it, in days of 24 hours; null of nobody."""

    q1_days: float | None
    median_days: float | None
    q3_days: float | None


class StageCount(Answer):
    """People who stand in a stage."""

    stage: Stage
    people: Count
    share: Share


class StageFlow(Answer):
    """How often people went from one stage to another in the period."""

    before: Stage | None = Field(description="Null: they were never seen before.")
    after: Stage
    changes: Count
    speed: StageSpeed = Field(description="Time spent in the stage before.")


class StageCohort(Answer):
    """People who came to the first stage in a month, and how many came to the other since."""

    month: str | None = Field(description="Null for all together.", examples=["2026-03"])
    people: Count
    converted: Count
    share: Share
    speed: StageSpeed


class StageConversion(Answer):
    """From one stage to another: how many, how fast, by the month they came to the first."""

    begin: Literal["seen"] | Stage
    end: Stage
    total: StageCohort
    cohorts: list[StageCohort]


class DeedFilter(Answer):
    """A condition on an event."""

    field: str
    operator: FilterOperator
    value: Scalar | list[Scalar] | None


class StageDeed(Answer):
    """Events that lead to a stage."""

    event: str | None
    kind: Kind | None
    filters: list[DeedFilter]


class StageDeedAsk(Ask):
    """Events that are to lead to a stage: by name, by kind of call, under conditions."""

    event: EventNameText | None = Field(default=None, examples=["Host Followed"])
    kind: Kind | None = None
    filters: list[FilterAsk] = Field(default=[], max_length=FILTERS_MAX)


class LifeCycleRules(Answer):
    """What makes whom what."""

    reader: list[StageDeed]
    follower: list[StageDeed]
    lead: list[StageDeed]
    advocate: list[StageDeed] = Field(description="Counted from the second order on.")
    lapsing_days: int = Field(description="After the last order.")
    lost_days: int = Field(description="After the last order.")


_Deeds = Annotated[list[StageDeedAsk], Field(max_length=DEEDS_MAX)]


class LifeCycleRulesAsk(Ask):
    """What is to make whom what; it holds of the past as well."""

    reader: _Deeds
    follower: _Deeds
    lead: _Deeds
    advocate: _Deeds
    lapsing_days: Days = Field(examples=[90])
    lost_days: Days = Field(examples=[180])


class LifeCycleAnswer(Answer):
    """Who stands where, who went where, how many got from one stage to another, and how fast."""

    since: At
    until: At
    time_zone: str
    rules: LifeCycleRules
    stages: list[StageCount]
    flows: list[StageFlow]
    conversion: StageConversion
    passports: list[Passport]


class PersonStage(Answer):
    """A change of stage."""

    stage: Stage
    at: At


class PersonRfm(Answer):
    """What a person is worth."""

    recency: Score
    frequency: Score
    money: Score
    segment: Segment
    name_en: str
    name_zh: str
    thresholds_taken_at: At


class PersonLevels(Answer):
    """Where a person stands."""

    stage: Stage | None
    stage_since: At | None
    stage_until: At | None = Field(
        description="When time alone will change it; null when it will not."
    )
    stages: list[PersonStage] = Field(description="Every change so far, the oldest first.")
    frequency: Frequency | None = Field(
        description="Null of whoever refused to be judged by machines, as all of this is then."
    )
    rfm: PersonRfm | None = Field(description="Null without an order, or without thresholds.")
