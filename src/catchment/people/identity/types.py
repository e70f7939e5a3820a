"""The words of the identity book: links, changes, and what is known of an edge."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.people.identity.errors import SubjectMalformed

EVIDENCE_BYTES = 16
"""Evidence is an event key; zeros where there is none."""

UNKNOWN = -1
"""The node of a subject that the book does not know."""

GONE = 0
"""The kind code of a node whose subject was forgotten."""

Nodes = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint8]


class Via(IntEnum):
    """How two identifiers came to be linked."""

    IDENTIFY = 1
    ALIAS = 2
    EVENT = 3
    ORDER = 4
    IMPORT = 5
    OPERATOR = 6
    """Someone said so: exempt from limits and from sharing."""


class Verdict(IntEnum):
    """What became of an edge under the present rules."""

    JOINED = 1
    """Its two ends are one person."""
    REFUSED_LIMIT = 2
    """They would be, but for a limit, such as two user ids."""
    SHARED = 3
    """One end is seen with too many people to say who anybody is."""
    WEAK = 4
    """A weak identifier that belongs to someone it was seen with earlier, or to nobody."""
    WITHDRAWN = 5
    """An operator took it back."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two subjects with their kinds' codes; which one is left makes no difference."""

    left: str
    left_kind: int
    right: str
    right_kind: int


@dataclass(frozen=True)
class Links:
    """Sightings of two identifiers together, one row each.

    Attributes:
        left, right: subjects, 32 lower-case hexadecimal digits.
        left_kind, right_kind: their kinds' codes.
        time_us: when, in microseconds since 1970.
        via: how; values of `Via`.
        source: where from, as an index into `sources`.
        evidence: the key of the event, `EVIDENCE_BYTES` each.
        sources: ids of sources.
    """

    left: pa.Array
    left_kind: Codes
    right: pa.Array
    right_kind: Codes
    time_us: npt.NDArray[np.int64]
    via: Codes
    source: npt.NDArray[np.int32]
    evidence: pa.Array
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        columns = (self.left, self.left_kind, self.right, self.right_kind, self.time_us, self.via,
                   self.source, self.evidence)  # fmt: skip
        if len({len(column) for column in columns}) > 1:
            raise SubjectMalformed("the columns of the links differ in length")
        if len(self) and not 0 <= int(self.source.min()) <= int(self.source.max()) < len(
            self.sources
        ):
            raise SubjectMalformed("a link names a source that is not in its list")

    def __len__(self) -> int:
        return len(self.time_us)

    @classmethod
    def of(
        cls, pairs: Sequence[Pair], *, via: Via, time_us: Sequence[int],
        source: str = "", evidence: Sequence[bytes] = (),
    ) -> Self:  # fmt: skip
        """A few links, written by hand; without evidence it is zeros."""
        keys = list(evidence) or [bytes(EVIDENCE_BYTES)] * len(pairs)
        return cls(
            left=pa.array([p.left for p in pairs], pa.string()),
            left_kind=np.array([p.left_kind for p in pairs], np.uint8),
            right=pa.array([p.right for p in pairs], pa.string()),
            right_kind=np.array([p.right_kind for p in pairs], np.uint8),
            time_us=np.array(time_us, np.int64),
            via=np.full(len(pairs), via, np.uint8),
            source=np.zeros(len(pairs), np.int32),
            evidence=pa.array(keys, pa.binary(EVIDENCE_BYTES)),
            sources=(source,),
        )


@dataclass(frozen=True)
class IdentityChanges:
    """Nodes whose person changed, each once, in ascending order.

    Attributes:
        nodes: which.
        before: who they belonged to (the owner's node); `UNKNOWN` for a new node.
        after: who they belong to now.
    """

    nodes: Nodes = field(default_factory=lambda: np.zeros(0, np.int32))
    before: Nodes = field(default_factory=lambda: np.zeros(0, np.int32))
    after: Nodes = field(default_factory=lambda: np.zeros(0, np.int32))

    def __len__(self) -> int:
        return len(self.nodes)

    @property
    def persons(self) -> Nodes:
        """Everyone who won or lost a node, by owner, as before and as after; ascending."""
        found = np.unique(np.concatenate([self.before, self.after]))
        return found[found >= 0].astype(np.int32)

    def then(self, later: "IdentityChanges") -> "IdentityChanges":
        """The two changes as one; nodes that are back where they were are left out."""
        first = dict(zip(self.nodes.tolist(), self.before.tolist(), strict=True))
        last = dict(zip(self.nodes.tolist(), self.after.tolist(), strict=True))
        rows = (later.nodes.tolist(), later.before.tolist(), later.after.tolist())
        for node, before, after in zip(*rows, strict=True):
            first.setdefault(node, before)
            last[node] = after
        kept = sorted(node for node in first if first[node] != last[node])
        return IdentityChanges(
            np.array(kept, np.int32),
            np.array([first[node] for node in kept], np.int32),
            np.array([last[node] for node in kept], np.int32),
        )


@dataclass(frozen=True, slots=True)
class EdgeKnown:
    """One edge of a person: what was seen, and what became of it.

    Attributes:
        left, right: subjects; left is the smaller one.
        left_kind, right_kind: codes.
        time_us: when the two were first seen together in this way.
        via: how.
        source: the id of the source.
        evidence: the event's key; zeros where there is none.
        verdict: what it counts for under the present rules.
    """

    left: str
    left_kind: int
    right: str
    right_kind: int
    time_us: int
    via: Via
    source: str
    evidence: bytes
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class RulePreview:
    """What other rules would change.

    Attributes:
        split: people of now who would be several.
        merged: people of then who would be made of several of now.
        moved: identifiers that would have another person.
        examples: of some people who would be several, their subjects, grouped as they would be.
        merges: of some people who would be made of several, their subjects, grouped as they are.
    """

    split: int
    merged: int
    moved: int
    examples: tuple[tuple[tuple[str, ...], ...], ...] = ()
    merges: tuple[tuple[tuple[str, ...], ...], ...] = ()
