"""The store in a folder: ours alone, refused when it is not the right one, wiped when told to."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from catchment.testing.vault_keys import FIRST, MINE, KeyStoreConformance, name, named
from catchment.testing.vault_world import VaultWorld, make_vault_world
from catchment.vault import FileKeyStore, KeysAway, KeyStore, KeysWrong

SECRET = b"a wrapped key that nobody may find again " * 3


class TestFileKeyStore(KeyStoreConformance):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.world = make_vault_world(tmp_path)

    def open_store(self) -> KeyStore:
        return self.world.store()


@pytest.fixture
def world(tmp_path: Path) -> VaultWorld:
    return make_vault_world(tmp_path)


def test_the_files_belong_to_us_alone(world: VaultWorld) -> None:
    store = world.store()
    with store.turn():
        store.bump()
    assert world.keys.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in world.keys.iterdir()} == {0o600}


@pytest.mark.parametrize("lost", ["keys.db", "master.key", "."])
def test_what_was_moved_away_is_missed_at_once_and_found_again(
    world: VaultWorld, tmp_path: Path, lost: str
) -> None:
    store = world.store()
    generation = store.generation()
    (world.keys / lost).rename(tmp_path / "elsewhere")
    for use in (store.check, store.master, store.generation, lambda: store.find_root(MINE)):
        with pytest.raises(KeysAway, match="CATCHMENT_KEYS"):
            use()
    with pytest.raises(KeysAway), store.turn():
        pass
    (tmp_path / "elsewhere").rename(world.keys / lost)
    assert store.generation() == generation


def test_keys_moved_away_within_a_turn_take_the_turn_with_them(world: VaultWorld) -> None:
    store = world.store()

    def cut_short() -> None:
        with store.turn():
            store.put_version(MINE, FIRST)
            world.move_keys_away()
            store.master()

    with pytest.raises(KeysAway):
        cut_short()
    world.put_keys_back()
    assert list(store.list_versions(MINE)) == []
    with store.turn():
        store.put_version(MINE, FIRST)


def test_another_installations_keys_are_wrong_however_they_came_there(
    world: VaultWorld, tmp_path: Path
) -> None:
    store = world.store()
    stranger = make_vault_world(tmp_path / "stranger")
    stranger.store().close()
    for part in ("master.key", "keys.db"):
        kept = (world.keys / part).read_bytes()
        (tmp_path / "new").write_bytes((stranger.keys / part).read_bytes())
        (tmp_path / "new").chmod(0o600)
        (tmp_path / "new").rename(world.keys / part)
        with pytest.raises(KeysWrong):
            store.check()
        (tmp_path / "old").write_bytes(kept)
        (tmp_path / "old").chmod(0o600)
        (tmp_path / "old").rename(world.keys / part)
        store.check()


def test_keys_that_others_may_read_open_nothing(world: VaultWorld) -> None:
    store = world.store()
    for part in ("master.key", "keys.db"):
        (world.keys / part).chmod(0o640)
        with pytest.raises(KeysAway, match=r"640.*chmod 600"):
            store.check()
        (world.keys / part).chmod(0o600)
        store.check()


def test_a_copy_put_in_the_place_of_keys_in_use_is_taken_up_whole(
    world: VaultWorld, tmp_path: Path
) -> None:
    """As somebody does who puts a backup back while everything runs."""
    stores = [world.store() for _ in range(3)]
    with stores[0].turn():
        stores[0].put_version(MINE, FIRST)
    shutil.copytree(world.keys, tmp_path / "backup")
    world.keys.rename(tmp_path / "old")
    (tmp_path / "backup").rename(world.keys)
    # One notices, and writes; the others notice later, and let go of what they held.
    with stores[0].turn():
        stores[0].put_subject_keys(MINE, [named(name("a"))])
    for store in stores[1:]:
        assert store.find_subject_keys(MINE, [name("a")])[0] is not None
        with store.turn():
            store.bump()
    assert list(world.store().list_versions(MINE)) == [FIRST]
    assert world.store().find_subject_keys(MINE, [name("a")])[0] is not None


def test_what_is_no_key_and_no_memory_is_said_so(world: VaultWorld) -> None:
    store = world.store()
    (world.keys / "master.key").write_bytes(b"short")
    with pytest.raises(KeysWrong, match="5 bytes"):
        store.check()
    (world.home / "keys.check").write_text("{}")
    with pytest.raises(KeysWrong, match="backup"):
        world.store()


def test_a_damaged_database_closes_the_vault_rather_than_start_anew(world: VaultWorld) -> None:
    world.store().close()
    rows = world.keys / "keys.db"
    rows.write_bytes(b"not a database" * 500)
    with pytest.raises(KeysAway):
        world.store()
    assert rows.read_bytes().startswith(b"not a database")


def test_a_deleted_key_is_in_no_file_any_more(world: VaultWorld) -> None:
    store = world.store()
    with store.turn():
        store.put_subject_keys(
            MINE, [named(name(f"{i:032x}"), wrapped=b"x" * 60) for i in range(99)]
        )
        store.put_subject_keys(MINE, [named(name("a"), wrapped=SECRET)])
    assert [path.name for path in world.keys.iterdir() if SECRET in path.read_bytes()]
    with store.turn():
        store.delete_subject_keys(MINE, ["a"])
    store.scrub()
    assert [path for path in world.keys.iterdir() if SECRET in path.read_bytes()] == []


def test_without_secure_delete_it_would_be_found(world: VaultWorld) -> None:
    """The deliberately wrong variant: plain SQLite leaves what it deletes."""
    store = world.store()
    with store.turn():
        store.put_subject_keys(MINE, [named(name("a"), wrapped=SECRET)])
    careless = sqlite3.connect(world.keys / "keys.db")
    careless.execute("PRAGMA secure_delete = OFF")
    careless.execute("DELETE FROM subject_keys WHERE owner = 'a'")
    careless.commit()
    assert any(SECRET in path.read_bytes() for path in world.keys.iterdir())
    careless.close()


def test_many_processes_that_start_at_once_make_one_set_of_keys(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from catchment.testing.vault_world import make_vault_world\n"
        "print(make_vault_world(Path(sys.argv[1])).store().master().hex())\n"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, tmp_path], stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    told = {process.communicate()[0].strip() for process in running}
    assert [process.returncode for process in running] == [0] * 4
    assert told == {make_vault_world(tmp_path).store().master().hex()}


def test_a_start_cut_short_at_any_file_goes_on(tmp_path: Path) -> None:
    class Cut(Exception): ...

    def bytes_until(left: int) -> object:
        def draw(count: int) -> bytes:
            nonlocal left
            if left == 0:
                raise Cut
            left -= 1
            return os.urandom(count)

        return draw

    keys, home = tmp_path / "keys", tmp_path / "home"
    for steps in (0, 1):
        with pytest.raises(Cut):
            FileKeyStore(keys, home / "keys.check", bytes_until(steps)).establish()  # type: ignore[arg-type]
    master = (keys / "master.key").read_bytes()
    store = FileKeyStore(keys, home / "keys.check", lambda n: b"z" * n)
    store.establish()
    assert store.master() == master
