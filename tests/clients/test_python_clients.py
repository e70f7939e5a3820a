"""The official Python clients, unmodified: each event arrives once, with its properties whole."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from posthog import Posthog
from rudderstack.analytics.client import Client as RudderClient
from segment.analytics.client import Client as SegmentClient

from clients.client_collector import (
    WRITE_KEY,
    Running,
    assert_landed_once,
    kinds,
    properties,
    traits,
)
from clients.client_payloads import EVENTS_OF_A_KIND, order, product

N = EVENTS_OF_A_KIND


def _segment(collector: Running, *, gzip: bool) -> Any:

    return SegmentClient(
        WRITE_KEY, host=collector.url, gzip=gzip, max_queue_size=10_000, upload_interval=0.05
    )


def _rudder(collector: Running, *, gzip: bool) -> Any:

    return RudderClient(
        WRITE_KEY, host=collector.url, gzip=gzip, max_queue_size=10_000, upload_interval=0.05
    )


@pytest.mark.parametrize("gzip", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("make", [_segment, _rudder], ids=["segment", "rudder"])
def test_segments_and_rudders_client_deliver_every_kind_once(
    collector: Running, make: Any, *, gzip: bool
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs, not ours to mend
        client = make(collector, gzip=gzip)
        for n in range(N):
            user = f"user-{n}"
            client.identify(user, {"name": f"王{n}", "age": n})
            client.track(user, "Product Viewed", product(n), context={"ip": "1.2.3.4"})
            client.track(user, "Order Completed", order(n))
            client.page(user, "Shop", f"Page {n}", {"url": f"https://shop.example/{n}"})
            client.screen(user, "App", f"Screen {n}", {"width": n})
            client.group(user, f"group-{n}", {"plan": "pro"})
            client.alias(f"old-{n}", user)
        client.shutdown()
    events = collector.settled(7 * N)
    assert_landed_once(collector, events)
    assert kinds(events) == {
        "identify": N, "track": 2 * N, "page": N, "screen": N, "group": N, "alias": N
    }  # fmt: skip
    assert not collector.rejects
    by_user = {e.user_id: e for e in events if e.name == "Product Viewed"}
    for n in range(N):
        viewed = by_user[f"user-{n}"]
        assert properties(viewed) == product(n)
        assert (viewed.product_id, viewed.live_id, viewed.offset_ms) == (
            f"sku-{n}",
            "sho_01",
            n * 1000,
        )
        assert viewed.original_us is not None
        assert viewed.sent_us is not None
        assert abs(viewed.received_us - viewed.original_us) < 60_000_000
    assert {e.amount_minor for e in events if e.name == "Order Completed"} == {9990}
    assert {e.order_id for e in events if e.name == "Order Completed"} == {
        f"o-{n}" for n in range(N)
    }
    assert sorted(traits(e)["age"] for e in events if e.kind == "identify") == list(range(N))  # type: ignore[type-var]
    page = next(e for e in events if e.kind == "page")
    assert properties(page).keys() >= {"url", "name", "category"}
    alias = next(e for e in events if e.kind == "alias")
    assert alias.previous_id is not None
    assert alias.previous_id.removeprefix("old-") == (alias.user_id or "").removeprefix("user-")


@pytest.mark.parametrize("gzip", [True, False], ids=["gzip", "plain"])
def test_posthogs_client_delivers_every_kind_once(collector: Running, *, gzip: bool) -> None:

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client = Posthog(
            WRITE_KEY,
            host=collector.url,
            gzip=gzip,
            flush_interval=0.05,
            max_queue_size=10_000,
            enable_exception_autocapture=False,
        )
        for n in range(N):
            user = f"user-{n}"
            client.capture("Product Viewed", distinct_id=user, properties=product(n))
            client.capture("$pageview", distinct_id=user, properties={"$current_url": f"/p/{n}"})
            client.set(distinct_id=user, properties={"age": n})
            client.set_once(distinct_id=user, properties={"first": n})
            client.group_identify("company", f"company-{n}", {"size": n}, distinct_id=user)
            client.alias(f"anon-{n}", user)
            client.capture(
                "Anonymous Thing",
                distinct_id=f"anon-{n}",
                properties={"$process_person_profile": False},
            )
        client.shutdown()
    events = collector.settled(7 * N)
    assert_landed_once(collector, events)
    assert not collector.rejects
    assert kinds(events) == {
        "track": 2 * N, "page": N, "identify": 2 * N, "group": N, "alias": N
    }  # fmt: skip
    for event in events:
        if event.name == "Product Viewed":
            n = int((event.product_id or "").removeprefix("sku-"))
            assert event.user_id == f"user-{n}"
            assert properties(event).items() >= product(n).items()
        if event.name == "Anonymous Thing":
            assert event.user_id is None
            assert (event.anonymous_id or "").startswith("anon-")
        if event.kind == "group":
            assert (event.group_id or "").startswith("company-")
            assert "size" in traits(event)
        if event.kind == "alias":
            assert (event.previous_id, event.user_id) != (None, None)


def test_posthogs_client_gets_no_flags_and_goes_on(collector: Running) -> None:

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client = Posthog(WRITE_KEY, host=collector.url, sync_mode=True)
        assert client.get_all_flags("user-1") in ({}, None)
        client.capture("After", distinct_id="user-1")
        client.shutdown()
    assert [e.name for e in collector.settled(1)] == ["After"]


def test_a_wrong_write_key_delivers_nothing(collector: Running) -> None:

    failures: list[Exception] = []
    client = SegmentClient(
        "wrong",
        host=collector.url,
        max_retries=0,
        upload_interval=0.05,
        on_error=lambda error, _batch: failures.append(error),
    )
    client.track("user-1", "Lost")
    client.shutdown()
    assert failures
    assert collector.log.head() == 0
