"""Imports: files of the past become events, once, however often they are brought.

A file is looked through once (what is it, in which encoding, how is it laid out), read page by page
as text, turned into events in normal form column by column, and put into the same log that live
events go into, marked as history. Rows that cannot be events are reported with their number and
leave the others alone.
"""

from catchment.collect.imports.errors import (
    ArchiveRefused,
    BrokenMapping,
    ColumnMissing,
    HeaderMissing,
    ImportFinished,
    ImportUnknown,
    MappingMissing,
    UnknownFormat,
    UnknownTimeZone,
    UnreadableFile,
)
from catchment.collect.imports.importer import Importer
from catchment.collect.imports.mapping import ImportMapping, mapping_of, parse_mapping
from catchment.collect.imports.orders import (
    IMPORT_JOB_KIND,
    cancel_import,
    get_import,
    import_row_errors,
    list_imports,
    order_import,
    run_import_job,
)
from catchment.collect.imports.ports import ImportRecords
from catchment.collect.imports.row_errors import row_errors_csv
from catchment.collect.imports.store import ImportTable
from catchment.collect.imports.types import (
    Detected,
    DetectedColumn,
    ImportFormat,
    ImportRecord,
    ImportReport,
    ImportSpec,
    ImportState,
    RowError,
    RowReason,
)
from catchment.collect.imports.unpack import UnpackLimits

__all__ = [
    "IMPORT_JOB_KIND",
    "ArchiveRefused",
    "BrokenMapping",
    "ColumnMissing",
    "Detected",
    "DetectedColumn",
    "HeaderMissing",
    "ImportFinished",
    "ImportFormat",
    "ImportMapping",
    "ImportRecord",
    "ImportRecords",
    "ImportReport",
    "ImportSpec",
    "ImportState",
    "ImportTable",
    "ImportUnknown",
    "Importer",
    "MappingMissing",
    "RowError",
    "RowReason",
    "UnknownFormat",
    "UnknownTimeZone",
    "UnpackLimits",
    "UnreadableFile",
    "cancel_import",
    "get_import",
    "import_row_errors",
    "list_imports",
    "mapping_of",
    "order_import",
    "parse_mapping",
    "row_errors_csv",
    "run_import_job",
]
