"""The master key's file, and what a home remembers of the keys it was written under.

The home keeps a fingerprint of the master key and the name of the key database, no secret of
either. So keys that are missing are told from keys that were never made, and another
installation's from our own; nothing is ever sealed under a key that was made by mistake.
"""

import json
import os
import stat
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from catchment.kernel import Entropy
from catchment.vault.ciphers import KEY_BYTES
from catchment.vault.errors import KeysAway, KeysWrong

FOLDER_MODE = 0o700
FILE_MODE = 0o600
MASTER_FILE = "master.key"
_FINGERPRINT_BYTES = 16
_NOT_OURS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class KeysCheck:
    """What a home remembers of its keys.

    Attributes:
        fingerprint: of the master key.
        store_id: the name that the key database gave itself.
    """

    fingerprint: str
    store_id: str


def fingerprint(master: bytes) -> str:
    """What tells one master key from another and says nothing about it."""
    return blake2b(master, digest_size=_FINGERPRINT_BYTES, person=b"fingerprint").hexdigest()


def read_master(folder: Path) -> bytes:
    """The master key.

    Raises:
        KeysAway: it is not there, or not readable, or readable by others than us.
        KeysWrong: it is no key.
    """
    path = folder / MASTER_FILE
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        key = path.read_bytes()
    except OSError as away:
        raise KeysAway(
            f"The keys are not at {folder} ({away.strerror}): put the folder back, or name it in "
            "CATCHMENT_KEYS; until then personal data stays closed."
        ) from away
    refuse_shared(path, mode)
    if len(key) != KEY_BYTES:
        raise KeysWrong(f"{path} holds {len(key)} bytes, not {KEY_BYTES}: restore your key.")
    return key


def refuse_shared(path: Path, mode: int) -> None:
    """Refuses a file with this mode that others than us may read.

    Raises:
        KeysAway: they may.
    """
    if mode & _NOT_OURS:
        raise KeysAway(f"{path} may be read by others (mode {mode & 0o777:o}): chmod 600 it.")


def make_master(folder: Path, entropy: Entropy) -> None:
    """Makes the master key, unless there is one."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    write_once(folder / MASTER_FILE, entropy(KEY_BYTES))


def read_check(path: Path) -> KeysCheck | None:
    """What the home remembers; `None` while it has no keys.

    Raises:
        KeysWrong: it cannot be read.
    """
    try:
        kept = json.loads(path.read_text())
        return KeysCheck(str(kept["fingerprint"]), str(kept["store"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as broken:
        raise KeysWrong(f"{path} cannot be read ({broken}): restore it from a backup.") from broken


def write_check(path: Path, check: KeysCheck) -> None:
    """Makes the home remember its keys, unless it does already."""
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    text = json.dumps({"fingerprint": check.fingerprint, "store": check.store_id})
    write_once(path, text.encode())


def write_once(path: Path, content: bytes) -> None:
    """Puts a file on disk whole, unless there is one.

    Written aside and linked into place: of two processes starting at once one wins, and neither
    ever reads half of it.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
