"""Columns of text into one column of JSON objects, without a Python object for any cell.

Most cells need no escaping, and one look at the bytes of a whole column tells; only a column with a
control character in it is encoded cell by cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_NUMBER = r"^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$"
_SPACE, _QUOTE, _BACKSLASH = 0x20, 0x22, 0x5C
_END = 1 << 30  # Arrow reckons a slice without an end wrongly
_YES = ("true", "yes", "y", "1", "是")
_NO = ("false", "no", "n", "0", "否")


@dataclass(frozen=True, slots=True)
class JsonColumn:
    """JSON values of one column.

    Attributes:
        values: their text; a null is left out of the object.
        quote: what stands around each of them.
    """

    values: pa.Array
    quote: str = ""


def json_text(cells: pa.Array) -> JsonColumn:
    """Each cell as a JSON string."""
    content = _bytes(cells)
    if bool((content < _SPACE).any()):
        encode = msgspec.json.encode
        inner = [None if cell is None else encode(cell).decode() for cell in cells.to_pylist()]
        return JsonColumn(pa.array(inner, pa.string()))
    if bool((content == _BACKSLASH).any()):
        cells = pc.replace_substring(cells, "\\", "\\\\")
    if bool((content == _QUOTE).any()):
        cells = pc.replace_substring(cells, '"', '\\"')
    return JsonColumn(cells, '"')


def _bytes(cells: pa.Array) -> "np.ndarray[Any, np.dtype[np.uint8]]":
    """The column's cells one behind the other, with nothing copied."""
    _, offsets, content = cells.buffers()
    if content is None or len(cells) == 0:
        return np.zeros(0, dtype=np.uint8)
    ends = np.frombuffer(offsets, dtype=np.int32)
    first, last = ends[cells.offset], ends[cells.offset + len(cells)]
    return np.frombuffer(content, dtype=np.uint8)[first:last]


def json_number(cells: pa.Array) -> JsonColumn:
    """Each cell that is a plain number as that number, to the letter; any other as a string."""
    return _this_or_text(pc.match_substring_regex(cells, _NUMBER), cells, cells)


def json_boolean(cells: pa.Array) -> JsonColumn:
    """Each cell that says yes or no as true or false; any other as a string."""
    lower = pc.utf8_lower(cells)
    is_yes, is_no = pc.is_in(lower, pa.array(_YES)), pc.is_in(lower, pa.array(_NO))
    return _this_or_text(pc.or_(is_yes, is_no), pc.if_else(is_yes, "true", "false"), cells)


def _this_or_text(is_this: pa.Array, this: pa.Array, cells: pa.Array) -> JsonColumn:
    this = pc.if_else(pc.is_valid(cells), this, None)
    if pc.all(pc.or_(is_this, pc.is_null(cells)), min_count=0).as_py() is not False:
        return JsonColumn(this)
    text = json_text(cells)
    quoted = pc.binary_join_element_wise(text.quote, text.values, text.quote, "")
    return JsonColumn(pc.if_else(is_this, this, quoted))


def json_object(members: Sequence[tuple[str, JsonColumn]], rows: int) -> pa.Array:
    """Objects out of columns of JSON values; a null is left out.

    Args:
        members: names and values.
        rows: how many, for when there are no members.
    """
    if not members:
        return pa.array(["{}"] * rows, pa.string())
    parts: list[Any] = []
    for name, column in members:
        key = "," + msgspec.json.encode(name).decode() + ":" + column.quote
        if column.values.null_count == 0:
            parts += [key, column.values, column.quote]
        else:
            parts.append(pc.binary_join_element_wise(key, column.values, column.quote, ""))
    joined = pc.binary_join_element_wise(
        *parts, "}", "", null_handling="replace", null_replacement=""
    )
    # Every member begins with a comma; the first one's makes way for the brace.
    inner = pc.binary_slice(joined.cast(pa.binary()), 1, _END).cast(pa.string())
    return pc.binary_join_element_wise("{", pc.if_else(pc.equal(inner, ""), "}", inner), "")
