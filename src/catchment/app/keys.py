"""The master key: made at the first start, kept apart from the data, readable by us alone."""

import os
import stat
from pathlib import Path

from catchment.app.settings import SettingRefused
from catchment.kernel import Entropy

_KEY_BYTES = 32
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


def load_master_key(folder: Path, entropy: Entropy) -> bytes:
    """The installation's master key; makes it if there is none yet.

    Raises:
        SettingRefused: others may read it, or it is not a key.
    """
    path = folder / "master.key"
    folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    if not path.exists():
        _write_once(path, entropy(_KEY_BYTES))
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingRefused(f"{path} may be read by others (mode {mode:o}): chmod 600 it.")
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise SettingRefused(f"{path} holds {len(key)} bytes, not {_KEY_BYTES}: restore your key.")
    return key


def _write_once(path: Path, key: bytes) -> None:
    # Written aside and linked into place: of two processes starting at once, one wins and neither
    # ever reads half a key.
    draft = path.with_name(f"master.{os.getpid()}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
    try:
        os.write(descriptor, key)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
