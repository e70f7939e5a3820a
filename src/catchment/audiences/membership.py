"""Who is in an audience: two mapped files by node, beside the lake.

One says who is in, the other when each is due to be looked at again. They are derived: the records
say which generation of them counts and what has moved since it was settled, so a torn or a lost
file is mended or made again. One process writes them, every process reads the same pages, so what
has been decided is seen at once.
"""

import os
import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catchment.audiences.errors import MembersBehind
from catchment.audiences.ports import PeopleView
from catchment.audiences.timers import BLOCK_NODES, Calendar
from catchment.audiences.types import Audience
from catchment.kernel import WorkspaceId

_GROW_BLOCKS = 16
_MEMBERS = "members"
_DUES = "dues"
_EPOCH = "epoch"


class MemberFiles:
    """One generation of an audience's files, open for writing.

    Attributes:
        members: uint8 by node: 1 for those who are in. Nodes that name nobody are never in.
        calendar: when they are due.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._open(count)

    @classmethod
    def create(
        cls, folder: Path, members: NDArray[np.uint8], dues: NDArray[np.uint32], epoch: int
    ) -> "MemberFiles":
        """Writes a new generation; it counts once the records name it.

        Args:
            folder: where.
            members: by node, 1 for those who are in.
            dues: by node, when each is due.
            epoch: of the people, whose numbers the nodes are.
        """
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        (folder / _EPOCH).write_text(str(epoch))
        size = _capacity(len(members))
        for name, values in ((_MEMBERS, members), (_DUES, dues)):
            with (folder / name).open("wb") as file:
                values.tofile(file)
                file.truncate(size * values.itemsize)
                file.flush()
                os.fsync(file.fileno())
        return cls(folder, len(members))

    def fit(self, count: int) -> None:
        """Makes room for so many nodes; new ones are not in."""
        if count > len(self.members):
            self.flush()
            self._open(count)

    def flush(self) -> None:
        """Puts what was written on the disk for certain."""
        self.members.flush()
        self._dues.flush()

    def _open(self, count: int) -> None:
        size = _capacity(count)
        for name, width in ((_MEMBERS, 1), (_DUES, 4)):
            path = self._folder / name
            if path.stat().st_size < size * width:
                os.truncate(path, size * width)
        self.members = np.memmap(self._folder / _MEMBERS, np.uint8, "r+")
        self._dues = np.memmap(self._folder / _DUES, np.uint32, "r+")
        self.calendar = Calendar(self._dues)


class MemberFolder:
    """Where the files of every audience lie.

    Args:
        folder: `<folder>/<workspace>/audiences/<audience>/<generation>/`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def workspace(self, workspace_id: WorkspaceId) -> Path:
        """The folder of one workspace's audiences."""
        return self._folder / workspace_id / "audiences"

    def path(self, workspace_id: WorkspaceId, audience_id: str, generation: int) -> Path:
        """The folder of one generation."""
        return self.workspace(workspace_id) / audience_id / str(generation)

    def read(
        self, audience: Audience, view: PeopleView, count: int | None = None
    ) -> NDArray[np.uint8]:
        """Who is in at this moment; nobody, where there is no file.

        Args:
            audience: which.
            view: who is who.
            count: only of the first so many nodes.

        Raises:
            MembersBehind: the nodes have other numbers by now.
        """
        folder = self.path(audience.workspace_id, audience.id, audience.generation)
        count = view.count if count is None else count
        if epoch_of(folder) not in {None, view.epoch}:
            raise MembersBehind
        path = folder / _MEMBERS
        members = np.zeros(count, np.uint8)
        try:
            known = np.memmap(path, np.uint8, "r")
        except (FileNotFoundError, ValueError):
            return members
        both = min(count, len(known))
        members[:both] = known[:both]
        return members

    def sweep(self, workspace_id: WorkspaceId, audience_id: str, keep: int) -> None:
        """Deletes every generation but one."""
        folder = self.workspace(workspace_id) / audience_id
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name != str(keep):
                shutil.rmtree(path, ignore_errors=True)


def epoch_of(folder: Path) -> int | None:
    """The epoch of the people whose numbers a generation's nodes are; nothing where it is lost."""
    try:
        return int((folder / _EPOCH).read_text())
    except (FileNotFoundError, ValueError):
        return None


def _capacity(count: int) -> int:
    """Nodes that a file has room for: whole blocks, and some to grow into."""
    unit = BLOCK_NODES * _GROW_BLOCKS
    return (count // unit + 1) * unit
