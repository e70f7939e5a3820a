"""The rows of the log file: what a body becomes before it is written, and how it is had again.

A long body is packed, and every body is sealed for its place: the other columns of its row. What
was written by a version that did not seal has no seal and is read as it stands.
"""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from catchment.events import Trust
from catchment.kernel import WorkspaceId
from catchment.lake.ports import LogEntry, Opener, Received, Seal, Sealer

PACK_FROM_BYTES = 1024
"""Bodies longer than this are kept compressed."""

UNREADABLE = "unreadable"
"""The format of an entry that nobody can open any more; it has no body."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    format TEXT NOT NULL,
    received_us INTEGER NOT NULL,
    is_historical INTEGER NOT NULL,
    size INTEGER NOT NULL,
    body BLOB NOT NULL,
    trust TEXT NOT NULL DEFAULT 'claim',
    seal_id INTEGER
);
CREATE INDEX IF NOT EXISTS entries_workspace ON entries (workspace_id, position);
CREATE TABLE IF NOT EXISTS seals (
    seal_id INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    last_position INTEGER NOT NULL
);
"""

LATER_COLUMNS: Mapping[str, str] = {
    "trust": "TEXT NOT NULL DEFAULT 'claim'",
    "seal_id": "INTEGER",
}
"""Columns that a log of an earlier version lacks."""

LATER_INDEX = (
    "CREATE INDEX IF NOT EXISTS entries_unsealed ON entries (position) WHERE seal_id IS NULL"
)

COLUMNS = (
    "position, workspace_id, source_id, format, received_us, is_historical, size, body, trust,"
    " seal_id"
)
INSERT = (
    "INSERT INTO entries (workspace_id, source_id, format, received_us, is_historical, size, body,"
    " trust, seal_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

Row = tuple[int, str, str, str, int, int, int, bytes, str, int | None]
"""A row as it is read."""

NewRow = tuple[str, str, str, int, bool, int, bytes, str, int]
"""A row as it is written."""


def sealed_rows(batch: Sequence[Received], sealer: Sealer) -> tuple[Seal, list[NewRow]]:
    """The rows of what was received, their bodies closed, and the seal that closes them."""
    closing = []
    for told in batch:
        size = len(told.body)
        place = _place(
            told.workspace_id, told.source_id, told.format, told.received_us,
            1 if told.is_historical else 0, size, told.trust,
        )  # fmt: skip
        closing.append((_packed(told.body, size), place))
    seal, bodies = sealer.seal(closing)
    return seal, [
        (
            told.workspace_id, told.source_id, told.format, told.received_us, told.is_historical,
            len(told.body), body, told.trust, seal.id,
        )
        for told, body in zip(batch, bodies, strict=True)
    ]  # fmt: skip


def resealed(rows: Sequence[Row], sealer: Sealer) -> tuple[Seal, list[tuple[bytes, int, int]]]:
    """Rows that stand open, closed: the seal, and of each its body, the seal and the position."""
    seal, bodies = sealer.seal([(row[7], _place_of(row)) for row in rows])
    return seal, [(body, seal.id, row[0]) for row, body in zip(rows, bodies, strict=True)]


def opened_entries(
    rows: Sequence[Row], seals: Mapping[int, Seal], opener: Opener
) -> list[LogEntry]:
    """The entries of rows, in their order; one that nobody can open comes as `UNREADABLE`.

    Raises:
        Unavailable: the keys are away.
    """
    bodies: dict[int, bytes | None] = {}
    closed: dict[int, list[Row]] = {}
    for row in rows:
        if row[9] is None:
            bodies[row[0]] = row[7]
        else:
            closed.setdefault(row[9], []).append(row)
    for seal_id, under in closed.items():
        seal = seals.get(seal_id)
        if seal is not None:
            opened = opener.open(seal, [(row[7], _place_of(row)) for row in under])
            bodies.update((row[0], body) for row, body in zip(under, opened, strict=True))
    return [_entry(row, bodies.get(row[0])) for row in rows]


def _entry(row: Row, packed: bytes | None) -> LogEntry:
    position, workspace_id, source_id, form, received_us, is_historical, size, _, trust, _ = row
    if packed is None:
        form, body = UNREADABLE, b""
    elif len(packed) < size:
        body = pa.decompress(packed, decompressed_size=size, codec="lz4_raw", asbytes=True)
    else:
        body = packed
    received = Received(
        workspace_id=WorkspaceId(workspace_id),
        source_id=source_id,
        format=form,
        received_us=received_us,
        body=body,
        is_historical=bool(is_historical),
        trust=Trust(trust),
    )
    return LogEntry(position, received)


def _packed(body: bytes, size: int) -> bytes:
    if size > PACK_FROM_BYTES:
        packed: bytes = pa.compress(body, codec="lz4_raw", asbytes=True)
        # A body that gains nothing is kept as it is; unpacking tells by the length.
        if len(packed) < size:
            return packed
    return body


def _place(  # noqa: PLR0917  (the columns of a row, in their order)
    workspace_id: str, source_id: str, form: str, received_us: int, is_historical: int, size: int,
    trust: str,
) -> bytes:  # fmt: skip
    # What a body is closed for: moved to another row it does not open.
    told = f"{workspace_id}|{source_id}|{form}|{received_us}|{is_historical}|{size}|{trust}"
    return told.encode()


def _place_of(row: Row) -> bytes:
    return _place(row[1], row[2], row[3], row[4], row[5], row[6], row[8])
