"""Records, book and overlay agree: whatever the order of arrival, the batches, and the crashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.desk import DeskEngine
from catchment.kernel import WorkspaceId
from catchment.lake import IdentityTable
from catchment.people import Overlay, catch_up
from people.registry_office import WORKSPACE, MemoryOverlay, Office, Row

Call = tuple[str, str, str, int]
"""Kind, device (or previous id), user, minute."""


def rows_of(office: Office, calls: Sequence[Call]) -> list[Row]:
    rows = []
    for number, (kind, device, user, minute) in enumerate(calls):
        named = {"previous_id": device} if kind == "alias" else {"anon": device}
        row = office.event(
            kind=kind, user=user, minute=minute, message_id=f"m{number}-{minute}", **named
        )
        rows.append(row)
    return rows


calls = st.lists(
    st.tuples(
        st.sampled_from(["identify", "alias", "track"]),
        st.sampled_from(["d1", "d2", "d3"]),
        st.sampled_from(["u1", "u2", "u3"]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=15)
@given(calls=calls, data=st.data())
def test_arrival_and_batches_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, calls: list[Call], data: st.DataObject
) -> None:
    one, other = (Office(tmp_path_factory.mktemp("office")) for _ in range(2))
    rows = rows_of(one, calls)
    one.catch_up(*rows)
    shuffled = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        other.catch_up(*shuffled[start:end])
    assert one.world() == other.world()
    assert one.overlay.rows == other.overlay.rows
    for device in {call[1] for call in calls}:
        earliest = min(minute for _, named, _, minute in calls if named == device)
        users = {user for _, named, user, minute in calls
                 if (named, minute) == (device, earliest)}  # fmt: skip
        assert one.person("anon", device) in {f"per_{one.subject('user', u)}" for u in users}


def test_a_rule_of_last_come_first_served_would_be_caught() -> None:
    """The wrong variant: the newest edge wins, so the order of arrival decides."""
    calls: list[Call] = [("identify", "till", "ann", 1), ("identify", "till", "bob", 2)]

    def wrong(order: Sequence[Call]) -> dict[str, str]:
        return {device: user for _, device, user, _ in order}

    assert wrong(calls) != wrong(calls[::-1])


def test_a_default_person_has_no_row(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.catch_up(office.event(anon="d1"), office.event(user="u1"))
    assert office.overlay.rows == {}
    assert office.person("anon", "d1") == f"per_{office.subject('anon', 'd1')}"


def test_every_subject_gets_a_node(tmp_path: Path) -> None:
    office = Office(tmp_path)
    phone = [{"id": "13812345678", "type": "phone"}]
    office.catch_up(office.event(anon="d1"), office.event(user="u1"), office.external(1, ids=phone))
    kinds = office.works.book.reading(WORKSPACE)
    subjects = pa.array([row["subject"] for row in office.rows])
    assert sorted(kinds.kinds_of(kinds.nodes_of(subjects)).tolist()) == [1, 3, 9]


class Crash(Exception):
    """The process died here."""


def test_a_crash_after_the_book_is_mended_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(tmp_path)
    office.catch_up(office.event(kind="identify", user="u1", anon="d1"))

    def die(*_: object, **__: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(office.overlay, "upsert", die)
        with pytest.raises(Crash):
            office.catch_up(office.event(kind="identify", minute=1, user="u2", anon="d2"))
    with pytest.raises(AssertionError):
        office.world()
    assert catch_up(office.works, WORKSPACE).links == 0
    office.world()
    assert office.is_one(("user", "u2"), ("anon", "d2"))


def test_a_lost_book_and_a_stale_overlay_are_derived_anew(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.catch_up(office.event(kind="identify", user="u1", anon="d1"))
    before = office.world()
    office.works.book.erase(WORKSPACE)
    office.overlay.rows["0" * 32] = "per_gone"
    office.catch_up()
    assert office.world() == before


def test_nothing_new_asks_no_question_and_writes_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.catch_up(office.event(kind="identify", user="u1", anon="d1"))
    engine, writes = office.works.engine, office.overlay.writes
    assert isinstance(engine, DeskEngine)
    asked, version = engine.queries, office.works.book.reading(WORKSPACE).version
    keeper = Overlay(office.works, lambda: [WORKSPACE])
    assert keeper.catch_up()[WORKSPACE].links == 0
    assert engine.queries == asked
    assert office.overlay.writes == writes
    assert office.works.book.reading(WORKSPACE).version == version


def test_a_few_new_events_are_one_question(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.catch_up(office.event(kind="identify", user="u1", anon="d1"))
    office.land(office.event(kind="identify", minute=1, user="u2", anon="d2"))
    engine = office.works.engine
    assert isinstance(engine, DeskEngine)
    asked = engine.queries
    assert catch_up(office.works, WORKSPACE).links == 1
    assert engine.queries == asked + 1
    assert office.is_one(("user", "u2"), ("anon", "d2"))


def test_the_lakes_own_table_shows_the_same(tmp_path: Path) -> None:
    office, table = Office(tmp_path), IdentityTable(tmp_path / "identity")
    table.create()
    shown = MemoryOverlay()
    for user, minute in (("u2", 2), ("u1", 1)):
        office.land(office.event(kind="identify", user=user, minute=minute, anon="d"))
        catch_up(replace(office.works, overlay=table), WORKSPACE)
        found = table.read(WorkspaceId(WORKSPACE)).to_pylist()
        shown.rows = {row["subject"]: row["person"] for row in found}
    assert shown.rows == {office.subject("anon", "d"): f"per_{office.subject('user', 'u1')}"}


def test_a_backlog_is_taken_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = Office(tmp_path / "one"), Office(tmp_path / "other")
    monkeypatch.setattr("catchment.people.identifiers.read_events.EVENTS_MAX", 3)
    for office in (one, other):
        rows = [
            office.event(kind="identify", user=f"u{n % 3}", anon=f"d{n % 5}", minute=n,
                         message_id=f"m{n}")
            for n in range(11)
        ]  # fmt: skip
        office.land(*rows)
    assert one.catch_up().position == 11
    monkeypatch.undo()
    assert other.catch_up().position == 11
    assert one.world() == other.world()
