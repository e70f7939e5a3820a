"""A real browser before a whole installation: what an operator sees is what is tested."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from stories.installation import Installation

BUILT = Path(__file__).parents[2] / "src" / "catchment" / "api" / "static" / "index.html"
PATIENCE_MS = 30_000

OWNER = ("Lin Yue", "lin@example.com", "a tea house by the lake")


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

    def go(self, place: str) -> None:
        """Opens a page of the workspace."""
        self.page.goto(f"{self.home}/{place}")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A fresh installation, serving."""
    if not BUILT.exists():
        pytest.skip("the console is not built: make console")
    fresh = Installation(tmp_path_factory.mktemp("console") / "home")
    with fresh.serving():
        yield fresh


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
