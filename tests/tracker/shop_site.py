"""A small site that writes down what arrives: the shop's pages and the collector in one server."""

import json
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TRACKER = Path(__file__).parents[2] / "tracker"


@dataclass
class Site:
    """A shop's pages on one address, a collector on another; both write down what they see.

    Attributes:
        bodies: every body posted to `/v1/events`, parsed, in order of arrival.
        answers: statuses (with a `Retry-After`) to give before all is well again.
        settings: what the snippet is pasted with.
        head: further HTML behind the snippet.
        tag: stands in the place of the snippet.
    """

    script: str
    port: int = 0
    bodies: list[dict[str, Any]] = field(default_factory=list)
    posted: list[tuple[float, int]] = field(default_factory=list)
    answers: list[tuple[int, str | None]] = field(default_factory=list)
    settings: dict[str, object] = field(default_factory=dict)
    head: str = ""
    tag: str | None = None

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
        tag = snippet if self.tag is None else self.tag
        return (
            f"<!doctype html><meta charset=utf-8><title>小店</title>{tag}{self.head}"
            "<body><h1>小店</h1></body>"
        )


class Handler(BaseHTTPRequestHandler):
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
