"""A real browser before a whole installation: what an operator sees is what is tested."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from stories.installation import Installation, wait_for

BUILT = Path(__file__).parents[2] / "src" / "catchment" / "api" / "static" / "index.html"
PATIENCE_MS = 30_000

OWNER = ("Lin Yue", "lin@example.com", "a tea house by the lake")

STORIES = frozenset({"test_one_person.py", "test_personal_data.py"})
"""Tests that tell one story in chapters."""


@dataclass
class Console:
    """The console of one installation, and the browser before it.

    Attributes:
        address: where it is served.
        page: a tab whose owner is signed in.
        home: where the workspace's pages begin.
    """

    address: str
    page: Page
    home: str

    @property
    def workspace(self) -> str:
        """The workspace's id."""
        return self.home.rpartition("/")[2]

    def go(self, place: str) -> None:
        """Opens a page of the workspace."""
        self.page.goto(f"{self.home}/{place}")

    def finds(self, text: str) -> int:
        """How many people are found; none where the answer is no answer yet."""
        try:
            return len(self.ask("/people/search", {"search": text})["items"])
        except AssertionError:
            return 0

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Asks the managing API as whoever is signed in here."""
        cookies = {one["name"]: one["value"] for one in self.page.context.cookies()}
        answer = httpx.request(
            "GET" if body is None else "POST",
            f"{self.address}/api/v1/workspaces/{self.workspace}{path}",
            json=body, cookies=cookies, headers={"X-Catchment-CSRF": "1"}, trust_env=False,
            timeout=30,
        )  # fmt: skip
        assert answer.is_success, answer.text
        return answer.json()

    def send(self, write_key: str, events: list[dict[str, Any]]) -> None:
        """Sends events, once the collector knows the key: it looks for new ones twice a second."""
        wait_for(partial(self._is_sent, write_key, events))

    def _is_sent(self, write_key: str, events: list[dict[str, Any]]) -> bool:
        answer = httpx.post(
            f"{self.address}/v1/batch", json={"batch": events}, auth=(write_key, ""),
            trust_env=False, timeout=30,
        )  # fmt: skip
        return answer.status_code == 200


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A fresh installation, serving."""
    if not BUILT.exists():
        pytest.skip("the console is not built: make console")
    fresh = Installation(tmp_path_factory.mktemp("console") / "home")
    with fresh.serving():
        yield fresh
    # Shown beside a failure: what went wrong behind the page.
    sys.stdout.writelines(line for line in fresh.said if '"exception"' in line)


@pytest.fixture(scope="module")
def browsing(chromium: Browser) -> Iterator[BrowserContext]:
    """One browser profile for the tale."""
    context = chromium.new_context(
        locale="en-GB", timezone_id="Asia/Shanghai", viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture(scope="module")
def console(installation: Installation, browsing: BrowserContext) -> Iterator[Console]:
    """The console after its first set-up by the one-time link; a script error fails the tale."""
    page = browsing.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    name, email, password = OWNER
    page.goto(installation.setup_link())
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Workspace name").fill("Tea House")
    page.get_by_role("button", name="Create and sign in").click()
    page.wait_for_url("**/overview")
    yield Console(installation.address, page, page.url.removesuffix("/overview"))
    assert troubles == []


@pytest.fixture(scope="module")
def joined(console: Console, chromium: Browser) -> Iterator[Callable[[str, str], Console]]:
    """Invites somebody with a role: their console, signed in, in a browser of their own."""
    contexts: list[BrowserContext] = []

    def join(name: str, role: str) -> Console:
        made = console.ask(
            "/operators", {"name": name, "email": f"{role}@example.com", "role": role}
        )
        context = chromium.new_context(
            locale="en-GB", timezone_id="Asia/Shanghai", viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.goto(made["invitation_link"])
        page.get_by_label("Password").fill("another house, by the sea")
        page.get_by_role("button", name="Accept and sign in").click()
        page.wait_for_url("**/overview")
        return Console(console.address, page, console.home)

    yield join
    for context in contexts:
        context.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts a story's chapters back in their order: each begins where the one before ended."""
    chapters = [place for place, item in enumerate(items) if item.path.name in STORIES]
    told = sorted((items[place] for place in chapters), key=_chapter)
    for place, item in zip(chapters, told, strict=True):
        items[place] = item


def _chapter(item: pytest.Item) -> tuple[str, int]:
    return str(item.path), item.location[1] or 0
