"""The list of broken rows opens in a spreadsheet without running anything."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from catchment.collect.imports import RowError, RowReason, row_errors_csv


def _cells(text: str) -> list[str]:
    lines = "".join(row_errors_csv([RowError(7, RowReason.WRONG_WIDTH, text)]))
    assert lines.startswith("\ufeff")
    return list(csv.reader(io.StringIO(lines.removeprefix("\ufeff"), newline="")))[1]


def test_a_cell_that_begins_like_a_formula_becomes_text() -> None:
    for start in ("=HYPERLINK(1)", "+1", "-1", "@SUM", "\t=1", "  =1", "＝1"):
        assert _cells(start)[2] == "'" + start
    assert _cells("u1,2024") == ["7", "wrong_width", "u1,2024"]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_row_comes_back_from_the_csv(text: str) -> None:
    assert _cells(text)[2].removeprefix("'") == text.removeprefix("'")
