"""Exports: a workspace's events into one file, Parquet or lines of JSON, in order of time.

The lake is asked page by page, so memory stays bounded however many there are. The file appears
under its name only when it is whole. Personal data stands in it as it is shown: masked. Lines of
JSON have Segment's shape, Parquet has our columns; imported into another home, either gives the
same events under the same message ids.
"""

import gzip
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Protocol, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catchment.collect.imports.json_columns import JsonColumn, json_object, json_text
from catchment.collect.shown_pages import Masks, shown_page
from catchment.events import EventKind
from catchment.kernel import Invalid, WorkspaceId
from catchment.lake import EVENTS, Engine

PAGE_ROWS = 100_000
"""Rows asked for at once; so many are in memory."""

_LEFT_OUT = {"workspace_id"}
_TEXTS = (
    "message_id",
    "kind",
    "name",
    "user_id",
    "anonymous_id",
    "previous_id",
    "trust",
    "group_id",
    "properties",
    "traits",
    "context",
)
_LINES_AT_ONCE = 10_000


class ExportFormatUnknown(Invalid):
    """The file's name must end in .parquet, .ndjson or .ndjson.gz."""


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """Which events are meant; what is left out does not matter.

    Attributes:
        since: from this instant.
        until: before this instant.
        event: only of this name.
    """

    since: datetime | None = None
    until: datetime | None = None
    event: str | None = None


EVERYTHING = ExportChoice()


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written."""

    path: Path
    events: int
    bytes: int


class CreateFile(Protocol):
    """Creates the file that is written."""

    def __call__(self, path: Path, place: Path, /) -> IO[bytes]:
        """A new file at `path`, to be moved to `place` once it is whole."""


def _create_plainly(path: Path, _place: Path) -> IO[bytes]:
    return path.open("wb")


def _ignore(_: int) -> None:
    """For those who do not look."""


def export_events(
    engine: Engine,
    workspace_id: WorkspaceId,
    out: Path,
    choice: ExportChoice = EVERYTHING,
    *,
    masks: Masks,
    create: CreateFile = _create_plainly,
    progress: Callable[[int], None] = _ignore,
    page_rows: int = PAGE_ROWS,
) -> ExportReport:
    """Writes the chosen events to a file that is whole or absent.

    Args:
        engine: the lake's engine.
        workspace_id: whose events.
        out: the file; its ending says the format.
        choice: which events.
        masks: says what is shown of personal values.
        create: creates the file; by default one that stands open, such as an operator's own.
        progress: hears how many are written.
        page_rows: rows asked for at once.

    Raises:
        ExportFormatUnknown: the ending is none we write.
    """
    if not out.name.endswith((".parquet", ".ndjson", ".ndjson.gz")):
        raise ExportFormatUnknown
    chosen = _chosen(choice)
    written = 0
    with _whole_or_absent(out, create) as stream, _writer(stream, out.name) as write:
        for page in _pages(engine, workspace_id, chosen, page_rows):
            shown = shown_page(masks, workspace_id, page)
            write(shown.drop_columns([name for name in _LEFT_OUT if name in page.column_names]))
            written += page.num_rows
            progress(written)
    return ExportReport(out, written, out.stat().st_size)


def count_exported(
    engine: Engine, workspace_id: WorkspaceId, choice: ExportChoice = EVERYTHING
) -> int:
    """How many events an export of these would hold."""
    chosen = _chosen(choice)
    answer = engine.query(workspace_id, chosen.aggregate(events=chosen.count()))
    return int(answer["events"][0].as_py())


def _chosen(choice: ExportChoice) -> Any:
    chosen = EVENTS
    if choice.since is not None:
        chosen = chosen.filter(chosen.time >= choice.since)
    if choice.until is not None:
        chosen = chosen.filter(chosen.time < choice.until)
    return chosen if choice.event is None else chosen.filter(chosen.name == choice.event)


def _pages(
    engine: Engine, workspace_id: WorkspaceId, chosen: Any, page_rows: int
) -> Iterator[pa.Table]:
    """The chosen events page by page; always at least one page, for the schema's sake."""
    rest = chosen
    while True:
        ordered = rest.order_by([rest.time, rest.event_key]).limit(page_rows)
        page = engine.query(workspace_id, ordered)
        yield page
        if page.num_rows < page_rows:
            return
        last = page.slice(page.num_rows - 1).to_pylist()[0]
        is_behind = (chosen.time > last["time"]) | (
            (chosen.time == last["time"]) & (chosen.event_key > last["event_key"])
        )
        rest = chosen.filter(is_behind)


@contextmanager
def _whole_or_absent(out: Path, create: CreateFile) -> Iterator[IO[bytes]]:
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        with create(partial, out) as stream:
            yield stream
        with partial.open("rb+") as stream:
            os.fsync(stream.fileno())
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _writer(stream: IO[bytes], name: str) -> Iterator[Callable[[pa.Table], None]]:
    if name.endswith(".parquet"):
        with _ParquetFile(stream) as parquet:
            yield parquet.write
    elif name.endswith(".gz"):
        with gzip.open(stream, "wb", compresslevel=5) as packed:
            yield lambda page: _write_lines(packed, page)
    else:
        yield lambda page: _write_lines(stream, page)


class _ParquetFile:
    """A Parquet file whose schema is that of the first page."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()

    def write(self, page: pa.Table) -> None:
        """Adds the page as a row group."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._stream, page.schema, compression="zstd")
        self._writer.write_table(page)


def _write_lines(stream: IO[bytes] | gzip.GzipFile, page: pa.Table) -> None:
    for batch in page.to_batches(max_chunksize=_LINES_AT_ONCE):
        lines = _calls(batch)
        if len(lines):
            stream.write("\n".join(lines.to_pylist()).encode() + b"\n")


def _calls(batch: pa.RecordBatch) -> pa.Array:
    """Events as the calls of Segment's that would have sent them, one JSON object each."""
    text = {name: batch[name].cast(pa.string()) for name in _TEXTS}
    is_track = pc.equal(text["kind"], EventKind.TRACK.value)
    members = [
        ("messageId", json_text(text["message_id"])),
        ("type", json_text(text["kind"])),
        ("event", json_text(pc.if_else(is_track, text["name"], None))),
        ("name", json_text(pc.if_else(is_track, None, text["name"]))),
        ("userId", json_text(text["user_id"])),
        ("anonymousId", json_text(text["anonymous_id"])),
        ("previousId", json_text(text["previous_id"])),
        ("groupId", json_text(text["group_id"])),
        ("timestamp", JsonColumn(_iso(batch["time"]), '"')),
        ("receivedAt", JsonColumn(_iso(batch["received_time"]), '"')),
        ("trust", json_text(text["trust"])),
        ("properties", JsonColumn(text["properties"])),
        ("traits", JsonColumn(text["traits"])),
        ("context", JsonColumn(text["context"])),
    ]
    return json_object(members, batch.num_rows)


def _iso(instants: pa.Array) -> pa.Array:
    # Arrow writes the seconds of a microsecond column with their six decimals.
    return pc.strftime(instants.cast(pa.timestamp("us", tz="UTC")), format="%Y-%m-%dT%H:%M:%SZ")
