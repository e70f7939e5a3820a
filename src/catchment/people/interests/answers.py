"""What the graph answers, in words of the trade: who cares about what, and why that is said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from catchment.people.interests.graph import KINDS, Floats, Graph, Ints
from catchment.people.interests.paths import Path, Reach
from catchment.people.interests.signals import Kind
from catchment.people.interests.walk import page_rank

ANSWERS_MAX: Final = 100
"""Entries of one list at most."""

EVIDENCE_MAX: Final = 20
"""Of one edge so many entries are told, the weightiest first."""

HITS_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Item:
    """A node as an answer names it.

    Attributes:
        kind: what sort of thing.
        id: its id among its kind; of a person the person id.
        name, name_en: what it is called; empty where nobody told.
    """

    kind: Kind
    id: str
    name: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was done between two nodes: one verb, in one place.

    Attributes:
        verb: as in `signals`.
        place: the show it was done in, if in one.
        count: how many events.
        points: what they are worth now; negative takes back.
        first_us, last_us: when.
    """

    verb: str
    place: Item | None
    count: int
    points: float
    first_us: int
    last_us: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path, with the events behind it."""

    source: Item
    target: Item
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A path in words: its steps, and its strength (the product of the steps' chances)."""

    steps: tuple[Step, ...]
    strength: float


@dataclass(frozen=True, slots=True)
class Scored:
    """An entry of an answer.

    Attributes:
        item: what or who.
        score: where the walker is found, in [0, 1]; comparable within one answer.
        points: what was done between the two directly is worth; 0 where nothing was.
        why: the strongest path; `None` where none of a few steps was found.
    """

    item: Item
    score: float
    points: float
    why: Way | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A node next to another.

    Attributes:
        item: the neighbour.
        points: what was done between the two is worth now.
        chance: how likely the walker steps there; the picture's width.
        evidence: what was done.
    """

    item: Item
    points: float
    chance: float
    evidence: tuple[Evidence, ...]


def scores_from(graph: Graph, seed: int) -> Floats:
    """Where a walker from the seed is found, by node."""
    return page_rank(graph.arrivals, graph.dangling, seed).scores


def item_of(graph: Graph, node: int) -> Item:
    """A node as an answer names it."""
    name, name_en = graph.names.get(node, ("", ""))
    return Item(graph.kind(node), graph.ids[node], name, name_en)


def cares_about(
    graph: Graph, seed: int, scores: Floats, *, kinds: Sequence[Kind], limit: int
) -> dict[Kind, tuple[Scored, ...]]:
    """What a person cares about, by kind, the dearest first.

    What they took back (sent back, unfollowed) is left out, however many like it that are like
    them.
    """
    reach = Reach(graph, seed)
    wanted = scores.copy()
    wanted[seed] = 0.0
    wanted[_taken_back(graph, seed)] = 0.0
    return {kind: _best(graph, reach, wanted, kind, limit) for kind in kinds}


def who_cares(
    graph: Graph, seed: int, scores: Floats, *, limit: int, spared: Sequence[int] = ()
) -> tuple[Scored, ...]:
    """Who cares about an item, or, where the seed is a person, who is like them.

    Args:
        graph: the graph.
        seed: the item's node.
        scores: where a walker from there is found.
        limit: how many at most.
        spared: nodes of people of whom nothing is to be told.
    """
    wanted = scores.copy()
    wanted[[seed, *spared]] = 0.0
    return _best(graph, Reach(graph, seed), wanted, Kind.PERSON, limit)


def neighbours(graph: Graph, node: int, *, kind: Kind | None, limit: int) -> tuple[Neighbour, ...]:
    """The nodes next to one, the likeliest step first."""
    row = slice(graph.departures.indptr[node], graph.departures.indptr[node + 1])
    targets, chances = graph.departures.indices[row], graph.departures.data[row]
    if kind is not None:
        chosen = graph.kinds[targets] == KINDS.index(kind)
        targets, chances = targets[chosen], chances[chosen]
    order = np.lexsort((targets, -chances))[: min(limit, ANSWERS_MAX)]
    return tuple(
        Neighbour(
            item_of(graph, int(targets[one])),
            graph.points(node, int(targets[one])),
            float(chances[one]),
            evidence_between(graph, node, int(targets[one])),
        )
        for one in order
    )


def ways(graph: Graph, start: int, end: int) -> tuple[Way, ...]:
    """The paths that explain why two nodes belong together, the strongest first."""
    return tuple(_way(graph, path) for path in Reach(graph, start).paths_to(end))


def evidence_between(graph: Graph, one: int, other: int) -> tuple[Evidence, ...]:
    """What was done between two nodes, the weightiest first."""
    evidence = graph.evidence
    where = evidence.between(one, other)
    rows = np.arange(where.start, where.stop)
    order = rows[np.argsort(-np.abs(evidence.points[where]), kind="stable")][:EVIDENCE_MAX]
    return tuple(
        Evidence(
            verb=evidence.verbs[evidence.verb[row]],
            place=_place(graph, int(evidence.place[row])),
            count=int(evidence.count[row]),
            points=float(evidence.points[row]),
            first_us=int(evidence.first_us[row]),
            last_us=int(evidence.last_us[row]),
        )
        for row in order
    )


def search(graph: Graph, text: str, *, kind: Kind | None, limit: int) -> tuple[Item, ...]:
    """Items whose id or name holds the text, the best connected first; without text, of all."""
    asked = text.strip().lower()
    degrees = np.diff(graph.departures.indptr)
    order = np.lexsort((np.arange(graph.size), -degrees))
    if kind is not None:
        order = order[graph.kinds[order] == KINDS.index(kind)]
    found: list[Item] = []
    for node in _matching(graph, order, asked):
        found.append(item_of(graph, node))
        if len(found) >= min(limit, HITS_MAX):
            break
    return tuple(found)


def counts(graph: Graph) -> dict[Kind, int]:
    """How many nodes there are of each kind."""
    totals = np.bincount(graph.kinds, minlength=len(KINDS))
    return {kind: int(totals[number]) for number, kind in enumerate(KINDS)}


def _matching(graph: Graph, order: Ints, asked: str) -> Iterator[int]:
    for node in order.tolist():
        called = (graph.ids[node], *graph.names.get(node, ()))
        if not asked or any(asked in name.lower() for name in called):
            yield node


def _best(graph: Graph, reach: Reach, scores: Floats, kind: Kind, limit: int) -> tuple[Scored, ...]:
    """The nodes of a kind with the highest scores, each with the way there."""
    nodes = np.flatnonzero((graph.kinds == KINDS.index(kind)) & (scores > 0.0))
    order = nodes[np.lexsort((nodes, -scores[nodes]))][: min(limit, ANSWERS_MAX)]
    return tuple(
        Scored(
            item_of(graph, node),
            float(scores[node]),
            graph.points(reach.start, node),
            next((_way(graph, path) for path in reach.paths_to(node, most=1)), None),
        )
        for node in order.tolist()
    )


def _taken_back(graph: Graph, seed: int) -> Ints:
    row = slice(graph.net.indptr[seed], graph.net.indptr[seed + 1])
    taken: Ints = graph.net.indices[row][graph.net.data[row] < 0.0]
    return taken


def _way(graph: Graph, path: Path) -> Way:
    pairs = zip(path.nodes[:-1], path.nodes[1:], strict=True)
    steps = tuple(
        Step(item_of(graph, one), item_of(graph, other), evidence_between(graph, one, other))
        for one, other in pairs
    )
    return Way(steps, path.strength)


def _place(graph: Graph, place: int) -> Item | None:
    if place < 0:
        return None
    content_id = graph.evidence.places[place]
    node = graph.node(Kind.CONTENT, content_id)
    return Item(Kind.CONTENT, content_id) if node is None else item_of(graph, node)
