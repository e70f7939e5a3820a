"""An old master key goes by two people and a week, and takes nothing readable with it."""

from datetime import timedelta
from pathlib import Path

import pytest

from catchment.testing.clock import ManualClock
from catchment.testing.vault_world import VaultWorld, make_vault_world
from catchment.vault import (
    CiphertextRefused,
    DestructionSettled,
    DestructionUnknown,
    KeyDestroyed,
    KeyRing,
    KeyState,
    KeyStillNeeded,
    KeyUnknown,
    SecondPersonNeeded,
    approve_master_destruction,
    cancel_master_destruction,
    describe_masters,
    rotate_master_key,
    run_due_master_destructions,
    schedule_master_destruction,
)
from catchment.vault.keys.destruction import DESTRUCTION_DELAY
from catchment.vault.keys.key_file import master_file
from vault.keys.cutting import Cut, stop_at
from vault.keys.key_world import MINE, THEIRS
from vault.keys.master_world import assert_all_open, kept_in, states


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
