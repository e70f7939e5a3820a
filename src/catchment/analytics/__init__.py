"""Seeing: what people did, counted once and by a definition that travels with the number.

Two ways to ask. A *metric* is a sum, or a sum over a sum, by day and by value of a field; a *fold*
walks each person's timeline, as the funnel and visits do. Both are written once and answered by
whichever engine is at hand, below which the workspace's scope is applied.
"""

from catchment.analytics.catalogue import METRICS
from catchment.analytics.currencies import currencies_between, fitting_currency
from catchment.analytics.errors import (
    EmptyPeriod,
    NumbersNotComparable,
    PeriodTooLong,
    UnfitFunnel,
    UnknownMetric,
    UnknownTimeZone,
)
from catchment.analytics.explore import (
    EventName,
    EventQuery,
    EventRow,
    PropertyName,
    event_names,
    events_span,
    list_events,
    property_names,
)
from catchment.analytics.funnel import (
    FunnelBranch,
    FunnelOrder,
    FunnelResult,
    FunnelSpec,
    Step,
    StepResult,
)
from catchment.analytics.funnel_query import compute_funnel
from catchment.analytics.metric_answer import MetricQuery, MetricResult, MetricRow, add_rows
from catchment.analytics.metrics import compute_metric
from catchment.analytics.overview import (
    ActiveShow,
    LiveMinute,
    Overview,
    Series,
    SeriesPoint,
    Tile,
    TopEvent,
    overview,
)
from catchment.analytics.periods import Grain, zone_of
from catchment.kernel import (
    Base,
    ChineseWords,
    Maturity,
    MetricDefinition,
    MoneyBasis,
    Unit,
)
from catchment.lake import (
    Filter,
    FilterGroup,
    FilterTree,
    Match,
    Operator,
    UnfitFilter,
    UnreadableField,
)

__all__ = [
    "METRICS",
    "ActiveShow",
    "Base",
    "ChineseWords",
    "EmptyPeriod",
    "EventName",
    "EventQuery",
    "EventRow",
    "Filter",
    "FilterGroup",
    "FilterTree",
    "FunnelBranch",
    "FunnelOrder",
    "FunnelResult",
    "FunnelSpec",
    "Grain",
    "LiveMinute",
    "Match",
    "Maturity",
    "MetricDefinition",
    "MetricQuery",
    "MetricResult",
    "MetricRow",
    "MoneyBasis",
    "NumbersNotComparable",
    "Operator",
    "Overview",
    "PeriodTooLong",
    "PropertyName",
    "Series",
    "SeriesPoint",
    "Step",
    "StepResult",
    "Tile",
    "TopEvent",
    "UnfitFilter",
    "UnfitFunnel",
    "Unit",
    "UnknownMetric",
    "UnknownTimeZone",
    "UnreadableField",
    "add_rows",
    "compute_funnel",
    "compute_metric",
    "currencies_between",
    "event_names",
    "events_span",
    "fitting_currency",
    "list_events",
    "overview",
    "property_names",
    "zone_of",
]
