"""Whatever order keys are made, destroyed, lifted, rotated and cut short in, the promises hold.

A plain model says who is readable; two rings, as of two processes, must both agree with it.
"""

import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from catchment.kernel import WorkspaceId
from catchment.testing.clock import ManualClock
from catchment.testing.vault_world import make_vault_world
from catchment.vault import (
    Cipher,
    CiphertextRefused,
    DataClass,
    KeyName,
    KeyRing,
    KeyStillNeeded,
    Purpose,
    approve_destruction,
    rotate_workspace_key,
    run_due_destructions,
    schedule_destruction,
)
from catchment.vault.keys.destruction import DESTRUCTION_DELAY
from vault.keys.cutting import Cut, cut_ring

WORKSPACES = st.sampled_from([WorkspaceId("wsp_1"), WorkspaceId("wsp_2")])
OWNERS = st.sampled_from(["a", "b", "c"])
CLASSES = st.sampled_from([DataClass.COMMON, DataClass.IMPORTANT])
WHICH = st.integers(0, 1)


class KeyStories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = ManualClock()
        self.world = make_vault_world(Path(self.folder.name), self.clock)
        self.rings = [self.world.ring(), self.world.ring()]
        self.barred: set[tuple[WorkspaceId, str]] = set()
        self.readable: dict[bytes, tuple[WorkspaceId, KeyName]] = {}
        self.closed: dict[bytes, tuple[WorkspaceId, KeyName]] = {}

    def teardown(self) -> None:
        for ring in self.rings:
            ring.close()
        self.folder.cleanup()

    @rule(which=WHICH, workspace_id=WORKSPACES, owner=OWNERS, data_class=CLASSES)
    def keep(
        self, which: int, workspace_id: WorkspaceId, owner: str, data_class: DataClass
    ) -> None:
        name = KeyName(owner, Purpose.SERVICE, data_class)
        (found,) = self.rings[which].sealers(workspace_id, [name], make=True)
        assert (found is None) == ((workspace_id, owner) in self.barred)
        if found is not None:
            self.readable[found.seal(b"x", b"here")] = (workspace_id, name)

    @rule(which=WHICH, workspace_id=WORKSPACES, owner=OWNERS, calls=st.integers(0, 12))
    def forget(self, which: int, workspace_id: WorkspaceId, owner: str, calls: int) -> None:
        cut, _ = cut_ring(self.rings[which], calls)
        with suppress(Cut):
            cut.destroy(workspace_id, [owner], at_us=1)
        stone = self.world.ring().tombstones(workspace_id).get(owner)
        if stone is not None and stone.bars:
            self.barred.add((workspace_id, owner))
            gone = {
                text: of
                for text, of in self.readable.items()
                if (of[0], of[1].owner) == (workspace_id, owner)
            }
            self.closed |= gone
            self.readable = {t: of for t, of in self.readable.items() if t not in gone}

    @rule(which=WHICH, workspace_id=WORKSPACES, owner=OWNERS)
    def let_back(self, which: int, workspace_id: WorkspaceId, owner: str) -> None:
        self.rings[which].lift(workspace_id, [owner], at_us=2)
        self.barred.discard((workspace_id, owner))

    @rule(which=WHICH, workspace_id=WORKSPACES, data_class=CLASSES, calls=st.integers(0, 60))
    def rotate(
        self, which: int, workspace_id: WorkspaceId, data_class: DataClass, calls: int
    ) -> None:
        cut, _ = cut_ring(self.rings[which], calls)
        with suppress(Cut):
            rotate_workspace_key(cut, workspace_id, data_class, page_keys=2)

    @rule(which=WHICH, workspace_id=WORKSPACES)
    def destroy_what_is_retired(self, which: int, workspace_id: WorkspaceId) -> None:
        ring = self.rings[which]
        for version in ring.describe(workspace_id):
            place = (workspace_id, version.data_class, version.version)
            with suppress(KeyStillNeeded):
                if version.destroyed_us is None and version.destruction is None:
                    schedule_destruction(ring, *place, actor="opr_a", reason="old")
                    approve_destruction(ring, *place, actor="opr_b")
        self.clock.advance(DESTRUCTION_DELAY)
        run_due_destructions(ring)

    @rule(which=WHICH, workspace_id=WORKSPACES, cipher=st.sampled_from(Cipher))
    def choose(self, which: int, workspace_id: WorkspaceId, cipher: Cipher) -> None:
        self.rings[which].set_cipher(workspace_id, cipher)

    @rule(which=WHICH)
    def start_anew(self, which: int) -> None:
        self.rings[which].close()
        self.rings[which] = self.world.ring()

    @invariant()
    def what_should_be_readable_is(self) -> None:
        for ring in self.rings:
            for text, (workspace_id, name) in self.readable.items():
                (found,) = ring.sealers(workspace_id, [name], make=False)
                assert found is not None
                assert found.open(text, b"here") == b"x"

    @invariant()
    def what_should_not_be_is_not(self) -> None:
        for ring in self.rings:
            for text, (workspace_id, name) in self.closed.items():
                assert not opens(ring, workspace_id, name, text)


def opens(ring: KeyRing, workspace_id: WorkspaceId, name: KeyName, text: bytes) -> bool:
    (found,) = ring.sealers(workspace_id, [name], make=False)
    if found is None:
        return False
    try:
        found.open(text, b"here")
    except CiphertextRefused:
        return False
    return True


KeyStories.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestKeyStories = KeyStories.TestCase
