"""The tracker and our own collector, neither of them a stand-in."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from clients.client_collector import WRITE_KEY, Running, running_collector
from tracker.shop_site import Site

pytestmark = [pytest.mark.browser, pytest.mark.node]

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Running]:
    """A collector with an empty log, served by uvicorn in a thread."""
    with running_collector(tmp_path) as running:
        yield running


@pytest.fixture
def shop(site: Site, collector: Running) -> Site:
    """A shop whose tracker sends to the real collector, on another origin."""
    site.tag = (
        f'<script src="{site.host}/t.js" data-key="{WRITE_KEY}" data-host="{collector.url}">'
        "</script>"
    )
    return site


def nothing_waits(page: Page) -> bool:
    return not page.evaluate("Object.keys(localStorage).some(n => n.startsWith('ct.q.'))")


def test_what_the_page_tells_is_on_disk_once_and_whole(
    shop: Site, collector: Running, page: Page, until: Until
) -> None:
    page.goto(shop.origin + "/shelf")
    page.evaluate("""() => {
        catchment.identify('u1', {city: '上海'});
        catchment.live.enter('live1', Date.now() - 1000);
        for (let n = 0; n < 200; n++) catchment.live.track('Live Liked', {count: n});
        catchment.track('Order Completed', {order_id: 'o1', total: 12.5, currency: 'CNY'});
    }""")
    until(lambda: len(collector.events()) == 204)
    events = sorted(collector.events(), key=lambda event: event.sequence or 0)
    likes = [json.loads(e.properties)["count"] for e in events if e.name == "Live Liked"]
    assert collector.rejects == []
    assert likes == list(range(200))
    assert [event.kind for event in events[:2]] == ["page", "identify"]
    assert {event.user_id for event in events[1:]} == {"u1"}
    assert events[-1].amount_minor == 1250
    assert all(event.sent_us for event in events)
    until(lambda: nothing_waits(page))


def test_a_closing_page_reaches_the_disk(
    shop: Site, collector: Running, page: Page, until: Until
) -> None:
    page.goto(shop.origin)
    page.evaluate("catchment.track('Last Word')")
    page.goto("about:blank")
    until(lambda: any(event.name == "Last Word" for event in collector.events()))


def test_a_wrong_key_is_refused_once(
    shop: Site, collector: Running, page: Page, until: Until
) -> None:
    shop.tag = (shop.tag or "").replace(WRITE_KEY, "wk_wrong")
    with page.expect_response("**/v1/events") as answer:
        page.goto(shop.origin)
    assert answer.value.status == 401
    until(lambda: nothing_waits(page))
    assert collector.events() == []


def test_the_page_may_read_how_long_to_wait(shop: Site, collector: Running, page: Page) -> None:
    page.goto(shop.origin)
    sent = page.request.post(f"{collector.url}/v1/events", data="{", headers={"Origin": "http://a"})
    assert "retry-after" in sent.headers["access-control-expose-headers"]
