"""The trail: how long verifying takes, and writing, beside hashing alone.

Run `python benchmarks/vault_trail.py --entries 1000000`. Beside it stands the least that a check of
such a chain can do: the same rows read through the plain SQLite driver and hashed, without their
order, their signed heads or the copy being looked at.
"""

import argparse
import sqlite3
import tempfile
import time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import msgspec

from catchment.kernel import SystemClock, WorkspaceId, system_entropy
from catchment.store import Database, upgrade
from catchment.testing.clock import ManualClock
from catchment.vault import Act, Purpose, Signer, Trail, TrailCopies

WORKSPACE = WorkspaceId("wsp_bench")
ENTRIES = 1_000_000
WRITTEN_AT_ONCE = 5_000
DAYS = 30
SINGLE = 300
TARGET_SECONDS = 10.0


def make(folder: Path) -> tuple[Database, Trail, ManualClock]:
    """An empty trail."""
    database = Database(f"sqlite:///{folder / 'records.db'}")
    upgrade(database)
    keys, clock = folder / "keys", ManualClock(SystemClock().now())
    keys.mkdir()
    signer = Signer(system_entropy(32))
    return database, Trail(database, TrailCopies(keys), lambda: signer, clock), clock


def fill(trail: Trail, clock: ManualClock, entries: int) -> float:
    """Writes so many readings over a month, each day signed; returns the seconds."""
    began = time.perf_counter()
    chunks = max(1, entries // WRITTEN_AT_ONCE)
    for chunk in range(chunks):
        acts = [
            Act(f"opr_{n % 40:026}", "reveal", Purpose.SERVICE, f"grn_{chunk:026}",
                f"per_{n * 7919:032x}", ("phone",), 1, "Calls back about an order")
            for n in range(min(entries, WRITTEN_AT_ONCE))
        ]  # fmt: skip
        trail.write(WORKSPACE, acts)
        if chunk % max(1, chunks // DAYS) == 0:
            trail.sign(WORKSPACE)
            clock.advance(timedelta(days=1))
    return time.perf_counter() - began


def plain_hashing(path: Path) -> float:
    """Reads and hashes every row, and looks at nothing."""
    began = time.perf_counter()
    encode = msgspec.json.Encoder().encode
    rows = sqlite3.connect(path).execute(
        "SELECT workspace_id, seq, at_us, actor, action, purpose, grant_id, person, kinds, count, "
        "reason, prev FROM trail_entries ORDER BY seq"
    )
    for row in rows:
        sha256(row[-1] + encode(row[:-1])).digest()
    return time.perf_counter() - began


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    entries = parser.parse_args().entries
    with tempfile.TemporaryDirectory() as folder:
        database, trail, clock = make(Path(folder))
        wrote = fill(trail, clock, entries)
        began = time.perf_counter()
        verdict = trail.verify(WORKSPACE)
        verified = time.perf_counter() - began
        assert verdict.is_whole, verdict.first_fault
        hashed = plain_hashing(Path(folder) / "records.db")
        began = time.perf_counter()
        for _ in range(SINGLE):
            trail.write(WORKSPACE, [Act("opr_1", "reveal", Purpose.SERVICE)])
        one = (time.perf_counter() - began) / SINGLE
        database.close()
    count = verdict.entries
    print(f"verify {count:,} entries: {verified:.2f} s ({count / verified:,.0f}/s)")
    print(f"  read and hash alone:  {hashed:.2f} s")
    print(f"  1 M at this rate:     {verified / count * ENTRIES:.2f} s (target {TARGET_SECONDS} s)")
    print(f"write in bulk:          {count / wrote:,.0f}/s")
    print(f"write one by one:       {one * 1000:.2f} ms each, on disk and told to the copy")


if __name__ == "__main__":
    main()
