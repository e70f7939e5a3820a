"""Asking an engine for a funnel: which events it needs, marked with the steps they fit."""

from typing import Any

import ibis

from catchment.analytics.breakdown import Branches, find_branches
from catchment.analytics.funnel import (
    BRANCH_COLUMN,
    MASK_COLUMN,
    FunnelOrder,
    FunnelResult,
    FunnelSpec,
    Step,
    fold_of,
)
from catchment.analytics.funnel_result import result_of
from catchment.kernel import WorkspaceId, us_from_instant
from catchment.lake import EVENTS, Engine, predicate


def _fits(table: Any, step: Step) -> Any:
    named = table.name == step.event
    return named & predicate(table, step.filters) if step.filters else named


def _mask(table: Any, spec: FunnelSpec) -> Any:
    total = ibis.literal(0, "int32")
    for number, step in enumerate(spec.steps):
        total = total + ibis.ifelse(_fits(table, step), 1 << number, 0).cast("int32")
    return total.cast("int32")


def _period(spec: FunnelSpec) -> Any:
    events = EVENTS.filter(EVENTS.time >= spec.since, EVENTS.time <= spec.until + spec.window)
    return events.filter(predicate(events, spec.filters)) if spec.filters else events


def marked_events(spec: FunnelSpec, branches: Branches | None = None) -> Any:
    """The events a funnel looks at, as an Ibis expression with the fold's columns.

    Only events that fit a step are read, but for a strict order, where any event between two steps
    matters.
    """
    events = _period(spec)
    if spec.order is not FunnelOrder.STRICT:
        events = events.filter(events.name.isin(sorted({step.event for step in spec.steps})))
    added = {MASK_COLUMN: _mask(events, spec)}
    if branches is not None:
        added[BRANCH_COLUMN] = branches.number(events)
    return events.mutate(**added)


def compute_funnel(engine: Engine, workspace_id: WorkspaceId, spec: FunnelSpec) -> FunnelResult:
    """Answers a funnel.

    Args:
        engine: who answers.
        workspace_id: whose events.
        spec: what is asked.
    """
    branches = None
    if spec.breakdown is not None:
        entries = _period(spec)
        entries = entries.filter(entries.time < spec.until)
        steps = spec.steps if spec.order is FunnelOrder.ANY else spec.steps[:1]
        entered = _fits(entries, steps[0])
        for step in steps[1:]:
            entered = entered | _fits(entries, step)
        branches = find_branches(
            engine, workspace_id, entries.filter(entered), spec.breakdown, spec.breakdown_max
        )
    fold = fold_of(spec, us_from_instant(spec.since), us_from_instant(spec.until))
    histogram = engine.fold(workspace_id, fold, marked_events(spec, branches))
    return result_of(spec, histogram, branches.values if branches else ())
