"""Records: everything that is kept in rows, with a transaction around what belongs together.

A context declares its tables on `metadata` in its own `store.py` and writes them through a
`UnitOfWork`. Notices go out through the outbox, in the same transaction as what they speak of.
`upgrade` brings the tables to this version's shape at every start. SQLite and PostgreSQL behave
alike; one conformance suite (`catchment.testing.records`) says so.
"""

from catchment.store.columns import (
    ID_LENGTH_MAX,
    Instant,
    id_column,
    json_column,
    metadata,
    workspace_column,
)
from catchment.store.database import Database
from catchment.store.errors import (
    RecordsTooNew,
    RecordsUnavailable,
    Unstorable,
    UnsupportedDatabase,
)
from catchment.store.outbox import (
    DELIVERY_ATTEMPTS_MAX,
    Notice,
    Outbox,
    Subscriber,
    announce,
    announce_all,
)
from catchment.store.unit_of_work import UnitOfWork
from catchment.store.upgrading import revision, upgrade
from catchment.store.writing import insert_or_ignore, insert_or_update, page_of

__all__ = [
    "DELIVERY_ATTEMPTS_MAX",
    "ID_LENGTH_MAX",
    "Database",
    "Instant",
    "Notice",
    "Outbox",
    "RecordsTooNew",
    "RecordsUnavailable",
    "Subscriber",
    "UnitOfWork",
    "Unstorable",
    "UnsupportedDatabase",
    "announce",
    "announce_all",
    "id_column",
    "insert_or_ignore",
    "insert_or_update",
    "json_column",
    "metadata",
    "page_of",
    "revision",
    "upgrade",
    "workspace_column",
]
