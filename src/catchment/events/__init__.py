"""What an event is, which names events go by, and what contexts announce to each other.

An *event* is something that happened and is kept in the log; a *notice* is what one context
announces to the others through the outbox. This floor holds their shapes and nothing that acts.
"""

from catchment.events.columns import EVENT_COLUMNS, EVENT_SCHEMA, HOT_PROPERTIES
from catchment.events.envelope import (
    EVENT_BYTES_MAX,
    MESSAGE_ID_LENGTH_MAX,
    NAME_LENGTH_MAX,
    Event,
    EventKind,
    event_key,
    key_space,
)
from catchment.events.identifiers import (
    ANONYMOUS,
    BLOCKED_IDS,
    IDENTIFIER_LENGTH_MAX,
    SCOPED,
    STRONGEST_FIRST,
    USER,
    IdentifierFlaw,
    Written,
    is_kind,
    read_context,
    spelling,
    strongest,
    written_ids,
)
from catchment.events.trust import Trust, trust_of
from catchment.events.vocabulary import (
    CONSENT_GRANTED,
    CONSENT_WITHDRAWN,
    KIND_NAMES,
    LIVE_EVENTS,
    ORDER_CANCELLED,
    ORDER_COMPLETED,
    ORDER_REFUNDED,
    PAGE_VIEWED,
    SCREEN_VIEWED,
    SHOP_EVENTS,
)

__all__ = [
    "ANONYMOUS",
    "BLOCKED_IDS",
    "CONSENT_GRANTED",
    "CONSENT_WITHDRAWN",
    "EVENT_BYTES_MAX",
    "EVENT_COLUMNS",
    "EVENT_SCHEMA",
    "HOT_PROPERTIES",
    "IDENTIFIER_LENGTH_MAX",
    "KIND_NAMES",
    "LIVE_EVENTS",
    "MESSAGE_ID_LENGTH_MAX",
    "NAME_LENGTH_MAX",
    "ORDER_CANCELLED",
    "ORDER_COMPLETED",
    "ORDER_REFUNDED",
    "PAGE_VIEWED",
    "SCOPED",
    "SCREEN_VIEWED",
    "SHOP_EVENTS",
    "STRONGEST_FIRST",
    "USER",
    "Event",
    "EventKind",
    "IdentifierFlaw",
    "Trust",
    "Written",
    "event_key",
    "is_kind",
    "key_space",
    "read_context",
    "spelling",
    "strongest",
    "trust_of",
    "written_ids",
]
