"""Forgetting somebody: every place, once, whatever breaks between; and books that are made anew."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from catchment.events import notices
from catchment.jobs import JobWorker
from catchment.kernel import WorkspaceId
from catchment.lake import CompactionConflict
from catchment.people import (
    DEFAULT_KINDS,
    FORGET_JOB,
    Aggregate,
    Condition,
    FactBook,
    Forgetting,
    Measure,
    TagChange,
    create_tag,
    create_tag_group,
    forgotten_in,
    give_automatically,
    people_subscriber,
    run_forget_job,
)
from catchment.people.tags.store import assignments_to, page_of_log
from catchment.store import Notice, Outbox, Subscriber, UnitOfWork
from people.registry_office import LIN, WORKSPACE, Office

DEEDS = Measure(Condition(), Aggregate.COUNT)
PATHS = Measure(Condition("Page Viewed"), Aggregate.LAST, "properties.path")
FACTS = {DEEDS.fact, PATHS.fact}


class Edges:
    """An interest table that notes who was taken out, and is in somebody's way at first."""

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.conflicts = 2

    def forget(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
        assert workspace_id == WORKSPACE
        if self.conflicts:
            self.conflicts -= 1
            raise CompactionConflict
        new = set(subjects) - self.gone
        self.gone |= new
        return len(new)


class House:
    """An office with facts, tags and whatever else keeps something of people."""

    def __init__(self, folder: Path) -> None:
        self.office = Office(folder / "office")
        self.folder = folder / "people"
        self.edges = Edges()
        self.struck: list[Sequence[str]] = []
        self.heard: list[notices.PersonForgotten] = []
        self.outbox = Outbox(
            self.office.works.database, self.office.works.clock,
            [
                people_subscriber(self.office.works.clock, self.office.works.ids),
                Subscriber("ear", (notices.PersonForgotten,), self._hear),
            ],
        )  # fmt: skip

    def _hear(self, notice: Notice, _uow: UnitOfWork) -> None:
        assert isinstance(notice.body, notices.PersonForgotten)
        self.heard.append(notice.body)

    @property
    def facts(self) -> FactBook:
        works = self.office.works
        tell = forgotten_in(works.database)
        return FactBook(self.folder, works.engine, works.book, forgotten=tell)

    def keep_up(self) -> None:
        self.office.catch_up()
        facts = self.facts
        facts.declare(WORKSPACE, FACTS)
        facts.catch_up(WORKSPACE)

    def deeds(self) -> dict[str, float]:
        """How much everybody did, as the files have it and as the events have it."""
        works, found = self.office.works, []
        fresh = FactBook(
            self.folder / "none", works.engine, works.book, forgotten=forgotten_in(works.database)
        )
        for book in (self.facts, fresh):
            answer = book.evaluate(WORKSPACE, DEEDS, at_us=works.clock.now_us() * 2)
            assert answer.numbers is not None
            view = works.book.reading(WORKSPACE)
            names = view.subjects_of(answer.persons).to_pylist()
            numbers = np.nan_to_num(answer.numbers).tolist()
            found.append(dict(zip(names, numbers, strict=True)))
        assert found[0] == found[1]
        return found[0]

    def tag(self, subject: str) -> None:
        works = self.office.works
        change = TagChange("opr_lin", works.clock, works.ids, "because")
        with UnitOfWork(works.database) as uow:
            group = create_tag_group(
                uow, WORKSPACE, "G", is_exclusive=False, is_locked=False, change=change
            )
            tag = create_tag(uow, WORKSPACE, group.id, "T", change=change)
            give_automatically(uow, WORKSPACE, tag.id, [subject], change=change)

    def lines_about(self, subject: str) -> int:
        with UnitOfWork(self.office.works.database, reads_only=True) as uow:
            given = list(assignments_to(uow, WORKSPACE, [subject]))
            return len(given) + len(page_of_log(uow, WORKSPACE, subjects=[subject]).items)

    def works(self) -> Forgetting:
        def strike(_workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
            self.struck.append(subjects)
            return len(subjects)

        database = self.office.works.database
        return Forgetting(database, self.facts, self.edges, {"elsewhere": strike})

    def run_jobs(self) -> int:
        works = self.office.works
        worker = JobWorker(
            works.database, {FORGET_JOB: run_forget_job(self.works())}, (),
            clock=works.clock, ids=works.ids, chance=random.Random(1),
        )  # fmt: skip
        return worker.run_due()

    def everything_of(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Ann with two devices, who looked at a page of hers; and Bob."""
    made = House(tmp_path)
    office = made.office
    office.catch_up(
        office.event(user="ann", anon="d1"),
        office.event(minute=1, user="ann", anon="d2", properties={"path": "/of-ann"}),
        office.event(minute=2, user="bob"),
    )
    made.keep_up()
    return made


def test_who_is_forgotten_is_gone_from_every_place(house: House) -> None:
    office, ann = house.office, house.office.subject("user", "ann")
    mine = {ann, office.subject("anon", "d1"), office.subject("anon", "d2")}
    house.tag(ann)
    assert house.lines_about(ann) == 2
    assert b"/of-ann" in house.everything_of()
    office.registrar.forget(WORKSPACE, f"per_{ann}", by=LIN)
    house.outbox.deliver()
    assert house.lines_about(ann) == 0
    assert house.run_jobs() == 1
    assert b"/of-ann" not in house.everything_of()
    assert house.edges.gone == mine
    assert [set(one) for one in house.struck] == [mine]
    assert house.deeds() == {office.subject("user", "bob"): 1}
    [told] = house.heard
    assert (told.person, set(told.subjects)) == (f"per_{ann}", mine)


def test_it_is_told_once_the_book_has_followed_and_never_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(Exception):
        pass

    def die(*_: object, **__: object) -> None:
        raise Crash

    ann = house.office.person("user", "ann")
    with monkeypatch.context() as patched:
        patched.setattr("catchment.people.deciding.open_book", die)
        with pytest.raises(Crash):
            house.office.registrar.forget(WORKSPACE, ann, by=LIN)
    house.outbox.deliver()
    # Whoever forgot now would find them in the book again.
    assert house.heard == []
    for _ in range(2):
        house.office.catch_up()
        house.outbox.deliver()
    assert len(house.heard) == 1
    assert house.run_jobs() == 1


def test_a_job_that_was_cut_short_finishes_what_is_left(house: House) -> None:
    ann = house.office.person("user", "ann")
    house.edges.conflicts = 1_000
    house.office.registrar.forget(WORKSPACE, ann, by=LIN)
    house.outbox.deliver()
    [decision_id] = [one.decision_id for one in house.heard]

    class Run:
        workspace_id = WORKSPACE
        payload: ClassVar[Mapping[str, Any]] = {"decision_id": decision_id}

    run = Run()
    with pytest.raises(CompactionConflict):
        run_forget_job(house.works())(run)  # type: ignore[arg-type]
    house.edges.conflicts = 0
    first = run_forget_job(house.works())(run)  # type: ignore[arg-type]
    again = run_forget_job(house.works())(run)  # type: ignore[arg-type]
    assert first is not None
    assert again is not None
    # The facts went before it was cut short; doing it again finds nothing.
    assert (first["facts"], first["interests"]) == (0, 3)
    assert (again["rows"], again["facts"], again["interests"]) == (0, 0, 0)


def test_new_facts_say_nothing_of_who_was_forgotten(house: House) -> None:
    house.office.registrar.forget(WORKSPACE, house.office.person("user", "ann"), by=LIN)
    house.outbox.deliver()
    house.run_jobs()
    seen = Measure(Condition("Page Viewed"), Aggregate.COUNT)
    facts = house.facts
    facts.declare(WORKSPACE, {*FACTS, seen.fact})
    bob = house.office.works.book.reading(WORKSPACE).persons()
    found = facts.evaluate(WORKSPACE, seen, at_us=house.office.works.clock.now_us() * 2)
    assert found.persons.tolist() == bob.tolist()
    later = {"received_time": house.office.works.clock.now().replace(year=2200)}
    house.office.catch_up({**house.office.event(minute=9, user="ann"), **later})
    house.keep_up()
    # They are somebody again, with what came since and nothing else.
    assert house.deeds()[house.office.subject("user", "ann")] == 1


def test_places_that_change_number_everybody_anew_and_facts_follow(house: House) -> None:
    office = house.office
    before, was = house.deeds(), office.works.book.reading(WORKSPACE)
    old = [was.epoch, *was.nodes_of(was.subjects_of(range(was.count)))]
    kinds = [replace(k, places=(*k.places, "properties.path")) if k.name == "email" else k
             for k in DEFAULT_KINDS]  # fmt: skip
    office.land(office.event(minute=5, user="aaa", properties={"path": "me@example.com"}))
    office.registrar.replace_kinds(WORKSPACE, kinds, by=LIN)
    office.catch_up()
    now = office.works.book.reading(WORKSPACE)
    assert [now.epoch, *now.nodes_of(now.subjects_of(range(now.count)))] != old
    house.deeds()
    house.keep_up()
    assert house.deeds() == {**before, office.subject("user", "aaa"): 1}
    assert set(FACTS) == house.facts.kept(WORKSPACE)
    assert house.facts.position(WORKSPACE) == now.position


def test_a_view_of_a_book_made_anew_answers_nothing_more(house: House) -> None:
    from catchment.people.identity import BookRemade  # noqa: PLC0415  (this test alone)

    view = house.office.works.book.reading(WORKSPACE)
    house.office.rebuild()
    with pytest.raises(BookRemade):
        view.subjects_of([0])
    with pytest.raises(BookRemade):
        view.nodes_of(house.office.works.book.reading(WORKSPACE).subjects_of([0]))
