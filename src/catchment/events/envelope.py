"""The envelope: one shape for an event, whichever client sent it.

Whatever a wire format calls things, by the time an event leaves `collect.formats` it is an
`Event`: who, what, when (four instants), and the sender's own JSON kept to the letter. The
textbook correction of the sender's clock is *not* applied here; `collect` derives `time_us`.
"""

from enum import StrEnum
from hashlib import blake2b

import msgspec

from catchment.events.trust import Trust

EVENT_BYTES_MAX = 32 * 1024
"""An event's JSON may not be larger."""

MESSAGE_ID_LENGTH_MAX = 256
NAME_LENGTH_MAX = 256

_SETTLED_KEYS = b"settled"


class EventKind(StrEnum):
    """The call that an event came in by (Segment's spec)."""

    TRACK = "track"
    IDENTIFY = "identify"
    PAGE = "page"
    SCREEN = "screen"
    GROUP = "group"
    ALIAS = "alias"


class Event(msgspec.Struct, kw_only=True, gc=False):
    """One thing that happened, as its sender told it.

    Attributes:
        message_id: the sender's id of this message; with the workspace it is the event's key.
        kind: one of `EventKind`'s values (a plain string, for speed).
        name: the event's name; for other kinds than track a name of `KIND_NAMES`.
        user_id: the sender's id of a known person.
        anonymous_id: the sender's id of a device or browser.
        previous_id: for alias (and identify where the client says so): the id that joins `user_id`.
        group_id: for group: the account or group.
        original_us: the instant on the sender's clock, microseconds since 1970.
        sent_us: when the sender sent it, on the sender's clock.
        received_us: when it reached us, on our clock.
        time_us: when it happened, as far as can be known; what analyses use.
        sequence: the sender's own counter, a tie-break within one device.
        is_historical: imported or sent as history: triggers nothing.
        is_suspect: its clock cannot be right (future, or corrected by more than a day).
        properties: JSON object as sent (track, page, screen), else `b"{}"`.
        traits: JSON object as sent (identify, group), else `b"{}"`.
        context: JSON object as sent, else `b"{}"`.
        order_id, product_id, live_id, offset_ms, amount_minor, currency: lifted out of the
            properties, because nearly every analysis asks for them.
    """

    message_id: str
    kind: str
    name: str
    user_id: str | None = None
    anonymous_id: str | None = None
    previous_id: str | None = None
    group_id: str | None = None
    original_us: int | None = None
    sent_us: int | None = None
    received_us: int = 0
    time_us: int = 0
    sequence: int | None = None
    is_historical: bool = False
    is_suspect: bool = False
    properties: bytes = b"{}"
    traits: bytes = b"{}"
    context: bytes = b"{}"
    order_id: str | None = None
    product_id: str | None = None
    live_id: str | None = None
    offset_ms: int | None = None
    amount_minor: int | None = None
    currency: str | None = None


def event_key(workspace_id: str, message_id: str, trust: Trust = Trust.CLAIM) -> bytes:
    """The 16 bytes by which an event is counted once, for ever and in this workspace only.

    What settles matters has keys of its own: somebody who guesses an order's message id and claims
    it first must not make the true event a duplicate.
    """
    return blake2b(
        message_id.encode("utf-8", "surrogatepass"), digest_size=16,
        key=workspace_id.encode()[:64], person=key_space(trust),
    ).digest()  # fmt: skip


def key_space(trust: Trust) -> bytes:
    """Which events are told apart from each other by their message ids."""
    return _SETTLED_KEYS if trust is Trust.SETTLED else b""
