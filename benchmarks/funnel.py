"""A four-step funnel over synthetic events: our fold beside window SQL, on the same engine's files.

Run `python benchmarks/funnel.py --rows 10000000`. Both sides read the same Parquet files and must
count the same people; their runs are interleaved, so that a busy minute hits both. The last figure
is the compiled walk alone, over timelines already in memory.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from catchment.analytics import FunnelOrder, FunnelSpec, Step, compute_funnel
from catchment.analytics.funnel import fold_of
from catchment.analytics.funnel_query import marked_events
from catchment.events import EVENT_SCHEMA
from catchment.kernel import WorkspaceId, us_from_instant
from catchment.lake import EngineSetting, EventTable, IdentityTable, Timelines, compact, open_engine

WORKSPACE = WorkspaceId("wsp_bench")
START = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 30
EVENTS_PER_PERSON = 20
NAMES = (
    "Page Viewed", "Product Viewed", "Product Added", "Checkout Started", "Order Completed",
    "Live Room Entered", "Live Liked", "Live Comment Posted",
)  # fmt: skip
STEPS = ("Product Viewed", "Product Added", "Checkout Started", "Order Completed")
WINDOW = timedelta(days=7)
SEED = 20260301

WINDOW_SQL = """
WITH entries AS (
    SELECT person, name, us, row_number() OVER (PARTITION BY person ORDER BY us, event_key) AS place
    FROM (
        SELECT 'per_' || subject AS person, name, epoch_us(time) AS us, event_key
        FROM read_parquet($files) WHERE name IN ($a, $b, $c, $d)
    )
), one AS (
    SELECT person, us AS began, us, place FROM entries WHERE name = $a
), marked AS (
    SELECT person, us, place, name,
           max(CASE WHEN name = $a THEN us END) OVER before AS s1
    FROM entries
    WINDOW before AS (PARTITION BY person ORDER BY place ROWS UNBOUNDED PRECEDING)
), two AS (
    SELECT person, us, place, name, s1,
           max(CASE WHEN name = $b AND us - s1 <= $w THEN s1 END) OVER before AS s2
    FROM marked
    WINDOW before AS (PARTITION BY person ORDER BY place ROWS UNBOUNDED PRECEDING)
), three AS (
    SELECT person, us, place, name, s1, s2,
           max(CASE WHEN name = $c AND us - s2 <= $w THEN s2 END) OVER before AS s3
    FROM two
    WINDOW before AS (PARTITION BY person ORDER BY place ROWS UNBOUNDED PRECEDING)
)
SELECT count(DISTINCT CASE WHEN s1 IS NOT NULL THEN person END),
       count(DISTINCT CASE WHEN s2 IS NOT NULL THEN person END),
       count(DISTINCT CASE WHEN s3 IS NOT NULL THEN person END),
       count(DISTINCT CASE WHEN name = $d AND us - s3 <= $w THEN person END)
FROM three
"""
"""The same definition in windows: for each step the latest entry of a chain that got so far."""


def synthetic(
    rows: int, first: int, generator: np.random.Generator, span: tuple[float, float], people: int
) -> pa.Table:
    """A batch of events of random people within a part of the period, in the order they came."""
    subjects = generator.integers(0, people, rows)
    begins, ends = (int(part * DAYS * 86_400_000) for part in span)
    times = np.sort(generator.integers(begins, ends, rows)) * 1_000
    names = pa.array(NAMES).take(pa.array(generator.choice(len(NAMES), rows, p=_weights())))
    hexadecimal = pa.array([f"{number:032x}" for number in range(people)]).take(pa.array(subjects))
    keys = pa.Array.from_buffers(
        pa.binary(16), rows, [None, pa.py_buffer(generator.bytes(rows * 16))]
    ).cast(pa.binary())
    instants = pa.array(times + us_from_instant(START)).cast(pa.timestamp("us", tz="UTC"))
    filled = {
        "workspace_id": str(WORKSPACE), "source_id": "src_bench", "kind": "track",
        "properties": "{}", "traits": "{}", "context": "{}", "is_historical": False,
        "is_late": False, "is_suspect": False, "log_position": first,
    }  # fmt: skip
    known = {"name": names, "subject": hexadecimal, "event_key": keys, "time": instants,
             "message_id": pa.array(np.arange(first, first + rows)).cast(pa.string()),
             "received_time": instants, "landed_time": instants}  # fmt: skip
    columns = []
    for field in EVENT_SCHEMA:
        if field.name in known:
            columns.append(known[field.name])
        elif field.name in filled:
            columns.append(pa.repeat(pa.scalar(filled[field.name], field.type), rows))
        else:
            columns.append(pa.nulls(rows, field.type))
    return pa.table(columns, schema=EVENT_SCHEMA)


def _weights() -> Any:
    raw = np.array([30, 20, 8, 4, 3, 10, 15, 10], float)
    return raw / raw.sum()


def fill(table: EventTable, rows: int) -> None:
    """Lands the synthetic events in batches and lets the lake tidy up behind itself."""
    generator = np.random.default_rng(SEED)
    people = max(1, rows // EVENTS_PER_PERSON)
    batch = 1_000_000
    for first in range(0, rows, batch):
        last = min(first + batch, rows)
        span = (first / rows, last / rows)
        table.append(synthetic(last - first, first + 1, generator, span, people), last)
    compact(table, steps_max=100)


def seconds(ask: Callable[[], Any]) -> tuple[float, Any]:
    """How long it took, and what came back."""
    began = time.perf_counter()
    answer = ask()
    return time.perf_counter() - began, answer


def timelines(rows: int) -> Timelines:
    """The same shape of data, in memory, for the walk alone."""
    generator = np.random.default_rng(SEED)
    people = max(1, rows // EVENTS_PER_PERSON)
    person = np.sort(generator.integers(0, people, rows))
    offsets = np.searchsorted(person, np.arange(people + 1)).astype(np.int64)
    times = generator.integers(0, DAYS * 86_400_000, rows) * 1_000 + us_from_instant(START)
    times = times[np.lexsort((times, person))]
    masks = np.array([0, 1, 2, 4, 8, 0, 0, 0], np.int32)
    kinds = generator.choice(len(NAMES), rows, p=_weights())
    return Timelines(
        pa.array(np.arange(people)), offsets, times, {"step_mask": pa.array(masks[kinds])}
    )


def measure(rows: int, rounds: int, home: Path) -> dict[str, Any]:
    """All figures."""
    events, identity = EventTable(home / "events"), IdentityTable(home / "identity")
    events.create()
    fill(events, rows)
    engine = open_engine("duckdb", EngineSetting(events=events, identity=identity))
    spec = FunnelSpec(
        tuple(map(Step, STEPS)), WINDOW, START, START + timedelta(days=DAYS), FunnelOrder.ORDERED
    )
    files = [str(events.path / file.path) for file in events.files(WORKSPACE)]
    asked: dict[str, Any] = dict(zip("abcd", STEPS, strict=True))
    asked |= {"files": files, "w": WINDOW // timedelta(microseconds=1)}
    peer = duckdb.connect(config={"threads": 2})
    fold = fold_of(spec, us_from_instant(spec.since), us_from_instant(spec.until))
    selected = marked_events(spec)

    def ours() -> list[int]:
        return [step.people for step in compute_funnel(engine, WORKSPACE, spec).steps]

    def theirs() -> list[int]:
        return list(peer.execute(WINDOW_SQL, asked).fetchall()[0])

    first_fold, _ = seconds(ours)
    folds, windows = [], []
    for _ in range(rounds):
        took, mine = seconds(ours)
        folds.append(took)
        took, other = seconds(theirs)
        windows.append(took)
        if mine != other:
            raise SystemExit(f"the two disagree: {mine} against {other}")
    in_memory = timelines(rows)
    walks = [seconds(lambda: fold.fold(in_memory))[0] for _ in range(rounds + 1)][1:]
    return {
        "rows": rows,
        "people_by_step": mine,
        "rows_of_steps": engine.query(WORKSPACE, selected.count().as_table())[0][0].as_py(),
        "first_fold_s": round(first_fold, 3),
        "fold_s": round(statistics.median(folds), 3),
        "window_sql_s": round(statistics.median(windows), 3),
        "ratio": round(statistics.median(w / f for w, f in zip(windows, folds, strict=True)), 2),
        "walk_alone_s": round(statistics.median(walks), 3),
    }


def main() -> None:
    """Reads the arguments, measures, prints one JSON document."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--rows", type=int, default=10_000_000)
    reader.add_argument("--rounds", type=int, default=3)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory(prefix="catchment-bench-") as folder:
        print(json.dumps(measure(asked.rows, asked.rounds, Path(folder)), indent=2))


if __name__ == "__main__":
    main()
