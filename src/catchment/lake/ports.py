"""What the lake asks of its parts, and promises to those above.

The event log, what seals and opens its bodies, the engine, and the kernel that an engine folds.
Each has a public conformance suite in `catchment.testing`; an engine that passes it is an engine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from catchment.events import Trust
from catchment.kernel import WorkspaceId


@dataclass(frozen=True, slots=True)
class Received:
    """One request body (or one page of an import) as it reached us.

    Attributes:
        workspace_id: whose it is, known from the write key.
        source_id: which source it came by.
        format: how to read `body`: a name in `collect.formats`.
        received_us: our clock, microseconds since 1970.
        body: the bytes as sent, unpacked from gzip and the like.
        is_historical: an import, or history sent late on purpose.
        trust: how well we know who sent it.
    """

    workspace_id: WorkspaceId
    source_id: str
    format: str
    received_us: int
    body: bytes
    is_historical: bool = False
    trust: Trust = Trust.CLAIM


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A line of the log: what was received, and the position it got (1, 2, 3 …)."""

    position: int
    received: Received


@dataclass(frozen=True, slots=True)
class LogSpan:
    """Events by the log positions they came at: behind `after`, and up to `until`."""

    after: int
    until: int


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What has landed behind a log position, as far as can be told without looking at any event.

    Attributes:
        position: the log position of the newest event; the one asked about if nothing came since.
        events_max: it is so many events at most.
    """

    position: int
    events_max: int = 0


@dataclass(frozen=True, slots=True)
class Seal:
    """What bodies of the log are closed with.

    Attributes:
        id: says which, within a log.
        epoch: the pair of keys that opens it; once that is destroyed nobody opens it again.
        sealed: the key to the bodies, itself closed for who holds that pair.
    """

    id: int
    epoch: int
    sealed: bytes


class Sealer(Protocol):
    """Closes bodies before they are written. It cannot open them."""

    def seal(self, bodies: Sequence[tuple[bytes, bytes]]) -> tuple[Seal, Sequence[bytes]]:
        """Closes bodies, each for its place; gives what they are closed with, and them."""


class Opener(Protocol):
    """Opens bodies that a `Sealer` closed."""

    def open(self, seal: Seal, bodies: Sequence[tuple[bytes, bytes]]) -> Sequence[bytes | None]:
        """The bodies of these places.

        Returns:
            `None` where nothing can be opened any more: the key was destroyed, or it was not
            closed for this place.

        Raises:
            Unavailable: the keys are away; another time it may open.
        """


class EventLog(Protocol):
    """A durable, ordered log. Several processes may append; positions never repeat."""

    def append(self, batch: Sequence[Received]) -> int:
        """Puts the batch on disk whole or not at all.

        Returns:
            The position of its last entry, once it would survive a power cut.

        Raises:
            LogUnavailable: it could not be written; nothing of it was kept.
        """

    def read(self, after: int, *, entries_max: int, bytes_max: int) -> Sequence[LogEntry]:
        """Entries behind `after`, oldest first, within both bounds (but at least one)."""

    def tail(
        self, workspace_id: WorkspaceId, *, entries_max: int, after: int = 0
    ) -> Sequence[LogEntry]:
        """The newest entries of one workspace behind `after`, oldest first."""

    def head(self) -> int:
        """The position of the newest entry; 0 when nothing was ever appended."""

    def trim(self, up_to: int) -> int:
        """Forgets entries at and before `up_to`; returns how many. Positions are not reused."""

    def position_before(self, received_us: int) -> int:
        """The newest position received before this instant; 0 when there is none."""

    def close(self) -> None:
        """Lets go of the files."""


@dataclass(frozen=True, slots=True)
class Timelines:
    """Many people's events, each person's in order of time.

    Attributes:
        people: person ids, one per person, `n_people` long.
        offsets: int64, `n_people + 1` long; person `i` owns rows `offsets[i]:offsets[i + 1]`.
        time_us: int64, microseconds since 1970, rising within a person; ties are ordered by
            sequence (none before any), then by event key, so that every engine sees one order.
        columns: the further columns that the kernel asked for, as Arrow arrays of that length.
    """

    people: pa.Array
    offsets: "np.ndarray[Any, np.dtype[np.int64]]"
    time_us: "np.ndarray[Any, np.dtype[np.int64]]"
    columns: Mapping[str, pa.Array]


class Kernel(Protocol):
    """A fold: a pure walk over timelines, plus a merge of partial results.

    It must not matter how people are split into batches, nor in which order partial results are
    merged. It must pickle, because an engine may run it in another process.
    """

    @property
    def columns(self) -> Sequence[str]:
        """Columns it needs besides person and time."""

    @property
    def schema(self) -> pa.Schema:
        """The shape of its partial results."""

    def fold(self, timelines: Timelines) -> pa.Table:
        """The partial result of these people."""

    def merge(self, partials: pa.Table) -> pa.Table:
        """One partial result out of many, laid under each other."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do, for the docs' table and for refusing early.

    Attributes:
        name: as in `CATCHMENT_ENGINE`.
        is_distributed: people are spread over machines.
        fold_in_processes: kernels must pickle.
    """

    name: str
    is_distributed: bool = False
    fold_in_processes: bool = False
    notes: Mapping[str, str] = field(default_factory=dict)


class Engine(Protocol):
    """Answers questions over one workspace's events. Scope is applied here, below every question.

    Expressions are Ibis expressions over the tables of `lake.tables.EVENTS` (columns of
    `EVENT_SCHEMA` plus `person`, the present person id of the row's subject).
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this engine can do."""

    def query(
        self, workspace_id: WorkspaceId, expression: Any, *, span: LogSpan | None = None
    ) -> pa.Table:
        """The rows that an Ibis expression over the events describes.

        Args:
            workspace_id: whose events.
            expression: the question.
            span: the events of which it is asked; all of them when not given. What lies elsewhere
                need not be opened, and a question that is asked again of later events is the same.
        """

    def arrivals(self, workspace_id: WorkspaceId, after: int) -> Arrivals:
        """What has landed behind a log position; asks nothing of the events themselves."""

    def fold(self, workspace_id: WorkspaceId, kernel: Kernel, events: Any) -> pa.Table:
        """The kernel's merged result over the timelines of the events that `events` selects."""
