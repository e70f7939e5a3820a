"""From events to links, a chunk at a time.

Most events name a user and a device in two columns of their own: those pairs are found column by
column, without looking at a single row. Only rows whose JSON holds the names of a declared place
are looked at one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import and_, or_
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catchment.events import read_context, strongest, written_ids
from catchment.kernel import WorkspaceId
from catchment.lake import EVENTS, Engine, LogSpan
from catchment.people.identifiers.gather_links import Gathered, LinkGatherer, Seen
from catchment.people.identifiers.open_tokens import open_tokens
from catchment.people.identifiers.read_rows import Found, RefusalTally, RowReader, Sealed, Unfit
from catchment.people.identifiers.types import DeclaredKind
from catchment.people.identity import Via
from catchment.people.ports import ClosedVault, PersonalValues, Subjects
from catchment.vault import is_token, parse_token

EVENTS_MAX = 200_000
"""Events of one chunk, unless a single entry of the log holds more."""

POSITIONS_MAX = 20_000
"""Entries of the log that a chunk reaches over where there is a backlog."""

_PLAIN = (
    "log_position", "kind", "subject", "user_subject", "anonymous_subject", "previous_id",
    "order_id", "time", "received_time", "is_historical", "source_id", "event_key",
)  # fmt: skip
_TOLD = ("traits", "properties", "context")
_JOINING = ("identify", "alias")
_EXTERNAL_IDS = '"externalIds"'
_COUNT = EVENTS.count()


@dataclass(frozen=True, slots=True)
class Chunk:
    """What some events say of identities.

    Attributes:
        position: the log position they reach.
        gathered: subjects with their kinds, and links.
        tally: what was refused of them.
    """

    position: int
    gathered: Gathered
    tally: RefusalTally


@dataclass(frozen=True, slots=True)
class EventReading:
    """How a workspace's events are read.

    Attributes:
        engine: reads them.
        subjects: hashes identifiers.
        workspace_id: whose.
        kinds: those that are read; every one of `BUILT_IN` among them.
        forgotten: subjects that were forgotten, and when (microseconds): what reached us before
            says nothing of them any more.
        vault: opens the few tokens that do not say whose subject they are.
    """

    engine: Engine
    subjects: Subjects
    workspace_id: WorkspaceId
    kinds: Sequence[DeclaredKind]
    forgotten: Mapping[str, int] = field(default_factory=dict)
    vault: PersonalValues = field(default_factory=ClosedVault)

    def hashes(self, kind: str, values: Sequence[str]) -> list[str]:
        """The subjects of values of one kind."""
        return self.subjects.subjects(self.workspace_id, kind, values)


def read_since(reading: EventReading, since: int, *, counted_to: int) -> Chunk | None:
    """The next chunk behind a log position; `None` when nothing landed since."""
    until = _until(reading, since)
    if until is None:
        return None
    gatherer = LinkGatherer(reading.kinds)
    tally = RefusalTally(counted_to)
    reader = RowReader(reading.kinds, reading.hashes)
    places = frozenset((place.column, tuple(place.names)) for place in reader.places)
    rows = _without_forgotten(reading, _ask(reading, _told(places), LogSpan(since, until)))
    _read_columns(reading, rows, gatherer)
    _read_rows(reading, rows.filter(rows["is_told"]), reader, gatherer, tally)
    return Chunk(until, gatherer.gathered(), tally)


def _ask(reading: EventReading, expression: Any, span: LogSpan) -> pa.Table:
    return reading.engine.query(reading.workspace_id, expression, span=span)


def _until(reading: EventReading, since: int) -> int | None:
    arrived = reading.engine.arrivals(reading.workspace_id, since)
    if arrived.position <= since:
        return None
    if arrived.events_max <= EVENTS_MAX:
        return arrived.position
    newest = LogSpan(since, arrived.position)
    sums = _ask(reading, EVENTS.aggregate(first=EVENTS.log_position.min(), n=_COUNT), newest)
    row = sums.to_pylist()[0]
    if row["n"] <= EVENTS_MAX:
        return arrived.position
    counts = EVENTS.group_by("log_position").aggregate(n=_COUNT).order_by("log_position")
    near = LogSpan(since, min(int(row["first"]) + POSITIONS_MAX - 1, arrived.position))
    found = _ask(reading, counts, near)
    reached = np.cumsum(found["n"].to_numpy())
    last = max(1, int(np.searchsorted(reached, EVENTS_MAX, side="right")))
    return int(found["log_position"][last - 1].as_py())


@lru_cache(maxsize=64)
def _told(places: frozenset[tuple[str, tuple[str, ...]]]) -> Any:
    """The columns of every event, and the JSON of those whose JSON may name somebody.

    Those are the ones that hold all names of some place, or external ids. The question is always
    worded alike.
    """
    tests = [EVENTS.context.contains(_EXTERNAL_IDS)]
    for column, names in sorted(places):
        tests.append(reduce(and_, (EVENTS[column].contains(f'"{name}"') for name in names)))
    is_told = reduce(or_, tests).fill_null(False)  # noqa: FBT003  (Ibis takes it so)
    told = {name: ibis.ifelse(is_told, EVENTS[name], ibis.null("string")) for name in _TOLD}
    return EVENTS.select(*_PLAIN, is_told=is_told, **told)


def _without_forgotten(reading: EventReading, rows: pa.Table) -> pa.Table:
    if not reading.forgotten or not rows.num_rows:
        return rows
    received = rows["received_time"].cast(pa.int64()).to_numpy()
    keep = np.ones(rows.num_rows, np.bool_)
    gone = pa.array(list(reading.forgotten), pa.string())
    for name in ("subject", "user_subject", "anonymous_subject"):
        hits = pc.fill_null(pc.is_in(rows[name], gone), False)  # noqa: FBT003
        for place in np.flatnonzero(hits.to_numpy(zero_copy_only=False)).tolist():
            if received[place] <= reading.forgotten[rows[name][place].as_py()]:
                keep[place] = False
    return rows.filter(pa.array(keep))


def _read_columns(reading: EventReading, rows: pa.Table, gatherer: LinkGatherer) -> None:
    """Users and devices, and the two together: no row is looked at."""
    gatherer.add_subjects("user", rows["user_subject"])
    gatherer.add_subjects("anon", rows["anonymous_subject"])
    both = rows.filter(
        pc.and_(pc.is_valid(rows["user_subject"]), pc.is_valid(rows["anonymous_subject"]))
    )
    if both.num_rows:
        gatherer.add_pairs(both, vias_of(both))
    # What an alias gives up is a device's id: two users are never joined by it.
    gives_up = rows.filter(
        pc.and_(
            pc.and_(pc.is_valid(rows["previous_id"]), pc.is_valid(rows["user_subject"])),
            pc.is_in(rows["kind"], pa.array(_JOINING)),
        )
    )
    if gives_up.num_rows:
        devices = _devices(reading, gives_up["previous_id"].to_pylist())
        place = gives_up.schema.get_field_index("anonymous_subject")
        given = gives_up.set_column(place, "anonymous_subject", pa.array(devices, pa.string()))
        given = given.filter(pc.is_valid(given["anonymous_subject"]))
        gatherer.add_subjects("anon", given["anonymous_subject"])
        gatherer.add_pairs(given, vias_of(given))


def _devices(reading: EventReading, named: Sequence[str]) -> list[str | None]:
    """The subjects of devices' ids that were given up, opened where they look like a number."""
    opened = open_tokens(
        reading.vault, reading.workspace_id, [one for one in named if is_token(one)]
    )
    plain = [opened.get(one) if is_token(one) else one for one in named]
    known = iter(reading.hashes("anon", [one for one in plain if one is not None]))
    return [None if one is None else next(known) for one in plain]


def vias_of(rows: pa.Table) -> npt.NDArray[np.uint8]:
    """How each event links what it names."""
    kinds = rows["kind"]
    is_identify = pc.equal(kinds, "identify").to_numpy()
    via = np.full(rows.num_rows, Via.EVENT, np.uint8)
    via[pc.is_valid(rows["order_id"]).to_numpy()] = Via.ORDER
    via[is_identify] = Via.IDENTIFY
    via[is_identify & rows["is_historical"].to_numpy()] = Via.IMPORT
    via[pc.equal(kinds, "alias").to_numpy()] = Via.ALIAS
    return via


def _read_rows(
    reading: EventReading, rows: pa.Table, reader: RowReader, gatherer: LinkGatherer,
    tally: RefusalTally,
) -> None:  # fmt: skip
    told = rows.select([*_TOLD, "log_position", "source_id", "event_key", "is_historical",
                        "subject", "user_subject", "anonymous_subject"]).to_pylist()  # fmt: skip
    vias = vias_of(rows).tolist()
    received = rows["received_time"].cast(pa.int64()).to_pylist()
    times = rows["time"].cast(pa.int64()).to_pylist()
    read = [list(reader.read(row)) for row in told]
    sealed = {one.token for row in read for one in row if isinstance(one, Sealed)}
    opened = open_tokens(reading.vault, reading.workspace_id, sealed)
    seen: list[Seen] = []
    for place, (row, named) in enumerate(zip(told, read, strict=True)):
        found: list[Found] = []
        for each in named:
            one = reader.opened(each, opened[each.token]) if isinstance(each, Sealed) else each
            if isinstance(one, Unfit):
                tally.add(
                    one, source_id=row["source_id"], received_us=received[place],
                    position=row["log_position"],
                )  # fmt: skip
            elif one is not None:
                found.append(one)
        seen.append(
            Seen(
                user=row["user_subject"], anonymous=row["anonymous_subject"],
                own=_own(row), found=found, time_us=times[place],
                received_us=received[place], is_historical=row["is_historical"],
                via=vias[place], source=row["source_id"], evidence=row["event_key"],
            )
        )  # fmt: skip
    forgotten = reading.forgotten
    gatherer.add_rows(
        seen, reading.hashes,
        is_gone=lambda subject, us: subject in forgotten and us <= forgotten[subject],
    )  # fmt: skip


def _own(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """Kind and subject that an event is kept under which names neither user nor device."""
    if row["user_subject"] is not None or row["anonymous_subject"] is not None:
        return None
    for written in written_ids(read_context(row["context"])):
        if is_token(written.value) and parse_token(written.value).tag == row["subject"]:
            return written.kind, row["subject"]
    named = strongest(row["context"])
    return (named[0], row["subject"]) if isinstance(named, tuple) else None
