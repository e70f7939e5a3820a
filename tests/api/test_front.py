"""The front answers events itself and streams everything else to the API and back."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from catchment.api.front import Front


async def collector(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"collected"})


class EchoingApi:
    """Says back what reached it; `/endless` streams until its reader leaves."""

    def __init__(self) -> None:
        self.left = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        if scope["path"] == "/endless":
            await self.stream_for_ever(receive, send)
            return
        body = (await receive()).get("body", b"")
        headers = dict(scope["headers"])
        said = b"|".join(
            [scope["method"].encode(), scope["raw_path"], scope["query_string"], body,
             headers.get(b"x-forwarded-for", b""), headers.get(b"cookie", b"")]
        )  # fmt: skip
        cookies = [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
        await send({"type": "http.response.start", "status": 418, "headers": cookies})
        await send({"type": "http.response.body", "body": said})

    async def stream_for_ever(self, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        watcher = asyncio.create_task(self.watch(receive))
        while not watcher.done():
            await send({"type": "http.response.body", "body": b"tick\n", "more_body": True})
            await asyncio.sleep(0.01)
        self.left.set()

    async def watch(self, receive: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


@asynccontextmanager
async def serving(application: Any, socket: str) -> AsyncIterator[None]:
    config = uvicorn.Config(application, uds=socket, log_level="error", lifespan="auto")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (uvicorn offers no event)
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await task


@pytest.fixture
def folder() -> Iterator[Path]:
    # A Unix socket's path is at most 107 bytes, which pytest's own folders may pass.
    with tempfile.TemporaryDirectory(prefix="front-") as made:
        yield Path(made)


def client(socket: Path) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(uds=str(socket))
    return httpx.AsyncClient(transport=transport, base_url="http://front")


def test_a_cookie_of_one_caller_never_reaches_the_request_of_another(folder: Path) -> None:
    # The API's answer sets cookies. A front that kept them would sign everybody in as the first.
    async def story() -> None:
        front = Front(collector, lambda path: path.startswith("/v1/"), str(folder / "api"))
        async with (
            serving(EchoingApi(), str(folder / "api")),
            serving(front, str(folder / "front")),
            client(folder / "front") as owner,
            client(folder / "front") as stranger,
        ):
            await owner.post("/api/v1/sign-in", content=b"secret")
            answer = await stranger.get("/api/v1/me")
        assert answer.content.split(b"|")[-1] == b""

    asyncio.run(story())


def test_events_stay_and_the_rest_is_passed_on_whole(folder: Path) -> None:
    async def story() -> None:
        front = Front(collector, lambda path: path.startswith("/v1/"), str(folder / "api"))
        async with (
            serving(EchoingApi(), str(folder / "api")),
            serving(front, str(folder / "front")),
            client(folder / "front") as browser,
        ):
            assert (await browser.post("/v1/track", content=b"{}")).text == "collected"
            answer = await browser.put(
                "/api/v1/caf%C3%A9?q=%20a&b", content=b"hello", headers={"cookie": "x=y"}
            )
        assert answer.status_code == 418
        method, path, query, body, _client, cookie = answer.content.split(b"|")
        assert (method, path, query) == (b"PUT", b"/api/v1/caf%C3%A9", b"q=%20a&b")
        assert (body, cookie) == (b"hello", b"x=y")
        assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]

    asyncio.run(story())


def test_a_forged_forwarding_header_is_not_believed(folder: Path) -> None:
    async def story() -> None:
        front = Front(collector, lambda _path: False, str(folder / "api"))
        async with (
            serving(EchoingApi(), str(folder / "api")),
            serving(front, str(folder / "front")),
            client(folder / "front") as browser,
        ):
            answer = await browser.get("/", headers={"x-forwarded-for": "6.6.6.6"})
        assert b"6.6.6.6" not in answer.content

    asyncio.run(story())


def test_a_proxy_of_ours_is_believed_where_we_say_so(folder: Path) -> None:
    async def story() -> None:
        front = Front(collector, lambda _path: False, str(folder / "api"), trusts_proxy=True)
        async with (
            serving(EchoingApi(), str(folder / "api")),
            serving(front, str(folder / "front")),
            client(folder / "front") as browser,
        ):
            answer = await browser.get("/", headers={"x-forwarded-for": "10.1.2.3"})
        assert b"10.1.2.3" in answer.content
        assert len(answer.headers.get_list("date")) == 1

    asyncio.run(story())


def test_a_reader_who_leaves_ends_the_stream_behind_the_front(folder: Path) -> None:
    async def story() -> None:
        api = EchoingApi()
        front = Front(collector, lambda _path: False, str(folder / "api"))
        async with (
            serving(api, str(folder / "api")),
            serving(front, str(folder / "front")),
            client(folder / "front") as browser,
        ):
            async with browser.stream("GET", "/endless") as answer:
                async for _piece in answer.aiter_bytes():
                    break
            await asyncio.wait_for(api.left.wait(), timeout=60)

    asyncio.run(story())


def test_while_the_api_is_away_events_are_taken_and_pages_say_so(folder: Path) -> None:
    async def story() -> None:
        front = Front(collector, lambda path: path.startswith("/v1/"), str(folder / "nobody"))
        async with serving(front, str(folder / "front")), client(folder / "front") as browser:
            assert (await browser.post("/v1/track", content=b"{}")).is_success
            answer = await browser.get("/")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert answer.json()["code"] == "api_away"

    asyncio.run(story())
