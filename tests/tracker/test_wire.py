"""What the tracker puts on the wire, seen from the collector's side."""

from collections.abc import Callable

import msgspec
import pytest
from playwright.sync_api import Page

from catchment.collect import decode
from catchment.kernel import WorkspaceId
from catchment.lake import Received
from tracker.shop_site import Site

pytestmark = [pytest.mark.browser, pytest.mark.node]

Until = Callable[[Callable[[], object]], None]


def test_a_visit_begins_with_a_page_view(site: Site, page: Page, until: Until) -> None:
    page.goto(site.origin + "/shelf?utm_source=wechat&utm_campaign=autumn&q=1")
    until(site.events)
    [event] = site.events()
    assert event["type"] == "page"
    assert event["sequence"] == 1
    assert len(event["message_id"]) == len(event["anonymous_id"]) == 32
    assert event["properties"]["path"] == "/shelf"
    assert event["properties"]["title"] == "小店"
    assert event["context"]["campaign"] == {"source": "wechat", "name": "autumn"}
    assert event["context"]["timezone"] == "Asia/Shanghai"
    assert event["context"]["locale"] == "zh-CN"
    assert site.bodies[0]["write_key"] == "wk_test"


def test_calls_made_before_the_script_came_are_sent_with_their_own_time(
    site: Site, page: Page, until: Until
) -> None:
    site.head = (
        '<script>catchment.track("Product Viewed", {product_id: "p1", name: "口红"});'
        'catchment.identify("u1", {city: "上海"}); window.then = Date.now();</script>'
    )
    page.goto(site.origin)
    until(lambda: len(site.events()) == 3)
    track, identify = site.events("Product Viewed")[0], site.events("identify")[0]
    assert track["properties"] == {"product_id": "p1", "name": "口红"}
    assert identify["user_id"] == "u1"
    assert identify["traits"] == {"city": "上海"}
    written = page.evaluate(f"Date.parse('{track['original_timestamp']}') - then")
    assert -500 < written <= 0


def test_one_tag_is_enough(site: Site, page: Page, until: Until) -> None:
    site.tag = (
        f'<script async src="{site.host}/t.js" data-key="wk_tag" data-flush-after="50"></script>'
        "<script>window.catchment = window.catchment || [];"
        'catchment.push(["track", "Product Viewed", {product_id: "p1"}]);</script>'
    )
    page.goto(site.origin)
    until(lambda: site.events("Product Viewed"))
    page.evaluate("catchment.push(['live.enter', 'live1', Date.now()])")
    until(lambda: site.events("Live Room Entered"))
    assert site.bodies[0]["write_key"] == "wk_tag"
    assert site.events("Product Viewed")[0]["properties"] == {"product_id": "p1"}


def test_a_tag_may_require_consent(site: Site, page: Page) -> None:
    site.tag = f'<script src="{site.host}/t.js" data-key="wk" data-consent="required"></script>'
    page.goto(site.origin)
    page.wait_for_timeout(1_500)
    assert site.posted == []


def test_every_kind_of_call_is_an_event_that_the_collector_accepts(
    site: Site, page: Page, until: Until
) -> None:
    page.goto(site.origin)
    page.evaluate("""() => {
        catchment.identify(42, {level: 'gold'});
        catchment.track('Order Completed', {order_id: 'o1', total: 19.9, currency: 'CNY'});
        catchment.page('Cart', {step: 1});
        catchment.group('g1', {name: '会员'});
        catchment.alias('u43');
    }""")
    until(lambda: len(site.events()) == 6)
    bodies = [msgspec.json.encode(body) for body in site.bodies]
    found = [
        decode(Received(WorkspaceId("wsp"), "src", "catchment", 1_800_000_000_000_000, body))
        for body in bodies
    ]
    events = {event.kind: event for one in found for event in one.events}
    assert not any(one.rejects for one in found)
    assert events["identify"].user_id == "42"
    assert events["track"].order_id == "o1"
    assert events["track"].amount_minor == 1990
    assert events["group"].group_id == "g1"
    assert (events["alias"].user_id, events["alias"].previous_id) == ("u43", "42")
    assert sorted(e.sequence or 0 for one in found for e in one.events) == [1, 2, 3, 4, 5, 6]


def test_a_route_change_is_a_page_view_and_a_jump_within_the_page_is_not(
    site: Site, page: Page, until: Until
) -> None:
    page.goto(site.origin + "/a")
    page.evaluate("history.pushState({}, '', '/b'); document.title = '二'")
    page.wait_for_timeout(50)
    page.evaluate("history.replaceState({scroll: 3}, '', '/b'); location.hash = 'down'")
    page.wait_for_timeout(50)
    page.evaluate("history.pushState({}, '', '/c')")
    until(lambda: len(site.events("page")) == 3)
    page.go_back()
    page.wait_for_timeout(50)
    page.go_back()
    page.wait_for_timeout(50)
    until(lambda: len(site.events("page")) >= 4)
    paths = [event["properties"]["path"] for event in site.events("page")]
    second = site.events("page")[1]
    assert paths[:4] == ["/a", "/b", "/c", "/b"]
    assert second["properties"]["title"] == "二"
    assert second["properties"]["referrer"] == site.origin + "/a"


def test_the_visitor_and_the_sequence_go_on_over_pages_until_reset(
    site: Site, page: Page, until: Until
) -> None:
    page.goto(site.origin + "/a")
    page.evaluate("catchment.identify('u1')")
    page.goto(site.origin + "/b")
    until(lambda: len(site.events()) >= 3)
    page.evaluate("catchment.reset(); catchment.track('Next Person')")
    until(lambda: site.events("Next Person"))
    unique = {event["message_id"]: event for event in site.events()}.values()
    first, second, third, fourth = sorted(unique, key=lambda event: int(event["sequence"]))
    assert first["anonymous_id"] == second["anonymous_id"] == third["anonymous_id"]
    assert third["user_id"] == "u1"
    assert [e["sequence"] for e in (first, second, third, fourth)] == [1, 2, 3, 4]
    assert fourth["anonymous_id"] != first["anonymous_id"]
    assert "user_id" not in fourth


def test_another_user_on_the_same_browser_gets_another_anonymous_id(
    site: Site, page: Page, until: Until
) -> None:
    page.goto(site.origin)
    page.evaluate("catchment.identify('u1'); catchment.identify('u1'); catchment.identify('u2')")
    until(lambda: len(site.events("identify")) == 3)
    first, again, other = site.events("identify")
    assert first["anonymous_id"] == again["anonymous_id"] != other["anonymous_id"]


def test_the_cookie_alone_keeps_the_visitor(site: Site, page: Page, until: Until) -> None:
    page.goto(site.origin)
    until(site.events)
    page.evaluate("localStorage.clear()")
    page.goto(site.origin + "/b")
    until(lambda: len(site.events()) == 2)
    first, second = site.events()
    assert first["anonymous_id"] == second["anonymous_id"]


def test_live_calls_carry_the_show_and_the_offset(site: Site, page: Page, until: Until) -> None:
    page.goto(site.origin)
    page.evaluate("""() => {
        catchment.live.enter('live1', new Date(Date.now() - 90000), {room_id: 'r1'});
        catchment.live.product('p7', {price: 59});
        catchment.live.track('Live Comment Posted', {text: '多少钱'});
        catchment.live.leave();
        catchment.live.leave();
    }""")
    until(lambda: len(site.events()) == 5)
    entered, clicked, comment, left = (e for e in site.events() if e["type"] == "track")
    assert [e["event"] for e in (entered, clicked, comment, left)] == [
        "Live Room Entered",
        "Live Product Clicked",
        "Live Comment Posted",
        "Live Room Left",
    ]
    for event in (entered, clicked, comment, left):
        assert event["properties"]["live_id"] == "live1"
        assert event["properties"]["room_id"] == "r1"
        assert 90_000 <= event["properties"]["offset_ms"] < 95_000
    assert clicked["properties"]["product_id"] == "p7"
    assert left["properties"]["duration_ms"] >= 0


def test_whoever_closes_the_page_has_left_the_room(site: Site, page: Page, until: Until) -> None:
    site.settings = {"flushAfter": 60_000}
    page.goto(site.origin)
    page.evaluate("catchment.live.enter('live1', Date.now())")
    page.goto("about:blank")
    until(lambda: site.events("Live Room Left"))
    assert site.events("Live Room Entered")


def test_nonsense_from_the_page_never_comes_back_to_it(
    site: Site, page: Page, until: Until
) -> None:
    page.goto(site.origin)
    until(site.events)
    page.evaluate("""() => {
        const knot = {}; knot.knot = knot;
        catchment.track('Knot', knot);
        catchment.track('Big', {n: 10n});
        catchment.live.enter('live1', 'not a date');
        catchment.consent('what');
        catchment.consent('on');
        catchment.track('Fine');
    }""")
    until(lambda: site.events("Fine"))
    assert not site.events("Knot")
    assert "offset_ms" not in site.events("Live Room Entered")[0]["properties"]
