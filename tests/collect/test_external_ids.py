"""Events that name somebody by external ids alone are taken in, and kept under the strongest."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from catchment.collect import ReasonCode, SubjectHasher, decode
from catchment.collect.landing_columns import decode_columns
from catchment.collect.landing_rows import TOLD, Lot, Origin, rows_of, told_by
from catchment.collect.landing_straight import Unusual, straight_columns
from catchment.kernel import WorkspaceId
from catchment.lake import Received

WORKSPACE = WorkspaceId("wsp_test")
HASHER = SubjectHasher(b"k" * 32)
PHONE = {"id": "138 1234 5678", "type": "phone"}
OPENID = {"id": "o1", "type": "openid", "app": "wx1"}


def received(item: dict[str, Any], form: str) -> Received:
    around = {"batch": [item]} if form == "segment" else {"events": [item]}
    return Received(WORKSPACE, "src_web", form, 1, json.dumps(around).encode())


def told(item: dict[str, Any], form: str = "segment", blocked: frozenset[str] = frozenset()) -> Any:
    return decode(received(item, form), blocked)


def subject_of(item: dict[str, Any], form: str = "segment") -> str:
    events = told(item, form).events
    lot = Lot(WORKSPACE, [Origin(1, "src_web", 1, is_historical=False, count=1)], told_by(events))
    return str(rows_of(lot, keys=b"k" * 16, hasher=HASHER, landed_us=2)["subject"][0].as_py())


def call(*ids: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "type": "track", "event": "Scanned", "messageId": "m1",
        "context": {"externalIds": list(ids)}, **more,
    }  # fmt: skip


def test_the_strongest_external_id_is_what_an_event_is_kept_under() -> None:
    mine = HASHER.subject(WORKSPACE, "phone", "+8613812345678")
    assert subject_of(call(OPENID, PHONE)) == mine
    assert subject_of(call(PHONE, OPENID)) == mine
    assert subject_of(call(OPENID)) == HASHER.subject(WORKSPACE, "openid", "wx1:o1")


def test_an_id_of_its_own_is_stronger_than_any_external_one() -> None:
    assert subject_of(call(PHONE, userId="u")) == HASHER.subject(WORKSPACE, "user", "u")
    anonymous = subject_of(call(PHONE, anonymousId="a"))
    assert anonymous == HASHER.subject(WORKSPACE, "anon", "a")


def test_our_own_format_names_identities_plainly() -> None:
    item = {
        "event": "Scanned", "message_id": "m1", "context": {"page": {"path": "/"}},
        "identities": {"phone": "13812345678", "openid": {"id": "o1", "app": "wx1"}},
    }  # fmt: skip
    assert subject_of(item, "catchment") == HASHER.subject(WORKSPACE, "phone", "+8613812345678")
    context = json.loads(told(item, "catchment").events[0].context)
    assert context["page"] == {"path": "/"}
    assert [entry["type"] for entry in context["externalIds"]] == ["phone", "openid"]


@pytest.mark.parametrize(
    ("ids", "reason", "pointer"),
    [
        ([], ReasonCode.MISSING_IDENTITY, ""),
        ([{"id": "12", "type": "phone"}], ReasonCode.MISSING_IDENTITY, "/context/externalIds"),
        ([{"id": "o1", "type": "openid"}], ReasonCode.MISSING_IDENTITY, "/context/externalIds"),
        ([{"id": "null", "type": "email"}], ReasonCode.BLOCKED_IDENTIFIER, "/context/externalIds"),
        ([{"id": "x", "type": "loyalty"}], ReasonCode.MISSING_IDENTITY, ""),
        ([{"type": "phone"}, "nonsense"], ReasonCode.MISSING_IDENTITY, ""),
    ],
)
def test_who_names_nobody_waits_in_quarantine(
    ids: list[Any], reason: ReasonCode, pointer: str
) -> None:
    found = told(call(*ids))
    assert found.events == []
    assert (found.rejects[0].reason, found.rejects[0].pointer) == (reason, pointer)


def test_a_workspaces_own_blocked_value_is_refused() -> None:
    found = told(call({"id": "shop-line", "type": "device"}), blocked=frozenset({"shop-line"}))
    assert found.rejects[0].reason is ReasonCode.BLOCKED_IDENTIFIER
    assert told(call({"id": "shop-line", "type": "device"})).events


def test_the_straight_road_leaves_such_events_to_the_ordinary_one() -> None:
    for item in (call(PHONE), call(userId="u", identities={"phone": "13812345678"})):
        with pytest.raises(Unusual):
            straight_columns(received(item, "segment"), frozenset())


def columns(**cells: Any) -> bytes:
    row = {"message_id": "m1", "kind": "track", "name": "Bought", **cells}
    table = TOLD.empty_table().select(["message_id", "kind", "name", "user_id", "context"])
    table = pa.Table.from_pylist([row], schema=table.schema)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def test_a_row_of_columns_may_name_somebody_by_external_ids_too() -> None:
    page, rejects = decode_columns(columns(context=json.dumps({"externalIds": [PHONE]})))
    assert (page.num_rows, rejects) == (1, [])
    page, rejects = decode_columns(columns(context='{"externalIds": []}'))
    assert page.num_rows == 0
    assert rejects[0].reason is ReasonCode.MISSING_IDENTITY


def test_keeping_under_the_first_external_id_would_be_caught() -> None:
    """The wrong variant: the order in which a sender lists ids would decide."""

    def wrong(item: dict[str, Any]) -> str:
        first = item["context"]["externalIds"][0]
        return HASHER.subject(WORKSPACE, first["type"], first["id"])

    assert wrong(call(OPENID, PHONE)) != wrong(call(PHONE, OPENID))
