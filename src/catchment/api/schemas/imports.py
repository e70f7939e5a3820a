"""Files brought in: what an upload looks like, how its columns are read, how far it is."""

from typing import Any

from pydantic import Field

from catchment.api.schemas.shapes import Answer, Ask, At, Count, Currency, Id, Line, TimeZoneName
from catchment.collect import ImportFormat, ImportState

MAPPED_COLUMNS_MAX = 500


class FileColumn(Answer):
    """A column of the uploaded file."""

    name: str
    type: str = Field(examples=["text"])
    examples: list[str]


class DetectedFile(Answer):
    """What the file seems to be."""

    format: ImportFormat
    encoding: str | None = Field(examples=["gb18030"])
    header_row: int | None
    delimiter: str | None
    columns: list[FileColumn]
    rows_estimate: Count | None
    suggested_mapping: dict[str, Any] | None = Field(
        description="By the column names; null where the format needs none."
    )


class Upload(Answer):
    """A file that was uploaded and looked at; nothing is imported yet."""

    upload_id: str
    detected: DetectedFile
    preview: list[list[str]] = Field(description="The first rows, cell by cell, as text.")


class ImportAsk(Ask):
    """How to read an uploaded file, and which source it comes by."""

    upload_id: Id
    source_id: Id
    format: ImportFormat | None = Field(default=None, description="Left out, the file says.")
    mapping: dict[Line, Any] | None = Field(
        default=None,
        max_length=MAPPED_COLUMNS_MAX,
        description="What each column means; the suggested mapping shows its shape.",
    )
    time_zone: TimeZoneName | None = None
    currency: Currency | None = None


class ImportStarted(Answer):
    """The import goes on in the background."""

    import_id: str


class ImportProgress(Answer):
    """How far the file has been read."""

    done: Count
    total: Count | None


class Import(Answer):
    """One file's way in."""

    id: str = Field(examples=["imp_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    file_name: str
    source_id: str
    format: ImportFormat | None
    state: ImportState
    progress: ImportProgress
    rows_read: Count
    events: Count
    errors_count: Count
    forgotten: Count | None = Field(
        default=None,
        description="Events of people who were forgotten: dropped on landing. Null until all that "
        "was read has landed, and of imports older than this count.",
    )
    error: str | None = None
    created_at: At
    finished_at: At | None = None
