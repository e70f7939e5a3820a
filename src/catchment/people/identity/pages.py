"""Writing the identity book: each call is one durable commit."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from catchment.people.identity.errors import KindConflict
from catchment.people.identity.resolve_slowly import resolve
from catchment.people.identity.rules import IdentityRules
from catchment.people.identity.types import (
    EVIDENCE_BYTES,
    GONE,
    UNKNOWN,
    Codes,
    IdentityChanges,
    Links,
    Pair,
    Via,
)
from catchment.people.identity.view import IdentityView


class IdentityPages(IdentityView):
    """The open book: reads as the newest commit, and changes it.

    Where the rules it was opened with are not those it is resolved under, the first change applies
    them, and says what that changed.
    """

    def __init__(
        self, state: dict[str, Any], rules: IdentityRules, save: Callable[[dict[str, Any]], None]
    ) -> None:
        super().__init__(state)
        self._asked = rules
        self._save = save

    def add(
        self,
        *,
        subjects: "pa.Array | pa.ChunkedArray | None" = None,
        kinds: Codes | None = None,
        links: Links | None = None,
        position: int | None = None,
    ) -> IdentityChanges:
        """Keeps subjects and links, and how far they reach; what is known already changes nothing.

        Args:
            subjects: identifiers seen, linked or not; hexadecimal.
            kinds: their kinds' codes.
            links: sightings of two together; their ends need not be among the subjects.
            position: the log position reached, if it did.

        Raises:
            SubjectMalformed: a subject is not 32 hexadecimal digits.
            KindConflict: a subject is known as another kind.
            BookFull: no number is left.
        """

        def change(state: dict[str, Any]) -> None:
            if subjects is not None and kinds is not None:
                for subject, kind in zip(subjects.to_pylist(), kinds.tolist(), strict=True):
                    _node(state, subject, kind)
            if links is not None:
                _link(state, links)
            if position is not None:
                state["position"] = max(position, state["position"])

        return self._commit(change)

    def withdraw(self, pairs: Sequence[Pair]) -> IdentityChanges:
        """Takes back all that links these pairs, now and later, until they are restored."""

        def change(state: dict[str, Any]) -> None:
            for a, b in _pairs(state, pairs):
                state["withdrawn"].add(frozenset((a, b)))

        return self._commit(change)

    def restore(self, pairs: Sequence[Pair]) -> IdentityChanges:
        """Lets what links these pairs count again."""

        def change(state: dict[str, Any]) -> None:
            for a, b in _pairs(state, pairs):
                state["withdrawn"].discard(frozenset((a, b)))

        return self._commit(change)

    def join(
        self, pairs: Sequence[Pair], *, time_us: int = 0, evidence: bytes = bytes(EVIDENCE_BYTES)
    ) -> IdentityChanges:
        """Makes these pairs one person by an operator's word; lifts a withdrawal of the pair."""

        def change(state: dict[str, Any]) -> None:
            for a, b in _pairs(state, pairs):
                state["withdrawn"].discard(frozenset((a, b)))
                _keep(state, (a, b, int(Via.OPERATOR), ""), (time_us, evidence))

        return self._commit(change)

    def unjoin(self, pairs: Sequence[Pair]) -> IdentityChanges:
        """Takes an operator's joins away as if they had never been; other links stand."""

        def change(state: dict[str, Any]) -> None:
            for a, b in _pairs(state, pairs):
                for key in [k for k in state["edges"] if k[2] == Via.OPERATOR]:
                    if {a, b} == set(key[:2]):
                        del state["edges"][key]

        return self._commit(change)

    def apply_rules(self, rules: IdentityRules) -> IdentityChanges:
        """Resolves everything under these rules."""
        self._asked = rules
        return self._commit(lambda _: None)

    def forget(self, subjects: Sequence[str]) -> IdentityChanges:
        """Erases subjects and every link of theirs; their nodes stay empty for ever."""

        def change(state: dict[str, Any]) -> None:
            for subject in subjects:
                node = state["index"].pop(subject, None)
                if node is not None:
                    state["nodes"][node] = (f"{node:032x}", GONE)
                    state["edges"] = {k: v for k, v in state["edges"].items() if node not in k[:2]}
                    state["withdrawn"] = {p for p in state["withdrawn"] if node not in p}

        return self._commit(change)

    def _commit(self, change: Callable[[dict[str, Any]], None]) -> IdentityChanges:
        state = copy.deepcopy(self._state)
        change(state)
        state["rules"] = self._asked
        edges = [(k[0], k[1], t, k[2]) for k, (t, _) in state["edges"].items()]
        before = self._state["owners"]
        after, verdicts = resolve(state["nodes"], edges, state["withdrawn"], self._asked)
        state["owners"], state["verdicts"] = after, verdicts
        state["version"] += 1
        self._save(state)
        self._state = state
        padded = [*before, *[UNKNOWN] * (len(after) - len(before))]
        moved = [n for n, (a, b) in enumerate(zip(padded, after, strict=True)) if a != b]
        return IdentityChanges(
            np.array(moved, np.int32),
            np.array([padded[n] for n in moved], np.int32),
            np.array([after[n] for n in moved], np.int32),
        )


def _node(state: dict[str, Any], subject: str, kind: int) -> int:
    node = state["index"].setdefault(subject, len(state["nodes"]))
    if node == len(state["nodes"]):
        state["nodes"].append((subject, kind))
    if state["nodes"][node][1] != kind:
        raise KindConflict
    return int(node)


def _pairs(state: dict[str, Any], pairs: Sequence[Pair]) -> list[tuple[int, int]]:
    return [(_node(state, p.left, p.left_kind), _node(state, p.right, p.right_kind)) for p in pairs]


def _keep(state: dict[str, Any], key: tuple[int, int, int, str], seen: tuple[int, bytes]) -> None:
    a, b, via, source = key
    if a == b:
        return
    key = (min(a, b), max(a, b), via, source)
    state["edges"][key] = min(state["edges"].get(key, seen), seen)


def _link(state: dict[str, Any], links: Links) -> None:
    rows = zip(
        links.left.to_pylist(), links.left_kind.tolist(),
        links.right.to_pylist(), links.right_kind.tolist(),
        links.time_us.tolist(), links.via.tolist(), links.source.tolist(),
        links.evidence.to_pylist(), strict=True,
    )  # fmt: skip
    for left, left_kind, right, right_kind, time, via, source, evidence in rows:
        a, b = _node(state, left, left_kind), _node(state, right, right_kind)
        _keep(state, (a, b, via, links.sources[source]), (time, evidence))
