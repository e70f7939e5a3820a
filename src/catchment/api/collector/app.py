"""The collector's ASGI application: bare, because it stands on the hottest path of the house.

A request is routed by its exact path, read within bounds, unpacked, and handed to the acceptor; 2xx
is said only after the acceptor has it on disk. Whatever goes wrong is one answer for one request.
"""

import base64
import binascii
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import structlog

from catchment.api.collector.answers import Answer, Headers, no, problem, yes
from catchment.api.collector.counters import Counters
from catchment.api.collector.courtesy import base_of, courtesy, is_courtesy
from catchment.api.collector.errors import TooMuchInFlight
from catchment.api.collector.routes import ROUTES, Protocol, Route
from catchment.api.collector.unpack import WIRE_BYTES_MAX, unpack, unwrap
from catchment.collect import Acceptor, BodyTooLarge, Receipt, Signed, Submission
from catchment.kernel import CatchmentError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

IN_FLIGHT_BYTES_MAX = 128 * 1024 * 1024
"""Bodies held in memory at once; past it requests are told to come again."""

METRICS_PATH = "/metrics/collector"
_PREFLIGHT_SECONDS = b"86400"
_QUERY_FIELDS_MAX = 32
_CACHED_AUTHORIZATIONS = 4_096

_log = structlog.get_logger(__name__)


class _Gone(Exception):
    """The client hung up before its body was whole."""


def is_collector_path(path: str) -> bool:
    """Whether a path is answered here rather than by the managing API."""
    return path in ROUTES or path == METRICS_PATH or is_courtesy(path)


class Collector:
    """An ASGI application over an acceptor.

    Args:
        acceptor: takes bodies in.
        counters: counts what happens; a fresh one when none is given.
        on_stop: awaited when the server shuts down, such as the log's last commit.
    """

    def __init__(
        self,
        acceptor: Acceptor,
        counters: Counters | None = None,
        on_stop: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._acceptor = acceptor
        self.counters = counters or Counters()
        self._on_stop = on_stop
        self._in_flight_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or runs the server's lifespan."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if self._on_stop is not None:
            await self._on_stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        headers = dict(scope["headers"])
        route = ROUTES.get(path)
        method = scope["method"]
        if method == "OPTIONS":
            answer = _preflight(headers)
        elif route is None:
            answer = self._besides(path, scope, headers)
        elif method == "POST" or (method == "GET" and route.protocol in _GET_TOO):
            try:
                answer = await self._collect(route, scope, headers, receive)
            except _Gone:
                return
            self.counters.answered(route.format, answer.status)
        else:
            answer = problem(
                HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "Events are sent by POST."
            )
        await _send(send, answer, headers.get(b"origin"), is_head=method == "HEAD")

    async def _collect(
        self, route: Route, scope: Scope, headers: dict[bytes, bytes], receive: Receive
    ) -> Answer:
        is_pixel = scope["path"].endswith(".gif")
        try:
            receipt = await self._take_in(route, scope, headers, receive)
        except CatchmentError as refused:
            return no(refused)
        except _Gone:
            raise
        except Exception:  # noqa: BLE001  (the rim: it costs this request its answer, no other)
            _log.exception("collecting_failed", path=scope["path"])
            return problem(
                HTTPStatus.INTERNAL_SERVER_ERROR, "unforeseen", "Something went wrong; try again."
            )
        return yes(route.protocol, receipt, is_pixel=is_pixel)

    async def _take_in(
        self, route: Route, scope: Scope, headers: dict[bytes, bytes], receive: Receive
    ) -> Receipt:
        raw_query = scope["query_string"]
        query = _query(raw_query) if raw_query else {}
        wire = await self._read(headers, receive)
        size = len(wire)
        self._in_flight_bytes += size
        try:
            submission = _submission(route, wire, headers, query)
            if route.protocol is Protocol.CATCHMENT:
                receipt = await self._acceptor.accept_each(submission)
            else:
                receipt = await self._acceptor.accept(submission)
        finally:
            self._in_flight_bytes -= size
        self.counters.taken_in(route.format, receipt.events, len(submission.body))
        return receipt

    async def _read(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        """The whole body, given up as soon as it is too large."""
        if self._in_flight_bytes > IN_FLIGHT_BYTES_MAX:
            raise TooMuchInFlight
        announced = headers.get(b"content-length")
        if announced is not None and announced.isdigit() and int(announced) > WIRE_BYTES_MAX:
            raise BodyTooLarge(f"{int(announced)} bytes announced", limit=WIRE_BYTES_MAX)
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        body: bytes = message.get("body", b"")
        if not message.get("more_body", False):
            return body
        pieces = [body]
        size = len(body)
        while message.get("more_body", False):
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            if size > WIRE_BYTES_MAX:
                raise BodyTooLarge(f"more than {WIRE_BYTES_MAX} bytes", limit=WIRE_BYTES_MAX)
        return b"".join(pieces)

    def _besides(self, path: str, scope: Scope, headers: dict[bytes, bytes]) -> Answer:
        if path == METRICS_PATH:
            text = self.counters.exposition().encode()
            return Answer(200, [(b"content-type", b"text/plain; version=0.0.4")], text)
        host = headers.get(b"host", b"localhost").decode("latin-1")
        scheme = headers.get(b"x-forwarded-proto", b"").decode("latin-1")
        if scheme not in ("http", "https"):
            scheme = scope.get("scheme", "http")
        answer = courtesy(path, base_of(scheme, host))
        if answer is None:
            return problem(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address.")
        return answer


_GET_TOO = (Protocol.POSTHOG, Protocol.SENSORS)
_WRAPPING = (Protocol.POSTHOG, Protocol.SENSORS)


def _submission(
    route: Route, wire: bytes, headers: dict[bytes, bytes], query: dict[str, str]
) -> Submission:
    encoding = headers.get(b"content-encoding", b"").decode("latin-1").strip().lower()
    body = unpack(wire, encoding, query)
    format_name = route.format
    wrapped_key = None
    if route.protocol in _WRAPPING:
        unpacked = unwrap(body, query)
        body, wrapped_key = unpacked.body, unpacked.write_key
    elif route.protocol is Protocol.CATCHMENT and b"ndjson" in headers.get(b"content-type", b""):
        format_name += "/ndjson"
    write_key = _write_key(headers.get(b"authorization")) or wrapped_key or _key_in(query)
    return Submission(format_name, body, write_key, route.is_historical, _signed(wire, headers))


def _signed(wire: bytes, headers: dict[bytes, bytes]) -> Signed | None:
    """What a request says to prove who sent it; with one of the three it claims to be signed."""
    signature = headers.get(b"webhook-signature")
    message_id = headers.get(b"webhook-id")
    timestamp = headers.get(b"webhook-timestamp")
    if signature is None and message_id is None and timestamp is None:
        return None
    return Signed(message_id, timestamp, signature, wire)


@lru_cache(_CACHED_AUTHORIZATIONS)
def _write_key(authorization: bytes | None) -> str | None:
    """The user name of Basic authorization; the password is nobody's business."""
    if authorization is None or authorization[:6].lower() != b"basic ":
        return None
    try:
        pair = base64.b64decode(authorization[6:].strip() + b"==").decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return pair.partition(":")[0]


def _key_in(query: dict[str, str]) -> str | None:
    for name in ("write_key", "writeKey", "api_key", "token", "project"):
        if query.get(name):
            return query[name]
    return None


def _query(raw: bytes) -> dict[str, str]:
    try:
        fields = parse_qs(raw.decode("latin-1"), max_num_fields=_QUERY_FIELDS_MAX)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _preflight(headers: dict[bytes, bytes]) -> Answer:
    asked = headers.get(b"access-control-request-headers", b"authorization, content-type")
    allowed: Headers = [
        (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
        (b"access-control-allow-headers", asked),
        (b"access-control-max-age", _PREFLIGHT_SECONDS),
    ]
    if headers.get(b"access-control-request-private-network") == b"true":
        allowed.append((b"access-control-allow-private-network", b"true"))
    return Answer(204, allowed, b"")


async def _send(send: Send, answer: Answer, origin: bytes | None, *, is_head: bool) -> None:
    headers = [*answer.headers, (b"content-length", b"%d" % len(answer.body))]
    if origin is not None:
        # Any site may send events: the write key, not the origin, says whose they are.
        headers += [
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            # So that a browser's client can obey it.
            (b"access-control-expose-headers", b"retry-after"),
            (b"vary", b"Origin"),
        ]
    # Under uvloop a client that has just hung up makes the server's write fail: nobody is left to
    # tell, and what was taken in stays on disk.
    with suppress(RuntimeError, OSError):
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if is_head else answer.body})
