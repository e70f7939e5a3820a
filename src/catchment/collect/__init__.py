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
from catchment.collect.source_types import (
    BlockedIdsMalformed,
    Quarantined,
    QuarantinedSettled,
    QuarantinedUnknown,
    QuarantineFilter,
    QuarantineState,
    ReasonCount,
    ReleaseReport,
    Source,
    SourceId,
    SourceKind,
    SourceKindUnknown,
    SourceNameMalformed,
    SourceNameTaken,
    SourceUnknown,
    StillUnfit,
    TooManySources,
)
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
    from catchment.collect.blocked import (
        list_blocked_ids,
        replace_blocked_ids,
    )
    from catchment.collect.land import Lander
    from catchment.collect.landing_columns import COLUMNS_FORMAT
    from catchment.collect.landing_parts import LandingParts, LandingReport
    from catchment.collect.quarantine import (
        QuarantineStore,
        count_quarantined,
        discard,
        get_quarantined,
        list_quarantined,
        summarise_quarantine,
    )
    from catchment.collect.quarantine_release import (
        RELEASE_JOB,
        Releasing,
        finish_releases,
        fix_and_release,
        release_many,
        release_matching,
        request_release,
    )
    from catchment.collect.sources import (
        Change,
        change_source,
        create_source,
        delete_source,
        find_source_by_name,
        get_source,
        list_sources,
        rotate_write_key,
    )
    from catchment.collect.sources_known import (
        KnownSources,
    )

# Landing brings the table's library; the collector at the edge starts without it.
_ROOMS = {
    "QuarantineStore": "quarantine",
    "list_quarantined": "quarantine",
    "get_quarantined": "quarantine",
    "count_quarantined": "quarantine",
    "summarise_quarantine": "quarantine",
    "discard": "quarantine",
    "Releasing": "quarantine_release",
    "fix_and_release": "quarantine_release",
    "request_release": "quarantine_release",
    "release_many": "quarantine_release",
    "release_matching": "quarantine_release",
    "finish_releases": "quarantine_release",
    "RELEASE_JOB": "quarantine_release",
    "list_blocked_ids": "blocked",
    "replace_blocked_ids": "blocked",
    "Change": "sources",
    "change_source": "sources",
    "create_source": "sources",
    "delete_source": "sources",
    "find_source_by_name": "sources",
    "get_source": "sources",
    "list_sources": "sources",
    "rotate_write_key": "sources",
    "KnownSources": "sources_known",
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
    "RELEASE_JOB",
    "Acceptor",
    "BlockedIdsMalformed",
    "BodyTooLarge",
    "Change",
    "Counts",
    "Decoded",
    "DurableAppender",
    "EventResult",
    "EventStatus",
    "EventTooLarge",
    "IdentifierKind",
    "Intake",
    "KnownKeys",
    "KnownSources",
    "Lander",
    "LandingParts",
    "LandingReport",
    "LandingState",
    "MalformedBody",
    "QuarantineFilter",
    "QuarantineSink",
    "QuarantineState",
    "QuarantineStore",
    "Quarantined",
    "QuarantinedEvent",
    "QuarantinedSettled",
    "QuarantinedUnknown",
    "ReasonCode",
    "ReasonCount",
    "Receipt",
    "Reject",
    "ReleaseReport",
    "Releasing",
    "Source",
    "SourceDirectory",
    "SourceId",
    "SourceKind",
    "SourceKindUnknown",
    "SourceNameMalformed",
    "SourceNameTaken",
    "SourceUnknown",
    "StillUnfit",
    "SubjectHasher",
    "Submission",
    "TooManyEvents",
    "TooManySources",
    "UnknownWriteKey",
    "change_source",
    "count_quarantined",
    "create_source",
    "decode",
    "delete_source",
    "discard",
    "find_source_by_name",
    "finish_releases",
    "fix_and_release",
    "get_quarantined",
    "get_source",
    "happened_one",
    "list_blocked_ids",
    "list_quarantined",
    "list_sources",
    "quarantine_id",
    "release_many",
    "release_matching",
    "replace_blocked_ids",
    "request_release",
    "rotate_write_key",
    "subject_of",
    "summarise_quarantine",
]


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{room}"), name)
