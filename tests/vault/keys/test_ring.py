"""The ring gives out keys that stand; none that was destroyed, is away or somebody else's."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from catchment.kernel import SystemClock
from catchment.testing.clock import ManualClock
from catchment.testing.vault_world import VaultWorld, make_vault_world
from catchment.vault import (
    Cipher,
    CiphertextRefused,
    DataClass,
    KeyDestroyed,
    KeyRing,
    KeysAway,
    KeyState,
    Purpose,
    rotate_workspace_key,
    verify,
)
from catchment.vault.ciphers import HEAD_BYTES, NONCE_BYTES
from catchment.vault.keys import subject_keys
from catchment.vault.types import PlainField
from vault.keys.key_world import MINE, PLACE, THEIRS, cipher, name, readable, seal_people


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world(tmp_path: Path, clock: ManualClock) -> VaultWorld:
    return make_vault_world(tmp_path, clock)


@pytest.fixture
def ring(world: VaultWorld) -> KeyRing:
    return world.ring()


def test_what_one_process_seals_another_opens(world: VaultWorld, ring: KeyRing) -> None:
    fields = seal_people(ring, 50)
    assert readable(world.ring(), fields) == [True] * 50


def test_keys_are_made_only_when_asked_and_then_once(world: VaultWorld, ring: KeyRing) -> None:
    assert ring.sealers(MINE, [name("a")], make=False) == [None]
    sealed = cipher(ring, "a").seal(b"x", PLACE)
    others = world.ring().sealers(MINE, [name("a"), name("b"), name("a")], make=True)
    assert [one.open(sealed, PLACE) for one in others[::2] if one] == [b"x", b"x"]
    assert ring.sealers(MINE, [], make=True) == []


def test_of_many_makers_at_once_one_key_comes(world: VaultWorld) -> None:
    names = [name(f"{i:032x}") for i in range(200)]
    rings = [world.ring() for _ in range(4)]
    sealed: list[list[bytes]] = []

    def make(one: KeyRing) -> None:
        found = one.sealers(MINE, names, make=True)
        sealed.append([c.seal(b"x", PLACE) for c in found if c])

    threads = [threading.Thread(target=make, args=[one]) for one in rings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reader = world.ring().sealers(MINE, names, make=False)
    for texts in sealed:
        assert [c.open(t, PLACE) for c, t in zip(reader, texts, strict=True) if c] == [b"x"] * 200


def test_many_are_sealed_at_once_as_one_by_one(world: VaultWorld, ring: KeyRing) -> None:
    """Each under its own key, for its own place, with a nonce of its own; of the gone, none."""
    ring.destroy(MINE, ["gone"], at_us=7)
    owners = ["a", "b", "gone", "a", "b"]
    places = [f"place {n}".encode() for n in range(5)]
    sealed = ring.sealed(
        MINE, [PlainField(name(o), o.encode(), p) for o, p in zip(owners, places, strict=True)]
    )
    assert sealed[2] is None
    texts = [one for one in sealed if one is not None]
    readers = [cipher(world.ring(), owner) for owner in ("a", "b", "a", "b")]
    kept = [place for place in places if place != b"place 2"]
    told = zip(readers, texts, kept, strict=True)
    assert [one.open(text, place) for one, text, place in told] == [b"a", b"b", b"a", b"b"]
    assert len({text[HEAD_BYTES : HEAD_BYTES + NONCE_BYTES] for text in texts}) == 4
    with pytest.raises(CiphertextRefused):
        readers[1].open(texts[0], kept[0])
    with pytest.raises(CiphertextRefused):
        readers[0].open(texts[0], kept[2])
    assert ring.sealed(MINE, []) == []


def test_nothing_is_sealed_at_once_under_what_was_destroyed(
    world: VaultWorld, ring: KeyRing
) -> None:
    """The wrong variant seals by the cipher it holds, and looks at nothing."""
    field = PlainField(name("a"), b"x", PLACE)
    assert ring.sealed(MINE, [field]) != [None]
    held = cipher(ring, "a")
    world.ring().destroy(MINE, ["a"], at_us=7)
    assert held.seal_now(b"n" * NONCE_BYTES, field.plain, field.place)
    assert ring.sealed(MINE, [field]) == [None]


def test_a_destroyed_key_opens_nothing_and_is_not_made_again(ring: KeyRing) -> None:
    fields = seal_people(ring, 6)
    held = cipher(ring, fields[2].key)
    assert ring.destroy(MINE, [fields[2].key.owner, "nobody"], at_us=7) == 1
    with pytest.raises(KeyDestroyed):
        held.open(fields[2].text, PLACE)
    with pytest.raises(KeyDestroyed):
        held.seal(b"new", PLACE)
    assert readable(ring, fields) == [True, True, False, True, True, True]
    every = [name(fields[2].key.owner, p, c) for p in Purpose for c in DataClass]
    assert ring.sealers(MINE, every, make=True) == [None] * len(every)
    assert {owner: stone.at_us for owner, stone in ring.tombstones(MINE).items()} == {
        fields[2].key.owner: 7, "nobody": 7,
    }  # fmt: skip
    assert ring.tombstones(THEIRS) == {}


def test_destroying_again_changes_nothing_and_the_first_instant_stays(ring: KeyRing) -> None:
    cipher(ring, "a")
    assert [ring.destroy(MINE, ["a"], at_us=at) for at in (7, 9)] == [1, 0]
    assert ring.tombstones(MINE)["a"].at_us == 7


def test_the_other_workspace_keeps_its_key_to_the_same_subject(ring: KeyRing) -> None:
    theirs = cipher(ring, "a", workspace_id=THEIRS)
    sealed = theirs.seal(b"x", PLACE)
    cipher(ring, "a")
    ring.destroy(MINE, ["a"], at_us=1)
    assert theirs.open(sealed, PLACE) == b"x"


def test_lifting_allows_new_keys_and_brings_no_old_ones_back(
    world: VaultWorld, ring: KeyRing
) -> None:
    old = cipher(ring, "a").seal(b"x", PLACE)
    other = world.ring()
    assert other.sealers(MINE, [name("a")], make=False) != [None]
    ring.destroy(MINE, ["a"], at_us=7)
    ring.lift(MINE, ["a", "never destroyed"], at_us=9)
    ring.lift(MINE, ["a"], at_us=11)
    assert ring.tombstones(MINE).keys() == {"a"}
    assert (ring.tombstones(MINE)["a"].lifted_us, ring.tombstones(MINE)["a"].bars) == (9, False)
    new = cipher(other, "a")
    with pytest.raises(CiphertextRefused):
        new.open(old, PLACE)
    assert cipher(ring, "a", make=False).open(new.seal(b"y", PLACE), PLACE) == b"y"
    # Forgotten anew, it is barred anew.
    ring.destroy(MINE, ["a"], at_us=13)
    assert ring.sealers(MINE, [name("a")], make=True) == [None]


def test_keys_moved_away_close_everything_that_is_held(
    world: VaultWorld, ring: KeyRing, clock: ManualClock
) -> None:
    fields = seal_people(ring, 2)
    held, box = cipher(ring, fields[0].key), ring.box(MINE, "upload")
    blob = box.seal(b"x", b"")
    world.move_keys_away()
    clock.advance(0.3)
    for use in (
        ring.check,
        ring.master,
        ring.generation,
        ring.fingerprint,
        lambda: ring.secret(MINE, "tokens"),
        lambda: ring.sealers(MINE, [fields[0].key], make=False),
        lambda: ring.tombstones(MINE),
        lambda: ring.destroy(MINE, ["a"], at_us=1),
        lambda: ring.lift(MINE, ["a"], at_us=1),
        lambda: ring.describe(MINE),
        lambda: ring.signing_key("trail"),
        lambda: ring.cipher(MINE),
        lambda: held.open(fields[0].text, PLACE),
        lambda: held.seal(b"x", PLACE),
        lambda: box.seal(b"x", b""),
        lambda: box.open(blob, b""),
        lambda: rotate_workspace_key(ring, MINE, DataClass.COMMON),
    ):
        with pytest.raises(KeysAway):
            use()
    assert ring.workspaces._opened == {}, "nothing stays in memory"
    assert ring.subjects._cache == {}
    world.put_keys_back()
    assert readable(ring, fields) == [True, True]
    assert held.open(fields[0].text, PLACE) == fields[0].plain
    assert box.open(blob, b"") == b"x"


def test_keys_in_memory_are_few_and_young(ring: KeyRing, clock: ManualClock) -> None:
    names = [name(f"{i:032x}") for i in range(subject_keys.KEYS_CACHED_MAX + 50)]
    ring.sealers(MINE, names, make=True)
    assert len(ring.subjects._cache) == subject_keys.KEYS_CACHED_MAX
    assert None not in ring.subjects.cached(MINE, names[-9:], clock.now_us())
    clock.advance(timedelta(minutes=5))
    assert ring.subjects.cached(MINE, names[-9:], clock.now_us()) == [None] * 9
    cipher(ring, names[0])
    assert len(ring.subjects._cache) == 1
    clock.advance(timedelta(minutes=-1))
    assert ring.subjects.cached(MINE, names[:1], clock.now_us()) == [None], "clocks go back too"


def test_secrets_are_one_workspaces_and_one_uses_for_ever(world: VaultWorld, ring: KeyRing) -> None:
    secret = ring.secret(MINE, "tokens")
    assert len(secret) == 32
    rotate_workspace_key(ring, MINE, DataClass.COMMON)
    ring.set_cipher(MINE, Cipher.SM4_GCM)
    assert world.ring().secret(MINE, "tokens") == secret
    others = [ring.secret(MINE, "index"), ring.secret(THEIRS, "tokens")]
    assert len({secret, *others}) == 3


def test_a_cipher_is_chosen_by_workspace_and_what_was_sealed_before_stays_readable(
    world: VaultWorld, ring: KeyRing
) -> None:
    before, box = cipher(ring, "a").seal(b"old", PLACE), ring.box(MINE, "upload")
    blob = box.seal(b"old", b"")
    ring.set_cipher(MINE, Cipher.SM4_GCM)
    reader = cipher(world.ring(), "a")
    after = reader.seal(b"new", PLACE)
    assert (before[0], after[0], blob[0], box.seal(b"", b"")[0]) == (1, 2, 1, 2)
    assert [reader.open(text, PLACE) for text in (before, after)] == [b"old", b"new"]
    assert box.open(blob, b"") == b"old"
    assert cipher(ring, "b", workspace_id=THEIRS).seal(b"x", PLACE)[0] == 1
    rotate_workspace_key(ring, MINE, DataClass.IMPORTANT)
    states = {v.version: (v.cipher, v.state) for v in ring.describe(MINE)
              if v.data_class is DataClass.IMPORTANT}  # fmt: skip
    assert states == {
        1: (Cipher.AES_256_GCM, KeyState.DECRYPT_ONLY), 2: (Cipher.SM4_GCM, KeyState.ACTIVE),
    }  # fmt: skip
    fresh = cipher(world.ring(), "a")
    assert [fresh.open(text, PLACE) for text in (before, after)] == [b"old", b"new"]


def test_signatures_hold_for_their_data_alone(world: VaultWorld, ring: KeyRing) -> None:
    signer = ring.signing_key("trail")
    signature = signer.sign(b"head")
    assert world.ring().signing_key("trail").public == signer.public
    assert ring.signing_key("receipt").public != signer.public
    assert verify(signer.public, b"head", signature)
    for public, data, signed in (
        (signer.public, b"heads", signature),
        (ring.signing_key("receipt").public, b"head", signature),
        (signer.public, b"head", signature[:-1] + bytes([signature[-1] ^ 1])),
        (b"short", b"head", signature),
        (signer.public, b"head", b""),
    ):
        assert not verify(public, data, signed)


def test_the_wrapped_key_of_one_is_refused_as_anothers(world: VaultWorld) -> None:
    ring = world.ring()
    cipher(ring, "a"), cipher(ring, "b"), cipher(ring, name("a", Purpose.LEGAL))
    for mine, theirs in ((name("a"), name("b")), (name("a"), name("a", Purpose.LEGAL))):
        store = world.store()
        (stolen,) = store.find_subject_keys(MINE, [theirs])
        assert stolen is not None
        with pytest.raises(CiphertextRefused):
            world.ring().subjects.unwrap(MINE, mine, stolen)


def test_a_held_cipher_learns_within_a_moment_what_another_process_destroyed(
    world: VaultWorld,
) -> None:
    ring = make_vault_world(world.folder, SystemClock()).ring()
    held = cipher(ring, "a")
    sealed = held.seal(b"x", PLACE)
    world.ring().destroy(MINE, ["a"], at_us=1)
    ended = threading.Event()
    for _ in range(100):
        try:
            held.open(sealed, PLACE)
        except KeyDestroyed:
            ended.set()
            break
        ended.wait(0.01)
    assert ended.is_set()
    assert ring.sealers(MINE, [name("a")], make=False) == [None]


def test_a_ring_that_trusts_its_memory_would_be_caught(world: VaultWorld) -> None:
    """The deliberately wrong variant: it looks at the store once, and never again."""

    class Trusting(KeyRing):
        def generation(self) -> int:
            return 1

    store = world.store()
    trusting = Trusting(store, clock=world.clock, entropy=world.entropy)
    fields = seal_people(trusting, 2)
    world.ring().destroy(MINE, [fields[0].key.owner], at_us=1)
    assert readable(trusting, fields) == [True, True], "what the tests above would notice"
