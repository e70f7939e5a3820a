"""What one process does to a key counts in every other within a second."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from catchment.kernel import SystemClock
from catchment.testing.vault_world import VaultWorld, make_vault_world
from catchment.vault import DataClass, rotate_workspace_key
from vault.keys.key_world import MINE, cipher, name

READER = """
import sys, time
from pathlib import Path
from catchment.kernel import CatchmentError, SystemClock, WorkspaceId
from catchment.testing.vault_world import make_vault_world
from catchment.vault import DataClass, KeyName, Purpose
ring = make_vault_world(Path(sys.argv[1]), SystemClock()).ring()
key = KeyName("a", Purpose.SERVICE, DataClass.IMPORTANT)
(held,) = ring.sealers(WorkspaceId("wsp_mine"), [key], make=False)
sealed = bytes.fromhex(sys.argv[2])
print("reads", flush=True)
try:
    while True:
        assert held.open(sealed, b"") == b"x"
        time.sleep(0.005)
except CatchmentError as refused:
    print(refused.code, time.time(), flush=True)
for _ in sys.stdin:
    try:
        (found,) = ring.sealers(WorkspaceId("wsp_mine"), [key], make=True)
        print("none" if found is None else found.open(sealed, b"").decode(), flush=True)
    except CatchmentError as refused:
        print(refused.code, flush=True)
"""


@pytest.fixture
def world(tmp_path: Path) -> VaultWorld:
    return make_vault_world(tmp_path, SystemClock())


class Reader:
    """Another process, that holds a cipher and reads with it on and on."""

    def __init__(self, world: VaultWorld, sealed: bytes) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", READER, world.folder, sealed.hex()],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.told() == "reads"

    def told(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def asked(self) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write("again\n")
        self.process.stdin.flush()
        return self.told()

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def test_a_key_destroyed_here_opens_nothing_there_within_a_second(world: VaultWorld) -> None:
    ring = world.ring()
    reader = Reader(world, cipher(ring, "a").seal(b"x", b""))
    rotate_workspace_key(ring, MINE, DataClass.IMPORTANT)
    time.sleep(0.3)
    assert reader.process.poll() is None, "a rotation stops nobody"
    ring.destroy(MINE, ["a"], at_us=1)
    began = time.time()  # noqa: TID251  (compared with another process's)
    code, ended = reader.told().split()
    assert code == "key_destroyed"
    assert float(ended) - began < 1.0
    assert reader.asked() == "none"
    ring.lift(MINE, ["a"], at_us=2)
    assert reader.asked() == "ciphertext_refused", "a new key, and the old text stays closed"
    reader.end()


def test_keys_moved_away_are_away_for_everybody_within_a_second(world: VaultWorld) -> None:
    ring = world.ring()
    reader = Reader(world, cipher(ring, name("a")).seal(b"x", b""))
    world.move_keys_away()
    began = time.time()  # noqa: TID251  (compared with another process's)
    code, ended = reader.told().split()
    assert code == "keys_away"
    assert float(ended) - began < 1.0
    assert reader.asked() == "keys_away"
    world.put_keys_back()
    assert reader.asked() == "x"
    reader.end()
