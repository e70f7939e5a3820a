"""Where events are kept and asked: the log that never loses one, the table that keeps them all.

An event is first a line of the *log*, on disk before its sender is thanked. *Landing* moves it
into the lake's event table. An *engine* answers questions over that table in two ways: `query`, for
an Ibis expression, and `fold`, for a kernel that walks each person's timeline.

The table and the engines bring heavy libraries, so those names are looked up when first used: the
collector, which needs the log alone, starts light.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from catchment.lake.errors import (
    AnswerTooLarge,
    AnswerTooLate,
    CompactionConflict,
    EngineUnknown,
    LakeUnavailable,
    LogOverloaded,
    LogUnavailable,
    UnfitFilter,
    UnreadableField,
)
from catchment.lake.group_commit import GroupCommit
from catchment.lake.log_sqlite import SQLiteEventLog
from catchment.lake.ports import (
    Arrivals,
    Capabilities,
    Engine,
    EventLog,
    Kernel,
    LogEntry,
    LogSpan,
    Opener,
    Received,
    Seal,
    Sealer,
    Timelines,
)
from catchment.lake.sweeps import SweepState, SweepUnderWay

if TYPE_CHECKING:
    from catchment.lake.delta_files import DataFile
    from catchment.lake.engines import EngineSetting, open_engine
    from catchment.lake.event_amending import Amendment, amend, note_leaving, pieces
    from catchment.lake.event_compaction import CompactionReport, compact
    from catchment.lake.event_erasure import ErasureReport, erase, still_on_disk
    from catchment.lake.event_table import EventTable
    from catchment.lake.fields import (
        Field,
        as_documents,
        as_number,
        as_text,
        micros,
        parse_field,
    )
    from catchment.lake.filters import (
        Filter,
        FilterGroup,
        FilterTree,
        Match,
        Operator,
        predicate,
    )
    from catchment.lake.identity_table import IDENTITY_SCHEMA, IdentityTable
    from catchment.lake.interest_table import INTEREST_SCHEMA, InterestTable
    from catchment.lake.tables import EVENTS, EVENTS_SCHEMA, SETTLED, default_person

_ROOMS = {
    "Amendment": "event_amending",
    "amend": "event_amending",
    "note_leaving": "event_amending",
    "pieces": "event_amending",
    "Field": "fields",
    "as_documents": "fields",
    "as_number": "fields",
    "as_text": "fields",
    "micros": "fields",
    "parse_field": "fields",
    "Filter": "filters",
    "FilterGroup": "filters",
    "FilterTree": "filters",
    "Match": "filters",
    "Operator": "filters",
    "predicate": "filters",
    "CompactionReport": "event_compaction",
    "compact": "event_compaction",
    "ErasureReport": "event_erasure",
    "erase": "event_erasure",
    "still_on_disk": "event_erasure",
    "DataFile": "delta_files",
    "EventTable": "event_table",
    "EVENTS": "tables",
    "EVENTS_SCHEMA": "tables",
    "SETTLED": "tables",
    "default_person": "tables",
    "IDENTITY_SCHEMA": "identity_table",
    "IdentityTable": "identity_table",
    "INTEREST_SCHEMA": "interest_table",
    "InterestTable": "interest_table",
    "EngineSetting": "engines",
    "open_engine": "engines",
}

__all__ = [
    "EVENTS",
    "EVENTS_SCHEMA",
    "IDENTITY_SCHEMA",
    "INTEREST_SCHEMA",
    "SETTLED",
    "Amendment",
    "AnswerTooLarge",
    "AnswerTooLate",
    "Arrivals",
    "Capabilities",
    "CompactionConflict",
    "CompactionReport",
    "DataFile",
    "Engine",
    "EngineSetting",
    "EngineUnknown",
    "ErasureReport",
    "EventLog",
    "EventTable",
    "Field",
    "Filter",
    "FilterGroup",
    "FilterTree",
    "GroupCommit",
    "IdentityTable",
    "InterestTable",
    "Kernel",
    "LakeUnavailable",
    "LogEntry",
    "LogOverloaded",
    "LogSpan",
    "LogUnavailable",
    "Match",
    "Opener",
    "Operator",
    "Received",
    "SQLiteEventLog",
    "Seal",
    "Sealer",
    "SweepState",
    "SweepUnderWay",
    "Timelines",
    "UnfitFilter",
    "UnreadableField",
    "amend",
    "as_documents",
    "as_number",
    "as_text",
    "compact",
    "default_person",
    "erase",
    "micros",
    "note_leaving",
    "open_engine",
    "parse_field",
    "pieces",
    "predicate",
    "still_on_disk",
]


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{room}"), name)
    globals()[name] = value
    return value
