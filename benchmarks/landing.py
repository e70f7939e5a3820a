"""Landing: events per second from the log into the lake, one process.

Run `python benchmarks/landing.py --events 300000`. Two kinds of bodies: batches of 100 in Segment's
shape (JSON, ~450 bytes an event) and pages of columns as imports write them; and Segment's once
more, every tenth event an `identify` with a name, a phone and an e-mail address. The log is sealed
and the rows are protected, as in an installation. What stands beside them does less: DuckDB reads
the same JSON, or takes the same Arrow rows, and `write_deltalake` writes them; none of these keeps
an event from counting twice, nor places it by log position.
"""

import argparse
import json
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
from deltalake import write_deltalake

from catchment.collect import Lander, LandingParts, SubjectHasher, decode
from catchment.kernel import SystemClock, WorkspaceId, system_entropy
from catchment.lake import EventTable, Received, SQLiteEventLog, compact
from catchment.store import Database
from catchment.testing.landing_desk import Shelf
from catchment.vault import (
    DeclaredFields,
    FileKeyStore,
    KeyRing,
    LogEpochs,
    LogOpener,
    LogSealer,
    Protector,
    Vault,
)

WORKSPACE = WorkspaceId("wsp_bench")
BATCH = 100
PAGE = 50_000
ROUNDS = 3
SEGMENT = "landing, Segment batches of 100"
SEED = 20260301
NAMES = ("Product Viewed", "Product Added", "Order Completed", "Live Liked", "Page Viewed")


def call(number: int, generator: random.Random) -> dict[str, object]:
    """A call of some 450 bytes."""
    product = generator.randrange(5_000)
    return {
        "type": "track",
        "event": generator.choice(NAMES),
        "messageId": f"{generator.getrandbits(128):032x}",
        "anonymousId": f"device-{generator.randrange(50_000)}",
        "userId": f"user-{generator.randrange(20_000)}" if number % 3 == 0 else None,
        "timestamp": f"2026-03-01T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:00.123Z",
        "properties": {
            "product_id": f"sku-{product}", "price": 12.5, "currency": "CNY", "position": 3,
            "category": "shoes/running", "live_id": "sho_1", "offset_ms": number,
        },
        "context": {
            "library": {"name": "analytics.js", "version": "2.1"},
            "page": {"path": f"/p/{product}"}, "locale": "zh-CN",
        },
    }  # fmt: skip


def segment_bodies(events: int) -> list[bytes]:
    """Requests as a Segment client sends them."""
    generator = random.Random(SEED)
    return [
        json.dumps(
            {
                "batch": [call(n, generator) for n in range(start, start + BATCH)],
                "sentAt": "2026-03-01T23:59:59Z",
            }
        ).encode()
        for start in range(0, events, BATCH)
    ]


def with_people(bodies: list[bytes]) -> list[bytes]:
    """The same requests, every tenth call telling who somebody is: one of 20,000 people."""
    told = []
    for body in bodies:
        request = json.loads(body)
        for place in range(0, BATCH, 10):
            one = request["batch"][place]
            number = int(one["messageId"][:8], 16) % 20_000
            one.update(
                type="identify", userId=f"user-{number}", properties={},
                traits={
                    "name": f"Ann {number}", "phone": f"138{number * 4_999:08d}",
                    "email": f"user{number}@example.com", "city": "Shenzhen", "level": 3,
                },
            )  # fmt: skip
        told.append(json.dumps(request).encode())
    return told


def column_bodies(bodies: list[bytes]) -> list[bytes]:
    """The same events as pages that an import writes."""
    calls = [one for body in bodies for one in json.loads(body)["batch"]]
    pages = []
    for start in range(0, len(calls), PAGE):
        part = calls[start : start + PAGE]
        table = pa.table(
            {
                "message_id": [c["messageId"] for c in part],
                "name": [c["event"] for c in part],
                "user_id": [c["userId"] for c in part],
                "anonymous_id": [c["anonymousId"] for c in part],
                "time": pa.array([1_772_323_200_000_000 + n for n in range(len(part))]).cast(
                    pa.timestamp("us", tz="UTC")
                ),
                "product_id": [c["properties"]["product_id"] for c in part],
                "currency": [c["properties"]["currency"] for c in part],
                "properties": [json.dumps(c["properties"]) for c in part],
            }
        )
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        pages.append(sink.getvalue().to_pybytes())
    return pages


class Bench:
    """Runs each candidate in turn, several rounds, so that a busy minute hits all of them."""

    def __init__(self, events: int) -> None:
        self.events = events
        self.best: dict[str, tuple[float, float]] = {}

    def time(self, name: str, run: Callable[[], object]) -> None:
        """Keeps the best of the candidate's times: on the clock, and of all its threads' work."""
        begun, worked = time.perf_counter(), time.process_time()
        run()
        took, work = time.perf_counter() - begun, time.process_time() - worked
        best, least = self.best.get(name, (took, work))
        self.best[name] = min(took, best), min(work, least)

    def print(self, note: str) -> None:
        """Prints the table."""
        print(f"\n{self.events:,} events, best of {ROUNDS}\n{note}\n")
        print("| what | events/s | µs of work an event |\n|---|---:|---:|")
        for name, (took, work) in self.best.items():
            print(f"| {name} | {self.events / took:,.0f} | {work / self.events * 1e6:.2f} |")


def land(bodies: list[bytes], form: str, bench: Bench, name: str) -> tuple[pa.Table, Path]:
    """Lands the bodies in a folder of their own; the rows that came of it."""
    folder = Path(tempfile.mkdtemp(prefix="catchment-bench-"))
    clock, hasher = SystemClock(), SubjectHasher(b"k" * 32)
    store = FileKeyStore(folder / "keys", None, system_entropy)
    store.establish()
    epochs = LogEpochs(store, folder / "seal.pub", clock=clock, entropy=system_entropy)
    epochs.renew()
    log = SQLiteEventLog(
        folder / "log.db",
        sealer=LogSealer(folder / "seal.pub", clock=clock, entropy=system_entropy),
        opener=LogOpener(epochs, clock=clock),
    )
    ring = KeyRing(store, clock=clock, entropy=system_entropy)
    vault = Vault(ring, Database(f"sqlite:///{folder / 'vault.db'}"), clock=clock)
    now = clock.now_us()
    log.append([Received(WORKSPACE, "src_bench", form, now, body) for body in bodies])
    table = EventTable(folder / "events")
    table.create()
    protector = Protector(vault, hasher, lambda _: DeclaredFields())
    parts = LandingParts(
        log=log,
        table=table,
        folder=folder / "landing",
        decode=decode,
        hasher=hasher,
        quarantine=Shelf(),
        clock=clock,
        protect=protector.protect,
        look=protector.look,
        suppressed=lambda of: frozenset(ring.tombstones(of)),
    )
    lander = Lander(parts)
    bench.time(name, lander.catch_up)
    landed = lander.state.counts(WORKSPACE)
    assert (landed.accepted, landed.duplicate, landed.quarantined) == (bench.events, 0, 0)
    rows = table.read(table.files())
    if name == SEGMENT:
        bench.time("compaction of what landed (beside landing)", lambda: compact_all(table))
    lander.close()
    log.close()
    vault.close()
    ring.close()
    return rows, folder


def compact_all(table: EventTable) -> None:
    """Everything into one file, by subject and time."""
    files = table.files()
    table.swap(files, table.read(files).sort_by([("subject", "ascending"), ("time", "ascending")]))
    compact(table, steps_max=9)


def duckdb_rows(rows: pa.Table, folder: Path) -> None:
    """Keeps rows that are columns already."""
    with duckdb.connect(str(folder / "peer.duckdb")) as peer:
        peer.register("rows", rows)
        peer.execute("CREATE TABLE events AS SELECT * FROM rows")
        peer.execute("CHECKPOINT")


def duckdb_json(bodies: list[bytes], folder: Path) -> None:
    """Parses and keeps the same bodies: properties and context stay JSON, as with us."""
    lines = folder / "bodies.ndjson"
    lines.write_bytes(b"\n".join(bodies))
    with duckdb.connect(str(folder / "peer-json.duckdb")) as peer:
        peer.execute(
            """
            CREATE TABLE events AS
            SELECT call->>'messageId' AS message_id, call->>'event' AS name,
                   call->>'userId' AS user_id, call->>'anonymousId' AS anonymous_id,
                   (call->>'timestamp')::TIMESTAMPTZ AS time, call->'properties' AS properties,
                   call->'context' AS context, call->'properties'->>'product_id' AS product_id
            FROM (
                SELECT unnest(batch) AS call
                FROM read_json($1, columns = {batch: 'JSON[]'}, maximum_object_size = 10000000)
            )
            """,
            [str(lines)],
        )
        peer.execute("CHECKPOINT")


def main() -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=200_000)
    events = parser.parse_args().events // PAGE * PAGE or PAGE
    bench = Bench(events)
    bodies = segment_bodies(events)
    pages, telling = column_bodies(bodies), with_people(bodies)
    for _ in range(ROUNDS):
        for some, name in ((bodies, SEGMENT), (telling, "landing, every tenth an identify")):
            rows, folder = land(some, "segment", bench, name)
            shutil.rmtree(folder)
        rows, folder = land(pages, "columns", bench, "landing, pages of columns")
        peer = folder / "peer-delta"
        bench.time(
            "peer: write_deltalake of the same rows",
            lambda peer=peer, rows=rows: write_deltalake(  # type: ignore[misc]
                str(peer), rows, partition_by=["workspace_id"], mode="append"
            ),
        )
        bench.time(
            "peer: DuckDB insert of the same rows",
            lambda rows=rows, folder=folder: duckdb_rows(rows, folder),  # type: ignore[misc]
        )
        bench.time(
            "peer: DuckDB reads the same JSON, no keys",
            lambda folder=folder: duckdb_json(bodies, folder),  # type: ignore[misc]
        )
        shutil.rmtree(folder)
    size = sum(map(len, bodies)) / events
    bench.print(f"{size:.0f} bytes of JSON an event, {BATCH} events a body, {PAGE:,} rows a page")


if __name__ == "__main__":
    main()
