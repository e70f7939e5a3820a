"""The master key is replaced under everybody's hands, and the old one can go: nothing is lost."""

import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from catchment.kernel import SystemClock, system_entropy
from catchment.testing.vault_world import VaultWorld, make_vault_world
from catchment.vault import (
    DataClass,
    KeyRing,
    KeysAway,
    KeyState,
    KeyStillNeeded,
    KeyStore,
    KeysWrong,
    finish_master_rotation,
    master_rotation,
    rotate_master_key,
    rotate_workspace_key,
    schedule_master_destruction,
)
from catchment.vault.keys.key_file import make_master, master_file
from catchment.vault.keys.master_rotation import held_by_master
from catchment.vault.keys.types import StoredMaster
from vault.keys.cutting import Cut, cut_ring, stop_at
from vault.keys.key_world import MINE, cipher, name, readable, seal_people
from vault.keys.master_world import DONE, Kept, assert_all_open, kept_in, states

POINTS = [
    ("made", 1), ("begun", 1), ("moved a workspace", 1), ("moved a workspace", 2),
    ("moved a use", 1), ("moved a use", 2), ("moved all", 1), ("finished", 1),
]  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> VaultWorld:
    return make_vault_world(tmp_path, SystemClock())


@pytest.fixture
def kept(world: VaultWorld) -> Kept:
    return kept_in(world)


def test_all_that_hangs_on_it_moves_and_everything_stays_readable(
    world: VaultWorld, kept: Kept
) -> None:
    ring, other = world.ring(), world.ring()
    assert_all_open(world, other, kept)
    assert master_rotation(ring) is None
    before, fingerprint = held_by_master(ring.store).total(), ring.fingerprint()
    told: list[tuple[int, int]] = []
    done = rotate_master_key(ring, progress=lambda *at: told.append(at))
    # The secret of subjects hangs on it by itself from now on.
    assert (done.version, done.done, done.is_done) == (2, before + 1, True)
    assert told[-1] == (before + 1, before + 1)
    assert master_rotation(other) == done
    assert states(ring) == DONE
    assert other.fingerprint() == ring.fingerprint() != fingerprint
    for one in (ring, other, world.ring()):
        assert_all_open(world, one, kept)
        assert readable(one, seal_people(one, 3)) == [True] * 3


def test_it_is_rotated_again_and_again(world: VaultWorld, kept: Kept) -> None:
    for version in (2, 3, 4):
        assert rotate_master_key(world.ring()).version == version
        rotate_workspace_key(world.ring(), MINE, DataClass.IMPORTANT)
        assert_all_open(world, world.ring(), kept)
    assert [held for _, held in states(world.ring()).values()] == [False, False, False, True]


def test_nothing_under_the_old_master_key_is_left_in_any_file(
    world: VaultWorld, kept: Kept
) -> None:
    ring = world.ring()
    root = ring.store.find_root(MINE)
    wrapped = [one.wrapped for one in ring.store.list_versions(MINE)]
    (pair,) = ring.store.list_lone_keys("log")
    rotate_master_key(ring)
    files = b"".join(path.read_bytes() for path in world.keys.iterdir())
    assert root is not None
    for old in (root.wrapped, *wrapped, pair.wrapped):
        assert old is not None
        assert old not in files, "the old wrapping is wiped"
    assert_all_open(world, world.ring(), kept)


@pytest.mark.parametrize(("point", "times"), POINTS)
def test_cut_short_anywhere_it_goes_on_where_it_was(
    world: VaultWorld, kept: Kept, point: str, times: int
) -> None:
    held = world.ring()
    assert_all_open(world, held, kept)
    with pytest.raises(Cut):
        rotate_master_key(world.ring(), reached=stop_at(point, times))
    for ring in (held, world.ring()):
        assert_all_open(world, ring, kept)
    # Between the two everything is made that can be made.
    late = cipher(held, "late").seal(b"x", b"")
    rotate_workspace_key(held, MINE, DataClass.COMMON)
    held.signing_key("receipt")
    if point in {"made", "finished"}:
        assert finish_master_rotation(world.ring()) is None
    else:
        with pytest.raises(KeyStillNeeded):
            schedule_master_destruction(held, MINE, 1, actor="opr_a", reason="leaked")
        finished = finish_master_rotation(world.ring())
        assert finished is not None
        assert finished.version == 2
    if point == "made":
        rotate_master_key(world.ring())
    assert states(held) == DONE
    for ring in (held, world.ring()):
        assert_all_open(world, ring, kept)
        assert cipher(ring, "late", make=False).open(late, b"") == b"x"


def test_cut_short_at_any_call_of_the_store_nothing_is_lost(
    world: VaultWorld, kept: Kept, tmp_path: Path
) -> None:
    for calls in range(300):
        copy = make_vault_world(tmp_path / str(calls), SystemClock())
        shutil.copytree(world.keys, copy.keys)
        shutil.copytree(world.home, copy.home)
        cut, store = cut_ring(copy.ring(), calls)
        with suppress(Cut):
            rotate_master_key(cut)
        assert_all_open(copy, copy.ring(), kept)
        ring = copy.ring()
        finish_master_rotation(ring) or (states(ring) == DONE or rotate_master_key(ring))
        assert states(ring) == DONE
        assert_all_open(copy, copy.ring(), kept)
        if store.left >= 0:
            break
    assert calls > 50
    assert store.left >= 0


PROGRAM = """
import os, sys
from pathlib import Path
from catchment.kernel import SystemClock
from catchment.testing.vault_world import make_vault_world
from catchment.vault import rotate_master_key
left = int(sys.argv[3])
def reached(point):
    global left
    left -= point == sys.argv[2]
    if point == sys.argv[2] and left == 0:
        os.kill(os.getpid(), 9)
rotate_master_key(make_vault_world(Path(sys.argv[1]), SystemClock()).ring(), reached=reached)
"""


@pytest.mark.parametrize(("point", "times"), POINTS)
def test_a_process_killed_at_any_step_leaves_everything_readable(
    world: VaultWorld, kept: Kept, point: str, times: int
) -> None:
    held = world.ring()
    killed = subprocess.run(
        [sys.executable, "-c", PROGRAM, world.folder, point, str(times)], timeout=60, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    for ring in (held, world.ring()):
        assert_all_open(world, ring, kept)
    if master_rotation(world.ring()) is None:
        rotate_master_key(world.ring())
    else:
        finish_master_rotation(world.ring())
    assert states(world.ring()) == DONE
    assert_all_open(world, held, kept)


def test_readers_and_makers_go_on_throughout(world: VaultWorld, kept: Kept) -> None:
    stop, failed, reads = threading.Event(), [], [0, 0, 0]

    def read(number: int) -> None:
        ring = world.ring()
        try:
            while not stop.is_set() or not reads[number]:
                ring.subjects.forget()
                ring.workspaces.forget()
                assert_all_open(world, ring, kept)
                cipher(ring, name(f"late{number}-{reads[number]}"))
                reads[number] += 1
                time.sleep(0.001)
        except BaseException as broken:  # noqa: BLE001  (told at the end)
            failed.append(broken)

    threads = [threading.Thread(target=read, args=[number]) for number in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(4):
        rotate_master_key(world.ring())
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert min(reads) > 0
    assert [held for _, held in states(world.ring()).values()] == [False] * 4 + [True]


def test_two_that_rotate_at_once_make_one_new_version(world: VaultWorld, kept: Kept) -> None:
    rings, together = [world.ring() for _ in range(3)], threading.Barrier(3)
    begun: list[int] = []

    def rotate(ring: KeyRing) -> None:
        def reached(point: str) -> None:
            if point == "begun":
                together.wait(30)  # all are within the same rotation

        begun.append(rotate_master_key(ring, reached=reached).version)

    threads = [threading.Thread(target=rotate, args=[ring]) for ring in rings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert begun == [2, 2, 2]
    assert states(world.ring()) == DONE
    assert_all_open(world, world.ring(), kept)


def test_a_home_from_before_a_rotation_finds_the_keys_of_today(
    world: VaultWorld, kept: Kept, tmp_path: Path
) -> None:
    shutil.copytree(world.home, tmp_path / "backup")
    before = (world.home / "keys.check").read_bytes()
    for _ in range(2):
        rotate_master_key(world.ring())
    assert (world.home / "keys.check").read_bytes() != before
    shutil.rmtree(world.home)
    (tmp_path / "backup").rename(world.home)
    assert_all_open(world, world.ring(), kept)
    assert (world.home / "keys.check").read_bytes() != before, "it remembers the new one now"


def test_keys_from_before_a_rotation_are_refused_unless_the_home_forgets(
    world: VaultWorld, kept: Kept, tmp_path: Path
) -> None:
    shutil.copytree(world.keys, tmp_path / "copy")
    rotate_master_key(world.ring())
    world.keys.rename(tmp_path / "lost")
    (tmp_path / "copy").rename(world.keys)
    with pytest.raises(KeysWrong, match="newest copy"):
        world.ring()
    (world.home / "keys.check").unlink()
    assert_all_open(world, world.ring(), kept)


# What must not happen, and is seen when it does.


def test_an_old_master_key_removed_too_early_would_be_noticed(
    world: VaultWorld, kept: Kept
) -> None:
    """The deliberately wrong variant: the old file goes before all is wrapped anew."""
    with pytest.raises(Cut):
        rotate_master_key(world.ring(), reached=stop_at("moved a workspace"))
    master_file(world.keys, 1).unlink()
    with pytest.raises(KeysAway):
        assert_all_open(world, world.ring(), kept)


class StaleStore:
    """A store as a program sees it that has never heard of a second master key."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store

    def list_masters(self) -> list[StoredMaster]:
        return [replace(self._store.list_masters()[0], state=KeyState.ACTIVE)]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_a_rotation_that_forgets_a_use_is_never_through(world: VaultWorld, kept: Kept) -> None:
    """The deliberately wrong variant: a writer who knows of no new version wraps by the old."""
    with pytest.raises(Cut):
        rotate_master_key(world.ring(), reached=stop_at("moved all"))
    ring = world.ring()
    stale = KeyRing(
        cast("KeyStore", StaleStore(ring.store)), clock=ring.clock, entropy=system_entropy
    )
    with ring.store.turn():
        stale.workspaces.add_version(MINE, DataClass.COMMON)
    with pytest.raises(KeyStillNeeded, match="rotation finish"):
        schedule_master_destruction(ring, MINE, 1, actor="opr_a", reason="leaked")
    assert finish_master_rotation(world.ring()) is not None
    assert states(ring) == DONE
    assert_all_open(world, ring, kept)


def test_a_torn_file_of_a_new_version_is_made_anew(world: VaultWorld, kept: Kept) -> None:
    torn = master_file(world.keys, 2)
    torn.write_bytes(b"half of a key")
    torn.chmod(0o600)
    rotate_master_key(world.ring())
    assert torn.stat().st_size == 32
    assert_all_open(world, world.ring(), kept)


def test_a_torn_or_strange_file_of_the_version_in_use_opens_nothing(
    world: VaultWorld, kept: Kept
) -> None:
    ring = world.ring()
    rotate_master_key(ring)
    file, whole = master_file(world.keys, 2), master_file(world.keys, 2).read_bytes()
    for content in (whole[:20], b"", b"z" * 32):
        file.write_bytes(content)
        for one in (ring.check, world.ring):
            with pytest.raises(KeysWrong):
                one()
    file.write_bytes(whole)
    assert_all_open(world, ring, kept)


def test_a_file_that_is_written_in_place_would_be_read_torn(tmp_path: Path) -> None:
    """The deliberately wrong variant, and why it is drafted and linked."""
    seen: list[int] = []

    def draws(size: int) -> bytes:
        path = master_file(tmp_path, 2)
        seen.append(path.stat().st_size if path.exists() else -1)
        return b"k" * size

    make_master(tmp_path, 2, draws)
    assert seen == [-1], "nothing stands at its name before it is whole"
    with master_file(tmp_path, 3).open("wb") as careless:
        seen.append(master_file(tmp_path, 3).stat().st_size)
        careless.write(b"k" * 32)
    assert seen[-1] == 0
