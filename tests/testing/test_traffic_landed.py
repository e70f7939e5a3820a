"""The simulated world through the whole platform: what is asked of the lake is what happened."""

from datetime import UTC, datetime, timedelta
from typing import Any

import ibis
import numpy as np
import pytest

from catchment.app import Home, open_home, read_settings
from catchment.kernel import WorkspaceId, us_from_instant
from catchment.lake import EVENTS, Received
from catchment.testing.clock import ManualClock
from catchment.testing.traffic import (
    Demo,
    GroundTruth,
    PeopleConfig,
    TrafficConfig,
    generate_history,
    run_live,
    source_of,
)
from catchment.testing.traffic.demo import columns_body

UNTIL = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=3)
HISTORY = EVENTS.filter(EVENTS.is_historical)
SMALL = TrafficConfig(people=PeopleConfig(count=3_000))


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A home with three days of a small world, delivered twice over."""
    folder = tmp_path_factory.mktemp("home")
    settings = read_settings(
        {"CATCHMENT_HOME": str(folder / "home"), "CATCHMENT_KEYS": str(folder / "keys")}
    )
    truth = GroundTruth()
    with open_home(settings) as home:
        demo = home.demo()
        for told in (truth, None):
            for batch in generate_history(SMALL, np.random.default_rng(5), SINCE, UNTIL, told):
                home.log.append(
                    [
                        Received(
                            demo.workspace_id, demo.source_ids[source_of(batch)], "columns",
                            us_from_instant(UNTIL), columns_body(batch), is_historical=True,
                        )
                    ]
                )  # fmt: skip
        home.catch_up()
        yield home, demo, truth


def asked(home: Home, workspace_id: WorkspaceId, question: Any) -> Any:
    [value] = home.engine.query(workspace_id, question).to_pydict().values()
    return value[0]


def test_every_event_is_in_the_lake_once(landed: tuple[Home, Demo, GroundTruth]) -> None:
    home, demo, truth = landed
    assert asked(home, demo.workspace_id, HISTORY.count()) == truth.events
    assert asked(home, demo.workspace_id, HISTORY.event_key.nunique()) == truth.events


def test_orders_and_revenue_are_the_planted_ones(landed: tuple[Home, Demo, GroundTruth]) -> None:
    home, demo, truth = landed
    orders = HISTORY.filter(HISTORY.name == "Order Completed")
    assert asked(home, demo.workspace_id, orders.count()) == truth.web_orders + truth.live_orders
    assert asked(home, demo.workspace_id, orders.amount_minor.sum()) == truth.revenue_fen
    assert asked(home, demo.workspace_id, orders.person.nunique()) == len(truth.buyers)


def test_signing_in_joins_what_came_before_it(landed: tuple[Home, Demo, GroundTruth]) -> None:
    home, demo, _ = landed
    identified = EVENTS.filter(EVENTS.kind == "identify")
    devices = EVENTS.semi_join(identified, "anonymous_id").filter(EVENTS.user_id.isnull())
    joined = devices.anti_join(identified, "person")
    assert asked(home, demo.workspace_id, devices.count()) > 100
    assert asked(home, demo.workspace_id, joined.count()) == 0


def test_the_running_demo_lands_whole(landed: tuple[Home, Demo, GroundTruth]) -> None:
    home, demo, _ = landed
    clock = ManualClock(UNTIL + timedelta(minutes=40))

    class Stop:
        left = 240

        def is_set(self) -> bool:
            return self.left <= 0

        def wait(self, timeout: float) -> bool:
            clock.advance(timeout)
            self.left -= 1
            return self.is_set()

    sent = run_live(demo, Stop(), home.log.append, clock)
    home.catch_up()
    live = EVENTS.filter(~EVENTS.is_historical)
    assert sent > 100
    assert asked(home, demo.workspace_id, live.count()) == sent
    offsets = live.filter(live.live_id.notnull()).offset_ms
    assert asked(home, demo.workspace_id, offsets.count()) > 0
    assert asked(home, demo.workspace_id, ibis.least(offsets.min(), 0)) == 0
