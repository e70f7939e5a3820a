"""The real files come in with the figures that their publishers count."""

import gzip
import io
import json
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from catchment.collect.imports import ImportFormat

pytestmark = pytest.mark.data


def _table(desk: Any) -> pa.Table:
    streams = [pa.ipc.open_stream(io.BytesIO(e.received.body)) for e in desk.log.entries]
    return pa.concat_tables([stream.read_all() for stream in streams])


def test_online_retail_keeps_every_published_figure(desk: Any, online_retail: Path) -> None:
    started = time.perf_counter()
    report = desk.run(online_retail, format=ImportFormat.ONLINE_RETAIL)
    took = time.perf_counter() - started
    events = _table(desk)
    assert report.record.events == report.record.rows_read == events.num_rows == 541_909
    assert report.record.errors_count == 0
    assert pc.count_distinct(events["message_id"]).as_py() == 541_909
    assert pc.count_distinct(events["order_id"]).as_py() == 25_900
    is_cancel = pc.equal(events["name"], "Order Cancelled")
    assert pc.sum(is_cancel).as_py() == 9_288
    assert pc.count_distinct(events["user_id"]).as_py() == 4_372
    assert events["user_id"].null_count == 135_080
    assert events["anonymous_id"].null_count == 541_909 - 135_080
    exact = sum(
        Decimal(str(json.loads(p, parse_float=Decimal)["revenue"]))
        for p in events["properties"].to_pylist()
    )
    assert exact == Decimal("9747747.934")
    # half to even on each line, and no line loses more than half a penny
    assert pc.sum(events["amount_minor"]).as_py() == 974_774_793
    assert took < 20


def test_online_retail_again_unpacked_and_renamed_changes_nothing(
    desk: Any, online_retail: Path
) -> None:
    with gzip.open(online_retail) as stream:
        head = b"".join(stream.readline() for _ in range(50_001))
    desk.run(desk.file("a.csv", head))
    before = {row["message_id"] for row in desk.logged()}
    desk.run(desk.file("b.csv.gz", gzip.compress(head)))
    assert len(before) == 50_000
    assert {row["message_id"] for row in desk.logged()} == before


def test_rees46_events_get_the_vocabulary_names(desk: Any, rees46: Path) -> None:
    report = desk.run(rees46)
    events = _table(desk)
    assert report.record.spec.format is None
    assert Counter(events["name"].to_pylist()) == {
        "Product Viewed": 17_055,
        "Order Completed": 214,
        "Product Added": 165,
    }
    bought = events.filter(pc.equal(events["name"], "Order Completed"))
    assert bought["amount_minor"].null_count == 0
    assert bought["order_id"].null_count == 0
    rest = events.filter(pc.not_equal(events["name"], "Order Completed"))
    assert rest["amount_minor"].null_count == rest.num_rows
    first = events.slice(0, 1).to_pylist()[0]
    assert first["time"].isoformat() == "2019-10-01T00:00:00+00:00"
    assert first["user_id"] == "541312140"
