"""Interests of 100,000 people over a million edges: how long a graph and its answers take.

Run `python benchmarks/interests.py`. Beside our walk stand two peers on the same edges: a plain
power iteration in SciPy without a bound that lets it stop early, run to the same accuracy, and the
two-hop SQL that is usually written instead, in DuckDB ("what else did those do who did as I did").
All runs are interleaved. The keeper is measured over events in the lake.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from catchment.events import EVENT_SCHEMA
from catchment.kernel import SystemClock, WorkspaceId
from catchment.lake import (
    EngineSetting,
    EventTable,
    IdentityTable,
    InterestTable,
    compact,
    open_engine,
)
from catchment.people import (
    InterestGraphs,
    InterestKeeper,
    InterestKind,
    Interests,
)
from catchment.people.interests.walk import RESTART, TOLERANCE, page_rank, steps_enough

WORKSPACE = WorkspaceId("wsp_bench")
PRODUCTS = 5_000
TOPICS = 60
BRANDS = 200
SEED = 20260302
DAYS = 60
TWO_HOPS = """
SELECT other.right, sum(mine.strength * theirs.strength * other.strength) AS score
FROM edges AS mine
JOIN edges AS theirs ON theirs.right = mine.right AND theirs.left <> mine.left
JOIN edges AS other ON other.left = theirs.left
WHERE mine.left = $person
GROUP BY other.right ORDER BY score DESC LIMIT 10
"""


def events(people: int, count: int, clock: SystemClock) -> pa.Table:
    """Product views and orders of random people; products by Zipf's law."""
    chance = np.random.default_rng(SEED)
    who = chance.integers(0, people, count)
    what = np.minimum(chance.zipf(1.3, count) - 1, PRODUCTS - 1)
    now = clock.now_us()
    at = now - chance.integers(0, DAYS * 86_400, count) * 1_000_000
    instants = pa.array(at).cast(pa.timestamp("us", tz="UTC"))
    shelf = [
        json.dumps({"product_id": f"p{n}", "name": f"Product {n}",
                    "category": f"Topic {n % TOPICS}", "brand": f"Brand {n % BRANDS}"})
        for n in range(PRODUCTS)
    ]  # fmt: skip
    keys = pa.Array.from_buffers(
        pa.binary(16), count, [None, pa.py_buffer(chance.bytes(count * 16))]
    ).cast(pa.binary())
    subjects = pa.array([f"{n:032x}" for n in range(people)]).take(pa.array(who))
    names = pa.array(["Product Viewed", "Product Added", "Order Completed"])
    known = {
        "name": names.take(pa.array(chance.choice(3, count, p=[0.8, 0.15, 0.05]))),
        "subject": subjects, "event_key": keys, "time": instants, "received_time": instants,
        "landed_time": instants, "message_id": pa.array(np.arange(count)).cast(pa.string()),
        "product_id": pa.array([f"p{n}" for n in range(PRODUCTS)]).take(pa.array(what)),
        "properties": pa.array(shelf).take(pa.array(what)),
        "log_position": pa.array(np.arange(1, count + 1)),
    }  # fmt: skip
    filled = {
        "workspace_id": str(WORKSPACE), "source_id": "src_bench", "kind": "track", "traits": "{}",
        "context": "{}", "is_historical": False, "is_late": False, "is_suspect": False,
    }  # fmt: skip
    columns = []
    for field in EVENT_SCHEMA:
        if field.name in known:
            columns.append(known[field.name])
        elif field.name in filled:
            columns.append(pa.repeat(pa.scalar(filled[field.name], field.type), count))
        else:
            columns.append(pa.nulls(count, field.type))
    return pa.table(columns, schema=EVENT_SCHEMA)


def plain_iteration(graph: Any, seed: int) -> Any:
    """The textbook's power iteration: as many steps as are enough for any graph."""
    turned = graph.departures.T  # not turned into rows beforehand, as is usually done
    scores = np.zeros(graph.size)
    scores[seed] = 1.0
    start = scores.copy()
    lost = graph.dangling
    for _ in range(steps_enough(RESTART, TOLERANCE)):
        scores = RESTART * start + (1 - RESTART) * (turned @ scores + scores[lost].sum() * start)
    return scores


def two_hops(peer: duckdb.DuckDBPyConnection, person: int) -> list[Any]:
    """The SQL that is usually written instead."""
    return peer.execute(TWO_HOPS, {"person": person}).fetchall()


Took = tuple[float, float]
"""Seconds by the clock on the wall, and of this process's work: apart on a busy machine."""


def timed(ask: Callable[[], Any]) -> tuple[Took, Any]:
    """How long it took, and what came back."""
    began, worked = time.perf_counter(), time.process_time()
    answer = ask()
    return (time.perf_counter() - began, time.process_time() - worked), answer


def quantiles(took: list[Took]) -> str:
    """Median and worst by the clock, and the median of the work, in milliseconds."""
    wall, work = ([one[side] * 1e3 for one in took] for side in (0, 1))
    return (
        f"{statistics.median(wall):8.1f} ms median {max(wall):8.1f} ms worst "
        f"{statistics.median(work):8.1f} ms of work"
    )


def measure(people: int, edges: int, rounds: int, home: Path) -> None:
    """All figures, printed."""
    clock = SystemClock()
    table, identity = EventTable(home / "events"), IdentityTable(home / "identity")
    table.create()
    told = events(people, edges, clock)
    table.append(told, told.num_rows)
    compact(table, steps_max=10)
    engine = open_engine("duckdb", EngineSetting(events=table, identity=identity))
    kept = InterestTable(home / "interests")
    keeper = InterestKeeper(engine, kept, lambda: [WORKSPACE], clock)
    (wall, work), _ = timed(lambda: keeper.rebuild(WORKSPACE))
    rate = told.num_rows / wall
    print(
        f"{told.num_rows:,} events into edges: {wall:.1f} s, {rate:,.0f}/s ({work:.1f} s of work)"
    )

    graphs = InterestGraphs(kept, identity, clock)
    (wall, work), graph = timed(lambda: graphs.graph(WORKSPACE))
    print(
        f"graph of {graph.size:,} nodes, {graph.edges:,} edges: {wall:.2f} s ({work:.2f} of work)"
    )
    interests = Interests(graphs)
    peer = duckdb.connect()
    net = graph.net.tocoo()
    peer.register("given", pa.table({"left": net.row, "right": net.col, "strength": net.data}))
    peer.execute("CREATE TABLE edges AS SELECT * FROM given WHERE strength > 0")
    chance = np.random.default_rng(SEED + 1)
    ours: dict[str, list[Took]] = {name: [] for name in (
        "cares about (whole answer)", "alike (same walk again)", "who cares (whole answer)",
        "walk alone", "peer: plain power iteration", "peer: two-hop SQL")}  # fmt: skip
    steps = []
    for _ in range(rounds):
        node = int(chance.integers(0, people // 2))
        person, product = graph.ids[node], f"p{chance.integers(0, 200)}"
        ours["cares about (whole answer)"].append(
            timed(partial(interests.of_person, WORKSPACE, person))[0]
        )
        ours["alike (same walk again)"].append(
            timed(partial(interests.alike, WORKSPACE, person))[0]
        )
        ours["who cares (whole answer)"].append(
            timed(partial(interests.who_cares, WORKSPACE, InterestKind.PRODUCT, product))[0]
        )
        dangling = graph.dangling
        took, found = timed(partial(page_rank, graph.arrivals, dangling, node))
        ours["walk alone"].append(took)
        steps.append(found.steps)
        took, plain = timed(partial(plain_iteration, graph, node))
        ours["peer: plain power iteration"].append(took)
        assert np.abs(found.scores - plain).sum() <= 2 * TOLERANCE
        ours["peer: two-hop SQL"].append(timed(partial(two_hops, peer, node))[0])
    for name, seconds in ours.items():
        print(f"{name:<28} {quantiles(seconds)}")
    print(f"steps of a walk: {min(steps)} to {max(steps)}, enough for any graph: "
          f"{steps_enough(RESTART, TOLERANCE)}")  # fmt: skip


def main() -> None:
    """Reads the command line and measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=1_300_000)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(given.people, given.events, given.rounds, Path(folder))


if __name__ == "__main__":
    main()
