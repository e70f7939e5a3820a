"""The laws of an import: what makes a whole file unreadable, or an order for one impossible.

A single bad row is never one of these: it is a `RowError` in the report and stops nothing.
"""

from catchment.kernel import Conflict, Invalid, Missing, Refused


class UnknownFormat(Invalid):
    """The format is none of the formats that can be imported."""


class UnreadableFile(Invalid):
    """The file cannot be read as what it claims to be."""


class ArchiveRefused(Refused):
    """The archive unpacks to more than is allowed, or holds something else than one file."""


class HeaderMissing(Invalid):
    """The file has no row of column names with rows of the same width below it."""


class ColumnMissing(Invalid):
    """The file lacks a column that the format or the mapping names."""


class MappingMissing(Invalid):
    """It is not clear from the column names what happened, when, and to whom: give a mapping."""


class BrokenMapping(Invalid):
    """The mapping is malformed."""


class UnknownTimeZone(Invalid):
    """The time zone is no name of the IANA database, such as Asia/Shanghai."""


class ImportUnknown(Missing):
    """There is no such import in this workspace."""


class ImportFinished(Conflict):
    """The import is over already."""
