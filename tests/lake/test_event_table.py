"""The event table: rows and log position in one commit; swaps that stand whole or not at all."""

import json
import os
import time
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from catchment.events import EVENT_SCHEMA
from catchment.kernel import WorkspaceId
from catchment.lake import CompactionConflict, EventTable, LakeUnavailable
from catchment.lake.delta_files import CHECKPOINT_EVERY, LOOK_AFRESH_US
from catchment.testing.clock import ManualClock
from catchment.testing.lake_rows import event_rows

MINE, THEIRS = WorkspaceId("wsp_mine"), WorkspaceId("wsp_theirs")


@pytest.fixture
def table(tmp_path: Path) -> EventTable:
    return EventTable(tmp_path / "events")


def names(table: EventTable, workspace_id: WorkspaceId = MINE) -> list[str]:
    return sorted(table.read(table.files(workspace_id), ["name"])["name"].to_pylist())


def test_a_new_table_is_empty_and_at_position_nought(table: EventTable) -> None:
    assert (table.position(), table.count(), table.files()) == (0, 0, [])
    assert table.read([]).schema == EVENT_SCHEMA


def test_rows_and_position_arrive_together(table: EventTable) -> None:
    table.append(event_rows(MINE, [("a", "Seen", 1)]), 7)
    again = EventTable(table.path)
    assert (again.position(), names(again)) == (7, ["Seen"])


def test_a_landing_without_rows_moves_the_position(table: EventTable) -> None:
    table.append(EVENT_SCHEMA.empty_table(), 9)
    assert (EventTable(table.path).position(), table.count()) == (9, 0)


def test_each_file_holds_one_workspace(table: EventTable) -> None:
    both = [event_rows(MINE, [("a", "Mine", 1)]), event_rows(THEIRS, [("a", "Theirs", 1)])]
    table.append(pa.concat_tables(both), 1)
    assert names(table, MINE) == ["Mine"]
    assert names(table, THEIRS) == ["Theirs"]
    assert table.count() == 2


def test_what_is_read_is_what_was_appended(table: EventTable) -> None:
    rows = event_rows(MINE, [("a", "价格 🎁", 1_700_000_000.000123, 5), ("b", "x", -1.5)])
    table.append(rows, 1)
    assert table.read(table.files()).to_pylist() == rows.to_pylist()


def test_a_reader_of_another_make_reads_the_same_rows(table: EventTable) -> None:
    """It is a plain Delta table: the library's own reader agrees, statistics included."""
    rows = event_rows(MINE, [("a", "Seen", 1.0005), ("b", "Seen", 2)], position=4)
    table.append(rows, 4)
    read = DeltaTable(str(table.path)).to_pyarrow_table()
    assert read.select(EVENT_SCHEMA.names).to_pylist() == rows.to_pylist()
    log = (table.path / "_delta_log" / f"{1:020d}.json").read_text().splitlines()
    stats = json.loads(next(json.loads(line)["add"] for line in log if "add" in line)["stats"])
    assert stats["minValues"]["time"] == "1970-01-01T00:00:01.000Z"
    assert stats["maxValues"] == {"time": "1970-01-01T00:00:02.000Z", "log_position": 4}


def test_of_two_landers_from_one_position_the_later_is_refused(table: EventTable) -> None:
    table.append(event_rows(MINE, [("a", "First", 1)]), 1)
    stale = EventTable(table.path)
    stale.files()
    table.append(event_rows(MINE, [("a", "Second", 1)]), 2)
    with pytest.raises(CompactionConflict):
        stale.append(event_rows(MINE, [("a", "Twice", 1)]), 2)
    assert names(table) == ["First", "Second"]


def test_of_two_swaps_of_the_same_files_the_later_is_refused(table: EventTable) -> None:
    table.append(event_rows(MINE, [("a", "Seen", 1)]), 1)
    other = EventTable(table.path)
    files, rows = table.files(), table.read(table.files())
    table.swap(files, rows)
    with pytest.raises(CompactionConflict):
        other.swap(files, rows)
    assert names(EventTable(table.path)) == ["Seen"]


def test_a_swap_and_a_landing_do_not_hinder_each_other(table: EventTable) -> None:
    table.append(event_rows(MINE, [("a", "Old", 1)]), 1)
    lander, compactor = EventTable(table.path), EventTable(table.path)
    lander.position()
    files, rows = compactor.files(), compactor.read(compactor.files())
    lander.append(event_rows(MINE, [("a", "New", 2)]), 2)
    compactor.swap(files, rows)
    lander.append(event_rows(MINE, [("a", "Newer", 3)]), 3)
    assert names(table) == ["New", "Newer", "Old"]
    assert table.position() == 3


def test_tidying_deletes_what_was_replaced_and_nothing_that_counts(table: EventTable) -> None:
    table.append(event_rows(MINE, [("a", "Seen", 1)]), 1)
    orphan = table.path / f"workspace_id={MINE}" / "never-committed.parquet"
    orphan.write_bytes(b"half a file")
    os.utime(orphan, (time.time() - 9_999, time.time() - 9_999))  # noqa: TID251  (a file's age)
    table.swap(table.files(), table.read(table.files()))
    assert table.tidy() == 1
    assert not orphan.exists()
    assert table.tidy(grace_hours=0) == 1
    assert names(EventTable(table.path)) == ["Seen"]
    assert EventTable(table.path).position() == 1


def test_a_long_history_of_commits_opens_from_a_checkpoint(table: EventTable) -> None:
    for position in range(1, 61):
        table.append(event_rows(MINE, [("a", "Seen", position)], position=position), position)
    assert (table.path / "_delta_log" / "_last_checkpoint").exists()
    again = EventTable(table.path)
    assert (again.position(), again.count()) == (60, 60)
    assert again.files()[0].stats["log_position"][0] >= 1


def test_a_workspace_that_could_leave_the_folder_is_refused(table: EventTable) -> None:
    with pytest.raises(ValueError, match="folder"):
        table.append(event_rows(WorkspaceId("../up"), [("a", "Seen", 1)]), 1)


def test_a_lost_file_is_unavailable_not_silently_fewer_rows(table: EventTable) -> None:
    table.append(event_rows(MINE, [("a", "Seen", 1)]), 1)
    (table.path / table.files()[0].path).unlink()
    with pytest.raises(LakeUnavailable):
        table.read(table.files())


def test_a_swap_is_refused_even_when_another_thread_looked_at_the_table_between(
    table: EventTable,
) -> None:
    """One table object serves lander and compactor; the lander's look must not hide a rival."""
    table.append(event_rows(MINE, [("a", "Seen", 1)]), 1)
    files, rows = table.files(), table.read(table.files())
    EventTable(table.path).swap(files, rows)
    table.append(event_rows(MINE, [("a", "New", 1)]), 2)
    with pytest.raises(CompactionConflict):
        table.swap(files, rows)
    assert names(EventTable(table.path)) == ["New", "Seen"]


def test_what_another_process_lands_is_seen_at_the_next_look(table: EventTable) -> None:
    reader = EventTable(table.path)
    for position in range(1, 4):
        assert reader.position() == position - 1
        table.append(event_rows(MINE, [("a", "Seen", 1)], position=position), position)
        assert (reader.position(), reader.count()) == (position, position)
        assert reader.arrivals(MINE, position - 1).position == position


def test_a_reader_that_looks_after_long_misses_nothing_that_was_tidied(tmp_path: Path) -> None:
    """Pages of the log that are cleared away leave a gap: a late reader must not wait before it."""
    clock = ManualClock()
    table = EventTable(tmp_path / "events", clock=clock)
    table.append(event_rows(MINE, [("a", "Seen", 1)]), 1)
    reader = EventTable(table.path, clock=clock)
    assert reader.position() == 1
    for position in range(2, CHECKPOINT_EVERY + 4):
        table.append(event_rows(MINE, [("a", "Seen", 1)], position=position), position)
    for number in range(CHECKPOINT_EVERY - 1):
        (table.path / "_delta_log" / f"{number:020d}.json").unlink()
    clock.advance(LOOK_AFRESH_US / 1_000_000)
    assert reader.position() == CHECKPOINT_EVERY + 3
