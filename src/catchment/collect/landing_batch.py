"""A batch of log entries, read once: whose events they hold, and what is none.

This is the pure half of landing. The same entries give the same batch whenever they are read, which
is why a landing that was cut short can simply be done again.
"""

import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pyarrow as pa

from catchment.collect.formats.numbers import may_overflow
from catchment.collect.landing_columns import COLUMNS_FORMAT, decode_columns
from catchment.collect.landing_rows import TOLD, Lot, Origin, ToldColumns, told_by
from catchment.collect.landing_straight import STRAIGHT_FORMAT, Unusual, straight_columns
from catchment.collect.ports import BlockedIds, Decoder, QuarantinedEvent, quarantine_id
from catchment.collect.types import Decoded, ReasonCode, Reject
from catchment.events import Event
from catchment.kernel import CatchmentError, WorkspaceId
from catchment.lake import LogEntry, Received

_NOT_THE_BODYS_FAULT = (CatchmentError, MemoryError)
_TEXT_TROUBLE = (pa.ArrowException, UnicodeError, OverflowError, TypeError, ValueError)


_KEPT_JSON = ("properties", "traits", "context")

_ROWS_GATHERED = 2_000
"""Events gathered in Python before they go into columns: what still lies in the processor's cache
is cheap to read again, and what it took of memory is used again for the next."""


class _NumbersSuspected(Exception):
    """Some body on the straight road may hold a number that no float holds."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What some entries of the log hold.

    Attributes:
        lots: events, one lot per workspace.
        rejects: items that are no events.
    """

    lots: Sequence[Lot]
    rejects: Sequence[QuarantinedEvent]


@dataclass(slots=True)
class _Gathering:
    """One workspace's events while entries are read.

    Numbers that no float holds are looked for in whole pages: what took the ordinary road has none,
    and the straight road does not look by itself unless it was asked to.
    """

    is_wary: bool
    origins: list[Origin] = field(default_factory=list)
    told: ToldColumns = field(default_factory=ToldColumns)
    pages: list[pa.Table] = field(default_factory=list)

    def add_page(self, page: pa.Table) -> int:
        self._close_page()
        self.pages.append(page)
        return int(page.num_rows)

    def add_events(self, events: Sequence[Event]) -> int:
        self.told.add_events(events)
        self._close_full_page()
        return len(events)

    def add_columns(self, columns: Sequence[Sequence[Any]]) -> int:
        self.told.add_columns(columns)
        self._close_full_page()
        return len(columns[0])

    def lot(self, workspace_id: WorkspaceId) -> Lot:
        self._close_page()
        return Lot(workspace_id, self.origins, pa.concat_tables([TOLD.empty_table(), *self.pages]))

    def _close_full_page(self) -> None:
        if len(self.told) >= _ROWS_GATHERED:
            self._close_page()

    def _close_page(self) -> None:
        if len(self.told):
            page = self.told.table()
            if not self.is_wary and any(_may_overflow(page[name]) for name in _KEPT_JSON):
                raise _NumbersSuspected
            self.pages.append(page)
            self.told = ToldColumns()


def _may_overflow(texts: pa.ChunkedArray) -> bool:
    for chunk in texts.chunks:
        _, offsets, content = chunk.buffers()
        if content is not None:
            ends = memoryview(offsets).cast("i")
            first, last = ends[chunk.offset], ends[chunk.offset + len(chunk)]
            if may_overflow(memoryview(content)[first:last]):
                return True
    return False


def read_batch(entries: Sequence[LogEntry], decode: Decoder, blocked_ids: BlockedIds) -> Batch:
    """The events of these entries by workspace, in order, and what is no event.

    Raises:
        CatchmentError: a part that is asked on the way is away; never because of a body.
    """
    try:
        try:
            return _read(entries, decode, blocked_ids)
        except _NumbersSuspected:
            return _read(entries, decode, blocked_ids, is_wary=True)
    except _NOT_THE_BODYS_FAULT:
        raise
    except Exception:  # noqa: BLE001  (a rim: strangers' bytes; one body must not stop all others)
        # Somewhere in there is text that no column takes, or a body that the decoder stumbles
        # over. Reading again, entry by entry and event by event, finds it.
        return _read(entries, _Careful(decode), blocked_ids, is_wary=True, is_careful=True)


def _read(
    entries: Sequence[LogEntry],
    decode: Decoder,
    blocked_ids: BlockedIds,
    *,
    is_wary: bool = False,
    is_careful: bool = False,
) -> Batch:
    gathered: dict[WorkspaceId, _Gathering] = {}
    rejects: list[QuarantinedEvent] = []
    for entry in entries:
        received = entry.received
        own = gathered.setdefault(received.workspace_id, _Gathering(is_wary))
        blocked = blocked_ids(received.workspace_id)
        refused: Sequence[Reject] = ()
        count = None
        if received.format == COLUMNS_FORMAT:
            page, refused = decode_columns(received.body)
            count = own.add_page(page)
        elif received.format == STRAIGHT_FORMAT and not is_careful:
            count = _straight(own, received, blocked)
        if count is None:
            decoded = decode(received, blocked)
            refused = decoded.rejects
            count = own.add_events(decoded.events)
        own.origins.append(
            Origin(
                entry.position,
                received.source_id,
                received.received_us,
                received.is_historical,
                count,
                received.trust,
            )
        )
        rejects.extend(_quarantined(entry, reject) for reject in refused)
    lots = [own.lot(workspace_id) for workspace_id, own in gathered.items()]
    return Batch(lots, rejects)


def _straight(own: _Gathering, received: Received, blocked_ids: AbstractSet[str]) -> int | None:
    """How many events took the straight road; nothing where the body must take the ordinary one."""
    try:
        columns = straight_columns(received, blocked_ids)
    except Unusual:
        return None
    kept = columns[-len(_KEPT_JSON) :]
    if own.is_wary and any(may_overflow(b",".join(told)) for told in kept):
        return None
    return own.add_columns(columns)


class _Careful:
    """A decoder that nothing makes stumble: what cannot be kept is set aside, with its bytes."""

    def __init__(self, decode: Decoder) -> None:
        self._decode = decode

    def __call__(self, received: Received, blocked_ids: AbstractSet[str]) -> Decoded:
        try:
            decoded = self._decode(received, blocked_ids)
        except _NOT_THE_BODYS_FAULT:
            raise
        except Exception as stumble:  # noqa: BLE001  (the same rim, one body at a time)
            detail = f"The body cannot be decoded: {type(stumble).__name__}: {stumble}"
            whole = Reject(0, ReasonCode.BATCH_ITEM_INVALID, detail, "", received.body)
            return Decoded([], [whole])
        fit: list[Event] = []
        unfit: list[Reject] = []
        for place, event in enumerate(decoded.events):
            try:
                told_by([event])
            except _TEXT_TROUBLE as trouble:
                detail = f"The event holds text that cannot be kept: {trouble}"
                # Below zero, so that its id never meets that of an item the decoder refused.
                payload = _as_text(event)
                unfit.append(Reject(-1 - place, ReasonCode.INVALID_TEXT, detail, "", payload))
            else:
                fit.append(event)
        return Decoded(fit, [*decoded.rejects, *unfit])


def _as_text(event: Event) -> bytes:
    """The event as JSON that can be shown, with whatever is no text written out in escapes."""
    members = {
        name: value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value
        for name, value in msgspec.structs.asdict(event).items()
        if value is not None
    }
    return json.dumps(members).encode()


def _quarantined(entry: LogEntry, reject: Reject) -> QuarantinedEvent:
    received = entry.received
    return QuarantinedEvent(
        id=quarantine_id(received.workspace_id, entry.position, reject.index),
        workspace_id=received.workspace_id,
        source_id=received.source_id,
        format=received.format,
        reason=reject.reason,
        detail=reject.detail,
        pointer=reject.pointer,
        payload=reject.payload,
        received_us=received.received_us,
        is_historical=received.is_historical,
    )
