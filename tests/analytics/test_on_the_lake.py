"""The embedded engine over real files answers as the plain one over a table in memory does."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from analytics.desk import START, WORKSPACE, DeskEngine, event, table_of
from catchment.analytics import (
    METRICS,
    EventQuery,
    FunnelOrder,
    FunnelSpec,
    Grain,
    MetricQuery,
    Step,
    compute_funnel,
    compute_metric,
    list_events,
    overview,
)
from catchment.lake import Engine, EngineSetting, EventTable, IdentityTable, open_engine

NAMES = ("Page Viewed", "Product Viewed", "Product Added", "Order Completed", "Live Room Entered")
END = START + timedelta(days=10)


def shoppers(seed: int = 7, count: int = 400) -> list[dict[str, Any]]:
    """Visitors who sign in sooner or later, from a seeded generator."""
    dice = random.Random(seed)
    rows = []
    for number in range(count):
        who, minute = dice.randrange(20), dice.randrange(10 * 24 * 60)
        name, is_known = dice.choice(NAMES), dice.random() < 0.5
        money = {"order_id": f"o{number // 2}", "amount_minor": dice.randrange(9_999)}
        rows.append(
            event(
                f"user-u{who}" if is_known else f"anon-d{who}", name, minute,
                properties=f'{{"taste": "t{dice.randrange(4)}"}}',
                **({**money, "currency": dice.choice(["CNY", "USD"])} if "Order" in name else {}),
            )
        )  # fmt: skip
    rows += [
        event(f"user-u{who}", "Identified", who, kind="identify",
              user_subject=f"user-u{who}", anonymous_subject=f"anon-d{who}")
        for who in range(0, 20, 2)
    ]  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, Engine]:
    folder: Path = tmp_path_factory.mktemp("lake")
    rows = table_of(shoppers())
    events, identity = EventTable(folder / "events"), IdentityTable(folder / "identity")
    events.create()
    events.append(rows.slice(0, 150), 150)
    events.append(rows.slice(150), len(rows))
    lake = open_engine("duckdb", EngineSetting(events=events, identity=identity))
    known = {f"anon-d{who}": f"per_user-u{who}" for who in range(0, 20, 2)}
    joined = pa.table({"subject": list(known), "person": list(known.values())})
    identity.replace(WORKSPACE, joined, position=1)
    return lake, DeskEngine(rows, known)


@pytest.mark.parametrize("metric", METRICS)
def test_metrics_agree(engines: tuple[Engine, Engine], metric: str) -> None:
    for more in ({}, {"grain": Grain.DAY}, {"breakdown": "taste", "breakdown_max": 2}):
        query = MetricQuery(metric, START, END, **more)
        one, two = (compute_metric(engine, WORKSPACE, query).rows for engine in engines)
        assert one == two


@pytest.mark.parametrize("order", FunnelOrder)
def test_funnels_agree(engines: tuple[Engine, Engine], order: FunnelOrder) -> None:
    steps = tuple(Step(name) for name in NAMES[1:4])
    asked = {"order": order, "breakdown": "taste", "breakdown_max": 2}
    spec = FunnelSpec(steps, timedelta(days=3), START, END, **asked)  # type: ignore[arg-type]
    one, two = (compute_funnel(engine, WORKSPACE, spec) for engine in engines)
    assert one == two
    assert one.steps[1].people > 0


def test_overviews_and_pages_agree(engines: tuple[Engine, Engine]) -> None:
    now = START + timedelta(days=8, hours=11)
    one, two = (overview(engine, WORKSPACE, now, "Asia/Shanghai", "CNY") for engine in engines)
    assert one == two
    here, there = (list_events(engine, WORKSPACE, EventQuery(text="t1")) for engine in engines)
    assert here == there
