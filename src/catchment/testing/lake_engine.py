"""The exam of an engine: inherit it, say how an engine is opened over two tables, and run pytest.

The tables are real ones with a few events of two workspaces, landed in several files, some instants
equal and some people joined.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pytest

from catchment.kernel import WorkspaceId
from catchment.lake import (
    EVENTS,
    EVENTS_SCHEMA,
    Arrivals,
    Engine,
    EventTable,
    IdentityTable,
    LogSpan,
    Timelines,
    default_person,
)
from catchment.testing.lake_rows import event_rows

MINE = WorkspaceId("wsp_mine")
THEIRS = WorkspaceId("wsp_theirs")
NOBODYS = WorkspaceId("wsp_empty")


class Walk:
    """A kernel that writes down every timeline it is shown."""

    def __init__(self, columns: Sequence[str] = ("name", "sequence")) -> None:
        self._columns = tuple(columns)

    @property
    def columns(self) -> Sequence[str]:
        """What it writes down besides the instant."""
        return self._columns

    @property
    def schema(self) -> pa.Schema:
        """One row per event, in the order it was shown."""
        return pa.schema([("person", pa.string()), ("at", pa.int64()), ("name", pa.string())])

    def fold(self, timelines: Timelines) -> pa.Table:
        """The events as shown."""
        lengths = np.diff(timelines.offsets)
        person = timelines.people.take(pa.array(np.repeat(np.arange(len(lengths)), lengths)))
        return pa.table(
            [person, pa.array(timelines.time_us), timelines.columns["name"]], schema=self.schema
        )

    def merge(self, partials: pa.Table) -> pa.Table:
        """The events of all partial results, people in order."""
        order = np.argsort(partials["person"].to_numpy(zero_copy_only=False), kind="stable")
        return partials.take(pa.array(order))


class EngineConformance:
    """What every `Engine` must do. `open_over` opens one over the two tables."""

    def open_over(self, events: EventTable, identity: IdentityTable) -> Engine:
        """Opens the engine under test."""
        raise NotImplementedError

    @pytest.fixture
    def tables(self, tmp_path: Path) -> tuple[EventTable, IdentityTable]:
        """Two workspaces' events in three landings; in mine, two subjects are one person."""
        events, identity = EventTable(tmp_path / "events"), IdentityTable(tmp_path / "identity")
        events.append(event_rows(MINE, [("a", "Seen", 5), ("b", "Seen", 1), ("a", "Seen", 1)]), 1)
        events.append(event_rows(MINE, [("c", "Bought", 2), ("a", "Bought", 3)], position=2), 2)
        events.append(event_rows(THEIRS, [("a", "Seen", 1), ("z", "Stolen", 2)], position=3), 3)
        identity.replace(MINE, pa.table({"subject": ["c"], "person": ["per_a"]}), position=1)
        return events, identity

    @pytest.fixture
    def engine(self, tables: tuple[EventTable, IdentityTable]) -> Engine:
        """The engine under test over those tables."""
        return self.open_over(*tables)

    def test_a_question_is_answered_within_one_workspace(self, engine: Engine) -> None:
        """The same question gives each workspace its own events and nothing of another's."""
        by_name = EVENTS.group_by("name").agg(n=ibis._.count()).order_by("name")
        assert engine.query(MINE, by_name).to_pylist() == [
            {"name": "Bought", "n": 2}, {"name": "Seen", "n": 3},
        ]  # fmt: skip
        assert engine.query(THEIRS, by_name)["name"].to_pylist() == ["Seen", "Stolen"]
        owners = engine.query(MINE, EVENTS.select("workspace_id").distinct())
        assert owners["workspace_id"].to_pylist() == [MINE]

    def test_a_workspace_without_events_is_empty_not_missing(self, engine: Engine) -> None:
        """Every column is there, with its type, and no row."""
        rows = engine.query(NOBODYS, EVENTS)
        assert rows.num_rows == 0
        assert rows.schema.names == EVENTS_SCHEMA.names
        assert engine.query(NOBODYS, EVENTS.count()).to_pydict().popitem()[1] == [0]

    def test_answers_have_the_types_that_the_question_promises(self, engine: Engine) -> None:
        """A sum of whole numbers is a whole number, an instant is in UTC to the microsecond."""
        question = EVENTS.agg(total=EVENTS.log_position.sum(), last=EVENTS.time.max())
        answer = engine.query(MINE, question)
        assert answer.schema.types == [pa.int64(), pa.timestamp("us", tz="UTC")]
        assert answer.to_pylist() == [
            {"total": 7, "last": datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC)}
        ]

    def test_a_subject_is_its_own_person_unless_the_overlay_knows_better(
        self, engine: Engine
    ) -> None:
        """`person` is the overlay's, else the default, in columns, filters and counts alike."""
        people = EVENTS.select("person").distinct().order_by("person")
        assert engine.query(MINE, people)["person"].to_pylist() == ["per_a", "per_b"]
        assert engine.query(THEIRS, people)["person"].to_pylist() == ["per_a", "per_z"]
        ones = EVENTS.filter(EVENTS.person == default_person("a")).count()
        assert engine.query(MINE, ones).to_pydict().popitem()[1] == [4]

    def test_joining_and_splitting_show_in_the_next_answer(
        self, engine: Engine, tables: tuple[EventTable, IdentityTable]
    ) -> None:
        """No event is rewritten for it."""
        identity = tables[1]
        people = EVENTS.person.nunique()
        identity.remove(MINE, ["c"], position=2)
        assert engine.query(MINE, people).to_pydict().popitem()[1] == [3]
        joined = pa.table({"subject": ["b", "c"], "person": ["per_a", "per_a"]})
        identity.upsert(MINE, joined, position=3)
        assert engine.query(MINE, people).to_pydict().popitem()[1] == [1]

    def test_of_many_small_changes_to_who_is_who_the_newest_counts(
        self, engine: Engine, tables: tuple[EventTable, IdentityTable]
    ) -> None:
        """A large overlay, and small changes one after the other that each win over it."""
        identity = tables[1]
        subjects = ["a", "b", "c", *(f"x{n}" for n in range(500))]
        everyone = pa.table({"subject": subjects, "person": ["per_one"] * len(subjects)})
        identity.replace(MINE, everyone, position=2)
        people = EVENTS.select("subject", "person").distinct().order_by("subject")

        def told() -> list[str]:
            found: list[str] = engine.query(MINE, people)["person"].to_pylist()
            return found

        assert told() == ["per_one", "per_one", "per_one"]
        filler = [f"x{n}" for n in range(40)]
        moved = pa.table({"subject": ["a", *filler], "person": ["per_two"] * 41})
        identity.upsert(MINE, moved, position=3)
        identity.upsert(MINE, pa.table({"subject": ["a"], "person": ["per_z"]}), position=4)
        assert told() == ["per_z", "per_one", "per_one"]
        identity.remove(MINE, ["c"], position=5)
        assert told() == ["per_z", "per_one", "per_c"]

    def test_what_lands_shows_in_the_next_answer(
        self, engine: Engine, tables: tuple[EventTable, IdentityTable]
    ) -> None:
        """No restart, no refresh."""
        before = engine.query(MINE, EVENTS.count()).to_pydict().popitem()[1]
        tables[0].append(event_rows(MINE, [("d", "Seen", 9)], position=4), 4)
        assert engine.query(MINE, EVENTS.count()).to_pydict().popitem()[1] == [before[0] + 1]

    def test_a_span_of_the_log_shows_its_own_events_alone(
        self, engine: Engine, tables: tuple[EventTable, IdentityTable]
    ) -> None:
        """Behind the first position and up to the second, also where files were merged."""
        names = EVENTS.select("log_position", "name", "person").order_by(
            "log_position", "name", "person"
        )

        def told(after: int, until: int, workspace: WorkspaceId = MINE) -> list[str]:
            found = engine.query(workspace, names, span=LogSpan(after, until))
            return [f"{row['name']} {row['person']}" for row in found.to_pylist()]

        for _ in range(2):
            assert told(1, 2) == ["Bought per_a", "Bought per_a"]
            assert told(0, 1) == ["Seen per_a", "Seen per_a", "Seen per_b"]
            assert len(told(0, 9)) == len(engine.query(MINE, EVENTS))
            assert told(2, 9) == told(2, 1) == told(0, 2, NOBODYS) == []
            events = tables[0]
            events.swap(files := events.files(MINE), events.read(files))

    def test_it_is_told_how_far_events_reach_without_a_question(
        self, engine: Engine, tables: tuple[EventTable, IdentityTable]
    ) -> None:
        """Position and number are a workspace's own; nobody else's landing shows."""
        assert engine.arrivals(MINE, 0) == Arrivals(2, 5)
        assert engine.arrivals(MINE, 1) == Arrivals(2, 2)
        assert engine.arrivals(MINE, 2) == Arrivals(2, 0)
        assert engine.arrivals(NOBODYS, 7) == Arrivals(7, 0)
        tables[0].append(event_rows(MINE, [("d", "Seen", 9)], position=4), 4)
        assert engine.arrivals(MINE, 2) == Arrivals(4, 1)

    def test_a_fold_is_shown_each_persons_events_in_order_of_time(self, engine: Engine) -> None:
        """Joined subjects are one timeline."""
        shown = engine.fold(MINE, Walk(), EVENTS)
        assert shown.to_pylist() == [
            {"person": "per_a", "at": 1_000_000, "name": "Seen"},
            {"person": "per_a", "at": 2_000_000, "name": "Bought"},
            {"person": "per_a", "at": 3_000_000, "name": "Bought"},
            {"person": "per_a", "at": 5_000_000, "name": "Seen"},
            {"person": "per_b", "at": 1_000_000, "name": "Seen"},
        ]

    def test_a_fold_sees_only_what_was_selected(self, engine: Engine) -> None:
        """The selection is applied before the fold; people without a row are not shown."""
        shown = engine.fold(MINE, Walk(), EVENTS.filter(EVENTS.name == "Bought"))
        assert shown["at"].to_pylist() == [2_000_000, 3_000_000]
        assert engine.fold(NOBODYS, Walk(), EVENTS).num_rows == 0

    def test_equal_instants_are_ordered_by_sequence_then_by_key(
        self, engine: Engine, tables: tuple[EventTable, IdentityTable]
    ) -> None:
        """An event without a sequence comes before those with one; then the key decides."""
        tied = [("t", "third", 1, 7), ("t", "first", 1, None), ("t", "second", 1, 2)]
        tables[0].append(event_rows(MINE, tied, position=5), 5)
        keyed = event_rows(MINE, [("k", "later", 1, 1), ("k", "sooner", 1, 1)], position=6)
        keys = pa.array([b"\xff" * 16, b"\x01" * 16])
        keyed = keyed.set_column(keyed.schema.get_field_index("event_key"), "event_key", keys)
        tables[0].append(keyed.cast(event_rows(MINE, []).schema), 6)
        shown = engine.fold(MINE, Walk(), EVENTS.filter(EVENTS.subject.isin(["t", "k"])))
        assert shown["name"].to_pylist() == ["sooner", "later", "first", "second", "third"]
