"""What is planted comes out: rates over the generated events lie within the error of the sample."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import sqrt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from catchment.testing.traffic import (
    BotConfig,
    GroundTruth,
    TrafficConfig,
    WebConfig,
    generate_history,
    source_of,
)

UNTIL = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)  # a midnight in Shanghai
SINCE = UNTIL - timedelta(days=14)
SIGMAS = 4.0  # a right build is outside one band in 16,000 seeds


def made(config: TrafficConfig, seed: int = 11) -> tuple[pa.Table, GroundTruth]:
    truth = GroundTruth()
    rng = np.random.default_rng(seed)
    batches = list(generate_history(config, rng, SINCE, UNTIL, truth))
    tables = [
        pa.Table.from_batches([b.replace_schema_metadata(None)]).append_column(
            "stream", pa.array([source_of(b)] * b.num_rows)
        )
        for b in batches
    ]
    return pa.concat_tables(tables), truth


def distinct(table: pa.Table) -> pa.Table:
    _, first = np.unique(table.column("message_id").to_pylist(), return_index=True)
    return table.take(pa.array(first))


@pytest.fixture(scope="module")
def world() -> tuple[pa.Table, GroundTruth]:
    return made(TrafficConfig())


def is_within(hits: int, trials: int, rate: float) -> bool:
    return abs(hits - trials * rate) <= SIGMAS * sqrt(trials * rate * (1 - rate))


def adding_rate(config: WebConfig) -> float:
    total = sum(s.weight for s in config.sources)
    return sum(s.weight / total * config.add_rate * s.adding_factor for s in config.sources)


def assert_web_rates(truth: GroundTruth, config: WebConfig) -> None:
    assert is_within(truth.visits_viewing, truth.web_visits, config.view_rate)
    assert is_within(truth.visits_adding, truth.visits_viewing, adding_rate(config))
    assert is_within(truth.visits_checking_out, truth.visits_adding, config.checkout_rate)
    assert is_within(truth.web_orders, truth.visits_checking_out, config.pay_rate)


def test_the_web_funnel_has_the_planted_rates(world: tuple[pa.Table, GroundTruth]) -> None:
    assert_web_rates(world[1], WebConfig())


@pytest.mark.parametrize("step", ["view_rate", "add_rate", "checkout_rate", "pay_rate"])
def test_a_world_with_another_rate_is_caught(step: str) -> None:
    right = WebConfig()
    wrong = replace(right, **{step: getattr(right, step) * 0.85})
    _, truth = made(TrafficConfig(web=wrong))
    with pytest.raises(AssertionError):
        assert_web_rates(truth, right)


def test_live_clicks_lead_to_carts_and_orders_at_the_planted_rates(
    world: tuple[pa.Table, GroundTruth],
) -> None:
    truth, config = world[1], TrafficConfig().live
    assert is_within(truth.live_orders, truth.live_clicks, config.order_rate)
    assert is_within(truth.live_adds, truth.live_clicks, config.add_rate)
    expected = config.viewers_per_show * 14
    assert abs(truth.live_viewers - expected) < SIGMAS * sqrt(expected) + expected * 0.02


def test_orders_are_refunded_at_the_planted_rates() -> None:
    base = TrafficConfig()
    swift = replace(base, web=replace(base.web, refund_days=0.05, cancel_hours=0.1))
    _, truth = made(swift)
    web, live = truth.web_orders, truth.live_orders
    share = (web * base.web.refund_rate + live * base.live.refund_rate) / (web + live)
    # The first and last days lend and borrow a few.
    assert abs(truth.refunds / (web + live) - share) < 0.02


def test_visits_follow_the_hours_of_the_zone(world: tuple[pa.Table, GroundTruth]) -> None:
    table = distinct(world[0])
    web = table.filter(
        pc.and_(
            pc.is_in(table["stream"], pa.array(["web", "mini"])),
            pc.is_in(table["name"], pa.array(["Page Viewed", "Screen Viewed"])),
        )
    )
    hours = pc.hour(pc.assume_timezone(pc.local_timestamp(
        web["time"].cast(pa.timestamp("us", tz="Asia/Shanghai"))), "UTC")).to_numpy()  # fmt: skip
    counts = np.bincount(hours, minlength=24) / len(hours)
    hourly = np.array(WebConfig().hourly) / sum(WebConfig().hourly)
    assert np.abs(counts - hourly).max() < 0.012


def test_the_truth_counts_what_the_events_say(world: tuple[pa.Table, GroundTruth]) -> None:
    table, truth = world
    rows = distinct(table)
    orders = rows.filter(pc.equal(rows["name"], "Order Completed"))
    assert rows.num_rows == truth.events
    assert table.num_rows == truth.events + truth.duplicates
    assert orders.num_rows == truth.web_orders + truth.live_orders
    assert pc.sum(orders["amount_minor"]).as_py() == truth.revenue_fen
    assert set(orders["user_id"].to_pylist()) == truth.buyers
    assert orders["order_id"].null_count == 0
    assert is_within(truth.duplicates, truth.events, TrafficConfig().delivery.duplicate_rate)
    assert is_within(truth.late, truth.events, TrafficConfig().delivery.late_rate)


def test_orders_say_in_their_properties_what_their_columns_say(
    world: tuple[pa.Table, GroundTruth],
) -> None:
    rows = world[0].filter(pc.equal(world[0]["name"], "Order Completed")).to_pylist()
    for row in rows:
        properties = json.loads(row["properties"])
        lines = sum(round(p["price"] * 100) * p["quantity"] for p in properties["products"])
        assert round(properties["total"] * 100) == row["amount_minor"] == lines


def test_every_json_can_be_read_and_live_events_know_their_show(
    world: tuple[pa.Table, GroundTruth],
) -> None:
    for row in world[0].slice(0, 60_000).to_pylist():
        for column in ("properties", "traits", "context"):
            assert isinstance(json.loads(row[column]), dict)
        if row["stream"] == "live":
            properties = json.loads(row["properties"])
            assert properties["live_id"] == row["live_id"]
            assert properties["offset_ms"] == row["offset_ms"] >= 0


def test_no_event_tells_who_is_a_bot(world: tuple[pa.Table, GroundTruth]) -> None:
    table, truth = world
    theirs = table.filter(pc.is_in(table["anonymous_id"], pa.array(sorted(truth.bots))))
    assert theirs.num_rows > 0
    text = "".join(theirs["properties"].to_pylist() + theirs["context"].to_pylist()).lower()
    assert not re.search(r"\bis_?bot\b|\bbot\b|scraper|flooder", text)
    assert theirs["user_id"].null_count == theirs.num_rows


def test_bots_are_louder_than_people(world: tuple[pa.Table, GroundTruth]) -> None:
    table, truth = world
    comments = table.filter(pc.equal(table["name"], "Live Comment Posted"))
    per_id = comments.group_by("anonymous_id").aggregate([("message_id", "count")]).to_pylist()
    bots = [r["message_id_count"] for r in per_id if r["anonymous_id"] in truth.bots]
    people = [r["message_id_count"] for r in per_id if r["anonymous_id"] not in truth.bots]
    assert min(bots) >= BotConfig().flood_comments
    assert np.quantile(people, 0.99) < BotConfig().flood_comments


def test_tastes_show_in_what_people_click(world: tuple[pa.Table, GroundTruth]) -> None:
    table = distinct(world[0])
    viewed = table.filter(
        pc.and_(pc.equal(table["name"], "Product Viewed"), pc.is_valid(table["user_id"]))
    )
    favourites = table.filter(pc.equal(table["name"], "Identified"))
    favourite = {
        row["user_id"]: json.loads(row["traits"])["favourite_category"]
        for row in favourites.select(["user_id", "traits"]).to_pylist()
    }
    rows = viewed.select(["user_id", "properties"]).to_pylist()
    hits = [json.loads(r["properties"])["category"] == favourite[r["user_id"]] for r in rows]
    assert np.mean(hits) > 0.4  # eight categories: one in eight without tastes
