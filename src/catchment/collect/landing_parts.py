"""What landing works with, and what it says it did."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from catchment.collect.key_index import RECENT_MAX
from catchment.collect.ports import BlockedIds, Decoder, QuarantineSink
from catchment.collect.subjects import SubjectHasher
from catchment.kernel import Clock
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
    """

    entries: int = 0
    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    position: int = 0

    def plus(self, later: "LandingReport") -> "LandingReport":
        """Both landings as one."""
        return LandingReport(
            self.entries + later.entries,
            self.accepted + later.accepted,
            self.duplicate + later.duplicate,
            self.quarantined + later.quarantined,
            later.position,
        )


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
    entries_max: int = ENTRIES_MAX
    bytes_max: int = BYTES_MAX
    recent_keys_max: int = RECENT_MAX
    reached: Callable[[str], None] = lambda _point: None
