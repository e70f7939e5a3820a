"""The fact book: every process asks it for measures; one keeps it up with the events."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.kernel import WorkspaceId
from catchment.lake import Engine
from catchment.people.facts.answering import Asked, answer, asked_by_node, asked_of, occurrences_of
from catchment.people.facts.errors import FactsBehind
from catchment.people.facts.occurrence_query import (
    occurrences_in,
    read_rows,
    spans,
)
from catchment.people.facts.ports import Identities, Nodes
from catchment.people.facts.sections import Section, empty_section, joined
from catchment.people.facts.types import (
    Aggregate,
    Condition,
    Fact,
    FactsChange,
    Measure,
    MeasureAnswer,
    Occurrences,
)

ZONE_DEFAULT = "Asia/Shanghai"


class _Labels:
    """Texts and their codes, in memory."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._texts: list[str] = []

    def codes_of(self, texts: pa.Array) -> npt.NDArray[np.int64]:
        codes = np.zeros(len(texts), np.int64)
        for place, text in enumerate(texts.to_pylist()):
            if text not in self._codes:
                self._codes[text] = len(self._texts)
                self._texts.append(text)
            codes[place] = self._codes[text]
        return codes

    def codes_beginning(self, beginning: str) -> npt.NDArray[np.int64]:
        begins = beginning.lower()
        found = [n for n, text in enumerate(self._texts) if text.lower().startswith(begins)]
        return np.array(found, np.int64)

    def texts_of(self, codes: npt.NDArray[np.int64]) -> pa.Array:
        return pa.array([self._texts[code] for code in codes], pa.string())


class FactBook:
    """Measures of people, at any instant.

    Args:
        folder: where its files are, by workspace; made by the first use.
        engine: reads the events.
        identities: who is who.
        zone_of: a workspace's calendar, an IANA zone.
    """

    def __init__(
        self,
        folder: Path,
        engine: Engine,
        identities: Identities,
        *,
        zone_of: Callable[[WorkspaceId], str] = lambda _: ZONE_DEFAULT,
    ) -> None:
        self._folder = folder
        self._engine = engine
        self._identities = identities
        self._zone_of = zone_of
        self._labels = _Labels()
        self._declared: dict[WorkspaceId, set[Fact]] = {}
        self._positions: dict[WorkspaceId, int] = {}
        self._kept: dict[tuple[WorkspaceId, Fact], tuple[int, Section]] = {}
        self._turn = threading.RLock()

    def declare(self, workspace_id: WorkspaceId, wanted: Iterable[Fact]) -> None:
        """Says which facts are kept up; new ones are filled from the events there are.

        Args:
            workspace_id: whose.
            wanted: all of them; those that were kept and are not named are dropped.
        """
        self._declared[workspace_id] = set(wanted)

    def catch_up(self, workspace_id: WorkspaceId) -> FactsChange:
        """Takes in the events up to which it is known who is who.

        Raises:
            FactsBehind: an event's subject is not known yet.
        """
        nodes = self._identities.reading(workspace_id)
        before = self._positions.get(workspace_id, 0)
        facts = sorted(self._declared.get(workspace_id, set()), key=lambda fact: fact.key)
        touched = [np.zeros(0, np.int32)]
        for fact in facts:
            found = self._read(workspace_id, fact, nodes, before, nodes.position)
            touched.append(found.nodes)
        self._positions[workspace_id] = nodes.position
        everyone = np.concatenate(touched)
        return FactsChange(nodes.position, np.unique(everyone), len(everyone))

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
        nodes = self._identities.reading(workspace_id)
        asked = asked_of([self._section(workspace_id, measure.fact, nodes)], nodes, persons)
        return self._answer(workspace_id, asked, measure, at_us)

    def evaluate_nodes(
        self,
        workspace_id: WorkspaceId,
        measure: Measure,
        *,
        at_us: int,
        nodes: npt.NDArray[np.int32],
    ) -> MeasureAnswer:
        """A measure of single nodes, each for itself: of an identifier, not of a person."""
        view = self._identities.reading(workspace_id)
        asked = asked_by_node([self._section(workspace_id, measure.fact, view)], nodes)
        return self._answer(workspace_id, asked, measure, at_us)

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
        view = self._identities.reading(workspace_id)
        asked = asked_of([self._section(workspace_id, measure.fact, view)], view, persons)
        when = Measure(
            measure.condition,
            Aggregate.FIRST_AT if is_first else Aggregate.LAST_AT,
            window=measure.window,
            since=measure.since,
            until=measure.until,
        )
        found = self._answer(workspace_id, asked, when, at_us).numbers
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
        view = self._identities.reading(workspace_id)
        section = self._section(workspace_id, fact, view)
        codes = self._labels.codes_beginning(beginning)
        nodes = section.nodes[np.isin(section.bits, codes)]
        found: npt.NDArray[np.int32] = np.unique(view.owners[nodes])[:limit]
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
        nodes = self._identities.reading(workspace_id)
        fact = Fact(condition, field, is_number)
        asked = asked_of([self._section(workspace_id, fact, nodes)], nodes, persons)
        return occurrences_of(asked, fact, self._labels.texts_of)

    def _answer(
        self, workspace_id: WorkspaceId, asked: Asked, measure: Measure, at_us: int
    ) -> MeasureAnswer:
        zone = self._zone_of(workspace_id)
        return answer(asked, measure, at_us, zone=zone, texts=self._labels.texts_of)

    def _section(self, workspace_id: WorkspaceId, fact: Fact, nodes: Nodes) -> Section:
        with self._turn:
            position, known = self._kept.get((workspace_id, fact), (0, empty_section()))
            if position < nodes.position:
                new = self._read(workspace_id, fact, nodes, position, nodes.position)
                known = joined([known, new])
                self._kept[workspace_id, fact] = (nodes.position, known)
            return known

    def _read(
        self, workspace_id: WorkspaceId, fact: Fact, nodes: Nodes, after: int, until: int
    ) -> Section:
        sections = []
        if after < until:
            for begins, ends in spans(self._engine, workspace_id, [fact], after, until):
                rows = read_rows(self._engine, workspace_id, [fact], begins, ends)
                owners = nodes.nodes_of(rows["subject"])
                if (owners < 0).any():
                    raise FactsBehind
                found = occurrences_in(rows, owners, [fact], self._labels)
                sections += list(found.values())
        return joined(sections)
