"""The sweep of landed events: how fast it looks through them, and writes anew what held something.

Run `python benchmarks/sweep.py --rows 400000`. Three lakes of the same size: nobody's values in it;
one event in ten tells of a person; and the first swept already, its tokens in place. The peer is
compaction, which writes the same rows anew and looks at none.
"""

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from catchment.app import Home, read_settings
from catchment.app.sweep_pass import sweep
from catchment.events import EVENT_SCHEMA
from catchment.kernel import WorkspaceId
from catchment.lake import compact
from catchment.testing.lake_rows import event_rows

LANDING_ROWS = 20_000
TOLD_EVERY = 10
SEED = 20260301


def a_landing(workspace_id: WorkspaceId, position: int, *, is_told: bool) -> pa.Table:
    """Rows as they stood in a lake of before: what people did, and what was told of them."""
    chance = random.Random(SEED + position)
    people = [f"{chance.randrange(10**32):032d}" for _ in range(LANDING_ROWS)]
    rows = event_rows(
        workspace_id, [(who, "Product Viewed", 1_770_000_000 + position) for who in people],
        position=position,
    )  # fmt: skip
    properties, traits = [], []
    for number in range(LANDING_ROWS):
        product = chance.randrange(5_000)
        properties.append(json.dumps({
            "product_id": f"SKU-{product}", "price": product / 100, "category": "tea",
            "url": f"https://shop.example.com/p/{product}?from=list", "position": number % 40,
        }))  # fmt: skip
        who = {"phone": f"138{chance.randrange(10**8):08d}", "city": "Hangzhou",
               "email": f"u{chance.randrange(10**9)}@example.com"}  # fmt: skip
        traits.append(json.dumps(who) if is_told and number % TOLD_EVERY == 0 else "{}")
    for name, texts in (("properties", properties), ("traits", traits)):
        place = rows.schema.get_field_index(name)
        rows = rows.set_column(place, EVENT_SCHEMA.field(name), pa.array(texts))
    return rows


def lake_of(folder: Path, count: int, *, is_told: bool) -> tuple[Home, WorkspaceId]:
    """A home with so many rows in its lake."""
    home = Home(read_settings({"CATCHMENT_HOME": str(folder / "home")}))
    home.prepare()
    workspace_id = WorkspaceId(home.workspace().id)
    for position in range(1, count // LANDING_ROWS + 1):
        home.events.append(a_landing(workspace_id, position, is_told=is_told), position)
    return home, workspace_id


def timed(name: str, run: Callable[[], int]) -> None:
    """Prints how many of the rows that it went through a second, and what one costs."""
    begun, worked = time.perf_counter(), time.process_time()
    count = run()
    took, work = time.perf_counter() - begun, time.process_time() - worked
    print(f"| {name} | {count / took:,.0f} | {work / count * 1e6:.2f} |")


def main() -> None:
    """Runs it all and prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=400_000)
    count = parser.parse_args().rows
    print("| what | rows/s | µs of work a row |\n|---|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="catchment-bench-") as name:
        home, workspace_id = lake_of(Path(name) / "open", 2 * LANDING_ROWS, is_told=True)
        sweep(home, workspace_id)  # compiled once
        home.close()
        home, workspace_id = lake_of(Path(name) / "quiet", count, is_told=False)
        timed("looked through, nothing found", lambda: sweep(home, workspace_id).rows)
        timed("peer: compaction, rows written", lambda: compact(home.events, steps_max=99).rows)
        home.close()
        home, workspace_id = lake_of(Path(name) / "told", count, is_told=True)
        timed("looked through and written anew", lambda: sweep(home, workspace_id).rows)
        assert home.events.sweeps.read(workspace_id).events == count // TOLD_EVERY
        again = "again: tokens in place, nothing to do"
        timed(again, lambda: sweep(home, workspace_id, is_whole=True).rows)
        home.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nmost memory: {peak:,.0f} MB")


if __name__ == "__main__":
    main()
