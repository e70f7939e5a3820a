"""What a request's body turns into: events, and the items that could not become one.

Every item of a body ends in exactly one of the two heaps of `Decoded`, in the body's own order; no
item can take its neighbours down, and none is thrown away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from catchment.events import Event, Trust
from catchment.kernel import WorkspaceId


class ReasonCode(StrEnum):
    """Why an item is in quarantine. The list is closed: consoles and docs name each one."""

    MALFORMED_JSON = "malformed_json"
    NOT_AN_OBJECT = "not_an_object"
    MISSING_IDENTITY = "missing_identity"
    MISSING_EVENT_NAME = "missing_event_name"
    NAME_TOO_LONG = "name_too_long"
    MESSAGE_ID_TOO_LONG = "message_id_too_long"
    EVENT_TOO_LARGE = "event_too_large"
    BLOCKED_IDENTIFIER = "blocked_identifier"
    INVALID_TIMESTAMP = "invalid_timestamp"
    UNKNOWN_KIND = "unknown_kind"
    INVALID_PROPERTIES = "invalid_properties"
    BATCH_ITEM_INVALID = "batch_item_invalid"
    NESTED_TOO_DEEP = "nested_too_deep"
    INVALID_TEXT = "invalid_text"


@dataclass(frozen=True, slots=True)
class Reject:
    """An item that is no event, kept to be mended.

    Attributes:
        index: its place among the body's items, from 0.
        reason: what is wrong, for machines.
        detail: the same in one English sentence.
        pointer: JSON pointer (RFC 6901) of the place within the item; empty for the whole item.
        payload: the item's own bytes.
    """

    index: int
    reason: ReasonCode
    detail: str
    pointer: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Decoded:
    """What became of a body's items: each is in one of the two, both in the body's order."""

    events: Sequence[Event]
    rejects: Sequence[Reject]


@dataclass(frozen=True, slots=True)
class SourceSigning:
    """What the collector must know to believe a signature.

    Attributes:
        is_required: what is not signed is refused.
        trust: what a signed request is worth.
        secrets: any of them may have made the signature.
        are_all_open: none is waiting for the key store.
    """

    is_required: bool
    trust: Trust
    secrets: tuple[bytes, ...] = ()
    are_all_open: bool = True


@dataclass(frozen=True, slots=True)
class Intake:
    """Where a write key leads: what the collector must know of a source.

    Attributes:
        workspace_id: whose events they become.
        source_id: the source they come by.
        blocked_ids: the workspace's own list of identifiers that stand for nobody.
        signing: what it takes to believe a signature; `None` where nothing is ever signed.
    """

    workspace_id: WorkspaceId
    source_id: str
    blocked_ids: frozenset[str] = frozenset()
    signing: SourceSigning | None = None


class EventStatus(StrEnum):
    """What an answer says of one event."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class EventResult:
    """The answer for one event; `reason` and `detail` only where it is quarantined."""

    message_id: str | None
    status: EventStatus
    reason: ReasonCode | None = None
    detail: str | None = None
    pointer: str | None = None
