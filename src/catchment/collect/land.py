"""Landing: from the log into the lake, each event exactly once.

One step reads some entries behind the position reached, decodes them, drops the keys that landed
before and the events of who was forgotten, and then does four things in this order, each safe to be
done again:

1. what is no event goes to quarantine, under ids made from its place in the log;
2. personal values go from the rows into the vault, under ids made from themselves;
3. the rows go into the event table, in one commit that carries the new position;
4. the landing state notes position, keys and counts in one transaction.

The third is the moment of truth. Cut short before it, the step never happened and is repeated; cut
short after it, the state is behind the table, and is brought up to it from the table's own rows.

Where more waits than one step takes, the next entries are read and decoded while the table writes.
That half is pure, and goes no further than memory: the order of the four stands.
"""

import fcntl
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catchment.collect.key_index import KeyIndex, Keys
from catchment.collect.landing_batch import Batch, read_batch
from catchment.collect.landing_forgotten import are_of, by_entry, by_source
from catchment.collect.landing_given_up import without_given_up
from catchment.collect.landing_parts import LandingParts, LandingReport, Look
from catchment.collect.landing_recovery import open_index
from catchment.collect.landing_rows import event_keys, rows_of
from catchment.collect.landing_state import HOUR_US, Counts, Entry, LandingState, Progress, Source
from catchment.events import EVENT_SCHEMA
from catchment.kernel import CatchmentError, WorkspaceId
from catchment.lake import LogEntry

_HOURS = tuple[WorkspaceId, str, int]


class Lander:
    """Moves events from the log into the lake. Several may exist; a file lock lets one work.

    Args:
        parts: what it works with.
    """

    def __init__(self, parts: LandingParts) -> None:
        self._parts = parts
        parts.folder.mkdir(parents=True, exist_ok=True)
        self._state = LandingState(parts.folder / "landing.db")
        self._index: KeyIndex | None = None
        self._position = -1
        self._ahead: _Reading | None = None

    @property
    def state(self) -> LandingState:
        """What landing knows, for those who count."""
        return self._state

    def land_once(self) -> LandingReport:
        """One step, within the bounds of entries and bytes; `entries` is 0 when all has landed.

        Raises:
            LogUnavailable, LakeUnavailable: a part is away; nothing is lost, try again.
        """
        with self._lock():
            return self._step()

    def catch_up(self) -> LandingReport:
        """Steps until everything in the log when it began has landed."""
        goal = self._parts.log.head()
        total = self.land_once()
        while total.position < goal:
            step = self.land_once()
            if not step.entries and step.position < goal:
                break  # the rest was trimmed away after another process landed it
            total = total.plus(step)
        return total

    def close(self) -> None:
        """Lets go of the state's file; the log and the table stay open."""
        self._state.close()

    def _step(self) -> LandingReport:
        parts = self._parts
        index = self._ready_index()
        reading, self._ahead = self._ahead, None
        # What was read ahead is of no use if the step before it failed or another process landed.
        if reading is None or reading.after != self._position:
            reading = self._read(self._position)
        entries, batch = reading.entries, reading.batch
        if not entries:
            return LandingReport(position=self._position)
        position = entries[-1].position
        landing = _sift(batch, reading.looks, index, parts)
        parts.reached("decoded")
        # From here on memory and disk may differ until the step is whole; if it is cut short, the
        # next step opens everything afresh.
        self._index = None
        if batch.rejects:
            parts.quarantine.put(batch.rejects)
        parts.reached("quarantined")
        rows = self._protected(landing)
        parts.reached("protected")
        self._append(rows, position, is_more=reading.is_more)
        parts.reached("appended")
        self._state.record(
            Progress(
                position=position,
                counts=_counts(entries, batch, landing),
                hours=landing.hours,
                keys=landing.keys.pack(),
                forgotten=landing.forgotten,
            )
        )
        parts.reached("recorded")
        index.add(landing.keys)
        self._keep_house(index)
        parts.reached("kept house")
        self._index, self._position = index, position
        return LandingReport(
            entries=len(entries),
            accepted=rows.num_rows,
            duplicate=sum(landing.duplicates.values()),
            quarantined=len(batch.rejects),
            position=position,
            suppressed=sum(landing.forgotten.values()),
        )

    def _protected(self, landing: "_Landing") -> pa.Table:
        rows = [
            self._parts.protect(workspace_id, lot, look) for workspace_id, lot, look in landing.lots
        ]
        return pa.concat_tables([EVENT_SCHEMA.empty_table(), *rows])

    def _read(self, after: int) -> "_Reading":
        parts = self._parts
        head = parts.log.head()
        entries = parts.log.read(after, entries_max=parts.entries_max, bytes_max=parts.bytes_max)
        is_more = bool(entries) and entries[-1].position < head
        batch = read_batch(entries, parts.decode, parts.blocked_ids)
        looks = [parts.look(lot.workspace_id, lot.told) for lot in batch.lots]
        return _Reading(after, entries, batch, looks, is_more)

    def _append(self, rows: pa.Table, position: int, *, is_more: bool) -> None:
        """Puts the rows into the table; meanwhile reads what comes next, if the step was cut short.

        Writing takes little of the interpreter, reading nearly all of it: they hardly meet. What
        came only after this step was read is left alone, or steps would be many and small.
        """
        if not is_more:
            self._parts.table.append(rows, position)
            return
        with ThreadPoolExecutor(1) as writer:
            appending = writer.submit(self._parts.table.append, rows, position)
            try:
                self._ahead = self._read(position)
            except CatchmentError:
                self._ahead = None  # This step is none the worse; the next one asks again itself.
            appending.result()

    def _ready_index(self) -> KeyIndex:
        if self._index is None or self._state.position() != self._position:
            self._index = open_index(self._parts, self._state)
            self._position = self._state.position()
        return self._index

    def _keep_house(self, index: KeyIndex) -> None:
        """Moves keys from memory to files, and from small files to large ones."""
        if index.wants_flush:
            index.flush()
            self._parts.reached("flushed keys")
            self._state.note_runs(index.files, is_flushed=True)
        if old := index.merge():
            self._parts.reached("merged keys")
            self._state.note_runs(index.files, is_flushed=False)
            index.forget(old)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """One lander at a time, across processes; a dead process's lock is let go by the system."""
        with (self._parts.folder / "landing.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


@dataclass(frozen=True, slots=True)
class _Reading:
    """What lies in the log behind a position, decoded, and whether more lay behind that.

    The lots are looked at for personal values while the rest goes on.
    """

    after: int
    entries: Sequence[LogEntry]
    batch: Batch
    looks: Sequence[Look | None]
    is_more: bool


@dataclass(frozen=True, slots=True)
class _Landing:
    lots: Sequence[tuple[WorkspaceId, pa.Table, Look | None]]
    keys: Keys
    duplicates: Counter[Source]
    accepted: Counter[Source]
    hours: Counter[_HOURS]
    forgotten: Counter[Entry]


def _sift(
    batch: Batch, looks: Sequence[Look | None], index: KeyIndex, parts: LandingParts
) -> _Landing:
    """The rows that are to land: what landed before is not, nor what is of who was forgotten.

    The keys of the latter are not kept: should it be lifted, what is sent again may land.
    """
    lots: list[tuple[WorkspaceId, pa.Table, Look | None]] = []
    fresh_keys: list[bytes] = []
    accepted: Counter[Source] = Counter()
    duplicates: Counter[Source] = Counter()
    hours: Counter[_HOURS] = Counter()
    forgotten: Counter[Entry] = Counter()
    landed_us = parts.clock.now_us()
    for lot, seen in zip(batch.lots, looks, strict=True):
        packed = event_keys(lot)
        keys = Keys.unpack(packed)
        is_fresh = index.fresh(keys)
        rows = rows_of(lot, keys=packed, hasher=parts.hasher, landed_us=landed_us)
        gone = parts.suppressed(lot.workspace_id)
        is_gone = is_fresh & are_of(rows, gone)
        lands = is_fresh & ~is_gone
        if not lands.all():
            rows = rows.filter(pa.array(lands))
            keys = keys.take(lands)
        look = seen if seen is None or lands.all() else seen.of(lands)
        rows = without_given_up(lot.workspace_id, rows, gone, parts.hasher)
        rows = _without_devices(rows, gone)
        lots.append((lot.workspace_id, rows, look))
        fresh_keys.append(keys.pack())
        forgotten += by_entry(lot, is_gone)
        fresh_before = np.concatenate([[0], np.cumsum(is_fresh)]).tolist()
        lands_before = np.concatenate([[0], np.cumsum(lands)]).tolist()
        at = 0
        for origin in lot.origins:
            until = at + origin.count
            landed = lands_before[until] - lands_before[at]
            source = (lot.workspace_id, origin.source_id)
            accepted[source] += landed
            duplicates[source] += origin.count - (fresh_before[until] - fresh_before[at])
            hours[(*source, origin.received_us // HOUR_US)] += landed
            at = until
    return _Landing(
        lots=lots,
        keys=Keys.unpack(b"".join(fresh_keys)),
        duplicates=duplicates,
        accepted=accepted,
        hours=hours,
        forgotten=forgotten,
    )


def _without_devices(rows: pa.Table, subjects: AbstractSet[str]) -> pa.Table:
    """The rows of others, without the id of a device that was one of these subjects'.

    Whoever uses it now did nothing to be forgotten; but the id must not lead back.
    """
    if not subjects:
        return rows
    wanted = pa.array(sorted(subjects), pa.string())
    is_theirs = pc.is_in(rows["anonymous_subject"], wanted)
    if not pc.any(is_theirs).as_py():
        return rows
    for name in ("anonymous_subject", "anonymous_id"):
        place = rows.schema.get_field_index(name)
        left = pc.if_else(is_theirs, pa.scalar(None, pa.string()), rows[name])
        rows = rows.set_column(place, rows.schema.field(name), left)
    return rows


def _counts(entries: Sequence[LogEntry], batch: Batch, landing: _Landing) -> dict[Source, Counts]:
    quarantined = Counter((r.workspace_id, r.source_id) for r in batch.rejects)
    last_seen: dict[Source, int] = {}
    for entry in entries:
        received = entry.received
        source = (received.workspace_id, received.source_id)
        last_seen[source] = max(received.received_us, last_seen.get(source, 0))
    forgotten = by_source(landing.forgotten)
    return {
        source: Counts(
            landing.accepted[source],
            landing.duplicates[source],
            quarantined[source],
            seen,
            forgotten[source],
        )
        for source, seen in last_seen.items()
    }
