"""A spreadsheet's cells come out as they look on the screen."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from catchment.collect.imports import UnreadableFile, mapping_of
from catchment.collect.imports.types import RowReason

MAPPING = mapping_of({"event": {"value": "Seen"}, "time": "时间", "user_id": "用户ID"})


def _book(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_numbers_that_are_ids_have_no_point_and_no_exponent(desk: Any) -> None:
    path = _book(
        desk.folder / "a.xlsx",
        [
            ["会员导出"], [], ["用户ID", "时间", "金额", "会员"],
            [13800138000, dt.datetime(2024, 6, 1, 12), 12.5, True],  # noqa: DTZ001
            ["007", "2024-06-01 12:00", 0.1, None],
            [1e14, dt.date(2024, 6, 1), 3, False],
        ],
    )  # fmt: skip
    detected = desk.importer.detect(path)
    assert detected.header_row == 3
    report = desk.run(path, mapping=MAPPING)
    assert report.row_errors == []
    rows = desk.logged()
    assert [row["user_id"] for row in rows] == ["13800138000", "007", "100000000000000"]
    assert rows[0]["time"].isoformat() == "2024-06-01T04:00:00+00:00"
    assert rows[2]["time"].isoformat() == "2024-05-31T16:00:00+00:00"
    assert '"金额":12.5' in rows[0]["properties"]
    assert '"会员":true' in rows[0]["properties"]


def test_an_id_that_lost_digits_in_the_spreadsheet_is_refused(desk: Any) -> None:
    path = _book(
        desk.folder / "a.xlsx",
        [
            ["用户ID", "时间"],
            [12345678901234567890, "2024-06-01"],
            ["12345678901234567890", "2024-06-01"],
        ],
    )
    report = desk.run(path, mapping=MAPPING)
    assert [(e.number, e.reason) for e in report.row_errors] == [(2, RowReason.DIGITS_LOST)]
    assert [row["user_id"] for row in desk.logged()] == ["12345678901234567890"]


def test_the_first_sheet_with_rows_is_read(desk: Any) -> None:
    book = openpyxl.Workbook()
    second = book.create_sheet("Daten")
    second.append(["用户ID", "时间"])
    second.append(["u1", "2024-06-01"])
    book.save(desk.folder / "a.xlsx")
    desk.run(desk.folder / "a.xlsx", mapping=MAPPING)
    assert [row["user_id"] for row in desk.logged()] == ["u1"]


def test_a_damaged_workbook_is_named_as_such(desk: Any) -> None:
    path = _book(desk.folder / "a.xlsx", [["用户ID", "时间"], ["u1", "2024-06-01"]])
    content = path.read_bytes()
    with pytest.raises(UnreadableFile):
        desk.run(desk.file("b.xlsx", content[: len(content) // 2]), mapping=MAPPING)
