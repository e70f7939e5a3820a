"""The list of those who are to be gone from the event table: hidden at once, erased in the night.

It lies in a folder of the table's own, a small file for each workspace that has anybody on it.
Every process looks at that file before it answers a question, which costs nothing to speak of, and
where there is none nothing more. A subject leaves the list when no file of the table holds a row of
it; what comes in later is kept out by landing.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from catchment.kernel import WorkspaceId

FOLDER = "_erasing"
"""Delta passes over folders that begin so."""

FOR_EVER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Hidden:
    """Somebody whose rows no question finds.

    Attributes:
        subject: who.
        until: rows behind this log position are another life's and stay.
        since_us: when they were hidden.
    """

    subject: str
    until: int = FOR_EVER
    since_us: int = 0


@dataclass(frozen=True, slots=True)
class ErasureList:
    """What is on a workspace's list.

    Attributes:
        hidden: by subject.
        leaving: files that are part of the table no more and lie on the disk yet.
    """

    hidden: Mapping[str, Hidden] = field(default_factory=dict)
    leaving: Sequence[str] = ()


class Erasures:
    """The lists of one table.

    Args:
        folder: the table's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._known: dict[WorkspaceId, tuple[tuple[int, int, int], ErasureList]] = {}

    def read(self, workspace_id: WorkspaceId) -> ErasureList:
        """The list as it is at this moment; empty for nearly everybody, nearly always."""
        path = self._path(workspace_id)
        try:
            seen = path.stat()
        except OSError:
            return _NOBODY
        stamp = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
        known = self._known.get(workspace_id)
        if known is not None and known[0] == stamp:
            return known[1]
        read = self._read(path)
        self._known[workspace_id] = (stamp, read)
        return read

    def workspaces(self) -> list[WorkspaceId]:
        """Workspaces with a list."""
        if not self._folder.is_dir():
            return []
        return sorted(WorkspaceId(path.stem) for path in self._folder.glob("*.json"))

    def change(
        self, workspace_id: WorkspaceId, make: Callable[[ErasureList], ErasureList]
    ) -> ErasureList:
        """Changes a list, on disk when this returns; one process at a time."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        path = self._path(workspace_id)
        with self._alone(workspace_id):
            changed = make(self._read(path) if path.exists() else _NOBODY)
            if not changed.hidden and not changed.leaving:
                path.unlink(missing_ok=True)
            else:
                _write(path, changed)
            _flush(self._folder)
        return changed

    def hide(self, workspace_id: WorkspaceId, subjects: Sequence[str], now_us: int) -> None:
        """Puts subjects on the list, for all that ever landed or lands until they are let back."""

        def with_them(before: ErasureList) -> ErasureList:
            new = {subject: Hidden(subject, FOR_EVER, now_us) for subject in subjects}
            return replace(before, hidden={**before.hidden, **new})

        self.change(workspace_id, with_them)

    def let_back(self, workspace_id: WorkspaceId, subjects: Sequence[str], position: int) -> None:
        """What lands behind a log position under these subjects is shown again."""
        if not set(subjects) & set(self.read(workspace_id).hidden):
            return

        def until_now(before: ErasureList) -> ErasureList:
            closed = {
                subject: replace(before.hidden[subject], until=position)
                for subject in subjects
                if subject in before.hidden and before.hidden[subject].until == FOR_EVER
            }
            return replace(before, hidden={**before.hidden, **closed})

        self.change(workspace_id, until_now)

    def _path(self, workspace_id: WorkspaceId) -> Path:
        return self._folder / f"{workspace_id}.json"

    def _read(self, path: Path) -> ErasureList:
        try:
            told = json.loads(path.read_bytes())
        except FileNotFoundError:
            return _NOBODY
        hidden = {one: Hidden(one, until, since) for one, until, since in told["hidden"]}
        return ErasureList(hidden, tuple(told["leaving"]))

    @contextmanager
    def _alone(self, workspace_id: WorkspaceId) -> Iterator[None]:
        with (self._folder / f"{workspace_id}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


_NOBODY = ErasureList()


def _write(path: Path, kept: ErasureList) -> None:
    told = {
        "hidden": [[one.subject, one.until, one.since_us] for one in kept.hidden.values()],
        "leaving": list(kept.leaving),
    }
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(json.dumps(told).encode())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
