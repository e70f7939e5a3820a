"""Seeing: what people did, counted once and by a definition that travels with the number.

Two ways to ask. A *metric* is a sum, or a sum over a sum, by day and by value of a field; a *fold*
walks each person's timeline, as the funnel and visits do. Both are written once and answered by
whichever engine is at hand, below which the workspace's scope is applied.
"""

from catchment.analytics.errors import (
    EmptyPeriod,
    NumbersNotComparable,
    PeriodTooLong,
    UnfitFilter,
    UnfitFunnel,
    UnknownMetric,
    UnknownTimeZone,
    UnreadableField,
)
from catchment.analytics.filters import Filter, FilterGroup, FilterTree, Match, Operator
from catchment.analytics.funnel import (
    FunnelBranch,
    FunnelOrder,
    FunnelResult,
    FunnelSpec,
    Step,
    StepResult,
)
from catchment.analytics.funnel_query import compute_funnel
from catchment.analytics.passport import Base, Maturity, MetricDefinition, MoneyBasis, Unit

__all__ = [
    "Base",
    "EmptyPeriod",
    "Filter",
    "FilterGroup",
    "FilterTree",
    "FunnelBranch",
    "FunnelOrder",
    "FunnelResult",
    "FunnelSpec",
    "Match",
    "Maturity",
    "MetricDefinition",
    "MoneyBasis",
    "NumbersNotComparable",
    "Operator",
    "PeriodTooLong",
    "Step",
    "StepResult",
    "UnfitFilter",
    "UnfitFunnel",
    "Unit",
    "UnknownMetric",
    "UnknownTimeZone",
    "UnreadableField",
    "compute_funnel",
]
