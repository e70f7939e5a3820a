"""What `catchment doctor` looks at: each part, what it is set to, and whether it answers."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from catchment.app.home import Home
from catchment.app.keys import CHECK_FILE, has_data
from catchment.app.settings import SettingRefused, read_settings
from catchment.kernel import CatchmentError

DISK_BYTES_MIN = 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: what it is set to, and whether it is well.

    Attributes:
        part: its name.
        value: what it is set to.
        is_well: it answers.
        detail: what was found, or what is wrong and how to mend it.
    """

    part: str
    value: str
    is_well: bool
    detail: str


def examine() -> list[Finding]:
    """Looks at every part; one that is broken does not hide the others."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    findings = [Finding("python", version, sys.version_info >= (3, 11), sys.executable)]
    try:
        settings = read_settings(os.environ)
    except SettingRefused as refused:
        return [*findings, Finding("settings", "", is_well=False, detail=refused.message)]
    with Home(settings) as home:
        return [*findings, *_parts(home)]


def _parts(home: Home) -> Iterator[Finding]:
    settings = home.settings
    yield _tried("home", str(settings.home), lambda: _disk(home))
    yield _tried("keys", str(settings.keys), lambda: _key(home))
    yield _tried("records", home.database.url, lambda: _records(home))
    yield _tried("event log", str(settings.log), lambda: f"{home.log.head():,} entries so far")
    yield _tried("lake", str(settings.lake), lambda: f"{home.events.count():,} events")
    yield _tried("engine", settings.engine, lambda: home.engine.capabilities.name)
    yield _tried("landing", "behind by", lambda: _lag(home))
    yield _tried("roles", ", ".join(sorted(settings.roles)), lambda: "what serve runs here")


def _tried(part: str, value: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(part, value, is_well=True, detail=look())
    except (CatchmentError, OSError) as trouble:
        return Finding(part, value, is_well=False, detail=str(trouble))


def _disk(home: Home) -> str:
    folder = next(p for p in (home.settings.home, *home.settings.home.parents) if p.exists())
    free = shutil.disk_usage(folder).free
    if free < DISK_BYTES_MIN:
        raise OSError(f"only {free / 1024**2:.0f} MB free; make room before events are refused")
    return f"{free / 1024**3:.0f} GB free"


def _key(home: Home) -> str:
    if not (home.settings.home / CHECK_FILE).exists() and not has_data(home):
        return "will be made at the first start"
    from catchment.vault import KeyState, master_rotation  # noqa: PLC0415  (heavy)

    masters, rotation = home.key_store.list_masters(), master_rotation(home.keys)
    if rotation is not None and not rotation.is_done:
        raise OSError(
            f"the rotation to version {rotation.version} of the master key is not through: the "
            "worker goes on with it within the hour, or: catchment privacy rotate master"
        )
    old = sum(one.state is KeyState.DECRYPT_ONLY for one in masters)
    told = f"readable by us alone; master key {home.keys.fingerprint()[:8]}…"
    return f"{told}, version {masters[-1].version}; {old} old one(s) lie beside it" if old else told


def _records(home: Home) -> str:
    from catchment.store import revision  # noqa: PLC0415  (Alembic is heavy)

    home.database.check()
    return f"answers; at revision {revision(home.database) or 'none: not started yet'}"


def _lag(home: Home) -> str:
    # What lands between the two looks would count below nothing.
    waiting = max(0, home.log.head() - home.lander.state.position())
    return f"{waiting:,} log entries"
