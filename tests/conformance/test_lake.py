"""Our own log and engine sit the public exams."""

from pathlib import Path

import pytest

from catchment.lake import (
    Engine,
    EngineSetting,
    EventLog,
    EventTable,
    IdentityTable,
    open_engine,
)
from catchment.testing.lake_engine import EngineConformance
from catchment.testing.lake_log import EventLogConformance
from catchment.testing.log_seals import toy_log


class TestSQLiteEventLog(EventLogConformance):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self._path = tmp_path / "log.db"

    def open_log(self) -> EventLog:
        return toy_log(self._path)

    def open_without_keys(self) -> EventLog:
        return toy_log(self._path, keys_are_away=True)

    def kept_bytes(self) -> bytes:
        return b"".join(path.read_bytes() for path in self._path.parent.iterdir())


class TestDuckDBEngine(EngineConformance):
    def open_over(self, events: EventTable, identity: IdentityTable) -> Engine:
        return open_engine("duckdb", EngineSetting(events=events, identity=identity))
