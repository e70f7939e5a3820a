"""A graph is kept until something has changed, and nobody is answered by an old one for long."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from analytics.desk import WORKSPACE
from catchment.people.interests import InterestGraphs, InterestKind, Interests, ItemUnknown, graphs
from catchment.people.interests.asking import read_kind
from people.interests.graph_house import (
    NOW,
    MemoryEdges,
    MemoryIdentity,
    Rows,
    SetClock,
    did,
    keeper_of,
)

VIEWED = [did("ann", "Product Viewed", 0, product_id="p1")]
MORE = [*VIEWED, did("bob", "Product Viewed", 1, product_id="p1")]


class Desk:
    """The parts, and what may happen to them."""

    def __init__(self) -> None:
        self.edges, self.identity, self.clock = MemoryEdges(), MemoryIdentity(), SetClock(NOW)
        self.graphs = InterestGraphs(self.edges, self.identity, self.clock)
        self.interests = Interests(self.graphs)

    def land(self, rows: Rows) -> None:
        keeper, _ = keeper_of(rows, self.edges)
        keeper.catch_up()


def test_a_graph_is_kept_while_nothing_changes_and_built_anew_when_events_come() -> None:
    desk = Desk()
    desk.land(VIEWED)
    first = desk.graphs.graph(WORKSPACE)
    assert desk.graphs.graph(WORKSPACE) is first
    desk.land(MORE)
    second = desk.graphs.graph(WORKSPACE)
    assert (first.size, second.size) == (2, 3)


def test_a_merge_is_seen_though_no_event_came() -> None:
    desk = Desk()
    desk.land(MORE)
    assert desk.graphs.graph(WORKSPACE).size == 3
    desk.identity.people["bob"] = "per_ann"
    desk.identity.versions += 1
    assert desk.graphs.graph(WORKSPACE).size == 2
    desk.identity.people.clear()
    desk.identity.versions += 1
    assert desk.graphs.graph(WORKSPACE).size == 3


def test_interest_fades_though_nothing_came() -> None:
    desk = Desk()
    desk.land(VIEWED)
    first = desk.graphs.graph(WORKSPACE)
    desk.clock.instant = NOW + timedelta(days=30)
    later = desk.graphs.graph(WORKSPACE)
    assert later.points(0, 1) == pytest.approx(first.points(0, 1) / 2)


def test_a_large_graph_answers_while_its_successor_is_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(graphs, "QUICK_US", -1)
    desk = Desk()
    desk.land(VIEWED)
    first = desk.graphs.graph(WORKSPACE)
    desk.land(MORE)
    assert desk.graphs.graph(WORKSPACE) is first, "it has only just been built"
    desk.clock.instant += timedelta(seconds=6)
    assert desk.graphs.graph(WORKSPACE) is first, "nobody waits"
    deadline = time.monotonic() + 90
    while desk.graphs.graph(WORKSPACE) is first and time.monotonic() < deadline:
        time.sleep(0.01)
    assert desk.graphs.graph(WORKSPACE).size == 3


def test_a_walk_is_remembered_with_its_graph_alone() -> None:
    desk = Desk()
    desk.land(VIEWED)
    graph = desk.graphs.graph(WORKSPACE)
    walked = desk.graphs.scores(WORKSPACE, graph, 0)
    assert desk.graphs.scores(WORKSPACE, graph, 0) is walked
    desk.land(MORE)
    newer = desk.graphs.graph(WORKSPACE)
    assert len(desk.graphs.scores(WORKSPACE, newer, 0)) == newer.size


def test_what_is_not_there_is_told_so() -> None:
    desk = Desk()
    desk.land(VIEWED)
    # Whether there is such a person is not for the graph to say: they care about nothing in it.
    nothing = desk.interests.of_person(WORKSPACE, "per_quiet")
    assert (nothing.item.id, set(nothing.answer.values())) == ("per_quiet", {()})
    assert desk.interests.alike(WORKSPACE, "per_quiet").answer == ()
    with pytest.raises(ItemUnknown):
        desk.interests.neighbours(WORKSPACE, InterestKind.TOPIC, "p1")
    with pytest.raises(ItemUnknown, match="no kind"):
        read_kind("planet")


def test_answers_say_what_they_are_of() -> None:
    desk = Desk()
    desk.land(VIEWED)
    found = desk.interests.of_person(WORKSPACE, "per_ann")
    assert (found.item.id, found.position, found.half_life_days) == ("per_ann", 1, 30.0)
    assert found.as_of == NOW
    whole = desk.interests.search(WORKSPACE, "", kind=None, limit=5)
    assert (whole.counts[InterestKind.PRODUCT], whole.edges) == (1, 1)
