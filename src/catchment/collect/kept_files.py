"""Files that are kept for a while, uploads and exports: sealed on disk, opened by who may read.

Nothing of them ever lies open in a folder of ours, not for a moment: they are sealed while they
come in or are written, and opened piece by piece while they are read. A file opens in its own place
only. What an earlier version left open is read as it is until it is sealed too.
"""

import shutil
from pathlib import Path
from typing import IO, Protocol, cast

from catchment.kernel import WorkspaceId
from catchment.vault import Box, create_sealed, is_sealed, open_sealed

_USE = "files"


class Boxes(Protocol):
    """Gives out what seals. `catchment.vault.KeyRing` is one."""

    def box(self, workspace_id: WorkspaceId, use: str) -> Box:
        """What seals a workspace's blobs of one use."""


class KeptFiles:
    """Creates and opens kept files.

    Args:
        boxes: what seals them.
    """

    def __init__(self, boxes: Boxes) -> None:
        self._boxes = boxes

    def create(self, workspace_id: WorkspaceId, path: Path, place: Path | None = None) -> IO[bytes]:
        """A new file to write to; cut, and so refused, until it is closed.

        Args:
            workspace_id: whose.
            path: where it is written.
            place: where it will be moved once it is whole; by default it stays.

        Raises:
            KeysAway: nothing can be sealed at present.
        """
        sealed = create_sealed(path, self._box(workspace_id), _place(place or path))
        return cast("IO[bytes]", sealed)

    def open(self, workspace_id: WorkspaceId, path: Path) -> IO[bytes]:
        """A file to read from anywhere.

        Raises:
            KeysAway: it cannot be opened at present.
            CiphertextRefused: it was cut, changed, or brought from elsewhere.
        """
        if not is_sealed(path):
            return path.open("rb")
        return open_sealed(path, self._box(workspace_id), _place(path))

    def seal(self, workspace_id: WorkspaceId, path: Path, *, beside: Path) -> bool:
        """Seals a file that an earlier version left open; whether it was.

        Args:
            workspace_id: whose.
            path: the file; nobody is writing it.
            beside: where the sealed one is written first, on the same disk.

        Raises:
            KeysAway: nothing can be sealed at present; the file is as it was.
        """
        if is_sealed(path):
            return False
        with path.open("rb") as source, self.create(workspace_id, beside, path) as sealed:
            shutil.copyfileobj(source, sealed)
        beside.replace(path)
        return True

    def _box(self, workspace_id: WorkspaceId) -> Box:
        return self._boxes.box(workspace_id, _USE)


def _place(path: Path) -> bytes:
    return f"{path.parent.name}/{path.name}".encode()
