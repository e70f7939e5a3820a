"""What can go wrong with the records, by name."""

from catchment.kernel import Invalid, Unavailable


class UnsupportedDatabase(Invalid):
    """Records live in SQLite or PostgreSQL: sqlite:///path or postgresql+psycopg://host/name."""


class Unstorable(Invalid):
    """The input holds a character, a length or a number that no database can keep."""


class RecordsUnavailable(Unavailable):
    """The database of records did not answer; nothing of this was kept."""


class RecordsTooNew(Unavailable):
    """The records were written by a newer version of Catchment; upgrade this program first."""
