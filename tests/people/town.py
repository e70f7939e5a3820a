"""A small town: events in a lake of one table, a real identity book, and a real fact book."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from analytics.desk import START, WORKSPACE, DeskEngine, event, table_of
from catchment.collect import SubjectHasher
from catchment.kernel import us_from_instant
from catchment.people import FactBook, IdentityBook, Links, Pair, PeopleParts, Via
from catchment.people.identity import DEFAULT_RULES

AT_US = us_from_instant(START + timedelta(days=30))
CODES = {rule.kind: rule.code for rule in DEFAULT_RULES.kinds}

Named = tuple[str, str]
"""A kind of identifier and its value."""


class Town:
    """Everything that looking at people takes, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.hasher = SubjectHasher(b"k" * 32)
        self.engine = DeskEngine(table_of([]))
        self.book = IdentityBook(folder / "people")
        self.facts = FactBook(folder / "people", self.engine, self.book)
        self.parts = PeopleParts(self.engine, self.facts, self.book, self.hasher)
        self._rows: list[dict[str, Any]] = []
        self._kinds: dict[str, int] = {}

    def subject(self, who: Named) -> str:
        """The subject of an identifier."""
        found = self.hasher.subject(WORKSPACE, *who)
        self._kinds[found] = CODES[who[0]]
        return found

    def person(self, who: Named) -> str:
        """The id of the person who goes by it."""
        return self.book.reading(WORKSPACE).person_of(self.subject(who))

    def node(self, who: Named) -> int:
        """The node of the person who goes by it."""
        view = self.book.reading(WORKSPACE)
        nodes = view.nodes_of(pa.array([self.subject(who)], pa.string()))
        return int(view.owners[nodes[0]])

    def did(self, who: Named, name: str, minute: float, **more: Any) -> dict[str, Any]:
        """An event of theirs; `properties` and `traits` are plain objects here."""
        subject = self.subject(who)
        column = {"user": "user", "anon": "anonymous"}.get(who[0])
        if column is not None:
            more |= {f"{column}_subject": subject, f"{column}_id": who[1]}
        for document in ("properties", "traits", "context"):
            if document in more:
                more[document] = json.dumps(more[document], ensure_ascii=False)
        return event(subject, name, minute, **more)

    def land(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Lets events land, and gives their subjects nodes."""
        self._rows += [dict(row) for row in rows]
        self.engine._events = DeskEngine(table_of(self._rows))._events
        subjects = list(dict.fromkeys(str(row["subject"]) for row in rows))
        kinds = np.array([self._kinds[one] for one in subjects], np.uint8)
        with self.book.writing(WORKSPACE, DEFAULT_RULES) as pages:
            pages.add(subjects=pa.array(subjects), kinds=kinds, position=len(self._rows))

    def link(self, one: Named, other: Named, minute: float = 0) -> Pair:
        """Two identifiers are seen together."""
        left, right = sorted((self.subject(one), self.subject(other)))
        pair = Pair(left, self._kinds[left], right, self._kinds[right])
        time_us = us_from_instant(START + timedelta(minutes=minute))
        with self.book.writing(WORKSPACE, DEFAULT_RULES) as pages:
            pages.add(links=Links.of([pair], via=Via.IDENTIFY, time_us=[time_us]))
        return pair

    def split(self, pair: Pair) -> None:
        """The link is taken back."""
        with self.book.writing(WORKSPACE, DEFAULT_RULES) as pages:
            pages.withdraw([pair])
