"""The book in its files: any batching equals a rebuild, and a crash leaves it whole.

Readers see one commit, and what changes under the book (facts, people's numbers) is noticed.
"""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.desk import START, WORKSPACE, DeskEngine, event, table_of
from catchment.kernel import us_from_instant
from catchment.people.facts import Aggregate, Condition, Fact, FactBook, Measure, fact_files
from catchment.people.facts.fact_files import FAN_IN, FactFiles
from catchment.people.facts.manifest import load_manifest
from people.facts.who import Who

AT = us_from_instant(START + timedelta(days=30))
ORDERED = Condition("Order Completed")
MEASURES = (
    Measure(Condition(), Aggregate.COUNT),
    Measure(ORDERED, Aggregate.SUM, "amount_minor", currency="CNY"),
    Measure(ORDERED, Aggregate.DISTINCT, "order_id"),
    Measure(Condition("Page Viewed"), Aggregate.UNIQUE, "properties.path"),
    Measure(Condition("Page Viewed"), Aggregate.LAST, "properties.path"),
    Measure(Condition(), Aggregate.ACTIVE_DAYS),
    Measure(Condition("Never Seen"), Aggregate.COUNT),
)
FACTS = {measure.fact for measure in MEASURES}


class World:
    """Events that land batch by batch, and the people they are of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.who = Who(0)
        self.rows: list[dict[str, Any]] = []
        self.engine = DeskEngine(table_of([]))
        self.book = self.open()

    def open(self) -> FactBook:
        """The book as another process would open it."""
        return FactBook(self.folder, self.engine, self.who)

    def land(self, rows: Sequence[dict[str, Any]]) -> None:
        """Lets events land, and gives their subjects nodes."""
        self.rows += rows
        self.who.name(row["subject"] for row in rows)
        self.who.position = len(self.rows)
        self.who.version += 1
        self.engine._events = DeskEngine(table_of(self.rows))._events


def answers(book: FactBook, at_us: int = AT) -> list[Any]:
    found = [book.evaluate(WORKSPACE, measure, at_us=at_us) for measure in MEASURES]
    return [
        one.texts.to_pylist() if one.texts is not None else np.nan_to_num(_numbers(one)).tolist()
        for one in found
    ]


def _numbers(found: Any) -> Any:
    return found.numbers


def made_up(dice: random.Random, count: int) -> Iterator[dict[str, Any]]:
    for _ in range(count):
        who, minute = dice.choice("abcde"), dice.randrange(20_000)
        if dice.random() < 0.4:
            yield event(
                who, "Order Completed", minute, order_id=f"o{dice.randrange(9)}", currency="CNY",
                amount_minor=dice.randrange(9_999),
            )  # fmt: skip
        else:
            path = dice.choice(["/", "/杭州", "/a"])
            yield event(who, "Page Viewed", minute, properties=f'{{"path": "{path}"}}')


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(0, 40), max_size=12))
def test_any_batching_equals_a_rebuild_and_a_reading_of_the_events(
    tmp_path_factory: pytest.TempPathFactory, seed: int, cuts: list[int]
) -> None:
    dice = random.Random(seed)
    rows = list(made_up(dice, 40))
    world = World(tmp_path_factory.mktemp("book"))
    world.book.declare(WORKSPACE, FACTS)
    bounds = [0, *sorted(cuts), len(rows)]
    for begins, ends in pairwise(bounds):
        world.land(rows[begins:ends])
        world.book.catch_up(WORKSPACE)
    world.who.arrange({"b": "a"} if "b" in {row["subject"] for row in rows} and _has(rows) else {})
    kept = answers(world.open())
    loose = FactBook(tmp_path_factory.mktemp("other"), world.engine, world.who)
    assert kept == answers(loose)
    world.book.rebuild(WORKSPACE)
    assert answers(world.book) == kept


def _has(rows: Sequence[dict[str, Any]]) -> bool:
    return "a" in {row["subject"] for row in rows}


def test_many_small_runs_become_few(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.book.declare(WORKSPACE, FACTS)
    dice = random.Random(1)
    for _ in range(3 * FAN_IN):
        world.land(list(made_up(dice, 3)))
        world.book.catch_up(WORKSPACE)
    folder = tmp_path / WORKSPACE / "facts"
    assert len(load_manifest(folder).runs) < FAN_IN
    assert len(list(folder.glob("*.run"))) == len(load_manifest(folder).runs)
    assert answers(world.open()) == answers(FactBook(tmp_path / "o", world.engine, world.who))


def test_catching_up_says_who_did_something_new(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.book.declare(WORKSPACE, {Measure(ORDERED, Aggregate.COUNT).fact})
    world.land([event("a", "Page Viewed", 1), event("b", "Order Completed", 2)])
    change = world.book.catch_up(WORKSPACE)
    assert (change.nodes.tolist(), change.position) == ([world.who.node("b")], 2)
    assert world.book.catch_up(WORKSPACE).nodes.tolist() == []


def test_what_is_declared_late_is_filled_from_the_events_there_are(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.book.declare(WORKSPACE, {MEASURES[0].fact})
    world.land(list(made_up(random.Random(2), 30)))
    world.book.catch_up(WORKSPACE)
    world.book.declare(WORKSPACE, FACTS)
    queries = world.engine.queries
    known = answers(world.open())
    assert world.engine.queries == queries, "answered from files alone"
    assert known == answers(FactBook(tmp_path / "o", world.engine, world.who))
    world.book.declare(WORKSPACE, set())
    assert world.book.kept(WORKSPACE) == frozenset()
    assert answers(world.book) == known


class Killed(BaseException):
    """The process is no more."""


@pytest.mark.parametrize("moment", ["save_manifest", "write_run", "_forget_leftovers"])
def test_a_kill_at_any_moment_leaves_the_book_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    world = World(tmp_path)
    world.book.declare(WORKSPACE, FACTS)
    world.land(list(made_up(random.Random(3), 20)))
    world.book.catch_up(WORKSPACE)
    world.land(list(made_up(random.Random(4), 20)))
    right: Callable[..., Any] = getattr(fact_files, moment)

    def die(*arguments: Any) -> Any:
        if moment == "write_run":
            right(*arguments)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(fact_files, moment, die)
        with pytest.raises(Killed):
            world.book.catch_up(WORKSPACE)
    again = world.open()
    assert again.position(WORKSPACE) == 20 or moment == "_forget_leftovers"
    again.catch_up(WORKSPACE)
    assert answers(again) == answers(FactBook(tmp_path / "o", world.engine, world.who))
    folder = tmp_path / WORKSPACE / "facts"
    assert {path.name for path in folder.glob("*.run")} == {
        run.name for run in load_manifest(folder).runs
    }


def test_a_torn_run_and_a_torn_manifest_are_made_anew(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.book.declare(WORKSPACE, FACTS)
    world.land(list(made_up(random.Random(5), 20)))
    world.book.catch_up(WORKSPACE)
    right = answers(world.book)
    folder = tmp_path / WORKSPACE / "facts"
    run = next(folder.glob("*.run"))
    run.write_bytes(run.read_bytes()[:-100])
    for spoil in (lambda: None, lambda: (folder / "manifest.json").write_text('{"format": 1')):
        spoil()
        again = world.open()
        again.declare(WORKSPACE, FACTS)
        again.catch_up(WORKSPACE)
        assert answers(again) == right


def test_people_who_are_numbered_anew_are_noticed(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.book.declare(WORKSPACE, FACTS)
    world.land(list(made_up(random.Random(6), 40)))
    world.book.catch_up(WORKSPACE)
    subjects = sorted({row["subject"] for row in world.rows}, reverse=True)
    other = Who(world.who.position)
    other.epoch = world.who.epoch + 1
    other.name([*subjects, "z"])
    book = FactBook(tmp_path, world.engine, other)
    right = answers(FactBook(tmp_path / "o", world.engine, other))
    assert answers(book) == right, "a reader does not take old numbers for new ones"
    book.catch_up(WORKSPACE)
    assert answers(book) == right


def _read_on(folder: Path, rows: int, said: Any, stop: Any) -> None:
    """Another process: reads the count and the sum together, over and over."""
    files = FactFiles(folder / WORKSPACE / "facts")
    ones, others = fact_of(None), fact_of(ORDERED.event)
    wrong = seen = 0
    while not stop.is_set():
        pages = files.reading()
        counts = [sum(len(one) for one in pages.sections(fact)) for fact in (ones, others)]
        seen += 1
        wrong += counts[0] != 2 * counts[1] or counts[0] > 2 * rows
    said.put((seen, wrong))


def fact_of(name: str | None) -> Fact:
    return Fact(Condition(name))


def test_a_reader_in_another_process_sees_one_commit(tmp_path: Path) -> None:
    """Each batch brings as many orders as pages: whoever mixed commits would see otherwise."""
    world = World(tmp_path)
    world.book.declare(WORKSPACE, {fact_of(None), fact_of(ORDERED.event)})
    context = multiprocessing.get_context("spawn")
    said, stop = context.Queue(), context.Event()
    reader = context.Process(target=_read_on, args=(tmp_path, 1_000, said, stop))
    reader.start()
    for number in range(40):
        world.land([
            event("a", "Order Completed", number), event("b", "Page Viewed", number),
        ])  # fmt: skip
        world.book.catch_up(WORKSPACE)
    stop.set()
    seen, wrong = said.get(timeout=60)
    reader.join(60)
    assert seen > 0
    assert wrong == 0


def test_what_is_forgotten_stands_in_no_file(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.book.declare(WORKSPACE, FACTS)
    for row in made_up(random.Random(7), 30):
        world.land([row])
        world.book.catch_up(WORKSPACE)
    world.land([event("a", "Page Viewed", 1, properties='{"path": "/secret-of-a"}')])
    world.book.catch_up(WORKSPACE)
    node = np.array([world.who.node("a")], np.int32)
    before = answers(world.book)
    gone = world.book.forget(WORKSPACE, node)
    assert gone > 0
    after = answers(world.open())
    others = [n for n in range(world.who.count) if n != node[0]]
    for was, now in zip(before, after, strict=True):
        assert [was[n] for n in others] == [now[n] for n in others]
    assert after[0][node[0]] == 0
    folder = tmp_path / WORKSPACE / "facts"
    assert not any(b"secret-of-a" in path.read_bytes() for path in folder.glob("*.run"))
