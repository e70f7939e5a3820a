"""An import says how many of its rows were of people who were forgotten, and of nobody which."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from catchment.collect import Importer, ImportRecord, ImportSpec, ImportTable
from catchment.collect.landing_state import FORGOTTEN_ENTRIES_KEPT, Counts, LandingState, Progress
from catchment.kernel import WorkspaceId
from privacy.forgotten_house import ForgettingHouse

SOURCE = "src_files"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[ForgettingHouse]:
    made = ForgettingHouse(tmp_path)
    made.fill()
    made.forget("ann")
    made.work()
    yield made
    made.close()


def brought(house: ForgettingHouse, name: str, rows: list[tuple[str, int]]) -> ImportRecord:
    """A file of so many rows for each of these users, put into the log."""
    lines = ["event,user_id,time,product_id"]
    for user, count in rows:
        lines += [f"Viewed,{user},2026-03-01T10:00:0{n}Z,{name}-{user}-{n}" for n in range(count)]
    path = house.folder / f"{name}.csv"
    path.write_text("\n".join(lines))
    home = house.home
    importer = Importer(home.log, ImportTable(home.database), home.clock, home.ids)
    record = importer.run(ImportSpec(house.workspace_id, SOURCE, path)).record
    return ImportTable(home.database).get(house.workspace_id, record.import_id)


def forgotten(house: ForgettingHouse, record: ImportRecord) -> int | None:
    return house.home.lander.state.forgotten_between(
        house.workspace_id, SOURCE, record.first_position, record.last_position
    )


def counts(house: ForgettingHouse) -> tuple[int, int, int]:
    found = house.home.lander.state.counts(house.workspace_id, SOURCE)
    return found.accepted, found.duplicate, found.forgotten


def test_an_import_tells_how_many_and_not_before_it_landed(house: ForgettingHouse) -> None:
    first = brought(house, "first", [("ann", 3), ("bob", 2)])
    assert forgotten(house, first) is None
    house.send({"event": "Viewed", "user_id": "ann"}, {"event": "Viewed", "user_id": "cat"})
    second = brought(house, "second", [("ann", 4), ("bob", 1)])
    clean = brought(house, "clean", [("bob", 3)])
    house.land()
    assert [forgotten(house, one) for one in (first, second, clean)] == [3, 4, 0]
    assert counts(house) == (6, 0, 7)
    again = brought(house, "first", [("ann", 3), ("bob", 2)])
    house.land()
    assert forgotten(house, again) == 3, "nothing of them is kept, so nothing of them is known"
    assert counts(house) == (6, 2, 10)
    live = house.home.lander.state.counts(house.workspace_id, "src_1")
    assert live.forgotten == 1
    told = "".join(sqlite3.connect(house.home.settings.lake / "landing" / "landing.db").iterdump())
    assert "src_files" in told
    for name in ("ann", house.subject("user", "ann")):
        assert name not in told


@pytest.mark.parametrize("fate", ["lost", "cut short"])
def test_a_state_that_is_built_anew_tells_the_same(house: ForgettingHouse, fate: str) -> None:
    brought(house, "first", [("ann", 3), ("bob", 2)])
    house.land()
    state = house.home.settings.lake / "landing" / "landing.db"
    kept = state.read_bytes()
    second = brought(house, "second", [("ann", 4), ("bob", 1)])
    house.land()
    expected = counts(house)
    assert expected == (3, 0, 7)
    house.close()
    for left in state.parent.glob("landing.db*"):
        left.unlink()
    if fate == "cut short":
        # As if the process had died after the table's commit and before the note of it.
        state.write_bytes(kept)
    house.open()
    house.land()
    house.send({"event": "Viewed", "user_id": "bob"})
    assert counts(house) == expected
    assert forgotten(house, second) == 4


def test_a_state_of_before_is_taken_over_and_what_is_kept_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "landing.db"
    older = sqlite3.connect(path)
    older.executescript(
        "CREATE TABLE source_counts (workspace_id TEXT NOT NULL, source_id TEXT NOT NULL,"
        " accepted INTEGER NOT NULL, duplicate INTEGER NOT NULL, quarantined INTEGER NOT NULL,"
        " last_seen_us INTEGER NOT NULL, PRIMARY KEY (workspace_id, source_id)) WITHOUT ROWID;"
        "INSERT INTO source_counts VALUES ('w', 's', 1, 2, 3, 4);"
    )
    older.close()
    state, ours = LandingState(path), WorkspaceId("w")
    assert state.counts(ours) == Counts(1, 2, 3, 4, 0)
    many = {(ours, "s", position): 1 for position in range(1, FORGOTTEN_ENTRIES_KEPT + 11)}
    state.record(Progress(position=200_000, counts={(ours, "s"): Counts(forgotten=9)},
                          forgotten=many))  # fmt: skip
    assert state.counts(ours) == Counts(1, 2, 3, 4, 9)
    assert state.forgotten_between(ours, "s", 1, 200_000) == FORGOTTEN_ENTRIES_KEPT
    assert state.forgotten_between(ours, "s", 1, 200_001) is None
    state.close()
    LandingState(path).close()
