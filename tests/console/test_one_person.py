"""One person from many streams: known, explained, chosen, and taken apart where that was wrong.

A stranger looks around on the site, watches a live room, scans a code and buys. She is one person
with one timeline and enters three audiences. A friend's tablet got mixed up with her; an operator
takes it out, and everything follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from console.conftest import PATIENCE_MS, Console
from stories.installation import Installation, wait_for

# One installation, one browser: they stay together however many workers there are.
pytestmark = pytest.mark.browser

PHONE = "+8613800138000"
WECHAT = {"id": "oU-lin", "type": "unionid", "collection": "users"}
MINI = {"id": "oM-lin", "type": "openid", "collection": "wx-mini"}
DOUYIN = {"id": "dy-lin", "type": "openid", "collection": "douyin"}
BY_PHONE = {"id": PHONE, "type": "phone", "collection": "users"}
TABLET = "tablet-of-mei"

AUDIENCES: Mapping[str, Mapping[str, Any]] = {
    "Watched a live room": {"did": {"event": "Live Room Entered", "within": "30d"}},
    "Scanned a code": {"did": {"event": "QR Code Scanned", "within": "30d"}},
    "Bought": {"did": {"event": "Order Completed", "at_least": 1, "within": "30d"}},
    "Filled a cart": {"did": {"event": "Product Added", "within": "30d"}},
}


@dataclass(frozen=True)
class Tale:
    """What the tale stands on.

    Attributes:
        ask: asks the managing API as the owner.
        lin: her person id.
    """

    ask: Callable[..., Any]
    lin: str


def _event(number: int, **told: Any) -> dict[str, Any]:
    return {"type": "track", "messageId": f"lin-{number}", **told}


STREAMS: Mapping[str, list[dict[str, Any]]] = {
    "Shop": [
        _event(1, type="page", anonymousId="web-lin", properties={"title": "Teas"}),
        _event(2, type="identify", anonymousId="web-lin", userId="u-lin",
               traits={"name": "林悦", "phone": "138 0013 8000", "unionid": "oU-lin"}),
        _event(3, event="Order Completed", userId="u-lin",
               properties={"order_id": "o-1", "total": 258, "currency": "CNY"}),
    ],
    "Live room": [
        _event(4, event="Live Room Entered", anonymousId="viewer-7",
               context={"externalIds": [DOUYIN]},
               properties={"live_id": "show-1", "offset_ms": 1_000}),
        # The platform hands over who claimed a coupon.
        _event(5, event="Live Coupon Claimed", anonymousId="viewer-7",
               context={"externalIds": [DOUYIN, BY_PHONE]}, properties={"live_id": "show-1"}),
    ],
    "Mini program": [
        _event(6, event="QR Code Scanned", context={"externalIds": [MINI, WECHAT]},
               properties={"qr_id": "qr-1", "placement": "parcel_card"}),
    ],
    "Store tablet": [
        # Mei typed her friend's number for the discount.
        _event(7, event="Discount Claimed", anonymousId=TABLET,
               context={"externalIds": [BY_PHONE]}),
        _event(8, event="Product Added", anonymousId=TABLET, properties={"product_id": "p-1"}),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def tale(console: Console, installation: Installation) -> Tale:
    """Audiences first, then the events of all streams."""
    api = f"{console.address}/api/v1/workspaces/{console.home.rpartition('/')[2]}"
    cookies = {one["name"]: one["value"] for one in console.page.context.cookies()}

    def ask(path: str, body: Mapping[str, Any] | None = None) -> Any:
        answer = httpx.request(
            "GET" if body is None else "POST", f"{api}{path}", json=body, cookies=cookies,
            headers={"X-Catchment-CSRF": "1"}, trust_env=False, timeout=30,
        )  # fmt: skip
        assert answer.is_success, answer.text
        return answer.json()

    for name, rule in AUDIENCES.items():
        ask("/audiences", {"name": name, "rule": rule})
    workspace = console.home.rpartition("/")[2]
    for source, events in STREAMS.items():
        made = installation.ask("sources", "create", source, "--workspace", workspace)
        wait_for(partial(_sent, console, made["write_key"], events))
    wait_for(lambda: len(ask("/people")["items"]) == 1)
    lin = ask("/people")["items"][0]["person"]
    wait_for(lambda: _members(ask, lin) == set(AUDIENCES))
    return Tale(ask, lin)


def _sent(console: Console, key: str, events: list[dict[str, Any]]) -> bool:
    """The collector looks for new keys twice a second."""
    answer = httpx.post(
        f"{console.address}/v1/batch", json={"batch": events}, auth=(key, ""), trust_env=False
    )
    return answer.status_code == 200


def _members(ask: Callable[..., Any], person: str) -> set[str]:
    found = ask(f"/people/{person}/audiences")["items"]
    return {one["name"] for one in found if one["is_in"]}


def test_she_is_one_person_with_one_timeline_over_all_streams(console: Console, tale: Tale) -> None:
    page = console.page
    console.go("people")
    page.get_by_role("link", name="林**").first.click()
    page.wait_for_url(f"**/people/{tale.lin}")
    timeline = page.get_by_role("main")
    for name in ("Order Completed", "Live Room Entered", "QR Code Scanned", "Product Added"):
        expect(timeline.get_by_text(name).first).to_be_visible(timeout=PATIENCE_MS)
    for source in STREAMS:
        expect(timeline.get_by_text(source).first).to_be_visible()


def test_her_number_is_masked_and_still_finds_her(console: Console, tale: Tale) -> None:
    page = console.page
    console.go("people")
    page.get_by_label("Name, phone, e-mail or any id").fill("13800138000")
    expect(page.get_by_role("link", name="林**")).to_be_visible(timeout=PATIENCE_MS)
    assert "13800138000" not in page.url
    console.go(f"people/{tale.lin}?part=identity")
    expect(page.get_by_text("138****8000").first).to_be_visible(timeout=PATIENCE_MS)
    assert "13800138000" not in page.content()
    assert "林悦" not in page.content()


def test_an_audience_says_why_she_is_in_it(console: Console, tale: Tale) -> None:
    page = console.page
    console.go(f"people/{tale.lin}?part=about")
    card = page.get_by_role("listitem").filter(has_text="Bought")
    expect(card).to_be_visible(timeout=PATIENCE_MS)
    card.get_by_role("button", name=re.compile("why", re.IGNORECASE)).click()
    expect(page.get_by_role("dialog")).to_contain_text("Order Completed", timeout=PATIENCE_MS)


def test_taking_the_tablet_out_takes_everything_along(console: Console, tale: Tale) -> None:
    """Runs last: the tablet becomes somebody else, with its cart and its audience."""
    page = console.page
    console.go(f"people/{tale.lin}?part=identity")
    row = page.get_by_role("listitem").filter(
        has=page.get_by_role("button", name=re.compile("tabl"))
    )
    row.get_by_role("button").click()
    page.get_by_role("menuitem", name="Take this identifier out").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 people afterwards", timeout=PATIENCE_MS)
    dialog.get_by_label("Reason").fill("Mei's tablet, with Lin's number")
    dialog.get_by_role("button", name="Take apart").click()
    expect(dialog).to_be_hidden(timeout=PATIENCE_MS)

    wait_for(lambda: _members(tale.ask, tale.lin) == set(AUDIENCES) - {"Filled a cart"})
    people = {one["person"]: one for one in tale.ask("/people")["items"]}
    assert len(people) == 2
    [other] = set(people) - {tale.lin}
    wait_for(lambda: _members(tale.ask, other) == {"Filled a cart"})
    assert (people[tale.lin]["events"], people[other]["events"]) == (6, 2)
    console.go(f"people/{tale.lin}")
    expect(page.get_by_text("Order Completed").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("Product Added")).to_have_count(0)
