"""Sealed files: written in one go, read from anywhere, never in clear on the disk.

    8 bytes mark | 4 bytes length | the file's own key, sealed by a box | frames of 64 KiB, sealed

Each file draws a key of its own, so a frame's number serves as its nonce. The last frame says that
it is the last: a file that was cut, at whatever place, is refused, and so is one whose frames were
swapped. What was not closed is cut. Reading seeks, so Arrow, spreadsheets and archives can read it.
"""

import io
import os
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from cryptography.exceptions import InvalidTag

from catchment.kernel import Entropy, system_entropy
from catchment.vault.ciphers import (
    KEY_BYTES,
    TAG_BYTES,
    Algorithm,
    algorithm,
    head_of,
    place_of,
)
from catchment.vault.errors import CiphertextRefused
from catchment.vault.keys.boxes import Box

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

FRAME_BYTES = 64 * 1024
"""Plain bytes of every frame but the last."""

_MARK = b"CMSEAL\x01\n"
_LENGTH_BYTES = 4
_KEY_SEALED_BYTES_MAX = 1024
_FRAME_SEALED_BYTES = FRAME_BYTES + TAG_BYTES
_FILE_MODE = 0o600
_CUT = "This file was cut, changed or is another one."


def is_sealed(path: Path) -> bool:
    """Whether a file is a sealed one, by its mark."""
    with path.open("rb") as file:
        return file.read(len(_MARK)) == _MARK


def create_sealed(
    path: Path, box: Box, aad: bytes, *, entropy: Entropy = system_entropy
) -> "SealedWriter":
    """A new sealed file to write to, in place of one that is there.

    Args:
        path: where it will be; readable by us alone.
        box: what seals the file's own key.
        aad: the place that the file belongs to; it opens in no other.
        entropy: draws the key.
    """
    key = entropy(KEY_BYTES)
    sealed_key = box.seal(key, place_of(("file", aad)))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _FILE_MODE)
    file = os.fdopen(descriptor, "wb")
    file.write(_MARK + len(sealed_key).to_bytes(_LENGTH_BYTES, "big") + sealed_key)
    return SealedWriter(file, algorithm(head_of(sealed_key).cipher, key))


def open_sealed(path: Path, box: Box, aad: bytes) -> io.BufferedReader:
    """A sealed file to read from, anywhere.

    Raises:
        CiphertextRefused: it is none, was cut or changed, or belongs elsewhere.
        KeysAway, KeyDestroyed: as the box says.
    """
    file = path.open("rb")
    try:
        sealed_key = _sealed_key(file)
        key = box.open(sealed_key, place_of(("file", aad)))
        frames = _Frames(file, algorithm(head_of(sealed_key).cipher, key), file.tell())
        return io.BufferedReader(frames, FRAME_BYTES)
    except BaseException:
        file.close()
        raise


def _sealed_key(file: BinaryIO) -> bytes:
    if file.read(len(_MARK)) != _MARK:
        raise CiphertextRefused(_CUT)
    length = int.from_bytes(file.read(_LENGTH_BYTES), "big")
    return file.read(min(length, _KEY_SEALED_BYTES_MAX))


class SealedWriter(io.RawIOBase):
    """Writes a sealed file; whole once closed. Left by an error, it stays cut, and unreadable."""

    def __init__(self, file: BinaryIO, engine: Algorithm) -> None:
        super().__init__()
        self._file = file
        self._engine = engine
        self._waiting = bytearray()
        self._frames = 0
        self._is_aborted = False

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: "ReadableBuffer", /) -> int:
        """Takes all of it; what fills no frame waits for more."""
        if self.closed:
            raise ValueError("the file is closed")
        view = memoryview(data).cast("B")
        self._waiting += view
        # One frame stays behind: only the last one may say that it is the last.
        while len(self._waiting) > FRAME_BYTES:
            self._put(bytes(self._waiting[:FRAME_BYTES]), is_last=False)
            del self._waiting[:FRAME_BYTES]
        return view.nbytes

    def tell(self) -> int:
        """How many plain bytes were written."""
        return self._frames * FRAME_BYTES + len(self._waiting)

    def abort(self) -> None:
        """Closes the file without its end, so that nobody takes it for whole."""
        self._is_aborted = True
        self.close()

    def close(self) -> None:
        """Writes the end; the file is on disk on return."""
        if self.closed:
            return
        try:
            if not self._is_aborted:
                self._put(bytes(self._waiting), is_last=True)
                self._file.flush()
                os.fsync(self._file.fileno())
        finally:
            self._file.close()
            super().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            self.abort()

    def __del__(self) -> None:
        # Forgotten rather than closed: it was not finished.
        if not self.closed:
            self.abort()

    def _put(self, plain: bytes, *, is_last: bool) -> None:
        self._file.write(self._engine.encrypt(_nonce(self._frames, is_last=is_last), plain, b""))
        self._frames += 0 if is_last else 1


class _Frames(io.RawIOBase):
    """Reads a sealed file; one opened frame is held at a time."""

    def __init__(self, file: BinaryIO, engine: Algorithm, start: int) -> None:
        super().__init__()
        self._file = file
        self._engine = engine
        self._start = start
        body = os.fstat(file.fileno()).st_size - start
        self._last = max(0, (body - 1) // _FRAME_SEALED_BYTES)
        self._position = 0
        self._held = -1
        self._plain = b""
        # The end is opened first: a cut file is refused before anything of it is believed.
        self._size = self._last * FRAME_BYTES + len(self._frame(self._last))

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The place in the plain text."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Goes to a place in the plain text."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            # An OSError too: readers of archives expect one, as of a file.
            raise io.UnsupportedOperation(f"no place before the start: {start + offset}")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fills a buffer from one frame at most."""
        number, offset = divmod(self._position, FRAME_BYTES)
        if self._position >= self._size:
            return 0
        view = memoryview(buffer).cast("B")
        part = self._frame(number)[offset : offset + len(view)]
        view[: len(part)] = part
        self._position += len(part)
        return len(part)

    def close(self) -> None:
        """Lets go of the file and of the opened frame."""
        if not self.closed:
            self._file.close()
            self._plain = b""
            super().close()

    def _frame(self, number: int) -> bytes:
        if number != self._held:
            self._file.seek(self._start + number * _FRAME_SEALED_BYTES)
            sealed = self._file.read(_FRAME_SEALED_BYTES)
            try:
                nonce = _nonce(number, is_last=number == self._last)
                self._plain = self._engine.decrypt(nonce, sealed, b"")
            except (InvalidTag, ValueError) as cut:
                raise CiphertextRefused(_CUT) from cut
            self._held = number
        return self._plain


def _nonce(number: int, *, is_last: bool) -> bytes:
    return bytes([is_last]) + number.to_bytes(11, "big")
