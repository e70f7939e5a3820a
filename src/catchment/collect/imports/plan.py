"""Decides how a file is read, and reads it: from the path to chunks ready for the log.

A `Plan` is what one look through a file and the order for it come to; it can be asked for what was
detected, or for chunks behind any row, the same chunks each time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import pyarrow as pa

from catchment.collect.imports import lines, parquet, tables, workbook
from catchment.collect.imports.bodies import bodies_of
from catchment.collect.imports.errors import UnknownTimeZone, UnreadableFile
from catchment.collect.imports.hidden_rows import (
    hidden_cells,
    hidden_chunks,
    hidden_column,
    hidden_line,
)
from catchment.collect.imports.mapping import ImportMapping
from catchment.collect.imports.presets import preset_reading, recognise
from catchment.collect.imports.reading import Reading
from catchment.collect.imports.scan import Scanned, scan
from catchment.collect.imports.sniff import SAMPLE_BYTES, Layout, looks_binary, sniff
from catchment.collect.imports.suggest import settle_properties, suggest_mapping
from catchment.collect.imports.types import (
    Chunk,
    Detected,
    DetectedColumn,
    ImportFormat,
    ImportSpec,
)
from catchment.collect.imports.unpack import (
    DEFAULT_LIMITS,
    OpenPath,
    UnpackLimits,
    open_file,
    open_plainly,
)
from catchment.collect.imports.values import column_type
from catchment.kernel import currency_exponent, printable

PREVIEW_ROWS_MAX = 20
_SAMPLE_ROWS = 1_000
_EXAMPLES_MAX = 5
_LINES_FORMATS = (ImportFormat.SEGMENT, ImportFormat.SENSORS)
_SENSORS_SIGN = "distinct_id"


@dataclass(frozen=True, slots=True)
class Plan:
    """How one file is going to be read.

    Attributes:
        scanned: what one look through it told.
        format: what it is read as.
        layout: of a table; `None` for lines of JSON.
        columns: of a table, with types and examples.
        preview: its first rows.
        reading: how rows become events; `None` for lines and for our own exports.
        mapping: as ordered or as suggested; `None` where none is needed.
        fingerprint: the same for the same content read the same way.
        rows_estimate: about so many rows.
        table: the table itself.
    """

    scanned: Scanned
    format: ImportFormat
    layout: Layout | None
    columns: Sequence[DetectedColumn]
    preview: Sequence[Sequence[str]]
    reading: Reading | None
    mapping: ImportMapping | None
    fingerprint: str
    rows_estimate: int
    table: "_Table | None" = None

    def detected(self) -> Detected:
        """The plan, as it is shown: what is personal is masked."""
        layout = self.layout or Layout("", 0, ())
        names = [column.name for column in self.columns]
        return Detected(
            format=self.format,
            encoding=self.scanned.encoding,
            delimiter=layout.delimiter,
            header_row=layout.header_row,
            columns=[hidden_column(column) for column in self.columns],
            rows_estimate=self.rows_estimate,
            suggested_mapping=self.mapping,
            preview=[
                hidden_cells(names, row) if names else [hidden_line(line) for line in row]
                for row in self.preview
            ],
        )

    def ordered_as(self, spec: ImportSpec) -> "Plan":
        """The same reading for an order of the same file that names another source."""
        return replace(self, fingerprint=_fingerprint(self.scanned, spec, self.format))

    def check(self) -> None:
        """Refuses what cannot be read to its end.

        Raises:
            MappingMissing: it is not clear what the rows mean.
            ColumnMissing: the file lacks a column.
        """
        if self.reading is not None and self.layout is not None:
            self.reading.check(self.layout.names)

    def chunks(self, after: int = 0) -> Iterator[Chunk]:
        """Chunks behind row `after`, in the file's order; their broken rows are masked.

        Raises:
            UnreadableFile: the file breaks off.
            ArchiveRefused: it unfolds too far.
        """
        layout = self.layout or Layout("", 0, ())
        return hidden_chunks(self._chunks(after), layout.names, layout.delimiter)

    def _chunks(self, after: int) -> Iterator[Chunk]:
        prefix = _id_prefix(self.format, self.scanned)
        if self.layout is None or self.table is None:
            yield from lines.read_lines(self.scanned, self.format, prefix, after)
        elif self.reading is None:
            file = parquet.open_parquet(self.scanned)
            for page, events, errors in parquet.read_own(file, prefix):
                if page.last_row > after:
                    yield _chunk(page, events, errors)
        else:
            for page in self.table.pages(self.layout, self.reading.mapping):
                if page.last_row > after:
                    events, faulty = self.reading.events(page)
                    yield _chunk(page, events, sorted([*page.errors, *faulty], key=_number))


def _number(error: Any) -> int:
    return int(error.number)


def _chunk(page: tables.RowPage, events: pa.RecordBatch, errors: Sequence[Any]) -> Chunk:
    rows = len(page.numbers) + len(page.errors)
    return Chunk(page.last_row, rows, tuple(bodies_of(events)), tuple(errors))


@dataclass(frozen=True, slots=True)
class _Table:
    """A table in one of its three guises; a workbook's sheet is held, for opening it is slow."""

    scanned: Scanned
    sheet: Any = None

    def layout(self, start: str, *, is_whole: bool) -> tuple[Layout, int]:
        """Where the names stand, and about how many rows there are."""
        if self.scanned.is_parquet:
            file = parquet.open_parquet(self.scanned)
            return parquet.parquet_layout(file), int(file.metadata.num_rows)
        if self.sheet is not None:
            layout = workbook.sheet_layout(self.sheet)
            return layout, max(0, int(self.sheet.total_height) - layout.header_row)
        layout = sniff(start, is_whole=is_whole)
        return layout, max(0, self.scanned.lines - layout.header_row)

    def pages(self, layout: Layout, mapping: ImportMapping) -> Iterator[tables.RowPage]:
        """The rows as text."""
        if self.scanned.is_parquet:
            return parquet.read_parquet(parquet.open_parquet(self.scanned), layout)
        if self.sheet is not None:
            return workbook.read_sheet(self.sheet, layout, mapping.id_columns())
        return tables.read_delimited(self.scanned, layout)

    def sample(self, layout: Layout) -> pa.RecordBatch:
        """Some rows from the beginning."""
        for page in self.pages(layout, ImportMapping()):
            if page.cells.num_rows:
                return page.cells.slice(0, _SAMPLE_ROWS)
        empty = pa.array([], pa.string())
        return pa.RecordBatch.from_arrays([empty] * len(layout.names), names=list(layout.names))


def make_plan(
    spec: ImportSpec,
    limits: UnpackLimits = DEFAULT_LIMITS,
    open_path: OpenPath = open_plainly,
) -> Plan:
    """Looks through a file and settles how it is read.

    Args:
        spec: the order.
        limits: how far a packed file may unfold.
        open_path: opens the file.

    Raises:
        UnreadableFile: it is not what it was said to be, or no text at all.
        ArchiveRefused: it breaks a limit.
        HeaderMissing: it has no rows.
        UnknownTimeZone: the order's zone is none.
        UnknownCurrency: the order's currency is none.
    """
    check_settings(spec)
    scanned = scan(open_file(spec.path, limits, open_path))
    start, is_whole = _start(scanned) if scanned.encoding else ("", True)
    if looks_binary(start):
        raise UnreadableFile(
            f"{printable(spec.path.name)} looks binary, not like text; there can be read: "
            "CSV, JSON lines, XLSX, Parquet, each also packed with gz or zip"
        )
    if _is_lines(spec.format, start):
        format_ = spec.format or _lines_format(start)
        return Plan(
            scanned, format_, None, (), [[line] for line in start.splitlines()[:PREVIEW_ROWS_MAX]],
            None, None, _fingerprint(scanned, spec, format_), scanned.lines,
        )  # fmt: skip
    if scanned.is_workbook:
        table = _Table(scanned, workbook.open_sheet(scanned))
    else:
        table = _Table(scanned)
    return _plan_table(spec, table, table.layout(start, is_whole=is_whole))


def check_settings(spec: ImportSpec) -> None:
    """Refuses a zone or a currency that is none.

    Raises:
        UnknownTimeZone: the zone is no IANA name.
        UnknownCurrency: the currency is no code.
    """
    named = spec.mapping.time if spec.mapping is not None else None
    for zone in (spec.time_zone, named.time_zone if named is not None else None):
        try:
            ZoneInfo(zone or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise UnknownTimeZone(f"no time zone {zone!r}; name one as Asia/Shanghai") from unknown
    if spec.currency is not None:
        currency_exponent(spec.currency)


def _plan_table(spec: ImportSpec, table: _Table, found: tuple[Layout, int]) -> Plan:
    (layout, rows_estimate), scanned = found, table.scanned
    names = list(layout.names)
    by_content = ImportFormat.PARQUET if scanned.is_parquet else recognise(names)
    format_ = spec.format or by_content or ImportFormat.CSV
    if (format_ is ImportFormat.PARQUET) != scanned.is_parquet:
        raise UnreadableFile(f"{printable(spec.path.name)} cannot be read as {format_.value}")
    sample = table.sample(layout)
    columns = [
        DetectedColumn(name, column_type(sample[position]), _examples(sample[position]))
        for position, name in enumerate(names)
    ]
    preview = [
        [cell or "" for cell in row.values()]
        for row in sample.slice(0, PREVIEW_ROWS_MAX).to_pylist()
    ]
    plan = Plan(
        scanned, format_, layout, columns, preview, None, None,
        _fingerprint(scanned, spec, format_), rows_estimate, table,
    )  # fmt: skip
    if format_ is ImportFormat.PARQUET and spec.mapping is None and parquet.is_own(names):
        return plan
    prefix = _id_prefix(format_, scanned)
    preset = preset_reading(format_, prefix, spec.time_zone, spec.currency)
    if preset is not None:
        return replace(plan, reading=preset)
    mapping = spec.mapping or suggest_mapping(columns)
    reading = Reading(
        mapping=mapping,
        properties=settle_properties(mapping, columns),
        id_prefix=prefix,
        zone=spec.time_zone or spec.house_zone,
        currency=spec.currency or spec.house_currency,
    )
    return replace(plan, reading=reading, mapping=mapping)


def _examples(cells: pa.Array) -> list[str]:
    return [str(cell) for cell in cells.drop_null().unique()[:_EXAMPLES_MAX].to_pylist()]


def _start(scanned: Scanned) -> tuple[str, bool]:
    """The beginning of a text, and whether it is all of it."""
    with scanned.open_text() as stream:
        start = stream.read(SAMPLE_BYTES)
    return start.decode(errors="replace"), len(start) < SAMPLE_BYTES


def _is_lines(format_: ImportFormat | None, start: str) -> bool:
    if format_ is None:
        return start.lstrip().startswith("{")
    return format_ in _LINES_FORMATS


def _lines_format(start: str) -> ImportFormat:
    try:
        first = msgspec.json.decode(start.lstrip().split("\n", 1)[0], type=dict[str, Any])
    except msgspec.DecodeError:
        return ImportFormat.SEGMENT
    return ImportFormat.SENSORS if _SENSORS_SIGN in first else ImportFormat.SEGMENT


def _id_prefix(format_: ImportFormat, scanned: Scanned) -> str:
    return f"{format_.value}:{scanned.content_hash}:"


def _fingerprint(scanned: Scanned, spec: ImportSpec, format_: ImportFormat) -> str:
    mapping = b"" if spec.mapping is None else msgspec.json.encode(spec.mapping)
    parts = [
        scanned.content_hash, format_.value, spec.source_id, spec.time_zone or "",
        spec.currency or "", mapping.decode(),
    ]  # fmt: skip
    return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
