"""Events are taken away as a file, and identifiers that stand for nobody are kept out.

An operator exports one event by its name and fetches the file; the analyst beside them sees it and
fetches it too. Then the operator blocks a test account: what it sends is held, until it is let in.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from console.conftest import PATIENCE_MS, Console
from stories.installation import Installation, wait_for

# One installation, one browser: they stay together however many workers there are.
pytestmark = pytest.mark.browser

PHONE = "13800138000"
TESTER = "qa-robot-7"


def _event(name: str, who: str, mark: str) -> dict[str, Any]:
    return {
        "type": "track", "event": name, "userId": who, "messageId": mark,
        "properties": {"phone": PHONE},
    }  # fmt: skip


@pytest.fixture(scope="module")
def write_key(console: Console, installation: Installation) -> str:
    """A source whose two orders and one view have landed."""
    made = installation.ask("sources", "create", "Shop", "--workspace", console.workspace)
    console.send(made["write_key"], [
        _event("Order Completed", "u1", "m-1"),
        _event("Order Completed", "u2", "m-2"),
        _event("Product Viewed", "u1", "m-3"),
    ])  # fmt: skip
    wait_for(lambda: console.ask("/events/count")["in_lake"] == 3)
    return str(made["write_key"])


@pytest.fixture(scope="module")
def operator(joined: Callable[[str, str], Console]) -> Console:
    """Who looks after the data."""
    return joined("Wang Wei", "operator")


def _fetch(page: Page, file: Path) -> list[Any]:
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download").first.click()
    fetched.value.save_as(file)
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.mark.usefixtures("write_key")
def test_events_of_one_name_are_written_into_a_file_and_fetched(
    operator: Console, joined: Callable[[str, str], Console], tmp_path: Path
) -> None:
    page = operator.page
    operator.go("data/exports")
    expect(page.get_by_text("No events exported yet")).to_be_visible(timeout=PATIENCE_MS)
    # The empty page teaches the first step, so the button stands there as well as above.
    page.get_by_role("button", name="Export events").first.click()
    dialog = page.get_by_role("dialog", name="Export events")
    expect(dialog.get_by_text("as masks")).to_be_visible(timeout=PATIENCE_MS)
    dialog.get_by_label("Event", exact=True).fill("Order Completed")
    dialog.get_by_label("A period").press("Space")  # moves the focus, which closes the list
    expect(dialog.get_by_role("combobox", name="Period")).to_be_visible()
    dialog.get_by_role("button", name="Start the export").click()
    row = page.get_by_role("row").filter(has_text="Order Completed")
    expect(row.get_by_text("Done")).to_be_visible(timeout=2 * PATIENCE_MS)
    expect(row).to_contain_text("Wang Wei")
    lines = _fetch(page, tmp_path / "orders.ndjson")
    assert sorted(line["messageId"] for line in lines) == ["m-1", "m-2"]
    assert PHONE not in json.dumps(lines), "personal data leaves as masks"

    analyst = joined("Chen Jing", "analyst")
    analyst.go("data/exports")
    expect(analyst.page.get_by_text("Done")).to_be_visible(timeout=PATIENCE_MS)
    assert len(_fetch(analyst.page, tmp_path / "again.ndjson")) == 2


def test_whoever_may_not_export_is_not_offered_it(joined: Callable[[str, str], Console]) -> None:
    viewer = joined("Li Na", "viewer")
    viewer.go("data/exports")
    expect(viewer.page.get_by_text("Your role does not export events.")).to_be_visible()
    assert viewer.page.get_by_role("link", name="Exports").count() == 0
    assert viewer.page.get_by_role("button", name="Export events").count() == 0
    viewer.go("data/blocked-ids")
    # Once the list is there, or is known to be empty.
    expect(viewer.page.locator(".ant-table-row, .ant-empty").first).to_be_visible()
    assert viewer.page.get_by_role("button", name="Add identifiers").count() == 0


def test_what_a_blocked_id_sends_is_held_until_it_is_let_in(
    operator: Console, write_key: str
) -> None:
    page = operator.page
    operator.go("data/blocked-ids")
    page.get_by_role("button", name="Add identifiers").first.click()
    dialog = page.get_by_role("dialog", name="Add identifiers")
    dialog.get_by_label("Identifiers", exact=True).fill(f"{TESTER}\nfront desk tablet\n{TESTER}")
    dialog.get_by_role("button", name="Block").click()
    expect(page.get_by_role("row").filter(has_text=TESTER)).to_be_visible(timeout=PATIENCE_MS)
    assert operator.ask("/blocked-ids")["values"] == ["front desk tablet", TESTER]

    held = 0

    def is_held() -> bool:
        # Landing learns of the change within a second; until then it takes such an event in.
        nonlocal held
        held += 1
        operator.send(write_key, [_event("Cart Viewed", TESTER, f"t-{held}")])
        return bool(operator.ask("/quarantine")["items"])

    wait_for(is_held)
    page.get_by_role("link", name="See what is held for it").click()
    page.wait_for_url("**/data/quarantine?reason=blocked_identifier")
    expect(page.get_by_role("row").filter(has_text="Cart Viewed").first).to_be_visible(
        timeout=PATIENCE_MS
    )

    operator.go(f"data/blocked-ids?q={TESTER}")
    expect(page.get_by_text("1 in all")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name=f"Stop blocking {TESTER}").click()
    page.get_by_role("tooltip").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No id matches")).to_be_visible(timeout=PATIENCE_MS)
    assert operator.ask("/blocked-ids")["values"] == ["front desk tablet"]


def test_both_pages_speak_chinese(console: Console) -> None:
    page = console.page
    console.go("data/exports")
    page.get_by_role("button", name="切换到简体中文").click()
    page.get_by_role("heading", name="导出").wait_for()
    expect(page.get_by_role("button", name="导出事件").first).to_be_visible(timeout=PATIENCE_MS)
    console.go("data/blocked-ids")
    page.get_by_role("heading", name="屏蔽标识").wait_for()
    expect(page.get_by_role("button", name="添加标识").first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Switch to English").click()
    page.get_by_role("heading", name="Blocked ids").wait_for()
