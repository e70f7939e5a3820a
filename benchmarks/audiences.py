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
from datetime import timedelta
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from audience_world import CATEGORIES, CITIES, NAMES, NEVER, NOW, SEED, WORKSPACE, World, made_up

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
    TraitIs,
    evaluate_each,
    plan_of,
)
from catchment.audiences.rules import Deed, Period, Total
from catchment.lake import Filter, Operator

WINDOWS = (1, 3, 7, 14, 30, 60, 90)
EVENTS_PER_SECOND = 10_000
SECONDS = 12

Seconds = tuple[float, float]
"""By the clock on the wall, and of processors at work: a busy machine shows in the first alone."""


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
