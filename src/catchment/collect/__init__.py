"""Collect: from a stranger's request to an event of ours that is kept, once, for ever.

A *source* is where events come from; its write key opens the collector. A request's body is put
into the log as it came, before its sender is thanked; *landing* decodes it into the lake, where the
event's key makes it count once; what cannot be an event waits in *quarantine* to be mended.
"""

from importlib import import_module
from typing import TYPE_CHECKING

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
from catchment.collect.landing_state import Counts, LandingState
from catchment.collect.normalise import happened_one
from catchment.collect.ports import QuarantinedEvent, QuarantineSink, quarantine_id
from catchment.collect.subjects import IdentifierKind, SubjectHasher, subject_of
from catchment.collect.types import (
    Decoded,
    EventResult,
    EventStatus,
    Intake,
    ReasonCode,
    Reject,
)

if TYPE_CHECKING:
    from catchment.collect.land import Lander
    from catchment.collect.landing_columns import COLUMNS_FORMAT
    from catchment.collect.landing_parts import LandingParts, LandingReport

# Landing brings the table's library; the collector at the edge starts without it.
_ROOMS = {
    "COLUMNS_FORMAT": "landing_columns",
    "Lander": "land",
    "LandingParts": "landing_parts",
    "LandingReport": "landing_parts",
}

__all__ = [
    "BLOCKED_IDS",
    "BODY_BYTES_MAX",
    "COLUMNS_FORMAT",
    "EVENTS_MAX",
    "FORMATS",
    "Acceptor",
    "BodyTooLarge",
    "Counts",
    "Decoded",
    "DurableAppender",
    "EventResult",
    "EventStatus",
    "EventTooLarge",
    "IdentifierKind",
    "Intake",
    "KnownKeys",
    "Lander",
    "LandingParts",
    "LandingReport",
    "LandingState",
    "MalformedBody",
    "QuarantineSink",
    "QuarantinedEvent",
    "ReasonCode",
    "Receipt",
    "Reject",
    "SourceDirectory",
    "SubjectHasher",
    "Submission",
    "TooManyEvents",
    "UnknownWriteKey",
    "decode",
    "happened_one",
    "quarantine_id",
    "subject_of",
]


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{room}"), name)
