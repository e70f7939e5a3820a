"""A rotation moves every key and loses none, however often it is cut short, whoever is at work."""

import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

import pytest

from catchment.kernel import SystemClock
from catchment.testing.vault_world import VaultWorld, make_vault_world
from catchment.vault import (
    DataClass,
    KeyRing,
    KeyState,
    rotate_workspace_key,
)
from catchment.vault.keys.types import NamedKey
from vault.keys.cutting import Cut, cut_ring, stop_at
from vault.keys.key_world import MINE, THEIRS, Sealed, cipher, name, readable, seal_people

PEOPLE = 60
IMPORTANT = DataClass.IMPORTANT
POINTS = [("begun", 1), ("moved a page", 1), ("moved a page", 2), ("moved all", 1), ("finished", 1)]


@pytest.fixture
def world(tmp_path: Path) -> VaultWorld:
    return make_vault_world(tmp_path, SystemClock())


def states(ring: KeyRing) -> dict[int, tuple[KeyState, int]]:
    return {
        version.version: (version.state, version.subject_keys)
        for version in ring.describe(MINE)
        if version.data_class is IMPORTANT
    }


def test_every_key_moves_and_every_field_stays_readable(world: VaultWorld) -> None:
    ring, other = world.ring(), world.ring()
    fields = seal_people(ring, PEOPLE)
    assert readable(other, fields) == [True] * PEOPLE
    told: list[tuple[int, int]] = []
    done = rotate_workspace_key(
        ring, MINE, IMPORTANT, page_keys=7, progress=lambda *at: told.append(at)
    )
    assert (done.version, done.done, done.total, done.is_done) == (2, 30, 30, True)
    assert told == [(7, 30), (14, 30), (21, 30), (28, 30), (30, 30)]
    assert states(ring) == {1: (KeyState.DECRYPT_ONLY, 0), 2: (KeyState.ACTIVE, 30)}
    for one in (ring, other, world.ring()):
        assert readable(one, fields) == [True] * PEOPLE
    # The other class and the other workspace were not meant.
    common = [v for v in ring.describe(MINE) if v.data_class is DataClass.COMMON]
    assert [(v.version, v.state) for v in common] == [(1, KeyState.ACTIVE)]
    assert ring.describe(THEIRS) == []


def test_what_hung_on_the_old_version_hangs_on_the_new_one_alone(world: VaultWorld) -> None:
    ring = world.ring()
    seal_people(ring, PEOPLE)
    before = ring.store.find_subject_keys(MINE, [name(f"{1:032x}")])
    rotate_workspace_key(ring, MINE, IMPORTANT)
    (after,) = ring.store.find_subject_keys(MINE, [name(f"{1:032x}")])
    assert after is not None
    assert (before[0], after.version) != (after, 1)
    files = b"".join(path.read_bytes() for path in world.keys.iterdir())
    assert before[0] is not None
    assert before[0].wrapped not in files, "the old wrapping is wiped"


@pytest.mark.parametrize(("point", "times"), POINTS)
def test_cut_short_anywhere_it_goes_on_where_it_was(
    world: VaultWorld, point: str, times: int
) -> None:
    fields = seal_people(world.ring(), PEOPLE)
    world.ring().destroy(MINE, [fields[1].key.owner], at_us=1)
    expected = [field is not fields[1] for field in fields]
    with pytest.raises(Cut):
        rotate_workspace_key(
            world.ring(), MINE, IMPORTANT, page_keys=7, reached=stop_at(point, times)
        )
    # Between the two, both versions open, new keys are made, and people are forgotten.
    ring = world.ring()
    assert readable(ring, fields) == expected
    late = cipher(ring, "late").seal(b"x", b"")
    ring.destroy(MINE, [fields[3].key.owner], at_us=2)
    expected[3] = False
    rotation = ring.rotation(MINE)
    assert rotation is not None
    assert rotation.is_done == (point == "finished")
    if point != "finished":
        rotate_workspace_key(world.ring(), MINE, IMPORTANT, page_keys=7)
    assert states(ring) == {1: (KeyState.DECRYPT_ONLY, 0), 2: (KeyState.ACTIVE, 29)}
    assert readable(world.ring(), fields) == expected
    assert cipher(world.ring(), "late", make=False).open(late, b"") == b"x"


def test_cut_short_at_any_call_of_the_store_nothing_is_lost(
    world: VaultWorld, tmp_path: Path
) -> None:
    fields = seal_people(world.ring(), 12)
    for calls in range(200):
        copy = make_vault_world(tmp_path / str(calls), SystemClock())
        shutil.copytree(world.keys, copy.keys)
        cut, store = cut_ring(copy.ring(), calls)
        with suppress(Cut):
            rotate_workspace_key(cut, MINE, IMPORTANT, page_keys=4)
        ring = copy.ring()
        assert readable(ring, fields) == [True] * 12
        assert [state for state, _ in states(ring).values()].count(KeyState.ACTIVE) == 1
        rotation = ring.rotation(MINE)
        if rotation is None or not rotation.is_done:
            rotate_workspace_key(copy.ring(), MINE, IMPORTANT)
        assert states(ring) == {1: (KeyState.DECRYPT_ONLY, 0), 2: (KeyState.ACTIVE, 6)}
        assert readable(ring, fields) == [True] * 12
        if store.left >= 0:
            break
    # It was cut at every call there is, until one went through.
    assert calls > 25
    assert store.left >= 0


PROGRAM = """
import os, sys
from pathlib import Path
from catchment.kernel import SystemClock, WorkspaceId
from catchment.testing.vault_world import make_vault_world
from catchment.vault import DataClass, rotate_workspace_key
left = int(sys.argv[3])
def reached(point):
    global left
    print(point, flush=True)
    left -= point == sys.argv[2]
    if point == sys.argv[2] and left == 0:
        os.kill(os.getpid(), 9)
ring = make_vault_world(Path(sys.argv[1]), SystemClock()).ring()
rotate_workspace_key(ring, WorkspaceId("wsp_mine"), DataClass.IMPORTANT, page_keys=7,
                     reached=reached)
"""


def rotating(world: VaultWorld, point: str, times: int = 1) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, world.folder, point, str(times)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize(("point", "times"), POINTS)
def test_a_process_killed_at_any_step_leaves_everything_readable(
    world: VaultWorld, point: str, times: int
) -> None:
    fields = seal_people(world.ring(), PEOPLE)
    process = rotating(world, point, times)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert readable(world.ring(), fields) == [True] * PEOPLE
    rotate_workspace_key(world.ring(), MINE, IMPORTANT)
    assert readable(world.ring(), fields) == [True] * PEOPLE
    assert [s for s, _ in states(world.ring()).values()].count(KeyState.ACTIVE) == 1


def test_a_process_killed_at_any_instant_leaves_everything_readable(world: VaultWorld) -> None:
    chance = random.Random(4)
    fields = seal_people(world.ring(), 400)
    for _ in range(4):
        process = rotating(world, "never")
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.random() / 5)
        process.kill()
        process.communicate()
        assert all(readable(world.ring(), fields))
    rotate_workspace_key(world.ring(), MINE, IMPORTANT)
    newest = states(world.ring())[max(states(world.ring()))]
    assert newest == (KeyState.ACTIVE, 200)
    assert all(readable(world.ring(), fields))


class Load:
    """Readers, makers and forgetters, who go on until they are told to stop."""

    def __init__(self, world: VaultWorld, fields: list[Sealed], forgotten: list[Sealed]) -> None:
        self.world, self.fields, self.forgotten = world, fields, forgotten
        self.failed: list[BaseException] = []
        self.reads = 0
        self.late: list[Sealed] = []
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=[act])
            for act in (self._read, self._read, self._make, self._forget)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self, act: object) -> None:
        ring = self.world.ring()
        try:
            while not self._stop.is_set():
                act(ring)  # type: ignore[operator]
                time.sleep(0.001)
        except BaseException as failed:  # noqa: BLE001  (told at the end)
            self.failed.append(failed)

    def _read(self, ring: KeyRing) -> None:
        some = random.Random(self.reads).sample(self.fields, 20)
        ring.subjects.forget()
        assert readable(ring, some) == [True] * 20
        self.reads += 20

    def _make(self, ring: KeyRing) -> None:
        key = name(f"late{len(self.late):028x}")
        self.late.append(Sealed(key, cipher(ring, key).seal(b"late", b"wsp_mine|phone"), b"late"))

    def _forget(self, ring: KeyRing) -> None:
        if self.forgotten:
            ring.destroy(MINE, [self.forgotten.pop().key.owner], at_us=1)


def test_a_rotation_under_load_fails_no_read_and_brings_nobody_back(world: VaultWorld) -> None:
    ring = world.ring()
    everybody = seal_people(ring, 2_000)
    kept, forgotten = everybody[:1_500], everybody[1_500:]
    leaving = list(forgotten)
    with Load(world, kept, leaving) as load:
        for _ in range(3):
            rotate_workspace_key(ring, MINE, IMPORTANT, page_keys=100)
    assert load.failed == []
    assert load.reads > 10
    assert load.late
    gone = forgotten[len(leaving) :]
    assert gone
    assert all(readable(world.ring(), kept))
    assert all(readable(world.ring(), load.late))
    assert not any(readable(world.ring(), gone))
    held = states(ring)
    assert [count for state, count in held.values() if state is not KeyState.ACTIVE] == [0, 0, 0]


def test_a_rotation_that_reads_before_its_turn_would_bring_people_back(world: VaultWorld) -> None:
    """The deliberately wrong variant: what was read before somebody was forgotten is written."""
    ring = world.ring()
    fields = seal_people(ring, 4)
    stale = ring.store.list_subject_keys(MINE, IMPORTANT, after=None, limit=9)
    ring.destroy(MINE, [fields[1].key.owner], at_us=1)
    with ring.store.turn():
        to = ring.workspaces.active(MINE, IMPORTANT)
        rewrapped: list[NamedKey] = [
            ring.subjects.wrap(
                MINE, old.name, ring.subjects.unwrap(MINE, old.name, old.key), to
            )
            for old in stale
        ]  # fmt: skip
        ring.store.put_subject_keys(MINE, rewrapped)
    assert readable(world.ring(), fields)[1], "so this is what the tests above would notice"


def test_boxes_stay_readable_over_rotations_of_their_own_line(world: VaultWorld) -> None:
    ring = world.ring()
    box, other = ring.box(MINE, "quarantine"), world.ring().box(MINE, "quarantine")
    texts = [box.seal(b"0", b"")]
    for i in range(1, 4):
        rotate_workspace_key(ring, MINE, DataClass.GENERAL)
        texts.append(box.seal(b"%d" % i, b""))
    assert [int.from_bytes(text[1:3], "big") for text in texts] == [1, 2, 3, 4]
    assert [other.open(text, b"") for text in texts] == [b"0", b"1", b"2", b"3"]
