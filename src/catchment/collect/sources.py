"""Sources: made, named, switched on and off, given another write key, taken off the list.

Every change raises the workspace's revision, by which collectors in other processes notice it
within a second (`KnownSources`), and leaves a line in the audit trail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catchment.access import record
from catchment.collect import store
from catchment.collect.signing.store import delete_signing
from catchment.collect.source_types import (
    SOURCE_NAME_LENGTH_MAX,
    SOURCES_MAX,
    Source,
    SourceId,
    SourceKind,
    SourceKindUnknown,
    SourceNameMalformed,
    SourceNameTaken,
    SourceUnknown,
    TooManySources,
)
from catchment.events import notices
from catchment.kernel import Clock, Entropy, IdMaker, WorkspaceId, system_entropy
from catchment.store import UnitOfWork, announce

_WRITE_KEY_BYTES = 20
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes something here, and with whose time and ids.

    Attributes:
        actor: as the audit trail names one.
        clock, ids: hand out the time and ids.
        entropy: makes write keys.
    """

    actor: str
    clock: Clock
    ids: IdMaker
    entropy: Entropy = system_entropy


def create_source(
    uow: UnitOfWork, workspace_id: WorkspaceId, name: str, kind: str, *, change: Change
) -> Source:
    """Makes a source and its write key.

    Raises:
        SourceNameMalformed, SourceKindUnknown: as they say.
        SourceNameTaken: another source of this workspace has the name.
        TooManySources: the workspace has `SOURCES_MAX`.
    """
    if kind not in set(SourceKind):
        raise SourceKindUnknown(f"a source is one of {', '.join(SourceKind)}")
    if store.count_sources(uow, workspace_id) >= SOURCES_MAX:
        raise TooManySources
    source = Source(
        id=SourceId(change.ids.make("src")),
        workspace_id=workspace_id,
        name=_clean_name(name),
        kind=SourceKind(kind),
        write_key=_new_write_key(change.entropy),
        is_enabled=True,
        created_at=change.clock.now(),
    )
    if not store.insert_source(uow, source):
        raise SourceNameTaken(f"another source is called {source.name!r}")
    created = notices.SourceCreated(workspace_id, source.id, source.kind.value)
    write_down(uow, source, "sources.create", created, change, name=source.name, kind=kind)
    return source


def get_source(uow: UnitOfWork, workspace_id: WorkspaceId, source_id: str) -> Source:
    """One source.

    Raises:
        SourceUnknown: there is none of this id here.
    """
    source = store.find_source(uow, workspace_id, source_id)
    if source is None:
        raise SourceUnknown
    return source


def find_source_by_name(uow: UnitOfWork, workspace_id: WorkspaceId, name: str) -> Source:
    """One source by its name, as the command line names it.

    Raises:
        SourceUnknown: none has this name.
    """
    source = store.find_source_by_name(uow, workspace_id, " ".join(name.split()))
    if source is None:
        raise SourceUnknown(f"no source is called {name!r}")
    return source


def list_sources(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[Source]:
    """The workspace's sources, oldest first."""
    return store.sources_of(uow, workspace_id)


def change_source(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    source_id: str,
    *,
    change: Change,
    name: str | None = None,
    is_enabled: bool | None = None,
) -> Source:
    """Renames a source, or switches it on or off; what is left out stays.

    Raises:
        SourceUnknown, SourceNameMalformed, SourceNameTaken: as they say.
    """
    source = get_source(uow, workspace_id, source_id)
    values: dict[str, Any] = {}
    if name is not None and (cleaned := _clean_name(name)) != source.name:
        if store.find_source_by_name(uow, workspace_id, cleaned) is not None:
            raise SourceNameTaken(f"another source is called {cleaned!r}")
        values["name"] = cleaned
    if is_enabled is not None and is_enabled != source.is_enabled:
        values["is_enabled"] = is_enabled
    return _changed(uow, source, "sources.change", values, change)


def rotate_write_key(
    uow: UnitOfWork, workspace_id: WorkspaceId, source_id: str, *, change: Change
) -> Source:
    """Gives a source another write key; the old one is refused from now on.

    Raises:
        SourceUnknown: there is none of this id here.
    """
    source = get_source(uow, workspace_id, source_id)
    values = {"write_key": _new_write_key(change.entropy)}
    return _changed(uow, source, "sources.rotate_key", values, change)


def delete_source(
    uow: UnitOfWork, workspace_id: WorkspaceId, source_id: str, *, change: Change
) -> None:
    """Takes a source off the list; its events stay, and its name is free again.

    Raises:
        SourceUnknown: there is none of this id here.
    """
    source = get_source(uow, workspace_id, source_id)
    deleted = {"deleted_at": change.clock.now(), "is_enabled": False}
    if not store.change_source(uow, workspace_id, source_id, **deleted):
        raise SourceUnknown
    delete_signing(uow, workspace_id, source_id)
    gone = notices.SourceDeleted(workspace_id, source.id)
    write_down(uow, source, "sources.delete", gone, change, name=source.name)


def _changed(
    uow: UnitOfWork, source: Source, action: str, values: dict[str, Any], change: Change
) -> Source:
    if not values:
        return source
    if not store.change_source(uow, source.workspace_id, source.id, **values):
        raise SourceUnknown
    after = get_source(uow, source.workspace_id, source.id)
    changed = notices.SourceChanged(source.workspace_id, source.id, after.is_enabled)
    # A write key is no secret, but a trail that shows old ones invites their use.
    told = {name: value for name, value in values.items() if name != "write_key"}
    write_down(uow, source, action, changed, change, **told)
    return after


def write_down(
    uow: UnitOfWork,
    source: Source,
    action: str,
    notice: notices.NoticeBody,
    change: Change,
    **detail: Any,
) -> None:
    """Tells of a change: the collectors, the other contexts, and the audit trail."""
    store.raise_revision(uow, source.workspace_id)
    announce(uow, notice, clock=change.clock, ids=change.ids)
    record(
        uow, source.workspace_id, change.actor, action, source.id,
        clock=change.clock, ids=change.ids, detail=detail,
    )  # fmt: skip


def _clean_name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not 0 < len(cleaned) <= SOURCE_NAME_LENGTH_MAX or not cleaned.isprintable():
        raise SourceNameMalformed
    return cleaned


def _new_write_key(entropy: Entropy) -> str:
    value = int.from_bytes(entropy(_WRITE_KEY_BYTES), "big")
    digits = []
    for _ in range(_WRITE_KEY_BYTES * 8 // 5):
        value, digit = divmod(value, 32)
        digits.append(_ALPHABET[digit])
    return "wk_" + "".join(digits)
