"""The nouns of levels: how often people come, what they are worth, where in life they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from catchment.events import ORDER_CANCELLED, ORDER_COMPLETED, ORDER_REFUNDED
from catchment.kernel import Invalid, Missing
from catchment.lake import Filter, Operator
from catchment.people.facts import Condition

DAY_US = 86_400_000_000
DAYS_MAX = 36_500
"""A hundred years reach back to the oldest order book that anybody imports."""

CONDITIONS_MAX = 50
"""So many kinds of deeds may lead to one stage."""

SCORES = 5
"""R, F and M are fifths: 1 is the least, 5 the best."""

Micros = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]
NOBODY = -1
"""The code of someone who stands on no level, or of the time before the first event."""

TAKEN_BACK = (ORDER_CANCELLED, ORDER_REFUNDED)
"""What takes money back; some senders write the amount negative, so its size is what counts."""


class Scheme(StrEnum):
    """The ways in which people are put on levels."""

    FREQUENCY = "frequency"
    RFM = "rfm"
    RFM_RECENCY = "rfm_recency"
    RFM_FREQUENCY = "rfm_frequency"
    RFM_VALUE = "rfm_value"


class Stage(StrEnum):
    """The stages of a person's life with a brand, in their order."""

    STRANGER = "stranger"
    READER = "reader"
    FOLLOWER = "follower"
    LEAD = "lead"
    FIRST_ORDER = "first_order"
    REPEAT = "repeat"
    ADVOCATE = "advocate"
    LAPSING = "lapsing"
    LOST = "lost"


STAGES = tuple(Stage)
"""A stage's code is its place here."""


class Segment(StrEnum):
    """What R, F and M say together; the first that fits, in this order."""

    CHAMPIONS = "champions"
    AT_RISK = "at_risk"
    LOYAL = "loyal"
    BIG_SPENDERS = "big_spenders"
    NEW = "new"
    PROMISING = "promising"
    NEEDS_ATTENTION = "needs_attention"
    COOLING = "cooling"
    DORMANT = "dormant"


SEGMENTS = tuple(Segment)
SEGMENT_NAMES: Mapping[Segment, tuple[str, str]] = {
    Segment.CHAMPIONS: ("Champions", "重要价值客户"),
    Segment.AT_RISK: ("At risk", "重要挽留客户"),
    Segment.LOYAL: ("Loyal", "忠诚客户"),
    Segment.BIG_SPENDERS: ("Big spenders", "高消费客户"),
    Segment.NEW: ("New", "新客"),
    Segment.PROMISING: ("Promising", "潜力客户"),
    Segment.NEEDS_ATTENTION: ("Needs attention", "需要关注"),
    Segment.COOLING: ("Cooling", "转冷客户"),
    Segment.DORMANT: ("Dormant", "休眠客户"),
}
"""English and Chinese names."""

_ANY, _LOW, _TOP = (1, 5), (1, 2), (4, 5)
SEGMENT_RULES: Sequence[tuple[Segment, tuple[int, int], tuple[int, int], tuple[int, int]]] = (
    (Segment.CHAMPIONS, _TOP, _TOP, _TOP),
    (Segment.AT_RISK, _LOW, _TOP, _ANY),
    (Segment.AT_RISK, _LOW, _ANY, _TOP),
    (Segment.LOYAL, _ANY, _TOP, _ANY),
    (Segment.BIG_SPENDERS, _ANY, _ANY, _TOP),
    (Segment.NEW, _TOP, (1, 1), _ANY),
    (Segment.PROMISING, _TOP, _ANY, _ANY),
    (Segment.NEEDS_ATTENTION, (3, 3), _ANY, _ANY),
    (Segment.COOLING, (2, 2), _ANY, _ANY),
    (Segment.DORMANT, (1, 1), _ANY, _ANY),
)
"""From which to which score of recency, frequency and money a segment goes; the first that fits."""

FREQUENCIES = ("none", "low", "medium", "high")
"""The levels of how often people come, from never to most."""


class LevelSettingsMalformed(Invalid):
    """These settings of levels cannot be."""


class SchemeUnknown(Invalid):
    """There is no such way to put people on levels."""


class ThresholdsMissing(Missing):
    """No thresholds were ever taken; the daily job or a request takes them."""


@dataclass(frozen=True, slots=True)
class FrequencySettings:
    """How often is often.

    Attributes:
        window_days: active days are counted over so many days before now.
        at_least: the active days at which low, medium and high begin, rising.
    """

    window_days: int = 30
    at_least: tuple[int, int, int] = (1, 4, 10)

    def __post_init__(self) -> None:
        _check_days(self.window_days)
        low, medium, high = self.at_least
        if not 0 < low < medium < high <= self.window_days + 1:
            raise LevelSettingsMalformed("the levels begin at rising numbers of active days")


@dataclass(frozen=True, slots=True)
class RfmSettings:
    """Over which time value is measured.

    Attributes:
        window_days: orders of so many days before now count.
        currency: only money of this one; the workspace's own when not given.
    """

    window_days: int = 365
    currency: str | None = None

    def __post_init__(self) -> None:
        _check_days(self.window_days)


def _named(*events: str) -> tuple[Condition, ...]:
    return tuple(Condition(event) for event in events)


def _told(trait: str) -> Condition:
    return Condition(kind="identify", filters=(Filter(f"traits.{trait}", Operator.IS_SET),))


@dataclass(frozen=True, slots=True)
class LifeCycleRules:
    """What makes whom what.

    Whoever ever did one of a stage's deeds has reached it. Orders are `Order Completed`, each order
    id once. An advocate did one of the deeds after (or with) a second order. A buyer lapses and is
    lost so long after the last order, and comes back with the next.

    Attributes:
        reader, follower, lead, advocate: the deeds.
        lapsing_days, lost_days: counted from the last order, in days of 24 hours.
    """

    reader: tuple[Condition, ...] = _named("Page Viewed", "Live Room Entered", "Replay Viewed")
    follower: tuple[Condition, ...] = _named("Host Followed", "Live Fan Club Joined")
    lead: tuple[Condition, ...] = (
        _told("phone"),
        _told("email"),
        *_named("Product Added", "Checkout Started", "Live Coupon Claimed"),
    )
    advocate: tuple[Condition, ...] = _named(
        "Product Shared", "Cart Shared", "Live Shared", "Product Reviewed", "Referral Completed"
    )
    lapsing_days: int = 90
    lost_days: int = 180

    def __post_init__(self) -> None:
        _check_days(self.lapsing_days)
        _check_days(self.lost_days)
        if self.lapsing_days >= self.lost_days:
            raise LevelSettingsMalformed("people lapse before they are lost")
        for deeds in (self.reader, self.follower, self.lead, self.advocate):
            if len(deeds) > CONDITIONS_MAX:
                raise LevelSettingsMalformed(f"a stage has at most {CONDITIONS_MAX} kinds of deeds")
            if any(deed == Condition() for deed in deeds):
                raise LevelSettingsMalformed("a deed has a name, a kind or a filter")

    @property
    def spans_us(self) -> tuple[int, int]:
        """Lapsing and lost, in microseconds after the last order."""
        return self.lapsing_days * DAY_US, self.lost_days * DAY_US


ORDER = Condition(ORDER_COMPLETED)


@dataclass(frozen=True, slots=True)
class RfmThresholds:
    """Where the fifths of a population were cut.

    Each tuple holds four rising values, the nearest-rank quantiles at 20, 40, 60 and 80 %: the
    smallest value that so many of the people do not exceed. Equal values always fall into one
    fifth, so a fifth may be smaller or larger than a fifth, or empty.

    Attributes:
        taken_at: when, and of which instant.
        population: how many people had an order in the window.
        window_days: over how many days before that.
        currency: which money.
        recency_us: microseconds since the last order.
        orders: different orders.
        net_minor: money of the orders less what went back, in minor units.
    """

    taken_at: datetime
    population: int
    window_days: int
    currency: str
    recency_us: tuple[int, ...]
    orders: tuple[int, ...]
    net_minor: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """On which of a few words each person stands.

    Attributes:
        words: the words there are.
        persons: nodes that name a person, as they were asked for.
        codes: by person, an index into `words`; `NOBODY` for none.
        changes_us: by person: before this instant time alone changes nothing.
        since_us: of stages: since when they stand there; `None` for the rest.
    """

    words: Sequence[str]
    persons: npt.NDArray[np.int32]
    codes: Codes
    changes_us: Micros
    since_us: Micros | None = None

    def without(self, refusing: npt.NDArray[np.int32]) -> "Standing":
        """The same, but these people, who refused to be judged by machines, stand nowhere."""
        codes = np.where(np.isin(self.persons, refusing), NOBODY, self.codes)
        return replace(self, codes=codes.astype(self.codes.dtype))


def _check_days(days: int) -> None:
    if not 0 < days <= DAYS_MAX:
        raise LevelSettingsMalformed(f"a span is 1 to {DAYS_MAX} days")
