"""The DuckDB engine reads no more than it must, within its bounds, and nothing but the lake."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.kernel import WorkspaceId
from catchment.lake import (
    EVENTS,
    AnswerTooLarge,
    AnswerTooLate,
    EngineSetting,
    EngineUnknown,
    EventTable,
    IdentityTable,
    LakeUnavailable,
    LogSpan,
    open_engine,
)
from catchment.lake.engines import duckdb as engine_room
from catchment.lake.engines.duckdb import DuckDBEngine
from catchment.testing.lake_engine import Walk
from catchment.testing.lake_rows import event_rows

MINE = WorkspaceId("wsp_mine")


def engine_over(folder: Path, **bounds: float) -> tuple[DuckDBEngine, EventTable, IdentityTable]:
    events, identity = EventTable(folder / "events"), IdentityTable(folder / "identity")
    setting = EngineSetting(events=events, identity=identity, **bounds)  # type: ignore[arg-type]
    return DuckDBEngine(setting), events, identity


def test_only_the_columns_asked_for_are_read_and_time_is_filtered_at_the_file(
    tmp_path: Path,
) -> None:
    engine, events, identity = engine_over(tmp_path)
    events.append(event_rows(MINE, [("a", "Seen", 1), ("a", "Seen", 9)]), 1)
    identity.replace(MINE, pa.table({"subject": ["a"], "person": ["per_x"]}), position=1)
    since = ibis.timestamp("1970-01-01 00:00:05", timezone="UTC")
    question = EVENTS.filter(EVENTS.time >= since).group_by("name").agg(p=ibis._.person.nunique())
    plan = engine.explain(MINE, question)
    scan = plan[plan.index("READ_PARQUET") :]
    assert re.search(r"Projections:\s+subject, name\b", scan)
    assert "properties" not in plan
    # Filtered in the scan, where row groups can be skipped, and by no step above it.
    assert "time >= '1970" in scan
    assert "─ Filter " not in plan


def test_who_people_are_is_not_looked_up_where_it_does_not_matter(tmp_path: Path) -> None:
    engine, events, identity = engine_over(tmp_path)
    events.append(event_rows(MINE, [("a", "Seen", 1)]), 1)
    identity.replace(MINE, pa.table({"subject": ["a"], "person": ["per_x"]}), position=1)
    for blind in (EVENTS.count(), EVENTS.group_by("name").agg(n=ibis._.count())):
        assert "Join" not in engine.explain(MINE, blind)
    for needy in (EVENTS.person.nunique(), EVENTS.distinct().count(), EVENTS):
        assert "Join" in engine.explain(MINE, needy)


def test_an_answer_has_a_bound_of_rows(tmp_path: Path) -> None:
    engine, events, _ = engine_over(tmp_path, rows_max=3)
    events.append(event_rows(MINE, [("a", "Seen", n) for n in range(4)]), 1)
    assert engine.query(MINE, EVENTS.limit(3)).num_rows == 3
    with pytest.raises(AnswerTooLarge, match="3 rows"):
        engine.query(MINE, EVENTS)


def test_a_question_has_a_bound_of_time(tmp_path: Path) -> None:
    engine, events, _ = engine_over(tmp_path, seconds_max=0.2)
    events.append(event_rows(MINE, [("a", "Seen", n) for n in range(2_000)]), 1)
    parts = [EVENTS.view().select(**{f"t{n}": "time"}) for n in range(3)]
    endless = parts[0].cross_join(parts[1]).cross_join(parts[2]).agg(n=ibis._.t2.nunique())
    with pytest.raises(AnswerTooLate):
        engine.query(MINE, endless)
    # The engine is whole afterwards.
    assert engine.query(MINE, EVENTS.limit(1)).num_rows == 1


def test_nothing_but_the_lake_can_be_read_or_written(tmp_path: Path) -> None:
    engine, _, _ = engine_over(tmp_path)
    secret = tmp_path / "records.db"
    secret.write_text("a,b\n1,2\n")
    with engine._session(MINE, needs_person=False) as session:
        for statement in (
            f"SELECT * FROM read_csv('{secret}')",  # noqa: S608
            f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
            f"ATTACH '{tmp_path}/new.db'",
            "SET enable_external_access = true",
        ):
            with pytest.raises((duckdb.PermissionException, duckdb.InvalidInputException)):
                session.connection.execute(statement)


def test_a_lost_file_is_unavailable_not_fewer_rows(tmp_path: Path) -> None:
    engine, events, _ = engine_over(tmp_path)
    events.append(event_rows(MINE, [("a", "Seen", 1)]), 1)
    (events.path / events.files()[0].path).unlink()
    with pytest.raises(LakeUnavailable):
        engine.query(MINE, EVENTS)


def test_an_engine_nobody_offers_is_named_as_unknown(tmp_path: Path) -> None:
    events, identity = EventTable(tmp_path / "e"), IdentityTable(tmp_path / "i")
    with pytest.raises(EngineUnknown, match="there is: duckdb"):
        open_engine("abacus", EngineSetting(events=events, identity=identity))


told = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.sampled_from(["Seen", "Bought"]),
        st.integers(0, 3),
        st.none() | st.integers(0, 2),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=15, deadline=None)
@given(told, st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["per_1", "per_2"])))
def test_a_fold_does_not_depend_on_how_people_are_split(
    rows: list[tuple[object, ...]], known: dict[str, str]
) -> None:
    with TemporaryDirectory() as folder:
        engine, events, identity = engine_over(Path(folder))
        for position in range(1, 3):
            events.append(event_rows(MINE, rows[position - 1 :: 2], position=position), position)
        overlay = pa.table(
            {"subject": pa.array(list(known), pa.string()), "person": list(known.values())}
        )
        if known:
            identity.replace(MINE, overlay, position=1)
        whole = engine.fold(MINE, Walk(), EVENTS)
        engine.fold_rows = 3
        split = engine.fold(MINE, Walk(), EVENTS)
        assert whole.num_rows == len(rows)
        assert split.to_pylist() == whole.to_pylist()
        engine.close()


def test_the_default_part_of_a_fold_is_bounded(tmp_path: Path) -> None:
    engine, _, _ = engine_over(tmp_path)
    assert engine.fold_rows == engine_room.FOLD_ROWS


def test_a_question_is_worded_once_for_every_span(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, events, _ = engine_over(tmp_path)
    worded: list[object] = []
    to_sql = ibis.to_sql

    def counted(table: object, **how: object) -> object:
        worded.append(table)
        return to_sql(table, **how)

    monkeypatch.setattr(ibis, "to_sql", counted)
    for position in (1, 2, 3):
        events.append(event_rows(MINE, [("a", "Seen", 1)], position=position), position)
        asked = EVENTS.filter(EVENTS.name == "Seen").select("log_position")
        found = engine.query(MINE, asked, span=LogSpan(position - 1, position))
        assert found["log_position"].to_pylist() == [position]
    assert len(worded) == 1
    engine.query(MINE, EVENTS.filter(EVENTS.name == "Bought").select("log_position"))
    assert len(worded) == 2


def test_what_is_asked_about_one_landing_is_shown_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By several rooms, one after the other; and shown anew as soon as anything is otherwise."""
    engine, events, identity = engine_over(tmp_path)
    shown: list[object] = []
    tell = engine_room._tell

    def counted(connection: duckdb.DuckDBPyConnection, what: engine_room._Shown) -> None:
        shown.append(what)
        tell(connection, what)

    monkeypatch.setattr(engine_room, "_tell", counted)
    rows = event_rows(MINE, [("a", "Seen", 1), ("b", "Bought", 2)], position=1)
    events.append(rows, 1)

    def names(until: int, *columns: str) -> list[tuple[str, ...]]:
        asked = EVENTS.select("name", *columns).order_by("name")
        found = engine.query(MINE, asked, span=LogSpan(0, until))
        return [tuple(row.values()) for row in found.to_pylist()]

    for _ in range(3):
        assert names(1) == [("Bought",), ("Seen",)]
    assert len(shown) == 1
    events.append(event_rows(MINE, [("c", "Left", 3)], position=2), 2)
    assert names(1) == [("Bought",), ("Seen",)]
    assert names(2) == [("Bought",), ("Left",), ("Seen",)]
    identity.replace(MINE, pa.table({"subject": ["a"], "person": ["per_x"]}), position=1)
    assert names(2, "person")[2] == ("Seen", "per_x")
    identity.replace(MINE, pa.table({"subject": ["a"], "person": ["per_y"]}), position=2)
    assert names(2, "person")[2] == ("Seen", "per_y")
    events.forget(MINE, ["a"])
    assert names(2) == [("Bought",), ("Left",)]
    with pytest.raises(AnswerTooLarge):
        engine_over(tmp_path, rows_max=1)[0].query(MINE, EVENTS, span=LogSpan(0, 2))
    engine.close()


def test_a_session_that_is_kept_shows_what_is_asked_now(tmp_path: Path) -> None:
    """Other spans, other workspaces, in any order; the wrong variant shows what it showed last."""
    engine, events, _ = engine_over(tmp_path)
    theirs = WorkspaceId("wsp_theirs")
    for position in range(1, 7):
        workspace = MINE if position % 2 else theirs
        named = event_rows(workspace, [("a", f"n{position}", 1)], position=position)
        events.append(named, position)
    asked = EVENTS.select("workspace_id", "name").order_by("name")
    for workspace, odd in [(MINE, 1), (theirs, 0)] * 2:
        for after in (0, 3, 5, 1, 9):
            found = engine.query(workspace, asked, span=LogSpan(after, 6))
            wanted = [n for n in range(after + 1, 7) if n % 2 == odd]
            assert found["name"].to_pylist() == [f"n{n}" for n in wanted]
            assert set(found["workspace_id"].to_pylist()) <= {workspace}
    assert engine.query(MINE, asked).num_rows == 3
    engine.close()


def test_many_at_once_ask_about_one_landing(tmp_path: Path) -> None:
    """The wrong variant lends one session to two."""
    engine, events, _ = engine_over(tmp_path)
    events.append(event_rows(MINE, [("a", "Seen", n) for n in range(50)], position=1), 1)

    def ask(number: int) -> int:
        asked = EVENTS.filter(EVENTS.name == "Seen").limit(number + 1)
        return int(engine.query(MINE, asked, span=LogSpan(0, 1)).num_rows)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(40))) == list(range(1, 41))
    engine.close()


def test_files_outside_the_span_are_not_opened(tmp_path: Path) -> None:
    engine, events, _ = engine_over(tmp_path)
    for position in (1, 2):
        events.append(event_rows(MINE, [("a", "Seen", 1)], position=position), position)
    old = next(f for f in events.files() if f.stats["log_position"] == (1, 1))
    (events.path / old.path).unlink()
    assert engine.query(MINE, EVENTS.select("name"), span=LogSpan(1, 2)).num_rows == 1
    with pytest.raises(LakeUnavailable):
        engine.query(MINE, EVENTS.select("name"))
