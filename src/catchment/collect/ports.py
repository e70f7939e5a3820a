"""What collecting asks of others: a place for what could not become an event."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from catchment.collect.types import Decoded, ReasonCode
from catchment.kernel import WorkspaceId
from catchment.lake import Received


@dataclass(frozen=True, slots=True)
class QuarantinedEvent:
    """An item that is no event, as landing hands it over.

    Attributes:
        id: made from the place in the log, so that landing the same place again changes nothing.
        workspace_id: whose it is.
        source_id: the source it came by.
        format: how its payload is to be read once it is mended.
        reason: what is wrong, for machines.
        detail: the same in one English sentence.
        pointer: JSON pointer of the place within the payload.
        payload: the item's own bytes.
        received_us: when it reached us.
        is_historical: whether it came as history.
    """

    id: str
    workspace_id: WorkspaceId
    source_id: str
    format: str
    reason: ReasonCode
    detail: str
    pointer: str
    payload: bytes
    received_us: int
    is_historical: bool = False


def quarantine_id(workspace_id: WorkspaceId, position: int, index: int) -> str:
    """The id of the item at this place of the log."""
    place = f"{workspace_id}/{position}/{index}".encode()
    return f"qua_{blake2b(place, digest_size=13).hexdigest()}"


class QuarantineSink(Protocol):
    """Keeps what could not become an event."""

    def put(self, entries: Sequence[QuarantinedEvent]) -> None:
        """Keeps them durably before it returns; one whose id is known already is left as it is."""


class Decoder(Protocol):
    """Turns a body into events, the same way every time."""

    def __call__(self, received: Received, blocked_ids: AbstractSet[str]) -> Decoded:
        """The events of a body, and the items that are none."""


class BlockedIds(Protocol):
    """Knows a workspace's own identifiers that stand for nobody."""

    def __call__(self, workspace_id: WorkspaceId, /) -> AbstractSet[str]:
        """The identifiers that may not be counted as people in this workspace."""
