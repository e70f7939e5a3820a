"""Nobody's data stands in clear on disk, on the wire or in the logs, at any moment.

The short form: some hundreds of values. `make soak` plants ten thousand, and keeps the records in
PostgreSQL too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catchment.app import Home, open_home, read_settings
from catchment.collect import QuarantineStore
from catchment.kernel import WorkspaceId
from catchment.lake import Received, Seal, SQLiteEventLog
from catchment.store import UnitOfWork
from privacy.planted import Planted, planted_people
from privacy.searching import Search
from privacy.sowing import segment_calls
from privacy.trial import Trial, told


def test_a_whole_installation_tells_of_nobody(tmp_path: Path) -> None:
    trial = Trial(tmp_path, people=30, asked=2)
    trial.run()
    assert not trial.search.found, told(trial.search)


WRITINGS: tuple[Callable[[str], bytes], ...] = (
    str.encode,
    lambda text: json.dumps({"a": text}).encode(),
    lambda text: "".join(f"\\u{ord(one):04X}" for one in text).encode(),
    lambda text: text.encode("utf-16-le"),
    lambda text: b"x" + text.encode("utf-16-be"),
)


@pytest.mark.parametrize("write", WRITINGS)
def test_the_search_finds_every_value_in_every_writing(write: Callable[[str], bytes]) -> None:
    people = planted_people(20)
    search = Search.for_people(people)
    for one in people:
        for value in one.values:
            assert value in search.values_in(b"before " + write(value) + b" behind"), value
    for written in people[0].writings():
        assert people[0].phone in search.values_in(written.encode()), written
    assert not search.values_in(b"159****2312 p****@planted-mail.example 13800138000")


def test_the_search_opens_what_is_packed(tmp_path: Path) -> None:
    import gzip  # noqa: PLC0415  (beside its only use)
    import sqlite3  # noqa: PLC0415  (the same)

    import pyarrow.parquet as pq  # noqa: PLC0415  (the same)

    people = planted_people(3)
    (tmp_path / "a.gz").write_bytes(gzip.compress(people[0].phone.encode()))
    pq.write_table(pa.table({"a": [people[1].email] * 1_000}), tmp_path / "b.parquet")
    with sqlite3.connect(tmp_path / "c.db") as records:
        records.execute("CREATE TABLE t (a TEXT)")
        records.execute("INSERT INTO t VALUES (?)", ["x" * 4_000 + people[2].id_card])
    records.close()
    search = Search.for_people(people)
    assert search.look_through(tmp_path) == 3
    assert {one.rpartition(": ")[2] for one in search.found} == {
        people[0].phone, people[1].email, people[2].id_card,
    }  # fmt: skip


@dataclass
class Open:
    """A sealer, an opener and a box that seal nothing: the wrong variants."""

    def seal(self, plain: Any, _place: bytes = b"") -> Any:
        if isinstance(plain, bytes):
            return plain
        return Seal(1, 1, b""), [body for body, _ in plain]

    def open(self, sealed: Any, bodies: Any) -> Any:
        return sealed if isinstance(sealed, bytes) else [body for body, _ in bodies]

    def box(self, _workspace_id: WorkspaceId, _use: str) -> Any:
        return self

    def look(self, _workspace_id: WorkspaceId, _told: pa.Table) -> None:
        return None

    def protect(self, _workspace_id: WorkspaceId, rows: pa.Table, _look: object = None) -> pa.Table:
        return rows


def with_an_open_log(home: Home) -> None:
    nothing = Open()
    home.__dict__["log"] = SQLiteEventLog(home.settings.log, sealer=nothing, opener=nothing)


def with_an_open_lake(home: Home) -> None:
    home.__dict__["protector"] = Open()


def with_an_open_quarantine(home: Home) -> None:
    home.lander._parts = _with(
        home.lander._parts, quarantine=QuarantineStore(home.database, Open())
    )


def _with(parts: Any, **changes: Any) -> Any:
    from dataclasses import replace  # noqa: PLC0415  (beside its only use)

    return replace(parts, **changes)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with open_home(read_settings({"CATCHMENT_HOME": str(tmp_path / "home")})) as opened:
        yield opened


def land(home: Home, people: Sequence[Planted]) -> Search:
    """What is found once these people's events have landed."""
    workspace = home.workspace(None)
    calls = json.dumps({"batch": [call for one in people for call in segment_calls(one)]})
    home.log.append([Received(workspace.id, "src", "segment", 1, calls.encode())])
    home.catch_up()
    search = Search.for_people(people)
    search.look_through(home.settings.home)
    return search


def test_a_home_that_protects_holds_nobody(home: Home) -> None:
    search = land(home, planted_people(12))
    assert not search.found, told(search)
    with UnitOfWork(home.database, reads_only=True) as uow:
        assert uow.connection is not None


@pytest.mark.parametrize(
    ("break_it", "where"),
    [
        (with_an_open_log, "events.db"),
        (with_an_open_lake, ".parquet"),
        (with_an_open_quarantine, "records.db"),
    ],
)
def test_a_home_with_one_thing_left_open_is_caught(
    home: Home, break_it: Callable[[Home], None], where: str
) -> None:
    break_it(home)
    search = land(home, planted_people(12))
    assert any(where in one for one in search.found), told(search)
