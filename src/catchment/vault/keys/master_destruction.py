"""Destroying an old version of the master key: as with other keys, two people and a week.

Both are of one workspace, whichever: the key is everybody's, what people say of it is not. Only a
version that nothing hangs on can go, and what hangs on it is counted, not remembered: again
when it is asked for, and once more at the deed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from catchment.kernel import WorkspaceId
from catchment.vault.errors import (
    DestructionSettled,
    DestructionUnknown,
    KeyDestroyed,
    KeyStillNeeded,
    KeyUnknown,
    SecondPersonNeeded,
)
from catchment.vault.keys.destruction import DESTRUCTION_DELAY
from catchment.vault.keys.master_rotation import held_by_master
from catchment.vault.keys.master_wrap import active_master
from catchment.vault.keys.ring import KeyRing
from catchment.vault.keys.types import Destruction, KeyState, StoredMaster

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DestroyedMaster:
    """A version of the master key that was destroyed just now."""

    version: int
    asked_by: str
    approved_by: str
    asked_in: WorkspaceId | None


def schedule_master_destruction(
    ring: KeyRing, workspace_id: WorkspaceId, version: int, *, actor: str, reason: str
) -> Destruction:
    """Asks for a version to be destroyed. Nothing happens before a second person approves.

    Raises:
        KeyUnknown: there is no such version.
        KeyDestroyed: it is gone already.
        KeyStillNeeded: it is in use, or something hangs on it.
        DestructionSettled: it was asked for before.
    """
    ring.check()
    asked = Destruction(actor, ring.clock.now_us(), reason.strip())
    with ring.store.turn():
        stored = _stored(ring, version)
        _refuse_needed(ring, stored)
        if stored.destruction is not None:
            raise DestructionSettled
        ring.store.put_master(replace(stored, destruction=asked, asked_in=workspace_id))
    return asked


def approve_master_destruction(
    ring: KeyRing, workspace_id: WorkspaceId, version: int, *, actor: str
) -> Destruction:
    """Approves it, as another person than the one who asked; from now on the delay runs.

    Raises:
        DestructionUnknown: nobody of this workspace asked.
        SecondPersonNeeded: it is the same person.
        DestructionSettled: it was approved before.
    """
    ring.check()
    with ring.store.turn():
        stored, asked = _asked(ring, workspace_id, version)
        if asked.asked_by == actor:
            raise SecondPersonNeeded
        if asked.approved_by is not None:
            raise DestructionSettled
        due_us = ring.clock.now_us() + DESTRUCTION_DELAY // _MICROSECOND
        approved = replace(asked, approved_by=actor, due_us=due_us)
        ring.store.put_master(replace(stored, destruction=approved))
    return approved


def cancel_master_destruction(ring: KeyRing, workspace_id: WorkspaceId, version: int) -> None:
    """Calls it off, approved or not.

    Raises:
        DestructionUnknown: nobody of this workspace asked, or it is done.
    """
    ring.check()
    with ring.store.turn():
        stored, _ = _asked(ring, workspace_id, version)
        ring.store.put_master(replace(stored, destruction=None, asked_in=None))


def run_due_master_destructions(
    ring: KeyRing, *, reached: Callable[[str], None] = lambda _point: None
) -> Sequence[DestroyedMaster]:
    """Destroys what was approved and whose delay is over; to be called now and then.

    What is needed again is left, asked for as it was. A version counts as gone before its file
    goes: cut short between the two, the file goes the next time.
    """
    ring.check()
    done: list[DestroyedMaster] = []
    for one in ring.store.list_masters():
        asked = one.destruction
        if asked is None or asked.due_us is None or asked.due_us > ring.clock.now_us():
            continue
        reached("due")
        if destroyed := _destroy(ring, one.version):
            reached("told")
            done.append(destroyed)
    for one in ring.store.list_masters():
        if one.state is KeyState.DESTROYED:
            ring.store.drop_master(one.version)
    reached("dropped")
    ring.generation()
    return done


def _destroy(ring: KeyRing, version: int) -> DestroyedMaster | None:
    with ring.store.turn():
        stored = _stored(ring, version)
        asked = stored.destruction
        if asked is None or asked.approved_by is None:
            return None  # called off a moment ago
        try:
            _refuse_needed(ring, stored)
        except KeyStillNeeded:
            return None
        gone = replace(
            stored, state=KeyState.DESTROYED, destroyed_us=ring.clock.now_us(), destruction=None,
            asked_in=None,
        )  # fmt: skip
        ring.store.put_master(gone)
        ring.store.bump()
    return DestroyedMaster(version, asked.asked_by, asked.approved_by, stored.asked_in)


def _stored(ring: KeyRing, version: int) -> StoredMaster:
    for stored in ring.store.list_masters():
        if stored.version == version:
            return stored
    raise KeyUnknown(f"The master key has no version {version}.")


def _asked(
    ring: KeyRing, workspace_id: WorkspaceId, version: int
) -> tuple[StoredMaster, Destruction]:
    stored = _stored(ring, version)
    if stored.destruction is None or stored.asked_in != workspace_id:
        raise DestructionUnknown
    return stored, stored.destruction


def _refuse_needed(ring: KeyRing, stored: StoredMaster) -> None:
    name = f"Version {stored.version} of the master key"
    if stored.state is KeyState.DESTROYED:
        raise KeyDestroyed(f"{name} is destroyed already.")
    if stored.state is KeyState.ACTIVE:
        raise KeyStillNeeded(f"{name} is the one in use; rotate first.")
    if not active_master(ring.store).is_moved:
        raise KeyStillNeeded(f"{name} is being replaced: let the rotation finish first.")
    if held := held_by_master(ring.store).get(stored.version, 0):
        raise KeyStillNeeded(f"{held:,} keys hang on {name}: rotate first.")
