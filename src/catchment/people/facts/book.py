"""The fact book: every process asks it for measures; one keeps it up with the events."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from catchment.kernel import WorkspaceId
from catchment.lake import Engine
from catchment.people.facts.answering import (
    Texts,
    answer,
    asked_by_node,
    asked_of,
    occurrences_of,
)
from catchment.people.facts.errors import FactsBehind
from catchment.people.facts.fact_files import FactFiles, Writing
from catchment.people.facts.loose import LooseFacts
from catchment.people.facts.manifest import Manifest
from catchment.people.facts.memo import Memo
from catchment.people.facts.occurrence_query import (
    occurrences_in,
    read_known,
    spans,
)
from catchment.people.facts.pages import Pages
from catchment.people.facts.ports import Identities, Nodes
from catchment.people.facts.sections import Section
from catchment.people.facts.types import (
    Aggregate,
    Condition,
    Fact,
    FactsChange,
    Measure,
    MeasureAnswer,
    Occurrences,
)
from catchment.people.identity import GONE
from catchment.people.ports import Forgotten, nobody_forgotten

ZONE_DEFAULT = "Asia/Shanghai"
RENEWED = "facts-renewed"
FACTS_MAX = 2_000
"""Facts that are kept for one workspace; any further one is read from the events when asked."""


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """Facts and people as they are at one moment; the people are never older than the facts."""

    pages: Pages
    nodes: Nodes


class FactBook:
    """Measures of people, at any instant.

    What is declared is kept in files. Anything else may be asked too: it is read from the events
    once, and what is new since with each further asking.

    Args:
        folder: where its files are, by workspace; made by the first use.
        engine: reads the events.
        identities: who is who.
        zone_of: a workspace's calendar, an IANA zone.
        forgotten: who was forgotten, and when.
    """

    def __init__(
        self,
        folder: Path,
        engine: Engine,
        identities: Identities,
        *,
        zone_of: Callable[[WorkspaceId], str] = lambda _: ZONE_DEFAULT,
        forgotten: Forgotten = nobody_forgotten,
    ) -> None:
        self._folder = folder
        self._engine = engine
        self._identities = identities
        self._zone_of = zone_of
        self._files: dict[WorkspaceId, FactFiles] = {}
        self._forgotten = forgotten
        self._loose = LooseFacts(engine, forgotten, self._renewed)
        self._memo = Memo()
        self._turn = threading.Lock()

    def declare(self, workspace_id: WorkspaceId, wanted: Iterable[Fact]) -> None:
        """Says which facts are kept up; new ones are filled from the events there are.

        Args:
            workspace_id: whose.
            wanted: all of them; those that were kept and are not named are dropped.

        Raises:
            FactsBehind: an event's subject is not known yet; nothing changed.
        """
        keyed = sorted({fact.key: fact for fact in wanted}.items())
        facts = dict(keyed[:FACTS_MAX])
        files = self._files_of(workspace_id)
        if files.reading().manifest.facts.keys() == facts.keys():
            return
        nodes = self._identities.reading(workspace_id)
        with files.writing() as book:
            if not _is_same(book.manifest, nodes):
                book.start_over()
            known, position = book.manifest.facts, book.manifest.position
            new = [fact for key, fact in sorted(facts.items()) if key not in known]
            self._read(workspace_id, book, nodes, new, (0, position))
            book.commit(facts=facts, position=position, epoch=nodes.epoch)

    def kept(self, workspace_id: WorkspaceId) -> frozenset[Fact]:
        """The facts that are kept up."""
        return frozenset(self._files_of(workspace_id).reading().manifest.facts.values())

    def catch_up(self, workspace_id: WorkspaceId) -> FactsChange:
        """Takes in the events up to which it is known who is who.

        Raises:
            FactsBehind: an event's subject is not known yet; nothing changed.
        """
        files = self._files_of(workspace_id)
        nodes = self._identities.reading(workspace_id)
        manifest = files.reading().manifest
        if manifest.position >= nodes.position and _is_same(manifest, nodes):
            return FactsChange(manifest.position)
        with files.writing() as book:
            if not _is_same(book.manifest, nodes):
                book.start_over()
            position = max(book.manifest.position, nodes.position)
            facts = [fact for _, fact in sorted(book.manifest.facts.items())]
            span = (book.manifest.position, position)
            touched = self._read(workspace_id, book, nodes, facts, span)
            book.commit(facts=book.manifest.facts, position=position, epoch=nodes.epoch)
        everyone = np.concatenate([np.zeros(0, np.int32), *touched])
        return FactsChange(position, np.unique(everyone), len(everyone))

    def rebuild(self, workspace_id: WorkspaceId) -> FactsChange:
        """Forgets what was derived and derives it again from the events."""
        with self._files_of(workspace_id).writing() as book:
            book.start_over()
            book.commit(facts=book.manifest.facts, position=0, epoch=0)
        return self.catch_up(workspace_id)

    def outdate(self, workspace_id: WorkspaceId) -> None:
        """Notes on the disk that events are being taken away; `renew` is then due."""
        mark = self._mark(workspace_id)
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()

    def renew(self, workspace_id: WorkspaceId) -> bool:
        """Derives everything again where events were taken away; whether that was so.

        Until it is through, whoever asks is answered from what was derived before.

        Raises:
            FactsBehind: an event's subject is not known yet; nothing changed, and it stays due.
        """
        mark = self._mark(workspace_id)
        if not mark.exists():
            return False
        nodes = self._identities.reading(workspace_id)
        with self._files_of(workspace_id).writing() as book:
            facts = book.manifest.facts
            book.start_over()
            span = (0, nodes.position)
            self._read(workspace_id, book, nodes, [facts[key] for key in sorted(facts)], span)
            book.commit(facts=facts, position=nodes.position, epoch=nodes.epoch)
        self._loose.clear()
        self._memo.clear()
        # Other processes remember what they read of the events as they were.
        (mark.parent / RENEWED).touch()
        mark.unlink(missing_ok=True)
        return True

    def forget(self, workspace_id: WorkspaceId, nodes: npt.NDArray[np.int32]) -> int:
        """Erases what these nodes did, and every text that nobody else's event says.

        Their events are another's to erase, and before this: what is asked of them later is read
        from there.

        Returns:
            How many occurrences there were.
        """
        self._loose.clear()
        self._memo.clear()
        with self._files_of(workspace_id).writing() as book:
            gone = book.without(nodes)
            manifest = book.manifest
            book.commit(facts=manifest.facts, position=manifest.position, epoch=manifest.epoch)
        return gone

    def forget_gone(self, workspace_id: WorkspaceId) -> int:
        """Erases what those did who were taken out of the identity book; twice does no harm.

        Returns:
            How many occurrences there were.
        """
        nodes = self._identities.reading(workspace_id)
        everyone = np.arange(nodes.count, dtype=np.int32)
        gone = np.flatnonzero(nodes.kinds_of(everyone) == GONE).astype(np.int32)
        return self.forget(workspace_id, gone)

    def position(self, workspace_id: WorkspaceId) -> int:
        """The log position that the book has reached."""
        return self._files_of(workspace_id).reading().manifest.position

    def evaluate(
        self,
        workspace_id: WorkspaceId,
        measure: Measure,
        *,
        at_us: int,
        persons: npt.NDArray[np.int32] | None = None,
    ) -> MeasureAnswer:
        """A measure of people at an instant.

        Args:
            workspace_id: whose.
            measure: what to measure.
            at_us: the instant, microseconds since 1970.
            persons: nodes that name people, each once; all people when not given.
        """
        seen = self._snapshot(workspace_id)
        nodes = seen.nodes
        stamp = (seen.pages, nodes.epoch, nodes.version, nodes.count, nodes.position)
        if persons is None:
            known = self._memo.find(workspace_id, measure.key, stamp, at_us)
            if known is not None:
                return known
        sections, texts = self._sections(workspace_id, measure.fact, seen)
        asked = asked_of(sections, seen.nodes, persons)
        found = answer(asked, measure, at_us, zone=self._zone(workspace_id, measure), texts=texts)
        if persons is None:
            self._memo.keep(workspace_id, measure.key, stamp, at_us, found)
        return found

    def evaluate_nodes(
        self,
        workspace_id: WorkspaceId,
        measure: Measure,
        *,
        at_us: int,
        nodes: npt.NDArray[np.int32],
    ) -> MeasureAnswer:
        """A measure of single nodes, each for itself: of an identifier, not of a person."""
        seen = self._snapshot(workspace_id)
        sections, texts = self._sections(workspace_id, measure.fact, seen)
        zone = self._zone(workspace_id, measure)
        return answer(asked_by_node(sections, nodes), measure, at_us, zone=zone, texts=texts)

    def evaluate_seen(
        self,
        workspace_id: WorkspaceId,
        measure: Measure,
        *,
        at_us: int,
        persons: npt.NDArray[np.int32],
        is_first: bool = False,
    ) -> npt.NDArray[np.float64]:
        """When the last (or the first) occurrence that a measure counts happened.

        Returns:
            Microseconds since 1970 by person; NaN where none counts.
        """
        seen = self._snapshot(workspace_id)
        sections, texts = self._sections(workspace_id, measure.fact, seen)
        aggregate = Aggregate.FIRST_AT if is_first else Aggregate.LAST_AT
        when = replace(measure, aggregate=aggregate, field=None, currency=None, is_number=False)
        asked = asked_of(sections, seen.nodes, persons)
        found = answer(asked, when, at_us, zone=ZONE_DEFAULT, texts=texts).numbers
        return np.zeros(0) if found is None else found

    def persons_told(
        self, workspace_id: WorkspaceId, fact: Fact, beginning: str, *, limit: int
    ) -> npt.NDArray[np.int32]:
        """The people with an occurrence whose text begins so, whatever the case; rising.

        Args:
            workspace_id: whose.
            fact: one that keeps text.
            beginning: of the text.
            limit: so many at most.
        """
        seen = self._snapshot(workspace_id)
        sections, _ = self._sections(workspace_id, fact, seen)
        is_kept = self._is_kept(seen, fact)
        codes = (seen.pages if is_kept else self._loose).codes_beginning(beginning)
        nodes = [one.nodes[np.isin(one.bits, codes)] for one in sections]
        everyone = np.concatenate([np.zeros(0, np.int32), *nodes])
        found: npt.NDArray[np.int32] = np.unique(seen.nodes.owners[everyone])[:limit]
        return found

    def occurrences(
        self,
        workspace_id: WorkspaceId,
        condition: Condition,
        field: str | None = None,
        *,
        is_number: bool = False,
        persons: npt.NDArray[np.int32] | None = None,
    ) -> Occurrences:
        """All occurrences of people, each person's in order of time, over all their nodes.

        Args:
            workspace_id: whose.
            condition: of what.
            field: whose value to bring along.
            is_number: the value is read as a number.
            persons: nodes that name people, each once; all people when not given.
        """
        seen = self._snapshot(workspace_id)
        fact = Fact(condition, field, is_number)
        sections, texts = self._sections(workspace_id, fact, seen)
        return occurrences_of(asked_of(sections, seen.nodes, persons), fact, texts)

    def _files_of(self, workspace_id: WorkspaceId) -> FactFiles:
        with self._turn:
            if workspace_id not in self._files:
                self._files[workspace_id] = FactFiles(self._folder / workspace_id / "facts")
            return self._files[workspace_id]

    def _renewed(self, workspace_id: WorkspaceId) -> int:
        """Another number whenever everything was derived again."""
        try:
            return (self._folder / workspace_id / RENEWED).stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def _mark(self, workspace_id: WorkspaceId) -> Path:
        return self._folder / workspace_id / "facts-outdated"

    def _snapshot(self, workspace_id: WorkspaceId) -> _Snapshot:
        # The facts first: each of their nodes is then known to the people.
        pages = self._files_of(workspace_id).reading()
        return _Snapshot(pages, self._identities.reading(workspace_id))

    def _sections(
        self, workspace_id: WorkspaceId, fact: Fact, seen: _Snapshot
    ) -> tuple[Sequence[Section], Texts]:
        if self._is_kept(seen, fact):
            return seen.pages.sections(fact), seen.pages.texts_of
        return [self._loose.section(workspace_id, fact, seen.nodes)], self._loose.texts_of

    def _is_kept(self, seen: _Snapshot, fact: Fact) -> bool:
        manifest = seen.pages.manifest
        return seen.pages.holds(fact) and _is_same(manifest, seen.nodes)

    def _zone(self, workspace_id: WorkspaceId, measure: Measure) -> str:
        is_asked = measure.aggregate is Aggregate.ACTIVE_DAYS
        return self._zone_of(workspace_id) if is_asked else ZONE_DEFAULT

    def _read(
        self,
        workspace_id: WorkspaceId,
        book: Writing,
        nodes: Nodes,
        facts: Sequence[Fact],
        span: tuple[int, int],
    ) -> list[npt.NDArray[np.int32]]:
        """Adds the occurrences between two positions; returns whose they are."""
        touched: list[npt.NDArray[np.int32]] = []
        if not facts or span[0] >= span[1]:
            return touched
        for begins, ends in spans(self._engine, workspace_id, facts, *span):
            rows, owners = read_known(
                self._engine, workspace_id, facts, (begins, ends), nodes, self._forgotten
            )
            if (owners < 0).any():
                raise FactsBehind
            found = occurrences_in(rows, owners, facts, book.labels)
            book.add(found)
            touched += [section.nodes for section in found.values()]
        return touched


def _is_same(manifest: Manifest, nodes: Nodes) -> bool:
    """Whether the facts' nodes have the numbers that the people have now."""
    return not manifest.position or manifest.epoch == nodes.epoch
