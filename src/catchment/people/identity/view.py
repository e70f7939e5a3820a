"""Reading the identity book."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.people.identity.earliest_edge import PERSON_PREFIX, person_of_subject
from catchment.people.identity.resolve_slowly import resolve
from catchment.people.identity.rules import IdentityRules
from catchment.people.identity.types import (
    GONE,
    UNKNOWN,
    Codes,
    EdgeKnown,
    Nodes,
    RulePreview,
    Via,
)


class IdentityView:
    """The book as it is at one commit.

    Attributes:
        version: the number of the commit; grows with each.
        position: how far in the log the links reach.
        count: how many nodes.
        rules: the rules it is resolved under.
    """

    def __init__(self, state: dict[str, Any]) -> None:
        self._state = state

    @property
    def version(self) -> int:
        """The number of the commit; it grows with each."""
        return int(self._state["version"])

    @property
    def position(self) -> int:
        """How far in the log the links reach."""
        return int(self._state["position"])

    @property
    def count(self) -> int:
        """How many nodes."""
        return len(self._state["nodes"])

    @property
    def rules(self) -> IdentityRules:
        """The rules it is resolved under."""
        rules: IdentityRules = self._state["rules"]
        return rules

    @property
    def rules_fingerprint(self) -> str:
        """The fingerprint of those rules."""
        return self.rules.fingerprint

    @property
    def owners(self) -> Nodes:
        """The node that owns each node; itself where it is the best of its person."""
        return np.array(self._state["owners"], np.int32)

    def nodes_of(self, subjects: "pa.Array | pa.ChunkedArray") -> Nodes:
        """The node of each subject (hexadecimal); `UNKNOWN` where there is none."""
        known = self._state["index"]
        return np.array([known.get(s, UNKNOWN) for s in subjects.to_pylist()], np.int32)

    def subjects_of(self, nodes: npt.ArrayLike) -> pa.Array:
        """The subject of each node."""
        rows = self._state["nodes"]
        return pa.array([rows[n][0] for n in np.asarray(nodes).tolist()], pa.string())

    def kinds_of(self, nodes: npt.ArrayLike) -> Codes:
        """The kind's code of each node; `GONE` of a forgotten one."""
        rows = self._state["nodes"]
        return np.array([rows[n][1] for n in np.asarray(nodes).tolist()], np.uint8)

    def members_of(self, persons: npt.ArrayLike) -> tuple[npt.NDArray[np.int64], Nodes]:
        """The nodes of each person, given by owner: offsets, and nodes in ascending order."""
        owners = self.owners
        groups = [np.flatnonzero(owners == p) for p in np.asarray(persons).tolist()]
        offsets = np.zeros(len(groups) + 1, np.int64)
        np.cumsum([len(g) for g in groups], out=offsets[1:])
        flat = np.concatenate(groups) if groups else np.zeros(0)
        return offsets, flat.astype(np.int32)

    def persons(self) -> Nodes:
        """Everyone, by owner, in ascending order."""
        rows = self._state["nodes"]
        found = [n for n, o in enumerate(self._state["owners"]) if n == o and rows[n][1] != GONE]
        return np.array(found, np.int32)

    def person_of(self, subject: str) -> str:
        """The person id of a subject, or of any person id there ever was; else its default."""
        bare = subject.removeprefix(PERSON_PREFIX)
        node = self._state["index"].get(bare)
        if node is None:
            return person_of_subject(bare)
        return person_of_subject(self._state["nodes"][self._state["owners"][node]][0])

    def edges_of(self, persons: npt.ArrayLike) -> Sequence[EdgeKnown]:
        """Every edge that touches one of these people, by time, with its evidence."""
        state, owners = self._state, self._state["owners"]
        wanted = set(np.asarray(persons).tolist())
        found = []
        for (key, (time, evidence)), verdict in zip(
            state["edges"].items(), state["verdicts"], strict=True
        ):
            a, b, via, source = key
            if owners[a] in wanted or owners[b] in wanted:
                (ls, lk), (rs, rk) = sorted((state["nodes"][a], state["nodes"][b]))
                found.append(EdgeKnown(ls, lk, rs, rk, time, Via(via), source, evidence, verdict))
        return sorted(found, key=lambda e: (e.time_us, e.left, e.right, e.via, e.source))

    def preview(self, rules: IdentityRules, *, examples_max: int = 10) -> RulePreview:
        """What these rules would change; changes nothing."""
        state = self._state
        edges = [(k[0], k[1], t, k[2]) for k, (t, _) in state["edges"].items()]
        after, _ = resolve(state["nodes"], edges, state["withdrawn"], rules)
        before = state["owners"]
        now: dict[int, dict[int, list[int]]] = {}
        then: dict[int, set[int]] = {}
        for node in range(self.count):
            now.setdefault(before[node], {}).setdefault(after[node], []).append(node)
            then.setdefault(after[node], set()).add(before[node])
        split = {p: groups for p, groups in now.items() if len(groups) > 1}
        return RulePreview(
            split=len(split),
            merged=sum(len(people) > 1 for people in then.values()),
            moved=sum(a != b for a, b in zip(before, after, strict=True)),
            examples=tuple(
                tuple(tuple(state["nodes"][n][0] for n in group) for group in groups.values())
                for groups in list(split.values())[:examples_max]
            ),
        )
