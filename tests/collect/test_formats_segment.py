"""Segment's format: calls become events with everything they said, and say what they lack."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catchment.collect import Decoded, ReasonCode, decode
from catchment.events import Event
from catchment.kernel import WorkspaceId
from catchment.lake import Received

NOW_US = 1_800_000_000_000_000


def read(body: object, format_name: str = "segment", **also: Any) -> Decoded:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    received = Received(WorkspaceId("w"), "src", format_name, NOW_US, raw, **also)
    return decode(received)


def one(call: dict[str, Any], format_name: str = "segment") -> Event:
    body = call if "/" in format_name else {"batch": [call]}
    decoded = read(body, format_name)
    assert not decoded.rejects, decoded.rejects
    return decoded.events[0]


def reason(call: object) -> tuple[ReasonCode, str]:
    decoded = read({"batch": [call]})
    assert not decoded.events
    return decoded.rejects[0].reason, decoded.rejects[0].pointer


TRACK = {"type": "track", "event": "Product Viewed", "userId": "u", "messageId": "m"}


def test_a_track_call_keeps_all_it_said() -> None:
    properties = {"product_id": 7, "live_id": "sho_1", "offset_ms": 1500.0, "口红": ["💄", None]}
    event = one(
        {
            **TRACK,
            "anonymousId": "a",
            "timestamp": "2026-01-31T08:00:00.123+08:00",
            "sentAt": "2026-01-31T00:00:01Z",
            "properties": properties,
            "context": {"ip": "1.2.3.4"},
            "sequence": 5,
            "integrations": {"All": True},
        }
    )
    assert (event.kind, event.name, event.message_id) == ("track", "Product Viewed", "m")
    assert (event.user_id, event.anonymous_id, event.sequence) == ("u", "a", 5)
    assert json.loads(event.properties) == properties
    assert json.loads(event.context) == {"ip": "1.2.3.4"}
    assert (event.product_id, event.live_id, event.offset_ms) == ("7", "sho_1", 1500)
    assert event.original_us == 1_769_817_600_123_000
    assert event.sent_us == 1_769_817_601_000_000
    assert event.received_us == NOW_US


@pytest.mark.parametrize(
    ("kind", "needs", "name"),
    [
        ("track", {"event": "X"}, "X"),
        ("identify", {"traits": {"age": 1}}, "Identified"),
        ("page", {"name": "Front"}, "Page Viewed"),
        ("screen", {"name": "Front"}, "Screen Viewed"),
        ("group", {"groupId": "g"}, "Grouped"),
        ("alias", {"previousId": "p"}, "Aliased"),
    ],
)
def test_a_single_calls_kind_stands_in_its_address(
    kind: str, needs: dict[str, Any], name: str
) -> None:
    event = one({"userId": "u", **needs}, f"segment/{kind}")
    assert (event.kind, event.name) == (kind, name)


def test_a_pages_name_and_category_are_kept_among_its_properties() -> None:
    page = {"type": "page", "userId": "u", "name": "Front", "category": "Shop"}
    assert json.loads(one(page).properties) == {"name": "Front", "category": "Shop"}
    told = {**page, "properties": {"name": "Own", "url": "/"}}
    assert json.loads(one(told).properties) == {"name": "Own", "url": "/", "category": "Shop"}


def test_what_the_batch_says_of_all_its_calls_holds_where_a_call_says_nothing() -> None:
    decoded = read(
        {
            "batch": [TRACK, {**TRACK, "messageId": "n", "context": {"own": 1}}],
            "context": {"library": "x"},
            "sentAt": "2026-01-01T00:00:00Z",
        }
    )
    assert [json.loads(e.context) for e in decoded.events] == [{"library": "x"}, {"own": 1}]
    assert {e.sent_us for e in decoded.events} == {1_767_225_600_000_000}


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (3, (ReasonCode.NOT_AN_OBJECT, "")),
        ({**TRACK, "userId": None}, (ReasonCode.MISSING_IDENTITY, "")),
        ({**TRACK, "userId": ""}, (ReasonCode.MISSING_IDENTITY, "")),
        ({**TRACK, "userId": {"id": 1}}, (ReasonCode.MISSING_IDENTITY, "/userId")),
        ({**TRACK, "userId": 1.5}, (ReasonCode.MISSING_IDENTITY, "/userId")),
        ({**TRACK, "event": ""}, (ReasonCode.MISSING_EVENT_NAME, "/event")),
        ({**TRACK, "event": 5}, (ReasonCode.MISSING_EVENT_NAME, "/event")),
        ({**TRACK, "event": "x" * 257}, (ReasonCode.NAME_TOO_LONG, "/event")),
        ({**TRACK, "event": "a\0b"}, (ReasonCode.INVALID_TEXT, "/event")),
        ({**TRACK, "userId": "a\0b"}, (ReasonCode.INVALID_TEXT, "/userId")),
        ({**TRACK, "userId": "x" * 513}, (ReasonCode.INVALID_TEXT, "/userId")),
        ({**TRACK, "messageId": "a\0b"}, (ReasonCode.INVALID_TEXT, "/messageId")),
        ({**TRACK, "messageId": "x" * 257}, (ReasonCode.MESSAGE_ID_TOO_LONG, "/messageId")),
        ({**TRACK, "type": "tracked"}, (ReasonCode.UNKNOWN_KIND, "/type")),
        ({"userId": "u"}, (ReasonCode.UNKNOWN_KIND, "/type")),
        ({**TRACK, "timestamp": "yesterday"}, (ReasonCode.INVALID_TIMESTAMP, "/timestamp")),
        ({**TRACK, "timestamp": 1e300}, (ReasonCode.INVALID_TIMESTAMP, "/timestamp")),
        ({**TRACK, "properties": [1]}, (ReasonCode.INVALID_PROPERTIES, "/properties")),
        ({**TRACK, "properties": "x"}, (ReasonCode.INVALID_PROPERTIES, "/properties")),
        ({**TRACK, "context": 1}, (ReasonCode.INVALID_PROPERTIES, "/context")),
        ({"type": "alias", "userId": "u"}, (ReasonCode.MISSING_IDENTITY, "/previousId")),
        ({"type": "group", "userId": "u"}, (ReasonCode.MISSING_IDENTITY, "/groupId")),
        ({**TRACK, "properties": {"x": "y" * 33_000}}, (ReasonCode.EVENT_TOO_LARGE, "")),
    ],
)
def test_what_a_bad_call_lacks_is_named_with_its_place(
    call: object, expected: tuple[ReasonCode, str]
) -> None:
    assert reason(call) == expected


@pytest.mark.parametrize(
    "nobody", ["null", "NULL", "undefined", "anonymous", "-1", "0", "0000-00-0", "---", "None"]
)
def test_an_identifier_that_stands_for_nobody_is_refused(nobody: str) -> None:
    assert reason({**TRACK, "userId": nobody}) == (ReasonCode.BLOCKED_IDENTIFIER, "/userId")
    assert reason({**TRACK, "anonymousId": nobody})[0] is ReasonCode.BLOCKED_IDENTIFIER


def test_a_workspace_blocks_identifiers_of_its_own() -> None:
    raw = json.dumps({"batch": [{**TRACK, "userId": "shop-tablet"}, TRACK]}).encode()
    received = Received(WorkspaceId("w"), "src", "segment", NOW_US, raw)
    assert len(decode(received).events) == 2
    decoded = decode(received, frozenset({"shop-tablet"}))
    assert [r.reason for r in decoded.rejects] == [ReasonCode.BLOCKED_IDENTIFIER]
    assert len(decoded.events) == 1


def test_a_number_is_an_identifier_too() -> None:
    assert one({**TRACK, "userId": 12345}).user_id == "12345"


@pytest.mark.parametrize(
    ("written", "us"),
    [
        ("2026-01-01T00:00:00Z", 1_767_225_600_000_000),
        ("2026-01-01T00:00:00", 1_767_225_600_000_000),
        ("2026-01-01 08:00:00+08:00", 1_767_225_600_000_000),
        ("2026-01-01", 1_767_225_600_000_000),
        ("20260101T000000Z", 1_767_225_600_000_000),
        (1_767_225_600, 1_767_225_600_000_000),
        (1_767_225_600_000, 1_767_225_600_000_000),
        (1_767_225_600_000_000, 1_767_225_600_000_000),
        ("1767225600000", 1_767_225_600_000_000),
        ("", None),
        (None, None),
    ],
)
def test_instants_are_understood_however_clients_write_them(
    written: object, us: int | None
) -> None:
    assert one({**TRACK, "timestamp": written}).original_us == us


def test_a_message_without_an_id_gets_the_same_one_when_the_same_bytes_come_again() -> None:
    call = {"type": "track", "event": "X", "userId": "u"}
    first, again = read({"batch": [call, call]}), read({"batch": [call, call]})
    ids = [e.message_id for e in first.events]
    assert ids == [e.message_id for e in again.events]
    assert len(set(ids)) == 2
    other = read({"batch": [call, call, call]})
    assert set(ids).isdisjoint(e.message_id for e in other.events)


def test_history_is_marked() -> None:
    assert read({"batch": [TRACK]}, is_historical=True).events[0].is_historical


def test_a_file_of_lines_or_a_list_reads_as_a_batch_does() -> None:
    lines = b"\n".join(json.dumps({**TRACK, "messageId": str(n)}).encode() for n in range(3))
    listed = json.dumps([{**TRACK, "messageId": str(n)} for n in range(3)]).encode()
    for body in (lines, lines + b"\n\n", b"\xef\xbb\xbf" + listed, json.dumps(TRACK).encode()):
        decoded = read(body)
        assert not decoded.rejects
        assert len(decoded.events) in (1, 3)
