"""`catchment analytics …`: funnels and metrics, as a table or as JSON."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from catchment.cli.asking import read_condition, read_instant, read_steps
from catchment.cli.printing import AsJson, WorkspaceName, print_json, print_table
from catchment.kernel import read_span, write_span

if TYPE_CHECKING:
    from catchment.access import Workspace
    from catchment.analytics import FunnelResult, FunnelSpec, MetricResult
    from catchment.app import Home

app = typer.Typer(help="What people did: funnels and metrics.", no_args_is_help=True)

Since = Annotated[
    str | None, typer.Option("--since", help="A day or an instant; by default the first event.")
]
Until = Annotated[
    str | None, typer.Option("--until", help="Not itself included; by default the last event.")
]
Breakdown = Annotated[
    str | None, typer.Option("--breakdown", help="A column or property, as properties.category.")
]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", help="A condition, as category=tea or price>=10; may be repeated."),
]


@app.command("funnel")
def funnel(
    *,
    steps: Annotated[str, typer.Option("--steps", help='Event names, as "A,B,C".')],
    window: Annotated[str, typer.Option("--window", help="From the entry, as 7d or 36h.")] = "7d",
    since: Since = None,
    until: Until = None,
    breakdown: Breakdown = None,
    order: Annotated[str, typer.Option("--order", help="ordered, strict or any.")] = "ordered",
    where: Where = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Of those who took the first step, how many went on, and how fast."""
    from catchment.analytics import (  # noqa: PLC0415  (heavy)
        FunnelOrder,
        FunnelSpec,
        Step,
        compute_funnel,
    )
    from catchment.app import open_home  # noqa: PLC0415  (heavy)

    if order not in set(FunnelOrder):
        raise typer.BadParameter(f"{order!r} is no order: ordered, strict or any")
    with open_home() as home:
        home.catch_up()
        mine = home.workspace(workspace)
        begins, ends = _period(home, mine, since, until)
        spec = FunnelSpec(
            steps=tuple(Step(name) for name in read_steps(steps)),
            window=read_span(window),
            since=begins,
            until=ends,
            order=FunnelOrder(order),
            filters=tuple(map(read_condition, where or ())),
            breakdown=breakdown,
        )
        result = compute_funnel(home.engine, mine.id, spec)
    _print_funnel_json(spec, result) if as_json else _print_funnel(spec, result)


@app.command("metric")
def metric(
    name: Annotated[str, typer.Argument(help="See `catchment analytics metrics`.")],
    *,
    since: Since = None,
    until: Until = None,
    grain: Annotated[str, typer.Option("--grain", help="none, hour, day or week.")] = "none",
    breakdown: Breakdown = None,
    currency: Annotated[str | None, typer.Option("--currency", help="Only this one.")] = None,
    where: Where = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """A metric, by hour, day or week and by the values of a field."""
    from catchment.analytics import Grain, MetricQuery, compute_metric  # noqa: PLC0415  (heavy)
    from catchment.app import open_home  # noqa: PLC0415  (heavy)

    if grain not in set(Grain):
        raise typer.BadParameter(f"{grain!r} is no grain: none, hour, day or week")
    with open_home() as home:
        home.catch_up()
        mine = home.workspace(workspace)
        begins, ends = _period(home, mine, since, until)
        query = MetricQuery(
            metric=name,
            since=begins,
            until=ends,
            grain=Grain(grain),
            time_zone=mine.time_zone,
            breakdown=breakdown,
            filters=tuple(map(read_condition, where or ())),
            currency=currency,
        )
        result = compute_metric(home.engine, mine.id, query)
    if as_json:
        print_json(
            {
                "metric": name,
                "since": begins.isoformat(),
                "until": ends.isoformat(),
                "time_zone": mine.time_zone,
                "rows": [_row_json(asdict(row)) for row in result.rows],
                "passport": asdict(result.passport),
            }
        )
    else:
        _print_metric(result, mine.time_zone)


@app.command("metrics")
def metrics(as_json: AsJson = False) -> None:
    """List the metrics with their passports."""
    from catchment.analytics import METRICS  # noqa: PLC0415  (heavy)

    if as_json:
        print_json([asdict(passport) for passport in METRICS.values()])
    else:
        rows = [(one.id, one.name_en, one.name_zh, one.description) for one in METRICS.values()]
        print_table("Metrics", ("id", "name", "名称", "how it is counted"), rows)


def _period(
    home: "Home", workspace: "Workspace", since: str | None, until: str | None
) -> tuple[datetime, datetime]:
    """What was asked for, or from the first event to the last."""
    from catchment.analytics import events_span, zone_of  # noqa: PLC0415  (heavy)

    zone = zone_of(workspace.time_zone)
    begins = read_instant(since, zone) if since else None
    ends = read_instant(until, zone) if until else None
    if begins is None or ends is None:
        now = home.clock.now()
        first, last = events_span(home.engine, workspace.id) or (now - timedelta(days=1), now)
        begins = begins or first
        ends = ends or last + timedelta(microseconds=1)
    return begins, ends


def _print_funnel_json(spec: "FunnelSpec", result: "FunnelResult") -> None:
    print_json(
        {
            "steps": [asdict(step) for step in result.steps],
            "breakdowns": [
                {
                    "value": branch.value,
                    "is_other": branch.is_other,
                    "steps": [asdict(step) for step in branch.steps],
                }
                for branch in result.branches
            ],
            "order": spec.order.value,
            "window_seconds": spec.window.total_seconds(),
            "since": spec.since.isoformat(),
            "until": spec.until.isoformat(),
            "passport": asdict(result.passport),
        }
    )


def _print_funnel(spec: "FunnelSpec", result: "FunnelResult") -> None:
    parts = [("", result.steps)]
    parts += [("others" if b.is_other else b.value or "–", b.steps) for b in result.branches]
    rows = [
        (
            value, number, step.event, step.people,
            _percent(step.conversion_from_start), _percent(step.conversion_from_previous),
            _span(step.median_seconds), _span(step.p90_seconds),
        )
        for value, steps in parts
        for number, step in enumerate(steps, start=1)
    ]  # fmt: skip
    columns = (
        spec.breakdown or "branch", "step", "event", "people", "of first", "of previous",
        "median time", "90% within",
    )  # fmt: skip
    first = 1 if spec.breakdown is None else 0
    title = f"Funnel, {spec.order.value}, within {write_span(spec.window)} of the entry"
    print_table(title, columns[first:], [row[first:] for row in rows])


def _print_metric(result: "MetricResult", time_zone: str) -> None:
    from catchment.analytics import zone_of  # noqa: PLC0415  (heavy)

    zone, passport = zone_of(time_zone), result.passport
    rows = [
        (
            row.period.astimezone(zone).strftime("%Y-%m-%d %H:%M") if row.period else "all",
            "others" if row.is_other else row.breakdown,
            _value(row.value, row.currency, passport.unit.value),
            row.currency or passport.unit.value,
        )
        for row in result.rows
    ]
    title = f"{passport.name_en} {passport.name_zh}  ({time_zone})"
    print_table(title, ("period", "breakdown", "value", "unit"), rows)
    typer.echo(passport.description)


def _value(value: float | None, currency: str | None, unit: str) -> str | int | None:
    from catchment.kernel import Money  # noqa: PLC0415  (with the rest)

    if value is None:
        return None
    if currency is not None:
        return f"{Money(round(value), currency).to_decimal():,}"
    return _percent(value) if unit == "share" else round(value)


def _row_json(row: dict[str, Any]) -> dict[str, Any]:
    row["period"] = row["period"].isoformat() if row["period"] else None
    return row


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share:.1%}"


def _span(seconds: float | None) -> str | None:
    return None if seconds is None else str(timedelta(seconds=round(seconds)))
