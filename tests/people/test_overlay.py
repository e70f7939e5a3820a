"""Whatever the order of arrival and the cut of batches, the overlay is the same."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.desk import DeskEngine, table_of
from catchment.kernel import WorkspaceId
from catchment.people import EdgeBook, Overlay, PeopleWorks, catch_up, forget, owners, rebuild

WORKSPACE = WorkspaceId("wsp_test")
START = datetime(2026, 3, 2, tzinfo=UTC)


class Hasher:
    """Hashes to something legible."""

    def subject(self, workspace_id: WorkspaceId, kind: str, value: str) -> str:
        assert workspace_id == WORKSPACE
        return f"{kind}-{value}"


class MemoryOverlay:
    """An overlay table in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}
        self.position = 0

    def read(self, workspace_id: WorkspaceId) -> pa.Table:
        assert workspace_id == WORKSPACE
        return pa.table({"subject": list(self.rows), "person": list(self.rows.values())})

    def replace(self, workspace_id: WorkspaceId, rows: pa.Table, *, position: int) -> None:
        self.rows.clear()
        self.upsert(workspace_id, rows, position=position)

    def upsert(self, workspace_id: WorkspaceId, rows: pa.Table, *, position: int) -> None:
        assert workspace_id == WORKSPACE
        self.position = position
        for row in rows.to_pylist():
            self.rows[row["subject"]] = row["person"]

    def remove(self, workspace_id: WorkspaceId, subjects: Sequence[str], *, position: int) -> None:
        assert workspace_id == WORKSPACE
        self.position = position
        for subject in subjects:
            self.rows.pop(subject, None)


Call = tuple[str, str, str, int]
"""Kind, device (or previous id), user, minute."""


def landed(calls: Sequence[Call], after: int = 0) -> list[dict[str, object]]:
    rows = []
    for number, (kind, device, user, minute) in enumerate(calls):
        is_alias = kind == "alias"
        rows.append(
            {
                "subject": f"user-{user}",
                "kind": kind,
                "name": "Identified",
                "time": START + timedelta(minutes=minute),
                "message_id": f"{kind}-{device}-{user}-{minute}",
                "user_id": user,
                "user_subject": f"user-{user}",
                "anonymous_id": None if is_alias else device,
                "anonymous_subject": None if is_alias else f"anon-{device}",
                "previous_id": device if is_alias else None,
                "log_position": after + number + 1,
            }
        )
    return rows


def overlay_of(batches: Sequence[Sequence[Call]], folder: Path) -> dict[str, str]:
    """The overlay after catching up behind each batch."""
    table, rows = MemoryOverlay(), list[dict[str, object]]()
    book = EdgeBook(folder / "edges.db")
    for batch in batches:
        rows += landed(batch, after=len(rows))
        engine = DeskEngine(table_of(rows))
        catch_up(PeopleWorks(engine, table, book, Hasher()), WORKSPACE)
    return table.rows


calls = st.lists(
    st.tuples(
        st.sampled_from(["identify", "alias"]),
        st.sampled_from(["d1", "d2", "d3"]),
        st.sampled_from(["u1", "u2", "u3"]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=25)
@given(calls=calls, data=st.data())
def test_arrival_and_batches_change_nothing(calls: list[Call], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(calls))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(calls)), max_size=3)))
    edges = zip([0, *cuts], [*cuts, len(calls)], strict=True)
    batches = [shuffled[start:end] for start, end in edges if start < end]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        assert overlay_of(batches, Path(one)) == overlay_of([calls], Path(two))


@settings(deadline=None, max_examples=15)
@given(calls=calls)
def test_users_are_never_joined_and_devices_go_to_the_earliest(calls: list[Call]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = overlay_of([calls], Path(folder))
    assert not any(subject.startswith("user-") for subject in found)
    for device in {call[1] for call in calls}:
        _, user = min((minute, user) for _, named, user, minute in calls if named == device)
        assert found[f"anon-{device}"] == f"per_user-{user}"


def test_a_shared_device_keeps_its_first_owner(tmp_path: Path) -> None:
    first, second = ("identify", "till", "ann", 1), ("identify", "till", "bob", 2)
    assert overlay_of([[second], [first]], tmp_path) == {"anon-till": "per_user-ann"}


def test_a_rule_of_last_come_first_served_would_be_caught() -> None:
    """The wrong variant: the newest edge wins, so the order of arrival decides."""
    calls: list[Call] = [("identify", "till", "ann", 1), ("identify", "till", "bob", 2)]

    def wrong(order: Sequence[Call]) -> dict[str, str]:
        return {device: user for _, device, user, _ in order}

    assert wrong(calls) != wrong(calls[::-1])


def test_forgetting_gives_a_shared_device_to_who_is_left(tmp_path: Path) -> None:
    rows = landed([("identify", "till", "ann", 1), ("identify", "till", "bob", 2),
                   ("identify", "phone", "ann", 3)])  # fmt: skip
    table = MemoryOverlay()
    works = PeopleWorks(
        DeskEngine(table_of(rows)), table, EdgeBook(tmp_path / "edges.db"), Hasher()
    )
    catch_up(works, WORKSPACE)
    assert forget(works, WORKSPACE, "per_user-ann") == 2
    assert table.rows == {"anon-till": "per_user-bob"}
    catch_up(works, WORKSPACE)
    assert table.rows == {"anon-till": "per_user-bob"}


def test_a_crash_between_overlay_and_book_repeats_without_harm(tmp_path: Path) -> None:
    class Crash(Exception):
        pass

    class Torn(MemoryOverlay):
        def replace(self, workspace_id: WorkspaceId, rows: pa.Table, *, position: int) -> None:
            super().replace(workspace_id, rows, position=position)
            raise Crash

    engine = DeskEngine(table_of(landed([("identify", "d1", "u1", 1)])))
    torn, book = Torn(), EdgeBook(tmp_path / "edges.db")
    with pytest.raises(Crash):
        catch_up(PeopleWorks(engine, torn, book, Hasher()), WORKSPACE)
    whole = MemoryOverlay()
    whole.rows.update(torn.rows)
    report = catch_up(PeopleWorks(engine, whole, book, Hasher()), WORKSPACE)
    assert (whole.rows, report.joined) == ({"anon-d1": "per_user-u1"}, 1)


def test_a_lost_book_is_filled_again(tmp_path: Path) -> None:
    engine = DeskEngine(table_of(landed([("identify", "d1", "u1", 1)])))
    table = MemoryOverlay()
    table.rows["anon-stale"] = "per_user-gone"
    works = PeopleWorks(engine, table, EdgeBook(tmp_path / "edges.db"), Hasher())
    rebuild(works, WORKSPACE)
    assert table.rows == {"anon-d1": "per_user-u1"}


def test_nothing_new_asks_one_small_question(tmp_path: Path) -> None:
    engine = DeskEngine(table_of(landed([("identify", "d1", "u1", 1)])))
    works = PeopleWorks(engine, MemoryOverlay(), EdgeBook(tmp_path / "edges.db"), Hasher())
    keeper = Overlay(works, lambda: [WORKSPACE])
    keeper.catch_up()
    asked = engine.queries
    assert keeper.catch_up()[WORKSPACE].joined == 0
    assert engine.queries == asked + 1


def test_no_edges_no_owners() -> None:
    assert owners([]) == {}
