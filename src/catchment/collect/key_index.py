"""The key index: every event key that ever landed, so that each counts once, without a window.

Keys are 16 random-looking bytes. They are kept in sorted *runs*: the newest in memory, the others
in files that are mapped, not read. A batch is looked up by binary search in each run. When eight
runs of one size have gathered they are merged into one of the next, slice by slice in bounded
memory, so the number of runs grows with the logarithm of the number of keys.

Nothing here commits. The landing state notes in one transaction which runs count, beside the log
position they belong to; a file that it does not name is a leftover and is deleted on opening.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

RECENT_MAX = 1 << 18
"""Keys kept in memory before they go into a file."""

FAN_IN = 8
"""Runs of one level that are merged into one of the next."""

SLICE_KEYS = 1 << 22
"""Keys held in memory at once while merging."""

KEY_BYTES = 16

_Half = npt.NDArray[np.uint64]
_SUFFIX = ".keys.npy"


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys as two halves, in sorted order where they form a run."""

    high: _Half
    low: _Half

    @classmethod
    def unpack(cls, packed: bytes) -> "Keys":
        """Keys from their bytes laid end to end."""
        halves = np.frombuffer(packed, dtype=">u8").reshape(-1, 2).astype(np.uint64)
        return cls(np.ascontiguousarray(halves[:, 0]), np.ascontiguousarray(halves[:, 1]))

    def pack(self) -> bytes:
        """The keys' bytes laid end to end."""
        return np.stack([self.high, self.low], axis=1).astype(">u8").tobytes()

    def take(self, where: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> "Keys":
        """The keys at these places."""
        return Keys(self.high[where], self.low[where])

    def order(self) -> npt.NDArray[np.int64]:
        """The places of the keys in sorted order; equal keys in the order they came."""
        return np.lexsort((self.low, self.high))

    def __len__(self) -> int:
        return len(self.high)


@dataclass(frozen=True, slots=True)
class RunFile:
    """A run in a file.

    Attributes:
        name: the file's name in the index's folder.
        level: how often its keys were merged.
        count: how many keys.
    """

    name: str
    level: int
    count: int


class KeyIndex:
    """The keys that landed.

    Args:
        folder: where run files are.
        files: the runs that count.
        recent: packed keys that are in no file yet.
        recent_max: keys in memory before they go into a file.
        fan_in: runs of one level that are merged.
    """

    def __init__(
        self,
        folder: Path,
        files: Sequence[RunFile] = (),
        recent: Sequence[bytes] = (),
        *,
        recent_max: int = RECENT_MAX,
        fan_in: int = FAN_IN,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._recent_max = recent_max
        self._fan_in = fan_in
        self._runs = {file: _open(folder / file.name) for file in files}
        self._recent: list[Keys] = []
        self._forget_leftovers()
        if recent:
            self.add(Keys.unpack(b"".join(recent)))

    @property
    def files(self) -> list[RunFile]:
        """The runs that are in files, as the landing state should name them."""
        return list(self._runs)

    def __len__(self) -> int:
        return sum(file.count for file in self._runs) + self._recent_count

    def fresh(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """Which keys were never seen; of equal ones in the batch only the first is fresh."""
        order = keys.order()
        ranked = keys.take(order)
        is_known = np.zeros(len(keys), dtype=np.bool_)
        if len(keys) > 1:
            is_known[1:] = (ranked.high[1:] == ranked.high[:-1]) & (
                ranked.low[1:] == ranked.low[:-1]
            )
        for run in [*self._recent, *self._runs.values()]:
            is_known |= _contains(run, ranked)
        is_fresh = np.empty(len(keys), dtype=np.bool_)
        is_fresh[order] = ~is_known
        return is_fresh

    def add(self, keys: Keys) -> None:
        """Remembers keys; the caller has made sure that they are fresh."""
        if not len(keys):
            return
        run = keys.take(keys.order())
        # Like carrying in addition: runs in memory at least double in size toward the oldest.
        while self._recent and len(self._recent[-1]) <= 2 * len(run):
            run = _merged([self._recent.pop(), run])
        self._recent.append(run)

    @property
    def wants_flush(self) -> bool:
        """Whether so many keys are in memory that they should go into a file."""
        return self._recent_count >= self._recent_max

    def flush(self) -> None:
        """Puts the keys in memory into a run file, on disk when this returns."""
        if self._recent:
            self._write(_merged(self._recent), level=0)
            self._recent = []

    def merge(self) -> list[RunFile]:
        """Merges the runs of one level where enough have gathered, the lowest such level.

        Returns:
            The runs that count no longer. Their files stay until `forget`, because the state on
            disk still names them.
        """
        levels = sorted({file.level for file in self._runs})
        for level in levels:
            old = [file for file in self._runs if file.level == level]
            if len(old) >= self._fan_in:
                runs = [self._runs[file] for file in old]
                self._write_slices(runs, level + 1)
                for file in old:
                    del self._runs[file]
                return old
        return []

    def forget(self, files: Sequence[RunFile]) -> None:
        """Deletes files of runs that nothing names any more."""
        for file in files:
            (self._folder / file.name).unlink(missing_ok=True)

    @property
    def _recent_count(self) -> int:
        return sum(len(run) for run in self._recent)

    def _write(self, run: Keys, level: int) -> None:
        self._write_slices([run], level)

    def _write_slices(self, runs: Sequence[Keys], level: int) -> None:
        count = sum(len(run) for run in runs)
        name = self._unused_name(level)
        path = self._folder / name
        target = np.lib.format.open_memmap(path, "w+", np.uint64, (2, count))
        at = 0
        slices = -(-count // SLICE_KEYS)
        # Keys are spread evenly, so even cuts of their range make slices of even length.
        cuts = [(2**64 * i) // slices for i in range(slices)] + [2**64]
        for low, high in pairwise(cuts):
            part = _merged([_between(run, low, high) for run in runs])
            target[0, at : at + len(part)] = part.high
            target[1, at : at + len(part)] = part.low
            at += len(part)
        target.flush()
        del target
        _flush(path)
        _flush(self._folder)
        self._runs[RunFile(name, level, count)] = _open(path)

    def _unused_name(self, level: int) -> str:
        number = 1
        while (self._folder / f"{level:02d}-{number:06d}{_SUFFIX}").exists():
            number += 1
        return f"{level:02d}-{number:06d}{_SUFFIX}"

    def _forget_leftovers(self) -> None:
        named = {file.name for file in self._runs}
        for path in self._folder.glob(f"*{_SUFFIX}"):
            if path.name not in named:
                path.unlink()


def is_whole_file(folder: Path, file: RunFile) -> bool:
    """Whether the run's file is there with all its keys."""
    path = folder / file.name
    return path.exists() and path.stat().st_size >= file.count * KEY_BYTES


def _open(path: Path) -> Keys:
    halves = np.load(path, mmap_mode="r")
    return Keys(halves[0], halves[1])


def _contains(run: Keys, keys: Keys) -> npt.NDArray[np.bool_]:
    """Which of the (sorted) keys are in the run."""
    at = np.searchsorted(run.high, keys.high)
    is_inside = at < len(run)
    found = np.zeros(len(keys), dtype=np.bool_)
    inside = np.flatnonzero(is_inside)
    inside = inside[run.high[at[inside]] == keys.high[inside]]
    # Two keys that share their first half are a rarity; walk past them one by one.
    while len(inside):
        places = at[inside]
        hit = run.low[places] == keys.low[inside]
        found[inside[hit]] = True
        inside = inside[~hit]
        at[inside] += 1
        inside = inside[at[inside] < len(run)]
        inside = inside[run.high[at[inside]] == keys.high[inside]]
    return found


def _between(run: Keys, low: int, high: int) -> Keys:
    start = int(np.searchsorted(run.high, np.uint64(low)))
    end = len(run) if high >= 2**64 else int(np.searchsorted(run.high, np.uint64(high)))
    return Keys(run.high[start:end], run.low[start:end])


def _merged(runs: Sequence[Keys]) -> Keys:
    joined = Keys(
        np.concatenate([run.high for run in runs]), np.concatenate([run.low for run in runs])
    )
    order = np.argsort(joined.high, kind="stable")
    ranked = joined.take(order)
    if len(ranked) > 1 and bool(np.any(ranked.high[1:] == ranked.high[:-1])):
        return joined.take(joined.order())
    return ranked


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
