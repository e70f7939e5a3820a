"""Rotating the master key: a new version wraps what the old one wrapped.

Only what hangs on it directly is wrapped anew: the roots and keys of workspaces, the private halves
of the event log's pairs, what signs, the secret of subjects. None of these keys changes, so nothing
that they sealed is touched. Each text names the version that wraps it, and both versions are there
until the old one is destroyed: whoever reads in between opens either. Cut short anywhere, it goes
on where it was: what is left under an old version is what is left to do.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from catchment.kernel import WorkspaceId
from catchment.vault.errors import KeyStillNeeded, TooManyVersions
from catchment.vault.keys.master_wrap import (
    MasterWrap,
    active_master,
    lone_place,
    master_version_of,
)
from catchment.vault.keys.ports import KeyStore
from catchment.vault.keys.ring import KeyRing
from catchment.vault.keys.rotation import PAUSE_SECONDS, Progress
from catchment.vault.keys.types import KeyState, MasterRotation, MasterVersion, StoredMaster
from catchment.vault.keys.workspace_keys import VERSIONS_MAX


def _untold(_done: int, _total: int) -> None:
    """For who does not ask how far it is."""


def rotate_master_key(
    ring: KeyRing,
    *,
    progress: Progress = _untold,
    reached: Callable[[str], None] = lambda _point: None,
) -> MasterRotation:
    """Makes a new version of the master key and wraps all that hangs on it anew.

    A rotation that was cut short is finished instead of a new one begun.

    Args:
        ring: the keys.
        progress: told how many keys hang on the new version, of how many.
        reached: told the name of each point as it is passed; a test may stop there.

    Raises:
        KeysAway, KeysWrong: the keys do not answer; begin it again when they are back.
        TooManyVersions: there can be no more.
    """
    version = _begin(ring, reached)
    reached("begun")
    held = held_by_master(ring.store)
    done, total = held[version], held.total()
    for step, move in _moves(ring.store, ring.wrap):
        with ring.store.turn():
            done += move()
        reached(step)
        progress(done, max(done, total))
        time.sleep(PAUSE_SECONDS)
    reached("moved all")
    total = _finish(ring, version)
    reached("finished")
    return MasterRotation(version, total, total, is_done=True)


def finish_master_rotation(ring: KeyRing) -> MasterRotation | None:
    """Goes on with a rotation that was cut short; `None` when there is none.

    Raises:
        KeysAway, KeysWrong: the keys do not answer.
    """
    ring.check()
    return None if active_master(ring.store).is_moved else rotate_master_key(ring)


def describe_masters(ring: KeyRing, workspace_id: WorkspaceId) -> Sequence[MasterVersion]:
    """The versions of the master key, the oldest first, for the console of a workspace.

    Who asked for a destruction, and why, is told in the workspace where it was asked for.
    """
    ring.generation()
    held = held_by_master(ring.store)
    return [
        MasterVersion(
            one.version,
            KeyState.DESTROYING if one.destruction else one.state,
            one.fingerprint,
            one.created_us,
            one.destroyed_us,
            held[one.version],
            one.destruction if one.asked_in == workspace_id else None,
        )
        for one in ring.store.list_masters()
    ]


def master_rotation(ring: KeyRing) -> MasterRotation | None:
    """The rotation that is under way, else the newest one; `None` if there never was any."""
    ring.generation()
    active, held = active_master(ring.store), held_by_master(ring.store)
    if active.version == 1:
        return None
    return MasterRotation(active.version, held[active.version], held.total(), active.is_moved)


def held_by_master(store: KeyStore) -> Counter[int]:
    """How many keys hang on each version of the master key."""
    held: Counter[int] = Counter()
    for workspace_id in store.list_workspaces():
        root = store.find_root(workspace_id)
        held.update([] if root is None else [master_version_of(root.wrapped)])
        held.update(
            master_version_of(one.wrapped)
            for one in store.list_versions(workspace_id)
            if one.wrapped is not None
        )
    for use in store.list_lone_uses():
        held.update(master_version_of(pair.wrapped) for pair in store.list_lone_keys(use))
    return held


def _begin(ring: KeyRing, reached: Callable[[str], None]) -> int:
    ring.generation()
    store = ring.store
    with store.turn():
        active = active_master(store)
        if not active.is_moved:
            return active.version
        number = 1 + max(one.version for one in store.list_masters())
        if number > VERSIONS_MAX:
            raise TooManyVersions
        subjects = ring.lone.subjects()
        made = store.make_master(number)
        reached("made")
        store.put_master(replace(active, state=KeyState.DECRYPT_ONLY))
        store.put_master(
            StoredMaster(number, KeyState.ACTIVE, made, ring.clock.now_us(), is_moved=False)
        )
        ring.lone.keep_subjects(subjects)
        store.bump()
    ring.generation()
    return number


def _moves(store: KeyStore, wrap: MasterWrap) -> Iterator[tuple[str, Callable[[], int]]]:
    """Everything that may have to move, each a turn of its own."""
    for workspace_id in store.list_workspaces():
        yield "moved a workspace", partial(_move_workspace, store, wrap, workspace_id)
    for use in store.list_lone_uses():
        yield "moved a use", partial(_move_use, store, wrap, use)


def _move_workspace(store: KeyStore, wrap: MasterWrap, workspace_id: WorkspaceId) -> int:
    # Read and written in one turn: a key that somebody destroys is not written back.
    to, moved = active_master(store).version, 0
    root = store.find_root(workspace_id)
    if root is not None and master_version_of(root.wrapped) != to:
        wrapped = wrap.rewrapped(root.wrapped, "root", workspace_id)
        store.put_root(workspace_id, replace(root, wrapped=wrapped))
        moved += 1
    for one in store.list_versions(workspace_id):
        if one.wrapped is not None and master_version_of(one.wrapped) != to:
            wrapped = wrap.rewrapped(
                one.wrapped, "workspace key", workspace_id, one.data_class, one.version
            )
            store.put_version(workspace_id, replace(one, wrapped=wrapped))
            moved += 1
    return moved


def _move_use(store: KeyStore, wrap: MasterWrap, use: str) -> int:
    to, moved = active_master(store).version, 0
    for pair in store.list_lone_keys(use):
        if master_version_of(pair.wrapped) != to:
            wrapped = wrap.rewrapped(pair.wrapped, *lone_place(use, pair.number))
            store.put_lone_key(use, replace(pair, wrapped=wrapped))
            moved += 1
    return moved


def _finish(ring: KeyRing, version: int) -> int:
    """Says that it is through, having looked that it is; how many keys hang on it."""
    with ring.store.turn():
        held = held_by_master(ring.store)
        left = held.total() - held[version]
        if left:
            raise KeyStillNeeded(
                f"{left:,} keys still hang on an older version of the master key: something wrote "
                "them meanwhile that does not know of the new one. Rotate again to move them."
            )
        active = active_master(ring.store)
        ring.store.put_master(replace(active, is_moved=True))
        ring.store.bump()
    ring.generation()
    ring.store.scrub()
    return held[version]
