"""Numbers that no float holds are refused with their place; all others stay as written."""

from __future__ import annotations

import json
import math
import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catchment.collect import ReasonCode, decode
from catchment.collect.formats.numbers import may_overflow
from catchment.collect.landing_batch import Batch, read_batch
from catchment.collect.types import Decoded
from catchment.kernel import WorkspaceId
from catchment.lake import LogEntry, Received

BEYOND = [
    "1e999", "-1e999", "1E+400", "1e0000000999", "1.5e309", "2e308", "-1.8e308", "9" * 400,
    "-" + "9" * 310, "9" * 5_000, "9" * 250 + "e99", "9" * 310 + ".5", "0.001e312",
    "1.7976931348623159e308",
]  # fmt: skip
WITHIN = [
    "1e308", "-1.7976931348623157e308", "1e-999", "0e999", "0.0e5000", "9" * 300, "1e99",
    "123456789012345678901234567890", "18446744073709551616", "-9223372036854775809", "1.5e+007",
    "0." + "0" * 400 + "1e400", "9" * 210 + "e-10",
    "179769313486231580793728971405301e276",
]  # fmt: skip

Place = tuple[str, str]
FORMATS: dict[str, tuple[str, dict[Place, str]]] = {
    "catchment": (
        '{"events":[@items]}',
        {
            ("properties", "/properties/a/1/b~1c"):
                '{"event":"X","user_id":"u","message_id":"@id","properties":@told}',
            ("traits", "/traits/a/1/b~1c"):
                '{"type":"identify","user_id":"u","message_id":"@id","traits":@told}',
            ("context", "/context/a/1/b~1c"):
                '{"event":"X","user_id":"u","message_id":"@id","context":@told}',
        },
    ),
    "segment": (
        '{"batch":[@items]}',
        {
            ("properties", "/properties/a/1/b~1c"):
                '{"type":"track","event":"X","userId":"u","messageId":"@id","properties":@told}',
            ("traits", "/traits/a/1/b~1c"):
                '{"type":"identify","userId":"u","messageId":"@id","traits":@told}',
            ("context", "/context/a/1/b~1c"):
                '{"type":"track","event":"X","userId":"u","messageId":"@id","context":@told}',
        },
    ),
    "posthog": (
        '{"api_key":"k","batch":[@items]}',
        {
            ("properties", "/properties/a/1/b~1c"):
                '{"event":"X","distinct_id":"u","uuid":"@id","properties":@told}',
            ("traits", "/$set/a/1/b~1c"):
                '{"event":"$set","distinct_id":"u","uuid":"@id","$set":@told}',
        },
    ),
    "sensors": (
        "[@items]",
        {
            ("properties", "/properties/a/1/b~1c"):
                '{"type":"track","event":"X","distinct_id":"u","_track_id":"@id","properties":@told}',
            ("traits", "/properties/a/1/b~1c"):
                '{"type":"profile_set","distinct_id":"u","_track_id":"@id","properties":@told}',
        },
    ),
}  # fmt: skip
CASES = [
    (name, place, pointer, around, item)
    for name, (around, items) in FORMATS.items()
    for (place, pointer), item in items.items()
]


def told(number: str) -> str:
    return '{"e":"1e999, said she","a":[0,{"b/c":' + number + '}],"n":1}'


def filled(item: str, message_id: str, number: str) -> str:
    return item.replace("@id", message_id).replace("@told", told(number))


def batch_of(*calls: str, context: str = "{}") -> bytes:
    return ('{"context":' + context + ',"batch":[' + ",".join(calls) + "]}").encode()


def received(format_name: str, body: bytes) -> Received:
    return Received(WorkspaceId("wsp_a"), "src", format_name, 1_767_614_400_000_000, body)


def landed(format_name: str, *bodies: bytes) -> Batch:
    entries = [LogEntry(at + 1, received(format_name, body)) for at, body in enumerate(bodies)]
    return read_batch(entries, decode, lambda _: frozenset())


@pytest.mark.parametrize(("name", "place", "pointer", "around", "item"), CASES)
def test_a_number_beyond_a_float_is_refused_with_its_place_and_its_neighbours_are_not(
    name: str, place: str, pointer: str, around: str, item: str
) -> None:
    bad = [filled(item, f"b{at}", number) for at, number in enumerate(BEYOND)]
    good = [filled(item, f"g{at}", number) for at, number in enumerate(WITHIN)]
    mixed = [one for pair in zip(bad, good, strict=True) for one in pair]
    body = around.replace("@items", ",".join(mixed)).encode()
    decoded = decode(received(name, body), frozenset())
    assert [reject.index for reject in decoded.rejects] == list(range(0, len(mixed), 2))
    for reject, sent in zip(decoded.rejects, bad, strict=True):
        assert (reject.reason, reject.pointer) == (ReasonCode.INVALID_PROPERTIES, pointer)
        assert "beyond what a float holds" in reject.detail
        assert reject.payload == sent.encode()
    assert [getattr(one, place) for one in decoded.events] == [told(n).encode() for n in WITHIN]
    batch = landed(name, body)
    assert batch.lots[0].told[place].to_pylist() == [told(number) for number in WITHIN]
    assert [one.reason for one in batch.rejects] == [ReasonCode.INVALID_PROPERTIES] * len(BEYOND)


def call(number: int, value: str) -> str:
    return (
        f'{{"type":"track","event":"Seen","messageId":"m{number}","userId":"u",'
        f'"properties":{{"product_id":"3e123","hash":"9e1234567","price":{value}}}}}'
    )


def test_on_the_straight_road_one_body_in_many_is_looked_at_and_the_others_stay() -> None:
    bodies = [batch_of(*(call(100 * at + n, "12.5") for n in range(100))) for at in range(40)]
    bodies[7] = batch_of(call(1, "1"), call(2, "1e999"), call(3, "3"))
    batch = landed("segment", *bodies)
    assert batch.lots[0].told.num_rows == 39 * 100 + 2
    assert [(one.reason, one.pointer) for one in batch.rejects] == [
        (ReasonCode.INVALID_PROPERTIES, "/properties/price")
    ]
    assert [origin.count for origin in batch.lots[0].origins][6:9] == [100, 2, 100]


def test_the_context_around_a_batch_counts_as_each_events() -> None:
    body = batch_of(call(1, "1"), context='{"n":1e999}')
    assert pointers("segment", body) == ["/context/n"]
    assert len(landed("segment", body).rejects) == 1


def pointers(format_name: str, body: bytes) -> list[str]:
    return [one.pointer for one in decode(received(format_name, body), frozenset()).rejects]


def test_a_member_written_twice_is_found_whichever_a_reader_takes() -> None:
    for value in ('1e999,"price":1', '1,"price":1e999'):
        assert pointers("segment", batch_of(call(1, value))) == ["/properties/price"]


DEEP = {
    "posthog": '{"api_key":"k","batch":[{"event":"$set","distinct_id":"u","$set":@deep}]}',
    "sensors": '[{"type":"track","event":"X","distinct_id":"u","lib":@deep}]',
    "segment": '{"context":@deep,"batch":[{"type":"track","event":"X","userId":"u"}]}',
}


@pytest.mark.parametrize("name", DEEP)
def test_one_that_stands_too_deep_to_be_looked_at_makes_nothing_stumble(name: str) -> None:
    """Where a format does not look how deep it goes, Python's reader would give up somewhere."""
    cases = ((200, "invalid_properties"), (300, "nested_too_deep"), (900, "nested_too_deep"))
    for depth, reason in cases:
        deep = '{"a":' * depth + "1e999" + "}" * depth
        decoded = decode(received(name, DEEP[name].replace("@deep", deep).encode()), frozenset())
        assert [one.reason.value for one in decoded.rejects] == [reason], depth


def test_other_reasons_come_first() -> None:
    body = b'{"events":[{"event":"X","properties":{"a":1e999}}]}'
    decoded = decode(received("catchment", body), frozenset())
    assert [one.reason for one in decoded.rejects] == [ReasonCode.MISSING_IDENTITY]


numbers = st.from_regex(
    r"-?(0|[1-9][0-9]{0,5})(\.[0-9]{1,4})?([eE][+-]?[0-9]{1,5})?", fullmatch=True
)
long_numbers = st.builds(
    lambda digits, tail: digits * 30 + tail,
    st.from_regex(r"[1-9][0-9]{5,12}", fullmatch=True),
    st.sampled_from(["", ".5", "e9", "e+99", "E99", "e-99", "e100"]),
)
strings = st.text('0123456789eE+-., }]"\\é', max_size=40).map(json.dumps)
values: st.SearchStrategy[str] = st.recursive(
    numbers | long_numbers | strings,
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda them: "[" + " , ".join(them) + "]")
        | st.lists(st.tuples(strings, inner), max_size=4).map(
            lambda them: "{" + ",".join(f"{key}: {value}" for key, value in them) + "}"
        )
    ),
    max_leaves=12,
)


def has_infinity(value: Any) -> bool:
    """The oracle: Python's own reader, which makes infinity of what no float holds."""
    if isinstance(value, dict):
        return any(has_infinity(member) for member in value.values())
    if isinstance(value, list):
        return any(has_infinity(member) for member in value)
    return isinstance(value, float) and math.isinf(value)


def pairs(members: list[tuple[str, Any]]) -> list[Any]:
    return [value for _, value in members]


@given(value=values, padding=st.sampled_from([0, 5_000]))
@example(value="1e999", padding=0)
@example(value="[1 , 1e999 ]", padding=5_000)
@example(value="9" * 309, padding=5_000)
def test_exactly_what_python_makes_infinite_is_refused(value: str, padding: int) -> None:
    properties = '{"p":"' + "x" * padding + '","v":' + value + "}"
    item = '[{"event":"X","user_id":"u","message_id":"m","properties":' + properties + "}]"
    decoded: Decoded = decode(received("catchment", item.encode()), frozenset())
    is_beyond = has_infinity(json.loads(properties, parse_int=float, object_pairs_hook=pairs))
    assert [one.reason for one in decoded.rejects] == [
        ReasonCode.INVALID_PROPERTIES for _ in range(is_beyond)
    ]
    if not is_beyond:
        assert decoded.events[0].properties == properties.encode()
    else:
        assert may_overflow(properties.encode())


def test_hashes_and_free_text_rarely_cost_a_second_look() -> None:
    usual = b'{"id":"3e123456-4e12-4e123","url":"/p/9e999?x=1e500&y=2","said":"1e5, 2e10 and 3"}'
    assert not may_overflow(usual)
    assert not may_overflow(usual * 200)
    start = time.process_time()
    assert not may_overflow(usual * 100_000)
    assert time.process_time() - start < 60, "a glance, whatever it is shown"
