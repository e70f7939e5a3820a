"""What a file of access holds, how long files stand, and who may do without them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from catchment import people
from catchment.people import By, Correction, RightKind, RightsRequest, RightState
from catchment.people.rights import access_page, gathering
from catchment.people.rights.access_file import files_folder, sweep_access_files
from catchment.people.rights.store import sealed_of
from catchment.store import UnitOfWork
from catchment.vault import Act, Purpose
from privacy.forgotten_house import PHONE, ForgettingHouse
from privacy.test_rights import approve, ask, change_of, fetch

TOLD_AS = {
    "exports": "lists", "collected": "held_back", "numbers": "numbers",
    "answers": "rights_requests",
}  # fmt: skip
"""Where a person is told what each of those keeps that must be able to forget them."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[ForgettingHouse]:
    made = ForgettingHouse(tmp_path)
    made.fill()
    yield made
    made.close()


def files(house: ForgettingHouse, request: RightsRequest) -> list[Path]:
    folder = files_folder(house.home.settings.home, house.workspace_id)
    return sorted(folder.glob(f"{request.id}.*"))


def sweep(house: ForgettingHouse) -> int:
    home = house.home
    return sweep_access_files(home.database, home.settings.home, home.clock)


def refuse(house: ForgettingHouse, request: RightsRequest) -> None:
    with UnitOfWork(house.home.database) as uow:
        people.refuse_right(
            uow, house.workspace_id, request.id, "not theirs", change=change_of(house)
        )  # fmt: skip


def fetched(house: ForgettingHouse) -> dict[str, object]:
    request = ask(house, RightKind.ACCESS)
    house.work()
    approve(house, request)
    return dict(json.loads(fetch(house, request)))


def test_files_that_nobody_will_let_out_are_deleted(house: ForgettingHouse) -> None:
    refused, kept = ask(house, RightKind.ACCESS), ask(house, RightKind.ACCESS)
    house.work()
    assert (len(files(house, refused)), len(files(house, kept))) == (3, 3)
    assert sweep(house) == 0
    refuse(house, refused)
    assert sweep(house) == 1
    assert (files(house, refused), len(files(house, kept))) == ([], 3)
    approve(house, kept)
    assert sweep(house) == 0
    assert len(files(house, kept)) == 3


def test_whatever_keeps_something_of_a_person_tells_of_it(house: ForgettingHouse) -> None:
    seen = Act("opr_lin", "reveal", Purpose.SERVICE, person=house.person("user", "ann"))
    house.home.privacy.trail.write(house.workspace_id, [seen])
    told = fetched(house)
    assert set(house.home.rights.forgetting.elsewhere) == set(TOLD_AS)
    assert set(TOLD_AS.values()) <= told.keys()
    assert told.keys() == access_page.TITLES.keys() | access_page.ABOUT
    page = access_page.page_of_person(told)
    assert all(title in page for title in access_page.TITLES.values())
    computed = told["computed"]
    assert isinstance(computed, dict)
    assert (computed["orders"], computed["value_minor"]) == (1, 1200)
    readings = told["readings"]
    assert isinstance(readings, list)
    assert ("reveal", "service") in [(one["what"], one["purpose"]) for one in readings]
    assert "opr_lin" not in json.dumps(told["readings"])


def test_traits_are_the_newest_however_many_events_there_are(
    house: ForgettingHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events are told oldest first and cut; what holds now is not among those that are told."""
    monkeypatch.setattr(gathering, "EVENTS_MAX", 2)
    monkeypatch.setattr(gathering, "EVENTS_AT_ONCE", 2)
    house.send({"type": "identify", "user_id": "ann", "traits": {"name": "Ann Miller", "vip": 1}})
    told = fetched(house)
    assert (len(told["events"]), told["events_left_out"]) == (2, 2)  # type: ignore[arg-type]
    traits = told["traits"]
    assert isinstance(traits, dict)
    assert (traits["name"], traits["vip"]) == ("Ann Miller", 1)
    assert traits["phone"] == PHONE


def test_who_refused_machines_is_told_what_is_kept_and_judged_by_none(
    house: ForgettingHouse,
) -> None:
    ask(house, RightKind.OPT_OUT)
    told = fetched(house)
    assert told["automated_decisions"] is False
    levels = told["levels"]
    assert isinstance(levels, dict)
    assert set(levels.values()) == {None}
    assert told["interests"] != [], "what they did is kept, and so it is told"


def test_a_correction_that_waits_goes_with_its_person(house: ForgettingHouse) -> None:
    waiting = ask(house, RightKind.CORRECTION, Correction("name", "Ann Hidden"))
    house.home.registrar.forget(
        house.workspace_id, waiting.person, by=By("opr_lin", "asked to be")
    )  # fmt: skip
    house.work()
    now = {one.id: one for one in house.requests()}[waiting.id]
    assert now.state is RightState.REFUSED
    with UnitOfWork(house.home.database, reads_only=True) as uow:
        assert sealed_of(uow, now) is None
