"""Lines of JSON go into the log as their sender wrote them, each known again by a stable id."""

import json
from typing import Any

from catchment.collect import EVENTS_MAX, decode
from catchment.collect.imports import ImportFormat
from catchment.collect.imports.types import RowReason


def _decoded(desk: Any, rejects: int = 0) -> list[Any]:
    """The log's events as the collector's own decoder reads them."""
    decoded = [decode(entry.received) for entry in desk.log.entries]
    assert sum(len(each.rejects) for each in decoded) == rejects
    return [event for each in decoded for event in each.events]


def _segment(number: int, **rest: Any) -> str:
    event = {"type": "track", "event": "Seen", "userId": f"u{number}",
             "timestamp": "2024-06-01T10:00:00Z", "properties": {"n": number}}  # fmt: skip
    return json.dumps({**event, **rest}, ensure_ascii=False)


def test_segment_lines_keep_their_own_id_or_get_the_line_s(desk: Any) -> None:
    lines = [
        _segment(1, messageId="own"),
        _segment(2),
        "",
        _segment(4, messageId=None),
        "{broken",
        '["list"]',
        _segment(7, event="名字 \u2028"),
        _segment(8, properties={"x": float("nan")}),
        _segment(9, properties={"x": "y" * 40_000}),
    ]
    path = desk.file("s.ndjson", "\n".join(lines))
    report = desk.run(path)
    assert report.record.spec.format is None
    # line 8 is no JSON by the book: it waits in quarantine to be mended
    events = _decoded(desk, rejects=1)
    first = [event.message_id for event in events]
    assert first[0] == "own"
    assert all(each.startswith("segment:") for each in first[1:])
    assert [each.rsplit(":", 1)[1] for each in first[1:]] == ["2", "4", "7"]
    assert all(event.is_historical for event in events)
    assert [(e.number, e.reason) for e in report.row_errors] == [
        (5, RowReason.MALFORMED_JSON),
        (6, RowReason.NOT_AN_OBJECT),
        (9, RowReason.EVENT_TOO_LARGE),
    ]
    desk.run(desk.file("again.ndjson", path.read_bytes()))
    assert [event.message_id for event in _decoded(desk, rejects=2)] == first * 2


def test_bodies_of_lines_stay_within_a_batch_s_limits(desk: Any) -> None:
    path = desk.file("s.ndjson", "".join(_segment(i) + "\r\n" for i in range(12_345)))
    report = desk.run(path, format=ImportFormat.SEGMENT)
    assert report.record.rows_read == report.record.events == 12_345
    sizes = [len(json.loads(entry.received.body)) for entry in desk.log.entries]
    assert max(sizes) <= EVENTS_MAX
    assert len(_decoded(desk)) == 12_345


def test_sensors_lines_are_recognised_and_decoded(desk: Any) -> None:
    lines = [
        {"distinct_id": "d1", "time": 1717214400000, "type": "track", "event": "ViewProduct",
         "properties": {"商品": "裙"}, "_track_id": 5},
        {"distinct_id": "u1", "original_id": "d1", "time": 1717214401000, "type": "track_signup",
         "event": "$SignUp", "properties": {}, "_track_id": 6},
    ]  # fmt: skip
    path = desk.file("sa.log", "".join(json.dumps(line) + "\n" for line in lines))
    assert desk.importer.detect(path).format is ImportFormat.SENSORS
    desk.run(path)
    first = [(event.message_id, event.name, event.kind) for event in _decoded(desk)]
    assert [each[1] for each in first] == ["ViewProduct", "Identified"]
    desk.run(path)
    assert [(e.message_id, e.name, e.kind) for e in _decoded(desk)] == first * 2


def test_a_line_without_end_is_refused_without_being_held(desk: Any) -> None:
    path = desk.file("s.ndjson", '{"a":"' + "x" * 3_000_000 + '"}\n' + _segment(2) + "\n")
    report = desk.run(path, format=ImportFormat.SEGMENT)
    assert [(e.number, e.reason) for e in report.row_errors] == [(1, RowReason.EVENT_TOO_LARGE)]
    assert [event.user_id for event in _decoded(desk)] == ["u2"]
