"""Collect: from a stranger's request to an event of ours that is kept, once, for ever.

A *source* is where events come from; its write key opens the collector. A request's body is put
into the log as it came, before its sender is thanked; *landing* decodes it into the lake, where the
event's key makes it count once; what cannot be an event waits in *quarantine* to be mended.
"""

from catchment.collect.formats import decode
from catchment.collect.types import (
    Decoded,
    EventResult,
    EventStatus,
    Intake,
    ReasonCode,
    Reject,
)

__all__ = [
    "Decoded",
    "EventResult",
    "EventStatus",
    "Intake",
    "ReasonCode",
    "Reject",
    "decode",
]
