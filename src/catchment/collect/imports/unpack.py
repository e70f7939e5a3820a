"""Opens a file that may be packed, as one stream of bytes that cannot become a flood.

gzip and zip are recognised by their first bytes, not by their names. A stream that unpacks to
more than is allowed, in all or for its packed size, is refused while it is read: nothing of it is
held in memory. An archive holds one file; one inside another is refused.
"""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from catchment.collect.imports.errors import ArchiveRefused, UnreadableFile
from catchment.kernel import printable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_ARCHIVES = {_GZIP, b"PK", b"7z", b"Ra", b"BZ", b"\xfd7", b"\x28\xb5"}
_WORKBOOK_PARTS = ("[Content_Types].xml", "xl/")
_BUFFER_BYTES = 1 << 20
_NOISE = ("__MACOSX/", ".DS_Store", "Thumbs.db")


class Readable(Protocol):
    """What is read and closed."""

    def read(self, size: int = -1, /) -> bytes:
        """So many bytes at most."""

    def close(self) -> None:
        """Lets go of the file."""


OpenPath = Callable[[Path], IO[bytes]]
"""Opens a file for reading, from anywhere in it; one that is sealed on disk too."""


def open_plainly(path: Path) -> IO[bytes]:
    """A file as it lies there."""
    return path.open("rb")


@dataclass(frozen=True, slots=True)
class UnpackLimits:
    """How far a packed file may unfold.

    Attributes:
        bytes_max: bytes unpacked, in all.
        ratio_max: unpacked bytes for each packed one, once `ratio_free_bytes` are passed.
        ratio_free_bytes: so much is let through before the ratio is looked at.
        entries_max: entries in an archive, folders and such included.
        workbook_bytes_max: bytes of a workbook unpacked: it is held in memory whole.
    """

    bytes_max: int = 64 * 1024**3
    ratio_max: int = 200
    ratio_free_bytes: int = 16 * 1024**2
    entries_max: int = 1_000
    workbook_bytes_max: int = 1024**3


DEFAULT_LIMITS = UnpackLimits()


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that can be read from its beginning as often as one likes.

    Attributes:
        open: a fresh stream of its unpacked bytes.
        name: the file's own name, without the archive's.
        is_workbook: it is an XLSX, whose stream is to be given to a workbook reader.
    """

    open: Callable[[], IO[bytes]]
    name: str
    is_workbook: bool = False


class _Metered(io.RawIOBase):
    """Passes bytes on and stops a bomb while it unfolds."""

    def __init__(self, stream: Readable, packed_bytes: int, limits: UnpackLimits) -> None:
        self._stream = stream
        self._packed = max(packed_bytes, 1)
        self._limits = limits
        self._passed = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        try:
            content = self._stream.read(len(view))
        except (EOFError, OSError, zlib.error, zipfile.BadZipFile, RuntimeError) as broken:
            raise UnreadableFile(f"the packed file is damaged or locked: {broken}") from broken
        view[: len(content)] = content
        self._passed += len(content)
        self._check()
        return len(content)

    def _check(self) -> None:
        if self._passed > self._limits.bytes_max:
            raise ArchiveRefused(f"it unpacks to more than {self._limits.bytes_max} bytes")
        is_free = self._passed <= self._limits.ratio_free_bytes
        if not is_free and self._passed > self._packed * self._limits.ratio_max:
            raise ArchiveRefused(f"it unpacks to more than {self._limits.ratio_max} times its size")

    def close(self) -> None:
        self._stream.close()
        super().close()


def open_file(
    path: Path, limits: UnpackLimits = DEFAULT_LIMITS, open_path: OpenPath = open_plainly
) -> Opened:
    """Looks into a file and says how to read what is in it.

    Args:
        path: the file.
        limits: how far it may unfold.
        open_path: opens it.

    Raises:
        ArchiveRefused: it breaks one of the limits, or holds not exactly one file.
        UnreadableFile: it is not there, or damaged.
    """
    try:
        with open_path(path) as stream:
            start = stream.read(4)
        packed_bytes = path.stat().st_size
    except OSError as missing:
        raise UnreadableFile(
            f"{printable(str(path))} cannot be read: {missing.strerror}"
        ) from missing
    if start[:2] == _GZIP:
        opened = _gzip(path, packed_bytes, limits, open_path)
    elif start in (_ZIP, _EMPTY_ZIP):
        opened = _zip(path, limits, open_path)
    else:
        return Opened(lambda: open_path(path), path.name)
    if not opened.is_workbook:
        _refuse_nested(opened)
    return opened


def _gzip(path: Path, packed_bytes: int, limits: UnpackLimits, open_path: OpenPath) -> Opened:
    def open_it() -> IO[bytes]:
        packed = open_path(path)
        stream = gzip.open(packed, "rb")  # noqa: SIM115  (closed by its meter)
        metered = _Metered(_WithFile(stream, packed), packed_bytes, limits)
        return io.BufferedReader(metered, _BUFFER_BYTES)

    return Opened(open_it, path.name.removesuffix(".gz"))


def _zip(path: Path, limits: UnpackLimits, open_path: OpenPath) -> Opened:
    try:
        with open_path(path) as packed, zipfile.ZipFile(packed) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError) as broken:
        raise UnreadableFile(f"{printable(path.name)} is a damaged archive: {broken}") from broken
    if len(entries) > limits.entries_max:
        raise ArchiveRefused(f"it holds more than {limits.entries_max} entries")
    if any(entry.filename.startswith(_WORKBOOK_PARTS) for entry in entries):
        _check_workbook(entries, limits)
        return Opened(lambda: open_path(path), path.name, is_workbook=True)
    files = [e for e in entries if not e.is_dir() and not _is_noise(e.filename)]
    if len(files) != 1:
        raise ArchiveRefused(f"it holds {len(files)} files; unpack it and import each by itself")
    entry = files[0]

    def open_it() -> IO[bytes]:
        packed = open_path(path)
        try:
            stream = zipfile.ZipFile(packed).open(entry)  # noqa: SIM115  (closed by its meter)
        except (RuntimeError, NotImplementedError, zipfile.BadZipFile) as locked:
            packed.close()
            raise UnreadableFile(
                f"the archive cannot be unpacked: {printable(str(locked))}"
            ) from locked
        metered = _Metered(_WithFile(stream, packed), entry.compress_size, limits)
        return io.BufferedReader(metered, _BUFFER_BYTES)

    return Opened(open_it, Path(entry.filename).name)


class _WithFile(io.RawIOBase):
    """What is unpacked of a file, closing that file with itself."""

    def __init__(self, stream: Readable, packed: IO[bytes]) -> None:
        self._stream = stream
        self._packed = packed

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(size)

    def close(self) -> None:
        self._stream.close()
        self._packed.close()
        super().close()


def _is_noise(name: str) -> bool:
    return name.startswith(_NOISE[0]) or name.endswith(_NOISE[1:])


def _check_workbook(entries: list[zipfile.ZipInfo], limits: UnpackLimits) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > limits.workbook_bytes_max:
        raise ArchiveRefused(f"the workbook unpacks to more than {limits.workbook_bytes_max} bytes")
    if unpacked > limits.ratio_free_bytes and unpacked > packed * limits.ratio_max:
        raise ArchiveRefused(f"the workbook unpacks to over {limits.ratio_max} times its size")


def _refuse_nested(opened: Opened) -> None:
    with opened.open() as stream:
        if stream.read(2) in _ARCHIVES:
            raise ArchiveRefused("it holds another archive; unpack it first")
