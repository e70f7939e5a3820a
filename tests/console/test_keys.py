"""A key is replaced and its old version destroyed by two; who was deleted stays so until lifted.

The keeper rotates the key of important data, asks for the end of the version before, and cannot
approve it alone: the owner does. Somebody who was deleted stands in the list of suppressions, and
may be known again once an operator gives a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from console.conftest import PATIENCE_MS, Console
from stories.installation import Installation, wait_for

# One installation, one browser: they stay together however many workers there are.
pytestmark = pytest.mark.browser

PHONE = "13800138000"
WHY = "Rotation of November"


@pytest.fixture(scope="module")
def lin(console: Console, installation: Installation) -> str:
    """A person whose phone number lies in the vault, under the key that is rotated."""
    made = installation.ask("sources", "create", "Shop", "--workspace", console.workspace)
    told = {"name": "林悦", "phone": PHONE}
    console.send(made["write_key"], [
        {"type": "identify", "messageId": "m-1", "userId": "u-lin", "traits": told},
    ])  # fmt: skip
    wait_for(lambda: console.finds(PHONE) == 1)
    [found] = console.ask("/people/search", {"search": PHONE})["items"]
    return str(found["person"])


@pytest.fixture(scope="module")
def keeper(joined: Callable[[str, str], Console]) -> Console:
    """Who looks after personal data."""
    return joined("Zhao Min", "keeper")


def _confirm(page: Page) -> None:
    page.get_by_role("tooltip").get_by_role("button", name=re.compile("OK|Approve")).click()


def _row(page: Page, state: str) -> Locator:
    return page.get_by_role("row").filter(has_text=state)


def _ask_for_the_end(page: Page) -> None:
    _row(page, "Reading only").filter(has_text="Important").get_by_role(
        "button", name="Destroy…"
    ).click()
    dialog = page.get_by_role("dialog", name="Destroy Important, version 1")
    expect(dialog).to_contain_text("A second person must approve", timeout=PATIENCE_MS)
    dialog.get_by_label("Reason").fill(WHY)
    dialog.get_by_role("button", name="Ask for its destruction").click()
    expect(dialog).to_be_hidden(timeout=PATIENCE_MS)


def _rotate(page: Page) -> None:
    page.get_by_role("button", name="Rotate: Important").click()
    _confirm(page)
    expect(page.get_by_text(re.compile("Last rotation: Important"))).to_be_visible(
        timeout=2 * PATIENCE_MS
    )
    expect(_row(page, "Reading only").filter(has_text="Important")).to_have_count(1)
    expect(_row(page, "Active").filter(has_text="Important")).to_have_count(1)


@pytest.mark.usefixtures("lin")
def test_a_key_is_rotated_and_the_one_before_destroyed_by_two(
    keeper: Console, console: Console
) -> None:
    """The rotation leaves a version that nothing hangs on; its end may be called off."""
    page, other = keeper.page, console.page
    keeper.go("settings/privacy?tab=keys")
    _rotate(page)
    _ask_for_the_end(page)
    expect(page.get_by_text("Another person must approve.")).to_be_visible(timeout=PATIENCE_MS)
    assert page.get_by_role("button", name="Approve destruction").count() == 0

    console.go("settings/privacy?tab=keys")
    other.get_by_role("button", name="Keep the key").click()
    kept = _row(other, "Reading only").filter(has_text="Important")
    expect(kept).to_be_visible(timeout=PATIENCE_MS)

    page.reload()
    _ask_for_the_end(page)
    other.reload()
    other.get_by_role("button", name="Approve destruction").click()
    _confirm(other)
    settled = "asked by Zhao Min, approved by Lin Yue"
    expect(_row(other, "To be destroyed")).to_contain_text(settled, timeout=PATIENCE_MS)
    console.go("settings/privacy?tab=trail&action=key.destruction.approve")
    expect(_row(other, "Key destruction approved")).to_contain_text("Lin Yue", timeout=PATIENCE_MS)


@pytest.mark.usefixtures("lin")
def test_the_master_key_is_rotated_by_a_keeper(keeper: Console, console: Console) -> None:
    page = keeper.page
    keeper.go("settings/privacy?tab=keys")
    page.get_by_role("button", name="Rotate the master key").click()
    _confirm(page)
    expect(page.get_by_text(re.compile("Last rotation: version 2"))).to_be_visible(
        timeout=2 * PATIENCE_MS
    )
    masters = console.ask("/privacy/keys")["master"]["versions"]
    assert [(one["state"], one["wraps"] > 0) for one in masters] == [
        ("decrypt_only", False), ("active", True),
    ]  # fmt: skip


def test_who_was_deleted_stays_so_until_it_is_lifted(console: Console, lin: str) -> None:
    page = console.page
    console.ask(f"/people/{lin}/rights", {"kind": "deletion", "note": ""})
    wait_for(lambda: len(console.ask("/privacy/suppressions")["items"]) > 1)
    console.go("settings/privacy?tab=suppressions")
    holding = _row(page, "Holds")
    expect(holding.first).to_be_visible(timeout=PATIENCE_MS)
    before = holding.count()
    holding.first.get_by_role("button", name="Lift…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("A customer again since 3 May, ticket 1042")
    dialog.get_by_role("button", name="Lift", exact=True).click()
    expect(_row(page, "Lifted 20")).to_have_count(1, timeout=PATIENCE_MS)
    expect(holding).to_have_count(before - 1)
