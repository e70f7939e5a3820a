"""The script must load on pages that are not ours, which the console's own files never may."""

import asyncio
from pathlib import Path

import httpx
import pytest
from starlette.exceptions import HTTPException

from catchment.api.console import Console
from catchment.api.security import SecurityHeaders


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A built console and tracker."""
    (tmp_path / "index.html").write_text("<p>console</p>", encoding="utf-8")
    (tmp_path / "t.js").write_text("(()=>{})()", encoding="utf-8")
    return tmp_path


async def got(folder: Path, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=SecurityHeaders(Console(folder)))
    async with httpx.AsyncClient(transport=transport, base_url="http://a") as client:
        return await client.get(path)


def ask(folder: Path, path: str) -> httpx.Response:

    return asyncio.run(got(folder, path))


def test_the_tracker_may_be_included_by_any_site(static: Path) -> None:
    answer = ask(static, "/t.js")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "max-age=3600" in answer.headers["cache-control"]


def test_the_console_may_not(static: Path) -> None:
    assert ask(static, "/").headers["cross-origin-resource-policy"] == "same-origin"


def test_the_tracker_needs_no_built_console(static: Path) -> None:
    (static / "index.html").unlink()
    assert ask(static, "/t.js").text == "(()=>{})()"


def test_a_tracker_that_was_not_built_is_missing_not_a_page(static: Path) -> None:
    (static / "t.js").unlink()
    with pytest.raises(HTTPException, match="404"):
        ask(static, "/t.js")
