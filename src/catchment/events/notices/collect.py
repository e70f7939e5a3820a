"""What `collect` announces: sources, and what became of quarantined events."""

import msgspec


class SourceCreated(msgspec.Struct, frozen=True, tag=True):
    """A source may send events from now on."""

    workspace_id: str
    source_id: str
    kind: str


class SourceChanged(msgspec.Struct, frozen=True, tag=True):
    """A source was renamed, switched on or off, or got a new write key."""

    workspace_id: str
    source_id: str
    is_enabled: bool


class SourceDeleted(msgspec.Struct, frozen=True, tag=True):
    """A source will never send again; its events stay."""

    workspace_id: str
    source_id: str


class QuarantineReleased(msgspec.Struct, frozen=True, tag=True):
    """A quarantined event went back into the log, as it was or mended."""

    workspace_id: str
    quarantined_id: str
    source_id: str


class BlockedIdsChanged(msgspec.Struct, frozen=True, tag=True):
    """The workspace refuses another set of ids than before."""

    workspace_id: str
