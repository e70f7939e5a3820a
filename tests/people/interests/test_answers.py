"""What the graph answers: by kind, with the reason; joined and split with the people."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from catchment.people.interests.answers import (
    cares_about,
    evidence_between,
    neighbours,
    scores_from,
    search,
    ways,
    who_cares,
)
from catchment.people.interests.graph import THINGS_MAX, Graph
from catchment.people.interests.signals import Kind
from people.interests.graph_house import NOW, Rows, did, graph_of


def node(graph: Graph, kind: Kind, item_id: str) -> int:
    found = graph.node(kind, item_id)
    assert found is not None
    return found


def cared(graph: Graph, person: str, kind: Kind) -> list[str]:
    seed = node(graph, Kind.PERSON, person)
    found = cares_about(graph, seed, scores_from(graph, seed), kinds=[kind], limit=10)
    return [one.item.id for one in found[kind]]


def tea_shop() -> Rows:
    """Ann and Bob look at tea, Cid at cups, Dan at both; the show is about a tea."""
    tea = {"category": "Tea", "brand": "Hill"}
    cup = {"category": "Cups", "brand": "Kiln"}
    return [
        did("ann", "Product Viewed", 0, product_id="t1", name="Green tea", **tea),
        did("ann", "Product Viewed", 10, product_id="t1", name="Green tea", **tea),
        did("ann", "Product Added", 20, product_id="t1", live_id="l1", **tea),
        did("bob", "Product Viewed", 30, product_id="t1", **tea),
        did("bob", "Product Viewed", 40, product_id="t2", **tea),
        did("cid", "Order Completed", 50, product_id="c1", **cup),
        did("dan", "Product Viewed", 60, product_id="c1", **cup),
        did("dan", "Live Room Entered", 70, live_id="l1", room_id="r1"),
        did("host", "Live Product Explained Started", 5, live_id="l1", product_id="t2", **tea),
    ]


def test_a_person_cares_about_what_they_did_and_what_stands_next_to_it() -> None:
    graph = graph_of(tea_shop())
    assert cared(graph, "per_ann", Kind.PRODUCT)[0] == "t1"
    assert cared(graph, "per_ann", Kind.TOPIC)[0] == "tea"
    assert cared(graph, "per_ann", Kind.BRAND)[0] == "Hill"
    assert cared(graph, "per_cid", Kind.TOPIC)[0] == "cups"


def test_every_answer_says_why_with_the_events_behind() -> None:
    graph = graph_of(tea_shop())
    seed = node(graph, Kind.PERSON, "per_ann")
    found = cares_about(graph, seed, scores_from(graph, seed), kinds=[Kind.TOPIC], limit=1)
    (topic,) = found[Kind.TOPIC]
    assert topic.points == 0.0
    assert topic.why is not None
    own, told = topic.why.steps
    assert [own.target.id, own.target.name, told.target.id] == ["t1", "Green tea", "tea"]
    words = {(one.verb, one.place and one.place.id, one.count) for one in own.evidence}
    assert words == {("added", "l1", 1), ("viewed", None, 2)}
    viewed = next(one for one in own.evidence if one.verb == "viewed")
    assert viewed.last_us - viewed.first_us == 10 * 60_000_000


def test_who_cares_and_who_is_alike() -> None:
    graph = graph_of(tea_shop())
    tea = node(graph, Kind.TOPIC, "tea")
    caring = [one.item.id for one in who_cares(graph, tea, scores_from(graph, tea), limit=2)]
    assert set(caring) == {"per_ann", "per_bob"}
    ann = node(graph, Kind.PERSON, "per_ann")
    alike = who_cares(graph, ann, scores_from(graph, ann), limit=1)
    assert alike[0].item.id == "per_bob"
    assert alike[0].why is not None
    assert [step.target.id for step in alike[0].why.steps] == ["t1", "per_bob"]


def test_joining_and_splitting_people_needs_no_row_rewritten() -> None:
    rows = tea_shop()
    apart = graph_of(rows)
    together = graph_of(rows, {"cid": "per_ann"})
    assert cared(together, "per_ann", Kind.PRODUCT)[0] == "c1"
    assert together.node(Kind.PERSON, "per_cid") == together.node(Kind.PERSON, "per_ann")
    one, product = node(together, Kind.PERSON, "per_ann"), node(together, Kind.PRODUCT, "c1")
    assert together.points(one, product) == pytest.approx(
        apart.points(node(apart, Kind.PERSON, "per_cid"), node(apart, Kind.PRODUCT, "c1"))
    )
    again = graph_of(rows, {})
    assert again.ids == apart.ids
    assert (again.departures != apart.departures).nnz == 0


def test_weights_add_up_and_fade() -> None:
    rows = tea_shop()
    fresh = graph_of(rows)
    late = graph_of(rows, now=NOW + timedelta(days=30))
    for graph, factor in ((fresh, 1.0), (late, 0.5)):
        ann, product = node(graph, Kind.PERSON, "per_ann"), node(graph, Kind.PRODUCT, "t1")
        assert graph.points(ann, product) == pytest.approx(5.0 * factor, rel=0.03)
    assert graph_of(rows, now=NOW + timedelta(days=2000)).edges == 0


def test_what_was_sent_back_is_not_cared_for_however_others_like_it() -> None:
    rows = [
        did("ann", "Order Completed", 0, product_id="p1"),
        did("ann", "Order Refunded", 600, product_id="p1"),
        did("ann", "Product Viewed", 700, product_id="p2"),
        did("bob", "Product Viewed", 700, product_id="p2"),
        did("bob", "Order Completed", 800, product_id="p1"),
    ]
    graph = graph_of(rows)
    assert cared(graph, "per_ann", Kind.PRODUCT) == ["p2"]
    assert cared(graph, "per_bob", Kind.PRODUCT) == ["p1", "p2"]
    ann, product = node(graph, Kind.PERSON, "per_ann"), node(graph, Kind.PRODUCT, "p1")
    assert graph.points(ann, product) < 0.0
    assert {one.verb for one in evidence_between(graph, ann, product)} == {"ordered", "refunded"}


def test_a_bestseller_does_not_swamp_a_taste() -> None:
    """Everybody saw the hit once; Ann and Bob share a rare liking beside it."""
    rows = [did(f"x{n}", "Product Viewed", n, product_id="hit") for n in range(60)]
    rows += [did(who, "Product Viewed", 90, product_id=p) for who in ("ann", "bob")
             for p in ("hit", "rare")]  # fmt: skip
    graph = graph_of(rows)
    assert cared(graph, "per_ann", Kind.PRODUCT)[0] == "rare"
    ann = node(graph, Kind.PERSON, "per_ann")
    assert who_cares(graph, ann, scores_from(graph, ann), limit=1)[0].item.id == "per_bob"


def test_a_relation_is_no_stronger_for_being_told_often() -> None:
    """The wrong variant counts tellings: then the shop's own habits would drown people's."""
    once = graph_of([did("ann", "Product Viewed", 0, product_id="p", category="Tea")])
    rows = [did(f"x{n}", "Product Viewed", 0, product_id="p", category="Tea") for n in range(50)]
    often = graph_of(rows)
    step = [
        g.departures[node(g, Kind.PRODUCT, "p"), node(g, Kind.TOPIC, "tea")] for g in (once, often)
    ]
    assert step == pytest.approx([0.5, 0.5])


def test_a_robot_keeps_its_strongest_things_only() -> None:
    rows = [
        did("bot", "Product Viewed", n / 100, product_id=f"p{n}") for n in range(THINGS_MAX + 20)
    ]
    rows.append(did("bot", "Order Completed", 9, product_id="p0"))
    graph = graph_of(rows)
    bot = node(graph, Kind.PERSON, "per_bot")
    assert graph.degree(bot) == THINGS_MAX
    assert neighbours(graph, bot, kind=None, limit=1)[0].item.id == "p0"


def test_the_same_rows_make_the_same_graph_in_any_order() -> None:
    rows = tea_shop()
    one, other = graph_of(rows), graph_of(rows[::-1])
    assert one.ids == other.ids
    assert np.allclose(one.departures.toarray(), other.departures.toarray())


def test_paths_are_simple_strongest_first_and_true_to_the_chances() -> None:
    graph = graph_of(tea_shop())
    start, end = node(graph, Kind.PERSON, "per_dan"), node(graph, Kind.TOPIC, "tea")
    found = ways(graph, start, end)
    assert [one.strength for one in found] == sorted((o.strength for o in found), reverse=True)
    for way in found:
        stops = [way.steps[0].source, *(step.target for step in way.steps)]
        assert len({(stop.kind, stop.id) for stop in stops}) == len(stops)
        nodes = [node(graph, stop.kind, stop.id) for stop in stops]
        chances = [graph.departures[a, b] for a, b in pairwise(nodes)]
        assert way.strength == pytest.approx(float(np.prod(chances)))
    assert [step.target.id for step in found[0].steps] == ["l1", "t2", "tea"]
    assert ways(graph, start, start) == ()


def test_names_are_found_and_the_newest_is_shown() -> None:
    rows = [
        did("ann", "Product Viewed", 0, product_id="p1", name="Old name"),
        did("ann", "Product Viewed", 9, product_id="p1", name="绿茶", name_en="Green tea"),
    ]
    graph = graph_of(rows)
    for text in ("绿茶", "GREEN", "p1"):
        assert [one.id for one in search(graph, text, kind=None, limit=5)] == ["p1"]
    assert search(graph, "old", kind=None, limit=5) == ()
    assert [one.kind for one in search(graph, "", kind=Kind.PERSON, limit=5)] == [Kind.PERSON]


def test_nothing_at_all_is_an_empty_graph() -> None:
    graph = graph_of([did("ann", "Checkout Started")])
    assert (graph.size, graph.edges) == (0, 0)
    assert search(graph, "", kind=None, limit=5) == ()
