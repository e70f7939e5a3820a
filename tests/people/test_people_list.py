"""The list of people: every order, every page, every way to find somebody."""

from __future__ import annotations

import random

import numpy as np
import pytest

from analytics.desk import WORKSPACE
from catchment.kernel import BrokenCursor
from catchment.people import (
    PeopleAsk,
    PeopleOrder,
    PeoplePage,
    PersonListed,
    built_in_facts,
    list_people,
    lookup_person,
)
from people.town import AT_US, Named, Town

PEOPLE = 23


def user(number: int) -> Named:
    return ("user", f"u{number}")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """People with some events, orders of equal worth among them; every fifth has two ids."""
    made = Town(tmp_path_factory.mktemp("town"))
    dice = random.Random(4)
    rows = []
    for number in range(PEOPLE):
        who = user(number)
        rows += [made.did(who, "Page Viewed", dice.randrange(90)) for _ in range(dice.randrange(5))]
        name = f"{'林' if number % 4 == 0 else 'Wang'} {number}"
        rows.append(made.did(who, "Identified", 100, kind="identify", traits={"name": name}))
        rows.append(
            made.did(
                who, "Order Completed", dice.randrange(90), order_id=f"o{number}", currency="CNY",
                amount_minor=100 * dice.randrange(4),
            )
        )  # fmt: skip
        if number % 5 == 0:
            rows.append(made.did(("anon", f"device-{number}"), "Page Viewed", 200 + number))
    made.land(rows)
    for number in range(0, PEOPLE, 5):
        made.link(("anon", f"device-{number}"), user(number))
    made.facts.declare(WORKSPACE, built_in_facts(["CNY"]))
    made.facts.catch_up(WORKSPACE)
    return made


def asked(town: Town, **ask: object) -> PeoplePage:
    return list_people(town.parts, WORKSPACE, PeopleAsk("CNY", **ask), at_us=AT_US)  # type: ignore[arg-type]


def worth(one: PersonListed, order: PeopleOrder) -> float:
    sums = one.sums
    if order is PeopleOrder.LAST_SEEN:
        return 0 if sums.last_seen_at is None else sums.last_seen_at.timestamp()
    return sums.value_minor if order is PeopleOrder.VALUE else sums.events


@pytest.mark.parametrize("order", list(PeopleOrder))
def test_pages_together_are_everyone_once_in_order(town: Town, order: PeopleOrder) -> None:
    whole = asked(town, order=order, limit=500)
    assert (len(whole.items), whole.total, whole.next_cursor) == (PEOPLE, PEOPLE, None)
    keys = [(-worth(one, order), one.node) for one in whole.items]
    assert keys == sorted(keys)
    assert len({key for key, _ in keys}) < PEOPLE, "there are ties, or the test shows little"
    found, cursor = [], None
    for _ in range(PEOPLE):
        page = asked(town, order=order, limit=4, cursor=cursor)
        found += [one.person for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == [one.person for one in whole.items]


def test_somebody_is_found_by_every_id_and_by_name(town: Town) -> None:
    five = town.person(user(5))
    for search in ("u5", " u5 ", "device-5", five, "per_" + town.subject(("anon", "device-5"))):
        assert [one.person for one in asked(town, search=search).items] == [five], search
    named = asked(town, search="wang 1", limit=100)
    assert {one.person for one in named.items} == {
        town.person(user(number)) for number in (1, 10, 11, 13, 14, 15, 17, 18, 19)
    }
    # Names that never went to the vault are found by their beginning, and shown masked like any.
    lins = asked(town, search="林", limit=100).items
    assert {one.person for one in lins} == {
        town.person(user(number)) for number in range(0, PEOPLE, 4)
    }
    assert {one.name for one in lins} == {"林**"}
    assert asked(town, search="nobody of that name").items == []


def test_an_old_name_finds_nobody(town: Town) -> None:
    """The name that holds is the last one told, though the old one still stands in the events."""
    town.land([
        town.did(user(3), "Identified", 300, kind="identify", traits={"name": "Zhao"}),
    ])  # fmt: skip
    town.facts.catch_up(WORKSPACE)
    assert town.person(user(3)) not in {one.person for one in asked(town, search="Wang 3").items}
    assert [one.person for one in asked(town, search="Zhao").items] == [town.person(user(3))]
    town.land([
        town.did(user(3), "Identified", 400, kind="identify", traits={"name": "Wang 3"}),
    ])  # fmt: skip
    town.facts.catch_up(WORKSPACE)


def test_only_those_who_are_asked_about_are_listed(town: Town) -> None:
    some = np.array([town.node(user(n)) for n in (2, 3, 5)], np.int32)
    assert {one.node for one in asked(town, among=some).items} == set(some.tolist())
    only = asked(town, among=some, search="u3")
    assert [one.node for one in only.items] == [town.node(user(3))]


def test_a_page_says_who_they_are(town: Town) -> None:
    (row,) = asked(town, search="u5").items
    assert [(one.kind, one.masked) for one in row.identifiers] == [
        ("user", "u5"), ("anon", "de****-5"),
    ]  # fmt: skip
    assert row.sums.events == len([
        one for one in town._rows
        if one["subject"] in {town.subject(user(5)), town.subject(("anon", "device-5"))}
    ])  # fmt: skip


def test_a_strangers_cursor_is_refused(town: Town) -> None:
    for cursor in ("xyz", "WzFd"):
        with pytest.raises(BrokenCursor):
            asked(town, cursor=cursor)


def test_an_identifier_leads_to_its_person(town: Town) -> None:
    assert lookup_person(town.parts, WORKSPACE, "anon", "device-5") == town.person(user(5))
    assert lookup_person(town.parts, WORKSPACE, "user", "device-5") is None
    assert lookup_person(town.parts, WORKSPACE, "phone", "not a phone") is None
