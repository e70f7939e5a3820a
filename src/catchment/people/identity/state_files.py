"""The book's derived files: mapped by every process, made anew when they cannot be trusted.

They are not flushed. What vouches for them is that the machine has not been started anew since they
were made, that no writer died half way, and that they tell the version that the log's head tells.

Owners are published in one go. Before, the *turn* is odd, and after, even again: who reads a few
places looks at the turn before and after. Who copies whole arrays holds the publishing lock. Who
reads a single place waits for nobody. What counts has two places that take turns, so that the one
that counts is never written to.
"""

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np

from catchment.people.identity.errors import BookBusy, BookDamaged
from catchment.people.identity.layout import Array, Log, State
from catchment.people.identity.log_files import Column, Head, map_column, map_log

BUSY_SECONDS = 60.0
"""How long anyone waits for a writer, or for a rebuild, before giving up."""

LOOKS_MAX = 200
"""How often a reader looks again at what is being published before it takes the lock."""

INDEX_MIN = 1 << 13
"""Places of the smallest index; an index is never more than half full."""

_TURN, _VERSION, _ROOM_NODES, _ROOM_ROWS, _INDEX, _LINKS, _STAGING = range(7)
_WORDS = 64
_TOLD, _TOLD_WORDS = 16, 16
"""Where the first of two heads begins, and the words of each: five numbers and a fingerprint."""
_NUMBERS = 5
_PRINT_WORDS = 4
_WORDS_FILE = Column("told", np.int64)
_CURRENT = "current"
_PUBLISH_LOCK = "publish.lock"
_PREFIX = "state-"
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PAUSE_SECONDS = 0.002

_BY_NODE = {
    "owners": Column("owners.bin", np.int32), "ring": Column("ring.bin", np.int32),
    "first": Column("first.bin", np.int32), "flags": Column("flags.bin", np.uint8),
    "choice": Column("choice.bin", np.int32),
}  # fmt: skip
_BY_ROW = {"nexts": Column("nexts.bin", np.int32, 2), "off": Column("off.bin", np.uint8)}

Answer = TypeVar("Answer")


@dataclass
class Mapped:
    """One process's maps of the log and of the state.

    Attributes:
        folder: the book's.
        name: which state.
        words: the state's own head.
        log, state: the arrays, with room behind what counts.
        snapshot: the last copy of the owners that was made, and what counted then.
        stamp: of the file that names the state that counts, when it named this one.
    """

    folder: Path
    name: str
    words: Array
    log: Log
    state: State
    snapshot: tuple[Head, Array] | None = None
    stamp: tuple[int, ...] | None = None

    @property
    def version(self) -> int:
        """The number of the commit that is published."""
        return int(self.words[_VERSION])

    @property
    def epoch(self) -> int:
        """Which numbering of nodes this is."""
        return self.head.epoch

    @property
    def room(self) -> tuple[int, int]:
        """Nodes and rows that there is room for in these maps."""
        return len(self.state.owners), len(self.state.off)

    @property
    def head(self) -> Head:
        """What is published; it waits for nobody."""
        while True:
            version = self.version
            told = self._told(version).copy()
            # The commit after this one tells in the other place; only the one after that here.
            if self.version - version <= 1:
                break
        position, nodes, rows, sources, epoch = told[:_NUMBERS].tolist()
        mark = told[_NUMBERS:].tobytes().rstrip(b"\0").decode()
        return Head(version, position, nodes, rows, sources, mark, epoch)

    @property
    def is_fresh(self) -> bool:
        """Whether these maps still hold all that is published in the state that counts."""
        stamp = _stamp(self.folder)
        if stamp != self.stamp:
            if current_name(self.folder) != self.name:
                return False
            self.stamp = stamp
        elif not (self.folder / self.name).is_dir():
            return False
        w = self.words
        return (int(w[_ROOM_NODES]), int(w[_ROOM_ROWS])) == self.room and int(w[_INDEX]) == len(
            self.state.by_key
        )

    def stage(self, *, is_staging: bool) -> None:
        """Notes that a writer is half way through, for whoever comes if it dies."""
        self.words[_STAGING] = int(is_staging)

    def tell(self, head: Head) -> None:
        """Puts what counts into the state's own head."""
        told = self._told(head.version)
        told[:_NUMBERS] = head.position, head.nodes, head.rows, head.sources, head.epoch
        mark = head.fingerprint.encode().ljust(8 * _PRINT_WORDS, b"\0")
        told[_NUMBERS:] = np.frombuffer(mark, np.int64)
        self.words[_VERSION] = head.version

    def _told(self, version: int) -> Array:
        begin = _TOLD + _TOLD_WORDS * (version & 1)
        return self.words[begin : begin + _NUMBERS + _PRINT_WORDS]

    @property
    def is_sound(self) -> bool:
        """Whether no writer is half way through, or died there."""
        return not int(self.words[_STAGING]) and not int(self.words[_TURN]) & 1

    @property
    def is_alive(self) -> bool:
        """Whether what is being published, if anything, will be published to the end."""
        if not int(self.words[_TURN]) & 1:
            return True
        try:
            with locked(self.folder / _PUBLISH_LOCK, fcntl.LOCK_SH, seconds=0):
                return not int(self.words[_TURN]) & 1
        except BookBusy:
            return True

    def owners(self) -> tuple[Head, Array]:
        """A copy of the owners of one commit, and what counted then; the last copy if it will do.

        Raises:
            IndexError: the book grew meanwhile.
        """
        known = self.snapshot
        if known is None or known[0].version != self.version:
            known = self.hold(self._copy)
            if len(known[1]) < known[0].nodes:
                raise IndexError
            self.snapshot = known
        return known

    def _copy(self) -> tuple[Head, Array]:
        head = self.head
        owners = self.state.owners[: head.nodes].copy()
        owners.flags.writeable = False
        return head, owners

    @contextmanager
    def publishing(self) -> Iterator[None]:
        """What is written inside is seen whole or not at all."""
        with locked(self.folder / _PUBLISH_LOCK, fcntl.LOCK_EX):
            self.words[_TURN] += 1
            yield
            self.words[_TURN] += 1

    def look(self, ask: Callable[[], Answer]) -> Answer:
        """An answer of which no part is from another commit than the rest."""
        for attempt in range(LOOKS_MAX):
            before = int(self.words[_TURN])
            if not before & 1:
                answer = ask()
                if int(self.words[_TURN]) == before:
                    return answer
            if attempt > LOOKS_MAX // 2:
                time.sleep(_PAUSE_SECONDS / 20)
        return self.hold(ask)

    def hold(self, ask: Callable[[], Answer]) -> Answer:
        """The same for long answers: nothing is published meanwhile.

        Raises:
            BookDamaged: a writer died while publishing; open the book anew.
        """
        with locked(self.folder / _PUBLISH_LOCK, fcntl.LOCK_SH):
            if int(self.words[_TURN]) & 1:
                raise BookDamaged("a writer died while publishing")
            return ask()

    def resize_index(self, name: str, places: int) -> Array:
        """A larger index or table of links, all places empty; the old one's file goes."""
        folder = self.folder / self.name
        made = map_column(folder, Column(f"{name}-{places}.bin", np.int32), places, writable=True)
        made.fill(-1)
        return made

    def announce_index(self, name: str, made: Array) -> None:
        """Lets everyone use a larger index from now on."""
        old = int(self.words[_INDEX if name == "by_key" else _LINKS])
        self.state = self.state._replace(**{name: made})
        self.words[_INDEX if name == "by_key" else _LINKS] = len(made)
        if old != len(made):
            (self.folder / self.name / f"{name}-{old}.bin").unlink(missing_ok=True)

    def grow(self, nodes: int, rows: int) -> None:
        """Makes room for so many nodes and rows."""
        self.log = map_log(self.folder, nodes, rows, writable=True)
        folder = self.folder / self.name
        self.state = _map_state(folder, (nodes, rows), self.state.by_key, self.state.by_link)
        self.words[_ROOM_NODES], self.words[_ROOM_ROWS] = nodes, rows


@cache
def boot_id() -> str:
    """What differs after the machine was started anew; files that were not flushed are in doubt."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return "unknown"


def current_name(folder: Path) -> str | None:
    """The name of the state that counts, if there is one from since the machine was started."""
    try:
        name, boot = json.loads((folder / _CURRENT).read_text())
    except (FileNotFoundError, ValueError):
        return None
    return str(name) if boot == boot_id() and (folder / str(name)).is_dir() else None


def _stamp(folder: Path) -> tuple[int, ...] | None:
    try:
        found = (folder / _CURRENT).stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns


def make_state(folder: Path, nodes: int, rows: int, index: int, links: int) -> Mapped:
    """An empty state beside the one that counts, with this room.

    Args:
        folder: the book's.
        nodes: room for them.
        rows: room for them.
        index: places of the hash table of nodes; a power of two.
        links: the same of links.
    """
    # A name that never was: a reader that maps a dropped state must not take a new one for it.
    inner = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder))
    name = inner.name
    words = map_column(inner, _WORDS_FILE, _WORDS, writable=True)
    tables = [
        map_column(inner, Column(f"{kind}-{places}.bin", np.int32), places, writable=True)
        for kind, places in (("by_key", index), ("by_link", links))
    ]
    for table in tables:
        table.fill(-1)
    words[_ROOM_NODES], words[_ROOM_ROWS] = nodes, rows
    words[_INDEX], words[_LINKS] = index, links
    state = _map_state(inner, (nodes, rows), tables[0], tables[1])
    return Mapped(folder, name, words, map_log(folder, nodes, rows, writable=True), state)


def install(mapped: Mapped) -> None:
    """Lets a state count from now on, and drops the others."""
    new = mapped.folder / f"{_CURRENT}.new"
    new.write_text(json.dumps([mapped.name, boot_id()]))
    new.replace(mapped.folder / _CURRENT)
    for other in mapped.folder.glob(f"{_PREFIX}*"):
        if other.name != mapped.name:
            shutil.rmtree(other, ignore_errors=True)


def open_state(folder: Path, head: Head | None, *, writable: bool) -> Mapped | None:
    """The state that counts, if it can be trusted.

    Args:
        folder: the book's.
        head: what the log says, where the state must agree with it and no writer is half way
            through: for whoever holds the writer's lock.
        writable: whether it is to be changed.
    """
    name = current_name(folder)
    if name is None:
        return None
    inner = folder / name
    try:
        words = map_column(inner, _WORDS_FILE, _WORDS, writable=writable)
        room = (int(words[_ROOM_NODES]), int(words[_ROOM_ROWS]))
        tables = []
        for kind, places in (("by_key", int(words[_INDEX])), ("by_link", int(words[_LINKS]))):
            if kind == "by_link" and not writable:
                tables.append(np.zeros(0, np.int32))
                continue
            column = Column(f"{kind}-{places}.bin", np.int32)
            tables.append(map_column(inner, column, places, writable=writable))
        log = map_log(folder, *room, writable=writable)
        state = _map_state(inner, room, tables[0], tables[1], writable=writable)
    except BookDamaged:
        return None
    mapped = Mapped(folder, name, words, log, state)
    if head is not None and (mapped.head != head or not mapped.is_sound):
        return None
    return mapped


def no_state(folder: Path) -> Mapped:
    """What stands for a book that nothing was written in."""
    words = np.zeros(_WORDS, np.int64)
    names = [*_BY_NODE.items(), *_BY_ROW.items()]
    arrays = {k: np.zeros((0, c.width) if c.width > 1 else 0, c.type) for k, c in names}
    index = np.full(INDEX_MIN, -1, np.int32)
    words[_INDEX] = len(index)
    log = Log(np.zeros((0, 2), np.uint64), np.zeros(0, np.uint8), np.zeros((0, 3), np.int64),
              np.zeros((0, 2), np.uint64))  # fmt: skip
    state = State(**arrays, by_key=index, by_link=np.zeros(0, np.int32))
    return Mapped(folder, "", words, log, state)


def _map_state(
    inner: Path, room: tuple[int, int], index: Array, links: Array, *, writable: bool = True
) -> State:
    nodes = {k: map_column(inner, c, room[0], writable=writable) for k, c in _BY_NODE.items()}
    rows = {k: map_column(inner, c, room[1], writable=writable) for k, c in _BY_ROW.items()}
    return State(**nodes, **rows, by_key=index, by_link=links)


@contextmanager
def locked(path: Path, mode: int, seconds: float = BUSY_SECONDS) -> Iterator[None]:
    """Holds a lock over all processes; the system lets go of it if we die.

    Raises:
        BookBusy: another held it all that time.
    """
    # A book that nobody has written yet has no folder, and may be read all the same.
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(handle, mode | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise BookBusy from None
                time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        os.close(handle)
