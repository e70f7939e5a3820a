"""Collect: from a stranger's request to an event of ours that is kept, once, for ever.

A *source* is where events come from; its write key opens the collector. A request's body is put
into the log as it came, before its sender is thanked; *landing* decodes it into the lake, where the
event's key makes it count once; what cannot be an event waits in *quarantine* to be mended.
"""

from catchment.collect.accept import (
    Acceptor,
    DurableAppender,
    KnownKeys,
    Receipt,
    SourceDirectory,
    Submission,
)
from catchment.collect.errors import (
    BodyTooLarge,
    EventTooLarge,
    MalformedBody,
    TooManyEvents,
    UnknownWriteKey,
)
from catchment.collect.formats import FORMATS, decode
from catchment.collect.formats.bodies import BODY_BYTES_MAX, EVENTS_MAX
from catchment.collect.formats.identifiers import BLOCKED_IDS
from catchment.collect.types import (
    Decoded,
    EventResult,
    EventStatus,
    Intake,
    ReasonCode,
    Reject,
)

__all__ = [
    "BLOCKED_IDS",
    "BODY_BYTES_MAX",
    "EVENTS_MAX",
    "FORMATS",
    "Acceptor",
    "BodyTooLarge",
    "Decoded",
    "DurableAppender",
    "EventResult",
    "EventStatus",
    "EventTooLarge",
    "Intake",
    "KnownKeys",
    "MalformedBody",
    "ReasonCode",
    "Receipt",
    "Reject",
    "SourceDirectory",
    "Submission",
    "TooManyEvents",
    "UnknownWriteKey",
    "decode",
]
