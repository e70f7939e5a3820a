"""Pages of columns: read whole, each bad row set aside by itself."""

import json
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from catchment.collect import ReasonCode
from catchment.collect.landing_columns import decode_columns
from catchment.collect.landing_rows import TOLD


def page(**columns: Any) -> bytes:
    table = pa.table(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def test_the_least_page_has_an_id_a_name_and_a_person() -> None:
    told, rejects = decode_columns(page(message_id=["m"], name=["Seen"], user_id=["u"]))
    assert rejects == []
    assert told.schema == TOLD
    row = told.to_pylist()[0]
    assert (row["kind"], row["properties"], row["original_us"]) == ("track", "{}", None)


def test_what_an_import_tells_is_kept() -> None:
    at = datetime(2011, 1, 4, 10, 0, tzinfo=UTC)
    body = page(
        message_id=["m"],
        name=["Order Completed"],
        user_id=pa.array(["u"]).dictionary_encode(),
        time=pa.array([at], pa.timestamp("ms", tz="UTC")),
        amount_minor=pa.array([1299], pa.int32()),
        currency=["GBP"],
        properties=[json.dumps({"quantity": 6})],
    )
    row = decode_columns(body)[0].to_pylist()[0]
    assert row["original_us"] == 1_294_135_200_000_000
    assert (row["amount_minor"], row["currency"]) == (1299, "GBP")
    assert json.loads(row["properties"]) == {"quantity": 6}


def test_each_bad_row_is_set_aside_and_its_neighbours_stay() -> None:
    body = page(
        message_id=["m0", None, "m2", "m3", "m4", "x" * 257, "m6", "m7"],
        name=["Seen", "Seen", "", "Seen", "Seen", "Seen", "y" * 257, "Seen"],
        user_id=["u", "u", "u", None, "u", "u", "u", "u"],
        kind=["track", "track", "track", "track", "odd", "track", "track", None],
    )
    told, rejects = decode_columns(body)
    assert told["message_id"].to_pylist() == ["m0", "m7"]
    assert [(r.index, r.reason) for r in rejects] == [
        (1, ReasonCode.BATCH_ITEM_INVALID),
        (2, ReasonCode.MISSING_EVENT_NAME),
        (3, ReasonCode.MISSING_IDENTITY),
        (4, ReasonCode.UNKNOWN_KIND),
        (5, ReasonCode.MESSAGE_ID_TOO_LONG),
        (6, ReasonCode.NAME_TOO_LONG),
    ]
    assert json.loads(rejects[1].payload)["message_id"] == "m2"


def test_an_event_too_large_is_set_aside() -> None:
    body = page(message_id=["m"], name=["n"], user_id=["u"], properties=['"' + "x" * 40_000 + '"'])
    assert [r.reason for r in decode_columns(body)[1]] == [ReasonCode.EVENT_TOO_LARGE]


def test_what_is_no_page_is_one_reject_with_all_its_bytes() -> None:
    whole = page(message_id=["m"], name=["Seen"], user_id=["u"])
    for body in (b"", b"not arrow", whole[:-20], page(message_id=[1.5], name=[["a"]])):
        told, rejects = decode_columns(body)
        assert told.num_rows == 0
        assert [r.payload for r in rejects] == [body]
