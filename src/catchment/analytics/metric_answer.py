"""What is asked of the metrics layer and what it answers; and which answers may be added up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from catchment.analytics.catalogue import METRICS
from catchment.analytics.errors import NumbersNotComparable, UnknownMetric
from catchment.analytics.periods import Grain
from catchment.kernel import MetricDefinition, currency_exponent
from catchment.lake import FilterTree, parse_field

BRANCHES_DEFAULT = 20
BRANCHES_MAX = 100


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """What is asked.

    Attributes:
        metric: an id of `METRICS`.
        since: from this instant.
        until: before this instant.
        grain: how finely to cut it in time.
        time_zone: whose hours and days; an IANA name.
        breakdown: a field to split by.
        filters: what must hold of each event.
        currency: for money: only this one; without it each currency has rows of its own.
        breakdown_max: how many values get rows of their own; the rest share some.
    """

    metric: str
    since: datetime
    until: datetime
    grain: Grain = Grain.NONE
    time_zone: str = "Asia/Shanghai"
    breakdown: str | None = None
    filters: tuple[FilterTree, ...] = ()
    currency: str | None = None
    breakdown_max: int = BRANCHES_DEFAULT

    def __post_init__(self) -> None:
        if self.metric not in METRICS:
            raise UnknownMetric(
                f"there is no metric {self.metric!r}; there are {', '.join(METRICS)}"
            )
        if self.breakdown is not None:
            parse_field(self.breakdown)
        if self.currency is not None:
            currency_exponent(self.currency)


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One number.

    Attributes:
        period: when its piece of the calendar begins, UTC; `None` when the period is not cut.
        breakdown: the value of the field; `None` where it is not set, or for the rest.
        is_other: whether it is the rest.
        currency: of money only.
        value: `None` says "no value": there was nothing to divide by.
        numerator: what was added up.
        denominator: what it was divided by; `None` for a plain sum.
    """

    period: datetime | None
    breakdown: str | None
    is_other: bool
    currency: str | None
    value: int | float | None
    numerator: int
    denominator: int | None = None


@dataclass(frozen=True, slots=True)
class MetricResult:
    """Numbers and their passport, oldest first."""

    passport: MetricDefinition
    rows: tuple[MetricRow, ...]

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies that occur, in order of their codes."""
        return tuple(sorted({row.currency for row in self.rows if row.currency is not None}))


def quotient(numerator: int, denominator: int | None) -> int | float | None:
    """A plain sum as it is, a ratio divided; `None` where there is nothing to divide by."""
    if denominator is None:
        return numerator
    return numerator / denominator if denominator else None


def add_rows(rows: Iterable[tuple[MetricDefinition, MetricRow]]) -> MetricRow:
    """One number out of several, where that has a meaning.

    Raises:
        NumbersNotComparable: they are of different metrics or currencies, or count different
            people, who may be the same ones twice.
    """
    taken = list(rows)
    metrics = {passport.id for passport, _ in taken}
    currencies = sorted({row.currency or "none" for _, row in taken})
    if len(metrics) != 1:
        raise NumbersNotComparable(f"cannot add {', '.join(sorted(metrics)) or 'nothing'}")
    if len(currencies) != 1:
        raise NumbersNotComparable(f"cannot add amounts of {' and '.join(currencies)}")
    passport = taken[0][0]
    if not passport.is_additive:
        raise NumbersNotComparable(f"{passport.id}: one of them may stand in several rows")
    numerator = sum(row.numerator for _, row in taken)
    denominator = sum(row.denominator or 0 for _, row in taken) if passport.is_ratio else None
    return MetricRow(
        period=None,
        breakdown=None,
        is_other=False,
        currency=taken[0][1].currency,
        value=quotient(numerator, denominator),
        numerator=numerator,
        denominator=denominator,
    )
