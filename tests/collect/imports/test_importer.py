"""The same file again changes nothing; a killed import ends as one that was left in peace."""

import gzip
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from catchment.collect.imports import ImportFormat, ImportState, UnreadableFile, mapping_of
from catchment.collect.imports.errors import (
    ArchiveRefused,
    ImportFinished,
    MappingMissing,
    UnknownTimeZone,
)
from catchment.collect.imports.types import BODY_BYTES_MAX, ROWS_PER_BODY_MAX
from catchment.kernel import UnknownCurrency

MAPPING = mapping_of({"event": {"value": "Seen"}, "time": "t", "user_id": "u"})


def _rows(count: int, note: str = "x") -> str:
    lines = (f"u{i % 97},2024-06-01 10:00:{i % 60:02},{note}\n" for i in range(count))
    return "u,t,note\n" + "".join(lines)


def _ids(desk: Any) -> list[str]:
    return sorted(row["message_id"] for row in desk.landed())


def test_the_same_content_under_any_name_or_packing_is_the_same_events(desk: Any) -> None:
    content = _rows(1_000).encode()
    desk.run(desk.file("a.csv", content), mapping=MAPPING)
    before = _ids(desk)
    desk.run(desk.file("b.txt", content), mapping=MAPPING)
    desk.run(desk.file("c.csv.gz", gzip.compress(content)), mapping=MAPPING)
    archive = desk.folder / "d.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("inside.csv", content)
    desk.run(archive, mapping=MAPPING)
    assert len(before) == 1_000
    assert _ids(desk) == before
    assert len(desk.logged()) == 4_000


def test_equal_lines_count_each(desk: Any) -> None:
    """1,000 rows hold 97 × 60 different ones at most; ids by content alone would lose some."""
    content = "u,t\n" + "a,2024-06-01\n" * 3
    desk.run(desk.file("a.csv", content), mapping=MAPPING)
    assert len(desk.landed()) == 3
    by_content = {(row["user_id"], row["time"], row["properties"]) for row in desk.landed()}
    assert len(by_content) == 1


@pytest.mark.parametrize("kept_chunks", [0, 1, 2])
def test_killed_between_the_log_and_the_note_it_goes_on_to_the_same_result(
    desk: Any, kept_chunks: int
) -> None:
    path = desk.file("a.csv", _rows(3 * ROWS_PER_BODY_MAX + 7) + "broken\n")
    whole = replace(desk)
    whole.log, whole.records = type(desk.log)(), type(desk.records)()
    wanted = whole.run(path, mapping=MAPPING)
    desk.records.advances_left = kept_chunks
    with pytest.raises(KeyboardInterrupt):
        desk.run(path, mapping=MAPPING)
    desk.records.advances_left = None
    report = desk.run(path, mapping=MAPPING)
    assert _ids(desk) == _ids(whole)
    for name in ("rows_read", "events", "errors_count", "last_row", "state"):
        assert getattr(report.record, name) == getattr(wanted.record, name), name
    assert report.row_errors == wanted.row_errors
    assert len(desk.records.kept) == 1
    # what was noted is not read into the log again
    assert len(desk.logged()) <= len(desk.landed()) + ROWS_PER_BODY_MAX


def test_killed_before_the_log_took_a_chunk_nothing_is_lost(desk: Any) -> None:
    path = desk.file("a.csv", _rows(2 * ROWS_PER_BODY_MAX))
    desk.log.appends_left = 1
    with pytest.raises(KeyboardInterrupt):
        desk.run(path, mapping=MAPPING)
    desk.log.appends_left = None
    assert desk.run(path, mapping=MAPPING).record.events == 2 * ROWS_PER_BODY_MAX
    assert len(desk.landed()) == 2 * ROWS_PER_BODY_MAX


def test_a_finished_import_ordered_again_starts_anew_and_changes_nothing(desk: Any) -> None:
    path = desk.file("a.csv", _rows(10))
    first, second = (desk.run(path, mapping=MAPPING).record for _ in range(2))
    assert first.import_id != second.import_id
    assert first.events == second.events == 10
    assert len(desk.landed()) == 10


def test_everything_imported_is_history(desk: Any) -> None:
    desk.run(desk.file("a.csv", _rows(10)), mapping=MAPPING)
    assert all(entry.received.is_historical for entry in desk.log.entries)


def test_bodies_stay_within_rows_and_bytes(desk: Any) -> None:
    desk.run(desk.file("a.csv", _rows(30_000, note="long " * 60)), mapping=MAPPING)
    sizes = [len(entry.received.body) for entry in desk.log.entries]
    assert max(sizes) < BODY_BYTES_MAX * 1.05
    assert len(sizes) > 2
    assert len(desk.landed()) == 30_000


def test_a_dry_run_reports_and_changes_nothing(desk: Any) -> None:
    path = desk.file("a.csv", _rows(10) + "broken\n,2024-06-01,no one\n")
    report = desk.importer.dry_run(desk.spec(path, mapping=MAPPING))
    assert (report.record.rows_read, report.record.events, report.record.errors_count) == (
        12,
        10,
        2,
    )
    assert [error.number for error in report.row_errors] == [12, 13]
    assert report.is_dry_run
    assert desk.log.entries == []
    assert desk.records.kept == {}


def test_an_import_can_be_cancelled_and_taken_up_again(desk: Any) -> None:
    path = desk.file("a.csv", _rows(3 * ROWS_PER_BODY_MAX))
    spec = desk.spec(path, mapping=MAPPING)
    report = desk.importer.run(spec, is_cancelled=lambda: len(desk.log.entries) >= 1)
    assert report.record.state is ImportState.CANCELLED
    assert 0 < report.record.events < 3 * ROWS_PER_BODY_MAX
    assert desk.run(path, mapping=MAPPING).record.state is ImportState.DONE
    assert len(desk.landed()) == 3 * ROWS_PER_BODY_MAX


def test_cancelled_from_outside_it_stops_at_the_next_chunk(desk: Any) -> None:
    path = desk.file("a.csv", _rows(3 * ROWS_PER_BODY_MAX))

    def cancel(record: Any) -> None:
        desk.records.put(replace(record, state=ImportState.CANCELLED))

    report = desk.importer.run(desk.spec(path, mapping=MAPPING), cancel)
    assert report.record.state is ImportState.CANCELLED
    with pytest.raises(ImportFinished):
        desk.importer.resume(report.record.spec.workspace_id, report.record.import_id)


def test_progress_tells_each_chunk(desk: Any) -> None:
    heard: list[int] = []
    path = desk.file("a.csv", _rows(2 * ROWS_PER_BODY_MAX + 1))
    desk.importer.run(desk.spec(path, mapping=MAPPING), lambda record: heard.append(record.events))
    assert heard == sorted(heard)
    assert heard[-1] == 2 * ROWS_PER_BODY_MAX + 1


def test_a_file_that_breaks_off_fails_and_says_why(desk: Any) -> None:
    packed = gzip.compress(_rows(100_000).encode())
    path = desk.file("a.csv.gz", packed[: len(packed) // 2])
    with pytest.raises(UnreadableFile, match="damaged"):
        desk.run(path, mapping=MAPPING)


def test_settings_that_cannot_be_are_refused_at_once(desk: Any) -> None:
    path = desk.file("a.csv", _rows(1))
    with pytest.raises(UnknownTimeZone):
        desk.run(path, mapping=MAPPING, time_zone="Mars/Olympus")
    with pytest.raises(UnknownCurrency):
        desk.run(path, mapping=MAPPING, currency="yuan")
    with pytest.raises(UnreadableFile):
        desk.run(path, format=ImportFormat.PARQUET)
    with pytest.raises(ArchiveRefused):
        desk.run(desk.file("b.gz", gzip.compress(gzip.compress(b"x"))), mapping=MAPPING)


def test_detection_shows_what_a_person_needs_to_decide(desk: Any) -> None:
    text = "导出\n用户ID;下单时间;金额;数量\n007;2024-06-01 10:00;1.50;2\n8;2024-06-02;2;3\n"
    found = desk.importer.detect(desk.file("a.csv", text.encode("gb18030")))
    assert (found.format, found.encoding, found.delimiter) == (ImportFormat.CSV, "gb18030", ";")
    assert found.header_row == 2
    assert [(c.name, c.type) for c in found.columns] == [
        ("用户ID", "text"), ("下单时间", "time"), ("金额", "number"), ("数量", "integer"),
    ]  # fmt: skip
    assert found.preview[0] == ["007", "2024-06-01 10:00", "1.50", "2"]
    assert found.rows_estimate == 2
    assert found.suggested_mapping.user_id.column == "用户ID"


def test_a_variant_with_ids_by_content_would_lose_equal_lines(desk: Any) -> None:
    """Deliberately wrong: were the row's number left out of its id, equal lines would collapse."""
    content = "u,t\n" + "a,2024-06-01\n" * 3
    path = desk.file("a.csv", content)
    desk.run(path, mapping=MAPPING)

    def wrong_id(row: dict[str, Any]) -> str:
        return json.dumps([row["user_id"], str(row["time"]), row["properties"]])

    assert len({wrong_id(row) for row in desk.logged()}) == 1 < len(desk.landed())


def test_an_import_is_written_down_once_however_often_it_is_begun(desk: Any) -> None:
    path = desk.file("a.csv", _rows(2 * ROWS_PER_BODY_MAX))
    desk.records.advances_left = 1
    with pytest.raises(KeyboardInterrupt):
        desk.run(path, mapping=MAPPING)
    desk.records.advances_left = None
    record = desk.run(path, mapping=MAPPING).record
    assert desk.records.created == [(record.import_id, "cli")]


def test_a_refused_file_is_not_written_down(desk: Any) -> None:
    with pytest.raises(MappingMissing, match="--map FILE"):
        desk.run(desk.file("a.csv", "a,b\n1,2\n"))
    assert desk.records.created == []


def test_a_file_looked_at_before_its_source_was_known_is_the_same_import(desk: Any) -> None:
    spec = desk.spec(desk.file("a.csv", _rows(3)), mapping=MAPPING)
    plan = desk.importer.look(replace(spec, source_id=""))
    record = desk.importer.run(spec, plan=plan).record
    assert record.fingerprint == desk.importer.look(spec).fingerprint != plan.fingerprint
