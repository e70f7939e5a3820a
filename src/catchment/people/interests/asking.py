"""Asking the graph: one call for each question, by the ids that people and things go by."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar

from catchment.kernel import Missing, WorkspaceId, instant_from_us
from catchment.people.interests.answers import (
    Item,
    Neighbour,
    Scored,
    Way,
    cares_about,
    counts,
    item_of,
    neighbours,
    search,
    ways,
    who_cares,
)
from catchment.people.interests.graph import Graph
from catchment.people.interests.graphs import InterestGraphs
from catchment.people.interests.signals import Kind

LIMIT_DEFAULT: Final = 10

INTEREST_KINDS: Final = tuple(kind for kind in Kind if kind is not Kind.PERSON)

T = TypeVar("T")

Refusing = Callable[[WorkspaceId], Collection[str]]
"""The people who refused to be judged by machines."""


def _nobody(_workspace_id: WorkspaceId) -> Collection[str]:
    return ()


class ItemUnknown(Missing):
    """Nothing of that kind and id is in the interest graph."""


@dataclass(frozen=True, slots=True)
class InterestAnswer(Generic[T]):
    """An answer, with what it is of.

    Attributes:
        item: whom or what was asked about.
        answer: the answer.
        as_of: when weights were reckoned.
        position: the log position that the events behind it reach.
        half_life_days: after so many days, interest is worth half.
    """

    item: Item
    answer: T
    as_of: datetime
    position: int
    half_life_days: float


@dataclass(frozen=True, slots=True)
class GraphSummary:
    """How large a workspace's graph is, and some of what is in it."""

    counts: Mapping[Kind, int]
    edges: int
    items: tuple[Item, ...]
    as_of: datetime
    half_life_days: float


class Interests:
    """The questions that the interest graph answers.

    Args:
        graphs: every workspace's graph.
        refusing: tells who refused to be judged by machines: of them nobody is told what they care
            about, and nobody is told of them that they care.
    """

    def __init__(self, graphs: InterestGraphs, refusing: Refusing = _nobody) -> None:
        self._graphs = graphs
        self._refusing = refusing

    def search(
        self, workspace_id: WorkspaceId, text: str, *, kind: Kind | None, limit: int
    ) -> GraphSummary:
        """How large the graph is, and the items whose id or name holds a text.

        Args:
            workspace_id: whose graph.
            text: capitals or not; without it, the best connected are found.
            kind: only these.
            limit: how many items at most.
        """
        graph = self._graphs.graph(workspace_id)
        return GraphSummary(
            counts=counts(graph),
            edges=graph.edges,
            items=search(graph, text, kind=kind, limit=limit),
            as_of=instant_from_us(graph.at_us),
            half_life_days=self._graphs.half_life_days,
        )

    def of_person(
        self,
        workspace_id: WorkspaceId,
        person: str,
        *,
        kinds: Sequence[Kind] = INTEREST_KINDS,
        limit: int = LIMIT_DEFAULT,
    ) -> InterestAnswer[Mapping[Kind, tuple[Scored, ...]]]:
        """What a person cares about, by kind; nothing where they did nothing that says so."""
        graph = self._graphs.graph(workspace_id)
        node = graph.node(Kind.PERSON, person)
        if node is None or node in self._spared(workspace_id, graph):
            return self._nothing(graph, person, dict.fromkeys(kinds, ()))
        scores = self._graphs.scores(workspace_id, graph, node)
        found = cares_about(graph, node, scores, kinds=kinds, limit=limit)
        return self._answer(graph, node, found)

    def alike(
        self, workspace_id: WorkspaceId, person: str, *, limit: int = LIMIT_DEFAULT
    ) -> InterestAnswer[tuple[Scored, ...]]:
        """People who care about the same things; nobody where nothing says what they care about."""
        graph = self._graphs.graph(workspace_id)
        if graph.node(Kind.PERSON, person) is None:
            return self._nothing(graph, person, ())
        return self.who_cares(workspace_id, Kind.PERSON, person, limit=limit)

    def who_cares(
        self, workspace_id: WorkspaceId, kind: Kind, item_id: str, *, limit: int = LIMIT_DEFAULT
    ) -> InterestAnswer[tuple[Scored, ...]]:
        """The people who care most about an item.

        Raises:
            ItemUnknown: it is not in the graph.
        """
        graph, node = self._find(workspace_id, kind, item_id)
        spared = self._spared(workspace_id, graph)
        if node in spared:
            return self._answer(graph, node, ())
        scores = self._graphs.scores(workspace_id, graph, node)
        found = who_cares(graph, node, scores, limit=limit, spared=spared)
        return self._answer(graph, node, found)

    def neighbours(
        self,
        workspace_id: WorkspaceId,
        kind: Kind,
        item_id: str,
        *,
        of_kind: Kind | None = None,
        limit: int = LIMIT_DEFAULT,
    ) -> InterestAnswer[tuple[Neighbour, ...]]:
        """What stands next to an item, with what was done between the two.

        Raises:
            ItemUnknown: it is not in the graph.
        """
        graph, node = self._find(workspace_id, kind, item_id)
        return self._answer(graph, node, neighbours(graph, node, kind=of_kind, limit=limit))

    def paths(
        self, workspace_id: WorkspaceId, start: tuple[Kind, str], end: tuple[Kind, str]
    ) -> InterestAnswer[tuple[Way, ...]]:
        """The paths of a few steps between two items, the strongest first.

        Raises:
            ItemUnknown: one of them is not in the graph.
        """
        graph, node = self._find(workspace_id, *start)
        other = _node(graph, *end)
        return self._answer(graph, node, ways(graph, node, other))

    def _spared(self, workspace_id: WorkspaceId, graph: Graph) -> list[int]:
        """The nodes of people who refused to be judged by machines."""
        nodes = (graph.node(Kind.PERSON, person) for person in self._refusing(workspace_id))
        return [node for node in nodes if node is not None]

    def _find(self, workspace_id: WorkspaceId, kind: Kind, item_id: str) -> tuple[Graph, int]:
        graph = self._graphs.graph(workspace_id)
        return graph, _node(graph, kind, item_id)

    def _answer(self, graph: Graph, node: int, answer: T) -> InterestAnswer[T]:
        return self._stamped(graph, item_of(graph, node), answer)

    def _nothing(self, graph: Graph, person: str, answer: T) -> InterestAnswer[T]:
        return self._stamped(graph, Item(Kind.PERSON, person), answer)

    def _stamped(self, graph: Graph, item: Item, answer: T) -> InterestAnswer[T]:
        return InterestAnswer(
            item=item,
            answer=answer,
            as_of=instant_from_us(graph.at_us),
            position=graph.position,
            half_life_days=self._graphs.half_life_days,
        )


def _node(graph: Graph, kind: Kind, item_id: str) -> int:
    node = graph.node(kind, item_id)
    if node is None:
        raise ItemUnknown
    return node


def read_kind(text: str) -> Kind:
    """The kind of this name.

    Raises:
        ItemUnknown: there is none.
    """
    try:
        return Kind(text)
    except ValueError:
        raise ItemUnknown(f"The interest graph has no kind {text[:40]!r}.") from None
