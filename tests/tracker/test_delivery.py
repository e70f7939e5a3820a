"""Nothing is lost on the way: offline, overload, a closing page; and nothing counts twice."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from tracker.shop_site import Site

pytestmark = [pytest.mark.browser, pytest.mark.node]

Until = Callable[[Callable[[], object]], None]


def stored(page: Page) -> int:
    return int(page.evaluate("Object.keys(localStorage).filter(n => n.startsWith('ct.q.')).length"))


def ids(site: Site) -> list[str]:
    return [event["message_id"] for event in site.events()]


def test_what_happens_offline_is_sent_when_the_network_is_back(
    site: Site, visitor: BrowserContext, page: Page, until: Until
) -> None:
    page.goto(site.origin)
    until(site.events)
    visitor.set_offline(True)
    page.evaluate("for (let n = 0; n < 5; n++) catchment.track('Offline', {n})")
    page.wait_for_timeout(1_500)
    assert not site.events("Offline")
    assert stored(page) == 5
    visitor.set_offline(False)
    until(lambda: len(site.events("Offline")) == 5)
    assert [event["properties"]["n"] for event in site.events("Offline")] == [0, 1, 2, 3, 4]
    until(lambda: stored(page) == 0)
    assert len(ids(site)) == len(set(ids(site)))


def test_what_one_page_could_not_send_the_next_one_does(
    site: Site, page: Page, until: Until
) -> None:
    page.goto(site.origin)
    until(site.events)
    until(lambda: stored(page) == 0)
    page.route("**/v1/events", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.evaluate("catchment.track('Left Behind')")
    page.goto("about:blank")
    page.unroute("**/v1/events")
    assert not site.events("Left Behind")
    page.goto(site.origin + "/next")
    until(lambda: site.events("Left Behind"))
    until(lambda: stored(page) == 0)
    assert len(ids(site)) == len(set(ids(site))) == 3


def test_a_closing_page_sends_its_last_events(site: Site, page: Page) -> None:
    site.settings = {"flushAfter": 60_000}
    page.goto(site.origin)
    page.evaluate("for (let n = 0; n < 40; n++) catchment.track('Last', {n})")
    page.close()
    deadline = time.monotonic() + 60
    while len(ids(site)) < 41 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(ids(site)) == len(set(ids(site))) == 41


def test_what_a_closing_page_cannot_carry_waits_for_the_next_visit(
    site: Site, page: Page, until: Until
) -> None:
    site.settings = {"flushAfter": 60_000}
    page.goto(site.origin)
    # A browser carries 64 KB behind a closing page.
    page.evaluate("for (let n = 0; n < 99; n++) catchment.track('Last', {pad: 'x'.repeat(900)})")
    page.goto("about:blank")
    page.wait_for_timeout(500)
    assert 0 < len(ids(site)) < 100
    site.settings = {}
    page.goto(site.origin + "/next")
    until(lambda: len(set(ids(site))) == 101)


def test_an_overloaded_collector_gets_the_same_events_later_and_once(
    site: Site, page: Page, until: Until
) -> None:
    site.answers = [(503, None), (429, "2")]
    page.goto(site.origin)
    page.evaluate("catchment.track('Patient')")
    until(lambda: site.events("Patient"))
    assert [status for _, status in site.posted] == [503, 429, 200]
    assert site.posted[2][0] - site.posted[1][0] >= 1.9  # it was asked to wait two seconds
    assert len(site.events("Patient")) == 1
    until(lambda: stored(page) == 0)


def test_a_collector_that_is_away_is_tried_again(site: Site, page: Page, until: Until) -> None:
    pattern = "**/v1/events"
    page.route(pattern, lambda route: route.abort())
    page.goto(site.origin)
    page.evaluate("catchment.track('Persistent')")
    page.wait_for_timeout(1_500)
    assert stored(page) == 2
    page.unroute(pattern)
    until(lambda: site.events("Persistent"))
    assert len(ids(site)) == len(set(ids(site))) == 2


def test_a_refused_batch_is_not_sent_for_ever(site: Site, page: Page, until: Until) -> None:
    site.answers = [(401, None)]
    page.goto(site.origin)
    until(lambda: site.posted)
    until(lambda: stored(page) == 0)
    page.wait_for_timeout(1_500)
    assert [status for _, status in site.posted] == [401]


def test_a_batch_that_is_too_large_is_halved(site: Site, page: Page, until: Until) -> None:
    site.answers = [(413, None)]
    page.goto(site.origin)
    page.evaluate("for (let n = 0; n < 9; n++) catchment.track('Part', {n})")
    until(lambda: len(site.events("Part")) == 9)
    assert max(len(body["events"]) for body in site.bodies) <= 5


def test_the_waiting_room_is_bounded(
    site: Site, visitor: BrowserContext, page: Page, until: Until
) -> None:
    page.goto(site.origin)
    until(site.events)
    until(lambda: stored(page) == 0)
    visitor.set_offline(True)
    page.evaluate("for (let n = 0; n < 1200; n++) catchment.track('Many', {n})")
    assert stored(page) == 1_000
    visitor.set_offline(False)
    until(lambda: len(site.events("Many")) == 1_000)
    kept = [event["properties"]["n"] for event in site.events("Many")]
    assert kept == list(range(200, 1_200))  # the oldest went


def test_a_browser_that_stores_nothing_still_sends(site: Site, page: Page, until: Until) -> None:
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty("
        "window, name, {get() { throw new Error('blocked') }})"
    )
    page.goto(site.origin)
    page.evaluate("catchment.identify('u1'); catchment.track('Still')")
    until(lambda: site.events("Still"))
    assert site.events("Still")[0]["user_id"] == "u1"
    assert [event["sequence"] for event in site.events()] == [1, 2, 3]
