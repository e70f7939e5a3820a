"""Whose user id is their phone is one human under both, when they ask to be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catchment import people
from catchment.people import RightsChange, RightState
from catchment.store import UnitOfWork
from catchment.vault import Purpose
from privacy.forgotten_house import LIN, MAIL, PHONE, ForgettingHouse

WRITINGS = [PHONE, f"+86{PHONE}", f"86{PHONE}", f"0086{PHONE}"]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[ForgettingHouse]:
    made = ForgettingHouse(tmp_path)
    made.fill()
    yield made
    made.close()


def viewed(**ids: str) -> dict[str, Any]:
    return {"event": "Product Viewed", "properties": {"product_id": "p7"}, **ids}


def count(house: ForgettingHouse) -> int:
    """Events that any question still finds."""
    from catchment.lake import EVENTS  # noqa: PLC0415  (heavy)

    answer = house.home.engine.query(
        house.workspace_id, EVENTS.aggregate(count=EVENTS.count())
    )  # fmt: skip
    return int(answer["count"][0].as_py())


def suppressed(house: ForgettingHouse) -> set[str]:
    stones = house.home.keys.tombstones(house.workspace_id)
    return {one for one, stone in stones.items() if stone.lifted_us is None}


def finished(house: ForgettingHouse) -> people.RightsRequest:
    house.work()
    house.erase()
    house.work()
    return house.requests()[0]


@pytest.mark.parametrize("kind", ["user_id", "anonymous_id"])
@pytest.mark.parametrize("writing", [*WRITINGS, MAIL])
def test_what_comes_later_under_their_number_as_an_id_does_not_land(
    house: ForgettingHouse, writing: str, kind: str
) -> None:
    house.forget()
    assert count(house) == 1
    house.send(viewed(**{kind: writing}))
    assert count(house) == 1
    assert house.person("user", writing) is None


@pytest.mark.parametrize(
    "writing",
    [*WRITINGS, "138-1234-5678", MAIL, "Ann.Cooper@Example.com", "ANN.COOPER@example.com"],
)  # fmt: skip
def test_whoever_is_known_by_their_number_goes_in_the_same_request(
    house: ForgettingHouse, writing: str
) -> None:
    house.send(viewed(user_id=writing, anonymous_id="dev-shop"))
    ann, twin = house.person("user", "ann"), house.person("user", writing)
    assert twin not in {None, ann}
    outcome = house.home.registrar.forget(house.workspace_id, str(ann), by=LIN, dry_run=True)
    assert list(outcome.people_before) == [ann, twin]
    assert count(house) == 5, "a preview changes nothing"
    house.forget()
    assert house.person("user", writing) is None
    assert count(house) == 1
    house.send(viewed(user_id=writing), viewed(anonymous_id="dev-shop"))
    assert count(house) == 1
    request = finished(house)
    assert (request.state, request.person) == (RightState.DONE, ann)
    assert request.receipt is not None
    assert (request.receipt["identifiers"], request.receipt["people"]) == (5, 1)
    assert request.receipt["namesakes"] >= 16
    [hidden] = [one for one in request.steps if one.name == "hidden"]
    assert hidden.detail == f"5 identifiers, {request.receipt['namesakes']} namesakes, 1 people"
    assert PHONE not in str(request)
    assert MAIL not in str(request).lower()
    assert len(house.requests()) == 1


def test_every_writing_under_which_they_are_known_is_found(house: ForgettingHouse) -> None:
    writings = ["138-1234-5678", "138 1234 5678", "+86 138-1234-5678"]
    house.send(*(viewed(user_id=one) for one in writings))
    house.forget()
    assert [house.person("user", one) for one in writings] == [None] * 3
    assert count(house) == 1


def test_who_is_forgotten_by_an_id_that_is_their_phone_does_not_come_back_by_the_phone(
    house: ForgettingHouse,
) -> None:
    number = "13700000001"
    house.send(viewed(user_id=number))
    house.forget(number)
    assert house.person("user", "ann") is not None, "nobody else went"
    before = count(house)
    house.send({"type": "identify", "context": {"externalIds": [{"type": "phone", "id": number}]}})
    assert count(house) == before
    house.send({"type": "identify", "anonymous_id": "dev-9", "traits": {"phone": f"+86{number}"}})
    phone = house.subject("phone", f"+86{number}")
    assert house.person("phone", number) is None
    assert not house.home.vault.tokens_tagged(house.workspace_id, [phone])
    assert phone in suppressed(house)


def test_whoever_has_the_phone_goes_with_the_user_id_that_is_it(house: ForgettingHouse) -> None:
    house.send(viewed(user_id=f"86{PHONE}"))
    house.forget(f"86{PHONE}")
    assert house.person("user", "ann") is None
    assert house.person("phone", PHONE) is None
    assert house.names_found() == {"bob"}


@pytest.mark.parametrize(
    "lookalike",
    [f"u{PHONE}", f"{PHONE}0", f"{PHONE[:-1]}9", f"x-{PHONE}-y", f"not.{MAIL}", f"0{PHONE}1",
     f"{PHONE}@shop.cn", f"{PHONE},{PHONE}", "ann2"],
)  # fmt: skip
def test_an_id_that_only_looks_similar_stays(house: ForgettingHouse, lookalike: str) -> None:
    house.send(viewed(user_id=lookalike))
    other = house.person("user", lookalike)
    house.forget()
    assert house.person("user", lookalike) == other is not None
    house.send(viewed(user_id=lookalike))
    assert count(house) == 3


def test_a_device_named_by_their_phone_takes_nobody_else_along(house: ForgettingHouse) -> None:
    """The wrong variant: a weak identifier says nothing of who its person is."""
    house.send(viewed(user_id="carl", anonymous_id=PHONE))
    house.forget()
    assert house.person("user", "carl") is not None
    assert house.subject("anon", PHONE) in suppressed(house)
    house.send(viewed(user_id="dora", anonymous_id=f"86{PHONE}"))
    assert house.names_found() == {"bob", "carl", "dora"}
    house.forget("carl")
    assert house.person("user", "dora") is not None


def test_a_phone_of_too_many_is_nobodys_and_stays(house: ForgettingHouse) -> None:
    hotline = "13700000002"
    house.send(
        *({"type": "identify", "user_id": f"guest-{n}", "traits": {"phone": hotline}}
          for n in range(12)),
        viewed(user_id=hotline),
    )  # fmt: skip
    house.forget(hotline)
    assert house.subject("phone", f"+86{hotline}") not in suppressed(house)
    assert house.subject("user", f"86{hotline}") in suppressed(house)
    assert all(house.person("user", f"guest-{n}") for n in range(12))


def test_lifting_the_deletion_lets_these_back_too(house: ForgettingHouse) -> None:
    house.forget()
    (request,) = house.requests()
    home = house.home
    with UnitOfWork(home.database) as uow:
        told = people.lift_deletion(
            uow, home.keys, house.workspace_id, request.id, reason="she came back",
            let_back=lambda ws, gone: home.events.erasures.let_back(ws, gone, home.log.head()),
            change=RightsChange("opr_lin", home.clock, home.ids),
        )  # fmt: skip
    assert told.lifted > 5
    assert not suppressed(house)
    house.send(viewed(user_id=PHONE))
    assert house.person("user", PHONE) is not None
    assert count(house) == 2


def test_a_backup_that_is_put_back_brings_neither_self(house: ForgettingHouse) -> None:
    house.send(viewed(user_id=PHONE))
    kept = house.back_up()
    house.forget()
    finished(house)
    house.put_back(kept)
    house.keeping.round()
    assert house.person("user", PHONE) is house.person("user", "ann") is None
    assert house.names_found() == {"bob"}


def test_each_reading_for_it_is_a_line_in_the_trail(house: ForgettingHouse) -> None:
    house.forget()
    with UnitOfWork(house.home.database, reads_only=True) as uow:
        page = house.home.privacy.trail.page(uow, house.workspace_id)
    [act] = [one.act for one in page.items if "finding ids" in one.act.reason]
    assert (act.actor, act.purpose) == ("house", Purpose.RIGHTS)
    assert PHONE not in str(page)


def test_a_phone_finds_whoever_has_it_for_an_id(house: ForgettingHouse) -> None:
    house.send(viewed(user_id="13700000003"), viewed(user_id="u13700000004"))
    ours = house.person("user", "13700000003")
    assert house.person("phone", "+86 137 0000 0003") == ours is not None
    assert house.person("phone", "13700000004") is None
    # Where somebody has the phone itself, it is they.
    house.send(viewed(user_id=PHONE))
    assert house.person("phone", PHONE) == house.person("user", "ann")
