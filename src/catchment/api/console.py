"""Serving the console: files with hashed names for ever, everything else fresh, one page for all.

The console routes in the browser, so any address that is neither a file nor the API's answers with
its `index.html`. Where the console was not built, a page says how to build it.
"""

from html import escape
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC_FOLDER = Path(__file__).parent / "static"
IMMUTABLE = "public, max-age=31536000, immutable"
FRESH = "no-cache"
HASHED_FOLDER = "assets/"
TRACKER = "t.js"
TRACKER_HEADERS = {
    # Strangers' pages include it: that is its purpose, and the one exception to "same origin".
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=3600",
}
NOT_THE_CONSOLES = ("api/", "v1/", "healthz", "readyz", "metrics")

_NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Catchment</title></head>
<body style="font: 16px/1.6 system-ui; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>Catchment is running</h1>
<p>The console has not been built. In the checkout, run <code>make console</code> and reload this
page; an installed wheel carries it already.</p>
<p>The API is at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p>
<p lang="zh-CN">控制台尚未构建：在代码目录运行 <code>make console</code>，然后刷新本页。</p>
<p style="color: #666">Looked in {folder}</p>
</body></html>
"""


class Console(StaticFiles):
    """The console's built files, with the page for every address of its own."""

    def __init__(self, folder: Path = STATIC_FOLDER) -> None:
        super().__init__(directory=folder, check_dir=False)
        # The folder may be built while we run, or never; `get_response` looks each time.
        self.config_checked = True
        self._folder = folder

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file at a path, else the console's page."""
        if path.startswith(NOT_THE_CONSOLES):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        if path == TRACKER:
            answer = await super().get_response(path, scope)
            answer.headers.update(TRACKER_HEADERS)
            return answer
        if not (self._folder / "index.html").is_file():
            return HTMLResponse(
                _NOT_BUILT.format(folder=escape(str(self._folder))),
                status_code=HTTPStatus.NOT_FOUND,
                headers={"Cache-Control": "no-store"},
            )
        path = "index.html" if path in {".", ""} else path
        try:
            answer = await super().get_response(path, scope)
        except HTTPException as missing:
            if missing.status_code != HTTPStatus.NOT_FOUND or not _is_a_page(path, scope):
                raise
            path = "index.html"
            answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = IMMUTABLE if path.startswith(HASHED_FOLDER) else FRESH
        return answer


def _is_a_page(path: str, scope: Scope) -> bool:
    # A script that is gone must say so; a page of HTML in its place would fail in stranger ways.
    wants = Headers(scope=scope).get("accept", "")
    return Request(scope).method in {"GET", "HEAD"} and (
        "text/html" in wants or "." not in path.rsplit("/", 1)[-1]
    )
