"""The book's durable files: what was seen and decided, in the order it came.

Each file only grows; what counts of each is told by a *head* that is written last. What lies behind
it is a torn tail: no reader looks there, and the next writer writes over it. The head has two
places that take turns, so that a torn one leaves the other.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from catchment.people.identity.errors import BookDamaged
from catchment.people.identity.layout import Array, Log
from catchment.people.identity.rules import IdentityRules, KindRule, Strength

ROWS_MIN = 4096
"""The room that a new file has, in rows."""

_MAGIC = b"CIDBOOK1"
_FORM = struct.Struct("<8s6Q32sI")
_PLACE = 512
_HEAD = "head"
_SOURCES = "sources.txt"


@dataclass(frozen=True, slots=True)
class Head:
    """What counts.

    Attributes:
        version: the number of the commit.
        position: the log position reached.
        nodes, rows: how many of each.
        sources: bytes of the list of sources.
        fingerprint: of the rules that it is resolved under; empty at first.
        epoch: drawn by the first commit of a book: another one means that nodes are numbered anew.
    """

    version: int = 0
    position: int = 0
    nodes: int = 0
    rows: int = 0
    sources: int = 0
    fingerprint: str = ""
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """One file of rows of equal length: its name, the numbers in it, and how many make a row."""

    name: str
    type: type[np.generic]
    width: int = 1

    @property
    def row_bytes(self) -> int:
        """Bytes of one row."""
        return int(np.dtype(self.type).itemsize * self.width)


KEYS, KINDS = Column("keys.bin", np.uint64, 2), Column("kinds.bin", np.uint8)
ROWS, EVIDENCE = Column("rows.bin", np.int64, 3), Column("evidence.bin", np.uint64, 2)


def map_column(folder: Path, column: Column, rows: int, *, writable: bool) -> Array:
    """A file's rows in memory, shared with every process that maps it.

    Raises:
        BookDamaged: the file is shorter, and this is a reader.
    """
    path = folder / column.name
    size = rows * column.row_bytes
    flags = os.O_RDWR | os.O_CREAT if writable else os.O_RDONLY
    try:
        handle = os.open(path, flags, 0o600)
    except FileNotFoundError as missing:
        raise BookDamaged(f"{path.name} is missing") from missing
    try:
        if os.fstat(handle).st_size < size:
            if not writable:
                raise BookDamaged(f"{path.name} is shorter than it should be")
            # Room that is promised now cannot run out under a write to memory later.
            os.posix_fallocate(handle, 0, size)
        if size == 0:
            body: mmap.mmap | bytes = b""
        else:
            access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
            body = mmap.mmap(handle, size, access=access)
    finally:
        os.close(handle)
    array = np.frombuffer(body, column.type)
    return array.reshape(rows, column.width) if column.width > 1 else array


def map_log(folder: Path, nodes: int, rows: int, *, writable: bool) -> Log:
    """The log in memory, with room for so many nodes and rows."""
    return Log(
        map_column(folder, KEYS, nodes, writable=writable),
        map_column(folder, KINDS, nodes, writable=writable),
        map_column(folder, ROWS, rows, writable=writable),
        map_column(folder, EVIDENCE, rows, writable=writable),
    )


def check_lengths(folder: Path, head: Head) -> None:
    """Makes sure that all is there that the head speaks of.

    Raises:
        BookDamaged: a file is shorter.
    """
    wanted = [(c, head.nodes) for c in (KEYS, KINDS)] + [(c, head.rows) for c in (ROWS, EVIDENCE)]
    sizes = [(folder / c.name, rows * c.row_bytes) for c, rows in wanted]
    for path, size in [*sizes, (folder / _SOURCES, head.sources)]:
        if size and (not path.exists() or path.stat().st_size < size):
            raise BookDamaged(f"{path.name} is shorter than its head says: drop the book")


def read_head(folder: Path) -> Head:
    """The newest whole head; an empty one where there is none."""
    try:
        body = (folder / _HEAD).read_bytes()
    except FileNotFoundError:
        return Head()
    found = [Head()]
    for start in (0, _PLACE):
        part = body[start : start + _FORM.size]
        if len(part) < _FORM.size:
            continue
        magic, version, position, nodes, rows, sources, epoch, mark, crc = _FORM.unpack(part)
        if magic == _MAGIC and crc == zlib.crc32(part[:-4]):
            print_ = mark.rstrip(b"\0").decode()
            found.append(Head(version, position, nodes, rows, sources, print_, epoch))
    return max(found, key=lambda head: head.version)


def commit(folder: Path, head: Head, before: Head, reached: Callable[[str], None]) -> None:
    """Makes all that was written durable, and then the head that speaks of it."""
    changed = []
    if head.nodes != before.nodes:
        changed += [KEYS.name, KINDS.name]
    if head.rows != before.rows:
        changed += [ROWS.name, EVIDENCE.name]
    if head.sources != before.sources:
        changed.append(_SOURCES)
    for name in changed:
        flush(folder / name)
    reached("logged")
    fields = (head.version, head.position, head.nodes, head.rows, head.sources, head.epoch)
    part = _FORM.pack(_MAGIC, *fields, head.fingerprint.encode(), 0)[:-4]
    part += struct.pack("<I", zlib.crc32(part))
    path = folder / _HEAD
    is_new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.pwrite(handle, part, _PLACE * (head.version & 1))
        reached("head written")
        os.fsync(handle)
    finally:
        os.close(handle)
    if is_new:
        flush(folder)
    reached("committed")


def flush(path: Path) -> None:
    """Makes a file's bytes, or a folder's names, outlive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_sources(folder: Path, head: Head) -> list[str]:
    """The ids of the sources, by number."""
    if not head.sources:
        return []
    with (folder / _SOURCES).open("rb") as file:
        lines = file.read(head.sources).decode().splitlines()
    return [json.loads(line) for line in lines]


def add_sources(folder: Path, head: Head, names: list[str]) -> Head:
    """Writes sources behind those that count."""
    body = "".join(json.dumps(name) + "\n" for name in names).encode()
    handle = os.open(folder / _SOURCES, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.pwrite(handle, body, head.sources)
    finally:
        os.close(handle)
    return replace(head, sources=head.sources + len(body))


def write_rules(folder: Path, rules: IdentityRules) -> None:
    """Keeps rules under their fingerprint."""
    path = folder / f"rules-{rules.fingerprint}.json"
    if not path.exists():
        new = path.with_suffix(".new")
        new.write_text(json.dumps([asdict(kind) for kind in rules.kinds]))
        flush(new)
        new.replace(path)
        flush(folder)


def read_rules(folder: Path, fingerprint: str) -> IdentityRules:
    """The rules of a fingerprint.

    Raises:
        BookDamaged: they are not there.
    """
    try:
        rows = json.loads((folder / f"rules-{fingerprint}.json").read_text())
    except FileNotFoundError as missing:
        raise BookDamaged("the rules that the book is resolved under are missing") from missing
    return IdentityRules(
        tuple(KindRule(**{**row, "strength": Strength(row["strength"])}) for row in rows)
    )
