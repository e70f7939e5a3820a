"""The official Node clients, unmodified: each event arrives once, with its properties whole."""

from __future__ import annotations

import pytest

from clients.client_collector import (
    WRITE_KEY,
    Running,
    RunNode,
    assert_landed_once,
    kinds,
    properties,
    traits,
)
from clients.client_payloads import EVENTS_OF_A_KIND

N = EVENTS_OF_A_KIND

# One npm installs the clients: together in one worker, or two would stand in each other's way.
pytestmark = [pytest.mark.node, pytest.mark.xdist_group("node")]


def test_segments_node_client_delivers_every_kind_once(
    collector: Running, run_node: RunNode
) -> None:
    run_node("segment.mjs", collector.url, WRITE_KEY, str(N))
    events = collector.settled(7 * N)
    assert_landed_once(collector, events)
    assert not collector.rejects
    assert kinds(events) == {
        "identify": N, "track": 2 * N, "page": N, "screen": N, "group": N, "alias": N
    }  # fmt: skip
    viewed = {e.user_id: properties(e) for e in events if e.name == "Product Viewed"}
    assert viewed == {
        f"user-{n}": {"product_id": f"sku-{n}", "nested": {"list": [n, "口红 💄", None, True]}}
        for n in range(N)
    }
    liked = [e for e in events if e.name == "Live Liked"]
    assert {e.anonymous_id for e in liked} == {f"anon-{n}" for n in range(N)}
    assert {e.live_id for e in liked} == {"sho_01"}


def test_posthogs_node_client_delivers_every_kind_once(
    collector: Running, run_node: RunNode
) -> None:
    run_node("posthog.mjs", collector.url, WRITE_KEY, str(N))
    events = collector.settled(5 * N)
    assert_landed_once(collector, events)
    assert not collector.rejects
    assert kinds(events) == {"track": N, "page": N, "identify": N, "group": N, "alias": N}
    for event in events:
        if event.name == "Product Viewed":
            n = int((event.product_id or "").removeprefix("sku-"))
            assert event.user_id == f"user-{n}"
            assert properties(event)["nested"] == {"list": [n, "口红 💄", None, True]}
        if event.kind == "identify":
            assert "age" in traits(event)
