"""The shapes an import is spoken of in: what was detected, what is ordered, how far it is.

Everything here is a plain value, so that the command line, the HTTP API and the job handler can
hold, store and show it without knowing how a file is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from catchment.collect.imports.mapping import ImportMapping
from catchment.kernel import WorkspaceId

ROWS_PER_BODY_MAX = 20_000
BODY_BYTES_MAX = 4 * 1024 * 1024
"""One body in the log holds no more rows, and no more bytes, than this."""

ROW_ERRORS_KEPT_MAX = 10_000
"""So many row errors are kept for download; all of them are counted."""

ROW_TEXT_LENGTH_MAX = 2_000
"""A broken row is kept up to this many characters."""


class ImportFormat(StrEnum):
    """The kinds of file that can be imported."""

    SEGMENT = "segment"
    SENSORS = "sensors"
    REES46 = "rees46"
    RETAILROCKET = "retailrocket"
    ONLINE_RETAIL = "online-retail"
    CSV = "csv"
    PARQUET = "parquet"


class ImportState(StrEnum):
    """Where an import stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RowReason(StrEnum):
    """Why a row could not become an event; a closed list."""

    WRONG_WIDTH = "wrong_width"
    OPEN_QUOTE = "open_quote"
    INVALID_TEXT = "invalid_text"
    INVALID_TIMESTAMP = "invalid_timestamp"
    INVALID_AMOUNT = "invalid_amount"
    INVALID_CURRENCY = "invalid_currency"
    MISSING_IDENTITY = "missing_identity"
    MISSING_EVENT_NAME = "missing_event_name"
    NAME_TOO_LONG = "name_too_long"
    MESSAGE_ID_TOO_LONG = "message_id_too_long"
    UNKNOWN_EVENT_TYPE = "unknown_event_type"
    EVENT_TOO_LARGE = "event_too_large"
    DIGITS_LOST = "digits_lost"
    MALFORMED_JSON = "malformed_json"
    NOT_AN_OBJECT = "not_an_object"


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that changed nothing, and why.

    Attributes:
        number: the row's number in the file, counted from 1, title rows and header included.
        reason: what is wrong with it.
        row: the row as text, cut to `ROW_TEXT_LENGTH_MAX`.
    """

    number: int
    reason: RowReason
    row: str


@dataclass(frozen=True, slots=True)
class Body:
    """One body for the log: an Arrow IPC stream, or a batch of a wire format."""

    format: str
    content: bytes
    events: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """What was made of the rows up to `last_row`; progress is committed after each.

    Attributes:
        last_row: number of the last row of the file that is dealt with.
        rows: rows of data read, broken ones included.
        bodies: what goes into the log.
        errors: the broken rows.
    """

    last_row: int
    rows: int
    bodies: Sequence[Body] = ()
    errors: Sequence[RowError] = ()


@dataclass(frozen=True, slots=True)
class DetectedColumn:
    """A column of a table: its name, what its values look like, and some of them."""

    name: str
    type: str
    examples: Sequence[str]


@dataclass(frozen=True, slots=True)
class Detected:
    """What a file seems to be.

    Attributes:
        format: the format it would be imported as.
        encoding: of the text, as Python names it; empty for Parquet and workbooks.
        delimiter: between cells; empty where there is none.
        header_row: number of the row of column names, from 1; 0 when there is none.
        columns: the columns, with types and examples.
        rows_estimate: about so many rows of data.
        suggested_mapping: by the column names; `None` where no mapping is needed.
        preview: the first rows, as text.
    """

    format: ImportFormat
    encoding: str
    delimiter: str
    header_row: int
    columns: Sequence[DetectedColumn]
    rows_estimate: int
    suggested_mapping: ImportMapping | None
    preview: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class ImportSpec:
    """An order for an import.

    Attributes:
        workspace_id: into which workspace.
        source_id: as coming from which source.
        path: the file.
        format: how to read it; `None` lets the file say.
        mapping: which column means what, for `csv` and `parquet`; `None` takes the suggestion.
        time_zone: of times that do not say; `None` for the format's own, else the house's.
        currency: of amounts that do not say; `None` for the format's own, else the house's.
        house_zone, house_currency: the workspace's.
        name: what to call the file in lists; by default the path's last part.
    """

    workspace_id: WorkspaceId
    source_id: str
    path: Path
    format: ImportFormat | None = None
    mapping: ImportMapping | None = None
    time_zone: str | None = None
    currency: str | None = None
    house_zone: str = "Asia/Shanghai"
    house_currency: str = "CNY"
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import and how far it is; kept, so that a killed import goes on where it was.

    Attributes:
        import_id: `imp_…`.
        spec: the order.
        fingerprint: of the file's content and the way it is read: the same order has the same
            one. Empty until the file was looked through.
        state: where it stands.
        rows_total: about how many rows there are.
        last_row: rows up to this number are in the log.
        rows_read: rows of data dealt with.
        events: events put into the log.
        errors_count: rows that could not be read.
        failure: one sentence, when the state is `failed`.
        created_us: when it was ordered.
        updated_us: when it last moved.
        first_position, last_position: the stretch of the log in which its events lie; 0 while
            there are none.
    """

    import_id: str
    spec: ImportSpec
    fingerprint: str = ""
    state: ImportState = ImportState.QUEUED
    rows_total: int = 0
    last_row: int = 0
    rows_read: int = 0
    events: int = 0
    errors_count: int = 0
    failure: str | None = None
    created_us: int = 0
    updated_us: int = 0
    first_position: int = 0
    last_position: int = 0

    @property
    def file_name(self) -> str:
        """What to call the file."""
        return self.spec.name or self.spec.path.name


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or in a dry run would have done."""

    record: ImportRecord
    row_errors: Sequence[RowError] = field(default_factory=tuple)
    is_dry_run: bool = False
