"""Tables of before events had a trust: read as claims, grown at once, and merged with the new."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from catchment.events import EVENT_SCHEMA, Trust
from catchment.kernel import WorkspaceId
from catchment.lake import (
    EVENTS,
    SETTLED,
    EngineSetting,
    EventTable,
    IdentityTable,
    LogSpan,
    compact,
    open_engine,
)
from catchment.lake.delta_files import DeltaFiles, Layout
from catchment.lake.event_table import LANDING
from catchment.testing.lake_rows import event_rows
from catchment.testing.log_seals import toy_log

MINE = WorkspaceId("wsp_mine")
OLD_SCHEMA = pa.schema([field for field in EVENT_SCHEMA if field.name != "trust"])


def rows_of(names: list[str], position: int, trust: str | None = None) -> pa.Table:
    rows = event_rows(MINE, [("a", name, 1) for name in names], position=position)
    place = rows.schema.get_field_index("trust")
    return rows.set_column(place, EVENT_SCHEMA.field("trust"), pa.repeat(
        pa.scalar(trust, pa.string()), rows.num_rows))  # fmt: skip


def old_table(path: Path, files: int = 3) -> None:
    """A table as the version before wrote it, with so many files."""
    layout = Layout(OLD_SCHEMA, frozenset({"properties"}), ("time", "log_position"))
    before = DeltaFiles(path, layout)
    before.refresh()
    for number in range(1, files + 1):
        rows = rows_of([f"Old {number}"], number).drop_columns(["trust"])
        before.commit([before.write(MINE, rows)], app=LANDING, number=number)


def trusts(table: EventTable) -> dict[str, str]:
    rows = table.read(table.files(MINE), ["name", "trust"]).to_pylist()
    return {row["name"]: row["trust"] for row in rows}


@pytest.fixture
def grown(tmp_path: Path) -> EventTable:
    old_table(tmp_path / "events")
    table = EventTable(tmp_path / "events")
    table.append(rows_of(["New"], 4, Trust.SETTLED), 4)
    return table


def test_what_was_kept_before_there_was_trust_is_a_claim(grown: EventTable) -> None:
    claims = {f"Old {number}": "claim" for number in (1, 2, 3)}
    assert trusts(grown) == {**claims, "New": "settled"}
    assert [bool(file.lacks) for file in grown.files()].count(True) == 3
    assert grown.position() == 4


def test_the_engine_sees_old_and_new_files_alike(grown: EventTable, tmp_path: Path) -> None:
    identity = IdentityTable(tmp_path / "identity")
    engine = open_engine("duckdb", EngineSetting(events=grown, identity=identity))
    counted = EVENTS.group_by("trust").aggregate(events=EVENTS.count())
    for people in ({}, {"subject": ["a"], "person": ["per_x"]}):
        if people:
            identity.replace(MINE, pa.table(people), position=1)
        found = engine.query(MINE, counted).to_pylist()
        assert {row["trust"]: row["events"] for row in found} == {"claim": 3, "settled": 1}
    only_old = engine.query(MINE, counted, span=LogSpan(0, 2)).to_pylist()
    assert only_old == [{"trust": "claim", "events": 2}]
    settled = engine.query(MINE, EVENTS.filter(SETTLED).select("name"))["name"].to_pylist()
    assert settled == ["New"]
    rest = engine.query(MINE, EVENTS.filter(~SETTLED).select("name"))["name"].to_pylist()
    assert sorted(rest) == ["Old 1", "Old 2", "Old 3"]


def test_compaction_writes_old_files_anew_with_their_trust(grown: EventTable) -> None:
    for number in range(5, 10):
        grown.append(rows_of([f"New {number}"], number, Trust.ATTESTED), number)
    before = trusts(grown)
    assert compact(grown, steps_max=9).steps > 0
    assert trusts(grown) == before
    merged = [file for file in grown.files() if file.rows > 1]
    assert merged
    assert all(not file.lacks for file in merged)
    assert "trust" in pq.ParquetFile(grown.path / merged[0].path).schema_arrow.names


def test_what_says_nothing_of_trust_is_written_as_a_claim(tmp_path: Path) -> None:
    table = EventTable(tmp_path / "events")
    table.append(rows_of(["Silent"], 1, None), 1)
    assert trusts(table) == {"Silent": "claim"}
    assert not table.files()[0].lacks


def test_processes_that_grow_a_table_at_once_agree(tmp_path: Path) -> None:
    old_table(tmp_path / "events")
    opened = [EventTable(tmp_path / "events") for _ in range(6)]
    failed: list[BaseException] = []

    def use(table: EventTable) -> None:
        try:
            table.files()
        except BaseException as error:  # noqa: BLE001  (told to the test below)
            failed.append(error)

    threads = [threading.Thread(target=use, args=(table,)) for table in opened]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    names = [field.name for field in DeltaTable(str(tmp_path / "events")).schema().fields]
    assert names.count("trust") == 1
    again = EventTable(tmp_path / "events")
    version = again.version()
    again.files()
    assert EventTable(tmp_path / "events").version() == version


def test_a_log_of_before_is_read_as_claims(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE entries (position INTEGER PRIMARY KEY AUTOINCREMENT, workspace_id TEXT NOT"
        " NULL, source_id TEXT NOT NULL, format TEXT NOT NULL, received_us INTEGER NOT NULL,"
        " is_historical INTEGER NOT NULL, size INTEGER NOT NULL, body BLOB NOT NULL)"
    )
    body = json.dumps({"events": []}).encode()
    connection.execute(
        "INSERT INTO entries (workspace_id, source_id, format, received_us, is_historical, size,"
        " body) VALUES ('wsp_mine', 'src', 'catchment', 1, 0, ?, ?)",
        (len(body), body),
    )
    connection.commit()
    connection.close()
    log = toy_log(path)
    (entry,) = log.read(0, entries_max=9, bytes_max=9_999)
    assert (entry.received.trust, entry.received.body) == (Trust.CLAIM, body)
    log.close()
