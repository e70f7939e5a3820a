"""The keys: sealing and opening fields, making keys, and rotating a workspace key under load.

Run `python benchmarks/vault_keys.py --people 1000000`. Fields are phone numbers of so many people,
each under their own key. Beside ours stand the bare cipher under one key that is at hand, which is
the least that anybody pays, and Fernet, what a Python programme would reach for.

The rotation runs beside two processes that read fields of people drawn at random, their keys not in
memory, one that makes keys of new people a hundred at a time, and one that forgets people. Every
read is checked; one that fails, or says something else than what was sealed, is counted.
"""

import argparse
import multiprocessing
import os
import platform
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from catchment.kernel import SystemClock, WorkspaceId
from catchment.testing.vault_world import make_vault_world
from catchment.vault import (
    Cipher,
    DataClass,
    FieldCipher,
    KeyName,
    KeyRing,
    Purpose,
    rotate_workspace_key,
)

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

WORKSPACE = WorkspaceId("wsp_bench")
PEOPLE = 1_000_000
FIELDS = 400_000
CACHED_PEOPLE = 10_000
MADE_AT_ONCE = 20_000
ROUNDS = 3
READ_AT_ONCE = 100
MADE_BESIDE = 100
FORGOTTEN_BESIDE = 1
PACE_SECONDS = 0.01
PLACE = b"wsp_bench|phone|important|"
TARGET_PER_SECOND = 200_000
TARGET_SECONDS = 300

_GONE = 1_000
"""The last so many people are the ones that are forgotten; nobody reads them."""


@dataclass
class Beside:
    """What one process did while the rotation ran."""

    what: str
    done: int = 0
    failed: int = 0
    worst_ms: float = 0.0
    middle_ms: float = 0.0


def key_of(number: int) -> KeyName:
    """The key of one person."""
    owner = f"{number * 0x9E3779B97F4A7C15 % (1 << 128):032x}"
    return KeyName(owner, Purpose.SERVICE, DataClass.IMPORTANT)


def phone_of(number: int) -> bytes:
    """What they told."""
    return b"+86138%08d" % (number % 100_000_000)


def open_ring(folder: Path) -> KeyRing:
    """The keys in this folder, as a process of its own would open them."""
    return make_vault_world(folder, SystemClock()).ring()


def ciphers(ring: KeyRing, numbers: Sequence[int], *, make: bool = False) -> list[FieldCipher]:
    """The ciphers of these people, who are all there."""
    found = ring.sealers(WORKSPACE, [key_of(number) for number in numbers], make=make)
    there = [one for one in found if one is not None]
    assert len(there) == len(numbers)
    return there


def per_second(count: int, act: Callable[[], object]) -> float:
    """The best rate of some rounds."""
    best = 0.0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        best = max(best, count / (time.perf_counter() - began))
    return best


def measure_fields(ring: KeyRing, fields: int) -> None:
    """Prints how fast fields are sealed and opened."""
    people = [n % CACHED_PEOPLE for n in range(fields)]
    plains = [phone_of(n) for n in people]
    names = [key_of(n) for n in people]
    print(f"| {'sealing and opening':<52} | {'sealed/s':>10} | {'opened/s':>10} |")
    print(f"| {'-' * 52} | {'-' * 9}: | {'-' * 9}: |")
    for cipher in Cipher:
        ring.set_cipher(WORKSPACE, cipher)
        held = ring.sealers(WORKSPACE, names, make=True)

        def seal(held: Sequence[FieldCipher | None] = held) -> list[bytes]:
            return [one.seal(p, PLACE) for one, p in zip(held, plains, strict=True) if one]

        sealed = seal()
        assert len(sealed) == fields

        def unseal(
            held: Sequence[FieldCipher | None] = held, sealed: Sequence[bytes] = sealed
        ) -> None:
            opened = [one.open(text, PLACE) for one, text in zip(held, sealed, strict=True) if one]
            assert opened == plains

        row(f"{cipher.value}, {CACHED_PEOPLE:,} people's keys", per_second(fields, seal),
            per_second(fields, unseal))  # fmt: skip

        def with_keys(sealed: Sequence[bytes] = sealed) -> None:
            found = ring.sealers(WORKSPACE, names, make=False)
            for one, text in zip(found, sealed, strict=True):
                assert one is not None
                one.open(text, PLACE)

        row(f"{cipher.value}, keys looked up in memory each time", None,
            per_second(fields, with_keys))  # fmt: skip
    ring.set_cipher(WORKSPACE, Cipher.AES_256_GCM)
    measure_peers(plains)


def measure_peers(plains: Sequence[bytes]) -> None:
    """Prints the same with one key at hand and nothing else."""
    bare, fernet = AESGCM(os.urandom(32)), Fernet(Fernet.generate_key())
    nonces = [os.urandom(12) for _ in plains]

    def seal_bare() -> list[bytes]:
        return [bare.encrypt(n, p, PLACE) for n, p in zip(nonces, plains, strict=True)]

    sealed = seal_bare()
    row("*peer: the bare cipher, one key, nonces drawn before*",
        per_second(len(plains), seal_bare),
        per_second(len(plains), lambda: [
            bare.decrypt(n, t, PLACE) for n, t in zip(nonces, sealed, strict=True)
        ]))  # fmt: skip
    few = plains[:50_000]
    tokens = [fernet.encrypt(p) for p in few]
    row("*peer: Fernet (AES-128-CBC, HMAC; bound to no place)*",
        per_second(len(few), lambda: [fernet.encrypt(p) for p in few]),
        per_second(len(few), lambda: [fernet.decrypt(t) for t in tokens]))  # fmt: skip


def row(what: str, *rates: float | None) -> None:
    """Prints a line of a table."""
    cells = " | ".join(f"{'' if rate is None else format(rate, ',.0f'):>10}" for rate in rates)
    print(f"| {what:<52} | {cells} |", flush=True)


def measure_making(folder: Path, people: int) -> None:
    """Makes everybody's keys, as landing would; prints how fast, and how fast they are found."""
    ring = open_ring(folder)
    began = time.perf_counter()
    for start in range(0, people, MADE_AT_ONCE):
        ciphers(ring, range(start, min(people, start + MADE_AT_ONCE)), make=True)
    made = people / (time.perf_counter() - began)
    fresh, chance = open_ring(folder), random.Random(1)
    some = [chance.sample(range(people), min(people, MADE_AT_ONCE)) for _ in range(ROUNDS)]
    began = time.perf_counter()
    for numbers in some:
        ciphers(fresh, numbers)
    found = sum(map(len, some)) / (time.perf_counter() - began)
    size = sum(path.stat().st_size for path in (folder / "home.keys").iterdir())
    print(f"\n| {'keys of ' + format(people, ',') + ' people':<52} | {'keys/s':>10} |")
    print(f"| {'-' * 52} | {'-' * 9}: |")
    row(f"made, {MADE_AT_ONCE:,} in a turn, on disk", made)
    row(f"read and unwrapped, {MADE_AT_ONCE:,} at random at once", found)
    print(f"| {'bytes of the key store per person':<52} | {size / people:>10,.0f} |")


def read_on(
    folder: Path, people: int, stop: "Event", tell: "multiprocessing.Queue[Beside]"
) -> None:
    """Reads fields of people at random until told to stop."""
    ring, chance = open_ring(folder), random.Random(os.getpid())
    sealed = {n: ciphers(ring, [n])[0].seal(phone_of(n), PLACE) for n in range(0, people, 997)}
    known, beside, took = list(sealed), Beside("fields read"), []
    while not stop.is_set():
        numbers = chance.choices(known, k=READ_AT_ONCE)
        ring.subjects.forget()
        began = time.perf_counter()
        try:
            found = ring.sealers(WORKSPACE, [key_of(n) for n in numbers], make=False)
            for one, number in zip(found, numbers, strict=True):
                is_right = one and one.open(sealed[number], PLACE) == phone_of(number)
                beside.failed += not is_right
        except Exception as failed:  # noqa: BLE001  (counted and shown)
            beside.failed += READ_AT_ONCE
            print(f"a read failed: {failed!r}", flush=True)
        took.append(time.perf_counter() - began)
        beside.done += READ_AT_ONCE
        time.sleep(PACE_SECONDS)
    tell.put(timed(beside, took))


def write_on(
    folder: Path, people: int, stop: "Event", tell: "multiprocessing.Queue[Beside]"
) -> None:
    """Makes keys of new people until told to stop."""
    ring, beside, took = open_ring(folder), Beside("keys made"), []
    while not stop.is_set():
        start = people + beside.done
        began = time.perf_counter()
        try:
            ciphers(ring, range(start, start + MADE_BESIDE), make=True)
        except Exception as failed:  # noqa: BLE001  (counted and shown)
            beside.failed += MADE_BESIDE
            print(f"making failed: {failed!r}", flush=True)
        took.append(time.perf_counter() - began)
        beside.done += MADE_BESIDE
        time.sleep(PACE_SECONDS)
    tell.put(timed(beside, took))


def forget_on(
    folder: Path, people: int, stop: "Event", tell: "multiprocessing.Queue[Beside]"
) -> None:
    """Forgets people until told to stop; one that can be read after it is counted as failed."""
    ring, beside, took = open_ring(folder), Beside("people forgotten"), []
    gone: list[int] = []
    for number in range(people - _GONE, people):
        if stop.is_set():
            break
        began = time.perf_counter()
        ring.destroy(WORKSPACE, [key_of(number).owner], at_us=1)
        took.append(time.perf_counter() - began)
        beside.done += FORGOTTEN_BESIDE
        gone.append(number)
        time.sleep(PACE_SECONDS * 50)
    stop.wait()
    left = open_ring(folder).sealers(WORKSPACE, [key_of(n) for n in gone], make=False)
    beside.failed += sum(one is not None for one in left)
    tell.put(timed(beside, took))


def timed(beside: Beside, took: list[float]) -> Beside:
    """The same with how long one act took."""
    ordered = sorted(took) or [0.0]
    beside.middle_ms = ordered[len(ordered) // 2] * 1000
    beside.worst_ms = ordered[-1] * 1000
    return beside


def measure_rotation(folder: Path, people: int) -> bool:
    """Rotates the workspace key under load; prints what happened beside it."""
    spawn = multiprocessing.get_context("spawn")
    stop, tell = spawn.Event(), spawn.Queue()
    acts = (read_on, read_on, write_on, forget_on)
    running = [spawn.Process(target=act, args=(folder, people, stop, tell)) for act in acts]
    for process in running:
        process.start()
    time.sleep(3)  # until all are at work
    ring = open_ring(folder)
    began = time.perf_counter()
    done = rotate_workspace_key(ring, WORKSPACE, DataClass.IMPORTANT)
    seconds = time.perf_counter() - began
    stop.set()
    told = [tell.get() for _ in running]
    for process in running:
        process.join()
    left = [v.subject_keys for v in ring.describe(WORKSPACE) if v.version < done.version]
    print(f"\n| rotation under load: {done.done:,} keys in {seconds:.1f} s | "
          "done | failed | median ms | worst ms |")  # fmt: skip
    print("| --- | ---: | ---: | ---: | ---: |")
    for beside in told:
        print(f"| {beside.what} | {beside.done:,} | {beside.failed} | {beside.middle_ms:.1f} "
              f"| {beside.worst_ms:.1f} |")  # fmt: skip
    print(f"| keys left on an older version | {sum(left)} | | | |")
    return seconds <= TARGET_SECONDS and not sum(left) and not sum(b.failed for b in told)


def main() -> None:
    """Measures it all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--fields", type=int, default=FIELDS)
    asked = parser.parse_args()
    machine = f"{platform.python_version()}, cryptography {version('cryptography')}"
    cores = f"{os.cpu_count()} cores"
    print(f"{machine}, {cores}; target {TARGET_PER_SECOND:,} a second in one process\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure_fields(open_ring(folder / "fields"), asked.fields)
        measure_making(folder / "many", asked.people)
        held = measure_rotation(folder / "many", asked.people)
    print(f"\n0 failed reads within {TARGET_SECONDS} s: {'held' if held else 'NOT HELD'}")


if __name__ == "__main__":
    main()
