"""The keys of an installation: made with a new home, looked for by one that has data.

A home whose keys are away starts all the same: it collects, answers and shows. What needs a key
says so each time it is asked, until the keys are back; nobody needs to start anything again.
"""

import resource
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import structlog

from catchment.app.settings import Settings
from catchment.collect import SubjectHasher
from catchment.kernel import Clock, WorkspaceId, system_entropy
from catchment.lake import SQLiteEventLog
from catchment.store import Database
from catchment.vault import KeysAway, KeysWrong

if TYPE_CHECKING:
    from catchment.lake import EventTable
    from catchment.vault import Act, FileKeyStore, KeyRing, LogEpochs, PrivacyParts

CHECK_FILE = "keys.check"
"""What the home remembers of the keys it was written under; no secret."""

_CORE_BYTES = 1
"""No core dump is so small; a limit of 0 would still let one be piped to a program."""

_log = structlog.get_logger(__name__)


class KeyedHome:
    """What a home has of keys, each part made when first asked for."""

    settings: Settings
    clock: Clock

    @cached_property
    def key_store(self) -> "FileKeyStore":
        """Where the keys are, apart from the data."""
        from catchment.vault import FileKeyStore  # noqa: PLC0415  (heavy)

        check = self.settings.home / CHECK_FILE
        return FileKeyStore(self.settings.keys, check, system_entropy)

    @cached_property
    def keys(self) -> "KeyRing":
        """What seals and opens; each use asks whether the keys are there."""
        from catchment.vault import KeyRing  # noqa: PLC0415  (heavy)

        return KeyRing(self.key_store, clock=self.clock, entropy=system_entropy)

    @cached_property
    def log_epochs(self) -> "LogEpochs":
        """The pairs of keys that the log is sealed under."""
        from catchment.vault import LogEpochs  # noqa: PLC0415  (heavy)

        return LogEpochs(self.key_store, self.seal_file, clock=self.clock, entropy=system_entropy)

    @property
    def seal_file(self) -> Path:
        """The public half of the log's present pair: all that collecting needs."""
        return self.settings.log.parent / "seal.pub"

    @cached_property
    def hasher(self) -> SubjectHasher:
        """Turns identifiers into subjects, under this installation's secret, while it is there."""
        return SubjectHasher(self.keys.subjects_secret)

    def prepare_keys(self, has_data: Callable[[], bool]) -> None:
        """Makes the keys of a new home, and the day's pair for the log.

        Without its keys a home starts all the same: it collects and shows, and opens nothing.

        Args:
            has_data: whether it is no new home; asked only if it remembers no keys.
        """
        try:
            self.key_store.establish(has_data)
            self.log_epochs.renew()
        except (KeysAway, KeysWrong) as away:
            _log.warning("keys_away", reason=away.message)


class DataParts(Protocol):
    """Where a home has data, if it has any."""

    settings: Settings

    @property
    def database(self) -> Database:
        """The records."""

    @property
    def log(self) -> SQLiteEventLog:
        """The event log."""

    @property
    def events(self) -> "EventTable":
        """The event table."""


class TrailedParts(Protocol):
    """Where a home keeps its workspaces and their trails."""

    @property
    def database(self) -> Database:
        """The records."""

    @property
    def privacy(self) -> "PrivacyParts":
        """What reading personal data takes, the trail among it."""


def has_data(home: DataParts) -> bool:
    """Whether a home holds anything that was written under keys."""
    from catchment.store import revision  # noqa: PLC0415  (Alembic is heavy)

    # Looking at a part makes it, and what is empty is no data.
    return (
        home.events.count() > 0
        or (home.settings.log.exists() and home.log.head() > 0)
        or revision(home.database) is not None
    )


def tell_everybody(
    home: TrailedParts, act: "Act", more: "Mapping[WorkspaceId | None, Act] | None" = None
) -> None:
    """Writes an act that concerns the whole installation into every workspace's trail.

    Args:
        home: where they are.
        act: what was done.
        more: what is said of it in single workspaces instead.
    """
    from catchment.access import list_workspaces  # noqa: PLC0415  (heavy)
    from catchment.store import UnitOfWork  # noqa: PLC0415  (heavy)

    with UnitOfWork(home.database, reads_only=True) as uow:
        workspaces = [WorkspaceId(one.id) for one in list_workspaces(uow)]
    for workspace_id in workspaces:
        home.privacy.trail.write(workspace_id, [(more or {}).get(workspace_id, act)])


def forbid_core_dumps() -> None:
    """Keeps keys in memory out of files, here and in every process that this one starts."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    size = _CORE_BYTES if most == resource.RLIM_INFINITY else min(_CORE_BYTES, most)
    resource.setrlimit(resource.RLIMIT_CORE, (size, size))
