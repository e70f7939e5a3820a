"""Each event counts once: in whatever batches it comes, however often it is tried."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.desk import WORKSPACE, DeskEngine, table_of
from catchment.lake import AnswerTooLarge
from catchment.lake.interest_table import merged
from catchment.people.interests import InterestKeeper, catch_up
from people.interests.graph_house import MemoryEdges, Rows, SetClock, did, keeper_of

NAMES = ["Product Viewed", "Product Added", "Order Refunded", "Live Room Entered"]

happenings = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob"]),
        st.sampled_from(NAMES),
        st.sampled_from(["p1", "p2"]),
        st.integers(0, 500_000),
    ),
    min_size=1,
    max_size=12,
)
Happening = tuple[str, str, str, int]


def rows_of(happened: list[Happening]) -> Rows:
    return [
        did(who, name, minute, product_id=product, live_id="l1", category="Tea")
        for who, name, product, minute in happened
    ]


def kept(edges: MemoryEdges) -> pa.Table:
    return merged(edges.rows)


def caught_up(batches: list[Rows]) -> MemoryEdges:
    edges, landed = MemoryEdges(), Rows()
    for batch in batches:
        landed = landed + batch
        keeper, _ = keeper_of(landed, edges)
        keeper.catch_up()
    return edges


@settings(deadline=None, max_examples=10)
@given(happened=happenings, data=st.data())
def test_order_and_batches_change_no_bit(happened: list[Happening], data: st.DataObject) -> None:
    rows = rows_of(happened)
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    batches = [batch for batch in (shuffled[:cut], shuffled[cut:]) if batch]
    assert kept(caught_up(batches)).equals(kept(caught_up([rows])))


def test_rebuilding_gives_the_same_and_catching_up_again_nothing() -> None:
    rows = rows_of([("ann", "Product Viewed", "p1", n) for n in range(5)])
    edges = caught_up([rows[:2], rows[2:]])
    before = kept(edges)
    keeper, _ = keeper_of(rows, edges)
    (again,) = keeper.catch_up().values()
    assert (again.rows, again.is_done, again.position) == (0, True, 5)
    keeper.rebuild(WORKSPACE)
    assert kept(edges).equals(before)
    assert edges.reached == 5


def test_a_step_that_fails_is_taken_again_and_counts_once() -> None:
    rows = rows_of([("ann", "Product Viewed", "p1", 1)])
    right = kept(caught_up([rows]))
    keeper, edges = keeper_of(rows)
    edges.fails_next = True
    with pytest.raises(OSError, match="full"):
        keeper.catch_up()
    assert edges.rows.num_rows == 0
    keeper.catch_up()
    keeper.catch_up()
    assert kept(edges).equals(right)


def test_of_two_workers_one_adds() -> None:
    rows = rows_of([("ann", "Product Viewed", "p1", 1)])
    edges = MemoryEdges()
    late, _ = keeper_of(rows, edges)
    right = kept(caught_up([rows]))

    class Forestalled(DeskEngine):
        """While this one reads, another adds the same."""

        def query(self, workspace_id: Any, expression: Any, **asked: Any) -> pa.Table:
            found = super().query(workspace_id, expression, **asked)
            if "share" in found.column_names:
                late.catch_up()
            return found

    engine = Forestalled(table_of(rows))
    InterestKeeper(engine, edges, lambda: [WORKSPACE], SetClock()).catch_up()
    assert kept(edges).equals(right)


def test_adding_without_a_position_would_be_caught() -> None:
    """The wrong variant: a step that is tried twice adds twice."""
    rows = rows_of([("ann", "Product Viewed", "p1", 1)])
    edges = caught_up([rows])
    right = kept(edges)
    edges.reached = 0
    keeper, _ = keeper_of(rows, edges)
    keeper.catch_up()
    assert not kept(edges).equals(right)


def test_long_histories_are_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = rows_of([("ann", "Product Viewed", "p1", n) for n in range(9)])
    right = kept(caught_up([rows]))
    monkeypatch.setattr(catch_up, "EVENTS_PER_STEP", 3)
    keeper, edges = keeper_of(rows)
    first = keeper.catch_up_one(WORKSPACE, steps_max=2)
    assert not first.is_done
    assert 0 < first.position < 9
    while not keeper.catch_up_one(WORKSPACE).is_done:
        pass
    assert kept(edges).equals(right)


def test_an_answer_too_large_is_asked_for_in_smaller_parts() -> None:
    rows = rows_of([("ann", "Product Viewed", f"p{n}", n) for n in range(6)])
    right = kept(caught_up([rows]))

    class Narrow(DeskEngine):
        def query(self, workspace_id: Any, expression: Any, **asked: Any) -> pa.Table:
            found = super().query(workspace_id, expression, **asked)
            if found.num_rows > 4:
                raise AnswerTooLarge
            return found

    edges = MemoryEdges()
    engine = Narrow(table_of(rows))
    keeper = InterestKeeper(engine, edges, lambda: [WORKSPACE], SetClock())
    while not keeper.catch_up_one(WORKSPACE).is_done:
        pass
    assert kept(edges).equals(right)
