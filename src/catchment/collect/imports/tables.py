"""Reads delimited text into pages of text cells, each row with its number in the file.

The fast way is Arrow's reader, which skips rows of the wrong width and tells which they were. A
quote that is never closed would swallow what follows it: where that shows, the careful way takes
over, row by row, gives up the one line with the open quote and goes on behind it. No cell is ever
read as a number.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from catchment.collect.imports.scan import Scanned
from catchment.collect.imports.sniff import Layout
from catchment.collect.imports.types import (
    ROW_TEXT_LENGTH_MAX,
    ROWS_PER_BODY_MAX,
    RowError,
    RowReason,
)

_BLOCK_BYTES = 4 * 1024 * 1024
_OPEN_QUOTE_LINES_MAX = 500
"""A quoted cell that runs over more lines than this was never closed."""


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some rows of a table.

    Attributes:
        numbers: int64, each row's number in the file, from 1.
        cells: text columns of the same length; an empty cell is null.
        errors: rows of this stretch of the file that are no rows of the table.
        last_row: the last row's number, broken ones included.
    """

    numbers: pa.Array
    cells: pa.RecordBatch
    errors: Sequence[RowError]
    last_row: int


class _QuoteOpen(Exception):
    """Arrow's reader met a quote that swallows rows."""


def read_delimited(scanned: Scanned, layout: Layout) -> Iterator[RowPage]:
    """The rows below the header, page by page, in the file's order."""
    last_row = layout.header_row
    try:
        for page in _read_fast(scanned, layout):
            last_row = page.last_row
            yield page
    except _QuoteOpen:
        yield from _read_carefully(scanned, layout, after=last_row)


def _read_fast(scanned: Scanned, layout: Layout) -> Iterator[RowPage]:
    broken: list[tuple[int, str]] = []

    def skip(row: Any) -> str:
        broken.append((row.number, row.text))
        return "skip"

    with scanned.open_text() as stream:
        reader = _arrow_reader(stream, layout, skip)
        if reader is None:
            return
        before = 0
        for batch in _batches(reader):
            if any("\n" in text.strip("\r\n") for _, text in broken):
                raise _QuoteOpen
            seen, mine = _numbered(before, batch.num_rows, broken)
            del broken[: len(mine)]
            numbers = np.setdiff1d(np.arange(before + 1, seen + 1), [n for n, _ in mine])
            errors = _wrong_width(mine, layout)
            yield from _pages(numbers, batch, errors, (layout.header_row, seen))
            before = seen
    if any("\n" in text.strip("\r\n") for _, text in broken):
        raise _QuoteOpen
    if broken:
        yield page_of([], [], layout.names, (_wrong_width(broken, layout), broken[-1][0]))


def _batches(reader: Any) -> Iterator[pa.RecordBatch]:
    while True:
        try:
            yield reader.read_next_batch()
        except StopIteration:
            return
        except pa.ArrowInvalid as swallowed:
            raise _QuoteOpen from swallowed


def _numbered(
    before: int, rows: int, broken: Sequence[tuple[int, str]]
) -> tuple[int, Sequence[tuple[int, str]]]:
    """The number of the last of so many good rows, and the broken ones among them.

    Arrow may have met broken rows further on already; those stay for the next batch.
    """
    seen, skipped = before + rows, 0
    for number, _ in broken:
        if number > seen:
            break
        seen, skipped = seen + 1, skipped + 1
    return seen, broken[:skipped]


def _wrong_width(broken: Sequence[tuple[int, str]], layout: Layout) -> list[RowError]:
    return [
        RowError(number, RowReason.WRONG_WIDTH, text[:ROW_TEXT_LENGTH_MAX])
        for number, text in broken
        if number > layout.header_row
    ]


def _arrow_reader(stream: Any, layout: Layout, skip: Any) -> Any:
    try:
        return pa.csv.open_csv(
            stream,
            # One thread: only then does Arrow tell the numbers of the rows it skips.
            read_options=pa.csv.ReadOptions(
                use_threads=False, block_size=_BLOCK_BYTES, column_names=list(layout.names)
            ),
            parse_options=pa.csv.ParseOptions(
                delimiter=layout.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=skip,
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(layout.names, pa.binary())
            ),
        )
    except pa.ArrowInvalid as swallowed:
        if "Empty CSV" in str(swallowed):
            return None
        raise _QuoteOpen from swallowed


def _pages(
    numbers: "np.ndarray[Any, Any]",
    batch: pa.RecordBatch,
    errors: Sequence[RowError],
    span: tuple[int, int],
) -> Iterator[RowPage]:
    """Cuts a block into pages, leaves out titles and empty rows, and takes text for what it is."""
    header_row, last_row = span
    cells, not_text = _as_text(batch)
    is_row = np.asarray(numbers) > header_row
    is_filled = np.zeros(len(numbers), dtype=bool)
    for column in cells.columns:
        is_filled |= np.asarray(column.is_valid())
    errors = [*errors]
    for position in np.flatnonzero(not_text & is_row):
        text = row_text([_lossy(column[position]) for column in batch.columns])
        errors.append(RowError(int(numbers[position]), RowReason.INVALID_TEXT, text))
    errors.sort(key=lambda error: error.number)
    kept = np.flatnonzero(is_row & is_filled & ~not_text)
    starts = range(0, max(1, len(kept)), ROWS_PER_BODY_MAX)
    for start in starts:
        chosen = kept[start : start + ROWS_PER_BODY_MAX]
        is_last = start == starts[-1]
        upto = last_row if is_last else int(numbers[chosen[-1]])
        is_run = len(chosen) > 0 and chosen[-1] - chosen[0] + 1 == len(chosen)
        page = cells.slice(chosen[0], len(chosen)) if is_run else cells.take(pa.array(chosen))
        mine = [error for error in errors if error.number <= upto]
        errors = errors[len(mine) :]
        yield RowPage(pa.array(numbers[chosen]), page, mine, upto)


def _as_text(batch: pa.RecordBatch) -> tuple[pa.RecordBatch, "np.ndarray[Any, Any]"]:
    """The cells as text, and which rows have bytes that are none."""
    not_text = np.zeros(batch.num_rows, dtype=bool)
    columns = []
    for column in batch.columns:
        try:
            text = column.cast(pa.string())
        except pa.ArrowInvalid:
            values = [_strict(cell.as_py()) for cell in column]
            not_text |= np.array([value is None for value in values], dtype=bool)
            text = pa.array(values, pa.string())
        columns.append(pc.if_else(pc.not_equal(pc.binary_length(text), 0), text, None))
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names), not_text


def _strict(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _lossy(cell: Any) -> str:
    content: bytes = cell.as_py()
    return content.decode(errors="replace")


def row_text(cells: Sequence[str]) -> str:
    """Cells as one line of CSV, cut to what is kept of a broken row."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()[:ROW_TEXT_LENGTH_MAX]


def _read_carefully(scanned: Scanned, layout: Layout, after: int) -> Iterator[RowPage]:
    """The rows behind row `after`, with an open quote costing one line only."""
    rows: list[list[str]] = []
    numbers: list[int] = []
    errors: list[RowError] = []
    last = after
    with scanned.open_text() as stream:
        for number, record in enumerate(_records(stream, layout.delimiter), start=1):
            if number <= after:
                continue
            last = number
            reason = _fault(record, len(layout.names))
            if reason is not None:
                text = record if isinstance(record, str) else row_text(record)
                errors.append(RowError(number, reason, text))
            elif any(record):
                rows.append(list(record))
                numbers.append(number)
            if len(rows) + len(errors) >= ROWS_PER_BODY_MAX:
                yield page_of(rows, numbers, layout.names, (errors, last))
                rows, numbers, errors = [], [], []
    yield page_of(rows, numbers, layout.names, (errors, last))


def _fault(record: Sequence[str], width: int) -> RowReason | None:
    """What is wrong with a record; one whose quote is open comes as plain text."""
    if isinstance(record, str):
        return RowReason.OPEN_QUOTE
    if not any(record) and len(record) <= 1:
        return None
    if len(record) != width:
        return RowReason.WRONG_WIDTH
    return RowReason.INVALID_TEXT if any("\ufffd" in cell for cell in record) else None


def _records(stream: Any, delimiter: str) -> Iterator[list[str] | str]:
    """Each record's cells; a line whose quote is never closed comes as its own text."""
    lines = _Pushback(io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline=""))
    while (first := lines.next_line()) is not None:
        taken = [first]
        quotes = _quotes(taken, delimiter)
        while quotes is _Quotes.OPEN and len(taken) < _OPEN_QUOTE_LINES_MAX:
            line = lines.next_line()
            if line is None:
                break
            taken.append(line)
            if '"' in line:
                quotes = _quotes(taken, delimiter)
        # Closed amid a later line's cell, it was the quote of that cell, not of this one.
        if quotes is _Quotes.OPEN or (quotes is _Quotes.AMISS and len(taken) > 1):
            lines.push_back(taken[1:])
            yield first.rstrip("\r\n")[:ROW_TEXT_LENGTH_MAX]
        else:
            yield next(csv.reader(taken, delimiter=delimiter), [])


class _Quotes(Enum):
    """How the quotes of some lines stand."""

    CLOSED = "closed"
    OPEN = "open"
    AMISS = "amiss"


def _quotes(lines: Sequence[str], delimiter: str) -> _Quotes:
    """Whether a quoted cell runs on behind these lines, or is too long to be a cell."""
    try:
        for _ in csv.reader(lines, delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        is_open = "unexpected end" in str(error) or "field limit" in str(error)
        return _Quotes.OPEN if is_open else _Quotes.AMISS
    return _Quotes.CLOSED


class _Pushback:
    """Lines of a text, of which some can be given back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._waiting: list[str] = []

    def next_line(self) -> str | None:
        if self._waiting:
            return self._waiting.pop()
        return next(self._lines, None)

    def push_back(self, lines: Sequence[str]) -> None:
        self._waiting.extend(reversed(lines))


def page_of(
    rows: Sequence[Sequence[str | None]],
    numbers: Sequence[int],
    names: Sequence[str],
    rest: tuple[Sequence[RowError], int],
) -> RowPage:
    """A page out of rows held as lists of cells; `rest` is its errors and its last row."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    arrays = [pa.array([cell or None for cell in column], pa.string()) for column in columns]
    cells = pa.RecordBatch.from_arrays(arrays, names=list(names))
    return RowPage(pa.array(numbers, pa.int64()), cells, rest[0], rest[1])
