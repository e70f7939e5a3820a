"""Seeing: the overview, the metrics and the funnel."""

import time
from collections.abc import Sequence
from datetime import timedelta

from fastapi import APIRouter

from catchment import access, analytics
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.routes.paths import WORKSPACE, AnalyticsReader
from catchment.api.schemas import analytics as shapes
from catchment.api.schemas.shapes import ItemsAnswer

router = APIRouter(tags=["analytics"], route_class=DeskRoute)


@router.get(f"{WORKSPACE}/overview", operation_id="read_overview")
def read_overview(desk: AnalyticsReader) -> shapes.OverviewAnswer:
    """Today against the same day of last week up to the same hour, and what is going on now."""
    workspace = access.get_workspace(desk.reading, desk.workspace_id)
    engine, now = desk.services.engine, desk.now
    found = analytics.currencies_between(
        engine, workspace.id, now - timedelta(days=8), now + timedelta(hours=1)
    )
    currency = analytics.fitting_currency(found, workspace.currency)
    seen = analytics.overview(engine, workspace.id, now, workspace.time_zone, currency)
    return shapes.OverviewAnswer(
        as_of=seen.as_of,
        time_zone=seen.time_zone,
        day=seen.day.isoformat(),
        compare_day=seen.compare_day.isoformat(),
        tiles=[shapes.Tile.model_validate(tile) for tile in seen.tiles],
        series=[shapes.Series.model_validate(one) for one in seen.series],
        live=shapes.LiveActivity(
            minutes=[shapes.LiveMinute.model_validate(minute) for minute in seen.minutes],
            shows=[shapes.ActiveShow.model_validate(show) for show in seen.shows],
        ),
        top_events=[shapes.TopEvent.model_validate(one) for one in seen.top_events],
    )


@router.get(f"{WORKSPACE}/metrics", operation_id="list_metrics")
def list_metrics(desk: AnalyticsReader) -> ItemsAnswer[shapes.Passport]:
    """Every metric's passport."""
    del desk  # the right to ask is all that is needed
    found = analytics.METRICS.values()
    return ItemsAnswer(items=[shapes.Passport.model_validate(passport) for passport in found])


@router.post(f"{WORKSPACE}/metrics/query", operation_id="query_metric")
def query_metric(ask: shapes.MetricAsk, desk: AnalyticsReader) -> shapes.MetricAnswer:
    """A metric over a time, by period and, if asked, by a breakdown."""
    began = time.perf_counter()
    workspace = access.get_workspace(desk.reading, desk.workspace_id)
    currencies = _currencies(desk, ask)
    query = analytics.MetricQuery(
        metric=ask.metric,
        since=ask.since,
        until=ask.until,
        grain=analytics.Grain(ask.grain),
        time_zone=workspace.time_zone,
        breakdown=ask.breakdown,
        filters=_filters(ask.filters),
        currency=ask.currency or analytics.fitting_currency(currencies, workspace.currency),
    )
    result = analytics.compute_metric(desk.services.engine, workspace.id, query)
    return shapes.MetricAnswer(
        passport=shapes.Passport.model_validate(result.passport),
        currency=query.currency if result.passport.is_money else None,
        currencies=sorted(currencies),
        rows=[shapes.MetricRow.model_validate(row) for row in result.rows],
        took_ms=_ms_since(began),
    )


def _currencies(desk: Desk, ask: shapes.MetricAsk) -> Sequence[str]:
    passport = analytics.METRICS.get(ask.metric)
    if passport is None or not passport.is_money:
        return ()
    engine = desk.services.engine
    return analytics.currencies_between(engine, desk.workspace_id, ask.since, ask.until)


@router.post(f"{WORKSPACE}/analytics/funnel", operation_id="query_funnel")
def query_funnel(ask: shapes.FunnelAsk, desk: AnalyticsReader) -> shapes.FunnelAnswer:
    """How many people went from step to step, and how long they took."""
    began = time.perf_counter()
    spec = analytics.FunnelSpec(
        steps=tuple(analytics.Step(step.event, _filters(step.filters)) for step in ask.steps),
        window=timedelta(seconds=ask.window_seconds),
        since=ask.since,
        until=ask.until,
        order=analytics.FunnelOrder(ask.order),
        filters=_filters(ask.filters),
        breakdown=ask.breakdown,
    )
    result = analytics.compute_funnel(desk.services.engine, desk.workspace_id, spec)
    return shapes.FunnelAnswer(
        steps=[shapes.FunnelStep.model_validate(step) for step in result.steps],
        breakdowns=[
            shapes.FunnelPart(
                breakdown=branch.value,
                is_other=branch.is_other,
                steps=[shapes.FunnelStep.model_validate(step) for step in branch.steps],
            )
            for branch in result.branches
        ],
        passport=shapes.Passport.model_validate(result.passport),
        took_ms=_ms_since(began),
    )


def _filters(asked: list[shapes.FilterAsk]) -> tuple[analytics.FilterTree, ...]:
    return tuple(
        analytics.Filter(
            one.field,
            analytics.Operator(one.operator),
            tuple(one.value) if isinstance(one.value, list) else one.value,
        )
        for one in asked
    )


def _ms_since(began: float) -> float:
    return round((time.perf_counter() - began) * 1_000, 1)
