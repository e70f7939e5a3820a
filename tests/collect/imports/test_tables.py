"""Cells come out as they were written, and a broken row costs itself only."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catchment.collect.imports import tables
from catchment.collect.imports.scan import Scanned, scan
from catchment.collect.imports.sniff import Layout
from catchment.collect.imports.types import RowReason
from catchment.collect.imports.unpack import open_file


def _scanned(folder: Path, content: str | bytes) -> Scanned:
    path = folder / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return scan(open_file(path))


def _all(pages: Any) -> tuple[dict[int, list[str | None]], dict[int, RowReason]]:
    rows: dict[int, list[str | None]] = {}
    errors: dict[int, RowReason] = {}
    last = 0
    for page in pages:
        assert page.last_row >= last
        last = page.last_row
        cells = [list(row.values()) for row in page.cells.to_pylist()]
        rows |= dict(zip(page.numbers.to_pylist(), cells, strict=True))
        errors |= {error.number: error.reason for error in page.errors}
    return rows, errors


LAYOUT = Layout(",", 1, ["a", "b"])


def test_rows_carry_their_number_in_the_file(tmp_path: Path) -> None:
    scanned = _scanned(tmp_path, 'a,b\n1,2\n\n"x\ny",4\nlonely\n5,6,7\n8,9\n')
    rows, errors = _all(tables.read_delimited(scanned, LAYOUT))
    assert rows == {2: ["1", "2"], 4: ["x\ny", "4"], 7: ["8", "9"]}
    assert errors == {5: RowReason.WRONG_WIDTH, 6: RowReason.WRONG_WIDTH}


def test_numbers_hold_over_many_blocks_with_broken_rows(tmp_path: Path) -> None:
    lines = ["a,b"] + [f"{i},x" if i % 1_000 else f"{i}" for i in range(2, 900_000)]
    rows, errors = _all(tables.read_delimited(_scanned(tmp_path, "\n".join(lines) + "\n"), LAYOUT))
    assert all(row[0] == str(number) for number, row in rows.items())
    assert sorted(errors) == list(range(1_000, 900_000, 1_000))
    assert len(rows) + len(errors) == 900_000 - 2


def test_ids_stay_text_to_the_letter(tmp_path: Path) -> None:
    cells = ["00042", "1e5", "13800138000.0", "NULL", "NaN", "true", "9" * 30, " x "]
    content = "a,b\n" + "".join(f"{cell},1\n" for cell in cells)
    rows, _ = _all(tables.read_delimited(_scanned(tmp_path, content), LAYOUT))
    assert [row[0] for row in rows.values()] == cells


def test_a_quote_that_is_never_closed_costs_one_line(tmp_path: Path) -> None:
    content = 'a,b\n1,2\n"open,3\n4,5\n"fine, really",6\n7,8\n'
    rows, errors = _all(tables.read_delimited(_scanned(tmp_path, content), LAYOUT))
    assert errors[3] is RowReason.OPEN_QUOTE
    assert rows[2] == ["1", "2"]
    assert rows[max(rows)] == ["7", "8"]


def test_an_open_quote_in_a_long_file_swallows_no_block(tmp_path: Path) -> None:
    body = "".join(f"{i},x\n" for i in range(1_200_000))
    content = 'a,b\n1,2\n"open,3\n' + body
    rows, errors = _all(tables.read_delimited(_scanned(tmp_path, content), LAYOUT))
    assert errors == {3: RowReason.OPEN_QUOTE}
    assert len(rows) == 1_200_001


def test_bytes_that_are_no_text_cost_their_row_only(tmp_path: Path) -> None:
    content = ("a,b\n" + "连衣裙,1\n" * 300).encode() + b"\xff\xfe,2\n" + "末,3\n".encode()
    rows, errors = _all(tables.read_delimited(_scanned(tmp_path, content), LAYOUT))
    assert errors == {302: RowReason.INVALID_TEXT}
    assert rows[303] == ["末", "3"]


CELL = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters='\n",;'), max_size=12
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=30))
def test_what_a_csv_writer_wrote_comes_back(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([("a", "b"), *rows])
    scanned = _scanned(tmp_path, text.getvalue())
    wanted = [[cell or None for cell in row] for row in rows if any(row)]
    fast, errors = _all(tables.read_delimited(scanned, LAYOUT))
    assert errors == {}
    assert list(fast.values()) == wanted
    careful, errors = _all(tables._read_carefully(scanned, LAYOUT, after=1))
    assert errors == {}
    assert list(careful.values()) == wanted
    assert list(careful) == list(fast)


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_other_delimiters_are_read(tmp_path: Path, delimiter: str) -> None:
    content = delimiter.join("ab") + "\n" + delimiter.join(["x,y", "2"]) + "\n"
    layout = Layout(delimiter, 1, ["a", "b"])
    rows, _ = _all(tables.read_delimited(_scanned(tmp_path, content), layout))
    assert rows == {2: ["x,y", "2"]}
