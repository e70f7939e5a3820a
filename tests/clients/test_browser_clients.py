"""The official browser clients, unmodified, in a real Chromium: each event arrives once."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from clients.client_collector import WRITE_KEY, Running, assert_landed_once, properties, traits

pytestmark = pytest.mark.browser

N = 60


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@pytest.fixture
def shop(node_modules: Path, tmp_path: Path) -> Iterator[str]:
    """A shop's site on another origin than the collector, serving the clients' own bundles."""
    shutil.copytree(node_modules / "@segment/analytics-next/dist/umd", tmp_path / "segment")
    shutil.copy(node_modules / "posthog-js/dist/array.full.js", tmp_path / "posthog.js")
    (tmp_path / "index.html").write_text("<!doctype html><title>A shop</title><h1>口红</h1>")
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(collector: Running, chromium: Browser) -> Iterator[Page]:
    """A page of a real Chromium; whatever the collector refuses it fails the test."""
    context = chromium.new_context()
    page = context.new_page()
    refused: list[str] = []
    page.on(
        "response",
        lambda response: (
            refused.append(f"{response.status} {response.url}")
            if response.status >= 400 and response.url.startswith(collector.url)
            else None
        ),
    )
    yield page
    context.close()
    assert not refused


def test_analytics_next_delivers_every_kind_once(collector: Running, shop: str, page: Page) -> None:
    troubles: list[str] = []
    page.on("requestfailed", lambda request: troubles.append(request.url))
    page.goto(shop)
    page.add_script_tag(url=f"{shop}/segment/index.js")
    page.evaluate(
        """async ([key, host, n]) => {
            const {AnalyticsBrowser} = window.AnalyticsNext;
            const analytics = AnalyticsBrowser.load({writeKey: key, cdnURL: host});
            await analytics.ready(() => {});
            for (let i = 0; i < n; i++) {
              await analytics.track("Product Viewed", {product_id: `sku-${i}`,
                nested: {list: [i, "口红 💄", null, true]}});
            }
            await analytics.page("Shop", "Front", {shelf: 1});
            await analytics.screen("Main", {width: 2});
            await analytics.identify("user-1", {name: "王", age: 5});
            await analytics.track("Order Completed", {order_id: "o-1", total: "12.34",
              currency: "CNY"});
            await analytics.group("group-1", {plan: "pro"});
            await analytics.alias("user-2", "user-1");
        }""",
        [WRITE_KEY, collector.url, N],
    )
    events = collector.settled(N + 6)
    assert_landed_once(collector, events)
    assert not collector.rejects
    assert Counter(e.kind for e in events) == {
        "track": N + 1, "page": 1, "screen": 1, "identify": 1, "group": 1, "alias": 1
    }  # fmt: skip
    viewed = [e for e in events if e.name == "Product Viewed"]
    assert {e.product_id for e in viewed} == {f"sku-{n}" for n in range(N)}
    assert all(
        properties(e)["nested"] == {"list": [int((e.product_id or "")[4:]), "口红 💄", None, True]}
        for e in viewed
    )
    assert len({e.anonymous_id for e in viewed}) == 1
    identified = next(e for e in events if e.kind == "identify")
    assert (identified.user_id, identified.anonymous_id) == ("user-1", viewed[0].anonymous_id)
    assert traits(identified) == {"name": "王", "age": 5}
    bought = next(e for e in events if e.name == "Order Completed")
    assert (bought.order_id, bought.amount_minor, bought.currency) == ("o-1", 1234, "CNY")
    assert not troubles


def test_posthog_js_delivers_every_kind_once(collector: Running, shop: str, page: Page) -> None:
    page.goto(shop)
    page.add_script_tag(url=f"{shop}/posthog.js")
    page.evaluate(
        """([token, host, n]) => new Promise((resolve) => {
            // Headless Chromium is a robot to posthog-js, and robots it does not count.
            window.posthog.init(token, {api_host: host, autocapture: false,
              opt_out_useragent_filter: true,
              capture_pageview: true, capture_pageleave: true, person_profiles: "always",
              loaded: (posthog) => {
                for (let i = 0; i < n; i++) {
                  posthog.capture("Product Viewed", {product_id: `sku-${i}`,
                    nested: {list: [i, "口红 💄", null, true]}});
                }
                posthog.identify("user-1", {age: 5}, {first: "yes"});
                posthog.group("company", "company-1", {size: 3});
                posthog.capture("Order Completed", {order_id: "o-1", revenue: 12.34});
                posthog.alias("user-0");
                resolve();
              }});
        })""",
        [WRITE_KEY, collector.url, N],
    )
    collector.settled(N + 4)
    page.goto("about:blank")  # leaving sends what is left, by beacon
    events = collector.settled(N + 6)
    assert_landed_once(collector, events)
    assert not collector.rejects
    counts = Counter(e.name for e in events)
    assert counts["Product Viewed"] == N
    assert counts["Identified"] >= 1
    assert (counts["Grouped"], counts["Order Completed"], counts["Aliased"]) == (1, 1, 1)
    assert counts["Page Viewed"] == 1
    assert counts["$pageleave"] == 1
    viewed = [e for e in events if e.name == "Product Viewed"]
    assert {e.product_id for e in viewed} == {f"sku-{n}" for n in range(N)}
    assert all(
        properties(e)["nested"] == {"list": [int((e.product_id or "")[4:]), "口红 💄", None, True]}
        for e in viewed
    )
    assert {e.user_id for e in viewed} == {None}
    identified = next(e for e in events if e.name == "Identified" and "age" in traits(e))
    assert (identified.user_id, identified.anonymous_id) == ("user-1", viewed[0].anonymous_id)
    bought = next(e for e in events if e.name == "Order Completed")
    assert (bought.user_id, bought.amount_minor) == ("user-1", 1234)
