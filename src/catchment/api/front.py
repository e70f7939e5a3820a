"""The front: one address for events and console alike.

Paths of the collector are answered here, in this process, with nothing between them and the log.
Everything else is handed to the API's process over a local socket and streamed back as it comes,
so a heavy question never stands in the way of an event.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import httpx

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

CONNECT_SECONDS_MAX = 5.0
CONNECTIONS_MAX = 200
# A stream of live events has no end, so only connecting has a limit.
_TIMEOUT = httpx.Timeout(None, connect=CONNECT_SECONDS_MAX).as_dict()

# RFC 9110 §7.6.1: these belong to one connection, not to the message.
_HOP_BY_HOP = {
    b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te",
    b"trailer", b"transfer-encoding", b"upgrade",
}  # fmt: skip
# The server writes its own.
_NOT_STREAMED_BACK = _HOP_BY_HOP | {b"date"}
_CLAIMS = {b"x-forwarded-for", b"x-forwarded-proto", b"forwarded"}
_AWAY = json.dumps(
    {
        "type": "about:blank",
        "title": "Starting",
        "status": 503,
        "code": "api_away",
        "detail": "The API is not answering yet; events are being accepted.",
    }
).encode()


class Front:
    """Sends each request to the collector or, over a socket, to the API."""

    def __init__(
        self,
        collector: Application,
        is_collectors: Callable[[str], bool],
        api_socket: str,
        *,
        trusts_proxy: bool = False,
    ) -> None:
        """Wires the two.

        Args:
            collector: the collector's ASGI application; it also gets the lifespan messages.
            is_collectors: says whether a path is the collector's.
            api_socket: path of the Unix socket that the API listens on.
            trusts_proxy: only a proxy of ours can reach this address, so its word on who the
                client is and on HTTPS is taken.
        """
        self._collector = collector
        self._trusts_proxy = trusts_proxy
        self._is_collectors = is_collectors
        # A bare transport and no client: a client keeps the cookies of every answer, and would
        # sign each caller in as whoever signed in last.
        self._api = httpx.AsyncHTTPTransport(
            uds=api_socket, limits=httpx.Limits(max_connections=CONNECTIONS_MAX)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or runs the collector's lifespan."""
        if scope["type"] != "http":
            await self._collector(scope, receive, send)
            await self._api.aclose()
            return
        if self._is_collectors(scope["path"]):
            await self._collector(scope, receive, send)
            return
        await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        target = scope.get("raw_path") or scope["path"].encode()
        query = scope.get("query_string", b"")
        request = httpx.Request(
            scope["method"],
            httpx.URL("http://api", raw_path=target + (b"?" + query if query else b"")),
            headers=_forwarded_headers(scope, trusts_proxy=self._trusts_proxy),
            content=_body(receive) if _has_body(scope) else None,
            extensions={"timeout": _TIMEOUT},
        )
        try:
            answer = await self._api.handle_async_request(request)
        except httpx.TransportError:
            await _answer_away(send)
            return
        # A stream of live events ends only when its reader leaves, so both ends are watched.
        pump = asyncio.create_task(_stream_back(answer, send))
        gone = asyncio.create_task(_wait_until_gone(receive))
        try:
            await asyncio.wait({pump, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            pump.cancel()
            await asyncio.gather(pump, gone, return_exceptions=True)
            await answer.aclose()


async def _stream_back(answer: httpx.Response, send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": answer.status_code,
            "headers": [
                (name.lower(), value)
                for name, value in answer.headers.raw
                if name.lower() not in _NOT_STREAMED_BACK
            ],
        }
    )
    async for piece in answer.aiter_raw():
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _has_body(scope: Scope) -> bool:
    names = {name for name, _ in scope["headers"]}
    return b"content-length" in names or b"transfer-encoding" in names


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        more = message.get("more_body", False)
        if message.get("body"):
            yield message["body"]


def _forwarded_headers(scope: Scope, *, trusts_proxy: bool) -> list[tuple[bytes, bytes]]:
    # Whoever connects to the front is the client, unless a proxy of ours stands before it; a header
    # that claims otherwise is not believed.
    headers = [(name, value) for name, value in scope["headers"] if name not in _HOP_BY_HOP]
    told = {name for name, _ in headers} if trusts_proxy else set()
    headers = [(name, value) for name, value in headers if trusts_proxy or name not in _CLAIMS]
    client = scope.get("client")
    if client and b"x-forwarded-for" not in told:
        headers.append((b"x-forwarded-for", client[0].encode()))
    if b"x-forwarded-proto" not in told:
        headers.append((b"x-forwarded-proto", scope.get("scheme", "http").encode()))
    return headers


async def _answer_away(send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": 503,
            "headers": [(b"content-type", b"application/problem+json"), (b"retry-after", b"1")],
        }
    )
    await send({"type": "http.response.body", "body": _AWAY})
