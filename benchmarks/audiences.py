"""Two hundred audiences over five million people: all of them anew, and a second's worth of people.

Run `python benchmarks/audiences.py`. People, events and rules are made up with a fixed seed; facts
are laid out as the book of facts keeps them and read by its own loops, so what is measured is the
evaluation with everything it asks for, but for opening files. The peer answers the same questions
in SQL, on a part of the rules (those that one statement can say), and must find as many people.
It says only who is in; we say of each person also when that turns.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.audiences import (
    AllOf,
    AnyOf,
    Did,
    DidInOrder,
    DidNot,
    InAudience,
    LevelIs,
    Not,
    Parts,
    Plan,
    RandomSample,
    Rule,
    StageIs,
    Standing,
    TraitIs,
    evaluate_each,
    plan_of,
)
from catchment.audiences.rules import Deed, Period, Total
from catchment.kernel import WorkspaceId
from catchment.lake import Filter, Operator
from catchment.people import Condition, Fact, MeasureAnswer, Occurrences
from catchment.people.facts.answering import asked_of, occurrences_of
from catchment.people.facts.sections import Section

WORKSPACE = WorkspaceId("wsp_bench")
SEED = 20260301
NEVER = np.iinfo(np.int64).max
DAY = 86_400_000_000
DAYS = 180
NOW = 20_500 * DAY
NAMES = (
    "Page Viewed", "Product Viewed", "Live Room Entered", "Product Added", "Live Liked",
    "Live Comment Posted", "Order Completed", "Product Shared", "Coupon Claimed", "Order Refunded",
)  # fmt: skip
SHARES = (0.3, 0.24, 0.14, 0.09, 0.08, 0.05, 0.04, 0.03, 0.02, 0.01)
CATEGORIES = 20
CITIES = tuple(f"city {n}" for n in range(300))
WINDOWS = (1, 3, 7, 14, 30, 60, 90)
EVENTS_PER_SECOND = 10_000
SECONDS = 12

Seconds = tuple[float, float]
"""By the clock on the wall, and of processors at work: a busy machine shows in the first alone."""

Ints = npt.NDArray[np.int64]
Nodes = npt.NDArray[np.int32]


@dataclass
class World:
    """Everything the rules may ask, as columns; it is every port at once."""

    owners: Nodes
    node: Nodes
    time_us: Ints
    name: npt.NDArray[np.int8]
    category: npt.NDArray[np.int8]
    amount: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        generator = np.random.default_rng(SEED)
        nodes = len(self.owners)
        self.version, self.count, self.epoch = 1, nodes, 1
        self._persons = np.flatnonzero(self.owners == np.arange(nodes)).astype(np.int32)
        self._cities = pa.DictionaryArray.from_arrays(
            pa.array(generator.integers(0, len(CITIES), nodes).astype(np.int32)),
            pa.array(CITIES),
        )
        self._score = np.floor(generator.exponential(3, nodes))
        self._stage = generator.integers(-1, 9, nodes).astype(np.int8)
        self._sections: dict[str, Section] = {}
        self._order = np.lexsort((self.owners, self.owners))
        self._starts = np.searchsorted(self.owners[self._order], np.arange(nodes + 1))
        self._in: dict[str, npt.NDArray[np.bool_]] = {}
        self._subjects = generator.bytes(16 * 1_024).hex()

    # Who there is.
    def reading(self, _workspace_id: WorkspaceId) -> "World":
        """The world is its own view."""
        return self

    def persons(self) -> Nodes:
        """Every node that names a person."""
        return self._persons

    def kinds_of(self, nodes: Nodes) -> npt.NDArray[np.uint8]:
        """All of one kind."""
        return np.zeros(len(nodes), np.uint8)

    def nodes_of(self, subjects: pa.Array | pa.ChunkedArray) -> Nodes:
        """Nobody looks anyone up here."""
        return np.zeros(len(subjects), np.int32)

    def subjects_of(self, nodes: Nodes) -> pa.Array:
        """Thirty-two digits per node, cut out of one long text."""
        places = nodes.astype(np.int64) * 7 % (len(self._subjects) - 32)
        letters = np.frombuffer(self._subjects.encode(), np.uint8)
        digits = letters[places[:, None] + np.arange(32)]
        offsets = np.arange(len(nodes) + 1, dtype=np.int32) * 32
        return pa.StringArray.from_buffers(
            len(nodes), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(digits))
        )

    def members_of(self, persons: Nodes) -> tuple[Ints, Nodes]:
        """Offsets by person, and the nodes of each."""
        starts, ends = self._starts[persons], self._starts[persons + 1]
        offsets = np.concatenate([[0], np.cumsum(ends - starts)])
        rows = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], ends - starts)
        return offsets, self._order[rows].astype(np.int32)

    @property
    def position(self) -> int:
        """One landing."""
        return 1

    # What they did.
    def section(self, fact: Fact) -> Section:
        """The fact's rows, made when first asked for: the book keeps them in files."""
        if fact.key not in self._sections:
            chosen = self.name == NAMES.index(fact.condition.event or "")
            for one in fact.condition.filters:
                assert isinstance(one, Filter)
                chosen &= self.category == one.value
            rows = np.flatnonzero(chosen)
            bits = self.amount[rows].view(np.int64) if fact.field else np.zeros(0, np.int64)
            ties = rows.astype(np.uint64) if fact.field else np.zeros(0, np.uint64)
            self._sections[fact.key] = Section(self.node[rows], self.time_us[rows], ties, bits)
        return self._sections[fact.key]

    def occurrences(
        self, _workspace_id: WorkspaceId, condition: Condition, field: str | None = None, *,
        is_number: bool = False, persons: Nodes | None = None,
    ) -> Occurrences:  # fmt: skip
        """Read by the loops of the book of facts."""
        fact = Fact(condition, field, is_number)
        asked = asked_of([self.section(fact)], self, persons)
        return occurrences_of(asked, fact, pa.array)

    # What is known of them.
    def trait(
        self, _workspace_id: WorkspaceId, name: str, *, at_us: int, persons: Nodes
    ) -> MeasureAnswer:
        """A city, or a number with a window."""
        never = np.full(len(persons), NEVER)
        if name == "city":
            texts = self._cities.take(pa.array(persons)).cast(pa.string())
            return MeasureAnswer(persons, None, texts, never)
        # A number with a window: a third of the people have one that time will change.
        changing = np.where(persons % 3 == 0, at_us + persons.astype(np.int64), NEVER)
        return MeasureAnswer(persons, self._score[persons], None, changing)

    def tagged(
        self, _workspace_id: WorkspaceId, tag_id: str, *, at_us: int, persons: Nodes
    ) -> npt.NDArray[np.bool_]:
        """Every eleventh person."""
        tagged: npt.NDArray[np.bool_] = (persons + len(tag_id) + at_us) % 11 == 0
        return tagged

    def level(
        self, _workspace_id: WorkspaceId, scheme: str, *, at_us: int, persons: Nodes
    ) -> Standing:
        """As stages."""
        return self.stage(WorkspaceId(scheme), at_us=at_us, persons=persons)

    def stage(self, _workspace_id: WorkspaceId, *, at_us: int, persons: Nodes) -> Standing:
        """One of nine, for nearly all."""
        changing = np.where(persons % 4 == 0, at_us + persons.astype(np.int64), NEVER)
        return Standing([f"stage {n}" for n in range(9)], self._stage[persons], changing)

    def score(
        self, workspace_id: WorkspaceId, model: str, *, at_us: int, persons: Nodes
    ) -> MeasureAnswer:
        """As the number."""
        return self.trait(workspace_id, model, at_us=at_us, persons=persons)

    def consent(
        self, workspace_id: WorkspaceId, purpose: str, channel: str, *, at_us: int, persons: Nodes
    ) -> Standing:
        """As stages."""
        assert purpose or channel
        return self.stage(workspace_id, at_us=at_us, persons=persons)

    # Who is in.
    def take(self, name: str, persons: Nodes, is_in: npt.NDArray[np.bool_]) -> None:
        """Keeps members, as the membership does."""
        self._in.setdefault(name, np.zeros(self.count, bool))[persons] = is_in

    def are_in_audience(self, audience_id: str, persons: Nodes) -> npt.NDArray[np.bool_]:
        """Members as they were taken."""
        members = self._in.get(audience_id)
        return np.zeros(len(persons), bool) if members is None else members[persons]

    def are_on_list(self, list_id: str, persons: Nodes) -> npt.NDArray[np.bool_]:
        """As tags."""
        return self.tagged(WORKSPACE, list_id, at_us=0, persons=persons)


def made_up(people: int, rows: int) -> World:
    """People (a fifth have a second node) and their events; some people do far more than others."""
    generator = np.random.default_rng(SEED)
    nodes = people + people // 5
    owners = np.arange(nodes, dtype=np.int32)
    owners[people:] = np.sort(generator.choice(people, people // 5, replace=False))
    node = (nodes * generator.random(rows) ** 1.6).astype(np.int32)
    moment = NOW - (DAYS * DAY * generator.random(rows)).astype(np.int64)
    order = np.lexsort((moment, node))
    return World(
        owners, node[order], moment[order],
        generator.choice(len(NAMES), rows, p=SHARES).astype(np.int8),
        generator.integers(0, CATEGORIES, rows).astype(np.int8),
        np.round(generator.exponential(20_000, rows)),
    )  # fmt: skip


def audiences(count: int) -> dict[str, Rule]:
    """Rules as operators write them, in the shares that they write them."""
    generator = np.random.default_rng(SEED)

    def deed() -> Deed:
        name = NAMES[generator.integers(len(NAMES))]
        if generator.random() < 0.25:
            category = int(generator.integers(CATEGORIES))
            return Deed(name, (Filter("category", Operator.EQUALS, category),))
        return Deed(name)

    def period() -> Period:
        if generator.random() < 0.15:
            return Period()
        return Period(timedelta(days=WINDOWS[generator.integers(len(WINDOWS))]))

    def spent() -> Rule:
        return Did(
            Deed("Order Completed"), period(), Total.SUM, "amount_minor",
            float(generator.integers(1, 20) * 5_000), None,
        )  # fmt: skip

    def often() -> Rule:
        return Did(deed(), period(), at_least=int(generator.integers(1, 5)))

    def known() -> Rule:
        return (
            TraitIs("city", Operator.IN, tuple(generator.choice(CITIES, 5).tolist())),
            TraitIs("orders_90d", Operator.AT_LEAST, float(generator.integers(1, 9))),
            StageIs((f"stage {generator.integers(9)}", f"stage {generator.integers(9)}")),
            LevelIs("rfm", (f"stage {generator.integers(9)}",)),
        )[generator.integers(4)]

    def chain() -> Rule:
        steps = (deed(), Deed("Product Added"), Deed("Order Completed"))
        return DidInOrder(steps[: int(generator.integers(2, 4))], timedelta(days=7), period())

    kinds: Sequence[tuple[float, Callable[[], Rule]]] = (
        (0.25, often),
        (0.2, lambda: AllOf((often(), DidNot(deed(), period())))),
        (0.1, spent),
        (0.1, chain),
        (0.15, lambda: AllOf((often(), known(), known()))),
        (0.1, lambda: AnyOf((often(), spent(), AllOf((known(), Not(often())))))),
        (0.05, lambda: AllOf((often(), RandomSample(10.0, str(generator.integers(99)))))),
        (0.05, lambda: AllOf((often(), InAudience(f"aud_{generator.integers(1, 20)}")))),
    )
    rules: dict[str, Rule] = {}
    for share, make in kinds:
        for _ in range(round(share * count)):
            rules[f"aud_{len(rules) + 1}"] = make()
    return rules


def full(world: World, plan: Plan) -> tuple[Seconds, dict[str, int], int]:
    """Everyone judged by every rule: seconds, people in each, instants that time will turn."""
    parts = Parts(world, world, world, world)
    sizes = dict.fromkeys(plan.trees, 0)
    turning = 0
    began, worked = time.perf_counter(), time.process_time()
    for name, judged in evaluate_each(parts, WORKSPACE, plan, at_us=NOW):
        world.take(name, judged.persons, judged.is_in)
        sizes[name] += int(np.count_nonzero(judged.is_in))
        turning += int(np.count_nonzero(judged.changes_us != NEVER))
    return (time.perf_counter() - began, time.process_time() - worked), sizes, turning


def a_second(world: World, plan: Plan, second: int) -> tuple[Seconds, int]:
    """The people of one second's events judged by every rule: seconds, and how many people."""
    generator = np.random.default_rng(SEED + second)
    rows = generator.integers(0, len(world.node), EVENTS_PER_SECOND)
    touched = np.unique(world.owners[world.node[rows]])
    parts = Parts(world, world, world, world)
    began, worked = time.perf_counter(), time.process_time()
    for name, judged in evaluate_each(parts, WORKSPACE, plan, at_us=NOW, persons=touched):
        world.take(name, judged.persons, judged.is_in)
    return (time.perf_counter() - began, time.process_time() - worked), len(touched)


def _condition(deed: Deed, period: Period) -> str:
    parts = [f"name = {NAMES.index(deed.event)}", f"us <= {NOW}"]
    parts += [f"category = {one.value}" for one in deed.where]
    if period.within is not None:
        parts.append(f"us > {NOW - period.within // timedelta(microseconds=1)}")
    return " AND ".join(parts)


def statement(rule: Rule) -> str | None:
    """The rule in SQL, where one statement says it."""
    match rule:
        case Did(deed, period, Total.SUM, _, low):
            having = f"sum(amount) >= {low}"
            return (
                f"SELECT person FROM events WHERE {_condition(deed, period)} "
                f"GROUP BY person HAVING {having}"
            )
        case Did(deed, period, Total.COUNT, _, low):
            return (
                f"SELECT person FROM events WHERE {_condition(deed, period)} "
                f"GROUP BY person HAVING count(*) >= {low}"
            )
        case AllOf((Did() as did, DidNot(deed, period))):
            return (
                f"SELECT person FROM ({statement(did)}) WHERE person NOT IN "
                f"(SELECT person FROM events WHERE {_condition(deed, period)})"
            )
    return None


def peer(world: World, rules: dict[str, Rule], sizes: dict[str, int]) -> tuple[Seconds, int]:
    """The same in DuckDB, one statement per audience: seconds, and how many rules."""
    connection = duckdb.connect()
    table = pa.table(
        {
            "person": world.owners[world.node], "us": world.time_us, "name": world.name,
            "category": world.category, "amount": world.amount,
        }
    )  # fmt: skip
    connection.register("raw", table)
    connection.execute("CREATE TABLE events AS SELECT * FROM raw")
    seconds, worked, asked = 0.0, 0.0, 0
    for name, rule in rules.items():
        sql = statement(rule)
        if sql is None:
            continue
        began, working = time.perf_counter(), time.process_time()
        found = connection.execute(f"SELECT count(*) FROM ({sql})").fetchone()
        seconds += time.perf_counter() - began
        worked += time.process_time() - working
        asked += 1
        if found is None or found[0] != sizes[name]:
            raise SystemExit(f"{name}: SQL finds {found} people, we {sizes[name]}: {rule}")
    return (seconds, worked), asked


def rounded(seconds: Seconds) -> str:
    """Both, for reading."""
    return f"{seconds[0]:.2f} s on the wall, {seconds[1]:.2f} s of processors"


def main() -> None:
    """Makes the world, and prints the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=5_000_000)
    parser.add_argument("--rows", type=int, default=24_000_000)
    parser.add_argument("--audiences", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    world, rules = made_up(asked.people, asked.rows), audiences(asked.audiences)
    plan = plan_of(rules)
    for fact in plan.facts:
        world.section(fact)
    a_second(world, plan, -1)  # compiles
    seconds, sizes, turning = full(world, plan)
    passes = [a_second(world, plan, second) for second in range(SECONDS)]
    common = {name: rule for name, rule in rules.items() if statement(rule) is not None}
    ours, ours_sizes, _ = full(world, plan_of(common))
    theirs, count = peer(world, common, ours_sizes)
    figures: dict[str, Any] = {
        "people": asked.people,
        "events": asked.rows,
        "audiences": len(rules),
        "questions": len(plan.questions),
        "facts": len(plan.facts),
        "memberships": sum(sizes.values()),
        "turning_by_time": turning,
        "full": rounded(seconds),
        "touched_people": passes[0][1],
        "second_median": rounded(sorted(one for one, _ in passes)[len(passes) // 2]),
        "second_worst": rounded(max(one for one, _ in passes)),
        "common_rules": count,
        "common_ours": rounded(ours),
        "common_duckdb": rounded(theirs),
    }
    print(json.dumps(figures) if asked.json else "\n".join(f"{k}: {v}" for k, v in figures.items()))


if __name__ == "__main__":
    main()
