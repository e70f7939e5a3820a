"""PostHog's format: the one id is a user's or a browser's, by what stands beside it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catchment.collect import Decoded, ReasonCode, decode
from catchment.events import Event
from catchment.kernel import WorkspaceId
from catchment.lake import Received

NOW_US = 1_800_000_000_000_000


def read(body: object) -> Decoded:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return decode(Received(WorkspaceId("w"), "src", "posthog", NOW_US, raw))


def one(event: str = "X", distinct_id: object = "d", **properties: Any) -> Event:
    item = {"event": event, "distinct_id": distinct_id, "properties": properties, "uuid": "i"}
    decoded = read({"api_key": "k", "batch": [item]})
    assert not decoded.rejects, decoded.rejects
    return decoded.events[0]


@pytest.mark.parametrize(
    ("properties", "user_id", "anonymous_id"),
    [
        ({}, "d", None),
        ({"$is_identified": True, "$device_id": "dev"}, "d", "dev"),
        ({"$is_identified": True, "$device_id": "d"}, "d", None),
        ({"$is_identified": False}, None, "d"),
        ({"$device_id": "d"}, None, "d"),
        ({"$device_id": "dev"}, "d", "dev"),
        ({"$process_person_profile": False}, None, "d"),
        ({"$process_person_profile": True}, "d", None),
    ],
)
def test_the_one_id_is_a_users_or_a_browsers(
    properties: dict[str, Any], user_id: str | None, anonymous_id: str | None
) -> None:
    event = one(**properties)
    assert (event.user_id, event.anonymous_id) == (user_id, anonymous_id)
    assert json.loads(event.properties) == properties


def test_identify_joins_the_browser_to_the_user() -> None:
    event = one("$identify", "u", **{"$anon_distinct_id": "a", "$set": {"x": 1}})
    assert (event.kind, event.user_id, event.anonymous_id) == ("identify", "u", "a")
    assert json.loads(event.traits) == {"x": 1}


def test_set_stands_above_set_once() -> None:
    event = one("$set", "u", **{"$set": {"x": 1}, "$set_once": {"x": 0, "y": 2}})
    assert json.loads(event.traits) == {"x": 1, "y": 2}


def test_alias_joins_two_ids() -> None:
    event = one("$create_alias", "u", alias="old")
    assert (event.kind, event.user_id, event.previous_id) == ("alias", "u", "old")


def test_group_identify_tells_of_the_group() -> None:
    group: dict[str, Any] = {
        "$group_type": "company",
        "$group_key": "acme",
        "$group_set": {"size": 3},
    }
    event = one("$groupidentify", "u", **group)
    assert (event.kind, event.group_id) == ("group", "acme")
    assert json.loads(event.traits) == {"size": 3}


def test_page_views_and_screens_go_by_our_names() -> None:
    assert (one("$pageview").kind, one("$pageview").name) == ("page", "Page Viewed")
    assert (one("$screen").kind, one("$screen").name) == ("screen", "Screen Viewed")
    assert (one("$autocapture").kind, one("$autocapture").name) == ("track", "$autocapture")


def test_a_lone_event_and_a_bare_list_are_read() -> None:
    lone = {"api_key": "k", "event": "X", "distinct_id": "d", "timestamp": "2026-01-01T00:00:00Z"}
    assert read(lone).events[0].original_us == 1_767_225_600_000_000
    listed = [{"event": "X", "properties": {"distinct_id": "d", "token": "k"}, "offset": 1500}]
    event = read(listed).events[0]
    assert event.user_id == "d"
    assert event.original_us == NOW_US - 1_500_000


def test_an_offset_counts_back_from_when_the_body_was_sent() -> None:
    item = {"event": "X", "distinct_id": "d", "offset": 1000}
    body = {"api_key": "k", "batch": [item], "sent_at": "2026-01-01T00:00:01Z"}
    event = read(body).events[0]
    assert event.original_us == 1_767_225_600_000_000
    assert event.sent_us == 1_767_225_601_000_000


def test_a_migration_is_history() -> None:
    item = {"event": "X", "distinct_id": "d"}
    body = {"api_key": "k", "batch": [item], "historical_migration": True}
    assert read(body).events[0].is_historical


@pytest.mark.parametrize(
    ("item", "reason", "pointer"),
    [
        ({"distinct_id": "d"}, ReasonCode.MISSING_EVENT_NAME, "/event"),
        ({"event": "X"}, ReasonCode.MISSING_IDENTITY, "/distinct_id"),
        ({"event": "X", "distinct_id": ["d"]}, ReasonCode.MISSING_IDENTITY, "/distinct_id"),
        ({"event": "X", "distinct_id": "null"}, ReasonCode.BLOCKED_IDENTIFIER, "/distinct_id"),
        (
            {"event": "X", "distinct_id": "d", "properties": 1},
            ReasonCode.INVALID_PROPERTIES,
            "/properties",
        ),
        (
            {"event": "X", "distinct_id": "d", "timestamp": "soon"},
            ReasonCode.INVALID_TIMESTAMP,
            "/timestamp",
        ),
        (
            {"event": "X", "distinct_id": "d", "offset": -1e300},
            ReasonCode.INVALID_TIMESTAMP,
            "/offset",
        ),
        (
            {"event": "$create_alias", "distinct_id": "d"},
            ReasonCode.MISSING_IDENTITY,
            "/properties/alias",
        ),
    ],
)
def test_a_bad_event_is_refused_alone(item: object, reason: ReasonCode, pointer: str) -> None:
    good = {"event": "X", "distinct_id": "d"}
    decoded = read({"api_key": "k", "batch": [good, item, good]})
    assert len(decoded.events) == 2
    assert [(r.index, r.reason, r.pointer) for r in decoded.rejects] == [(1, reason, pointer)]


def test_odd_properties_of_its_own_are_left_out_and_kept_as_sent() -> None:
    odd: dict[str, Any] = {"$device_id": {"a": 1}, "$is_identified": "yes", "product_id": "p"}
    event = one(**odd)
    assert (event.user_id, event.product_id) == ("d", "p")
    assert json.loads(event.properties)["$device_id"] == {"a": 1}
