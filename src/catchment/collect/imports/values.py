"""What a column's values look like, from a sample of them."""

import pyarrow as pa
import pyarrow.compute as pc

from catchment.collect.imports.columns import parse_times

_INTEGER = r"^-?(0|[1-9]\d{0,14})$"
_NUMBER = r"^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$"
_ID_DIGITS_MIN = 11
"""Whole numbers this long are ids or phones, not quantities; they stay text."""
_BOOLEANS = ("true", "false", "True", "False", "TRUE", "FALSE", "是", "否")


def column_type(cells: pa.Array) -> str:
    """`integer`, `number`, `boolean`, `time`, `text`, or `empty`, from text cells."""
    filled = cells.drop_null()
    if len(filled) == 0:
        return "empty"
    if pc.all(pc.match_substring_regex(filled, _INTEGER)).as_py():
        is_long = pc.max(pc.binary_length(filled)).as_py() >= _ID_DIGITS_MIN
        return "text" if is_long else "integer"
    if pc.all(pc.match_substring_regex(filled, _NUMBER)).as_py():
        return "number"
    if pc.all(pc.is_in(filled, pa.array(_BOOLEANS))).as_py():
        return "boolean"
    return "time" if parse_times(filled, "auto", "UTC").null_count == 0 else "text"
