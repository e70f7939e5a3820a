"""Measures of people: ours beside a DuckDB group-by, then catching up, then one person's page.

Run `python benchmarks/facts.py`. In the first part both sides look at the same occurrences (5 M
people, 20 M occurrences, a tenth of the people made of two nodes) in memory, and must find the same
numbers; their runs are interleaved, so that a busy minute hits both. DuckDB looks the person up in
a table of owners, as ours does. The other parts use a whole lake: 5,000 new events with 100
declared conditions, and the page of one person among 1 M events.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from catchment.events import EVENT_SCHEMA
from catchment.kernel import WorkspaceId, us_from_instant
from catchment.lake import EngineSetting, EventTable, Filter, IdentityTable, Operator, compact
from catchment.lake import open_engine as open_lake
from catchment.people import (
    Aggregate,
    Condition,
    Fact,
    FactBook,
    IdentityBook,
    Measure,
    PeopleAsk,
    PeopleParts,
    built_in_facts,
    list_people,
    lookup_person,
    read_profile,
)
from catchment.people.facts.answering import answer, asked_of
from catchment.people.facts.sections import Section, in_order
from catchment.people.identity import DEFAULT_RULES

if TYPE_CHECKING:
    from catchment.people import Subjects
    from catchment.people.facts import Nodes

WORKSPACE = WorkspaceId("wsp_bench")
START = datetime(2026, 3, 1, tzinfo=UTC)
NOW_US = us_from_instant(START + timedelta(days=90))
SEED = 20260301
NAMES = ("Page Viewed", "Product Viewed", "Product Added", "Order Completed", "Live Room Entered")
SEEN = Condition("x")
MEASURES = {
    "count in 30 days": Measure(SEEN, Aggregate.COUNT, window=timedelta(days=30)),
    "sum": Measure(SEEN, Aggregate.SUM, "properties.v"),
    "days since last": Measure(SEEN, Aggregate.DAYS_SINCE_LAST),
    "last value": Measure(SEEN, Aggregate.LAST, "properties.v", is_number=True),
    "distinct values in 30 days": Measure(
        SEEN, Aggregate.DISTINCT, "properties.v", window=timedelta(days=30)
    ),
}
SQL = {
    "count in 30 days": "count(*) FILTER (time_us > $now - 2592000000000)",
    "sum": "sum(value)",
    "days since last": "($now - max(time_us)) // 86400000000",
    "last value": "arg_max(value, (time_us, tie))",
    "distinct values in 30 days": ("count(DISTINCT value) FILTER (time_us > $now - 2592000000000)"),
}


class Owners:
    """Who is who, in two arrays."""

    version, position, epoch = 1, 1, 1

    def __init__(self, people: int, dice: np.random.Generator) -> None:
        self.count = people + people // 10
        self.owners = np.arange(self.count, dtype=np.int32)
        self.owners[people:] = dice.permutation(people)[: people // 10].astype(np.int32)
        self._persons = np.arange(people, dtype=np.int32)

    def persons(self) -> npt.NDArray[np.int32]:
        """Everyone."""
        return self._persons


def evaluate(people: int, rows: int, repeats: int) -> dict[str, Any]:
    """Ours and DuckDB's medians of every measure, in milliseconds."""
    dice = np.random.default_rng(SEED)
    who = Owners(people, dice)
    nodes = dice.integers(0, who.count, rows).astype(np.int32)
    time_us = NOW_US - dice.integers(0, 90 * 86_400_000_000, rows)
    ties = dice.integers(0, 2**63, rows).astype(np.uint64)
    values = dice.integers(1, 1_000, rows).astype(np.float64)
    section = in_order(Section(nodes, time_us, ties, values.view(np.int64)))
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as peer:
        peer.execute("SET threads = 2")
        table = {
            "node": section.nodes, "time_us": section.time_us, "tie": section.ties,
            "value": section.bits.view(np.float64),
        }  # fmt: skip
        pq.write_table(pa.table(table), f"{folder}/seen.parquet", compression="zstd")
        owners = {"node": np.arange(who.count, dtype=np.int32), "person": who.owners}
        pq.write_table(pa.table(owners), f"{folder}/owners.parquet")
        peer.execute(f"CREATE TABLE seen AS FROM '{folder}/seen.parquet'")
        peer.execute(f"CREATE TABLE owners AS FROM '{folder}/owners.parquet'")
        found = {}
        for name, measure in MEASURES.items():
            sql = (
                f"SELECT person, {SQL[name]} AS n FROM seen JOIN owners USING (node) "
                "GROUP BY person ORDER BY person"
            )

            def ours(measure: Measure = measure) -> Any:
                asked = asked_of([section], cast("Nodes", who), None)
                return answer(asked, measure, NOW_US, zone="Asia/Shanghai", texts=_no_texts)

            def theirs(sql: str = sql) -> Any:
                binds = {"now": NOW_US} if "$now" in sql else None
                return peer.sql(sql, params=binds).to_arrow_table()

            found[name] = _compared(ours, theirs, repeats)
        return found


def _no_texts(codes: npt.NDArray[np.int64]) -> pa.Array:
    return pa.nulls(len(codes), pa.string())


def _compared(ours: Callable[[], Any], theirs: Callable[[], Any], repeats: int) -> dict[str, float]:
    mine, other = ours(), theirs()
    numbers = mine.numbers[other["person"].to_numpy()]
    assert np.array_equal(numbers, other["n"].to_numpy().astype(np.float64))
    times: dict[str, list[float]] = {"ours_ms": [], "duckdb_ms": []}
    for _ in range(repeats):
        for name, run in (("ours_ms", ours), ("duckdb_ms", theirs)):
            began = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - began) * 1000)
    return {name: round(statistics.median(taken), 1) for name, taken in times.items()}


class House:
    """A small lake with its books."""

    def __init__(self, folder: Path) -> None:
        self.events = EventTable(folder / "events")
        self.events.create()
        identity = IdentityTable(folder / "identity")
        identity.create()
        self.engine = open_lake("duckdb", EngineSetting(events=self.events, identity=identity))
        self.book = IdentityBook(folder / "people")
        self.facts = FactBook(folder / "people", self.engine, self.book)
        self.position = 0
        self.dice = np.random.default_rng(SEED)

    def subject(self, workspace_id: str, kind: str, value: str) -> str:
        """A subject that can be read: the value in hexadecimal."""
        del workspace_id, kind
        return f"{int(value):032x}" if value.isdigit() else "f" * 32

    def land(self, rows: int, people: int) -> None:
        """Lets so many events of so many people land, and gives them nodes."""
        self.position += 1
        table = self._events(rows, people)
        self.events.append(table, self.position)
        subjects = table["subject"].unique()
        with self.book.writing(WORKSPACE, DEFAULT_RULES) as pages:
            kinds = np.full(len(subjects), DEFAULT_RULES.kinds[0].code, np.uint8)
            pages.add(subjects=subjects, kinds=kinds, position=self.position)

    def _events(self, rows: int, people: int) -> pa.Table:
        who = self.dice.integers(0, people, rows)
        names = self.dice.choice(NAMES, rows, p=[0.5, 0.25, 0.15, 0.05, 0.05])
        time_us = np.sort(NOW_US - self.dice.integers(0, 30 * 86_400_000_000, rows))
        is_order = names == "Order Completed"
        told = {
            "workspace_id": [WORKSPACE] * rows, "source_id": ["src_web"] * rows,
            "event_key": [self.dice.bytes(16) for _ in range(rows)],
            "message_id": [f"m{self.position}-{n}" for n in range(rows)],
            "kind": ["track"] * rows, "name": names, "subject": [f"{one:032x}" for one in who],
            "user_subject": [f"{one:032x}" for one in who], "user_id": [str(one) for one in who],
            "time": pa.array(time_us).cast(pa.timestamp("us", tz="UTC")),
            "received_time": pa.array(time_us).cast(pa.timestamp("us", tz="UTC")),
            "landed_time": pa.array(time_us).cast(pa.timestamp("us", tz="UTC")),
            "is_historical": [False] * rows, "is_late": [False] * rows,
            "is_suspect": [False] * rows,
            "order_id": [f"o{n}" if one else None for n, one in enumerate(is_order)],
            "amount_minor": [n % 9_999 if one else None for n, one in enumerate(is_order)],
            "currency": ["CNY" if one else None for one in is_order],
            "properties": [f'{{"price": {n % 997}, "category": "c{n % 23}"}}' for n in range(rows)],
            "traits": ["{}"] * rows, "context": ["{}"] * rows,
            "log_position": [self.position] * rows,
        }  # fmt: skip
        empty = pa.nulls(rows)
        columns = [
            pa.array(told[field.name]).cast(field.type)
            if field.name in told
            else empty.cast(field.type)
            for field in EVENT_SCHEMA
        ]
        return pa.table(columns, schema=EVENT_SCHEMA)


def hundred_facts() -> set[Fact]:
    """A hundred facts, as many audiences and traits would ask: half with filters."""
    facts = set(built_in_facts(["CNY"]))
    for number in range(100 - len(facts)):
        name = NAMES[number % len(NAMES)]
        price = Filter("properties.price", Operator.AT_LEAST, number)
        category = Filter("properties.category", Operator.EQUALS, f"c{number % 23}")
        filters = ((), (price,), (category,), (price, category))[number % 4]
        field = (None, "properties.price", "properties.category")[number % 3]
        facts.add(Fact(Condition(name, filters=filters), field, field == "properties.price"))
    return facts


def catch_up(house: House, repeats: int) -> dict[str, float]:
    """Milliseconds to take in 5,000 new events."""
    times = []
    for _ in range(repeats):
        house.land(5_000, 50_000)
        began = time.perf_counter()
        house.facts.catch_up(WORKSPACE)
        times.append((time.perf_counter() - began) * 1000)
    return {"median_ms": round(statistics.median(times), 1), "worst_ms": round(max(times), 1)}


def pages(house: House, repeats: int) -> dict[str, float]:
    """Milliseconds for a person's page, a look-up and a page of the list."""
    parts = PeopleParts(house.engine, house.facts, house.book, cast("Subjects", house))
    persons = house.book.reading(WORKSPACE).persons()
    some = house.dice.choice(persons, repeats)
    subjects = house.book.reading(WORKSPACE).subjects_of(some).to_pylist()

    def profile(subject: str) -> object:
        return read_profile(parts, WORKSPACE, f"per_{subject}", [], currency="CNY", at_us=NOW_US)

    def lookup(subject: str) -> object:
        return lookup_person(parts, WORKSPACE, "user", str(int(subject, 16)))

    def listed(subject: str) -> object:
        ask = PeopleAsk("CNY", search="" if len(subject) else subject)
        return list_people(parts, WORKSPACE, ask, at_us=NOW_US)

    found = {}
    for name, run in (("profile", profile), ("lookup", lookup), ("list", listed)):
        run(subjects[0])
        times = []
        for subject in subjects:
            began = time.perf_counter()
            run(subject)
            times.append((time.perf_counter() - began) * 1000)
        found[f"{name}_median_ms"] = round(statistics.median(times), 2)
        found[f"{name}_p99_ms"] = round(float(np.quantile(times, 0.99)), 2)
    return found


def main() -> None:
    """Prints the figures as JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=5_000_000)
    asked.add_argument("--rows", type=int, default=20_000_000)
    asked.add_argument("--events", type=int, default=1_000_000)
    asked.add_argument("--repeats", type=int, default=5)
    told = asked.parse_args()
    found: dict[str, Any] = {"measures": evaluate(told.people, told.rows, told.repeats)}
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        house.land(told.events // 2, told.events // 20)
        house.land(told.events - told.events // 2, told.events // 20)
        while compact(house.events, steps_max=4).steps:
            pass
        began = time.perf_counter()
        house.facts.catch_up(WORKSPACE)
        house.facts.declare(WORKSPACE, hundred_facts())
        found["fill_ms"] = round((time.perf_counter() - began) * 1000, 1)
        found["catch_up"] = catch_up(house, told.repeats)
        found["pages"] = pages(house, 20 * told.repeats)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
