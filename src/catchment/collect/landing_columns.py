"""The `columns` format: a page of an import as an Arrow IPC stream, read without a loop.

The stream holds some of the event table's columns; `message_id` and `name` and one identifier are
the least. A row that lacks them, or breaks a length, is set aside by itself, like an item of a
batch.
"""

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catchment.collect.landing_rows import TOLD
from catchment.collect.types import ReasonCode, Reject
from catchment.events import (
    EVENT_BYTES_MAX,
    KIND_NAMES,
    MESSAGE_ID_LENGTH_MAX,
    NAME_LENGTH_MAX,
    EventKind,
    strongest,
)

COLUMNS_FORMAT = "columns"

_TEXTS = ("properties", "traits", "context")
_RENAMED = {"original_us": "time"}


def decode_columns(body: bytes) -> tuple[pa.Table, list[Reject]]:
    """Rows of `TOLD`, and the rows that cannot be events.

    A stream that cannot be read at all is one reject with the whole body.
    """
    try:
        page = pa.ipc.open_stream(body).read_all()
        page.validate(full=True)
        told = pa.Table.from_arrays([_told(page, field) for field in TOLD], schema=TOLD)
    except (pa.ArrowException, OSError, ValueError) as broken:
        detail = f"The page of columns cannot be read: {broken}"
        return TOLD.empty_table(), [Reject(0, ReasonCode.BATCH_ITEM_INVALID, detail, "", body)]
    flaws = _flaws(told)
    if not any(pc.any(is_bad).as_py() for _, _, _, is_bad in flaws):
        return told, []
    rejects: dict[int, Reject] = {}
    for reason, pointer, detail, is_bad in flaws:
        for index in pc.indices_nonzero(is_bad).to_pylist():
            if index not in rejects:
                payload = msgspec.json.encode(_as_sent(page, index))
                rejects[index] = Reject(index, reason, detail, pointer, payload)
    is_good = [index not in rejects for index in range(told.num_rows)]
    return told.filter(pa.array(is_good)), [rejects[index] for index in sorted(rejects)]


def _told(page: pa.Table, field: "pa.Field[pa.DataType]") -> pa.ChunkedArray:
    name = _RENAMED.get(field.name, field.name)
    rows = page.num_rows
    if name not in page.schema.names:
        return pa.chunked_array([_missing(field, rows)], field.type)
    column = page[name]
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type):
        # An instant without a zone is taken as UTC; importers resolve zones before this.
        column = column.cast(pa.timestamp("us", tz=column.type.tz)).cast(pa.int64())
    column = column.cast(field.type)
    return pc.coalesce(column, pa.scalar(_default(field.name), field.type))


def _missing(field: "pa.Field[pa.DataType]", rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(_default(field.name), field.type), rows)


def _default(name: str) -> str | None:
    if name in _TEXTS:
        return "{}"
    return EventKind.TRACK.value if name == "kind" else None


_Flaw = tuple[ReasonCode, str, str, pa.ChunkedArray]


def _flaws(told: pa.Table) -> list[_Flaw]:
    def too_long(name: str, limit: int) -> pa.ChunkedArray:
        return pc.fill_null(pc.greater(pc.utf8_length(told[name]), limit), False)  # noqa: FBT003

    def empty(name: str) -> pa.ChunkedArray:
        return pc.fill_null(pc.equal(told[name], ""), True)  # noqa: FBT003

    size = pc.add(
        pc.add(pc.binary_length(told["properties"]), pc.binary_length(told["traits"])),
        pc.binary_length(told["context"]),
    )
    return [
        (
            ReasonCode.UNKNOWN_KIND, "/kind", "The kind is none of the six.",
            pc.invert(pc.is_in(told["kind"], pa.array([*KIND_NAMES, EventKind.TRACK]))),
        ),
        (
            ReasonCode.BATCH_ITEM_INVALID, "/message_id", "A row needs a message id.",
            empty("message_id"),
        ),
        (
            ReasonCode.MESSAGE_ID_TOO_LONG, "/message_id",
            f"A message id has at most {MESSAGE_ID_LENGTH_MAX} characters.",
            too_long("message_id", MESSAGE_ID_LENGTH_MAX),
        ),
        (
            ReasonCode.MISSING_EVENT_NAME, "/name", "A row needs an event name.", empty("name"),
        ),
        (
            ReasonCode.NAME_TOO_LONG, "/name",
            f"A name has at most {NAME_LENGTH_MAX} characters.",
            too_long("name", NAME_LENGTH_MAX),
        ),
        (
            ReasonCode.MISSING_IDENTITY, "/user_id",
            "A row needs a user id, an anonymous id or an external id.",
            _nobody(told, pc.and_(empty("user_id"), empty("anonymous_id"))),
        ),
        (
            ReasonCode.EVENT_TOO_LARGE, "", f"An event has at most {EVENT_BYTES_MAX} bytes.",
            pc.greater(size, EVENT_BYTES_MAX),
        ),
    ]  # fmt: skip


def _nobody(told: pa.Table, lacks_ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """Of the rows without ids of their own, those whose context names nobody either."""
    may_name = pc.and_(lacks_ids, pc.match_substring(told["context"], '"externalIds"'))
    named = [
        place
        for place in pc.indices_nonzero(may_name).to_pylist()
        if isinstance(strongest(told["context"][place].as_py()), tuple)
    ]
    if not named:
        return lacks_ids
    is_named = np.zeros(told.num_rows, np.bool_)
    is_named[named] = True
    return pc.and_not(lacks_ids, pa.chunked_array([pa.array(is_named)]))


def _as_sent(page: pa.Table, index: int) -> dict[str, object]:
    row = page.slice(index, 1).to_pylist()[0]
    return {name: value for name, value in row.items() if value is not None}
