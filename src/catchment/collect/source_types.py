"""Sources and quarantined events, as they cross the door."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from catchment.collect.types import ReasonCode
from catchment.kernel import Conflict, Invalid, Missing, Refused, WorkspaceId

SourceId = NewType("SourceId", str)

SOURCE_NAME_LENGTH_MAX = 100
SOURCES_MAX = 1_000
"""A workspace has no more sources than this."""

BLOCKED_IDS_MAX = 1_000
BLOCKED_ID_LENGTH_MAX = 256


class SourceKind(StrEnum):
    """What sends. It decides which install snippet is shown, and nothing else."""

    WEB = "web"
    SERVER = "server"
    APP = "app"
    MINIAPP = "miniapp"
    IMPORT = "import"
    LIVE = "live"
    SEGMENT = "segment"
    POSTHOG = "posthog"
    SENSORS = "sensors"


@dataclass(frozen=True, slots=True)
class Source:
    """Where events come from: a site, an app, a shop's server, a live room, a file.

    Attributes:
        id: `src_…`.
        workspace_id: whose.
        name: what people call it; no two sources of a workspace share one.
        kind: what sends.
        write_key: what senders name themselves with; no secret, it stands in web pages.
        is_enabled: whether its write key is let in.
        created_at: since when.
    """

    id: SourceId
    workspace_id: WorkspaceId
    name: str
    kind: SourceKind
    write_key: str
    is_enabled: bool
    created_at: datetime


class QuarantineState(StrEnum):
    """What became of an item that was no event."""

    HELD = "held"
    RELEASED = "released"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An item that could not become an event, kept until someone mends or discards it.

    Attributes:
        id: `qua_…`, made from its place in the log.
        workspace_id, source_id: whose, and by which source.
        format: how its payload is to be read.
        reason, detail, pointer: what is wrong, for machines, in a sentence, and where.
        payload: the item's own bytes; only the beginning, where `is_cut`.
        is_cut: it was too large to keep whole, and needs a new payload to be released.
        received_at: when it reached us.
        is_historical: it came as history.
        state: what became of it.
        settled_at, settled_by: when and by whom it was released or discarded.
    """

    id: str
    workspace_id: WorkspaceId
    source_id: str
    format: str
    reason: ReasonCode
    detail: str
    pointer: str
    payload: bytes
    is_cut: bool
    received_at: datetime
    is_historical: bool
    state: QuarantineState
    settled_at: datetime | None
    settled_by: str | None


@dataclass(frozen=True, slots=True)
class QuarantineFilter:
    """Which quarantined items are meant; what is left out does not matter."""

    state: QuarantineState | None = QuarantineState.HELD
    reason: ReasonCode | None = None
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many items are held for one reason."""

    reason: ReasonCode
    count: int


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """What became of many items that were to be released."""

    released: int
    still_unfit: int


class SourceUnknown(Missing):
    """There is no such source in this workspace."""


class SourceNameTaken(Conflict):
    """Another source of this workspace has this name."""


class SourceNameMalformed(Invalid):
    """A source's name has 1 to 100 printable characters."""


class SourceKindUnknown(Invalid):
    """There is no such kind of source."""


class TooManySources(Refused):
    """A workspace has at most 1,000 sources."""


class BlockedIdsMalformed(Invalid):
    """A workspace blocks at most 1,000 ids, each of 1 to 256 characters."""


class QuarantinedUnknown(Missing):
    """There is no such item in this workspace's quarantine."""


class QuarantinedSettled(Conflict):
    """This item was released or discarded already."""


class StillUnfit(Refused):
    """The item still cannot become an event; the details say why."""
