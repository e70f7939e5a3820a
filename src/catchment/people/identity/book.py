"""The identity book of every workspace: files beside the lake, one writer, many readers."""

import fcntl
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from catchment.kernel import Entropy, WorkspaceId, system_entropy
from catchment.people.identity.log_files import read_head
from catchment.people.identity.pages import IdentityPages
from catchment.people.identity.rebuild import rebuild
from catchment.people.identity.region import Desk
from catchment.people.identity.rules import IdentityRules
from catchment.people.identity.state_files import Mapped, locked, no_state, open_state
from catchment.people.identity.view import IdentityView

_FOLDER = "identity"
_LOCK = "lock"
_EPOCH_BYTES = 7


class IdentityBook:
    """Who is who, by workspace.

    Args:
        folder: where each workspace has a folder of its own, made by its first use.
        reached: told the name of each point of a commit as it is passed; a test may stop there.
        entropy: draws the epoch of a new book.
    """

    def __init__(
        self,
        folder: Path,
        *,
        reached: Callable[[str], None] = lambda _: None,
        entropy: Entropy = system_entropy,
    ) -> None:
        self._folder = folder
        self._entropy = entropy
        self._reached = reached
        self._readers: dict[WorkspaceId, Mapped] = {}
        self._writers: dict[WorkspaceId, tuple[Mapped, Desk]] = {}
        self._turn = threading.RLock()

    def reading(self, workspace_id: WorkspaceId) -> IdentityView:
        """The newest commit, for any process; cheap enough to ask for each question.

        Raises:
            BookDamaged: the files are not whole; `erase` the book and derive it anew.
            BookBusy: it is being rebuilt by another process, for long.
        """
        return IdentityView(lambda: self._reader(workspace_id))

    @contextmanager
    def writing(self, workspace_id: WorkspaceId, rules: IdentityRules) -> Iterator[IdentityPages]:
        """The open book: one writer over all processes; whoever comes second waits.

        Args:
            workspace_id: whose.
            rules: what the first change resolves everything under, if it is not already.

        Raises:
            BookBusy: another writer did not finish in `BUSY_SECONDS`.
            BookDamaged: the files are not whole; `erase` the book and derive it anew.
        """
        folder = self._path(workspace_id)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(folder / _LOCK, fcntl.LOCK_EX):
            known = self._writers.pop(workspace_id, None)
            head = read_head(folder)
            if not head.version:
                # It counts from the first commit on.
                epoch = int.from_bytes(self._entropy(_EPOCH_BYTES), "big") or 1
                head = replace(head, epoch=epoch)
            if known and known[0].is_fresh and known[0].is_sound and known[0].head == head:
                mapped, desk = known
            else:
                mapped = open_state(folder, head, writable=True) or rebuild(folder, head)
                desk = Desk(mapped.room[0])
            pages = IdentityPages(mapped, desk, rules, self._reached)
            try:
                yield pages
            finally:
                self._writers[workspace_id] = (pages.mapped, pages.desk)

    def erase(self, workspace_id: WorkspaceId) -> None:
        """Drops a workspace's book, to be derived anew; decisions are kept elsewhere."""
        folder = self._path(workspace_id)
        if not folder.exists():
            return
        with locked(folder / _LOCK, fcntl.LOCK_EX):
            self._writers.pop(workspace_id, None)
            # The head goes first: without it, nothing of the rest counts.
            (folder / "head").unlink(missing_ok=True)
            (folder / "current").unlink(missing_ok=True)
            for path in folder.iterdir():
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                elif path.name not in {_LOCK, "publish.lock"}:
                    path.unlink(missing_ok=True)

    def _path(self, workspace_id: WorkspaceId) -> Path:
        return self._folder / workspace_id / _FOLDER

    def _reader(self, workspace_id: WorkspaceId) -> Mapped:
        known = self._readers.get(workspace_id)
        if known is not None and known.name and known.is_fresh and known.is_alive:
            return known
        with self._turn:
            mapped = self._open_reader(self._path(workspace_id))
            self._readers[workspace_id] = mapped
            return mapped

    def _open_reader(self, folder: Path) -> Mapped:
        mapped = open_state(folder, None, writable=False)
        if mapped is not None and not mapped.is_alive:
            mapped = None
        if mapped is None and read_head(folder).version:
            # Nobody keeps the state: it is lost, or its writer died. Whoever comes first mends it.
            with locked(folder / _LOCK, fcntl.LOCK_EX):
                head = read_head(folder)
                if open_state(folder, head, writable=True) is None:
                    rebuild(folder, head)
            mapped = open_state(folder, None, writable=False)
        return mapped or no_state(folder)
