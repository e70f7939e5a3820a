"""Online Retail, 541,909 real order lines: from the file to the log, and on to an answered metric.

Everything a user waits for is inside the figures: unpacking, finding encoding and layout, making
events, the durable log, landing and the question. Beside each stands the processor time of this
process, which a busy machine changes less than the clock on the wall. The lower bound is the bare
reading: `pyarrow.csv` parses the same unpacked bytes on all cores and throws the result away.

Run `python benchmarks/imports.py`; the data lies in `../shared/data`, or name a copy.
"""

import argparse
import gzip
import io
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.csv

from catchment import analytics, collect
from catchment.app import open_home, read_settings

DATA = Path(__file__).parents[2] / "shared/data/online_retail/online_retail.csv.gz"
LINES = 541_909
ROUNDS = 3
GMV_PENCE = 1_064_456_042
"""The positive side: lines of invoices, in pence, half to even; cancellations stand apart."""


Took = tuple[float, float]


def timed(work: Callable[[], object]) -> Took:
    """Seconds of the work on the wall clock, and of the processor."""
    started, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - used


def bare_readings(content: bytes) -> dict[str, Took]:
    """What others need for parsing alone."""

    def arrow() -> None:
        table = pyarrow.csv.read_csv(io.BytesIO(content))
        assert table.num_rows == LINES

    return {"pyarrow.csv, parsing alone": min(timed(arrow) for _ in range(ROUNDS))}


def our_round(path: Path, folder: Path) -> dict[str, Took]:
    """One home, from nothing to the answer, then the same file again."""
    home = open_home(read_settings({"CATCHMENT_HOME": str(folder / "home")}))
    workspace = home.workspace(None).id
    importer = collect.Importer(home.log, collect.ImportTable(home.database), home.clock, home.ids)
    spec = collect.ImportSpec(workspace, "src_bench", path)
    _ = home.lander, home.overlay, home.engine  # opening is start-up, which `start` measures

    def answer() -> None:
        query = analytics.MetricQuery(
            metric="gmv",
            since=datetime(2000, 1, 1, tzinfo=UTC),
            until=datetime(2030, 1, 1, tzinfo=UTC),
            grain=analytics.Grain.NONE,
            time_zone="UTC",
            breakdown=None,
        )
        (row,) = analytics.compute_metric(home.engine, workspace, query).rows
        assert row.numerator == GMV_PENCE, row

    figures = {
        "file → log": timed(lambda: importer.run(spec)),
        "log → lake": timed(home.catch_up),
        "metric": timed(answer),
    }
    wall, used = (sum(each[i] for each in figures.values()) for i in (0, 1))
    figures["file → answered metric"] = (wall, used)

    def again() -> None:
        importer.run(spec)
        home.catch_up()

    figures["the same file again → lake"] = timed(again)
    assert home.events.count(workspace) == LINES
    home.close()
    return figures


def main() -> None:
    """Prints one table, and the same as JSON on request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=DATA)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rounds = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            rounds.append(our_round(asked.file, Path(folder)))
    figures = {name: statistics.median_low(each[name] for each in rounds) for name in rounds[0]}
    figures |= bare_readings(gzip.decompress(asked.file.read_bytes()))
    if asked.json:
        print(json.dumps({name: {"wall_s": w, "cpu_s": c} for name, (w, c) in figures.items()}))
        return
    cores, load = os.cpu_count(), os.getloadavg()[0]
    print(f"Online Retail, {LINES:,} lines; {platform.machine()}, {cores} cores, load {load:.1f}")
    for name, (wall, used) in figures.items():
        speed = f"{LINES / wall:>12,.0f} lines/s"
        print(f"  {name:<32} {wall:7.2f} s   {used:7.2f} s of processor {speed}")


if __name__ == "__main__":
    main()
