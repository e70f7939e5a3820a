"""Rotating a workspace key: a new version wraps what the old one wrapped.

Only keys are wrapped anew; no field is touched. Page by page, each page one turn, so that readers
and makers of keys come between: they find a key under the old version or the new, and both open.
Cut short anywhere, a rotation goes on where it was: what is left under an old version is what is
left to do.
"""

import time
from collections.abc import Callable

from catchment.kernel import WorkspaceId
from catchment.vault.keys.ring import BOX_CLASS, KeyRing
from catchment.vault.keys.types import KeyState, Rotation, StoredVersion
from catchment.vault.types import DataClass, KeyName

PAGE_KEYS = 2_000
"""Keys wrapped anew in one turn, some 20 ms."""

PAUSE_SECONDS = 0.005
"""Between two turns others get theirs; a waiting one looks every 2 ms."""

Progress = Callable[[int, int], None]


def _untold(_done: int, _total: int) -> None:
    """For who does not ask how far it is."""


def rotate_workspace_key(
    ring: KeyRing,
    workspace_id: WorkspaceId,
    data_class: DataClass,
    *,
    page_keys: int = PAGE_KEYS,
    progress: Progress = _untold,
    reached: Callable[[str], None] = lambda _point: None,
) -> Rotation:
    """Makes a new version of a workspace key and moves every subject key to it.

    A rotation of this class that was cut short is finished instead of a new one begun.

    Args:
        ring: the keys.
        workspace_id: whose.
        data_class: which line of versions. Of `general`, records and files stay as they are: what
            is written from now on is sealed under the new version.
        page_keys: how many keys are wrapped anew in one turn.
        progress: told how many keys have moved, of how many.
        reached: told the name of each point as it is passed; a test may stop there.

    Raises:
        KeysAway, KeysWrong: the keys do not answer; begin it again when they are back.
    """
    version = _begin(ring, workspace_id, data_class)
    reached("begun")
    total = sum(
        count
        for (its_class, _), count in ring.store.count_subject_keys(workspace_id).items()
        if its_class is data_class
    )
    seen, last = 0, None
    while True:
        page, last = _move_page(ring, workspace_id, data_class, last, page_keys)
        if not page:
            break
        seen += page
        reached("moved a page")
        progress(seen, max(seen, total))
        time.sleep(PAUSE_SECONDS)
    reached("moved all")
    _finish(ring, workspace_id, version)
    reached("finished")
    return Rotation(data_class, version.version, seen, seen, is_done=True)


def _begin(ring: KeyRing, workspace_id: WorkspaceId, data_class: DataClass) -> StoredVersion:
    ring.generation()
    with ring.store.turn():
        for version in ring.store.list_versions(workspace_id):
            is_active = version.data_class is data_class and version.state is KeyState.ACTIVE
            if is_active and not version.is_moved:
                return version
        made = ring.workspaces.add_version(workspace_id, data_class)
        ring.store.bump()
    ring.generation()
    return made


def _move_page(
    ring: KeyRing,
    workspace_id: WorkspaceId,
    data_class: DataClass,
    after: KeyName | None,
    page_keys: int,
) -> tuple[int, KeyName | None]:
    # Read and written in one turn: a key that somebody destroys is not written back.
    with ring.store.turn():
        page = ring.store.list_subject_keys(workspace_id, data_class, after=after, limit=page_keys)
        to = ring.workspaces.active(workspace_id, data_class) if page else None
        moved = [
            ring.subjects.wrap(
                workspace_id, named.name,
                ring.subjects.unwrap(workspace_id, named.name, named.key), to,
            )
            for named in page
            if to is not None and named.key.version != to.version
        ]  # fmt: skip
        ring.store.put_subject_keys(workspace_id, moved)
    return len(page), page[-1].name if page else after


def _finish(ring: KeyRing, workspace_id: WorkspaceId, version: StoredVersion) -> None:
    # Nobody wraps under an older version once there is a newer one, so none is left now.
    with ring.store.turn():
        for stored in ring.store.list_versions(workspace_id):
            place = (stored.data_class, stored.version)
            if place == (version.data_class, version.version):
                ring.store.put_version(workspace_id, stored.moved())
        ring.store.bump()
    ring.generation()
    if version.data_class is not BOX_CLASS:
        ring.store.scrub()
