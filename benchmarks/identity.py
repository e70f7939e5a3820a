"""The identity book: whole rebuilds, streaming merges, and looking up while it is written.

Run `python benchmarks/identity.py --identifiers 10000000`. Three questions:

- How long does deriving everything from the files take, and how long the resolution alone, beside
  `scipy.sparse.csgraph.connected_components` over the same links, which knows no rules?
- How many links a second are merged durably, in batches as a worker sees them, beside rows a
  second that SQLite upserts into a table of links in transactions of the same size?
- How long does looking a person up take in a second process meanwhile?
"""

import argparse
import json
import multiprocessing
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from catchment.kernel import WorkspaceId
from catchment.people.identity import DEFAULT_RULES, IdentityBook, Links, Via
from catchment.people.identity.log_files import read_head
from catchment.people.identity.rebuild import rebuild
from catchment.people.identity.resolve import mark_shared, resolve, tables_of
from catchment.people.identity.subject_keys import hexadecimal

WORKSPACE = WorkspaceId("wsp_bench")
SEED = 20260301
USER, PHONE, OPENID, ANONYMOUS = 1, 3, 6, 9
SHARES = (0.2, 0.15, 0.15, 0.5)
"""Of identifiers: user ids, phones, openids, anonymous ids."""
BATCH = 5_000
"""Links of one streaming commit: what a second brings at the rate the collector is made for."""
CHUNK = 2_500_000


def world(identifiers: int, links: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The kind of each identifier, and links: most ends belong to one person of about five ids."""
    generator = np.random.default_rng(SEED)
    kinds = generator.choice(
        np.array([USER, PHONE, OPENID, ANONYMOUS], np.uint8), identifiers, p=SHARES
    )
    users = np.flatnonzero(kinds == USER)
    others = np.flatnonzero(kinds != USER)
    whose = users[generator.integers(0, len(users), identifiers)]
    first = np.stack([others, whose[others]], axis=1)
    # The rest link two other identifiers of one person; one in a hundred was lent to another.
    by_person = others[np.argsort(whose[others], kind="stable")]
    left, right = by_person[:-1], by_person[1:]
    seen = np.stack([left, right], axis=1)[whose[left] == whose[right]]
    more = max(0, links - len(first))
    seen = seen[generator.permutation(len(seen))[:more]]
    is_lent = generator.random(len(seen)) < 0.01
    seen[is_lent, 1] = users[generator.integers(0, len(users), int(is_lent.sum()))]
    ends = np.concatenate([first, seen])[:links]
    generator.shuffle(ends)
    return kinds, ends


def keys_of(numbers: npt.NDArray[Any]) -> npt.NDArray[np.uint64]:
    """Keys that look like hashes."""
    high = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return np.stack([high, high ^ np.uint64(0xC2B2AE3D27D4EB4F)], axis=1)


def links_of(kinds: npt.NDArray[Any], ends: npt.NDArray[Any], first: int) -> Links:
    """Links as the worker hands them in."""
    count = len(ends)
    return Links(
        hexadecimal(keys_of(ends[:, 0])), kinds[ends[:, 0]],
        hexadecimal(keys_of(ends[:, 1])), kinds[ends[:, 1]],
        np.arange(first, first + count, dtype=np.int64),
        np.full(count, Via.EVENT, np.uint8), np.zeros(count, np.int32),
        pa.Array.from_buffers(pa.binary(16), count, [None, pa.py_buffer(bytes(16 * count))]),
        sources=("src_bench",),
    )  # fmt: skip


def fill(book: IdentityBook, identifiers: int, links: int) -> None:
    """Writes the whole world, a chunk at a time."""
    kinds, ends = world(identifiers, links)
    with book.writing(WORKSPACE, DEFAULT_RULES) as pages:
        for first in range(0, identifiers, CHUNK):
            numbers = np.arange(first, min(first + CHUNK, identifiers))
            pages.add(subjects=hexadecimal(keys_of(numbers)), kinds=kinds[numbers])
        for first in range(0, links, CHUNK):
            pages.add(links=links_of(kinds, ends[first : first + CHUNK], first))


def seconds(began: float) -> float:
    """Since then."""
    return time.perf_counter() - began


def measure_rebuild(folder: Path, rounds: int) -> dict[str, Any]:
    """Deriving everything from the files, and the resolution alone beside SciPy's components."""
    inner = folder / WORKSPACE / "identity"
    head = read_head(inner)
    whole, kernel, peer = [], [], []
    kernel_cpu, peer_cpu = [], []
    tables = tables_of(DEFAULT_RULES)
    for _ in range(rounds):
        began = time.perf_counter()
        mapped = rebuild(inner, head)
        whole.append(seconds(began))
        log, state = mapped.log, mapped.state
        rows, off = log.rows[: head.rows], state.off[: head.rows]
        kinds, keys = log.kinds[: head.nodes], log.keys[: head.nodes]
        began, burnt = time.perf_counter(), time.process_time()
        flags = np.zeros(head.nodes, np.uint8)
        mark_shared(rows, off, kinds, tables, flags)
        resolve(rows, off, keys, kinds, flags=flags, tables=tables)
        kernel.append(seconds(began))
        kernel_cpu.append(time.process_time() - burnt)
        left = (rows[:, 0] & 0xFFFFFFFF).astype(np.int32)
        right = (rows[:, 0] >> 32).astype(np.int32)
        began, burnt = time.perf_counter(), time.process_time()
        graph = coo_array(
            (np.ones(len(left), np.uint8), (left, right)), shape=(head.nodes, head.nodes)
        )
        connected_components(graph, directed=False)
        peer.append(seconds(began))
        peer_cpu.append(time.process_time() - burnt)
    return {
        "identifiers": head.nodes,
        "links": head.rows,
        "rebuild_from_files_s": round(statistics.median(whole), 3),
        "resolution_alone_s": round(statistics.median(kernel), 3),
        "resolution_alone_cpu_s": round(statistics.median(kernel_cpu), 3),
        "scipy_components_s": round(statistics.median(peer), 3),
        "scipy_components_cpu_s": round(statistics.median(peer_cpu), 3),
    }


def new_links(identifiers: int, count: int) -> Iterator[tuple[npt.NDArray[Any], Links]]:
    """Batches of links: half of known identifiers, half of a new device with a known user."""
    kinds, _ = world(identifiers, identifiers)
    users = np.flatnonzero(kinds == USER)
    generator = np.random.default_rng(SEED + 1)
    made = identifiers
    kinds = np.concatenate([kinds, np.full(count, ANONYMOUS, np.uint8)])
    for first in range(0, count, BATCH):
        right = users[generator.integers(0, len(users), BATCH)]
        left = generator.integers(0, identifiers, BATCH)
        fresh = BATCH // 2
        left[:fresh] = np.arange(made, made + fresh)
        made += fresh
        ends = np.stack([left, right], axis=1)
        yield ends, links_of(kinds, ends, 10**9 + first)


def measure_streaming(folder: Path, identifiers: int, count: int) -> dict[str, Any]:
    """Durable merges a second while a second process looks people up, and SQLite's upserts."""
    batches = list(new_links(identifiers, count))
    stop, ready = multiprocessing.Event(), multiprocessing.Event()
    results: multiprocessing.Queue[list[float]] = multiprocessing.Queue()
    reader = multiprocessing.Process(
        target=look_up, args=(folder, identifiers, ready, stop, results)
    )
    book = IdentityBook(folder)
    with book.writing(WORKSPACE, DEFAULT_RULES) as pages:
        pages.add(links=batches[0][1])
    reader.start()
    ready.wait(120)
    took = []
    for _, links in batches[1:]:
        began = time.perf_counter()
        with book.writing(WORKSPACE, DEFAULT_RULES) as pages:
            pages.add(links=links)
        took.append(seconds(began))
    stop.set()
    waits = np.array(results.get(timeout=60))
    reader.join()
    total = BATCH * len(took)
    return {
        "batch": BATCH,
        "durable_links_per_s": round(total / sum(took)),
        "slowest_batch_ms": round(max(took) * 1e3, 1),
        "sqlite_upserts_per_s": round(sqlite_upserts(folder, [ends for ends, _ in batches])),
        "look_ups": len(waits),
        "look_up_p50_ms": round(float(np.percentile(waits, 50)) * 1e3, 3),
        "look_up_p99_ms": round(float(np.percentile(waits, 99)) * 1e3, 3),
    }


def look_up(
    folder: Path, identifiers: int, ready: Event, stop: Event, results: Any
) -> None:  # fmt: skip
    """Looks random people up, as a request of the console does, until told to stop."""
    book = IdentityBook(folder)
    generator = np.random.default_rng(SEED + 2)
    asked = hexadecimal(keys_of(generator.integers(0, identifiers, 10_000))).to_pylist()
    book.reading(WORKSPACE).person_of(asked[0])
    ready.set()
    waits: list[float] = []
    while not stop.is_set():
        began = time.perf_counter()
        book.reading(WORKSPACE).person_of(asked[len(waits) % len(asked)])
        waits.append(seconds(began))
        time.sleep(0.0005)
    results.put(waits)


def sqlite_upserts(folder: Path, batches: list[npt.NDArray[Any]]) -> float:
    """The same links as rows of a table, of each pair the earliest, without resolving anything."""
    connection = sqlite3.connect(folder / "peer.db", isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE links (l TEXT, r TEXT, t INTEGER, PRIMARY KEY (l, r)) WITHOUT ROWID;"
    )
    rows = [
        list(zip(hexadecimal(keys_of(ends[:, 0])).to_pylist(),
                 hexadecimal(keys_of(ends[:, 1])).to_pylist(), range(len(ends)), strict=True))
        for ends in batches
    ]  # fmt: skip
    began = time.perf_counter()
    for batch in rows:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO links VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET t = min(t, excluded.t)",
            batch,
        )
        connection.execute("COMMIT")
    return sum(map(len, rows)) / seconds(began)


def main() -> None:
    """Reads the arguments, measures, prints one JSON document."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--identifiers", type=int, default=10_000_000)
    reader.add_argument("--links", type=int, default=None)
    reader.add_argument("--streamed", type=int, default=500_000)
    reader.add_argument("--rounds", type=int, default=3)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory(prefix="catchment-bench-") as name:
        folder = Path(name)
        began = time.perf_counter()
        fill(IdentityBook(folder), asked.identifiers, asked.links or asked.identifiers)
        figures = {"fill_s": round(seconds(began), 1)}
        figures |= measure_rebuild(folder, asked.rounds)
        figures |= measure_streaming(folder, asked.identifiers, asked.streamed)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
