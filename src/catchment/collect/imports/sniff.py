"""Finds a table's delimiter and its row of column names, wherever titles stand above it.

Exports of Chinese shop systems open with a title, the time of the export, an empty line; the
names come after. They are the first row that is as wide as the rows below it, without two equal
cells, and with nothing in it that looks like a value.
"""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from catchment.collect.imports.errors import HeaderMissing
from catchment.kernel import printable
from catchment.vault import hide_text

DELIMITERS = (",", "\t", ";", "|")
SAMPLE_BYTES = 256 * 1024
_SAMPLE_ROWS = 60
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_NO_TEXT_SHARE_MAX = 0.02
_NO_TEXT_FREE = 2
"""A stray control character or two are found in honest exports; they refuse no file."""
_BINARY_START = "%PDF-"
"""A PDF opens with text; its content is none."""
_SHOWN_NAMES_MAX = 40
_SHOWN_NAME_LENGTH_MAX = 60
_WIDE_ENOUGH = 0.6
_VALUE = re.compile(r"^[\s¥￥$€£+-]*\d[\d\s.,:/年月日TZ+-]*%?$")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is laid out.

    Attributes:
        delimiter: between cells; empty in a workbook.
        header_row: number of the row of names, from 1; 0 when there is none.
        names: the columns' names, made unique; made up where there are none.
    """

    delimiter: str
    header_row: int
    names: Sequence[str]


def looks_binary(sample: str) -> bool:
    """Whether the beginning of a text is no text: control characters are strewn through it."""
    if sample.startswith(_BINARY_START):
        return True
    strange = len(_NO_TEXT.findall(sample))
    return strange > max(_NO_TEXT_FREE, len(sample) * _NO_TEXT_SHARE_MAX)


def listed(names: Sequence[str]) -> str:
    """Column names for a message: fit for a terminal, and not without end."""
    shown = [printable(name[:_SHOWN_NAME_LENGTH_MAX]) for name in names[:_SHOWN_NAMES_MAX]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def sniff(sample: str, *, is_whole: bool) -> Layout:
    """The layout of a delimited text, from its beginning.

    Args:
        sample: the beginning of the text.
        is_whole: it is all of the text; otherwise its last row may be cut off.

    Raises:
        HeaderMissing: it has no rows.
    """
    by_delimiter = {mark: _records(sample, mark, is_whole=is_whole) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: _evenness(by_delimiter[mark]))
    header_row, names = find_header(by_delimiter[delimiter])
    return Layout(delimiter, header_row, names)


def _records(sample: str, delimiter: str, *, is_whole: bool) -> list[list[str]]:
    lines = sample.splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=delimiter)
    records: list[list[str]] = []
    try:
        for record in reader:
            records.append(record)
            if len(records) == _SAMPLE_ROWS:
                return records
    except csv.Error:
        return records
    return records if is_whole or len(records) < 2 else records[:-1]  # noqa: PLR2004


def _evenness(records: Sequence[Sequence[str]]) -> tuple[float, int]:
    """How well the rows agree on a width above one, and that width."""
    widths = Counter(len(record) for record in records if any(record))
    width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
    return (rows / max(1, widths.total()) if width > 1 else 0.0, width)


def find_header(records: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    """The number of the row of names, from 1, and the names.

    Raises:
        HeaderMissing: there are no rows.
    """
    filled = [sum(1 for cell in record if cell.strip()) for record in records]
    if not any(filled):
        raise HeaderMissing("the file has no rows")
    counts = Counter(len(r) for r, f in zip(records, filled, strict=True) if f)
    width = max(counts.items(), key=lambda item: (item[1], item[0]))[0]
    usual = Counter(f for r, f in zip(records, filled, strict=True) if f and len(r) == width)
    usual_filled = usual.most_common(1)[0][0]
    for number, record in enumerate(records, start=1):
        is_wide = len(record) == width and filled[number - 1] >= usual_filled * _WIDE_ENOUGH
        if is_wide:
            return (number, unique_names(record)) if _are_names(record) else _nameless(width)
    return _nameless(width)


def _nameless(width: int) -> tuple[int, list[str]]:
    return 0, unique_names([""] * width)


def _are_names(record: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in record if cell.strip()]
    # Nobody calls a column by a phone number: such a row is one of data, and names are kept.
    return len(set(cells)) == len(cells) and not any(
        _VALUE.match(cell) or hide_text(cell) != cell for cell in cells
    )


def unique_names(cells: Sequence[str]) -> list[str]:
    """The cells as column names: trimmed, none empty, no two the same."""
    names: list[str] = []
    taken: set[str] = set()
    for position, cell in enumerate(cells, start=1):
        wanted = cell.strip() or f"column_{position}"
        name, copy = wanted, 2
        while name in taken:
            name, copy = f"{wanted}_{copy}", copy + 1
        taken.add(name)
        names.append(name)
    return names
