"""Facts that nobody keeps: read from the events when asked, and remembered for a while."""

import threading
from collections import OrderedDict
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.kernel import WorkspaceId
from catchment.lake import Engine
from catchment.people.facts.occurrence_query import (
    occurrences_in,
    read_known,
    spans,
)
from catchment.people.facts.ports import Nodes
from catchment.people.facts.sections import Section, empty_section, joined
from catchment.people.facts.types import Fact
from catchment.people.ports import Forgotten, nobody_forgotten

REMEMBERED_MAX = 64
"""Facts remembered, the least lately asked forgotten first."""

_Known = tuple[int, int, Section]
"""Up to which position, of which numbering of nodes, and what."""


class LooseFacts:
    """Facts in memory.

    Args:
        engine: reads the events.
        forgotten: who was forgotten, and when.
        renewed: changes when events say something else than they did.
    """

    def __init__(
        self,
        engine: Engine,
        forgotten: Forgotten = nobody_forgotten,
        renewed: Callable[[WorkspaceId], int] = lambda _: 0,
    ) -> None:
        self._engine = engine
        self._forgotten = forgotten
        self._renewed = renewed
        self._known: OrderedDict[tuple[WorkspaceId, Fact], _Known] = OrderedDict()
        self._codes: dict[str, int] = {}
        self._texts: list[str] = []
        self._turn = threading.RLock()
        self._seen: dict[WorkspaceId, tuple[int, int]] = {}

    def section(self, workspace_id: WorkspaceId, fact: Fact, nodes: Nodes) -> Section:
        """A fact's occurrences up to the position that the people have reached.

        Whoever is not known yet, in the moment between an event and its identifiers, is left out,
        and looked for again at the next asking: a page is not refused for that.
        """
        with self._turn:
            seen = (len(self._forgotten(workspace_id)), self._renewed(workspace_id))
            if self._seen.setdefault(workspace_id, seen) != seen:
                # Another process forgot somebody, or took values out of events: nothing of that is
                # remembered here either.
                self._seen[workspace_id] = seen
                self.clear()
            key = (workspace_id, fact)
            position, numbering, known = self._known.get(key, (0, nodes.epoch, empty_section()))
            if numbering != nodes.epoch:
                # The people were numbered anew.
                position, known = 0, empty_section()
            if position < nodes.position:
                new, is_whole = self._read(workspace_id, fact, nodes, position)
                if not is_whole:
                    return joined([known, new])
                known = joined([known, new])
            self._known[key] = (max(position, nodes.position), nodes.epoch, known)
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

    def _read(
        self, workspace_id: WorkspaceId, fact: Fact, nodes: Nodes, after: int
    ) -> tuple[Section, bool]:
        """What is new, and whether all of it is known to be somebody's."""
        sections: list[Section] = []
        is_whole = True
        for begins, ends in spans(self._engine, workspace_id, [fact], after, nodes.position):
            rows, owners = read_known(
                self._engine, workspace_id, [fact], (begins, ends), nodes, self._forgotten
            )
            if (owners < 0).any():
                is_whole = False
                rows, owners = rows.filter(pa.array(owners >= 0)), owners[owners >= 0]
            sections += occurrences_in(rows, owners, [fact], self).values()
        return joined(sections), is_whole
