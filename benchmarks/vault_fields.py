"""The vault's fields: kept, opened and found, per second and core; and what protecting a row costs.

Run `python benchmarks/vault_fields.py --people 100000`. Every person has a name, a phone and an
e-mail address, each sealed under their own key. The look-ups are a blind index's: a phone's subject
to its token, and a name to its owners.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from catchment.collect import SubjectHasher
from catchment.kernel import SystemClock, WorkspaceId, system_entropy
from catchment.store import Database
from catchment.vault import Access, FileKeyStore, KeyRing, PersonalValue, Purpose, Vault

WORKSPACE = WorkspaceId("wsp_bench")
ACCESS = Access("bench", Purpose.SERVICE, "a benchmark")
BATCH = 20_000
LOOKUPS = 5_000
SEED = 20260301
FAMILIES = "\u8d75\u94b1\u5b59\u674e\u5468\u5434\u90d1\u738b\u5f20\u9648\u6797\u9ec4"
GIVEN = "\u4f1f\u82b3\u5a1c\u654f\u9759\u5f3a\u78ca\u6d0b\u8273\u52c7\u519b\u6770\u5a1f\u6d9b"


def people(count: int, hasher: SubjectHasher) -> list[PersonalValue]:
    """Three values of each person."""
    chance = random.Random(SEED)
    values = []
    for number in range(count):
        owner = hasher.subject(WORKSPACE, "user", f"u{number}")
        phone = f"+86138{chance.randrange(10**8):08d}"
        mail = f"u{number}@example.com"
        name = chance.choice(FAMILIES) + chance.choice(GIVEN) + chance.choice(GIVEN)
        values += [
            PersonalValue(owner, "name", name),
            PersonalValue(owner, "phone", phone, hasher.subject(WORKSPACE, "phone", phone)),
            PersonalValue(owner, "email", mail, hasher.subject(WORKSPACE, "email", mail)),
        ]
    return values


class Bench:
    """Times what is done many at once, and what is asked one by one."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def many(self, name: str, count: int, run: Callable[[], object]) -> None:
        """How many of something a second."""
        begun, worked = time.perf_counter(), time.process_time()
        run()
        took, work = time.perf_counter() - begun, time.process_time() - worked
        self.lines.append(
            (name, f"{count / took:,.0f}/s ({work / count * 1e6:.1f} µs of work each)")
        )

    def each(self, name: str, asks: Sequence[Callable[[], object]]) -> None:
        """How long one takes, in the middle and at the slow end."""
        times = []
        for ask in asks:
            begun = time.perf_counter()
            ask()
            times.append((time.perf_counter() - begun) * 1e3)
        percent = statistics.quantiles(times, n=100)
        self.lines.append((name, f"p50 {percent[49]:.2f} ms, p99 {percent[98]:.2f} ms"))

    def print(self, note: str) -> None:
        """Prints the table."""
        print(f"\n{note}\n\n| what | result |\n|---|---|")
        for name, result in self.lines:
            print(f"| {name} | {result} |")


def measure(vault: Vault, values: Sequence[PersonalValue], bench: Bench) -> None:
    """Keeps, opens, masks and finds."""
    now = SystemClock().now_us()
    tokens: list[str] = []

    def in_batches(run: Callable[[int], object]) -> Callable[[], object]:
        return lambda: [run(start) for start in range(0, len(values), BATCH)]

    bench.many(
        "keep, people seen for the first time", len(values),
        in_batches(lambda at: tokens.extend(
            vault.keep(WORKSPACE, values[at : at + BATCH], seen_us=now)
        )),
    )  # fmt: skip
    bench.many(
        "keep, sent again", len(values),
        in_batches(lambda at: vault.keep(WORKSPACE, values[at : at + BATCH], seen_us=now)),
    )  # fmt: skip
    for name in ("open, keys to be unwrapped", "open, keys in memory where they fit"):
        bench.many(
            name, len(values),
            in_batches(lambda at: vault.open_for(WORKSPACE, tokens[at : at + BATCH], ACCESS)),
        )  # fmt: skip
    chance = random.Random(SEED)
    page = chance.sample(tokens, 100)
    bench.each("a page of 100 masks", [lambda: vault.masked(WORKSPACE, page)] * 300)
    tags = [one.tag for one in chance.sample(list(values), LOOKUPS) if one.tag is not None]
    bench.each(
        "phone or e-mail to its person", [
            lambda tag=tag: vault.tokens_tagged(WORKSPACE, [tag]) for tag in tags  # type: ignore[misc]
        ],
    )  # fmt: skip
    names = [one.value for one in chance.sample(list(values), LOOKUPS) if one.kind == "name"]
    bench.each(
        "name to 50 of its owners", [
            lambda name=name: vault.owners_named(WORKSPACE, "name", name, limit=50)  # type: ignore[misc]
            for name in names
        ],
    )  # fmt: skip


def main() -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    count = parser.parse_args().people
    bench = Bench()
    with tempfile.TemporaryDirectory(prefix="catchment-bench-") as place:
        folder, clock = Path(place), SystemClock()
        store = FileKeyStore(folder / "keys", folder / "keys.check", system_entropy)
        store.establish()
        ring = KeyRing(store, clock=clock, entropy=system_entropy)
        vault = Vault(ring, Database(f"sqlite:///{folder / 'vault' / 'vault.db'}"), clock=clock)
        measure(vault, people(count, SubjectHasher(b"k" * 32)), bench)
        vault.close()
        ring.close()
    bench.print(f"{count:,} people, {3 * count:,} values, SQLite, one process")


if __name__ == "__main__":
    main()
