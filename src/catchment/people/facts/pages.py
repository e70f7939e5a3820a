"""The book's pages: one commit, mapped for reading, in any process."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catchment.people.facts.manifest import Manifest
from catchment.people.facts.run_files import LabelSection, MappedRun, no_labels
from catchment.people.facts.sections import Section
from catchment.people.facts.types import Fact


class Pages:
    """What the book holds at one commit.

    Args:
        folder: where its files are.
        manifest: the commit.
        known: runs that are mapped already, by name.

    Raises:
        FileNotFoundError: a newer commit took a file away.
    """

    def __init__(
        self, folder: Path, manifest: Manifest, known: Mapping[str, MappedRun] | None = None
    ) -> None:
        self.manifest = manifest
        had = known or {}
        self.runs = {run.name: had.get(run.name) or MappedRun(folder, run) for run in manifest.runs}
        self._labels = [run.labels() for run in self.runs.values() if run.run.labels[1]]

    def holds(self, fact: Fact) -> bool:
        """Whether the fact is kept."""
        return fact.key in self.manifest.facts

    def sections(self, fact: Fact) -> list[Section]:
        """The occurrences of a fact."""
        found = (run.section(fact.key) for run in self.runs.values())
        return [section for section in found if section is not None]

    def texts_of(self, codes: npt.NDArray[np.int64]) -> pa.Array:
        """The texts of codes, null for one that is not known."""
        return texts_in(self._labels, codes)

    def codes_beginning(self, beginning: str) -> npt.NDArray[np.int64]:
        """The codes of texts that begin so, whatever the case."""
        found = [np.zeros(0, np.int64)]
        for section in self._labels:
            begins = pc.starts_with(section.texts, beginning, ignore_case=True)
            found.append(section.codes[begins.to_numpy(zero_copy_only=False)])
        return np.concatenate(found)


class NewLabels:
    """Gives texts their codes while a run is being made, and keeps those that are new.

    A code is the text's hash; should two texts have the same, the later one takes the next number.
    What a code is never shows, so it does not matter which came first.
    """

    def __init__(self, known: Sequence[LabelSection]) -> None:
        self._known = known
        self._new: dict[int, str] = {}

    @classmethod
    def beside(cls, pages: Pages) -> "NewLabels":
        """Beside those that the book has."""
        return cls([run.labels() for run in pages.runs.values() if run.run.labels[1]])

    def codes_of(self, texts: pa.Array) -> npt.NDArray[np.int64]:
        """The codes of texts, none of them null."""
        told = texts.to_pylist()
        codes = np.array([_hash(text) for text in told], np.int64)
        known = texts_in(self._known, codes).to_pylist()
        for place, text in enumerate(told):
            code, there = int(codes[place]), known[place]
            while True:
                there = there if there is not None else self._new.get(code)
                if there is None:
                    self._new[code] = text
                if there is None or there == text:
                    break
                code = code + 1 if code < np.iinfo(np.int64).max else 0
                there = texts_in(self._known, np.array([code], np.int64))[0].as_py()
            codes[place] = code
        return codes

    def taken(self) -> LabelSection:
        """Those that are new since this was asked last; from now on they are known."""
        if not self._new:
            return no_labels()
        codes = np.array(sorted(self._new), np.int64)
        texts = pa.array([self._new[code] for code in codes.tolist()], pa.large_string())
        section = LabelSection(codes, texts)
        self._known, self._new = [*self._known, section], {}
        return section


def texts_in(sections: Sequence[LabelSection], codes: npt.NDArray[np.int64]) -> pa.Array:
    """The texts of codes, null for one that none of the sections knows."""
    if not sections or not len(codes):
        return pa.nulls(len(codes), pa.string())
    where = np.full(len(codes), -1, np.int64)
    begins = 0
    for section in sections:
        missing = np.flatnonzero(where < 0)
        at = np.searchsorted(section.codes, codes[missing])
        at[at == len(section.codes)] = 0
        hit = section.codes[at] == codes[missing]
        where[missing[hit]] = begins + at[hit]
        begins += len(section.codes)
    texts = pa.chunked_array([section.texts for section in sections])
    found = texts.take(pa.array(where, mask=where < 0)).combine_chunks()
    if isinstance(found, pa.ChunkedArray):
        found = pa.concat_arrays(found.chunks)
    return found.cast(pa.string())


def _hash(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
