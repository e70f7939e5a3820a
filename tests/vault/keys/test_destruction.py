"""Destroying a version takes two people and a week, and takes nothing readable with it."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from catchment.testing.clock import ManualClock
from catchment.testing.vault_world import VaultWorld, make_vault_world
from catchment.vault import (
    CiphertextRefused,
    DataClass,
    DestructionSettled,
    DestructionUnknown,
    KeyDestroyed,
    KeyRing,
    KeyState,
    KeyStillNeeded,
    KeyUnknown,
    KeyVersion,
    SecondPersonNeeded,
    approve_destruction,
    cancel_destruction,
    rotate_workspace_key,
    run_due_destructions,
    schedule_destruction,
)
from catchment.vault.keys.destruction import DESTRUCTION_DELAY
from catchment.vault.keys.types import StoredKey
from vault.keys.cutting import Cut, cut_ring, stop_at
from vault.keys.key_world import MINE, Sealed, name, readable, seal_people

OLD = (MINE, DataClass.IMPORTANT, 1)
DELAY_US = DESTRUCTION_DELAY // timedelta(microseconds=1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world(tmp_path: Path, clock: ManualClock) -> VaultWorld:
    return make_vault_world(tmp_path, clock)


@pytest.fixture
def ring(world: VaultWorld) -> KeyRing:
    return world.ring()


@pytest.fixture
def fields(ring: KeyRing) -> list[Sealed]:
    """What people told, before their workspace's key was rotated once."""
    fields = seal_people(ring, 20)
    rotate_workspace_key(ring, MINE, DataClass.IMPORTANT)
    return fields


def version(ring: KeyRing, number: int = 1) -> KeyVersion:
    found = [v for v in ring.describe(MINE) if v.data_class is DataClass.IMPORTANT]
    return found[number - 1]


def wrapped_key(ring: KeyRing) -> bytes:
    for stored in ring.store.list_versions(MINE):
        if (stored.data_class, stored.version) == OLD[1:] and stored.wrapped:
            return stored.wrapped
    raise AssertionError


def approved(ring: KeyRing) -> None:
    schedule_destruction(ring, *OLD, actor="opr_a", reason="leaked")
    approve_destruction(ring, *OLD, actor="opr_b")


def test_one_asks_another_approves_and_a_week_later_it_is_done(
    ring: KeyRing, fields: list[Sealed], clock: ManualClock, world: VaultWorld
) -> None:
    wrapped = wrapped_key(ring)
    schedule_destruction(ring, *OLD, actor="opr_a", reason=" leaked ")
    asked = version(ring)
    assert asked.destruction is not None
    assert (asked.state, asked.destruction.reason) == (KeyState.DESTROYING, "leaked")
    assert asked.destruction.due_us is None, "the delay runs from the approval"
    clock.advance(DESTRUCTION_DELAY * 2)
    assert run_due_destructions(ring) == []
    approve_destruction(ring, *OLD, actor="opr_b")
    clock.advance(DESTRUCTION_DELAY - timedelta(seconds=1))
    assert run_due_destructions(ring) == []
    assert version(ring).state is KeyState.DESTROYING
    clock.advance(1)
    (done,) = run_due_destructions(ring)
    assert (done.version, done.asked_by, done.approved_by) == (1, "opr_a", "opr_b")
    gone = version(ring)
    assert (gone.state, gone.destroyed_us, gone.destruction) == (
        KeyState.DESTROYED, clock.now_us(), None,
    )  # fmt: skip
    assert all(readable(world.ring(), fields))
    files = b"".join(path.read_bytes() for path in world.keys.iterdir())
    assert wrapped not in files
    assert run_due_destructions(ring) == []


def test_a_stolen_older_copy_of_a_key_opens_nothing_after_it(
    ring: KeyRing, clock: ManualClock, world: VaultWorld
) -> None:
    seal_people(ring, 4)
    key = name(f"{1:032x}")
    (copied,) = ring.store.find_subject_keys(MINE, [key])
    assert isinstance(copied, StoredKey)
    rotate_workspace_key(ring, MINE, DataClass.IMPORTANT)
    assert ring.subjects.unwrap(MINE, key, copied)
    approved(ring)
    clock.advance(DESTRUCTION_DELAY)
    other = world.ring()
    assert other.subjects.unwrap(MINE, key, copied)
    run_due_destructions(ring)
    for one in (ring, world.ring()):
        with pytest.raises(KeyDestroyed):
            one.subjects.unwrap(MINE, key, copied)
    other.generation()  # what every use asks first
    with pytest.raises(KeyDestroyed):
        other.subjects.unwrap(MINE, key, copied)


@pytest.mark.usefixtures("fields")
def test_the_same_person_cannot_do_both(ring: KeyRing, clock: ManualClock) -> None:
    schedule_destruction(ring, *OLD, actor="opr_a", reason="leaked")
    with pytest.raises(SecondPersonNeeded):
        approve_destruction(ring, *OLD, actor="opr_a")
    clock.advance(DESTRUCTION_DELAY * 2)
    assert run_due_destructions(ring) == []


@pytest.mark.usefixtures("fields")
def test_what_is_needed_stays(ring: KeyRing) -> None:
    def ask(data_class: DataClass, number: int) -> None:
        schedule_destruction(ring, MINE, data_class, number, actor="opr_a", reason="x")

    with pytest.raises(KeyStillNeeded, match="rotate first"):
        ask(DataClass.IMPORTANT, 2)
    with pytest.raises(KeyUnknown):
        ask(DataClass.IMPORTANT, 3)
    ring.box(MINE, "upload").seal(b"", b"")
    rotate_workspace_key(ring, MINE, DataClass.GENERAL)
    with pytest.raises(KeyStillNeeded, match="records and files"):
        ask(DataClass.GENERAL, 1)
    with pytest.raises(Cut):
        rotate_workspace_key(ring, MINE, DataClass.IMPORTANT, reached=stop_at("begun"))
    with pytest.raises(KeyStillNeeded, match="10 subject keys"):
        ask(DataClass.IMPORTANT, 2)
    ask(DataClass.IMPORTANT, 1)
    with pytest.raises(DestructionSettled):
        ask(DataClass.IMPORTANT, 1)


@pytest.mark.usefixtures("fields")
def test_it_can_be_called_off_until_it_is_done(ring: KeyRing, clock: ManualClock) -> None:
    for act in (
        lambda: approve_destruction(ring, *OLD, actor="opr_b"),
        lambda: cancel_destruction(ring, *OLD),
    ):
        with pytest.raises(DestructionUnknown):
            act()
    approved(ring)
    with pytest.raises(DestructionSettled):
        approve_destruction(ring, *OLD, actor="opr_c")
    cancel_destruction(ring, *OLD)
    assert version(ring).state is KeyState.DECRYPT_ONLY
    clock.advance(DESTRUCTION_DELAY)
    assert run_due_destructions(ring) == []
    approved(ring)
    clock.advance(DESTRUCTION_DELAY)
    run_due_destructions(ring)
    with pytest.raises(DestructionUnknown):
        cancel_destruction(ring, *OLD)
    with pytest.raises(KeyDestroyed):
        schedule_destruction(ring, *OLD, actor="opr_a", reason="again")


def test_what_is_needed_again_when_it_is_due_stays(
    ring: KeyRing, fields: list[Sealed], clock: ManualClock
) -> None:
    key = fields[1].key
    approved(ring)
    with ring.store.turn():  # as a key store put back from a copy might have it
        old = ring.workspaces.version(MINE, DataClass.IMPORTANT, 1)
        plain = ring.subjects.find(MINE, [key])[key]
        ring.store.put_subject_keys(MINE, [ring.subjects.wrap(MINE, key, plain, old)])
    clock.advance(DESTRUCTION_DELAY)
    assert run_due_destructions(ring) == []
    assert all(readable(ring, fields))
    assert version(ring).state is KeyState.DESTROYING


@pytest.mark.parametrize("point", ["due", "destroyed", "wiped"])
def test_cut_short_anywhere_it_is_there_or_gone_and_then_gone(
    ring: KeyRing, fields: list[Sealed], clock: ManualClock, world: VaultWorld, point: str
) -> None:
    wrapped = wrapped_key(ring)
    approved(ring)
    clock.advance(DESTRUCTION_DELAY)
    with pytest.raises(Cut):
        run_due_destructions(world.ring(), reached=stop_at(point))
    assert all(readable(world.ring(), fields))
    expected = KeyState.DESTROYING if point == "due" else KeyState.DESTROYED
    assert version(world.ring()).state is expected
    run_due_destructions(world.ring())
    assert version(world.ring()).state is KeyState.DESTROYED
    assert wrapped not in b"".join(path.read_bytes() for path in world.keys.iterdir())
    assert all(readable(world.ring(), fields))


def test_cut_short_at_any_call_of_the_store_it_is_there_or_gone(
    ring: KeyRing, fields: list[Sealed], clock: ManualClock, world: VaultWorld
) -> None:
    approved(ring)
    clock.advance(DESTRUCTION_DELAY)
    cuts = 0
    while True:
        cut, store = cut_ring(world.ring(), calls=cuts)
        with suppress(Cut):
            run_due_destructions(cut)
        assert all(readable(world.ring(), fields))
        assert version(world.ring()).state in {KeyState.DESTROYING, KeyState.DESTROYED}
        if store.left >= 0:
            break
        cuts += 1
    assert cuts > 8
    assert version(world.ring()).state is KeyState.DESTROYED


def test_forgetting_cut_short_at_any_call_forgets_whole_or_not_at_all(
    ring: KeyRing, world: VaultWorld
) -> None:
    fields = seal_people(ring, 6)
    gone = fields[1].key.owner
    cuts = 0
    while True:
        cut, store = cut_ring(world.ring(), calls=cuts)
        with suppress(Cut):
            cut.destroy(MINE, [gone], at_us=1)
        is_readable = readable(world.ring(), fields)
        assert is_readable == [True, is_readable[1], True, True, True, True]
        assert is_readable[1] == (gone not in world.ring().tombstones(MINE))
        if store.left >= 0:
            break
        cuts += 1
    assert cuts > 5
    assert not is_readable[1]


def test_a_wrapped_key_opens_under_the_version_that_wraps_it_alone(
    ring: KeyRing, fields: list[Sealed]
) -> None:
    (stored,) = ring.store.find_subject_keys(MINE, [fields[1].key])
    assert stored is not None
    with pytest.raises(CiphertextRefused):
        ring.subjects.unwrap(MINE, fields[1].key, StoredKey(1, stored.wrapped))
