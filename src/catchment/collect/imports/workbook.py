"""Reads the first sheet with rows of an XLSX or XLS as the same pages of text as a CSV.

A spreadsheet keeps every number as a float. One that is whole is written without `.0` and without
an exponent, so an id looks as it does on the screen; one with more digits than a float holds has
lost some before it came to us, and a row is refused rather than given a wrong id.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any

import python_calamine

from catchment.collect.imports.errors import HeaderMissing, UnreadableFile
from catchment.collect.imports.scan import Scanned
from catchment.collect.imports.sniff import Layout, find_header
from catchment.collect.imports.tables import RowPage, page_of, row_text
from catchment.collect.imports.types import ROWS_PER_BODY_MAX, RowError, RowReason

_SAMPLE_ROWS = 60
_EXACT_MAX = 2**53
"""Whole numbers above this are no longer told apart by a float."""


def open_sheet(scanned: Scanned) -> python_calamine.CalamineSheet:
    """The first sheet that has rows.

    Raises:
        UnreadableFile: the workbook is damaged or locked by a password.
        HeaderMissing: no sheet has rows.
    """
    try:
        with scanned.open_raw() as stream:
            book = python_calamine.CalamineWorkbook.from_filelike(stream)
            for position in range(len(book.sheet_names)):
                sheet = book.get_sheet_by_index(position)
                if sheet.height > 0:
                    return sheet
    except (python_calamine.CalamineError, OSError) as broken:
        raise UnreadableFile(f"the workbook cannot be read: {broken}") from broken
    raise HeaderMissing("the workbook has no rows")


def sheet_layout(sheet: python_calamine.CalamineSheet) -> Layout:
    """Where the names stand in a sheet."""
    sample: list[list[str]] = []
    for row in _rows(sheet):
        sample.append([_text(cell) for cell in row])
        if len(sample) == _SAMPLE_ROWS:
            break
    header_row, names = find_header(sample)
    return Layout("", header_row, names)


def read_sheet(
    sheet: python_calamine.CalamineSheet, layout: Layout, id_columns: AbstractSet[str]
) -> Iterator[RowPage]:
    """The rows below the header, page by page.

    Args:
        sheet: the sheet.
        layout: where its header is.
        id_columns: columns whose numbers must have kept all their digits.
    """
    ids = [position for position, name in enumerate(layout.names) if name in id_columns]
    rows: list[list[str]] = []
    numbers: list[int] = []
    errors: list[RowError] = []
    last = layout.header_row
    for number, cells in enumerate(_rows(sheet), start=1):
        if number <= layout.header_row:
            continue
        last = number
        text = [_text(cell) for cell in cells]
        if any(_has_lost_digits(cells[position]) for position in ids):
            errors.append(RowError(number, RowReason.DIGITS_LOST, row_text(text)))
        elif any(text):
            rows.append(text)
            numbers.append(number)
        if len(rows) + len(errors) >= ROWS_PER_BODY_MAX:
            yield page_of(rows, numbers, layout.names, (errors, last))
            rows, numbers, errors = [], [], []
    yield page_of(rows, numbers, layout.names, (errors, last))


def _rows(sheet: python_calamine.CalamineSheet) -> Iterator[Sequence[Any]]:
    """All rows, those above the first filled one too, so that numbers are the spreadsheet's."""
    above = sheet.start[0] if sheet.start else 0
    width = sheet.width
    for _ in range(above):
        yield [""] * width
    yield from sheet.iter_rows()


def _has_lost_digits(cell: object) -> bool:
    return isinstance(cell, float) and cell.is_integer() and abs(cell) > _EXACT_MAX


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, dt.timedelta):
        return str(cell.total_seconds())
    return str(cell)
