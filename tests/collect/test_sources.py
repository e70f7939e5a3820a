"""Sources: known to every collector within a second, and to no neighbour ever."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from catchment.access import list_audit
from catchment.collect import (
    BlockedIdsMalformed,
    Change,
    KnownSources,
    Source,
    SourceKindUnknown,
    SourceNameMalformed,
    SourceNameTaken,
    SourceUnknown,
    change_source,
    create_source,
    delete_source,
    find_source_by_name,
    get_source,
    list_blocked_ids,
    list_sources,
    replace_blocked_ids,
    rotate_write_key,
)
from catchment.kernel import IdMaker, WorkspaceId
from catchment.store import Database, RecordsUnavailable, UnitOfWork
from catchment.testing.clock import ManualClock

OURS = WorkspaceId("wsp_ours")
THEIRS = WorkspaceId("wsp_theirs")


class Desk:
    """An operator of one workspace at work."""

    def __init__(self, database: Database, workspace: WorkspaceId = OURS) -> None:
        self.database = database
        self.workspace = workspace
        self.clock = ManualClock()
        self.change = Change("opr_a", self.clock, IdMaker(self.clock))

    def create(self, name: str = "Web", kind: str = "web") -> Source:
        with UnitOfWork(self.database) as uow:
            return create_source(uow, self.workspace, name, kind, change=self.change)

    def set(self, source: Source, *, name: str | None = None, on: bool | None = None) -> Source:
        with UnitOfWork(self.database) as uow:
            return change_source(
                uow, self.workspace, source.id, change=self.change, name=name, is_enabled=on
            )

    def rotate(self, source: Source) -> Source:
        with UnitOfWork(self.database) as uow:
            return rotate_write_key(uow, self.workspace, source.id, change=self.change)

    def delete(self, source: Source) -> None:
        with UnitOfWork(self.database) as uow:
            delete_source(uow, self.workspace, source.id, change=self.change)

    def block(self, *values: str) -> list[str]:
        with UnitOfWork(self.database) as uow:
            return list(replace_blocked_ids(uow, self.workspace, values, change=self.change))


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_a_source_is_made_named_and_found(desk: Desk) -> None:
    made = desk.create("  微信  小程序 ", "miniapp")
    assert made.name == "微信 小程序"
    assert made.write_key.startswith("wk_")
    with UnitOfWork(desk.database, reads_only=True) as uow:
        assert get_source(uow, OURS, made.id) == made
        assert find_source_by_name(uow, OURS, "微信 小程序") == made
        assert list_sources(uow, OURS) == [made]


def test_names_differ_within_a_workspace_only(desk: Desk) -> None:
    first = desk.create("Web")
    with pytest.raises(SourceNameTaken):
        desk.create(" Web ")
    other = desk.create("App")
    with pytest.raises(SourceNameTaken):
        desk.set(other, name="Web")
    assert desk.set(first, name="Web") == first
    Desk(desk.database, THEIRS).create("Web")
    desk.delete(first)
    assert desk.create("Web").id != first.id


def test_bad_input_is_refused_by_name(desk: Desk) -> None:
    for name in ("", "   ", "a\0b", "x" * 101, "\ud800"):
        with pytest.raises(SourceNameMalformed):
            desk.create(name)
    with pytest.raises(SourceKindUnknown):
        desk.create("Web", "carrier pigeon")


def test_a_neighbour_neither_sees_nor_changes_a_source(desk: Desk) -> None:
    ours = desk.create()
    neighbour = Desk(desk.database, THEIRS)
    with UnitOfWork(desk.database, reads_only=True) as uow:
        assert not list_sources(uow, THEIRS)
        with pytest.raises(SourceUnknown):
            get_source(uow, THEIRS, ours.id)
        with pytest.raises(SourceUnknown):
            find_source_by_name(uow, THEIRS, ours.name)
    for act in (neighbour.rotate, neighbour.delete, lambda source: neighbour.set(source, on=False)):
        with pytest.raises(SourceUnknown):
            act(ours)


def test_every_change_is_in_the_trail_without_write_keys(desk: Desk) -> None:
    source = desk.create()
    desk.set(source, name="Shop", on=False)
    rotated = desk.rotate(source)
    desk.delete(source)
    with UnitOfWork(desk.database, reads_only=True) as uow:
        entries = list_audit(uow, OURS).items
    assert {entry.action for entry in entries} == {
        "sources.create", "sources.change", "sources.rotate_key", "sources.delete",
    }  # fmt: skip
    assert rotated.write_key not in repr(entries)
    assert source.write_key not in repr(entries)


def test_a_write_key_leads_to_its_source(desk: Desk) -> None:
    known = KnownSources(desk.database, desk.clock)
    source = desk.create()
    intake = known.find(source.write_key)
    assert intake is not None
    assert (intake.workspace_id, intake.source_id) == (OURS, source.id)
    for wrong in ("", "wk_", source.write_key[:-1], "\0", "\ud800"):
        assert known.find(wrong) is None


def test_changes_of_another_process_are_known_within_a_second(
    open_database: Callable[[], Database],
) -> None:
    desk = Desk(open_database())
    known = KnownSources(open_database(), desk.clock)

    def is_let_in(write_key: str) -> bool:
        desk.clock.advance(1)
        return known.find(write_key) is not None

    source = desk.create()
    assert is_let_in(source.write_key)
    desk.set(source, on=False)
    assert not is_let_in(source.write_key)
    desk.set(source, on=True)
    assert is_let_in(source.write_key)
    rotated = desk.rotate(source)
    assert not is_let_in(source.write_key)
    assert is_let_in(rotated.write_key)
    desk.delete(source)
    assert not is_let_in(rotated.write_key)


def test_a_change_that_forgets_the_revision_would_go_unnoticed(desk: Desk) -> None:
    """The revision is what collectors look at: the same change by hand is not seen."""
    known = KnownSources(desk.database, desk.clock)
    source = desk.create()
    assert known.find(source.write_key)
    with UnitOfWork(desk.database) as uow:
        uow.connection.execute(text("UPDATE sources SET is_enabled = FALSE"))
    desk.clock.advance(1)
    assert known.find(source.write_key), "the mutant"
    desk.create("Another")
    desk.clock.advance(1)
    assert known.find(source.write_key) is None


def test_two_workspaces_changing_at_once_are_both_noticed(
    open_database: Callable[[], Database],
) -> None:
    ours, theirs = Desk(open_database()), Desk(open_database(), THEIRS)
    known = KnownSources(open_database(), ours.clock)
    made: list[Source] = []
    both = threading.Barrier(2)

    def create(desk: Desk) -> None:
        both.wait(10)
        made.append(desk.create())

    threads = [threading.Thread(target=create, args=(desk,)) for desk in (ours, theirs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ours.clock.advance(1)
    assert all(known.find(source.write_key) for source in made)


def test_unknown_keys_do_not_cost_a_query_each(desk: Desk) -> None:
    known = KnownSources(desk.database, desk.clock)
    known.find("wk_warm")
    desk.database.close()
    broken = replace_address(known)
    assert [known.find(f"wk_{number}") for number in range(1_000)] == [None] * 1_000
    assert broken is known


def test_known_sources_stay_open_while_the_records_are_away(desk: Desk) -> None:
    known = KnownSources(desk.database, desk.clock)
    source = desk.create()
    assert known.find(source.write_key)
    replace_address(known)
    desk.clock.advance(60)
    assert known.find(source.write_key), "accepting events does not wait for the records"
    never = replace_address(KnownSources(desk.database, desk.clock))
    with pytest.raises(RecordsUnavailable):
        never.find(source.write_key)


def test_a_clock_set_back_does_not_freeze_it(desk: Desk) -> None:
    known = KnownSources(desk.database, desk.clock)
    known.find("wk_warm")
    desk.clock.advance(-3_600)
    source = desk.create()
    assert known.find(source.write_key)


def test_a_thread_keeps_it_fresh_while_it_is_entered(desk: Desk) -> None:
    with KnownSources(desk.database, desk.clock) as known:
        source = desk.create()
        waited = threading.Event()
        for _ in range(100):
            if known.find(source.write_key):
                break
            waited.wait(0.1)
        assert known.find(source.write_key)


def test_blocked_ids_reach_collectors_and_landing(desk: Desk) -> None:
    known = KnownSources(desk.database, desk.clock)
    source = desk.create()
    assert desk.block("guest", " guest ", "游客") == ["guest", "游客"]
    intake = known.find(source.write_key)
    assert intake is not None
    assert intake.blocked_ids == {"guest", "游客"}
    assert known.blocked_ids(OURS) == {"guest", "游客"}
    assert known.blocked_ids(THEIRS) == frozenset()
    with UnitOfWork(desk.database, reads_only=True) as uow:
        assert list_blocked_ids(uow, OURS) == ["guest", "游客"]
        assert not list_blocked_ids(uow, THEIRS)


@pytest.mark.parametrize("values", [[""], ["x" * 257], ["a\0b"], [str(n) for n in range(1_001)]])
def test_odd_lists_of_blocked_ids_are_refused(desk: Desk, values: list[str]) -> None:
    desk.block("guest")
    with pytest.raises(BlockedIdsMalformed):
        desk.block(*values)
    with UnitOfWork(desk.database, reads_only=True) as uow:
        assert list_blocked_ids(uow, OURS) == ["guest"]


def replace_address(known: KnownSources) -> KnownSources:
    """Takes the records away from it."""
    known._database = Database("postgresql://nobody@127.0.0.1:1/none")
    return known
