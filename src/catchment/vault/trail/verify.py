"""Verifying: the whole chain, link by link, against what was signed and told to the second copy."""

from collections.abc import Mapping, Sequence
from typing import Any

from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork
from catchment.vault.signing import verify as is_signature
from catchment.vault.trail import store
from catchment.vault.trail.links import BEGINNING, COLUMNS, link, signed_bytes
from catchment.vault.trail.types import (
    FaultKind,
    SignedHead,
    TrailFault,
    TrailHead,
    TrailVerdict,
)

_HASHED = len(COLUMNS)


class _Found(Exception):
    """The first fault."""

    def __init__(self, seq: int | None, what: FaultKind, detail: str) -> None:
        super().__init__(detail)
        self.fault = TrailFault(seq, what, detail)


def look_through(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    copied: Sequence[SignedHead],
    end: tuple[int, bytes] | None,
    public: bytes,
) -> TrailVerdict:
    """What looking through a whole trail finds.

    Args:
        uow: reads the records.
        workspace_id: whose trail.
        copied: the signed heads of the second copy.
        end: the chain's end, as the second copy was told last.
        public: the key that heads must be signed with.
    """
    kept = store.heads(uow, workspace_id)
    places = {(head.kind, head.day): head for head in [*kept, *copied]}
    walk = _Walk(uow, workspace_id, _starts(copied), _marks(places.values(), end))
    fault: TrailFault | None = None
    try:
        for head in [*copied, *kept]:
            _check_head(workspace_id, head, public)
        walk.through()
    except _Found as found:
        fault = found.fault
    told = {(head.kind, head.day, head.seq, head.hash) for head in copied}
    shown = [
        TrailHead(
            head.day, head.seq, head.hash.hex(),
            _is_signed(workspace_id, head, public)
            and (head.kind, head.day, head.seq, head.hash) in told,
        )
        for head in sorted(places.values(), key=lambda one: (one.day, one.kind))
        if head.kind == "head"
    ]  # fmt: skip
    return TrailVerdict(walk.entries, fault, shown)


def _starts(copied: Sequence[SignedHead]) -> dict[int, bytes]:
    """Where a chain may begin: at its beginning, or behind what was cut for its age."""
    return {0: BEGINNING, **{head.seq: head.hash for head in copied if head.kind == "cut"}}


def _marks(heads: Any, end: tuple[int, bytes] | None) -> dict[int, tuple[bytes, str]]:
    """What certain entries' hashes must be, and who says so."""
    marks = {head.seq: (head.hash, f"the head of {head.day}") for head in heads}
    if end is not None:
        marks.setdefault(end[0], (end[1], "the copy of the chain's end"))
    return marks


def _is_signed(workspace_id: str, head: SignedHead, public: bytes) -> bool:
    return head.public == public and is_signature(
        public, signed_bytes(workspace_id, head), head.signature
    )


def _check_head(workspace_id: str, head: SignedHead, public: bytes) -> None:
    if head.public != public:
        raise _Found(
            head.seq, FaultKind.KEY_REPLACED,
            f"the head of {head.day} was signed with another key than the key store holds",
        )  # fmt: skip
    if not _is_signed(workspace_id, head, public):
        raise _Found(
            head.seq, FaultKind.HEAD_FORGED, f"the signature of the head of {head.day} is wrong"
        )


class _Walk:
    """One walk along the chain."""

    def __init__(
        self,
        uow: UnitOfWork,
        workspace_id: WorkspaceId,
        starts: Mapping[int, bytes],
        marks: Mapping[int, tuple[bytes, str]],
    ) -> None:
        self._uow, self._workspace_id = uow, workspace_id
        self._starts, self._marks = starts, marks
        self.entries = 0
        self._seq: int | None = None
        self._before = BEGINNING

    def through(self) -> None:
        """Walks to the end; stops at the first fault."""
        for rows in store.read_chain(self._uow, self._workspace_id):
            self._steps(rows)
        last = max(self._starts) if self._seq is None else self._seq
        beyond = [(seq, by) for seq, (_, by) in self._marks.items() if seq > last]
        if beyond:
            seq, by = max(beyond)
            raise _Found(
                last + 1, FaultKind.CUT_AT_END,
                f"the chain ends with entry {last}, but {by} knows entry {seq}",
            )  # fmt: skip

    def _steps(self, rows: Sequence[Any]) -> None:
        if self._seq is None:
            self._begin(rows[0])
        seq, before, marks = self._seq or 0, self._before, self._marks
        for row in rows:
            seq += 1
            # The columns that are hashed, then the hash before, then its own.
            digest = link(before, self._workspace_id, row[:_HASHED])
            if row[0] != seq or row[_HASHED] != before or row[_HASHED + 1] != digest:
                raise self._fault(seq, before, row)
            if seq in marks and marks[seq][0] != digest:
                raise _Found(
                    seq, FaultKind.EDITED,
                    f"the chain was written anew: {marks[seq][1]} has another entry {seq}",
                )  # fmt: skip
            before = digest
        self._seq, self._before = seq, before
        self.entries += len(rows)

    def _begin(self, row: Any) -> None:
        at = row[0] - 1
        if at not in self._starts:
            raise _Found(
                1, FaultKind.CUT_AT_START,
                f"the chain begins with entry {row[0]}, and no signed cut says so",
            )  # fmt: skip
        self._seq, self._before = at, self._starts[at]

    def _fault(self, seq: int, before: bytes, row: Any) -> _Found:
        prev = row[_HASHED]
        if row[0] != seq:
            return _Found(seq, FaultKind.CUT_INSIDE, f"entry {seq} is missing")
        if prev != before and store.is_linked_elsewhere(
            self._uow, self._workspace_id, prev, before
        ):
            return _Found(seq, FaultKind.REORDERED, f"entry {seq} stood elsewhere in the chain")
        return _Found(seq, FaultKind.EDITED, f"entry {seq} is not what was written")
