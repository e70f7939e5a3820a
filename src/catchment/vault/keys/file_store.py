"""The key store in a folder of its own: the embedded default.

`master.key` and `keys.db`, readable by us alone, apart from the data. Whoever uses a key asks
first whether both are still there: a folder that was moved away closes the vault at once, though
files stay open and keys are in memory. A deleted key is overwritten in the file.
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
from catchment.vault.errors import KeysAway, KeysWrong
from catchment.vault.keys.key_file import (
    FOLDER_MODE,
    MASTER_FILE,
    KeysCheck,
    fingerprint,
    make_master,
    read_check,
    read_master,
    refuse_shared,
    write_check,
)
from catchment.vault.keys.key_rows import KeyRows
from catchment.vault.keys.key_tables import connect, make_database, take_turn

DATABASE_FILE = "keys.db"

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
        self._master = b""
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
        seen = self._look()
        if seen != self._seen:
            self._open(seen)

    def master(self) -> bytes:
        """The installation's master key, 32 bytes."""
        self.check()
        return self._master

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
            if self._look() != self._seen:  # moved while we waited
                self.close()
                raise KeysAway("The keys were moved while somebody wrote to them; try again.")
            self._turn_of = threading.get_ident()
            try:
                yield
                with _named("written"):
                    writer.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # it may have been closed: the keys are away
                    writer.execute("ROLLBACK")
                raise
            finally:
                self._turn_of = None

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
            self._seen, self._master = None, b""

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
        try:
            key = os.stat(self.folder / MASTER_FILE)  # noqa: PTH116  (half the time of Path's)
            rows = os.stat(self.folder / DATABASE_FILE)  # noqa: PTH116  (the same)
        except OSError as away:
            self.close()
            raise self._away(away) from away
        return (
            key.st_dev, key.st_ino, key.st_ctime_ns, rows.st_dev, rows.st_ino, rows.st_mode,
        )  # fmt: skip

    def _open(self, seen: _Seen) -> None:
        with self._write_turn, self._lock:
            self.close()
            master, rows = read_master(self.folder), self.folder / DATABASE_FILE
            with _named("opened"):
                refuse_shared(rows, rows.stat().st_mode)
                self._writer, self._reader = connect(rows), connect(rows)
                found = KeysCheck(fingerprint(master), _store_id(self._reader))
            known = self._remembered()
            if known is not None and known != found:
                self.close()
                raise KeysWrong(
                    f"The keys at {self.folder} are not those that {self._check_file} remembers: "
                    "put the right folder back, or name it in CATCHMENT_KEYS."
                )
            self._master, self._seen = master, seen

    def _remembered(self) -> KeysCheck | None:
        return None if self._check_file is None else read_check(self._check_file)

    def _make(self, has_data: Callable[[], bool]) -> None:
        folder, rows = self.folder, self.folder / DATABASE_FILE
        if not (folder / MASTER_FILE).exists() and (rows.exists() or has_data()):
            raise self._away(FileNotFoundError(2, "there is data, and no master key to it"))
        try:
            folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            with _alone(folder):
                make_master(folder, self._entropy)
                master = read_master(folder)
                with _named("made"):
                    make_database(rows, self._entropy(16).hex())
                    connection = connect(rows)
                    store_id = _store_id(connection)
                    connection.close()
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
    row = connection.execute("SELECT value FROM meta WHERE name = 'store'").fetchone()
    return str(row[0])


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
