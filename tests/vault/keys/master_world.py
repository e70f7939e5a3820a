"""Something of everything that hangs on the master key, and whether it still opens."""

from dataclasses import dataclass

from catchment.kernel import system_entropy
from catchment.testing.vault_world import VaultWorld
from catchment.vault import (
    Cipher,
    KeyRing,
    KeyState,
    LogEpochs,
    describe_masters,
    verify,
)
from vault.keys.key_world import MINE, THEIRS, Sealed, cipher, name, readable, seal_people

PEOPLE = 20


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


def states(ring: KeyRing) -> dict[int, tuple[KeyState, bool]]:
    return {one.version: (one.state, one.wraps > 0) for one in describe_masters(ring, MINE)}


DONE = {1: (KeyState.DECRYPT_ONLY, False), 2: (KeyState.ACTIVE, True)}
