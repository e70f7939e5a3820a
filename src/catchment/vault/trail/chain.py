"""The chain: adding to it, signing its end, and cutting off what had its time."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Protocol
from weakref import WeakKeyDictionary

import structlog

from catchment.kernel import Clock, Page, Refused, WorkspaceId, instant_from_us
from catchment.store import Database, UnitOfWork
from catchment.vault.errors import KeysAway
from catchment.vault.hiding import hide_text
from catchment.vault.trail import store
from catchment.vault.trail.copies import TrailCopies
from catchment.vault.trail.links import BEGINNING, COLUMNS, Told, link, signed_bytes, told_of
from catchment.vault.trail.types import (
    TRAIL_DAYS_MIN,
    TRAIL_WRITE_MAX,
    Act,
    SignedHead,
    TrailEntry,
    TrailVerdict,
)
from catchment.vault.trail.verify import look_through

ALARM = "alarm"
READINGS = ("reveal", "lookup", "open", "export", "access_file")
"""Actions that are counted against the limit of an hour."""

_log = structlog.get_logger(__name__)


class TrailTooLong(Refused):
    """So many acts are written at once at most."""


class Signing(Protocol):
    """Signs with the trail's key. `Signer` is one."""

    @property
    def public(self) -> bytes:
        """What verifies its signatures."""

    def sign(self, data: bytes) -> bytes:
        """The signature."""


class Trail:
    """The trail of every workspace.

    Args:
        database: the records.
        copies: the second copy of its ends.
        signer: gives what signs its ends; asked for when it is needed.
        clock: tells the time.
    """

    def __init__(
        self, database: Database, copies: TrailCopies, signer: Callable[[], Signing], clock: Clock
    ) -> None:
        self._database, self._copies = database, copies
        self._signer, self._clock = signer, clock
        self._added: WeakKeyDictionary[UnitOfWork, set[WorkspaceId]] = WeakKeyDictionary()

    def write(self, workspace_id: WorkspaceId, acts: Sequence[Act]) -> Sequence[TrailEntry]:
        """Adds acts in a transaction of their own; they are on disk when this returns."""
        with UnitOfWork(self._database) as uow:
            written = self.add(uow, workspace_id, acts)
        self.note_end(workspace_id)
        return written

    def add(
        self, uow: UnitOfWork, workspace_id: WorkspaceId, acts: Sequence[Act]
    ) -> Sequence[TrailEntry]:
        """Adds acts with whatever else this unit of work does."""
        if len(acts) > TRAIL_WRITE_MAX:
            raise TrailTooLong
        if not acts:
            return []
        store.take_turn(uow, workspace_id)
        seq, before = store.last(uow, workspace_id) or self._start(uow, workspace_id)
        at_us, rows, written = self._clock.now_us(), [], []
        for act in acts:
            seq += 1
            told = told_of(seq, at_us, act, hide_text(act.reason))
            digest = link(before, workspace_id, told)
            rows.append(_row(workspace_id, told, before, digest))
            written.append(TrailEntry(seq, instant_from_us(at_us), act, digest.hex()))
            before = digest
        store.append(uow, rows)
        self._added.setdefault(uow, set()).add(workspace_id)
        return written

    def note_end(self, workspace_id: WorkspaceId) -> None:
        """Tells the second copy where the chain ends now; where the keys are away, not yet.

        A chain that has lost the entry that the copy knows was cut and goes on: the copy keeps what
        it knows, so that this is found whenever somebody verifies.
        """
        with UnitOfWork(self._database, reads_only=True) as uow:
            end = store.last(uow, workspace_id)
            if end is None:
                return
            try:
                if self._is_cut(uow, workspace_id, end[0]):
                    _log.error("trail_cut", workspace=workspace_id, seq=end[0])
                    return
                self._copies.note_end(workspace_id, *end)
            except (KeysAway, OSError) as away:
                _log.warning(
                    "trail_copy_behind", workspace=workspace_id, seq=end[0], reason=str(away)
                )

    def note_committed(self, uow: UnitOfWork) -> None:
        """The same for whatever was added within a unit of work, once that is committed."""
        for workspace_id in self._added.pop(uow, ()):
            self.note_end(workspace_id)

    def sign(self, workspace_id: WorkspaceId) -> SignedHead | None:
        """Signs the chain's end, once a day; `None` where today's is signed or there is nothing."""
        self.note_end(workspace_id)
        day = self._clock.now().date()
        with UnitOfWork(self._database) as uow:
            store.take_turn(uow, workspace_id)
            end, signed = store.last(uow, workspace_id), self._settled(uow, workspace_id)
            if end is None or ("head", day) in signed:
                return None
            head = self._signed(workspace_id, "head", *end)
            self._copies.add(workspace_id, head)
            store.keep_head(uow, workspace_id, head)
        return head

    def cut(self, workspace_id: WorkspaceId, days: int) -> int:
        """Deletes what is older than its retention; where the chain begins then is signed."""
        edge = self._clock.now() - timedelta(days=max(days, TRAIL_DAYS_MIN))
        with UnitOfWork(self._database) as uow:
            store.take_turn(uow, workspace_id)
            found = store.last_before(uow, workspace_id, edge)
            if found is None:
                return 0
            day = self._clock.now().date()
            if ("cut", day) in self._settled(uow, workspace_id):
                return 0
            head = self._signed(workspace_id, "cut", *found)
            self._copies.add(workspace_id, head)
            store.keep_head(uow, workspace_id, head)
            return store.cut_to(uow, workspace_id, found[0])

    def verify(self, workspace_id: WorkspaceId) -> TrailVerdict:
        """Looks through the whole chain, its signed heads and their copy.

        Raises:
            KeysAway: the copy and the key lie there, so nothing can be said without.
        """
        heads, end = self._copies.heads(workspace_id), self._copies.end(workspace_id)
        public = self._signer().public
        with UnitOfWork(self._database, reads_only=True) as uow:
            return look_through(uow, workspace_id, copied=heads, end=end, public=public)

    def page(
        self,
        uow: UnitOfWork,
        workspace_id: WorkspaceId,
        *,
        actor: str | None = None,
        action: str | None = None,
        person: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Page[TrailEntry]:
        """Entries, the newest first."""
        return store.page(
            uow, workspace_id, actor=actor, action=action, person=person, limit=limit,
            cursor=cursor,
        )  # fmt: skip

    def readings_of(
        self, uow: UnitOfWork, workspace_id: WorkspaceId, actor: str, since_us: int
    ) -> int:
        """How often somebody read or looked somebody up since an instant."""
        return store.count_by_actor(uow, workspace_id, actor, READINGS, since_us)

    def alarms_of(
        self, uow: UnitOfWork, workspace_id: WorkspaceId, actor: str, since_us: int
    ) -> int:
        """How often an alarm was raised about somebody since an instant."""
        return store.count_by_actor(uow, workspace_id, actor, (ALARM,), since_us)

    def workspaces(self) -> Sequence[WorkspaceId]:
        """The workspaces that have a trail."""
        with UnitOfWork(self._database, reads_only=True) as uow:
            return store.workspaces(uow)

    def _is_cut(self, uow: UnitOfWork, workspace_id: WorkspaceId, seq: int) -> bool:
        """Whether the entry that the copy was told last is no more where it stood."""
        told = self._copies.end(workspace_id)
        if told is None or told[0] >= seq:
            return False  # what is behind its copy is found by verifying
        found = store.hash_at(uow, workspace_id, told[0])
        if found is not None:
            return found != told[1]
        heads = self._copies.heads(workspace_id)
        return not any(one.kind == "cut" and one.seq >= told[0] for one in heads)

    def _start(self, uow: UnitOfWork, workspace_id: WorkspaceId) -> tuple[int, bytes]:
        # Where everything had its time, the chain goes on from where it was cut.
        cuts = [head for head in store.heads(uow, workspace_id) if head.kind == "cut"]
        return (cuts[-1].seq, cuts[-1].hash) if cuts else (0, BEGINNING)

    def _signed(self, workspace_id: WorkspaceId, kind: str, seq: int, digest: bytes) -> SignedHead:
        signer, day = self._signer(), self._clock.now().date()
        head = SignedHead(kind, day, seq, digest, signer.public, b"")
        signature = signer.sign(signed_bytes(workspace_id, head))
        return SignedHead(kind, day, seq, digest, signer.public, signature)

    def _settled(self, uow: UnitOfWork, workspace_id: WorkspaceId) -> set[tuple[str, date]]:
        """What was signed on which day.

        A head is told to the copy first; the records take over what they missed in a crash.
        """
        kept = {(head.kind, head.day) for head in store.heads(uow, workspace_id)}
        for head in self._copies.heads(workspace_id):
            if (head.kind, head.day) not in kept:
                store.keep_head(uow, workspace_id, head)
                kept.add((head.kind, head.day))
        return kept


def _row(workspace_id: str, told: Told, before: bytes, digest: bytes) -> dict[str, object]:
    row: dict[str, object] = dict(zip(COLUMNS, told, strict=True))
    return {"workspace_id": workspace_id, **row, "prev": before, "hash": digest}
