"""Parquet of any shop comes in through a mapping, our own as it is."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catchment.collect.imports import ImportFormat, UnreadableFile, mapping_of
from catchment.collect.imports.types import RowReason

INSTANT = datetime(2024, 6, 1, 4, tzinfo=UTC)


def test_a_foreign_table_is_read_as_text(desk: Any) -> None:
    table = pa.table(
        {
            "uid": pa.array([7, 8, None], pa.int64()),
            "at": pa.array([INSTANT, INSTANT, INSTANT], pa.timestamp("ms", tz="UTC")),
            "paid": pa.array([1, 2, 3], pa.decimal128(10, 2)),
            "tags": pa.array([["a"], [], None]),
            "kind": pa.array(["x", "y", "x"]).dictionary_encode(),
        }
    )
    path = desk.folder / "t.parquet"
    pq.write_table(table, path)
    mapping = mapping_of({"event": "kind", "time": "at", "user_id": "uid", "amount": "paid"})
    report = desk.run(path, mapping=mapping)
    rows = desk.logged()
    assert [row["user_id"] for row in rows] == ["7", "8"]
    assert [row["amount_minor"] for row in rows] == [100, 200]
    assert rows[0]["time"] == INSTANT
    assert [(e.number, e.reason) for e in report.row_errors] == [(3, RowReason.MISSING_IDENTITY)]


def test_our_own_columns_come_in_whole(desk: Any) -> None:
    table = pa.table(
        {
            "message_id": ["m1", None, "m3", "m4"],
            "kind": ["track", "identify", "dance", "track"],
            "name": ["Seen", "Identified", "X", "Seen"],
            "user_id": ["u", "u", "u", None],
            "previous_id": [None, "a", None, None],
            "time": pa.array([INSTANT] * 4, pa.timestamp("us", tz="UTC")),
            "properties": ['{"a":1}', None, "{}", "{}"],
            "amount_minor": pa.array([5, None, None, None], pa.int64()),
        }
    )
    path = desk.folder / "own.parquet"
    pq.write_table(table, path)
    report = desk.run(path)
    first, second = desk.logged()
    assert (first["message_id"], first["properties"], first["amount_minor"]) == ("m1", '{"a":1}', 5)
    assert second["message_id"].startswith("parquet:")
    assert (second["previous_id"], second["properties"]) == ("a", "{}")
    assert [(e.number, e.reason) for e in report.row_errors] == [
        (3, RowReason.UNKNOWN_EVENT_TYPE),
        (4, RowReason.MISSING_IDENTITY),
    ]


def test_properties_that_are_no_json_are_refused(desk: Any) -> None:
    table = pa.table(
        {"message_id": ["m"], "kind": ["track"], "name": ["Seen"], "user_id": ["u"],
         "time": pa.array([INSTANT], pa.timestamp("us", tz="UTC")), "properties": ["{oops"]}
    )  # fmt: skip
    pq.write_table(table, desk.folder / "own.parquet")
    report = desk.run(desk.folder / "own.parquet")
    assert report.row_errors[0].reason is RowReason.NOT_AN_OBJECT


def test_something_else_is_not_taken_for_parquet(desk: Any) -> None:
    with pytest.raises(UnreadableFile):
        desk.run(desk.file("a.parquet", b"PAR1 and then rubbish"))
    with pytest.raises(UnreadableFile):
        desk.run(desk.file("a.csv", "a,b\n1,2\n"), format=ImportFormat.PARQUET)
