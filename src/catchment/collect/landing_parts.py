"""What landing works with, and what it says it did."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.collect.key_index import RECENT_MAX
from catchment.collect.ports import BlockedIds, Decoder, QuarantineSink
from catchment.collect.subjects import SubjectHasher
from catchment.kernel import Clock, WorkspaceId
from catchment.lake import EventLog, EventTable

ENTRIES_MAX = 20_000
"""Log entries of one step."""

BYTES_MAX = 24 * 1024 * 1024
"""Bytes of bodies of one step (an entry alone may be larger)."""


@dataclass(frozen=True, slots=True)
class LandingReport:
    """What a landing did.

    Attributes:
        entries: log entries read.
        accepted: events that are now in the table.
        duplicate: events whose key had landed before.
        quarantined: items that are no events.
        position: the log position reached.
        suppressed: events of people who were forgotten; nothing is left of them.
    """

    entries: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    position: int = 0
    suppressed: int = 0

    def plus(self, later: "LandingReport") -> "LandingReport":
        """Both landings as one."""
        return LandingReport(
            self.entries + later.entries,
            self.accepted + later.accepted,
            self.duplicate + later.duplicate,
            self.quarantined + later.quarantined,
            later.position,
            self.suppressed + later.suppressed,
        )


class Look(Protocol):
    """What was seen of some rows before they are protected."""

    def of(self, kept: npt.NDArray[np.bool_], /) -> "Look":
        """The same of those rows only that are kept."""


def as_they_are(_workspace_id: WorkspaceId, rows: pa.Table, _look: Any = None) -> pa.Table:
    """Protects nothing: for tables that are looked at and thrown away."""
    return rows


def unseen(_workspace_id: WorkspaceId, _told: pa.Table) -> None:
    """Looks at nothing beforehand."""


def nobody(_workspace_id: WorkspaceId) -> AbstractSet[str]:
    """For a place where nobody was forgotten."""
    return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingParts:
    """What landing works with.

    Attributes:
        log: where events wait.
        table: where they go.
        folder: landing's own files: state, key index, lock.
        decode: turns bodies into events.
        hasher: turns identifiers into subjects.
        quarantine: keeps what is no event.
        clock: tells when they landed.
        blocked_ids: each workspace's identifiers that stand for nobody.
        protect: puts tokens in the place of a workspace's personal values; what it took is on
            disk when it returns, and the same rows give the same tokens.
        look: begins to look at a workspace's rows as they were told, while landing goes on; what
            it gives is handed to `protect`.
        suppressed: subjects of people who were forgotten; their events are dropped.
        entries_max: log entries of one step.
        bytes_max: bytes of bodies of one step.
        recent_keys_max: event keys held in memory before they go into a file.
        reached: told the name of each point of a step as it is passed; a test may stop there.
    """

    log: EventLog
    table: EventTable
    folder: Path
    decode: Decoder
    hasher: SubjectHasher
    quarantine: QuarantineSink
    clock: Clock
    blocked_ids: BlockedIds = lambda _workspace_id: frozenset()
    protect: Callable[[WorkspaceId, pa.Table, Any], pa.Table] = as_they_are
    look: Callable[[WorkspaceId, pa.Table], Look | None] = unseen
    suppressed: Callable[[WorkspaceId], AbstractSet[str]] = nobody
    entries_max: int = ENTRIES_MAX
    bytes_max: int = BYTES_MAX
    recent_keys_max: int = RECENT_MAX
    reached: Callable[[str], None] = lambda _point: None
