"""The collector over HTTP: who is let in, how each protocol is answered, what a "no" looks like."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from catchment.api.collector import Collector, is_collector_path
from catchment.api.collector.app import IN_FLIGHT_BYTES_MAX
from catchment.api.collector.routes import ROUTES
from catchment.collect import Acceptor, Intake, decode
from catchment.kernel import SystemClock, WorkspaceId
from catchment.lake import LogOverloaded, Received

BASIC = {"authorization": "Basic " + base64.b64encode(b"key:").decode()}
CALL = {"type": "track", "event": "X", "userId": "u", "messageId": "m"}
CAPTURE = {"api_key": "key", "event": "X", "distinct_id": "u", "uuid": "m"}
ENTRY = {"type": "track", "event": "X", "distinct_id": "u", "time": 5}


class Directory:
    """Knows the write key `key`."""

    async def find(self, write_key: str) -> Intake | None:
        """Leads to the one source."""
        return Intake(WorkspaceId("w"), "src") if write_key == "key" else None


class Log:
    """A log in memory."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.entries: list[Received] = []
        self.trouble = trouble

    async def append(self, received: Received) -> int:
        """Keeps, or fails."""
        if self.trouble is not None:
            raise self.trouble
        self.entries.append(received)
        return len(self.entries)


class Edge:
    """A collector and its log, asked without a network between."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.log = Log(trouble)
        self.app = Collector(Acceptor(Directory(), self.log, SystemClock()))

    def ask(
        self,
        path: str,
        body: object = None,
        headers: Mapping[str, str] = BASIC,
        method: str = "POST",
    ) -> httpx.Response:
        """One request."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()

        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://c.example") as c:
                return await c.request(method, path, content=raw, headers=dict(headers))

        return asyncio.run(go())

    def names(self) -> list[str]:
        """The names of the events on disk."""
        return [event.name for entry in self.log.entries for event in decode(entry).events]


@pytest.fixture
def edge() -> Edge:
    return Edge()


BODIES: dict[str, Any] = {
    "segment": {"batch": [CALL]},
    "posthog": {"api_key": "key", "batch": [CAPTURE]},
    "sensors": [ENTRY],
    "catchment": {"events": [CALL]},
}


@pytest.mark.parametrize("path", sorted(ROUTES))
def test_every_address_takes_its_own_format(edge: Edge, path: str) -> None:
    name, _, kind = ROUTES[path].format.partition("/")
    needs = {"previousId": "p", "groupId": "g"}
    answer = edge.ask(path, {**CALL, **needs} if kind else BODIES[name])
    assert answer.status_code == 200, answer.text
    entry = edge.log.entries[0]
    decoded = decode(entry)
    assert len(decoded.events) == 1, decoded.rejects
    assert entry.is_historical is path.startswith("/v1/import")
    assert is_collector_path(path)


@pytest.mark.parametrize(
    ("path", "body", "answer"),
    [
        ("/v1/track", CALL, b'{"success":true}'),
        ("/batch/", BODIES["posthog"], b'{"status":1}'),
        ("/sa", BODIES["sensors"], b""),
    ],
)
def test_each_protocol_is_thanked_in_its_own_way(
    edge: Edge, path: str, body: object, answer: bytes
) -> None:
    assert edge.ask(path, body).content == answer


def test_our_own_protocol_answers_for_each_event(edge: Edge) -> None:
    answer = edge.ask("/v1/events", {"events": [CALL, {"event": "X", "messageId": "n"}, CALL]})
    assert answer.json() == {
        "accepted": 1,
        "duplicate": 1,
        "quarantined": 1,
        "results": [
            {"message_id": "m", "status": "accepted"},
            {
                "message_id": "n",
                "status": "quarantined",
                "reason": "missing_identity",
                "detail": "an event needs a user id, an anonymous id or an external id",
                "pointer": "",
            },
            {"message_id": "m", "status": "duplicate"},
        ],
    }


def test_lines_are_taken_where_the_sender_says_so(edge: Edge) -> None:
    lines = b"{bad\n" + json.dumps(CALL).encode() + b"\n"
    answer = edge.ask("/v1/events", lines, {**BASIC, "content-type": "application/x-ndjson"})
    assert [r["status"] for r in answer.json()["results"]] == ["quarantined", "accepted"]
    assert edge.names() == ["X"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Basic " + base64.b64encode(b"other:").decode()},
        {"authorization": "Basic %%%"},
        {"authorization": "Basic " + base64.b64encode(b"\xff:").decode()},
        {"authorization": "Bearer key"},
    ],
)
def test_an_unknown_write_key_is_401_and_says_so(edge: Edge, headers: Mapping[str, str]) -> None:
    answer = edge.ask("/v1/track", CALL, headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unknown_write_key"
    assert "basic" not in answer.headers["www-authenticate"].lower()
    assert not edge.log.entries


def test_the_write_key_may_stand_in_the_address(edge: Edge) -> None:
    assert edge.ask("/sa?project=key", [ENTRY], {}).status_code == 200
    assert edge.ask("/sa?token=key", [ENTRY], {}).status_code == 200
    assert edge.ask("/v1/batch?write_key=key", {"batch": [CALL]}, {}).status_code == 200


def test_a_malformed_batch_is_400_with_the_place(edge: Edge) -> None:
    answer = edge.ask("/v1/batch", b'{"batch": [{"type": }]}')
    assert answer.status_code == 400
    assert {k: answer.json()[k] for k in ("code", "byte", "line", "column")} == {
        "code": "malformed_body", "byte": 20, "line": 1, "column": 21
    }  # fmt: skip
    assert edge.ask("/v1/batch", {"batch": 5}).json()["pointer"] == "/batch"
    assert not edge.log.entries


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/track", {**CALL, "x": "y" * 33_000}),
        ("/v1/batch", {"batch": [CALL] * 2_501}),
        ("/v1/batch", {"batch": [], "x": "y" * 520_000}),
        ("/v1/batch", b"y" * 2_000_000),
        ("/v1/batch", gzip.compress(b"y" * 50_000_000, mtime=0)),
        ("/batch/", base64.b64encode(gzip.compress(b"y" * 50_000_000, mtime=0))),
    ],
    ids=["event", "count", "bytes", "wire", "gzip bomb", "base64 gzip bomb"],
)
def test_too_large_is_413(edge: Edge, path: str, body: object) -> None:
    answer = edge.ask(path, body)
    assert answer.status_code == 413, answer.text
    assert not edge.log.entries


@pytest.mark.parametrize("trouble", [LogOverloaded()])
@pytest.mark.parametrize("path", ["/v1/batch", "/batch/", "/sa", "/v1/events"])
def test_overload_is_503_with_a_time_to_come_again(path: str, trouble: Exception) -> None:
    name = ROUTES[path].format
    answer = Edge(trouble).ask(path, BODIES[name])
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1


def test_more_in_flight_than_memory_is_503(edge: Edge) -> None:
    edge.app._in_flight_bytes = IN_FLIGHT_BYTES_MAX + 1
    assert edge.ask("/v1/track", CALL).status_code == 503


def test_the_unforeseen_is_500_and_nobody_elses_trouble() -> None:
    edge = Edge(RuntimeError("a bug"))
    answer = edge.ask("/v1/track", CALL)
    assert answer.status_code == 500
    assert "a bug" not in answer.text
    edge.log.trouble = None
    assert edge.ask("/v1/track", CALL).status_code == 200


def test_a_bad_event_beside_a_good_one_is_still_yes(edge: Edge) -> None:
    assert edge.ask("/v1/batch", {"batch": [CALL, 3, {"type": "x"}]}).status_code == 200
    assert edge.names() == ["X"]


PACKINGS: dict[str, Callable[[bytes], tuple[bytes, dict[str, str], str]]] = {
    "gzip header": lambda raw: (gzip.compress(raw), {"content-encoding": "gzip"}, ""),
    "deflate header": lambda raw: (zlib.compress(raw), {"content-encoding": "deflate"}, ""),
    "header but unpacked": lambda raw: (raw, {"content-encoding": "gzip"}, ""),
    "gzip-js": lambda raw: (
        gzip.compress(raw),
        {"content-type": "text/plain"},
        "?compression=gzip-js",
    ),
    "gzip unannounced": lambda raw: (gzip.compress(raw), {}, ""),
    "beacon": lambda raw: (raw, {"content-type": "text/plain;charset=UTF-8"}, ""),
    "form": lambda raw: (_form(base64.b64encode(raw)), {}, ""),
    "form beacon": lambda raw: (_form(base64.b64encode(raw)), {}, "?compression=base64&beacon=1"),
    "form gzip": lambda raw: (_form(base64.b64encode(gzip.compress(raw)), gzip=1, crc=-5), {}, ""),
    "form json": lambda raw: (_form(raw), {}, ""),
    "bare base64": lambda raw: (base64.b64encode(raw), {}, ""),
    "data_list": lambda raw: (_form(base64.b64encode(gzip.compress(raw)), "data_list"), {}, ""),
}


def _form(data: bytes, name: str = "data", **also: object) -> bytes:
    fields = {name: data.decode(), **{key: str(value) for key, value in also.items()}}
    return str(httpx.QueryParams(fields)).encode()


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize(
    ("path", "body"), [("/e/", CAPTURE), ("/sa?project=key", [ENTRY, {**ENTRY, "event": "口红"}])]
)
def test_every_packing_is_undone(edge: Edge, path: str, body: object, packing: str) -> None:
    raw = json.dumps(body, ensure_ascii=False).encode()
    wire, headers, query = PACKINGS[packing](raw)
    address = path + (query.replace("?", "&") if "?" in path else query)
    answer = edge.ask(address, wire, headers)
    assert answer.status_code == 200, answer.text
    assert edge.log.entries[0].body == raw


def test_an_image_can_carry_events(edge: Edge) -> None:
    data = base64.b64encode(json.dumps(ENTRY).encode()).decode()
    query = httpx.QueryParams({"project": "key", "data": data})
    answer = edge.ask(f"/sa.gif?{query}", b"", {}, "GET")
    assert answer.headers["content-type"] == "image/gif"
    assert edge.names() == ["X"]


@pytest.mark.parametrize(
    ("wire", "headers", "status"),
    [
        (b"\x1f\x8bnonsense", {}, 400),
        (gzip.compress(json.dumps(CAPTURE).encode(), mtime=0)[:-9], {}, 400),
        (b"data=%%%", {}, 400),
        (b"other=1", {}, 400),
        (b"", {}, 400),
        (b"&".join(b"a%d=1" % n for n in range(50)), {}, 400),
        (b"{}", {"content-encoding": "br"}, 415),
    ],
    ids=["no gzip", "half a gzip", "no base64", "no data", "nothing", "many fields", "brotli"],
)
def test_a_broken_packing_is_refused(
    edge: Edge, wire: bytes, headers: Mapping[str, str], status: int
) -> None:
    assert edge.ask("/e/", wire, headers).status_code == status
    assert not edge.log.entries


def test_any_site_may_send_events(edge: Edge) -> None:
    origin = {"origin": "https://shop.example"}
    asked = {**origin, "access-control-request-headers": "authorization,content-type"}
    preflight = edge.ask("/v1/t", b"", asked, "OPTIONS")
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-headers"] == "authorization,content-type"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    for answer in (
        preflight,
        edge.ask("/v1/t", CALL, {**BASIC, **origin}),
        edge.ask("/v1/t", CALL, origin),
        edge.ask("/nowhere", CALL, origin),
    ):
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert answer.headers["vary"] == "Origin"


def test_the_wrong_method_and_the_wrong_address_are_named(edge: Edge) -> None:
    assert edge.ask("/v1/track", b"", BASIC, "GET").status_code == 405
    assert edge.ask("/v1/nothing", CALL).status_code == 404
    assert not is_collector_path("/v1/nothing")
    assert not is_collector_path("/api/v1/sources")
    assert not is_collector_path("/")


def test_health_is_answered_with_and_without_a_body(edge: Edge) -> None:
    assert edge.ask("/healthz", b"", {}, "GET").json() == {"status": "ok"}
    head = edge.ask("/healthz", b"", {}, "HEAD")
    assert (head.status_code, head.content) == (200, b"")


def test_what_happened_is_counted(edge: Edge) -> None:
    edge.ask("/v1/batch", {"batch": [CALL, CALL]})
    edge.ask("/v1/batch", b"{")
    text = edge.ask("/metrics/collector", b"", {}, "GET").text
    assert 'catchment_collector_events_total{format="segment"} 2' in text
    assert 'catchment_collector_requests_total{format="segment",status="400"} 1' in text


def test_a_client_that_hangs_up_leaves_nothing(edge: Edge) -> None:
    sent: list[Any] = []
    messages = iter(
        [
            {"type": "http.request", "body": b'{"batch":[', "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/v1/batch", "query_string": b"",
        "headers": [(b"authorization", BASIC["authorization"].encode())],
    }  # fmt: skip
    asyncio.run(edge.app(scope, receive, send))
    assert not sent
    assert not edge.log.entries
