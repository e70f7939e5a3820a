"""The second copy of the trail's ends, beside the keys: who holds the records alone cannot cut.

One file a workspace with a line for every signed head, and one small file that follows the chain's
end after every write. They are written after the records' commit: a crash between the two leaves
the copy behind the chain, which is no fault; a chain that is behind its copy was cut.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec

from catchment.kernel import WorkspaceId
from catchment.vault.errors import KeysAway
from catchment.vault.trail.types import SignedHead

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


class _Line(msgspec.Struct, frozen=True):
    kind: str
    day: str
    seq: int
    hash: bytes
    public: bytes
    signature: bytes


class _End(msgspec.Struct, frozen=True):
    seq: int
    hash: bytes


class TrailCopies:
    """The copies in a folder.

    Args:
        keys: the folder of the keys; the copies lie in `trail-heads` under it.
    """

    def __init__(self, keys: Path) -> None:
        self._keys = keys
        self._folder = keys / "trail-heads"

    def heads(self, workspace_id: WorkspaceId) -> Sequence[SignedHead]:
        """The heads that were told here, the oldest first.

        Raises:
            KeysAway: the folder of the keys is not there.
        """
        self._look()
        try:
            lines = (self._folder / f"{workspace_id}.jsonl").read_bytes().splitlines()
        except FileNotFoundError:
            return []
        return [_head(line) for line in lines if line.endswith(b"}")]

    def add(self, workspace_id: WorkspaceId, head: SignedHead) -> None:
        """Tells a head; it is on disk when this returns."""
        line = _Line(
            head.kind, head.day.isoformat(), head.seq, head.hash, head.public, head.signature
        )
        with self._alone():
            path = self._folder / f"{workspace_id}.jsonl"
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _FILE_MODE)
            try:
                os.write(descriptor, msgspec.json.encode(line) + b"\n")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def end(self, workspace_id: WorkspaceId) -> tuple[int, bytes] | None:
        """The chain's end as it was told last."""
        self._look()
        try:
            raw = (self._folder / f"{workspace_id}.end").read_bytes()
        except FileNotFoundError:
            return None
        found = msgspec.json.decode(raw, type=_End)
        return found.seq, found.hash

    def note_end(self, workspace_id: WorkspaceId, seq: int, digest: bytes) -> None:
        """Tells the chain's end, unless a later one was told already."""
        with self._alone():
            told = self.end(workspace_id)
            if told is not None and told[0] >= seq:
                return
            draft = self._folder / f"{workspace_id}.draft"
            draft.write_bytes(msgspec.json.encode(_End(seq, digest)))
            draft.chmod(_FILE_MODE)
            draft.replace(self._folder / f"{workspace_id}.end")

    def _look(self) -> None:
        if not self._keys.is_dir():
            raise KeysAway(f"{self._keys} is not there: the trail's second copy lies in it")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._look()
        self._folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        descriptor = os.open(self._folder / ".turn", os.O_RDWR | os.O_CREAT, _FILE_MODE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _head(line: bytes) -> SignedHead:
    told = msgspec.json.decode(line, type=_Line)
    return SignedHead(
        told.kind, date.fromisoformat(told.day), told.seq, told.hash, told.public, told.signature
    )
