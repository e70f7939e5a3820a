"""Destroying a version of a workspace key: asked for by one, approved by another, done a week on.

Only a version that nothing hangs on can go: it is retired, its rotation is through. `general` seals
records and files, which nobody counts, so its versions stay. A person's keys are another matter:
those are destroyed at once, for that is the person's right.
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
from catchment.vault.keys.ring import BOX_CLASS, KeyRing
from catchment.vault.keys.types import Destruction, KeyState, StoredVersion
from catchment.vault.types import DataClass

DESTRUCTION_DELAY = timedelta(days=7)
"""From the approval to the deed; until then it can be called off."""

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DestroyedVersion:
    """A version that was destroyed just now."""

    workspace_id: WorkspaceId
    data_class: DataClass
    version: int
    asked_by: str
    approved_by: str


def schedule_destruction(
    ring: KeyRing,
    workspace_id: WorkspaceId,
    data_class: DataClass,
    version: int,
    *,
    actor: str,
    reason: str,
) -> Destruction:
    """Asks for a version to be destroyed. Nothing happens before a second person approves.

    Raises:
        KeyUnknown: there is no such version.
        KeyDestroyed: it is gone already.
        KeyStillNeeded: something hangs on it.
        DestructionSettled: it was asked for before.
    """
    ring.check()
    asked = Destruction(actor, ring.clock.now_us(), reason.strip())
    with ring.store.turn():
        _refuse_needed(ring, workspace_id, _stored(ring, workspace_id, data_class, version))
        if (data_class, version) in ring.store.list_destructions(workspace_id):
            raise DestructionSettled
        ring.store.put_destruction(workspace_id, data_class, version, asked)
    return asked


def approve_destruction(
    ring: KeyRing, workspace_id: WorkspaceId, data_class: DataClass, version: int, *, actor: str
) -> Destruction:
    """Approves it, as another person than the one who asked; from now on the delay runs.

    Raises:
        DestructionUnknown: nobody asked.
        SecondPersonNeeded: it is the same person.
        DestructionSettled: it was approved before.
    """
    ring.check()
    with ring.store.turn():
        asked = _asked(ring, workspace_id, data_class, version)
        if asked.asked_by == actor:
            raise SecondPersonNeeded
        if asked.approved_by is not None:
            raise DestructionSettled
        due_us = ring.clock.now_us() + DESTRUCTION_DELAY // _MICROSECOND
        approved = replace(asked, approved_by=actor, due_us=due_us)
        ring.store.put_destruction(workspace_id, data_class, version, approved)
    return approved


def cancel_destruction(
    ring: KeyRing, workspace_id: WorkspaceId, data_class: DataClass, version: int
) -> None:
    """Calls it off, approved or not.

    Raises:
        DestructionUnknown: nobody asked, or it is done.
    """
    ring.check()
    with ring.store.turn():
        _asked(ring, workspace_id, data_class, version)
        ring.store.put_destruction(workspace_id, data_class, version, None)


def run_due_destructions(
    ring: KeyRing, *, reached: Callable[[str], None] = lambda _point: None
) -> Sequence[DestroyedVersion]:
    """Destroys what was approved and whose delay is over; to be called now and then.

    What is needed again is left, asked for as it was. Each is one turn: a key is there or gone.
    """
    ring.check()
    done: list[DestroyedVersion] = []
    for workspace_id in ring.store.list_workspaces():
        for place, asked in ring.store.list_destructions(workspace_id).items():
            if asked.due_us is None or asked.due_us > ring.clock.now_us():
                continue
            reached("due")
            if destroyed := _destroy(ring, workspace_id, *place):
                reached("destroyed")
                done.append(destroyed)
    # Also what another process destroyed and was cut short before wiping.
    ring.store.scrub()
    reached("wiped")
    ring.generation()
    return done


def _destroy(
    ring: KeyRing, workspace_id: WorkspaceId, data_class: DataClass, version: int
) -> DestroyedVersion | None:
    with ring.store.turn():
        asked = ring.store.list_destructions(workspace_id).get((data_class, version))
        if asked is None or asked.approved_by is None:
            return None  # called off a moment ago
        stored = _stored(ring, workspace_id, data_class, version)
        try:
            _refuse_needed(ring, workspace_id, stored)
        except KeyStillNeeded:
            return None
        gone = replace(
            stored, state=KeyState.DESTROYED, wrapped=None, destroyed_us=ring.clock.now_us()
        )
        ring.store.put_version(workspace_id, gone)
        ring.store.put_destruction(workspace_id, data_class, version, None)
        ring.store.bump()
    return DestroyedVersion(workspace_id, data_class, version, asked.asked_by, asked.approved_by)


def _stored(
    ring: KeyRing, workspace_id: WorkspaceId, data_class: DataClass, version: int
) -> StoredVersion:
    for stored in ring.store.list_versions(workspace_id):
        if (stored.data_class, stored.version) == (data_class, version):
            return stored
    raise KeyUnknown(f"The {data_class} key of this workspace has no version {version}.")


def _asked(
    ring: KeyRing, workspace_id: WorkspaceId, data_class: DataClass, version: int
) -> Destruction:
    asked = ring.store.list_destructions(workspace_id).get((data_class, version))
    if asked is None:
        raise DestructionUnknown
    return asked


def _refuse_needed(ring: KeyRing, workspace_id: WorkspaceId, stored: StoredVersion) -> None:
    name = f"Version {stored.version} of the {stored.data_class} key"
    if stored.state is KeyState.DESTROYED:
        raise KeyDestroyed(f"{name} is destroyed already.")
    if stored.data_class is BOX_CLASS:
        raise KeyStillNeeded(f"{name} seals records and files, which nobody counts: it stays.")
    if stored.state is KeyState.ACTIVE:
        raise KeyStillNeeded(f"{name} is the one in use; rotate first.")
    held = ring.store.count_subject_keys(workspace_id).get((stored.data_class, stored.version), 0)
    if held:
        raise KeyStillNeeded(f"{held:,} subject keys hang on it: let the rotation finish first.")
