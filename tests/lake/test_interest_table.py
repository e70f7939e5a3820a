"""Interest edges: they add up, once each, whatever is merged or tried again meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from catchment.kernel import WorkspaceId
from catchment.lake import INTEREST_SCHEMA, CompactionConflict, InterestTable
from catchment.lake.delta_files import DataFile
from catchment.lake.interest_table import EDGE_KEYS, FILES_MAX, choose_small, merged

MINE, THEIRS = WorkspaceId("wsp_mine"), WorkspaceId("wsp_theirs")
START = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def table(tmp_path: Path) -> InterestTable:
    return InterestTable(tmp_path / "interests")


def edges(
    *told: tuple[str, str, int], day: int = 0, era: int = 5, verb: str = "viewed"
) -> pa.Table:
    """Rows of people and products: subject, product, weight."""
    at = START + timedelta(days=day)
    rows = [
        {
            "left_kind": "person", "left": who, "right_kind": "product", "right": what,
            "verb": verb, "place": None, "era": era, "weight": weight, "count": 1,
            "first_time": at, "last_time": at,
        }
        for who, what, weight in told
    ]  # fmt: skip
    schema = pa.schema([field for field in INTEREST_SCHEMA if field.name != "workspace_id"])
    return pa.Table.from_pylist(rows, schema=schema)


def weights(table: InterestTable, workspace_id: WorkspaceId = MINE) -> dict[tuple[str, str], int]:
    """What another process reads, summed up."""
    rows = merged(InterestTable(table.path).read(workspace_id)).to_pylist()
    return {(row["left"], row["right"]): row["weight"] for row in rows}


def test_rows_of_one_edge_add_up_with_their_count_and_span(table: InterestTable) -> None:
    table.add(MINE, edges(("a", "p", 2), ("a", "p", 3)), before=0, position=4)
    table.add(MINE, edges(("a", "p", -1), day=3), before=4, position=9)
    (row,) = merged(table.read(MINE)).to_pylist()
    assert (row["weight"], row["count"]) == (4, 3)
    assert (row["last_time"] - row["first_time"]).days == 3
    assert InterestTable(table.path).position(MINE) == 9


def test_edges_of_another_verb_place_or_era_stay_apart() -> None:
    rows = pa.concat_tables(
        [edges(("a", "p", 1)), edges(("a", "p", 1), era=6), edges(("a", "p", 1), verb="added")]
    )
    found = merged(rows)
    assert found.num_rows == 3
    assert found.select(EDGE_KEYS).to_pylist() == sorted(
        found.select(EDGE_KEYS).to_pylist(), key=lambda row: (row["verb"], row["era"])
    )


def test_whoever_comes_second_from_one_position_adds_nothing(table: InterestTable) -> None:
    table.add(MINE, edges(("a", "p", 1)), before=0, position=4)
    with pytest.raises(CompactionConflict):
        InterestTable(table.path).add(MINE, edges(("a", "p", 1)), before=0, position=4)
    assert weights(table) == {("a", "p"): 1}


def test_workspaces_do_not_see_each_other(table: InterestTable) -> None:
    table.add(MINE, edges(("a", "p", 1)), before=0, position=4)
    table.add(THEIRS, edges(("a", "p", 7)), before=0, position=2)
    table.clear(THEIRS)
    assert (weights(table), weights(table, THEIRS)) == ({("a", "p"): 1}, {})
    assert (table.position(MINE), table.position(THEIRS)) == (4, 0)


def fill(table: InterestTable, steps: int) -> dict[tuple[str, str], int]:
    expected: dict[tuple[str, str], int] = {}
    for step in range(steps):
        key = (f"a{step % 3}", f"p{step % 4}")
        expected[key] = expected.get(key, 0) + step
        table.add(MINE, edges((*key, step), day=step), before=step, position=step + 1)
    return expected


def test_merging_files_changes_nothing_but_their_number(table: InterestTable) -> None:
    expected = fill(table, FILES_MAX)
    assert table.compact(MINE) == 0, "few files are left alone"
    table.add(MINE, edges(("z", "p", 1)), before=FILES_MAX, position=FILES_MAX + 1)
    assert table.compact(MINE) == FILES_MAX + 1
    assert len(table.files(MINE)) == 1
    assert weights(table) == {**expected, ("z", "p"): 1}
    assert table.position(MINE) == FILES_MAX + 1


def test_a_merge_leaves_out_what_no_longer_counts(table: InterestTable) -> None:
    table.add(MINE, edges(("a", "p", 1), era=1), before=0, position=1)
    for step in range(1, FILES_MAX + 1):
        table.add(MINE, edges(("a", "q", 1), era=5), before=step, position=step + 1)
    assert table.compact(MINE, era_least=2) > 0
    assert weights(table) == {("a", "q"): FILES_MAX}


def test_a_merge_beside_an_addition_loses_neither(table: InterestTable) -> None:
    expected = fill(table, FILES_MAX + 1)
    other = InterestTable(table.path)
    other.files(MINE)
    table.add(MINE, edges(("new", "p", 5)), before=FILES_MAX + 1, position=99)
    assert other.compact(MINE) > 0
    assert weights(table) == {**expected, ("new", "p"): 5}


def test_of_two_merges_one_is_skipped(table: InterestTable) -> None:
    expected = fill(table, FILES_MAX + 1)

    class Late(InterestTable):
        """While it reads, another merges the same files."""

        def _swap(self, *args: object, **options: object) -> None:
            InterestTable(self.path).compact(MINE)
            super()._swap(*args, **options)  # type: ignore[arg-type]

    assert Late(table.path).compact(MINE) == 0
    assert weights(table) == expected


def test_forgetting_takes_a_person_out_and_nobody_else(table: InterestTable) -> None:
    table.add(MINE, edges(("a", "p", 1), ("b", "p", 2)), before=0, position=1)
    table.add(MINE, edges(("a", "q", 3)), before=1, position=2)
    assert table.forget(MINE, ["a", "unknown"]) == 2
    assert weights(table) == {("b", "p"): 2}
    assert table.position(MINE) == 2
    assert table.forget(MINE, ["a"]) == 0


def files(*rows: int) -> Sequence[DataFile]:
    return [DataFile(f"f{n}", MINE, count, count, {}) for n, count in enumerate(rows)]


def test_a_large_file_is_not_rewritten_for_a_few_rows() -> None:
    small = [1] * FILES_MAX
    assert [file.rows for file in choose_small(files(1_000_000, *small))] == small
    assert choose_small(files(*small)) == []
    assert len(choose_small(files(*range(1, 12)))) == 11


def test_a_row_is_rewritten_as_often_as_the_logarithm_grows() -> None:
    sizes: list[int] = []
    rewritten = 0
    for _ in range(2_000):
        sizes.append(1)
        chosen = choose_small(files(*sizes))
        if chosen:
            rewritten += sum(file.rows for file in chosen)
            left = {file.path for file in chosen}
            sizes = [s for n, s in enumerate(sizes) if f"f{n}" not in left]
            sizes.append(sum(file.rows for file in chosen))
    assert rewritten <= 2_000 * 8
    assert len(sizes) <= 2 * FILES_MAX
