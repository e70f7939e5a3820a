"""Answers about everyone, remembered while neither events, people nor time change them."""

import threading
from collections import OrderedDict

from catchment.kernel import WorkspaceId
from catchment.people.facts.types import MeasureAnswer

PEOPLE_MAX = 8_000_000
"""People in all remembered answers together."""

Stamp = tuple[object, int, int, int, int]
"""The very pages; the epoch and version of the people, how many nodes, how far they reach."""

_Key = tuple[WorkspaceId, str]


class Memo:
    """The answers asked for last."""

    def __init__(self) -> None:
        self._known: OrderedDict[_Key, tuple[Stamp, int, int, MeasureAnswer]] = OrderedDict()
        self._people = 0
        self._turn = threading.Lock()

    def find(
        self, workspace_id: WorkspaceId, measure: str, stamp: Stamp, at_us: int
    ) -> MeasureAnswer | None:
        """The answer at an instant, if it is known still to hold then."""
        with self._turn:
            known = self._known.get((workspace_id, measure))
            if known is None or known[0] != stamp or not known[1] <= at_us < known[2]:
                return None
            self._known.move_to_end((workspace_id, measure))
            return known[3]

    def keep(
        self,
        workspace_id: WorkspaceId,
        measure: str,
        stamp: Stamp,
        at_us: int,
        answer: MeasureAnswer,
    ) -> None:
        """Remembers an answer until the soonest instant at which time changes it."""
        people = len(answer.persons)
        if not people or people > PEOPLE_MAX:
            return
        for column in (answer.persons, answer.numbers, answer.changes_us):
            if column is not None:
                # Several callers are handed the same one.
                column.setflags(write=False)
        key = (workspace_id, measure)
        with self._turn:
            self._drop(key)
            self._known[key] = (stamp, at_us, int(answer.changes_us.min()), answer)
            self._people += people
            while self._people > PEOPLE_MAX:
                self._drop(next(iter(self._known)))

    def clear(self) -> None:
        """Forgets all."""
        with self._turn:
            self._known.clear()
            self._people = 0

    def _drop(self, key: _Key) -> None:
        known = self._known.pop(key, None)
        if known is not None:
            self._people -= len(known[3].persons)
