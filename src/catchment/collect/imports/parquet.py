"""Reads Parquet: our own exports as they are, any other table through a mapping.

A file with our event columns comes in whole, message ids included, so that what was exported from
one home is the same events in another. Of any other file each cell is read as text, as in a CSV.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catchment.collect.imports.columns import INSTANT
from catchment.collect.imports.errors import UnreadableFile
from catchment.collect.imports.reading import Fault, sift
from catchment.collect.imports.scan import Scanned
from catchment.collect.imports.sniff import Layout, unique_names
from catchment.collect.imports.tables import RowPage
from catchment.collect.imports.types import ROWS_PER_BODY_MAX, RowError, RowReason
from catchment.events import EVENT_BYTES_MAX, EVENT_SCHEMA, EventKind

_OWN_NEEDED = {"message_id", "kind", "name", "time"}
_OWN_WHO = {"user_id", "anonymous_id"}
OWN_COLUMNS = (
    "message_id", "kind", "name", "user_id", "anonymous_id", "previous_id", "group_id", "time",
    "sequence", "order_id", "product_id", "live_id", "offset_ms",
    "amount_minor", "currency", "properties", "traits", "context",
)  # fmt: skip
"""What an event is besides where and when we keep it; its time is corrected already."""

_JSON_COLUMNS = ("properties", "traits", "context")
_decode_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def open_parquet(scanned: Scanned) -> pq.ParquetFile:
    """The file, with its schema at hand.

    Raises:
        UnreadableFile: it is damaged, or packed so that it cannot be read in any order.
    """
    try:
        return pq.ParquetFile(scanned.open_raw())
    except (pa.ArrowInvalid, OSError) as broken:
        raise UnreadableFile(f"the Parquet file cannot be read: {broken}") from broken


def parquet_layout(file: pq.ParquetFile) -> Layout:
    """The columns' names; there is no row of them."""
    return Layout("", 0, unique_names(file.schema_arrow.names))


def is_own(names: list[str]) -> bool:
    """Whether a table has our event columns."""
    return set(names) >= _OWN_NEEDED and bool(_OWN_WHO & set(names))


def read_parquet(file: pq.ParquetFile, layout: Layout) -> Iterator[RowPage]:
    """The rows as text, page by page."""
    for first, batch in _batches(file, None):
        cells = [_text(column) for column in batch.columns]
        numbers = pa.array(np.arange(first, first + batch.num_rows))
        page = pa.RecordBatch.from_arrays(cells, names=list(layout.names))
        yield RowPage(numbers, page, (), first + batch.num_rows - 1)


def read_own(
    file: pq.ParquetFile, id_prefix: str
) -> Iterator[tuple[RowPage, pa.RecordBatch, list[RowError]]]:
    """Events in normal form out of a file with our columns, with the page each came from."""
    names = [name for name in OWN_COLUMNS if name in file.schema_arrow.names]
    for first, batch in _batches(file, names):
        columns = {name: _own(name, batch[name]) for name in names}
        for name in _JSON_COLUMNS:
            if name in columns:
                columns[name] = pc.coalesce(columns[name], "{}")
        numbers = pa.array(np.arange(first, first + batch.num_rows))
        by_row = pc.binary_join_element_wise(id_prefix, numbers.cast(pa.string()), "")
        columns["message_id"] = pc.coalesce(columns["message_id"], by_row)
        cells = pa.RecordBatch.from_arrays([_text(column) for column in batch.columns], names=names)
        page = RowPage(numbers, cells, (), first + batch.num_rows - 1)
        events, errors = sift(page, columns, _own_faults(columns))
        yield page, events, list(errors)


def _batches(file: pq.ParquetFile, names: list[str] | None) -> Iterator[tuple[int, pa.RecordBatch]]:
    first = 1
    try:
        for batch in file.iter_batches(ROWS_PER_BODY_MAX, columns=names):
            yield first, batch
            first += batch.num_rows
    except (pa.ArrowInvalid, OSError) as broken:
        raise UnreadableFile(f"the Parquet file cannot be read: {broken}") from broken


def _own(name: str, column: pa.Array) -> pa.Array:
    wanted = EVENT_SCHEMA.field(name).type
    try:
        if wanted == INSTANT and pa.types.is_timestamp(column.type) and column.type.tz is None:
            column = pc.assume_timezone(column, "UTC")
        return column.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as strange:
        raise UnreadableFile(f"column {name!r} cannot be read as {wanted}: {strange}") from strange


def _own_faults(columns: dict[str, pa.Array]) -> list[Fault]:
    who = [columns[name] for name in ("user_id", "anonymous_id") if name in columns]
    kinds = pa.array([kind.value for kind in EventKind])
    faults = [
        (pc.is_null(columns["name"]), RowReason.MISSING_EVENT_NAME),
        (pc.invert(pc.is_in(columns["kind"], kinds)), RowReason.UNKNOWN_EVENT_TYPE),
        (pc.is_null(columns["time"]), RowReason.INVALID_TIMESTAMP),
        (pc.is_null(pc.coalesce(*who)), RowReason.MISSING_IDENTITY),
    ]
    for name in _JSON_COLUMNS:
        if name in columns:
            too_long = pc.greater(pc.binary_length(columns[name]), EVENT_BYTES_MAX)
            is_broken = [not _is_object(text) for text in columns[name].to_pylist()]
            faults += [
                (too_long, RowReason.EVENT_TOO_LARGE),
                (pa.array(is_broken, pa.bool_()), RowReason.NOT_AN_OBJECT),
            ]
    return faults


def _is_object(text: str) -> bool:
    try:
        _decode_object(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _text(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
        shown: list[Any] = [None if cell is None else str(cell) for cell in column.to_pylist()]
        return pa.array(shown, pa.string())
    text = column.cast(pa.string())
    return pc.if_else(pc.equal(text, ""), None, text)
