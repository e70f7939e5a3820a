"""Our own log and engine sit the public exams."""

from pathlib import Path

import pytest

from catchment.lake import (
    Engine,
    EngineSetting,
    EventLog,
    EventTable,
    IdentityTable,
    SQLiteEventLog,
    open_engine,
)
from catchment.testing.lake_engine import EngineConformance
from catchment.testing.lake_log import EventLogConformance


class TestSQLiteEventLog(EventLogConformance):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self._path = tmp_path / "log.db"

    def open_log(self) -> EventLog:
        return SQLiteEventLog(self._path)


class TestDuckDBEngine(EngineConformance):
    def open_over(self, events: EventTable, identity: IdentityTable) -> Engine:
        return open_engine("duckdb", EngineSetting(events=events, identity=identity))
