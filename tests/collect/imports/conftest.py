"""A place to import into that lives in memory, and the real files beside the checkout."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catchment.collect.imports import (
    Importer,
    ImportRecord,
    ImportReport,
    ImportSpec,
    ImportState,
    ImportUnknown,
    RowError,
)
from catchment.kernel import Clock, IdMaker, SystemClock, WorkspaceId
from catchment.lake import LogEntry, Received

WORKSPACE = WorkspaceId("wsp_test")
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


class ListedLog:
    """An event log in a list; may be told to fail after so many appends."""

    def __init__(self) -> None:
        self.entries: list[LogEntry] = []
        self.appends_left: int | None = None

    def append(self, batch: Sequence[Received]) -> int:
        if self.appends_left is not None:
            if self.appends_left == 0:
                raise KeyboardInterrupt
            self.appends_left -= 1
        for received in batch:
            self.entries.append(LogEntry(len(self.entries) + 1, received))
        return len(self.entries)

    def read(self, after: int, *, entries_max: int, bytes_max: int) -> Sequence[LogEntry]:
        del bytes_max
        return self.entries[after : after + entries_max]

    def tail(
        self, workspace_id: WorkspaceId, *, entries_max: int, after: int = 0
    ) -> Sequence[LogEntry]:
        del workspace_id
        return self.entries[after:][-entries_max:]

    def position_before(self, received_us: int) -> int:
        return sum(1 for entry in self.entries if entry.received.received_us < received_us)

    def head(self) -> int:
        return len(self.entries)

    def trim(self, up_to: int) -> int:
        del up_to
        return 0

    def close(self) -> None:
        pass


class ListedRecords:
    """`ImportRecords` in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, ImportRecord] = {}
        self.row_errors: dict[str, list[RowError]] = {}
        self.created: list[tuple[str, str]] = []
        self.advances_left: int | None = None

    def get(self, workspace_id: WorkspaceId, import_id: str) -> ImportRecord:
        del workspace_id
        if import_id not in self.kept:
            raise ImportUnknown
        return self.kept[import_id]

    def find_unfinished(self, workspace_id: WorkspaceId, fingerprint: str) -> ImportRecord | None:
        del workspace_id
        for record in self.kept.values():
            if record.fingerprint == fingerprint and record.state is not ImportState.DONE:
                return record
        return None

    def create(self, record: ImportRecord, actor: str, *, clock: Clock, ids: IdMaker) -> None:
        del clock, ids
        self.created.append((record.import_id, actor))
        self.put(record)

    def put(self, record: ImportRecord) -> None:
        self.kept[record.import_id] = record

    def advance(self, record: ImportRecord, errors: Sequence[RowError]) -> bool:
        if self.advances_left is not None:
            if self.advances_left == 0:
                raise KeyboardInterrupt
            self.advances_left -= 1
        if self.kept[record.import_id].state is ImportState.CANCELLED:
            return False
        self.kept[record.import_id] = record
        self.row_errors.setdefault(record.import_id, []).extend(errors)
        return True

    def errors(self, workspace_id: WorkspaceId, import_id: str) -> Sequence[RowError]:
        del workspace_id
        return self.row_errors.get(import_id, [])


@dataclass
class Desk:
    """Imports a file, and shows what of it would be in the lake."""

    folder: Path
    log: ListedLog = field(default_factory=ListedLog)
    records: ListedRecords = field(default_factory=ListedRecords)

    @property
    def importer(self) -> Importer:
        clock = SystemClock()
        return Importer(self.log, self.records, clock, IdMaker(clock))

    def file(self, name: str, content: str | bytes) -> Path:
        """A file with this content."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def spec(self, path: Path, **rest: Any) -> ImportSpec:
        """An order for an import of this file."""
        return ImportSpec(WORKSPACE, "src_test", path, **rest)

    def run(self, path: Path, **rest: Any) -> ImportReport:
        """Imports the file."""
        return self.importer.run(self.spec(path, **rest))

    def logged(self) -> list[dict[str, Any]]:
        """Every event in the log, in normal form or as the wire has it."""
        rows: list[dict[str, Any]] = []
        for entry in self.log.entries:
            body = entry.received.body
            if entry.received.format == "columns":
                rows += pa.ipc.open_stream(io.BytesIO(body)).read_all().to_pylist()
            else:
                rows += json.loads(body)
        return rows

    def landed(self) -> list[dict[str, Any]]:
        """The events that landing would keep: the first with each message id."""
        by_id: dict[str, dict[str, Any]] = {}
        for row in self.logged():
            by_id.setdefault(row.get("message_id") or row["messageId"], row)
        return list(by_id.values())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Where files are imported in these tests."""
    return Desk(tmp_path)


def real_file(*parts: str) -> Path:
    """A real data file, or a loud skip where the folder is absent."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"REAL DATA ABSENT: {path}")
    return path


@pytest.fixture(scope="session")
def online_retail() -> Path:
    """541,909 order lines of a gift shop."""
    return real_file("online_retail", "online_retail.csv.gz")


@pytest.fixture(scope="session")
def rees46() -> Path:
    """17,434 events of one morning."""
    return real_file("rees46_sample", "2019-Oct_first_17434.csv")
