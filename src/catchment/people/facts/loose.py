"""Facts that nobody keeps: read from the events when asked, and remembered for a while."""

import threading
from collections import OrderedDict

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.kernel import WorkspaceId
from catchment.lake import Engine
from catchment.people.facts.errors import FactsBehind
from catchment.people.facts.occurrence_query import occurrences_in, read_rows, spans
from catchment.people.facts.ports import Nodes
from catchment.people.facts.sections import Section, empty_section, joined
from catchment.people.facts.types import Fact

REMEMBERED_MAX = 64
"""Facts remembered, the least lately asked forgotten first."""

_Known = tuple[int, str, Section]
"""Up to which position, of which numbering of nodes, and what."""


class LooseFacts:
    """Facts in memory.

    Args:
        engine: reads the events.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: OrderedDict[tuple[WorkspaceId, Fact], _Known] = OrderedDict()
        self._codes: dict[str, int] = {}
        self._texts: list[str] = []
        self._turn = threading.RLock()

    def section(self, workspace_id: WorkspaceId, fact: Fact, nodes: Nodes) -> Section:
        """A fact's occurrences up to the position that the people have reached.

        Raises:
            FactsBehind: an event's subject is not known yet.
        """
        with self._turn:
            first = "" if not nodes.count else _first_subject(nodes)
            key = (workspace_id, fact)
            position, numbering, known = self._known.get(key, (0, first, empty_section()))
            if numbering != first:
                # The people were numbered anew.
                position, known = 0, empty_section()
            if position < nodes.position:
                new = self._read(workspace_id, fact, nodes, position)
                known = joined([known, new])
            self._known[key] = (max(position, nodes.position), first, known)
            self._known.move_to_end(key)
            while len(self._known) > REMEMBERED_MAX:
                self._known.popitem(last=False)
            return known

    def clear(self) -> None:
        """Forgets all."""
        with self._turn:
            self._known.clear()
            self._codes, self._texts = {}, []

    def codes_of(self, texts: pa.Array) -> npt.NDArray[np.int64]:
        """The codes of texts, none of them null."""
        with self._turn:
            codes = np.zeros(len(texts), np.int64)
            for place, text in enumerate(texts.to_pylist()):
                code = self._codes.setdefault(text, len(self._texts))
                if code == len(self._texts):
                    self._texts.append(text)
                codes[place] = code
            return codes

    def codes_beginning(self, beginning: str) -> npt.NDArray[np.int64]:
        """The codes of texts that begin so, whatever the case."""
        begins = beginning.lower()
        with self._turn:
            found = [n for n, text in enumerate(self._texts) if text.lower().startswith(begins)]
        return np.array(found, np.int64)

    def texts_of(self, codes: npt.NDArray[np.int64]) -> pa.Array:
        """The texts of codes."""
        texts = self._texts
        return pa.array([texts[code] for code in codes.tolist()], pa.string())

    def _read(self, workspace_id: WorkspaceId, fact: Fact, nodes: Nodes, after: int) -> Section:
        sections: list[Section] = []
        for begins, ends in spans(self._engine, workspace_id, [fact], after, nodes.position):
            rows = read_rows(self._engine, workspace_id, [fact], begins, ends)
            owners = nodes.nodes_of(rows["subject"])
            if (owners < 0).any():
                raise FactsBehind
            sections += occurrences_in(rows, owners, [fact], self).values()
        return joined(sections)


def _first_subject(nodes: Nodes) -> str:
    return str(nodes.subjects_of(np.zeros(1, np.int32))[0])
