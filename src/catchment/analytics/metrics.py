"""Answering for a metric: cut by time, split by a field, kept apart by currency.

Sums are asked of the engine, quotients are taken here, last: a ratio is always a sum over a sum,
and without a denominator it has no value. Money of two currencies stays in two rows.
"""

from collections.abc import Iterator
from typing import Any

from catchment.analytics.breakdown import Branches, find_branches
from catchment.analytics.catalogue import METRICS, RECIPES
from catchment.analytics.funnel import BRANCH_COLUMN
from catchment.analytics.metric_answer import (
    BRANCHES_MAX,
    MetricQuery,
    MetricResult,
    MetricRow,
    quotient,
)
from catchment.analytics.periods import Calendar, Grain, zone_of
from catchment.analytics.visits import VISIT_GAP, VisitFold, with_branch
from catchment.kernel import WorkspaceId, us_from_instant
from catchment.lake import EVENTS, Engine, predicate

_Key = tuple[int, int, str | None]
"""Piece of the calendar, branch, currency."""
_Sums = dict[_Key, tuple[int, int | None]]


def compute_metric(engine: Engine, workspace_id: WorkspaceId, query: MetricQuery) -> MetricResult:
    """Answers for a metric.

    Args:
        engine: who answers.
        workspace_id: whose events.
        query: what is asked.
    """
    calendar = Calendar(query.since, query.until, query.grain, zone_of(query.time_zone))
    branches = None
    if query.breakdown is not None:
        most = max(1, min(query.breakdown_max, BRANCHES_MAX))
        events = EVENTS.filter(EVENTS.time >= query.since, EVENTS.time < query.until)
        scoped = _scope(query, events)
        branches = find_branches(engine, workspace_id, scoped, query.breakdown, most)
    if query.metric == "visits":
        sums = _visits(engine, workspace_id, query, calendar, branches)
    else:
        asked = _question(query, calendar, branches)
        sums = _read(engine.query(workspace_id, asked).to_pylist())
    return MetricResult(METRICS[query.metric], tuple(_rows(query, calendar, branches, sums)))


def _scope(query: MetricQuery, events: Any) -> Any:
    """Narrows events to those that the metric can be about."""
    names = RECIPES[query.metric].names
    if names:
        events = events.filter(events.name.isin(list(names)))
    if METRICS[query.metric].is_money:
        events = events.filter(events.amount_minor.notnull(), events.currency.notnull())
        if query.currency is not None:
            events = events.filter(events.currency == query.currency)
    return events.filter(predicate(events, query.filters)) if query.filters else events


def _question(query: MetricQuery, calendar: Calendar, branches: Branches | None) -> Any:
    """The sums by piece, branch and currency, as an Ibis expression."""
    before = _scope(query, EVENTS.filter(EVENTS.time < query.until))
    events = with_branch(before, branches)
    if query.metric == "new_people":
        events = _first_events(events, branches)
    events = events.filter(events.time >= query.since)
    keys = {"piece": calendar.number(events.time)}
    if branches is not None:
        keys["branch"] = events[BRANCH_COLUMN]
    if METRICS[query.metric].is_money:
        keys["currency_code"] = events.currency
    recipe = RECIPES[query.metric]
    sums = {"numerator": recipe.numerator(events, None)} if recipe.numerator else {}
    if recipe.denominator:
        sums["denominator"] = recipe.denominator(events, None)
    return events.group_by(**keys).aggregate(**sums)


def _first_events(events: Any, branches: Branches | None) -> Any:
    """One row per person: the first event ever."""
    first = {"time": events.time.min()}
    if branches is not None:
        first[BRANCH_COLUMN] = events[BRANCH_COLUMN].argmin(events.time)
    return events.group_by("person").aggregate(**first)


def _read(rows: list[dict[str, Any]]) -> _Sums:
    return {
        (row["piece"], row.get("branch", 0), row.get("currency_code")): (
            int(row["numerator"]),
            int(row["denominator"]) if "denominator" in row else None,
        )
        for row in rows
    }


def _visits(
    engine: Engine,
    workspace_id: WorkspaceId,
    query: MetricQuery,
    calendar: Calendar,
    branches: Branches | None,
) -> _Sums:
    events = EVENTS.filter(EVENTS.time >= query.since - VISIT_GAP, EVENTS.time < query.until)
    starts = calendar.starts()
    # The first piece may have begun before the period, which must not count what lies before it.
    edges = [query.since, *starts[1:], query.until]
    fold = VisitFold(tuple(us_from_instant(edge) for edge in edges), branches is not None)
    counted = engine.fold(workspace_id, fold, with_branch(_scope(query, events), branches))
    numbers = [calendar.number_of(begins) for begins in starts]
    return {
        (numbers[row["piece"]], row["branch"], None): (row["visits"], None)
        for row in counted.to_pylist()
    }


def _rows(
    query: MetricQuery, calendar: Calendar, branches: Branches | None, sums: _Sums
) -> Iterator[MetricRow]:
    """Every piece of every branch, those without a sum too."""
    passport = METRICS[query.metric]
    found = sorted({currency for _, _, currency in sums if currency is not None})
    currencies: list[str | None] = [*found] or [query.currency if passport.is_money else None]
    present = sorted({branch for _, branch, _ in sums})
    nothing = (0, 0) if passport.is_ratio else (0, None)
    for begins in calendar.starts():
        piece = calendar.number_of(begins)
        for branch in present if branches is not None else [0]:
            is_other = branches is not None and branch >= len(branches.values)
            for currency in currencies:
                numerator, denominator = sums.get((piece, branch, currency), nothing)
                yield MetricRow(
                    period=None if query.grain is Grain.NONE else begins,
                    breakdown=branches.values[branch] if branches and not is_other else None,
                    is_other=is_other,
                    currency=currency,
                    value=quotient(numerator, denominator),
                    numerator=numerator,
                    denominator=denominator,
                )
