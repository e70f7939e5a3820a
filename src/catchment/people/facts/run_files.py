"""Run files: occurrences of many facts, and the labels they speak of, written once and mapped.

A run is one file, flushed before anything names it, and never changed. Where in it what lies is in
its `Run`, which the manifest keeps. Each part is a column of its own, aligned so that it can be
used where it lies.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.people.facts.sections import Section

SUFFIX = ".run"
_ALIGNED = 64


@dataclass(frozen=True, slots=True)
class Run:
    """A run file, as the manifest names it.

    Attributes:
        name: in the folder of the workspace's facts.
        size: bytes.
        rows: occurrences, of all facts.
        sections: by the fact's key: where it begins, how many rows, and whether it has values.
        labels: where the labels begin, how many, and the bytes of their text.
    """

    name: str
    size: int
    rows: int
    sections: Mapping[str, tuple[int, int, bool]] = field(default_factory=dict)
    labels: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class LabelSection:
    """Labels by code: codes rising, and the text of each."""

    codes: npt.NDArray[np.int64]
    texts: pa.LargeStringArray


def write_run(
    folder: Path, name: str, sections: Mapping[str, Section], labels: LabelSection
) -> Run:
    """Writes a run; it is on disk when this returns.

    Args:
        folder: where.
        name: of a file that is not there.
        sections: sorted, by the fact's key.
        labels: the labels that are new with them.
    """
    places: dict[str, tuple[int, int, bool]] = {}
    path = folder / name
    with path.open("xb") as file:
        for key, section in sorted(sections.items()):
            has_values = len(section.bits) > 0
            places[key] = (file.tell(), len(section), has_values)
            columns: list[npt.NDArray[Any]] = [section.time_us]
            columns += [section.ties, section.bits] if has_values else []
            for column in (*columns, section.nodes):
                file.write(np.ascontiguousarray(column).data)
                _align(file)
        begins = file.tell()
        offsets, text = _text_of(labels.texts)
        for column in (labels.codes, offsets, text):
            file.write(np.ascontiguousarray(column).data)
            _align(file)
        size = file.tell()
        file.flush()
        os.fsync(file.fileno())
    flush_folder(folder)
    rows = sum(len(section) for section in sections.values())
    return Run(name, size, rows, places, (begins, len(labels.codes), len(text)))


class MappedRun:
    """A run file in memory's reach.

    Args:
        folder: where it is.
        run: what it holds.

    Raises:
        FileNotFoundError: it was merged into another, which a newer manifest names; or it is torn.
    """

    def __init__(self, folder: Path, run: Run) -> None:
        self.run = run
        path = folder / run.name
        if path.stat().st_size != run.size:
            raise FileNotFoundError(path)
        self._bytes = np.memmap(path, np.uint8, "r") if run.size else np.zeros(0, np.uint8)

    def section(self, key: str) -> Section | None:
        """The occurrences of a fact; nothing when there are none."""
        place = self.run.sections.get(key)
        if place is None:
            return None
        at, rows, has_values = place
        time_us, at = self._column(at, rows, np.int64)
        ties, bits = np.zeros(0, np.uint64), np.zeros(0, np.int64)
        if has_values:
            ties, at = self._column(at, rows, np.uint64)
            bits, at = self._column(at, rows, np.int64)
        nodes, _ = self._column(at, rows, np.int32)
        return Section(nodes, time_us, ties, bits)

    def labels(self) -> LabelSection:
        """The labels that came with it."""
        at, rows, size = self.run.labels
        codes, at = self._column(at, rows, np.int64)
        offsets, at = self._column(at, rows + 1, np.int64)
        text, _ = self._column(at, size, np.uint8)
        texts = pa.LargeStringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(text))
        return LabelSection(codes, texts)

    def _column(self, at: int, rows: int, kind: Any) -> tuple[npt.NDArray[Any], int]:
        ends = at + rows * np.dtype(kind).itemsize
        column = np.asarray(self._bytes[at:ends]).view(kind)
        return column, -(-ends // _ALIGNED) * _ALIGNED


def flush_folder(folder: Path) -> None:
    """Makes sure that what was made or renamed in a folder stays so."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def joined_labels(sections: Sequence[LabelSection]) -> LabelSection:
    """All labels of several, each once."""
    filled = [one for one in sections if len(one.codes)]
    if not filled:
        return no_labels()
    codes = np.concatenate([one.codes for one in filled])
    texts = pa.concat_arrays([one.texts for one in filled])
    different, first = np.unique(codes, return_index=True)
    return LabelSection(different, texts.take(pa.array(first)))


def no_labels() -> LabelSection:
    """Nothing that is called anything."""
    return LabelSection(np.zeros(0, np.int64), pa.array([], pa.large_string()))


def _align(file: Any) -> None:
    file.write(b"\0" * (-file.tell() % _ALIGNED))


def _text_of(texts: pa.LargeStringArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Offsets from zero on, and the bytes."""
    if not len(texts):
        return np.zeros(1, np.int64), np.zeros(0, np.uint8)
    _, offset_bytes, data = texts.buffers()
    offsets = np.frombuffer(offset_bytes, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    held = np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)
    return offsets - offsets[0], held[offsets[0] : offsets[-1]]
