"""The files of the master key, one a version, and what a home remembers of its keys.

A file is written once, whole, and never changed: a new version of the key is a new file. The home
keeps a fingerprint of the master key and the name of the key database, no secret of
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


def master_file(folder: Path, version: int) -> Path:
    """Where a version of the master key lies."""
    first = folder / MASTER_FILE
    return first if version == 1 else first.with_stem(f"{first.stem}-{version}")


def has_master(folder: Path) -> bool:
    """Whether any version of the master key lies there."""
    first = folder / MASTER_FILE
    return any(folder.glob(f"{first.stem}*{first.suffix}"))


def fingerprint(master: bytes) -> str:
    """What tells one master key from another and says nothing about it."""
    return blake2b(master, digest_size=_FINGERPRINT_BYTES, person=b"fingerprint").hexdigest()


def read_master(folder: Path, version: int = 1) -> bytes:
    """The master key of a version.

    Raises:
        KeysAway: it is not there, or not readable, or readable by others than us.
        KeysWrong: it is no key.
    """
    path = master_file(folder, version)
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


def make_master(folder: Path, version: int, entropy: Entropy) -> None:
    """Makes the master key of a version, unless there is one. What is no key makes room."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    path = master_file(folder, version)
    if version > 1 and path.exists() and path.stat().st_size != KEY_BYTES:
        destroy_master(folder, version)
    write_once(path, entropy(KEY_BYTES))


def destroy_master(folder: Path, version: int) -> None:
    """Overwrites and deletes the master key of a version, and drafts of it; done again, nothing."""
    path = master_file(folder, version)
    for each in (*folder.glob(f"{path.name}.*.draft"), path):
        if not each.exists():
            continue
        descriptor = os.open(each, os.O_WRONLY)
        try:
            os.write(descriptor, bytes(max(KEY_BYTES, each.stat().st_size)))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        each.unlink()
    _sync_folder(folder)


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
    write_once(path, _check_text(check))


def replace_check(path: Path, check: KeysCheck) -> None:
    """Makes the home remember its master key's newest version; nobody reads half of it."""
    _write_draft(path, _check_text(check)).replace(path)
    _sync_folder(path.parent)


def _check_text(check: KeysCheck) -> bytes:
    return json.dumps({"fingerprint": check.fingerprint, "store": check.store_id}).encode()


def write_once(path: Path, content: bytes) -> None:
    """Puts a file on disk whole, unless there is one.

    Written aside and linked into place: of two processes starting at once one wins, and neither
    ever reads half of it.
    """
    draft = _write_draft(path, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def _write_draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return draft


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
