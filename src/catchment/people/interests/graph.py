"""The graph in memory: nodes, faded weights, the chances of a step, and what was done on each edge.

How a step is weighed (see `docs/explanation/interest-graph.md`):

* A person's edge is as strong as log2(1 + points): the tenth look says less than the first. An edge
  whose points are not above zero is no way to go.
* A relation's points are shared out among its like by how much was lately told of each.
* Popular nodes are damped: a step to a node is divided by log2(2 + its neighbours).
* From a thing, half of the chance leads to people and half to other things, whatever their numbers,
  so that a product that everybody bought still says what it is about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from catchment.lake import default_person
from catchment.people.interests.signals import Kind

KINDS: Final = tuple(Kind)
PERSON: Final = KINDS.index(Kind.PERSON)

POINTS_MIN: Final = 0.01
"""An edge worth less is no way to go any more."""

THINGS_MAX: Final = 500
"""Of one person so many things at most, the strongest: a robot's visits are not a taste."""

PEOPLE_SHARE: Final = 0.5
"""From a thing, the chance to step to a person; the rest leads to other things."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EvidenceRows:
    """What was done, one entry for each pair, verb and place, in order of the pairs.

    Attributes:
        left, right: nodes; `left` is the person, or what the relation is told of.
        verb: index into `verbs`.
        place: index into `places`; -1 for none.
        points: what it is worth now; negative where it takes back.
        count: how many events.
        first_us, last_us: when, microseconds since 1970.
    """

    left: Ints
    right: Ints
    verb: Ints
    place: Ints
    points: Floats
    count: Ints
    first_us: Ints
    last_us: Ints
    verbs: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    def between(self, one: int, other: int) -> slice:
        """Where the entries of a pair stand, whichever end is named first."""
        found = self._from(one, other)
        return found if found.stop > found.start else self._from(other, one)

    def _from(self, left: int, right: int) -> slice:
        start, end = np.searchsorted(self.left, [left, left + 1])
        first, last = np.searchsorted(self.right[start:end], [right, right + 1])
        return slice(int(start + first), int(start + last))


@dataclass(frozen=True)
class Graph:
    """One workspace's graph at one instant.

    Attributes:
        ids: the id of each node; of a person the person id.
        kinds: index into `KINDS`, by node. Nodes stand in order of kind, people first.
        index: the node of each kind and id.
        names: what items are called, by node: the name, and the English one or "".
        evidence: what was done.
        net: points of each pair, CSR, from `left` to `right` of the evidence.
        departures: CSR of P, the chances of a step; row is whence.
        arrivals: CSR of Pᵀ; row is whither.
        at_us: when weights were reckoned.
        position: the log position that the events reach.
        joined: the person of each subject that is not a person of its own.
    """

    ids: tuple[str, ...]
    kinds: NDArray[np.int8]
    index: Mapping[tuple[int, str], int]
    names: Mapping[int, tuple[str, str]]
    evidence: EvidenceRows
    net: Any
    departures: Any
    arrivals: Any
    at_us: int
    position: int
    joined: Mapping[str, str]

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return len(self.ids)

    @property
    def edges(self) -> int:
        """How many pairs can be walked along."""
        return int(self.departures.nnz) // 2

    @property
    def dangling(self) -> NDArray[np.bool_]:
        """Nodes that lead nowhere."""
        leads_nowhere: NDArray[np.bool_] = np.diff(self.departures.indptr) == 0
        return leads_nowhere

    def node(self, kind: Kind, item_id: str) -> int | None:
        """The node of an item; `None` if it is not in the graph."""
        if kind is Kind.PERSON:
            # An id of old leads to who that is now.
            item_id = self.joined.get(item_id.removeprefix(default_person("")), item_id)
        return self.index.get((KINDS.index(kind), item_id))

    def kind(self, node: int) -> Kind:
        """What sort of thing a node is."""
        return KINDS[int(self.kinds[node])]

    def points(self, one: int, other: int) -> float:
        """What all that was done between two is worth now; 0 where nothing was."""
        return float(self.net[one, other] + self.net[other, one])

    def degree(self, node: int) -> int:
        """How many neighbours it has."""
        return int(self.departures.indptr[node + 1] - self.departures.indptr[node])


def step_chances(kinds: NDArray[np.int8], left: Ints, right: Ints, strength: Floats) -> Any:
    """CSR of P: the chances of a step, out of edges that lead both ways.

    Args:
        kinds: index into `KINDS`, by node.
        left: one end of each edge; each pair once.
        right: the other end.
        strength: above zero.
    """
    size = len(kinds)
    source = np.concatenate([left, right])
    target = np.concatenate([right, left])
    drawn = np.concatenate([strength, strength])
    degree = np.bincount(source, minlength=size)
    drawn = drawn / np.log2(2.0 + degree[target])
    to_person = kinds[target] == PERSON
    budget = np.where(to_person, PEOPLE_SHARE, 1.0 - PEOPLE_SHARE)
    group = source * 2 + to_person
    total = np.bincount(group, weights=drawn, minlength=2 * size)
    # A node with neighbours of one sort only spends its whole chance on them.
    alone = total[group ^ 1] == 0.0
    chance = drawn / total[group] * np.where(alone, 1.0, budget)
    return sparse.csr_matrix((chance, (source, target)), shape=(size, size))


def transposed(matrix: Any) -> Any:
    """CSR of the other way round, its columns in order."""
    turned = matrix.T.tocsr()
    turned.sort_indices()
    return turned


def strongest(left: Ints, strength: Floats, is_bounded: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which edges stay when each bounded `left` keeps its `THINGS_MAX` strongest."""
    if not len(left) or np.bincount(left[is_bounded], minlength=1).max() <= THINGS_MAX:
        return np.ones(len(left), np.bool_)
    order = np.lexsort((-strength, left))
    ordered = left[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    rank = np.arange(len(ordered)) - np.repeat(starts, np.diff(np.r_[starts, len(ordered)]))
    stays = np.empty(len(left), np.bool_)
    stays[order] = rank < THINGS_MAX
    return stays | ~is_bounded


def texts(column: pa.ChunkedArray) -> tuple[str, ...]:
    """The column as Python's strings."""
    return tuple(cast("list[str]", column.to_pylist()))
