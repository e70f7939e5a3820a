"""Paths: the ways of a few steps that explain why two nodes belong together.

A path's strength is the product of its steps' chances. From one end the strongest ways are followed
outwards, a bounded number of them; each level is held against the last steps into the other end.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from catchment.people.interests.graph import Floats, Graph, Ints

STEPS_MAX: Final = 4
FRONTIER_MAX: Final = 96
"""So many nodes of each level are followed on, the most likely ones."""

NEIGHBOURS_MAX: Final = 96
"""Of each, so many neighbours, the most likely ones."""

PATHS_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class Path:
    """A way between two nodes.

    Attributes:
        nodes: from one end to the other, both included.
        strength: the product of the steps' chances.
    """

    nodes: tuple[int, ...]
    strength: float


@dataclass(frozen=True, slots=True)
class _Level:
    """The nodes reached by so many steps; each once, by the strongest way found, in their order."""

    nodes: Ints
    strength: Floats
    before: Ints
    """Index into the level before."""


class Reach:
    """What can be reached from one node; asked for many ends, it follows its ways once.

    Args:
        graph: the graph.
        start: the node.

    Attributes:
        start: the node.
    """

    def __init__(self, graph: Graph, start: int) -> None:
        self._graph = graph
        self.start = start
        nothing = np.zeros(1, np.int64)
        self._levels = [_Level(np.array([start], np.int64), np.ones(1), nothing)]

    def paths_to(self, end: int, *, most: int = PATHS_MAX) -> tuple[Path, ...]:
        """The strongest ways found, the shortest kind first looked for; empty where there is none.

        Ways of one more step than the shortest are looked at too.
        """
        if end == self.start:
            return ()
        arrivals = self._graph.arrivals
        row = slice(arrivals.indptr[end], arrivals.indptr[end + 1])
        sources, chances = arrivals.indices[row], arrivals.data[row]
        found: list[Path] = []
        for steps in range(1, STEPS_MAX + 1):
            is_last = bool(found)
            found += self._joined(self._level(steps - 1), steps - 1, sources, chances, end)
            if is_last:
                break
        found.sort(key=lambda path: (-path.strength, path.nodes))
        return tuple(found[:most])

    def _joined(
        self, level: _Level, depth: int, sources: NDArray[np.int32], chances: Floats, end: int
    ) -> list[Path]:
        if not len(sources) or not len(level.nodes):
            return []
        at = np.minimum(np.searchsorted(sources, level.nodes), len(sources) - 1)
        meets = np.flatnonzero(sources[at] == level.nodes)
        strength = level.strength[meets] * chances[at[meets]]
        best = np.argsort(-strength, kind="stable")[:PATHS_MAX]
        made = [
            Path((*self._way(depth, int(meets[one])), end), float(strength[one])) for one in best
        ]
        return [path for path in made if len(set(path.nodes)) == len(path.nodes)]

    def _way(self, depth: int, place: int) -> tuple[int, ...]:
        way: list[int] = []
        for level in reversed(self._levels[: depth + 1]):
            way.append(int(level.nodes[place]))
            place = int(level.before[place])
        return tuple(reversed(way))

    def _level(self, depth: int) -> _Level:
        while len(self._levels) <= depth:
            self._levels.append(self._further(self._levels[-1]))
        return self._levels[depth]

    def _further(self, level: _Level) -> _Level:
        departures = self._graph.departures
        nodes: list[Ints] = []
        strengths: list[Floats] = []
        before: list[Ints] = []
        for place in np.argsort(-level.strength, kind="stable")[:FRONTIER_MAX]:
            node = level.nodes[place]
            row = slice(departures.indptr[node], departures.indptr[node + 1])
            targets, chances = departures.indices[row], departures.data[row]
            if len(targets) > NEIGHBOURS_MAX:
                likely = np.argpartition(-chances, NEIGHBOURS_MAX)[:NEIGHBOURS_MAX]
                targets, chances = targets[likely], chances[likely]
            nodes.append(targets.astype(np.int64))
            strengths.append(chances * level.strength[place])
            before.append(np.full(len(targets), place, np.int64))
        if not nodes:
            nothing = np.empty(0, np.int64)
            return _Level(nothing, np.empty(0), nothing)
        reached, strength = np.concatenate(nodes), np.concatenate(strengths)
        order = np.lexsort((-strength, reached))
        ordered = reached[order]
        first = order[np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])]
        return _Level(reached[first], strength[first], np.concatenate(before)[first])
