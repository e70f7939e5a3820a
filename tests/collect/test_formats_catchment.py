"""Our own format: in both spellings, as a batch, a list, one event or lines."""

from __future__ import annotations

import json

import pytest

from catchment.collect import Decoded, ReasonCode, decode
from catchment.kernel import WorkspaceId
from catchment.lake import Received

OURS = {"event": "X", "user_id": "u", "anonymous_id": "a", "message_id": "m", "sequence": 3}
SEGMENTS = {"event": "X", "userId": "u", "anonymousId": "a", "messageId": "m", "sequence": 3}


def read(body: bytes, format_name: str = "catchment") -> Decoded:
    return decode(Received(WorkspaceId("w"), "src", format_name, 5, body))


@pytest.mark.parametrize("item", [OURS, SEGMENTS], ids=["ours", "segments"])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda item: json.dumps({"events": [item]}),
        lambda item: json.dumps([item]),
        json.dumps,
        lambda item: json.dumps(item, indent=2),
    ],
    ids=["batch", "list", "one", "pretty"],
)
def test_each_spelling_and_wrapping_is_the_same_event(item: object, wrap: object) -> None:
    assert callable(wrap)
    decoded = read(wrap(item).encode())
    assert not decoded.rejects
    event = decoded.events[0]
    assert (event.user_id, event.anonymous_id, event.message_id) == ("u", "a", "m")
    assert (event.kind, event.name, event.sequence) == ("track", "X", 3)


def test_every_kind_can_be_told() -> None:
    items = [
        {"kind": "identify", "user_id": "u", "traits": {"age": 1}},
        {"kind": "page", "anonymous_id": "a", "name": "Front"},
        {"kind": "screen", "anonymous_id": "a"},
        {"kind": "group", "user_id": "u", "group_id": "g"},
        {"kind": "alias", "user_id": "u", "previous_id": "p"},
        {"type": "track", "name": "X", "user_id": "u"},
    ]
    decoded = read(json.dumps({"events": items}).encode())
    assert not decoded.rejects
    assert [e.kind for e in decoded.events] == [
        "identify", "page", "screen", "group", "alias", "track"
    ]  # fmt: skip


def test_a_bad_line_spoils_no_other() -> None:
    lines = [b"{bad", json.dumps(OURS).encode(), b"", b"3"]
    decoded = read(b"\n".join(lines), "catchment/ndjson")
    assert len(decoded.events) == 1
    assert [(r.index, r.reason) for r in decoded.rejects] == [
        (0, ReasonCode.MALFORMED_JSON),
        (2, ReasonCode.NOT_AN_OBJECT),
    ]


def test_what_the_body_says_of_all_holds_where_an_event_says_nothing() -> None:
    body = {"events": [OURS], "sent_at": "2026-01-01T00:00:00Z", "context": {"app": 1}}
    event = read(json.dumps(body).encode()).events[0]
    assert event.sent_us == 1_767_225_600_000_000
    assert json.loads(event.context) == {"app": 1}
