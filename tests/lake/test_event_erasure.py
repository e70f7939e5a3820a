"""Erasing people from the event table: hidden at once, then gone; nobody else is touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catchment.kernel import WorkspaceId
from catchment.lake import (
    EVENTS,
    CompactionConflict,
    Engine,
    EngineSetting,
    EventTable,
    IdentityTable,
    compact,
    erase,
    open_engine,
    still_on_disk,
)
from catchment.lake.event_erasure import ErasureReport
from catchment.testing.lake_rows import event_rows

MINE, THEIRS = WorkspaceId("wsp_mine"), WorkspaceId("wsp_theirs")


@pytest.fixture
def table(tmp_path: Path) -> EventTable:
    """Six landings of three people in one workspace, and one of another with a namesake."""
    made = EventTable(tmp_path / "events")
    for position in range(1, 7):
        rows: list[tuple[Any, ...]] = [(who, "Seen", position, None) for who in "abc"]
        made.append(event_rows(MINE, rows, position=position), position)
    made.append(event_rows(THEIRS, [("a", "Seen", 1, None)], position=7), 7)
    return made


def engine_of(table: EventTable) -> Engine:
    identity = IdentityTable(table.path.parent / "identity")
    identity.create()
    return open_engine("duckdb", EngineSetting(events=table, identity=identity))


def counts(engine: Engine, workspace_id: WorkspaceId = MINE) -> dict[str, int]:
    asked = EVENTS.group_by("subject").aggregate(count=EVENTS.count())
    rows = engine.query(workspace_id, asked).to_pylist()
    return {row["subject"]: row["count"] for row in rows}


def persons(engine: Engine) -> set[str]:
    return set(engine.query(MINE, EVENTS.select("person").distinct())["person"].to_pylist())


def run(table: EventTable, settle_us: int = 0) -> ErasureReport:
    return list(erase(table, MINE, settle_us=settle_us))[-1]


def test_who_is_hidden_is_found_by_no_question_from_that_moment(table: EventTable) -> None:
    engine = engine_of(table)
    assert counts(engine) == {"a": 6, "b": 6, "c": 6}
    table.forget(MINE, ["a"])
    assert counts(engine) == {"b": 6, "c": 6}
    assert persons(engine) == {"per_b", "per_c"}
    assert counts(engine, THEIRS) == {"a": 1}
    table.append(event_rows(MINE, [("a", "Seen", 9, None)], position=8), 8)
    assert counts(engine) == {"b": 6, "c": 6}


def test_a_pass_leaves_no_row_in_any_file_and_every_other_as_it_was(table: EventTable) -> None:
    kept = [row for row in table.read(table.files(MINE)).to_pylist() if row["subject"] != "a"]
    table.forget(MINE, ["a"])
    report = run(table)
    assert (report.rows, report.rewritten, report.waiting) == (6, 6, 0)
    left = table.read(table.files(MINE)).to_pylist()
    assert sorted(left, key=str) == sorted(kept, key=str)
    assert table.count(THEIRS) == 1
    assert table.position() == 7
    # Off the list: nothing is laid over the files any more.
    assert table.erasures.read(MINE).hidden == {}


def test_replaced_files_are_known_until_they_are_deleted(table: EventTable) -> None:
    table.forget(MINE, ["a"])
    run(table)
    assert still_on_disk(table, MINE) == 6
    table.tidy(grace_hours=0)
    assert still_on_disk(table, MINE) == 0
    run(table)
    assert table.erasures.workspaces() == []


def test_what_compaction_left_behind_counts_as_well(table: EventTable) -> None:
    for position in range(8, 12):
        table.append(event_rows(MINE, [("a", "Seen", 1, None)], position=position), position)
    assert compact(table).steps == 1
    table.forget(MINE, ["a"])
    run(table)
    assert still_on_disk(table, MINE) >= 8
    table.tidy(grace_hours=0)
    assert still_on_disk(table, MINE) == 0


def test_who_was_hidden_just_now_stays_on_the_list_for_a_landing_under_way(
    table: EventTable,
) -> None:
    table.forget(MINE, ["a"])
    assert run(table, settle_us=60_000_000).waiting == 1
    table.append(event_rows(MINE, [("a", "Seen", 9, None)], position=8), 8)
    assert counts(engine_of(table)) == {"b": 6, "c": 6}
    assert run(table).waiting == 0
    assert "a" not in table.read(table.files(MINE), ["subject"])["subject"].to_pylist()


def test_who_is_let_back_begins_anew(table: EventTable) -> None:
    table.forget(MINE, ["a"])
    table.erasures.let_back(MINE, ["a"], table.position())
    table.append(event_rows(MINE, [("a", "Seen", 9, None)], position=8), 8)
    engine = engine_of(table)
    assert counts(engine)["a"] == 1
    run(table)
    assert counts(engine)["a"] == 1


def test_a_pass_that_was_cut_short_is_taken_up_again(table: EventTable) -> None:
    table.forget(MINE, ["a", "b"])
    begun = erase(table, MINE, settle_us=0)
    gone = max(next(begun).rows for _ in range(3))
    del begun
    # Another process goes on.
    again = EventTable(table.path)
    assert run(again).rows == 12 - gone
    assert 0 < gone < 12
    assert counts(engine_of(again)) == {"c": 6}


def test_a_swap_that_came_between_is_not_overwritten(
    table: EventTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, real = EventTable(table.path), table.erase
    times: list[int] = []

    def rival(removed: Any, rows: Any) -> None:
        if not times:
            times.append(1)
            [file] = removed
            other.swap([file], other.read([file]))
        real(removed, rows)

    monkeypatch.setattr(table, "erase", rival)
    table.forget(MINE, ["a"])
    assert run(table).rows == 6
    assert counts(engine_of(table)) == {"b": 6, "c": 6}
    assert times


def test_a_rival_that_never_rests_is_reported(
    table: EventTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rival(_removed: Any, _rows: Any) -> None:
        raise CompactionConflict

    monkeypatch.setattr(table, "erase", rival)
    table.forget(MINE, ["a"])
    with pytest.raises(CompactionConflict):
        run(table)
