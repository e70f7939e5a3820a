"""What is shown or kept of a file's rows before they are events: with personal data masked.

A cell is masked by its column's name or by its looks. A row that does not fit the header cannot be
told apart so; where the header says that people are in it, every letter and digit of such a row is
hidden, and what broke it, its commas and quotes, stays to be seen.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec

from catchment.collect.imports.types import (
    ROW_TEXT_LENGTH_MAX,
    Chunk,
    DetectedColumn,
    RowError,
)
from catchment.vault import hide_json, hide_text

_DOT = "•"
_CUT_LENGTH = 64
"""The end of a row that was cut is left out: half of a number is not known for one."""

_SAMPLE = "某某某某某某"
_WORD = re.compile(r"\w")
_TEXT_VALUE = re.compile(r'(:\s*")((?:[^"\\]|\\.)*)')


def hidden_cells(names: Sequence[str], cells: Sequence[str]) -> list[str]:
    """A row's cells with what is personal masked."""
    raw = msgspec.json.encode(dict(zip(names, cells, strict=True)))
    shown = hide_json(raw)
    if shown == raw:
        return list(cells)
    return [str(cell) for cell in msgspec.json.decode(shown, type=dict[str, object]).values()]


def hidden_line(line: str) -> str:
    """A line of JSON with what is personal masked, also where it is no JSON."""
    raw = line.encode("utf-8", "replace")
    try:
        msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # Without its structure a name is not known for one.
        return hide_text(_TEXT_VALUE.sub(lambda found: found[1] + _dotted(found[2]), line))
    return hide_json(raw).decode("utf-8", "replace")


def hidden_column(column: DetectedColumn) -> DetectedColumn:
    """A column with its examples masked."""
    examples = [hidden_cells([column.name], [one])[0] for one in column.examples]
    return replace(column, examples=list(dict.fromkeys(examples)))


def hidden_chunks(chunks: Iterator[Chunk], names: Sequence[str], delimiter: str) -> Iterator[Chunk]:
    """The chunks, with their broken rows as they may be kept.

    Args:
        chunks: as they were read.
        names: the columns'; none for lines of JSON.
        delimiter: between cells of a row that is kept as it stood in the file.
    """
    for chunk in chunks:
        if chunk.errors:
            errors = [_hidden_error(error, names, delimiter) for error in chunk.errors]
            yield replace(chunk, errors=tuple(errors))
        else:
            yield chunk


def _hidden_error(error: RowError, names: Sequence[str], delimiter: str) -> RowError:
    row = error.row
    if len(row) >= ROW_TEXT_LENGTH_MAX:
        row = row[: ROW_TEXT_LENGTH_MAX - _CUT_LENGTH]
    return replace(error, row=_hidden_row(row, names, delimiter) if names else hidden_line(row))


def _hidden_row(row: str, names: Sequence[str], delimiter: str) -> str:
    for between in dict.fromkeys((",", delimiter or ",")):
        cells = next(csv.reader([row], delimiter=between), [])
        if len(cells) == len(names):
            shown = hidden_cells(names, cells)
            return row if shown == cells else between.join(shown)
    if any(hidden_cells([name], [_SAMPLE]) != [_SAMPLE] for name in names):
        return _dotted(row)
    return hide_text(row)


def _dotted(text: str) -> str:
    return _WORD.sub(_DOT, text)
