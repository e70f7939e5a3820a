"""Compaction keeps every row, orders each subject's by time, and does bounded work."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.kernel import WorkspaceId
from catchment.lake import DataFile, EventTable, compact
from catchment.lake.event_compaction import ROWS_MAX, SIZE_EDGES, SMALL_FILES_MAX, choose
from catchment.testing.lake_rows import event_rows

MINE, THEIRS = WorkspaceId("wsp_mine"), WorkspaceId("wsp_theirs")


def file(position: int, rows: int) -> DataFile:
    return DataFile(
        f"{position:06d}", MINE, rows, rows * 100, {"log_position": (position, position)}
    )


landings = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.just("Seen"), st.integers(0, 9), st.none() | st.just(1)
        ),
        min_size=1,
        max_size=4,
    ),
    min_size=8,
    max_size=10,
)


@settings(max_examples=4, deadline=None)
@given(landings, landings)
def test_every_row_stays_whatever_is_merged(
    mine: list[list[tuple[object, ...]]], theirs: list[list[tuple[object, ...]]]
) -> None:
    with TemporaryDirectory() as folder:
        table = EventTable(Path(folder) / "events")
        position = 0
        for owner, parts in ((MINE, mine), (THEIRS, theirs)):
            for rows in parts:
                position += 1
                table.append(event_rows(owner, rows, position=position), position)
        before = {w: table.read(table.files(w)).sort_by("event_key") for w in (MINE, THEIRS)}
        report = compact(table, steps_max=99)
        assert report.steps >= 2
        for owner, rows in before.items():
            assert (
                table.read(table.files(owner)).sort_by("event_key").to_pylist() == rows.to_pylist()
            )
        assert table.position() == position
        assert len(table.files(MINE)) < len(mine)


def test_within_a_file_a_subjects_rows_lie_together_in_order_of_time(tmp_path: Path) -> None:
    table = EventTable(tmp_path / "events")
    for position in range(1, 9):
        told = [("b", "Seen", 9 - position), ("a", "Seen", 9 - position, position)]
        table.append(event_rows(MINE, told, position=position), position)
    assert compact(table).steps == 1
    (merged,) = table.files(MINE)
    rows = table.read([merged])
    assert rows["subject"].to_pylist() == ["a"] * 8 + ["b"] * 8
    assert [t.second for t in rows["time"].to_pylist()] == [1, 2, 3, 4, 5, 6, 7, 8] * 2
    assert compact(table).steps == 0


def test_neighbours_of_one_size_are_merged_by_eights() -> None:
    assert choose([file(n, 10) for n in range(7)]) == []
    assert len(choose([file(n, 10) for n in range(9)])) == 8


def test_a_full_file_is_left_alone() -> None:
    assert choose([file(n, SIZE_EDGES[-1]) for n in range(99)]) == []


def test_a_large_neighbour_is_not_rewritten_for_a_few_small_ones() -> None:
    files = [file(0, 200_000), *(file(n, 10) for n in range(1, 9))]
    assert files[0] not in choose(files)


def test_files_of_mixed_sizes_do_not_pile_up() -> None:
    files = [file(n, 10 if n % 2 else 20_000) for n in range(SMALL_FILES_MAX + 2)]
    assert len(choose(files)) > 8


@given(st.lists(st.integers(1, 2 * ROWS_MAX), max_size=200))
def test_a_step_is_bounded_and_the_files_come_to_rest(sizes: list[int]) -> None:
    files = [file(n, rows) for n, rows in enumerate(sizes)]
    for _ in range(len(sizes) + 1):
        chosen = choose(files)
        if not chosen:
            break
        assert sum(f.rows for f in chosen) <= ROWS_MAX
        assert len(chosen) > 1
        first = chosen[-1] if chosen[-1].path < chosen[0].path else chosen[0]
        merged = file(first.stats["log_position"][0], sum(f.rows for f in chosen))
        files = [f for f in files if f not in chosen] + [merged]
    else:
        pytest.fail("it never comes to rest")
    assert sum(f.rows for f in files) == sum(sizes)
