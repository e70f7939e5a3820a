"""The files of one workspace's facts: read by every process, written by one at a time."""

import fcntl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.people.facts.manifest import NAME, Manifest, load_manifest, save_manifest
from catchment.people.facts.pages import NewLabels, Pages
from catchment.people.facts.run_files import (
    SUFFIX,
    LabelSection,
    Run,
    joined_labels,
    write_run,
)
from catchment.people.facts.sections import Section, empty_section
from catchment.people.facts.types import Fact

FAN_IN = 8
"""Runs of one size that are merged into one of the next."""

SMALLEST = 8_192
"""Rows below which a run is of the first size; each further size is `FAN_IN` times larger."""

TRIES_MAX = 20
"""How often a reader looks again when files are merged under its eyes."""


class FactFiles:
    """The files in a folder.

    Args:
        folder: made by the first writing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pages: tuple[object, Pages] | None = None
        self._turn = threading.Lock()

    def reading(self) -> Pages:
        """The newest commit; nothing at all where files of it are torn or gone."""
        with self._turn:
            for _ in range(TRIES_MAX):
                stamp = _stamp(self.folder)
                if self._pages is not None and self._pages[0] == stamp:
                    return self._pages[1]
                known = {} if self._pages is None else self._pages[1].runs
                try:
                    pages = Pages(self.folder, load_manifest(self.folder), known)
                except FileNotFoundError:
                    continue
                self._pages = (stamp, pages)
                return pages
            # No newer manifest names other files: the book is derived, and begins anew.
            self._pages = (_stamp(self.folder), Pages(self.folder, Manifest()))
            return self._pages[1]

    @contextmanager
    def writing(self) -> Iterator["Writing"]:
        """The one writer, over all processes: whoever comes second waits."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            pages = self.reading()
            newest = _newest(self.folder)
            if newest > pages.manifest.version:
                # Names are never used twice: a reader may still have the old file.
                pages = Pages(self.folder, replace(pages.manifest, version=newest), pages.runs)
            _forget_leftovers(self.folder, pages.manifest)
            yield Writing(self.folder, pages)


class Writing:
    """The open book: sections are added, then all is committed at once or not at all."""

    def __init__(self, folder: Path, pages: Pages) -> None:
        self._folder = folder
        self._added: list[Run] = []
        self._pages = pages
        self._number = 0
        self.labels = NewLabels.beside(pages)

    @property
    def manifest(self) -> Manifest:
        """The commit that is built upon."""
        return self._pages.manifest

    def add(self, sections: Mapping[Fact, Section]) -> None:
        """Writes a run of these occurrences; it counts from the commit on."""
        labels = self.labels.taken()
        if sections or len(labels.codes):
            keyed = {fact.key: section for fact, section in sections.items()}
            self._added.append(write_run(self._folder, self._name(), keyed, labels))

    def start_over(self) -> None:
        """Builds upon an empty book."""
        empty = Manifest(version=self.manifest.version, facts=self.manifest.facts)
        self._pages = Pages(self._folder, empty)
        self.labels = NewLabels([])

    def without(self, nodes: npt.NDArray[np.int32]) -> int:
        """Writes every run anew without the rows of these nodes and the texts of them alone.

        Returns:
            How many rows that were.
        """
        facts = self.manifest.facts
        texts = {key for key, fact in facts.items() if fact.field and not fact.is_number}
        kept = {
            name: {
                key: _others(run.section(key), nodes) for key in run.run.sections if key in facts
            }
            for name, run in self._pages.runs.items()
        }
        said = [np.zeros(0, np.int64)]
        for sections in kept.values():
            said += [np.unique(one.bits) for key, one in sections.items() if key in texts]
        codes = np.unique(np.concatenate(said))
        for name, run in self._pages.runs.items():
            labels = run.labels()
            is_said = np.isin(labels.codes, codes)
            named = LabelSection(labels.codes[is_said], labels.texts.filter(pa.array(is_said)))
            filled = {key: section for key, section in kept[name].items() if len(section)}
            if filled or len(named.codes):
                self._added.append(write_run(self._folder, self._name(), filled, named))
        before = sum(run.rows for run in self.manifest.runs)
        self._pages = Pages(self._folder, replace(self.manifest, runs=()))
        return before - sum(run.rows for run in self._added)

    def commit(
        self,
        *,
        facts: Mapping[str, Fact],
        position: int,
        epoch: int,
    ) -> None:
        """Lets what was added count.

        Args:
            facts: what is kept from now on, by key.
            position: the log position that all of it has reached.
            epoch: the identity book's, whose numbers the nodes are.
        """
        runs = [*self.manifest.runs, *self._added]
        manifest = replace(
            self.manifest,
            version=self.manifest.version + 1,
            position=position,
            facts=dict(facts),
            runs=tuple(runs),
            epoch=epoch,
        )
        # What was just written counts at once; merging is housekeeping, and a commit of its own.
        save_manifest(self._folder, manifest)
        merged = self._merged(manifest)
        if merged is not manifest:
            save_manifest(self._folder, merged)
        _forget_leftovers(self._folder, merged)

    def _merged(self, manifest: Manifest) -> Manifest:
        while True:
            old = _to_merge(manifest.runs)
            if not old:
                return manifest
            pages = Pages(self._folder, replace(manifest, runs=tuple(old)), self._pages.runs)
            sections = {
                key: _merged_section([one for one in pages.sections(fact) if len(one)])
                for key, fact in manifest.facts.items()
            }
            filled = {key: section for key, section in sections.items() if len(section)}
            new = write_run(self._folder, self._name(), filled, _labels_of(pages))
            kept = tuple(run for run in manifest.runs if run not in old)
            # An empty run would weigh nothing and be merged again for ever.
            runs = (*kept, new) if filled or new.labels[1] else kept
            manifest = replace(manifest, version=manifest.version + 1, runs=runs)

    def _name(self) -> str:
        self._number += 1
        return f"{self.manifest.version + 1:09d}-{self._number:04d}{SUFFIX}"


def _others(section: Section | None, nodes: npt.NDArray[np.int32]) -> Section:
    if section is None:
        return empty_section()
    return section.take(~np.isin(section.nodes, nodes))


def _labels_of(pages: Pages) -> LabelSection:
    return joined_labels([run.labels() for run in pages.runs.values()])


def _size_class(run: Run) -> int:
    rows = max(run.rows, run.labels[1])
    size = 0
    while rows >= SMALLEST:
        rows //= FAN_IN
        size += 1
    return size


def _to_merge(runs: Sequence[Run]) -> list[Run]:
    """The runs of the smallest size of which there are enough."""
    for size in sorted({_size_class(run) for run in runs}):
        same = [run for run in runs if _size_class(run) == size]
        if len(same) >= FAN_IN:
            return same
    return []


def _merged_section(sections: Sequence[Section]) -> Section:
    """Two by two, the shortest first, so that each row is moved a few times only."""
    from catchment.people.facts.merge_walk import merge_rows  # noqa: PLC0415  (Numba is heavy)

    waiting = sorted(sections, key=len)
    if not waiting:
        return empty_section()
    while len(waiting) > 1:
        left, right = waiting.pop(0), waiting.pop(0)
        rows = len(left) + len(right)
        valued = rows if len(left.bits) else 0
        made = Section(
            np.empty(rows, np.int32),
            np.empty(rows, np.int64),
            np.empty(valued, np.uint64),
            np.empty(valued, np.int64),
        )
        merge_rows(
            (left.nodes, left.time_us, left.ties, left.bits),
            (right.nodes, right.time_us, right.ties, right.bits),
            (made.nodes, made.time_us, made.ties, made.bits),
        )
        waiting.append(made)
        waiting.sort(key=len)
    return waiting[0]


def _stamp(folder: Path) -> object:
    try:
        told = (folder / NAME).stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return (told.st_ino, told.st_mtime_ns, told.st_size)


def _newest(folder: Path) -> int:
    """The newest version that any run file is of, whether it counts or not."""
    return max((int(path.name.split("-")[0]) for path in folder.glob(f"*{SUFFIX}")), default=0)


def _forget_leftovers(folder: Path, manifest: Manifest) -> None:
    named = {run.name for run in manifest.runs}
    for path in folder.glob(f"*{SUFFIX}"):
        if path.name not in named:
            path.unlink(missing_ok=True)
