"""Row errors as a CSV that is safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator

from catchment.collect.imports.types import RowError

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def row_errors_csv(errors: Iterable[RowError]) -> Iterator[str]:
    """The lines of a CSV of number, reason and row, with the mark that Excel knows UTF-8 by."""
    yield "\ufeff" + _line(("number", "reason", "row"))
    for error in errors:
        yield _line((str(error.number), error.reason.value, _harmless(error.row)))


def _line(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _harmless(text: str) -> str:
    """A spreadsheet runs a cell that begins like a formula; an apostrophe makes it text again."""
    return "'" + text if text.lstrip(" ").startswith(_FORMULA_STARTS) else text
