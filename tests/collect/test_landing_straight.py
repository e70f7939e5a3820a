"""The straight road says of every body what the ordinary road says, or leaves it to that one."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.collect import decode
from catchment.collect.landing_rows import ToldColumns, told_by
from catchment.collect.landing_straight import Unusual, straight_columns
from catchment.kernel import WorkspaceId
from catchment.lake import Received

MISSING = object()
BLOCKED = frozenset({"shop-tablet"})

ids = st.sampled_from(
    [
        "u1",
        "u2",
        "",
        None,
        7,
        2.0,
        2.5,
        "null",
        "-1",
        "0000-0",
        " ",
        "shop-tablet",
        "x" * 513,
        MISSING,
    ]
)
texts = st.sampled_from(["Seen", "", " ", "价格", "x" * 257, None, 5, "a\0b", MISSING])
instants = st.sampled_from(
    ["2026-01-05T12:00:00Z", "2026-01-05T12:00:00.123456+08:00", "2026-01-05",
     "2026-01-05T12:00:00", 1767614400, "nonsense", None, MISSING]
)  # fmt: skip
values = st.sampled_from(
    ["p1", "", 3, 2.5, True, None, -(2**63), 2**63, 2**70, "12.345", " cny ", "XYZW", [1], {"a": 1}]
)
objects = st.dictionaries(
    st.sampled_from(
        [
            "order_id",
            "product_id",
            "live_id",
            "offset_ms",
            "revenue",
            "total",
            "value",
            "currency",
            "z",
        ]
    ),
    values,
    max_size=4,
) | st.sampled_from([None, [], "text", MISSING])


def usually(usual: object, otherwise: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly the usual value: a body is unusual as soon as one member of one call is."""
    return st.integers(0, 19).flatmap(lambda n: otherwise if n == 0 else st.just(usual))


lifted = st.fixed_dictionaries(
    {},
    optional={
        "order_id": st.sampled_from(["o1", "", None]),
        "live_id": st.just("s1"),
        "offset_ms": st.sampled_from([0, -5, None, 2**63 - 1]),
        "revenue": values,
        "total": values,
        "value": values,
        "currency": st.sampled_from(["CNY", " jpy ", "XYZW", "", None]),
    },
)
calls = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["track", "track", "identify", "page", "screen"])
        | usually("track", st.sampled_from(["group", "alias", "odd", None, MISSING])),
        "event": st.sampled_from(["Order Completed", "价格"]) | usually("Seen", texts),
        "name": usually(MISSING, texts),
        "category": usually(MISSING, texts),
        "messageId": usually("m1", texts),
        "userId": usually("u1", ids),
        "anonymousId": st.sampled_from(["a1", None, MISSING]) | usually("a2", ids),
        "previousId": usually(MISSING, ids),
        "groupId": usually(MISSING, ids),
        "timestamp": usually("2026-01-05T12:00:00.123456+08:00", instants),
        "originalTimestamp": usually(MISSING, instants),
        "sentAt": usually(MISSING, instants),
        "sequence": usually(MISSING, values),
        "properties": lifted | usually({"product_id": "p1"}, objects),
        "traits": usually(MISSING, objects),
        "context": usually({"locale": "zh"}, objects),
        "integrations": usually(MISSING, st.just("x" * 40_000)),
    }
).map(lambda call: {key: value for key, value in call.items() if value is not MISSING})

envelopes = st.fixed_dictionaries(
    {
        "sentAt": usually("2026-01-05T12:00:00Z", instants),
        "context": usually(MISSING, objects),
        "writeKey": usually(MISSING, st.just("k")),
    }
).map(lambda body: {key: value for key, value in body.items() if value is not MISSING})


def received(body: bytes, *, is_historical: bool = False) -> Received:
    return Received(
        WorkspaceId("wsp_a"), "src", "segment", 1_767_614_400_000_000, body, is_historical
    )


@settings(max_examples=200, deadline=None)
@given(st.lists(calls, min_size=1, max_size=4), envelopes, st.booleans())
def test_both_roads_tell_the_same(
    batch: list[dict[str, Any]],
    envelope: dict[str, Any],
    is_historical: bool,  # noqa: FBT001
) -> None:
    one = received(msgspec.json.encode({"batch": batch, **envelope}), is_historical=is_historical)
    try:
        columns = straight_columns(one, BLOCKED)
    except Unusual:
        return
    gathered = ToldColumns()
    gathered.add_columns(columns)
    ordinary = decode(one, BLOCKED)
    assert ordinary.rejects == []
    assert gathered.table().to_pylist() == told_by(ordinary.events).to_pylist()


def test_a_usual_batch_does_take_the_straight_road() -> None:
    """Else the test above would prove nothing."""
    usual = [
        {"type": "track", "event": "Seen", "messageId": "m1", "userId": "u", "anonymousId": "a",
         "timestamp": "2026-01-05T12:00:00Z", "properties": {"revenue": 3, "product_id": "p"}},
        {"type": "identify", "messageId": "m2", "userId": "u", "traits": {"vip": True}},
        {"type": "page", "messageId": "m3", "anonymousId": "a", "properties": {"path": "/"}},
    ]  # fmt: skip
    columns = straight_columns(received(msgspec.json.encode({"batch": usual})), BLOCKED)
    assert [len(column) for column in columns] == [3] * 20


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"batch": 1}', b'{"batch": [1]}', b"\xff", b'{"batch": [{"a":"\xff"}]}'],
)
def test_what_is_no_batch_is_unusual(body: bytes) -> None:
    with pytest.raises(Unusual):
        straight_columns(received(body), BLOCKED)


def test_a_large_batch_of_small_calls_is_usual_whatever_they_tell() -> None:
    calls = [
        {"type": "identify", "messageId": f"m{number}", "userId": "u1", "traits": {"a": "x" * 400}}
        for number in range(100)
    ]
    body = msgspec.json.encode({"batch": calls})
    received = Received(WorkspaceId("w"), "s", "segment", 1, body)
    assert len(straight_columns(received, BLOCKED)[0]) == len(calls)
