"""Nobody reads a number without a grant and a trace; who withdraws or is to be forgotten is heard.

An operator asks to see a number, the keeper of personal data approves, the value is shown for a
moment and stands in the trail, which the owner finds whole. Then a person withdraws their consent,
and at the end is deleted, with a signed receipt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from catchment.app.home import Home
from catchment.app.settings import read_settings
from catchment.kernel import WorkspaceId
from catchment.lake import erase
from console.conftest import PATIENCE_MS, Console
from stories.installation import Installation, wait_for

# One installation, one browser: they stay together however many workers there are.
pytestmark = pytest.mark.browser

PHONE = "13800138000"
SENT = "138 0013 8000"
MASKED = "138****8000"
REASON = "Courier cannot reach the buyer of order o-1"


@dataclass(frozen=True)
class Tale:
    """What the tale stands on.

    Attributes:
        operator, keeper: the consoles before them.
        lin: the person's id.
        places: every address that the operator's browser asked for.
    """

    operator: Console
    keeper: Console
    lin: str
    places: list[str]


@pytest.fixture(scope="module")
def tale(
    console: Console, installation: Installation, joined: Callable[[str, str], Console]
) -> Tale:
    """A person with a phone and a consent; an operator and a keeper."""
    made = installation.ask("sources", "create", "Shop", "--workspace", console.workspace)
    told = {"name": "林悦", "phone": SENT, "email": "linyue@example.com"}
    said = {"purpose": "marketing", "channel": "sms", "notice_version": "2026-03"}
    console.send(made["write_key"], [
        {"type": "identify", "messageId": "m-1", "userId": "u-lin", "traits": told},
        {"type": "track", "messageId": "m-2", "userId": "u-lin", "event": "Consent Granted",
         "properties": said},
    ])  # fmt: skip
    wait_for(lambda: console.finds(PHONE) == 1)
    [lin] = console.ask("/people/search", {"search": PHONE})["items"]
    operator, keeper = joined("Wang Wei", "operator"), joined("Zhao Min", "keeper")
    operator.page.clock.install()
    places: list[str] = []
    operator.page.on("request", lambda request: places.append(request.url))
    return Tale(operator, keeper, lin["person"], places)


def _choose_to_see_the_phone(tale: Tale) -> Page:
    page = tale.operator.page
    tale.operator.go(f"people/{tale.lin}")
    page.get_by_role("button", name=f"Show Phone {MASKED}", exact=True).click()
    expect(page.get_by_role("dialog", name="Show: Phone")).to_be_visible(timeout=PATIENCE_MS)
    return page


def test_a_number_is_seen_only_under_a_grant_that_another_approved(tale: Tale) -> None:
    page = _choose_to_see_the_phone(tale)
    dialog = page.get_by_role("dialog", name="Show: Phone")
    expect(dialog.get_by_role("button", name="Show", exact=True)).to_be_disabled()
    dialog.get_by_role("button", name="Ask for a grant").click()
    request = page.get_by_role("dialog", name="Ask for a grant")
    request.get_by_label("Reason").fill(REASON)
    request.get_by_role("button", name="Ask for a grant").click()
    expect(dialog.get_by_text(re.compile("Asked. Somebody"))).to_be_visible(timeout=PATIENCE_MS)

    keeper = tale.keeper.page
    tale.keeper.go("settings/privacy?tab=grants")
    row = keeper.get_by_role("row").filter(has_text=REASON)
    row.get_by_role("button", name="Approve").click()
    keeper.get_by_role("tooltip").get_by_role("button", name="Approve").click()
    expect(row.get_by_text("Running")).to_be_visible(timeout=PATIENCE_MS)

    # The operator's dialog stood open all the while and follows by itself.
    expect(dialog.get_by_role("radio", name=re.compile(REASON))).to_be_checked(timeout=PATIENCE_MS)
    dialog.get_by_label("Reason").fill("Calls about the parcel")
    dialog.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_label("Value in clear")).to_have_text(SENT, timeout=PATIENCE_MS)
    # A minute later it is gone, though nobody touched anything.
    page.clock.fast_forward(61_000)
    expect(page.get_by_text("Hidden again.", exact=False)).to_be_visible(timeout=PATIENCE_MS)
    assert SENT not in page.content()
    assert PHONE not in page.content()
    assert not any(PHONE in place for place in tale.places)


def test_who_keeps_personal_data_sees_nobody(tale: Tale) -> None:
    """No page about single people stands in the keeper's navigation, and none opens."""
    keeper = tale.keeper.page
    tale.keeper.go("settings/privacy")
    keeper.get_by_role("tab", name="Grants").wait_for()
    assert keeper.get_by_role("link", name="All people").count() == 0
    tale.keeper.go(f"people/{tale.lin}")
    expect(keeper.get_by_role("alert").first).to_be_visible(timeout=PATIENCE_MS)
    assert MASKED not in keeper.content()


def test_the_trail_tells_who_saw_what_and_is_found_whole(console: Console, tale: Tale) -> None:
    page = console.page
    console.go(f"settings/privacy?tab=trail&action=reveal&person={tale.lin}")
    row = page.get_by_role("row").filter(has_text="Calls about the parcel")
    expect(row).to_contain_text("Wang Wei", timeout=PATIENCE_MS)
    expect(row).to_contain_text("Revealed")
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("The trail is whole")).to_be_visible(timeout=PATIENCE_MS)


def test_a_consent_is_withdrawn_with_one_press(tale: Tale) -> None:
    page = tale.operator.page
    tale.operator.go(f"people/{tale.lin}")
    page.get_by_role("button", name="Withdraw: Marketing · SMS").click()
    expect(page.get_by_text("Withdrawn", exact=True).first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="History: 2 entries").click()
    history = page.get_by_role("list", name="Consent")
    expect(history.get_by_role("listitem")).to_have_count(2)
    expect(history).to_contain_text("notice 2026-03")
    standing = tale.operator.ask(f"/people/{tale.lin}/consent")["standing"]
    assert [one["state"] for one in standing] == ["withdrawn"]


def _let_a_night_pass(installation: Installation, workspace: str) -> None:
    """Writes the files anew and deletes the old ones, as the worker does after a while."""
    home = Home(read_settings(installation.environ))
    try:
        list(erase(home.events, WorkspaceId(workspace), settle_us=0))
        for table in (home.events, home.identity, home.interest_edges):
            table.tidy(grace_hours=0)
    finally:
        home.close()


def test_a_deleted_person_is_gone_and_there_is_a_signed_receipt(
    tale: Tale, installation: Installation, tmp_path: Path
) -> None:
    """Runs last: the person is forgotten, and the request tells what was done."""
    page = tale.operator.page
    tale.operator.go(f"people/{tale.lin}")
    page.get_by_role("button", name="New request").click()
    page.get_by_role("menuitem", name=re.compile("Delete the person")).click()
    dialog = page.get_by_role("dialog", name="Delete this person")
    expect(dialog).to_contain_text("cannot be undone", timeout=PATIENCE_MS)
    delete = dialog.get_by_role("button", name="Delete for good")
    expect(delete).to_be_disabled()
    dialog.get_by_label(re.compile("Type “delete”")).fill("delete")
    delete.click()
    page.wait_for_url("**/rights?request=rgt_*")
    request = page.get_by_role("dialog")
    expect(request).to_contain_text("Deletion", timeout=PATIENCE_MS)

    search = {"search": PHONE}
    wait_for(lambda: tale.operator.ask("/people/search", search)["items"] == [], seconds=10)
    expect(request.get_by_text("Keys destroyed")).to_be_visible()
    expect(request.get_by_role("button", name="Rewrite files now")).to_be_visible()
    _let_a_night_pass(installation, tale.operator.workspace)
    receipt = request.get_by_role("link", name="Signed receipt")
    expect(receipt).to_be_visible(timeout=4 * PATIENCE_MS)
    with page.expect_download() as fetched:
        receipt.click()
    kept = tmp_path / "receipt.json"
    fetched.value.save_as(kept)
    text = kept.read_text()
    assert "signature" in json.dumps(list(json.loads(text)))
    assert PHONE not in text
    assert "林悦" not in text
