"""An operator's first day: set up, a source, its first events, and a funnel over them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import expect

from console.conftest import OWNER, PATIENCE_MS, Console

# One installation, one browser: they stay together however many workers there are.
pytestmark = pytest.mark.browser

TRIES = 10
STEPS = ("Product Viewed", "Order Completed")


@dataclass(frozen=True)
class Made:
    """A source that was made by hand: its page and its write key."""

    place: str
    write_key: str


@pytest.fixture(scope="module")
def source(console: Console) -> Made:
    """A source made on the Sources page."""
    page = console.page
    console.go("data/sources")
    # The empty page teaches the first step, so the button stands there as well as above.
    page.get_by_role("button", name="New source").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Web shop")
    dialog.get_by_role("button", name="Create").click()
    page.wait_for_url("**/data/sources/src_*")
    place = page.url.removeprefix(f"{console.home}/")
    return Made(place, page.get_by_label("Write key").input_value())


def _post(console: Console, source: Made, path: str, body: dict[str, Any]) -> None:
    for _ in range(TRIES):
        answer = httpx.post(
            f"{console.address}{path}",
            json=body, auth=(source.write_key, ""), trust_env=False, timeout=30,
        )  # fmt: skip
        if answer.status_code != 401:
            break
        # The collector looks for new keys twice a second; the test is faster than any hand.
        console.page.wait_for_timeout(200)
    assert answer.status_code == 200, answer.text


def _event(name: str, who: int) -> dict[str, Any]:
    said = {"order_id": f"o{who}", "total": 128, "currency": "CNY"}
    return {
        "type": "track", "event": name, "userId": f"u{who}",
        "messageId": f"{name}-{who}", "properties": said,
    }  # fmt: skip


@pytest.fixture(scope="module")
def shoppers(console: Console, source: Made) -> None:
    """Ten people view a product; then the first four buy."""
    # Without a timestamp an event happened when it was received: so the orders come later.
    for name, people in zip(STEPS, (10, 4), strict=True):
        _post(console, source, "/v1/batch", {"batch": [_event(name, n) for n in range(people)]})


def test_a_test_event_is_seen_to_arrive(console: Console, source: Made) -> None:
    """The test button says so only when the event has come over the live line."""
    page = console.page
    console.go(source.place)
    page.get_by_role("button", name="Send a test event").click()
    expect(page.get_by_text(re.compile(r"Arrived after"))).to_be_visible(timeout=PATIENCE_MS)


def test_the_snippet_bears_the_key(console: Console, source: Made) -> None:
    """What is copied into a page needs no editing."""
    console.go(source.place)
    code = console.page.get_by_label("Install", exact=True)
    expect(code).to_contain_text(source.write_key, timeout=PATIENCE_MS)
    expect(code).to_contain_text(f"{console.address}/t.js")


def test_an_event_appears_in_live_events_and_opens(console: Console, source: Made) -> None:
    """An event sent while the page is open appears in it, and shows its JSON."""
    page = console.page
    console.go("data/live")
    light = page.get_by_role("status").filter(has_text="Live")
    expect(light).to_be_visible(timeout=PATIENCE_MS)
    _post(console, source, "/v1/batch", {"batch": [_event("Coupon Applied", 7)]})
    page.get_by_role("row", name=re.compile("Coupon Applied")).first.click()
    expect(page.get_by_role("dialog").get_by_label("JSON")).to_contain_text("order_id")
    page.keyboard.press("Escape")


@pytest.mark.usefixtures("shoppers")
def test_a_funnel_in_the_address_is_answered(console: Console) -> None:
    """A copied link shows the same funnel: 4 of 10 people bought."""
    page = console.page
    steps = quote(json.dumps([{"event": event} for event in STEPS]))

    def answered() -> bool:
        # The shoppers may still be on their way from the log to the lake.
        console.go(f"insights/funnel?steps={steps}&period=7d")
        page.get_by_text("overall conversion").or_(page.get_by_text("Nobody took")).wait_for()
        return page.get_by_text("4 of 10 people").count() == 1

    assert any(answered() for _ in range(TRIES))
    expect(page.get_by_text("6 (60%)").first).to_be_visible(timeout=PATIENCE_MS)


def test_a_broken_event_waits_in_quarantine_and_is_put_right(
    console: Console, source: Made
) -> None:
    """An event that names nobody is held, edited, and released."""
    page = console.page
    lost = {"type": "track", "event": "Cart Viewed", "messageId": "lost-1"}
    _post(console, source, "/v1/events", {"events": [lost]})
    row = page.get_by_role("row", name=re.compile("Nobody named"))
    for _ in range(TRIES):
        console.go("data/quarantine")
        page.locator(".ant-table-row, .ant-empty").first.wait_for()
        if row.count():
            break
        page.wait_for_timeout(500)
    row.first.click()
    payload = page.get_by_role("dialog").get_by_label("Payload", exact=True)
    fixed = {**json.loads(payload.input_value()), "userId": "u1"}
    payload.fill(json.dumps(fixed))
    page.get_by_role("button", name="Save and release").click()
    expect(page.get_by_text("Nothing is held")).to_be_visible(timeout=PATIENCE_MS)


def test_the_language_changes_at_once_and_stays(console: Console) -> None:
    """Every word of the page follows, and the next visit begins in it."""
    page = console.page
    console.go("overview")
    page.get_by_role("button", name="切换到简体中文").click()
    page.get_by_role("heading", name="概览").wait_for()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.reload()
    page.get_by_role("heading", name="概览").wait_for()
    page.get_by_role("button", name="Switch to English").click()
    page.get_by_role("heading", name="Overview").wait_for()


def test_the_keyboard_finds_a_page(console: Console) -> None:
    """`/`, a word, Enter: the page; `?`: the keys."""
    page = console.page
    console.go("overview")
    page.get_by_role("heading", name="Overview").wait_for()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()
    page.keyboard.type("quar")
    page.keyboard.press("Enter")
    page.wait_for_url("**/data/quarantine")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")


def test_a_phone_has_every_page_and_no_sideways_scroll(console: Console) -> None:
    """At 390 pixels the navigation is a drawer and no page is wider than the screen."""
    page = console.page
    page.set_viewport_size({"width": 390, "height": 844})
    console.go("overview")
    page.get_by_role("button", name="Open navigation").click()
    links = page.get_by_role("navigation").get_by_role("link")
    places = [str(link.get_attribute("href")) for link in links.all()]
    assert len(places) >= 12
    for place in places:
        page.goto(console.address + place)
        page.get_by_role("heading", level=1).wait_for()
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, f"{place} is {wider} px wider than the phone"
    page.set_viewport_size({"width": 1280, "height": 900})


def test_who_signs_out_must_sign_in_to_come_back(console: Console) -> None:
    """A page asked for without sign-in leads to the sign-in, and then to that page."""
    page = console.page
    _, email, password = OWNER
    console.go("overview")
    page.get_by_role("button", name=re.compile("Account of")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    console.go("data/sources")
    page.wait_for_url("**/sign-in?next=*")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill("wrong, and long enough")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/data/sources")
