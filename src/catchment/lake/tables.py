"""The tables that questions are asked of, as Ibis sees them: names and types, bound to nothing.

An expression over `EVENTS` is written once and compiled for whichever engine answers it.
"""

import ibis
import pyarrow as pa

from catchment.events import EVENT_SCHEMA, Trust

PERSON_COLUMN = "person"
PERSON_PREFIX = "per_"

EVENTS_SCHEMA = EVENT_SCHEMA.append(pa.field(PERSON_COLUMN, pa.string(), nullable=False))
"""The event table's columns and `person`: who the row's subject is, as far as is known now."""

EVENTS_NAME = "events"

EVENTS = ibis.table(ibis.Schema.from_pyarrow(EVENTS_SCHEMA), name=EVENTS_NAME)
"""One workspace's events; the engine decides whose, never the expression."""

SETTLED = EVENTS["trust"] == Trust.SETTLED.value
"""Events whose sender's word settles matters: the only ones that move money or rights."""


def default_person(subject: str) -> str:
    """The person of a subject of whom nothing more is known."""
    return PERSON_PREFIX + subject
