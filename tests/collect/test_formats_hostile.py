"""Whatever bytes come, decoding raises nothing, loses nothing and blames nobody else."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.collect import FORMATS, Decoded, ReasonCode, decode
from catchment.kernel import WorkspaceId
from catchment.lake import Received

NOW_US = 1_800_000_000_000_000
GOOD = {
    "segment": {"type": "track", "event": "X", "userId": "u", "messageId": "good"},
    "catchment": {"event": "X", "user_id": "u", "message_id": "good"},
    "posthog": {"event": "X", "distinct_id": "u", "uuid": "good"},
    "sensors": {"type": "track", "event": "X", "login_id": "u", "time": 5},
}
ENVELOPES: dict[str, Callable[[bytes], bytes]] = {
    "segment": lambda items: b'{"batch":[' + items + b"]}",
    "catchment": lambda items: b'{"events":[' + items + b"]}",
    "posthog": lambda items: b'{"api_key":"k","batch":[' + items + b"]}",
    "sensors": lambda items: b"[" + items + b"]",
}
DEEP = b'{"properties":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001
TOO_DEEP_AND_TOO_LARGE = b'{"properties":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001
POISON = {
    "deep object": (DEEP, ReasonCode.NESTED_TOO_DEEP),
    "deeper object": (TOO_DEEP_AND_TOO_LARGE, ReasonCode.EVENT_TOO_LARGE),
    "deep list": (b"[" * 10_000 + b"]" * 10_000, ReasonCode.NOT_AN_OBJECT),
    "lone surrogate": (b'{"x":"\\ud800"}', ReasonCode.INVALID_TEXT),
    "lone low surrogate": (b'{"x":"\\udc00 after"}', ReasonCode.INVALID_TEXT),
    "no utf-8": (b'{"x":"\xff\xfe"}', ReasonCode.INVALID_TEXT),
    "nan": (b'{"x":NaN}', ReasonCode.MALFORMED_JSON),
    "infinity": (b'{"x":-Infinity}', ReasonCode.MALFORMED_JSON),
    "a number": (b"1e999", ReasonCode.NOT_AN_OBJECT),
    "null": (b"null", ReasonCode.NOT_AN_OBJECT),
    "text": (b'"\\u0000"', ReasonCode.NOT_AN_OBJECT),
}
ANY_FORMAT = st.sampled_from([*FORMATS, "segment/track", "catchment/ndjson", "nonsense"])


def read(format_name: str, body: bytes) -> Decoded:
    return decode(Received(WorkspaceId("w"), "src", format_name, NOW_US, body))


@pytest.mark.parametrize("poison", POISON, ids=lambda name: name.replace(" ", "-"))
@pytest.mark.parametrize("format_name", FORMATS)
def test_poison_is_quarantined_and_its_neighbours_are_not(format_name: str, poison: str) -> None:
    item, reason = POISON[poison]
    good = json.dumps(GOOD[format_name]).encode()
    decoded = read(format_name, ENVELOPES[format_name](good + b"," + item + b" , " + good))
    assert len(decoded.events) == 2
    assert [(r.index, r.reason, r.payload) for r in decoded.rejects] == [(1, reason, item)]


@pytest.mark.parametrize("format_name", FORMATS)
def test_odd_but_sound_json_is_an_event(format_name: str) -> None:
    odd = (
        b'{"type":"track","type":"track","event":"First","event":"Last","userId":"u",'
        b'"user_id":"u","distinct_id":"u","messageId":"m","message_id":"m","uuid":"m","properties":'
        b'{"a":1e308,"b":-1e300,"c":"\\u0000","c":2,"d":123456789012345678901234567890,'
        b'"offset_ms":1e300,"revenue":1e308,"order_id":{},"__proto__":{},"":""}}'
    )
    decoded = read(format_name, ENVELOPES[format_name](odd))
    assert not decoded.rejects
    event = decoded.events[0]
    assert event.name == "Last"
    assert event.properties.endswith(b'"":""}')
    assert (event.amount_minor, event.offset_ms, event.order_id) == (None, None, None)


@pytest.mark.parametrize("format_name", FORMATS)
def test_how_deep_is_too_deep_is_a_number(format_name: str) -> None:
    good = json.dumps(GOOD[format_name])[:-1]
    for depth, is_event in ((256, True), (257, False), (800, False), (980, False)):
        nest = '{"a":' * depth + "1" + "}" * depth
        item = f'{good},"properties":{nest}}}'.encode()
        assert bool(read(format_name, ENVELOPES[format_name](item)).events) is is_event


@given(ANY_FORMAT, st.binary(max_size=200))
def test_bytes_raise_nothing(format_name: str, body: bytes) -> None:
    decoded = read(format_name, body)
    assert decoded == read(format_name, body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        "type", "kind", "event", "name", "category", "userId", "user_id", "anonymousId",
        "anonymous_id", "distinct_id", "messageId", "message_id", "uuid", "timestamp", "time",
        "sentAt", "offset", "sequence", "properties", "traits", "context", "previousId",
        "groupId", "login_id", "identities", "_track_id", "$set", "lib",
    ]
)  # fmt: skip
VALUES = JSON | st.sampled_from(["track", "identify", "page", "alias", "u", "$identify", "0"])
ITEMS = st.dictionaries(FIELDS, VALUES, max_size=8) | JSON


@given(st.sampled_from(FORMATS), st.lists(ITEMS, max_size=6))
def test_every_item_ends_in_exactly_one_heap(format_name: str, items: list[object]) -> None:
    parts = [json.dumps(item).encode() for item in items]
    decoded = read(format_name, ENVELOPES[format_name](b",".join(parts)))
    assert len(decoded.events) + len(decoded.rejects) == len(items)
    assert [r.payload for r in decoded.rejects] == [parts[r.index] for r in decoded.rejects]
    for event in decoded.events:
        assert event.user_id or event.anonymous_id
        assert event.name
        for part in (event.properties, event.traits, event.context):
            assert isinstance(json.loads(part), dict)


@given(st.sampled_from(FORMATS), st.lists(ITEMS, max_size=4), st.data())
def test_a_good_item_is_the_same_event_whoever_stands_beside_it(
    format_name: str, others: list[object], data: st.DataObject
) -> None:
    good = json.dumps(GOOD[format_name]).encode()
    parts = [json.dumps(item).encode() for item in others]
    place = data.draw(st.integers(0, len(parts)))
    among = read(
        format_name, ENVELOPES[format_name](b",".join([*parts[:place], good, *parts[place:]]))
    )
    alone = read(format_name, ENVELOPES[format_name](good)).events[0]
    assert alone in among.events


def decode_all_or_nothing(format_name: str, body: bytes) -> Decoded:
    """The wrong way that the tests above must catch: one bad item spoils its batch."""
    decoded = read(format_name, body)
    return Decoded((), decoded.rejects) if decoded.rejects else decoded


def test_the_wrong_way_is_caught() -> None:
    body = ENVELOPES["segment"](json.dumps(GOOD["segment"]).encode() + b",3")
    wrong, right = decode_all_or_nothing("segment", body), read("segment", body)
    assert len(wrong.events) + len(wrong.rejects) != 2
    assert len(right.events) + len(right.rejects) == 2


def test_a_packed_body_that_nobody_unpacked_is_one_reject() -> None:
    for format_name in FORMATS:
        decoded = read(format_name, gzip.compress(b'{"batch":[]}'))
        assert [r.reason for r in decoded.rejects] == [ReasonCode.MALFORMED_JSON]
