"""From decoded bodies to rows of the event table, a batch at a time.

Two kinds of bodies meet here: events decoded one by one from a wire format, and `columns`, whole
Arrow tables that imports write. Both become the same columns first (`TOLD`); what the table keeps
beyond that (keys, subjects, the instant it happened) is computed once for the whole batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catchment.collect.key_index import KEY_BYTES
from catchment.collect.normalise import UNKNOWN_US, Flags, Instants, happened
from catchment.collect.subjects import IdentifierKind, SubjectHasher
from catchment.events import EVENT_SCHEMA, Event, EventKind, Trust, key_space, strongest
from catchment.kernel import WorkspaceId

_INSTANT = pa.timestamp("us", tz="UTC")

TOLD = pa.schema(
    [
        pa.field("message_id", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("name", pa.string()),
        pa.field("user_id", pa.string()),
        pa.field("anonymous_id", pa.string()),
        pa.field("previous_id", pa.string()),
        pa.field("group_id", pa.string()),
        pa.field("original_us", pa.int64()),
        pa.field("sent_us", pa.int64()),
        pa.field("sequence", pa.int64()),
        pa.field("is_historical", pa.bool_()),
        pa.field("order_id", pa.string()),
        pa.field("product_id", pa.string()),
        pa.field("live_id", pa.string()),
        pa.field("offset_ms", pa.int64()),
        pa.field("amount_minor", pa.int64()),
        pa.field("currency", pa.string()),
        pa.field("properties", pa.string()),
        pa.field("traits", pa.string()),
        pa.field("context", pa.string()),
    ]
)
"""What a sender can tell of an event, as columns."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a log entry says of all its events.

    Attributes:
        position: its place in the log.
        source_id: the source it came by.
        received_us: when it reached us.
        is_historical: it is history as a whole.
        count: how many events it gave.
        trust: how well we know who sent it.
    """

    position: int
    source_id: str
    received_us: int
    is_historical: bool
    count: int
    trust: Trust = Trust.CLAIM


@dataclass(frozen=True, slots=True)
class Lot:
    """One workspace's events in order of the log.

    Attributes:
        workspace_id: whose they are.
        origins: the entries they came in.
        told: rows of `TOLD`, as many as the origins count together.
    """

    workspace_id: WorkspaceId
    origins: Sequence[Origin]
    told: pa.Table


class ToldColumns:
    """Gathers what is told, body after body, and gives it as a table."""

    def __init__(self) -> None:
        self._columns: list[list[Any]] = [[] for _ in TOLD]

    def __len__(self) -> int:
        return len(self._columns[0])

    def add_events(self, events: Sequence[Event]) -> None:
        """Adds events that were decoded one by one."""
        for column, name in zip(self._columns, TOLD.names, strict=True):
            read = attrgetter(name)
            column.extend([read(event) for event in events])

    def add_columns(self, columns: Sequence[Sequence[Any]]) -> None:
        """Adds columns of one length, in the order of `TOLD`."""
        for column, values in zip(self._columns, columns, strict=True):
            column.extend(values)

    def table(self) -> pa.Table:
        """What was gathered.

        Raises:
            pa.ArrowInvalid, UnicodeError: something holds text that is no Unicode.
        """
        # Text that came as bytes is checked to be UTF-8 on the way in.
        arrays = [
            pa.array(values, field.type) for field, values in zip(TOLD, self._columns, strict=True)
        ]
        return pa.Table.from_arrays(arrays, schema=TOLD)


def told_by(events: Sequence[Event]) -> pa.Table:
    """What events that were decoded one by one tell, as columns."""
    gathered = ToldColumns()
    gathered.add_events(events)
    return gathered.table()


def event_keys(lot: Lot) -> bytes:
    """The events' keys laid end to end; each is what `events.event_key` gives."""
    key = lot.workspace_id.encode()[:64]
    starts = {one: blake2b(digest_size=16, key=key, person=key_space(one)).copy for one in Trust}
    message_ids = iter(lot.told["message_id"].to_pylist())
    keys = []
    for origin in lot.origins:
        start = starts[origin.trust]
        for message_id in islice(message_ids, origin.count):
            state = start()
            state.update(message_id.encode("utf-8", "surrogatepass"))
            keys.append(state.digest())
    return b"".join(keys)


def rows_of(lot: Lot, *, keys: bytes, hasher: SubjectHasher, landed_us: int) -> pa.Table:
    """Rows of `EVENT_SCHEMA` for this lot, in order.

    Args:
        lot: the events.
        keys: their keys laid end to end.
        hasher: gives subjects.
        landed_us: now.
    """
    told = lot.told.combine_chunks()
    spread = _Spread(lot.origins)
    received = spread.numbers([origin.received_us for origin in lot.origins])
    is_historical = _flags(told["is_historical"]) | spread.flags(
        [origin.is_historical for origin in lot.origins]
    )
    when = happened(_bare(told["original_us"]), _bare(told["sent_us"]), received, is_historical)
    user = _subjects(lot.workspace_id, IdentifierKind.USER, told["user_id"], hasher)
    anonymous = _subjects(lot.workspace_id, IdentifierKind.ANONYMOUS, _anonymous(told), hasher)
    own = {
        "workspace_id": pa.repeat(pa.scalar(lot.workspace_id, pa.string()), len(received)),
        "source_id": spread.texts([origin.source_id for origin in lot.origins]),
        "event_key": pa.Array.from_buffers(
            pa.binary(KEY_BYTES), len(received), [None, pa.py_buffer(keys)]
        ).cast(pa.binary()),
        "subject": _with_external(lot.workspace_id, pc.coalesce(user, anonymous), told, hasher),
        "user_subject": user,
        "anonymous_subject": anonymous,
        "time": _instant(when.time_us),
        "original_time": told["original_us"].cast(_INSTANT),
        "sent_time": told["sent_us"].cast(_INSTANT),
        "received_time": _instant(received),
        "landed_time": _instant(np.full(len(received), landed_us, dtype=np.int64)),
        "is_historical": pa.array(is_historical),
        "is_late": pa.array(when.is_late),
        "is_suspect": pa.array(when.is_suspect),
        "log_position": pa.array(spread.numbers([origin.position for origin in lot.origins])),
        "trust": spread.texts([origin.trust for origin in lot.origins]),
    }
    return pa.Table.from_arrays(
        [own[f.name] if f.name in own else told[f.name] for f in EVENT_SCHEMA], schema=EVENT_SCHEMA
    )


class _Spread:
    """Lays what an entry says once under each of its events."""

    def __init__(self, origins: Sequence[Origin]) -> None:
        self._counts = np.array([origin.count for origin in origins], dtype=np.int64)

    def numbers(self, values: Sequence[int]) -> Instants:
        return np.repeat(np.array(values, dtype=np.int64), self._counts)

    def flags(self, values: Sequence[bool]) -> Flags:
        return np.repeat(np.array(values, dtype=np.bool_), self._counts)

    def texts(self, values: Sequence[str]) -> pa.Array:
        places = np.repeat(np.arange(len(values)), self._counts)
        return pa.array(values, pa.string()).take(pa.array(places))


def _anonymous(told: pa.Table) -> pa.ChunkedArray:
    """The anonymous end of the event: for an alias without one, the id that it gives up."""
    nobody = pa.scalar(None, pa.string())
    given_up = pc.if_else(pc.equal(told["kind"], EventKind.ALIAS), told["previous_id"], nobody)
    return pc.coalesce(told["anonymous_id"], given_up)


def _subjects(
    workspace_id: WorkspaceId, kind: str, identifiers: pa.ChunkedArray, hasher: SubjectHasher
) -> pa.Array:
    """Subjects of identifiers, each distinct one hashed once; none where there is none."""
    coded = identifiers.combine_chunks().dictionary_encode()
    subjects = hasher.subjects(workspace_id, kind, coded.dictionary.to_pylist())
    return pa.array(subjects, pa.string()).take(coded.indices)


def _with_external(
    workspace_id: WorkspaceId, subjects: pa.Array, told: pa.Table, hasher: SubjectHasher
) -> pa.Array:
    """Subjects; where there is none, that of the strongest external id: decoding saw to one."""
    if not subjects.null_count:
        return subjects
    places = pc.indices_nonzero(pc.is_null(subjects)).to_pylist()
    found = []
    for context in told["context"].take(pa.array(places)).to_pylist():
        named = strongest(context)
        if not isinstance(named, tuple):
            raise TypeError("an event came to be landed that names nobody")
        found.append(hasher.subject(workspace_id, *named))
    return pc.replace_with_mask(subjects, pc.is_null(subjects), pa.array(found, pa.string()))


def _bare(column: pa.ChunkedArray) -> Instants:
    bare: Instants = pc.fill_null(column, UNKNOWN_US).to_numpy()
    return bare


def _flags(column: pa.ChunkedArray) -> Flags:
    flags: Flags = pc.fill_null(column, False).to_numpy()  # noqa: FBT003
    return flags


def _instant(us: Instants) -> pa.Array:
    return pa.array(us).cast(_INSTANT)
