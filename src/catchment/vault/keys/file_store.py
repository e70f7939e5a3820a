"""The key store in a folder of its own: the embedded default.

`master.key` and `keys.db`, readable by us alone, apart from the data. Whoever uses a key asks
first whether both are still there: a folder that was moved away closes the vault at once, though
files stay open and keys are in memory. A deleted key is overwritten in the file.

The second version of the master key is `master-2.key`, and so on; the database tells which one is
in use.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from catchment.kernel import Entropy
from catchment.vault.errors import KeyDestroyed, KeysAway, KeysWrong
from catchment.vault.keys.key_file import (
    FOLDER_MODE,
    KeysCheck,
    destroy_master,
    fingerprint,
    has_master,
    make_master,
    master_file,
    read_check,
    read_master,
    refuse_shared,
    replace_check,
    write_check,
)
from catchment.vault.keys.key_rows import GENERATION, KeyRows, read_masters
from catchment.vault.keys.key_tables import connect, make_database, take_turn
from catchment.vault.keys.types import KeyState, StoredMaster

DATABASE_FILE = "keys.db"

STORE = "SELECT value FROM meta WHERE name = 'store'"

_Seen = tuple[int, ...]


class FileKeyStore(KeyRows):
    """A `KeyStore` in a folder. Safe to use from several threads and several processes.

    Args:
        folder: where the keys are, apart from the data.
        home_check: the file in which the home remembers its keys; `None` for no home.
        entropy: makes the master key.
    """

    def __init__(self, folder: Path, home_check: Path | None, entropy: Entropy) -> None:
        self.folder = folder
        self._check_file = home_check
        self._entropy = entropy
        self._lock = threading.RLock()
        self._write_turn = threading.RLock()
        self._turn_of: int | None = None
        self._seen: _Seen | None = None
        self._masters: dict[int, bytes] = {}
        self._active, self._key = 1, master_file(folder, 1)
        self._rows = folder / DATABASE_FILE
        self._rows_seen: _Seen = ()
        self._read_at = -1
        self._reader: sqlite3.Connection | None = None
        self._writer: sqlite3.Connection | None = None

    def establish(self, has_data: Callable[[], bool] = lambda: False) -> None:
        """Makes the keys of a new home; of one that has keys or data, makes nothing.

        Args:
            has_data: whether the home holds anything already; asked only if it knows no keys.

        Raises:
            KeysAway, KeysWrong: the home was written under keys that are not here.
        """
        if self._remembered() is None:
            self._make(has_data)
        self.check()

    def check(self) -> None:
        """Cheap enough for every use: is the right store there, now?"""
        try:
            if self._seen is not None and self._look() == self._seen:
                return
        except KeysAway:
            # Perhaps it is the file of a version that is no longer in use: the rows tell.
            if not self._rows.exists():
                raise
        self._open()

    def generation(self) -> int:
        """A number that grows with every destruction, rotation and lifting, by any process."""
        now = super().generation()
        if now != self._read_at and self._turn_of != threading.get_ident():
            self._follow(now)
        return now

    def master(self, version: int | None = None) -> bytes:
        """The installation's master key, 32 bytes: the one in use, or one of its versions."""
        self.check()
        asked = self._active if version is None else version
        known = self._masters.get(asked)
        if known is None:
            told = next((one for one in self.list_masters() if one.version == asked), None)
            known = self._read(told, asked)
            self._masters[asked] = known
        return known

    def list_masters(self) -> Sequence[StoredMaster]:
        """The versions of the master key, the oldest first; there is one at least."""
        told = read_masters(self._ask)
        if told:
            return told
        first = fingerprint(self.master(1))
        made_us = master_file(self.folder, 1).stat().st_mtime_ns // 1_000
        return [StoredMaster(1, KeyState.ACTIVE, first, made_us)]

    def make_master(self, version: int) -> str:
        """In a turn: makes the key of a version that is not listed yet; its fingerprint."""
        self._in_turn()
        with _named("made"):
            make_master(self.folder, version, self._entropy)
        return fingerprint(read_master(self.folder, version))

    def drop_master(self, version: int) -> None:
        """Outside of a turn: destroys the key of a version. Done again, it changes nothing."""
        self.check()
        self._masters.pop(version, None)
        with _named("written"):
            destroy_master(self.folder, version)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A turn to write: whole or not at all, on disk when it ends, one at a time anywhere."""
        with self._write_turn:
            if self._turn_of == threading.get_ident():
                yield  # a turn within our own is part of it
                return
            self.check()
            with _named("written"):
                writer = self._connected(self._writer)
                take_turn(writer)
            self._turn_of = threading.get_ident()
            try:
                self._follow(super().generation())
                self._refuse_moved()
                yield
                with _named("written"):
                    writer.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # it may have been closed: the keys are away
                    writer.execute("ROLLBACK")
                raise
            finally:
                self._turn_of = None

    def _refuse_moved(self) -> None:
        if self._look() != self._seen:
            raise KeysAway("The keys were moved while somebody wrote to them; try again.")

    def scrub(self) -> None:
        """Nothing to do: a turn that deletes overwrites, in the one file there is."""
        self.check()

    def close(self) -> None:
        """Lets go of its files, and of the master key."""
        with self._write_turn, self._lock:
            for connection in (self._reader, self._writer):
                if connection is not None:
                    connection.close()
            self._reader = self._writer = None
            self._seen, self._masters, self._read_at = None, {}, -1

    def __del__(self) -> None:
        self.close()  # of a store that nobody holds any more

    def _ask(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        if self._turn_of == threading.get_ident():
            with _named("read"):
                return self._connected(self._writer).execute(statement, values).fetchall()
        self.check()
        with self._lock, _named("read"):
            return self._connected(self._reader).execute(statement, values).fetchall()

    def _tell(self, statement: str, values: Sequence[object] = ()) -> int:
        with _named("written"):
            return self._in_turn().execute(statement, values).rowcount

    def _tell_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        with _named("written"):
            self._in_turn().executemany(statement, rows)

    def _in_turn(self) -> sqlite3.Connection:
        if self._turn_of != threading.get_ident():
            raise RuntimeError("keys are written within a turn")
        return self._connected(self._writer)

    @staticmethod
    def _connected(connection: sqlite3.Connection | None) -> sqlite3.Connection:
        if connection is None:
            raise KeysAway("The key store was closed while it was asked.")
        return connection

    def _look(self) -> _Seen:
        """What tells that nothing was moved or changed since the last look."""
        return self._look_at(self._key) + self._look_at(self._rows)

    def _look_at(self, path: Path) -> _Seen:
        try:
            told = os.stat(path)  # noqa: PTH116  (half the time of Path's)
        except OSError as away:
            raise self._away(away) from away
        if path is self._key:
            return told.st_dev, told.st_ino, told.st_ctime_ns
        return told.st_dev, told.st_ino, told.st_mode

    def _open(self) -> None:
        with self._write_turn, self._lock:
            self.close()
            self._rows_seen = self._look_at(self._rows)
            with _named("opened"):
                refuse_shared(self._rows, self._rows_seen[-1])
                self._writer, reader = connect(self._rows), connect(self._rows)
                self._reader = reader
                generation = reader.execute(GENERATION).fetchone()[0]
                told = read_masters(lambda statement: reader.execute(statement).fetchall())
                store_id = _store_id(reader)
            try:
                self._take(told, store_id)
            except BaseException:
                self.close()
                raise
            self._read_at = generation

    def _follow(self, generation: int) -> None:
        """Takes up another version of the master key, if there is one since."""
        if generation == self._read_at:
            return
        told = read_masters(self._ask)
        store_id = str(self._ask(STORE)[0][0])
        with self._lock:
            self._take(told, store_id)
            self._read_at = generation

    def _take(self, told: Sequence[StoredMaster], store_id: str) -> None:
        """Takes up the versions that the database tells; the home remembers the one in use."""
        active = next((one for one in told if one.state is KeyState.ACTIVE), None)
        self._active = active.version if active else 1
        self._key = master_file(self.folder, self._active)
        key_seen = self._look_at(self._key)
        master = self._read(active, self._active)
        found = KeysCheck(fingerprint(master), store_id)
        known = self._remembered()
        if self._check_file is not None and known is not None and known != found:
            if known not in [KeysCheck(one.fingerprint, store_id) for one in told]:
                raise KeysWrong(self._strange(known, found))
            with suppress(OSError):  # a home that cannot be written knows an earlier one
                replace_check(self._check_file, found)
        left = {one.version for one in told if one.state is not KeyState.DESTROYED}
        kept = {version: key for version, key in self._masters.items() if version in left}
        self._masters = kept | {self._active: master}
        self._seen = key_seen + self._rows_seen  # of the database that is open, not of another

    def _read(self, told: StoredMaster | None, version: int) -> bytes:
        """The key of a version, if it is the one that the database knows."""
        if told is not None and told.state is KeyState.DESTROYED:
            raise KeyDestroyed(f"Version {version} of the master key was destroyed.")
        key = read_master(self.folder, version)
        if told is not None and told.fingerprint != fingerprint(key):
            raise KeysWrong(
                f"{master_file(self.folder, version)} is not the key that {DATABASE_FILE} knows "
                f"as version {version}: put the right one back."
            )
        return key

    def _strange(self, known: KeysCheck, found: KeysCheck) -> str:
        if known.store_id == found.store_id:
            return (
                f"The master key at {self.folder} is not the one that {self._check_file} "
                "remembers: put the newest copy of the keys back. One from before the master key "
                "was rotated counts only when there is no other: delete the home's memory then."
            )
        return (
            f"The keys at {self.folder} are not those that {self._check_file} remembers: "
            "put the right folder back, or name it in CATCHMENT_KEYS."
        )

    def _remembered(self) -> KeysCheck | None:
        return None if self._check_file is None else read_check(self._check_file)

    def _make(self, has_data: Callable[[], bool]) -> None:
        folder, rows = self.folder, self.folder / DATABASE_FILE
        if not has_master(folder) and (rows.exists() or has_data()):
            raise self._away(FileNotFoundError(2, "there is data, and no master key to it"))
        try:
            folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            with _alone(folder):
                if not has_master(folder):
                    make_master(folder, 1, self._entropy)
                with _named("made"):
                    make_database(rows, self._entropy(16).hex())
                    connection = connect(rows)
                    store_id = _store_id(connection)
                    told = read_masters(lambda one: connection.execute(one).fetchall())
                    connection.close()
                active = next((one for one in told if one.state is KeyState.ACTIVE), None)
                master = self._read(active, active.version if active else 1)
                if self._check_file is not None:
                    write_check(self._check_file, KeysCheck(fingerprint(master), store_id))
        except OSError as away:
            raise self._away(away) from away

    def _away(self, away: OSError) -> KeysAway:
        return KeysAway(
            f"The keys are not at {self.folder} ({away.strerror}): put the folder back, or name it "
            "in CATCHMENT_KEYS; until then personal data stays closed."
        )


def _store_id(connection: sqlite3.Connection) -> str:
    return str(connection.execute(STORE).fetchone()[0])


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time makes keys; a dead one's lock is let go by the system."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _named(what: str) -> Iterator[None]:
    """Whatever SQLite or the disk says, the caller hears that the keys are away."""
    try:
        yield
    except (sqlite3.Error, OSError) as away:
        raise KeysAway(f"The key store could not be {what}: {away}") from away
