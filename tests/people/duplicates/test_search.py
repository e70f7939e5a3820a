"""A search suggests, remembers what operators said of earlier suggestions, and merges nobody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from analytics.desk import WORKSPACE, DeskEngine, event, table_of
from catchment.kernel import IdMaker, WorkspaceId
from catchment.people.duplicates import (
    DuplicateWorks,
    Likeness,
    SearchReport,
    Suggestion,
    SuggestionDecided,
    SuggestionKind,
    SuggestionState,
    SuggestionUnknown,
    decide_suggestion,
    forget_suggestions,
    list_suggestions,
    search_duplicates,
)
from catchment.people.facts import FactBook
from catchment.people.identity import IdentityBook
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock
from people.facts.who import Who

NOW = datetime(2026, 4, 1, tzinfo=UTC)
OTHER = WorkspaceId("wsp_other")

Traits = dict[str, str]


def crowd() -> list[Traits]:
    """Forty strangers of whom much is known."""
    return [
        {
            "name": family + given,
            "city": ("杭州", "上海", "成都")[number % 3],
            "street": f"{'文桂云'[number % 3]}{'一二三四五'[number % 5]}路{number * 7 + 1}号",
            "birthday": f"19{60 + number}-0{1 + number % 9}-{10 + number % 19}",
            "phone": f"+861390000{1000 + number * 37}",
        }
        for number, (family, given) in enumerate(
            (f, g) for f in "王李张刘陈杨赵黄周吴" for g in ("芳芳", "敏之", "静怡", "强")
        )
    ]


class Shop:
    """People with traits, and the parts that a search takes."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.clock = ManualClock(NOW)
        self.searches = 0

    def search(self, people: Sequence[Traits]) -> SearchReport:
        rows = [
            event(f"{number:032x}", "Identified", number, kind="identify", traits=json.dumps(one))
            for number, one in enumerate(people)
        ]
        who = Who()
        who.name(f"{number:032x}" for number in range(len(people)))
        works = DuplicateWorks(
            facts=FactBook(self.folder / f"{self.searches}", DeskEngine(table_of(rows)), who),
            identities=cast("IdentityBook", who),
            database=self.database,
            clock=self.clock,
        )
        self.searches += 1
        return search_duplicates(works, WORKSPACE, search=f"job_{self.searches}")

    def suggested(
        self, state: SuggestionState = SuggestionState.OPEN, **more: Any
    ) -> Sequence[Suggestion]:
        with UnitOfWork(self.database, reads_only=True) as uow:
            return list_suggestions(uow, more.get("of", WORKSPACE), state=state).items

    def decide(self, which: str, state: SuggestionState) -> list[tuple[str, str]]:
        merged: list[tuple[str, str]] = []
        decide_suggestion(
            self.database, WORKSPACE, which, state, by="opr_lin", reason="called them",
            clock=self.clock, ids=IdMaker(self.clock),
            merge=lambda people, _reason: merged.append(people),
        )  # fmt: skip
        return merged


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> Shop:
    return Shop(database, tmp_path)


def person(number: int) -> str:
    return f"per_{number:032x}"


def test_someone_registered_twice_is_suggested_with_what_agrees(shop: Shop) -> None:
    people = crowd()
    people.append({**people[3], "street": f"{people[3]['street'].removesuffix('号')}0"})
    report = shop.search(people)
    assert (report.people, report.duplicates, report.households) == (41, 1, 0)
    [found] = shop.suggested()
    assert (found.left, found.right) == (person(3), person(40))
    assert found.kind is SuggestionKind.DUPLICATE
    assert found.probability > 0.9
    assert found.likeness["name"] is Likeness.SAME
    assert found.likeness["street"] is Likeness.ALIKE
    assert found.likeness["postcode"] is Likeness.UNKNOWN


def test_an_address_is_one_however_its_number_is_written(shop: Shop) -> None:
    people = crowd()
    people.append({**people[3], "street": people[3]["street"].replace("号", " # ")})
    shop.search(people)
    [found] = shop.suggested()
    assert found.likeness["street"] is Likeness.SAME


def test_two_under_one_roof_are_a_household_and_no_duplicate(shop: Shop) -> None:
    people = crowd()
    people[5] |= {"city": people[4]["city"], "street": people[4]["street"]}
    report = shop.search(people)
    assert (report.duplicates, report.households) == (0, 1)
    [found] = shop.suggested()
    assert (found.kind, found.left, found.right) == (
        SuggestionKind.HOUSEHOLD, person(4), person(5),
    )  # fmt: skip
    assert shop.decide(found.id, SuggestionState.CONFIRMED) == []


def test_only_a_confirmed_duplicate_is_merged(shop: Shop) -> None:
    people = crowd()
    shop.search([*people, people[0], people[1]])
    first, second = sorted(shop.suggested(), key=lambda one: one.left)
    assert shop.decide(first.id, SuggestionState.CONFIRMED) == [(person(0), person(40))]
    assert shop.decide(second.id, SuggestionState.REJECTED) == []
    with pytest.raises(SuggestionDecided):
        shop.decide(first.id, SuggestionState.REJECTED)
    with pytest.raises(SuggestionUnknown):
        shop.decide("dup_nobody", SuggestionState.REJECTED)


def test_what_was_rejected_is_never_suggested_again(shop: Shop) -> None:
    people = [*crowd(), crowd()[0]]
    shop.search(people)
    [found] = shop.suggested()
    shop.decide(found.id, SuggestionState.REJECTED)
    assert shop.search(people).duplicates == 0
    assert shop.suggested() == []
    [kept] = shop.suggested(SuggestionState.REJECTED)
    assert (kept.decided_by, kept.reason, kept.decided_at) == ("opr_lin", "called them", NOW)


def test_what_is_no_longer_alike_is_no_longer_suggested(shop: Shop) -> None:
    people = crowd()
    shop.search([*people, people[0]])
    assert len(shop.suggested()) == 1
    assert shop.search(people).duplicates == 0
    assert shop.suggested() == []


def test_suggestions_stay_in_their_workspace_and_go_with_the_person(shop: Shop) -> None:
    people = crowd()
    shop.search([*people, people[0]])
    assert shop.suggested(of=OTHER) == []
    with UnitOfWork(shop.database) as uow:
        assert forget_suggestions(uow, OTHER, [person(0)]) == 0
        assert forget_suggestions(uow, WORKSPACE, [person(0)]) == 1
    assert shop.suggested() == []
