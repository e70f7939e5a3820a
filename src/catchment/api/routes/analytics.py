"""Seeing: the overview, the metrics and the funnel."""

from fastapi import APIRouter

from catchment.api.routes.paths import WORKSPACE, Analyst, InWorkspace
from catchment.api.schemas import analytics as shapes
from catchment.api.schemas.shapes import ItemsAnswer

router = APIRouter(tags=["analytics"])


@router.get(f"{WORKSPACE}/overview", operation_id="read_overview")
def read_overview(workspace_id: InWorkspace, caller: Analyst) -> shapes.OverviewAnswer:
    """Today against the same day of last week up to the same hour, and what is going on now."""
    raise NotImplementedError


@router.get(f"{WORKSPACE}/metrics", operation_id="list_metrics")
def list_metrics(workspace_id: InWorkspace, caller: Analyst) -> ItemsAnswer[shapes.Passport]:
    """Every metric's passport."""
    raise NotImplementedError


@router.post(f"{WORKSPACE}/metrics/query", operation_id="query_metric")
def query_metric(
    workspace_id: InWorkspace, ask: shapes.MetricAsk, caller: Analyst
) -> shapes.MetricAnswer:
    """A metric over a time, by period and, if asked, by a breakdown."""
    raise NotImplementedError


@router.post(f"{WORKSPACE}/analytics/funnel", operation_id="query_funnel")
def query_funnel(
    workspace_id: InWorkspace, ask: shapes.FunnelAsk, caller: Analyst
) -> shapes.FunnelAnswer:
    """How many people went from step to step, and how long they took."""
    raise NotImplementedError
