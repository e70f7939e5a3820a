"""The master key is replaced under everybody's hands, and the old one can go: nothing is lost."""

import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from catchment.kernel import SystemClock, system_entropy
from catchment.testing.clock import ManualClock
from catchment.testing.vault_world import VaultWorld, make_vault_world
from catchment.vault import (
    Cipher,
    CiphertextRefused,
    DataClass,
    DestructionSettled,
    DestructionUnknown,
    KeyDestroyed,
    KeyRing,
    KeysAway,
    KeyState,
    KeyStillNeeded,
    KeyStore,
    KeysWrong,
    KeyUnknown,
    LogEpochs,
    SecondPersonNeeded,
    approve_master_destruction,
    cancel_master_destruction,
    describe_masters,
    finish_master_rotation,
    master_rotation,
    rotate_master_key,
    rotate_workspace_key,
    run_due_master_destructions,
    schedule_master_destruction,
    verify,
)
from catchment.vault.keys.destruction import DESTRUCTION_DELAY
from catchment.vault.keys.key_file import make_master, master_file
from catchment.vault.keys.master_rotation import held_by_master
from catchment.vault.keys.types import StoredMaster
from vault.keys.cutting import Cut, cut_ring, stop_at
from vault.keys.key_world import MINE, THEIRS, Sealed, cipher, name, readable, seal_people

PEOPLE = 20
POINTS = [
    ("made", 1), ("begun", 1), ("moved a workspace", 1), ("moved a workspace", 2),
    ("moved a use", 1), ("moved a use", 2), ("moved all", 1), ("finished", 1),
]  # fmt: skip


@dataclass
class Kept:
    """Something of everything that hangs on the master key, and what it gave before."""

    fields: list[Sealed]
    theirs: bytes
    boxed: bytes
    secret: bytes
    subjects: bytes
    epoch: int
    private_half: bytes
    signed: bytes
    public: bytes


def epochs(world: VaultWorld, ring: KeyRing) -> LogEpochs:
    return LogEpochs(ring.store, world.home / "seal.pub", clock=world.clock, entropy=system_entropy)


def kept_in(world: VaultWorld) -> Kept:
    ring = world.ring()
    ring.set_cipher(MINE, Cipher.SM4_GCM)  # their wrapping names its cipher
    fields = seal_people(ring, PEOPLE)
    theirs = cipher(ring, name("a"), workspace_id=THEIRS).seal(b"x", b"")
    half = epochs(world, ring).renew()
    signer = ring.signing_key("trail")
    return Kept(
        fields, theirs, ring.box(MINE, "quarantine").seal(b"whole", b""), ring.secret(MINE, "t"),
        ring.subjects_secret(), half.epoch, epochs(world, ring).private_half(half.epoch),
        signer.sign(b"head"), signer.public,
    )  # fmt: skip


def assert_all_open(world: VaultWorld, ring: KeyRing, kept: Kept) -> None:
    assert readable(ring, kept.fields) == [True] * PEOPLE
    assert cipher(ring, name("a"), make=False, workspace_id=THEIRS).open(kept.theirs, b"") == b"x"
    assert ring.box(MINE, "quarantine").open(kept.boxed, b"") == b"whole"
    assert ring.secret(MINE, "t") == kept.secret
    assert ring.subjects_secret() == kept.subjects
    assert epochs(world, ring).private_half(kept.epoch) == kept.private_half
    signer = ring.signing_key("trail")
    assert signer.public == kept.public
    assert verify(signer.public, b"head", kept.signed)


@pytest.fixture
def world(tmp_path: Path) -> VaultWorld:
    return make_vault_world(tmp_path, SystemClock())


@pytest.fixture
def kept(world: VaultWorld) -> Kept:
    return kept_in(world)


def states(ring: KeyRing) -> dict[int, tuple[KeyState, bool]]:
    return {one.version: (one.state, one.wraps > 0) for one in describe_masters(ring, MINE)}


DONE = {1: (KeyState.DECRYPT_ONLY, False), 2: (KeyState.ACTIVE, True)}


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


# Destroying the old one: two people, and a week.


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def slow(tmp_path: Path, clock: ManualClock) -> VaultWorld:
    return make_vault_world(tmp_path / "slow", clock)


def approved(ring: KeyRing) -> None:
    schedule_master_destruction(ring, MINE, 1, actor="opr_a", reason="leaked")
    approve_master_destruction(ring, MINE, 1, actor="opr_b")


def test_one_asks_another_approves_and_a_week_later_it_is_gone(
    slow: VaultWorld, clock: ManualClock
) -> None:
    kept = kept_in(slow)
    ring, other = slow.ring(), slow.ring()
    old = ring.master()
    assert_all_open(slow, other, kept)
    rotate_master_key(ring)
    assert other.store.master(1) == old
    schedule_master_destruction(ring, MINE, 1, actor="opr_a", reason="leaked")
    with pytest.raises(SecondPersonNeeded):
        approve_master_destruction(ring, MINE, 1, actor="opr_a")
    with pytest.raises(DestructionSettled):
        schedule_master_destruction(ring, MINE, 1, actor="opr_b", reason="leaked")
    approve_master_destruction(ring, MINE, 1, actor="opr_b")
    with pytest.raises(DestructionSettled):
        approve_master_destruction(ring, MINE, 1, actor="opr_c")
    assert states(ring)[1] == (KeyState.DESTROYING, False)
    clock.advance(DESTRUCTION_DELAY - timedelta(seconds=1))
    assert run_due_master_destructions(ring) == []
    clock.advance(timedelta(seconds=1))
    (done,) = run_due_master_destructions(ring)
    assert (done.version, done.asked_by, done.approved_by) == (1, "opr_a", "opr_b")
    assert not any(old in path.read_bytes() for path in slow.keys.iterdir() if path.is_file())
    for one in (other, ring, slow.ring()):
        assert_all_open(slow, one, kept)
        assert states(one)[1] == (KeyState.DESTROYED, False)
        with pytest.raises(KeyDestroyed):
            one.store.master(1)
    assert run_due_master_destructions(ring) == []
    with pytest.raises(KeyDestroyed):
        schedule_master_destruction(ring, MINE, 1, actor="opr_a", reason="again")
    # And so on: the next one is the third.
    assert rotate_master_key(ring).version == 3
    (slow.home / "keys.check").unlink()
    assert_all_open(slow, slow.ring(), kept)


def test_what_is_in_use_unknown_or_not_asked_for_stays(slow: VaultWorld) -> None:
    ring = slow.ring()
    for version, refusal in ((1, KeyStillNeeded), (2, KeyUnknown)):
        with pytest.raises(refusal):
            schedule_master_destruction(ring, MINE, version, actor="opr_a", reason="leaked")
    with pytest.raises(DestructionUnknown):
        approve_master_destruction(ring, MINE, 1, actor="opr_a")
    rotate_master_key(ring)
    with pytest.raises(DestructionUnknown):
        cancel_master_destruction(ring, MINE, 1)


def test_another_workspace_neither_answers_nor_reads_why(slow: VaultWorld) -> None:
    ring = slow.ring()
    rotate_master_key(ring)
    schedule_master_destruction(ring, MINE, 1, actor="opr_a", reason="leaked")
    for answer in (
        lambda: approve_master_destruction(ring, THEIRS, 1, actor="opr_z"),
        lambda: cancel_master_destruction(ring, THEIRS, 1),
    ):
        with pytest.raises(DestructionUnknown):
            answer()
    with pytest.raises(DestructionSettled):
        schedule_master_destruction(ring, THEIRS, 1, actor="opr_z", reason="leaked")
    (theirs, _), (mine, _) = describe_masters(ring, THEIRS), describe_masters(ring, MINE)
    assert (theirs.state, theirs.destruction) == (KeyState.DESTROYING, None)
    assert mine.destruction is not None
    assert mine.destruction.reason == "leaked"


def test_called_off_it_stays(slow: VaultWorld, clock: ManualClock) -> None:
    ring = slow.ring()
    rotate_master_key(ring)
    approved(ring)
    cancel_master_destruction(ring, MINE, 1)
    clock.advance(DESTRUCTION_DELAY * 2)
    assert run_due_master_destructions(ring) == []
    assert ring.store.master(1)


def test_what_hangs_on_it_again_at_the_deed_keeps_it(slow: VaultWorld, clock: ManualClock) -> None:
    """As when somebody puts an older copy of a table back."""
    kept = kept_in(slow)
    ring = slow.ring()
    root = ring.store.find_root(MINE)
    assert root is not None
    rotate_master_key(ring)
    approved(ring)
    with ring.store.turn():
        ring.store.put_root(MINE, root)
    clock.advance(DESTRUCTION_DELAY)
    assert run_due_master_destructions(ring) == []
    assert_all_open(slow, slow.ring(), kept)


@pytest.mark.parametrize("point", ["due", "told", "dropped"])
def test_a_destruction_cut_short_is_done_the_next_time(
    slow: VaultWorld, clock: ManualClock, point: str
) -> None:
    kept = kept_in(slow)
    ring = slow.ring()
    rotate_master_key(ring)
    approved(ring)
    clock.advance(DESTRUCTION_DELAY)
    with pytest.raises(Cut):
        run_due_master_destructions(slow.ring(), reached=stop_at(point))
    assert_all_open(slow, ring, kept)
    run_due_master_destructions(slow.ring())
    assert not master_file(slow.keys, 1).exists()
    assert_all_open(slow, ring, kept)


def test_an_old_copy_of_the_rows_opens_nothing_with_the_new_key_alone(
    slow: VaultWorld, clock: ManualClock
) -> None:
    kept_in(slow)
    ring = slow.ring()
    root = ring.store.find_root(MINE)
    assert root is not None
    rotate_master_key(ring)
    assert ring.wrap.unwrap(root.wrapped, "root", MINE)
    approved(ring)
    clock.advance(DESTRUCTION_DELAY)
    run_due_master_destructions(ring)
    with pytest.raises(KeyDestroyed):
        ring.wrap.unwrap(root.wrapped, "root", MINE)
    stranger = make_vault_world(slow.folder / "stranger").ring()
    with pytest.raises(CiphertextRefused):
        stranger.wrap.unwrap(root.wrapped, "root", MINE)
