"""Sensors Data's format: its entries, by its public description."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catchment.collect import Decoded, ReasonCode, decode
from catchment.events import Event
from catchment.kernel import WorkspaceId
from catchment.lake import Received

NOW_US = 1_800_000_000_000_000
TRACK = {
    "type": "track",
    "event": "ViewProduct",
    "distinct_id": "d",
    "time": 1_434_556_935_000,
    "properties": {"product_id": 12345, "product_name": "苹果", "$province": "湖南"},
}


def read(body: object) -> Decoded:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return decode(Received(WorkspaceId("w"), "src", "sensors", NOW_US, raw))


def one(**changes: Any) -> Event:
    decoded = read({**TRACK, **changes})
    assert not decoded.rejects, decoded.rejects
    return decoded.events[0]


def test_a_track_entry_keeps_all_it_said() -> None:
    event = one(lib={"$lib": "python"}, _track_id=7)
    assert (event.kind, event.name, event.anonymous_id) == ("track", "ViewProduct", "d")
    assert json.loads(event.properties) == TRACK["properties"]
    assert json.loads(event.context) == {"lib": {"$lib": "python"}}
    assert event.product_id == "12345"
    assert event.original_us == 1_434_556_935_000_000


@pytest.mark.parametrize(
    ("changes", "user_id", "anonymous_id"),
    [
        ({}, None, "d"),
        ({"login_id": "u"}, "u", None),
        ({"login_id": "u", "anonymous_id": "a"}, "u", "a"),
        ({"anonymous_id": "a"}, None, "a"),
        ({"properties": {"$is_login_id": True}}, "d", None),
        ({"identities": {"$identity_login_id": "u"}}, "u", None),
        ({"identities": {"$identity_login_id": "u", "$identity_cookie_id": "c"}}, "u", "c"),
        ({"identities": {"$identity_android_id": ["x", "y"]}}, None, "x"),
        ({"type": "track_signup", "original_id": "o"}, "d", "o"),
    ],
)
def test_who_it_was(changes: dict[str, Any], user_id: str | None, anonymous_id: str | None) -> None:
    event = one(**changes)
    assert (event.user_id, event.anonymous_id) == (user_id, anonymous_id)


@pytest.mark.parametrize(
    ("kind", "ours", "name"),
    [
        ("track_signup", "identify", "Identified"),
        ("track_id_bind", "identify", "Identified"),
        ("track_id_unbind", "track", "ViewProduct"),
        ("profile_set", "identify", "Identified"),
        ("profile_set_once", "identify", "Identified"),
        ("profile_increment", "track", "profile_increment"),
        ("profile_append", "track", "profile_append"),
        ("profile_unset", "track", "profile_unset"),
        ("profile_delete", "track", "profile_delete"),
    ],
)
def test_every_type_of_entry_has_its_place(kind: str, ours: str, name: str) -> None:
    event = one(type=kind)
    assert (event.kind, event.name) == (ours, name)
    kept = event.traits if kind in ("profile_set", "profile_set_once") else event.properties
    assert json.loads(kept) == TRACK["properties"]


def test_views_go_by_our_names() -> None:
    assert (one(event="$pageview").kind, one(event="$pageview").name) == ("page", "Page Viewed")
    assert one(event="$AppViewScreen").kind == "screen"


def test_back_fill_is_history() -> None:
    assert one(time_free=True).is_historical
    assert not one().is_historical


def test_the_id_of_an_entry_is_what_it_says() -> None:
    again = one(_flush_time=1_434_556_999_000)
    assert one().message_id == again.message_id
    others = [one(_track_id=1), one(time=1), one(distinct_id="e"), one(properties={"x": 1})]
    assert len({one().message_id, *(e.message_id for e in others)}) == 5


def test_lists_and_lines_are_read() -> None:
    entries = [{**TRACK, "_track_id": n} for n in range(3)]
    lines = b"\n".join(json.dumps(entry).encode() for entry in entries)
    assert len(read(entries).events) == len(read(lines).events) == 3


@pytest.mark.parametrize(
    ("changes", "reason", "pointer"),
    [
        ({"type": "item_set"}, ReasonCode.UNKNOWN_KIND, "/type"),
        ({"type": None}, ReasonCode.UNKNOWN_KIND, "/type"),
        ({"type": 5}, ReasonCode.UNKNOWN_KIND, "/type"),
        ({"event": None}, ReasonCode.MISSING_EVENT_NAME, "/event"),
        ({"distinct_id": None}, ReasonCode.MISSING_IDENTITY, "/distinct_id"),
        ({"distinct_id": "0"}, ReasonCode.BLOCKED_IDENTIFIER, "/distinct_id"),
        ({"time": "soon"}, ReasonCode.INVALID_TIMESTAMP, "/time"),
        ({"time": 1e300}, ReasonCode.INVALID_TIMESTAMP, "/time"),
        ({"properties": []}, ReasonCode.INVALID_PROPERTIES, "/properties"),
    ],
)
def test_a_bad_entry_is_refused_alone(
    changes: dict[str, Any], reason: ReasonCode, pointer: str
) -> None:
    decoded = read([TRACK, {**TRACK, **changes}])
    assert len(decoded.events) == 1
    assert [(r.index, r.reason, r.pointer) for r in decoded.rejects] == [(1, reason, pointer)]
