"""The words of the trail: acts, entries, signed heads, and what can be wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from catchment.vault.types import Purpose

TRAIL_DAYS_MIN = 1095
"""Three years: as long as the law wants the record of handling kept."""

TRAIL_WRITE_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done with personal data or with its keeping.

    Attributes:
        actor: who: `opr_…`, `key_…`, or a word for the house.
        action: what, as `reveal`, `open`, `grant.approve`, `key.destroy`.
        purpose: what for, of a reading.
        grant_id: under which grant.
        person: whose, of a reading of one person.
        kinds: of which kinds.
        values: how many values.
        reason: why; no personal data.
    """

    actor: str
    action: str
    purpose: Purpose | None = None
    grant_id: str | None = None
    person: str | None = None
    kinds: tuple[str, ...] = ()
    values: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """An act in its place in the chain.

    Attributes:
        seq: 1, 2, 3 … in each workspace.
        at: when.
        act: what was done.
        hash: SHA-256 over the entry before and this one, hexadecimal.
    """

    seq: int
    at: datetime
    act: Act
    hash: str


@dataclass(frozen=True, slots=True)
class TrailHead:
    """The trail's end on a day, signed; a copy lies beside the keys.

    Attributes:
        day: UTC.
        seq, hash: the last entry of the chain then.
        is_signed: the signature holds, and the copy says the same.
    """

    day: date
    seq: int
    hash: str
    is_signed: bool


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A place in the chain that was signed.

    Attributes:
        kind: `head`: the end of a day; `cut`: up to here entries had their time and were deleted.
        day: when it was signed, UTC.
        seq, hash: the entry.
        public: the key it was signed with.
        signature: Ed25519 over all of this and the workspace.
    """

    kind: str
    day: date
    seq: int
    hash: bytes
    public: bytes
    signature: bytes


class FaultKind(StrEnum):
    """What can be wrong with a trail."""

    EDITED = "edited"
    REORDERED = "reordered"
    CUT_AT_START = "cut_at_start"
    CUT_INSIDE = "cut_inside"
    CUT_AT_END = "cut_at_end"
    HEAD_FORGED = "head_forged"
    KEY_REPLACED = "key_replaced"


@dataclass(frozen=True, slots=True)
class TrailFault:
    """The first place where the trail is not what was written."""

    seq: int | None
    what: FaultKind
    detail: str


@dataclass(frozen=True, slots=True)
class TrailVerdict:
    """What looking through a whole trail found."""

    entries: int
    first_fault: TrailFault | None
    heads: Sequence[TrailHead]

    @property
    def is_whole(self) -> bool:
        """Nothing was edited, cut, reordered or forged."""
        return self.first_fault is None
