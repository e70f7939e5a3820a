"""Reads newline-delimited JSON of Segment and Sensors Data into batches of the wire format.

The lines themselves go into the log, as if their sender had posted them, so that the very decoder
of the collector reads them. A line that is no JSON object is reported and left out. A Segment
event without a message id gets the file's content and its line number as one; a Sensors event
has its own way to be known again.
"""

import json
from collections.abc import Iterator

import msgspec

from catchment.collect.formats.bodies import BODY_BYTES_MAX, EVENTS_MAX
from catchment.collect.imports.scan import Scanned
from catchment.collect.imports.types import (
    ROW_TEXT_LENGTH_MAX,
    Body,
    Chunk,
    ImportFormat,
    RowError,
    RowReason,
)
from catchment.events import EVENT_BYTES_MAX

_ROWS_PER_CHUNK = 10_000
_LINE_BYTES_MAX = 1024 * 1024
_ABSENT = msgspec.Raw(b"")


class _Probe(msgspec.Struct, gc=False):
    """The little that must be known of a line."""

    message_id: msgspec.Raw = msgspec.field(name="messageId", default=_ABSENT)


_probe = msgspec.json.Decoder(_Probe).decode


def read_lines(
    scanned: Scanned, format_: ImportFormat, id_prefix: str, after: int
) -> Iterator[Chunk]:
    """The lines behind line `after`, chunk by chunk.

    Args:
        scanned: the file.
        format_: `segment` or `sensors`.
        id_prefix: what the id of an event without one starts with.
        after: lines up to this number are dealt with already.
    """
    batch = _Batch(format_)
    with scanned.open_text() as stream:
        number = rows = 0
        while line := stream.readline(_LINE_BYTES_MAX):
            number += 1
            is_cut = len(line) == _LINE_BYTES_MAX and not line.endswith(b"\n")
            while is_cut and (more := stream.readline(_LINE_BYTES_MAX)):
                is_cut = not more.endswith(b"\n")
            item = line.strip()
            if number <= after or not item:
                continue
            rows += 1
            batch.add(item, number, id_prefix)
            if rows == _ROWS_PER_CHUNK:
                yield batch.chunk(number, rows)
                batch, rows = _Batch(format_), 0
        if rows or number > after:
            yield batch.chunk(number, rows)


class _Batch:
    """Lines on their way into bodies."""

    def __init__(self, format_: ImportFormat) -> None:
        self._format = format_
        self._items: list[bytes] = []
        self._bytes = 0
        self._bodies: list[Body] = []
        self._errors: list[RowError] = []

    def add(self, item: bytes, number: int, id_prefix: str) -> None:
        """Takes a line, or notes what is wrong with it."""
        has_id, reason = _look_at(item)
        if reason is not None:
            text = item[: ROW_TEXT_LENGTH_MAX * 4].decode(errors="replace")[:ROW_TEXT_LENGTH_MAX]
            self._errors.append(RowError(number, reason, text))
            return
        if self._format is ImportFormat.SEGMENT and not has_id:
            item = _with_id(item, f"{id_prefix}{number}")
        if len(self._items) == EVENTS_MAX or self._bytes + len(item) > BODY_BYTES_MAX:
            self._close_body()
        self._items.append(item)
        self._bytes += len(item) + 1

    def chunk(self, last_row: int, rows: int) -> Chunk:
        """Everything since the beginning, as one step of progress."""
        self._close_body()
        return Chunk(last_row, rows, tuple(self._bodies), tuple(self._errors))

    def _close_body(self) -> None:
        if self._items:
            content = b"[" + b",".join(self._items) + b"]"
            self._bodies.append(Body(self._format.value, content, len(self._items)))
        self._items, self._bytes = [], 0


def _look_at(item: bytes) -> tuple[bool, RowReason | None]:
    """Whether a line brings its own id, and what is wrong with it."""
    if len(item) > EVENT_BYTES_MAX:
        return False, RowReason.EVENT_TOO_LARGE
    try:
        held = bytes(_probe(item).message_id)
    except msgspec.ValidationError:
        return False, RowReason.NOT_AN_OBJECT
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _look_leniently(item)
    return held not in {b"", b"null", b'""'}, None


def _look_leniently(item: bytes) -> tuple[bool, RowReason | None]:
    """The same for what only some JSON libraries write, such as NaN."""
    try:
        read = json.loads(item)
    except UnicodeDecodeError:
        return False, RowReason.INVALID_TEXT
    except (ValueError, RecursionError):
        return False, RowReason.MALFORMED_JSON
    if not isinstance(read, dict):
        return False, RowReason.NOT_AN_OBJECT
    return bool(read.get("messageId")), None


def _with_id(item: bytes, message_id: str) -> bytes:
    """The object with this id; put last, where it wins over a null one."""
    inner = item[1:-1].rstrip()
    comma = b"," if inner.strip() else b""
    return b"{" + inner + comma + b'"messageId":' + msgspec.json.encode(message_id) + b"}"
