"""The log's seals: collecting needs no keys, reading needs them, and old keys are destroyed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from catchment.kernel import WorkspaceId, system_entropy
from catchment.lake import Received, SQLiteEventLog
from catchment.lake.log_entries import UNREADABLE
from catchment.testing.clock import ManualClock
from catchment.vault import FileKeyStore, KeysAway, KeysWrong
from catchment.vault.log_epochs import LogEpochs
from catchment.vault.log_seals import LogOpener, LogSealer

MINE = WorkspaceId("wsp_mine")
PLACE = b"place"
BEFORE_KEYS = "keys.away"
RESTORE = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass
class World:
    """A home with its log and its keys, as one process knows them; `reopened` is another's."""

    folder: Path
    clock: ManualClock
    store: FileKeyStore
    epochs: LogEpochs
    sealer: LogSealer
    log: SQLiteEventLog

    @property
    def public_file(self) -> Path:
        return self.folder / "log" / "seal.pub"

    def reopened(self) -> "World":
        self.close()
        return world_in(self.folder, self.clock)

    def take_keys_away(self) -> None:
        (self.folder / "keys").rename(self.folder / BEFORE_KEYS)

    def put_keys_back(self) -> None:
        (self.folder / BEFORE_KEYS).rename(self.folder / "keys")

    def bodies(self) -> list[bytes]:
        entries = self.log.read(0, entries_max=999, bytes_max=10**9)
        return [one.received.body for one in entries]

    def tidy(self) -> int:
        return self.epochs.destroy_unused(self.log.epochs())

    def close(self) -> None:
        self.log.close()
        self.store.close()


def world_in(folder: Path, clock: ManualClock) -> World:
    store = FileKeyStore(folder / "keys", folder / "keys.check", system_entropy)
    public_file = folder / "log" / "seal.pub"
    epochs = LogEpochs(store, public_file, clock=clock, entropy=system_entropy)
    sealer = LogSealer(public_file, clock=clock, entropy=system_entropy)
    opener = LogOpener(epochs, clock=clock)
    log = SQLiteEventLog(folder / "log" / "events.db", sealer=sealer, opener=opener)
    return World(folder, clock, store, epochs, sealer, log)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = world_in(tmp_path, ManualClock())
    made.store.establish()
    made.epochs.renew()
    yield made
    made.close()


def entry(body: bytes) -> Received:
    return Received(MINE, "src", "segment", 1, body)


def test_what_is_sealed_is_opened_to_the_byte(world: World) -> None:
    bodies = [b"", b"a", b"\x00\xff" * 3_000, os.urandom(40_000)]
    world.log.append([entry(body) for body in bodies])
    assert world.bodies() == bodies
    assert world.reopened().bodies() == bodies


def test_no_two_bodies_share_a_nonce_under_a_key(world: World) -> None:
    first, one = world.sealer.seal([(b"x", PLACE)] * 100)
    second, two = world.sealer.seal([(b"x", PLACE)] * 100)
    assert first == second
    assert len({body[:12] for body in [*one, *two]}) == 200


FORKING = """
import os, sys
from pathlib import Path
from catchment.kernel import SystemClock, system_entropy
from catchment.vault.log_seals import LogSealer

sealer = LogSealer(Path(sys.argv[1]), clock=SystemClock(), entropy=system_entropy)
ours = sealer.seal([(b"x", b"")])[0].id
if os.fork() == 0:
    theirs = sealer.seal([(b"x", b"")])[0].id
    os._exit(ours == theirs)
sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def test_a_child_of_a_fork_draws_a_key_of_its_own(world: World) -> None:
    # It would count the same nonces under the same key.
    program = [sys.executable, "-W", "ignore", "-c", FORKING, str(world.public_file)]
    assert subprocess.run(program, check=False).returncode == 0


def test_a_key_lasts_an_hour_and_a_pair_a_day(world: World) -> None:
    first, _ = world.sealer.seal([(b"x", PLACE)])
    world.clock.advance(timedelta(hours=1))
    second, _ = world.sealer.seal([(b"x", PLACE)])
    assert (first.id == second.id, first.epoch == second.epoch) == (False, True)
    world.clock.advance(timedelta(hours=23))
    world.epochs.renew()
    third, _ = world.sealer.seal([(b"x", PLACE)])
    assert third.epoch > second.epoch


def test_collecting_goes_on_without_keys_and_reading_waits_for_them(world: World) -> None:
    world.log.append([entry(b"before")])
    world.bodies()
    world.take_keys_away()
    assert world.log.append([entry(b"without")]) == 2
    with pytest.raises(KeysAway):
        world.bodies()
    with pytest.raises(KeysAway):
        world.log.tail(MINE, entries_max=9)
    # A process that starts without them collects as well: the public half lies beside the log.
    cold = world.reopened()
    assert cold.log.append([entry(b"cold")]) == 3
    with pytest.raises(KeysAway):
        cold.bodies()
    world.put_keys_back()
    assert cold.bodies() == [b"before", b"without", b"cold"]
    cold.close()


def test_without_a_public_half_nothing_is_written_open(tmp_path: Path) -> None:
    world = world_in(tmp_path, ManualClock())
    with pytest.raises(KeysAway, match=r"seal\.pub"):
        world.log.append([entry(b"open")])
    assert world.log.head() == 0
    world.close()


def test_the_pair_is_destroyed_once_no_entry_is_left_under_it(world: World) -> None:
    world.log.append([entry(b"old")])
    kept = world.log._reader.execute("SELECT seal_id, epoch, sealed FROM seals").fetchall()
    stolen = world.log._reader.execute("SELECT * FROM entries").fetchall()
    world.clock.advance(timedelta(days=1))
    world.epochs.renew()
    world.clock.advance(timedelta(hours=4))
    assert world.tidy() == 0, "an entry is left under it"
    world.log.append([entry(b"new")])
    world.log.trim(1)
    assert world.tidy() == 1
    assert world.bodies() == [b"new"]
    # Even a copy of the log from before is closed for ever now, to who has the keys as well.
    world.log._writer.executemany("INSERT OR REPLACE INTO seals VALUES (?, ?, ?, 1)", kept)
    world.log._writer.execute(RESTORE, stolen[0])
    told = world.log.read(0, entries_max=9, bytes_max=99)
    assert [(one.received.format, one.received.body) for one in told] == [
        (UNREADABLE, b""), ("segment", b"new"),
    ]  # fmt: skip


def test_a_pair_is_kept_while_keys_drawn_from_it_may_be_in_use(world: World) -> None:
    world.clock.advance(timedelta(days=1))
    world.epochs.renew()
    assert world.tidy() == 0
    world.clock.advance(timedelta(hours=3))
    assert world.tidy() == 1


def test_a_pair_is_kept_that_lay_beside_the_log_until_now(world: World) -> None:
    before = world.public_file.read_bytes()
    world.clock.advance(timedelta(days=1))
    world.epochs.renew()
    # As if its maker had died before the new half was in place.
    world.public_file.write_bytes(before)
    world.clock.advance(timedelta(hours=4))
    drawn, _ = world.sealer.seal([(b"x", PLACE)])
    world.epochs.renew()
    assert world.public_file.read_bytes() != before
    assert world.tidy() == 0
    assert world.epochs.private_half(drawn.epoch)
    world.clock.advance(timedelta(hours=3))
    assert world.tidy() == 1


def test_the_present_pair_is_never_destroyed(world: World) -> None:
    world.clock.advance(timedelta(days=9))
    assert world.tidy() == 0
    world.log.append([entry(b"x")])
    assert world.bodies() == [b"x"]


def test_a_pair_that_the_keys_never_had_is_waited_for_and_then_given_up(world: World) -> None:
    copy = {path.name: path.read_bytes() for path in (world.folder / "keys").iterdir()}
    world.clock.advance(timedelta(days=1, hours=1))
    world.epochs.renew()
    world.log.append([entry(b"after the backup")])
    world.close()
    for name, content in copy.items():
        (world.folder / "keys" / name).write_bytes(content)
    restored = world_in(world.folder, world.clock)
    with pytest.raises(KeysWrong, match="newest copy"):
        restored.bodies()
    # New events are sealed so that these keys open them.
    restored.epochs.renew()
    fresh = restored.reopened()
    fresh.log.append([entry(b"new")])
    fresh.clock.advance(timedelta(days=8))
    assert fresh.bodies() == [b"", b"new"]
    fresh.close()


def test_a_seal_that_was_tampered_with_opens_nothing(world: World) -> None:
    world.log.append([entry(b"x")])
    sealed = bytearray(world.log._reader.execute("SELECT sealed FROM seals").fetchone()[0])
    sealed[-1] ^= 1
    world.log._writer.execute("UPDATE seals SET sealed = ?", (bytes(sealed),))
    (told,) = world.log.read(0, entries_max=9, bytes_max=9)
    assert told.received.format == UNREADABLE


def test_the_sealer_brings_nothing_heavy_along() -> None:
    """The collector starts light."""
    program = (
        "import sys, catchment.vault.log_seals;"
        "sys.exit(any(name in sys.modules for name in ('numba', 'duckdb', 'sqlalchemy', 'ibis')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
