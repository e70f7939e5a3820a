"""A small world for rules: nodes, who they belong to, raw events, and what else is known.

It answers the ports of `catchment.audiences.parts` by looking through lists, and keeps count of how
often it was asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.audiences import Parts, Standing
from catchment.audiences.ports import NEVER, Resting
from catchment.audiences.rules import Deed
from catchment.kernel import WorkspaceId
from catchment.people import Condition, MeasureAnswer, Occurrences
from oracles.audience_brute_force import RESTING, Happened, Known, Steps, fits, value_at

WORKSPACE = WorkspaceId("wsp_small")
Persons = npt.NDArray[np.int32]


def subject_of(node: int) -> str:
    """The subject of a node: a hash, as real ones are."""
    return blake2b(str(node).encode(), digest_size=16).hexdigest()


@dataclass
class SmallWorld:
    """People, their events and what is known of them.

    Attributes:
        owners: by node, the node that names its person.
        events: everything that happened.
        known: by person.
    """

    owners: list[int]
    events: list[Happened] = field(default_factory=list)
    known: Mapping[int, Known] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    # -- People ------------------------------------------------------------------------------------
    version = 1
    epoch = 1

    @property
    def count(self) -> int:
        return len(self.owners)

    def reading(self, _workspace_id: WorkspaceId) -> _View:
        return _View(self)

    def person_events(self, person: int) -> list[Happened]:
        return [one for one in self.events if self.owners[one.node] == person]

    def known_of(self, person: int) -> Known:
        return self.known.get(int(person), Known())

    # -- Deeds -------------------------------------------------------------------------------------
    def occurrences(
        self,
        _workspace_id: WorkspaceId,
        condition: Condition,
        field: str | None = None,
        *,
        is_number: bool = False,
        persons: Persons | None = None,
    ) -> Occurrences:
        self.asked[condition.key + str(field)] += 1
        asked = self.reading(WORKSPACE).persons() if persons is None else persons
        deed = Deed(condition.event or "", condition.filters)  # type: ignore[arg-type]
        rows = []
        for place, person in enumerate(asked):
            for event in self.person_events(person):
                value = event.properties.get(field or "")
                is_fit = field is None or (isinstance(value, int | float) and is_number)
                if fits(event, deed) and is_fit:
                    rows.append((place, event.time_us, value))
        rows.sort(key=lambda row: row[:2])
        counts = np.bincount([row[0] for row in rows], minlength=len(asked)).astype(np.int64)
        return Occurrences(
            asked,
            np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)]),
            np.array([row[1] for row in rows], np.int64),
            None if field is None else np.array([row[2] for row in rows], np.float64),
        )

    # -- Attributes --------------------------------------------------------------------------------
    def trait(
        self, _workspace_id: WorkspaceId, name: str, *, at_us: int, persons: Persons
    ) -> MeasureAnswer:
        steps = [self.known_of(person).traits.get(name, ()) for person in persons]
        values = [value_at(one, at_us) for one in steps]
        changes = next_changes(steps, at_us)
        if any(isinstance(one, int | float) for one in values):
            numbers = np.array([np.nan if one is None else one for one in values], np.float64)
            return MeasureAnswer(persons, numbers, None, changes)
        shape = pa.list_(pa.string()) if any(isinstance(v, list) for v in values) else pa.string()
        return MeasureAnswer(persons, None, pa.array(values, shape), changes)

    def tagged(
        self, _workspace_id: WorkspaceId, tag_id: str, *, at_us: int, persons: Persons
    ) -> npt.NDArray[np.bool_]:
        assert at_us is not None
        return np.array([tag_id in self.known_of(one).tags for one in persons], bool)

    def _standing(self, steps: Sequence[Steps], at_us: int) -> Standing:
        words = sorted({str(word) for one in steps for _, word in one})
        values = [value_at(one, at_us) for one in steps]
        codes = np.array([-1 if one is None else words.index(str(one)) for one in values], np.int16)
        return Standing(words, codes, next_changes(steps, at_us))

    def level(
        self, _workspace_id: WorkspaceId, scheme: str, *, at_us: int, persons: Persons
    ) -> Standing:
        return self._standing([self.known_of(p).levels.get(scheme, ()) for p in persons], at_us)

    def stage(self, _workspace_id: WorkspaceId, *, at_us: int, persons: Persons) -> Standing:
        return self._standing([self.known_of(p).stage for p in persons], at_us)

    def score(
        self, _workspace_id: WorkspaceId, model: str, *, at_us: int, persons: Persons
    ) -> MeasureAnswer:
        assert at_us is not None
        scores = [self.known_of(person).scores.get(model, np.nan) for person in persons]
        never = np.full(len(persons), NEVER)
        return MeasureAnswer(persons, np.array(scores, np.float64), None, never)

    def consent(
        self, _workspace_id: WorkspaceId, purpose: str, channel: str, *, at_us: int,
        persons: Persons,
    ) -> Standing:  # fmt: skip
        found = [self.known_of(person).consent.get((purpose, channel)) for person in persons]
        return self._standing([((0, one),) if one else () for one in found], max(at_us, 0))

    def refusing(self, _workspace_id: WorkspaceId, *, persons: Persons) -> npt.NDArray[np.bool_]:
        return np.array([self.known_of(one).refuses for one in persons], bool)

    # -- Members -----------------------------------------------------------------------------------
    def are_in_audience(self, audience_id: str, persons: Persons) -> npt.NDArray[np.bool_]:
        self.asked[audience_id] += 1
        return np.array([audience_id in self.known_of(one).audiences for one in persons], bool)

    def are_on_list(self, list_id: str, persons: Persons) -> npt.NDArray[np.bool_]:
        return np.array([list_id in self.known_of(one).lists for one in persons], bool)

    def resting(self) -> Resting:
        return Resting(RESTING, RESTING)

    @property
    def parts(self) -> Parts:
        return Parts(self, self, self, self)


def next_changes(steps: Sequence[Steps], at_us: int) -> npt.NDArray[np.int64]:
    later = [[since for since, _ in one if since > at_us] for one in steps]
    return np.array([min(one, default=NEVER) for one in later], np.int64)


@dataclass
class _View:
    world: SmallWorld

    @property
    def version(self) -> int:
        return self.world.version

    @property
    def epoch(self) -> int:
        return self.world.epoch

    @property
    def position(self) -> int:
        return len(self.world.events)

    @property
    def count(self) -> int:
        return self.world.count

    @property
    def owners(self) -> Persons:
        return np.array(self.world.owners, np.int32)

    def persons(self) -> Persons:
        return np.array([n for n, o in enumerate(self.world.owners) if n == o], np.int32)

    def subjects_of(self, nodes: Persons) -> pa.Array:
        return pa.array([subject_of(int(node)) for node in nodes], pa.string())

    def nodes_of(self, subjects: pa.Array | pa.ChunkedArray) -> Persons:
        places = {subject_of(node): node for node in range(self.count)}
        return np.array([places.get(one, -1) for one in subjects.to_pylist()], np.int32)
