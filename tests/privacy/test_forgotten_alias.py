"""An id that somebody gave up before they were forgotten leads to nobody afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catchment.lake import EVENTS
from privacy.forgotten_house import MAIL, PHONE, ForgettingHouse


@pytest.fixture
def house(tmp_path: Path) -> Iterator[ForgettingHouse]:
    made = ForgettingHouse(tmp_path)
    made.fill()
    yield made
    made.close()


@pytest.mark.parametrize("given_up", ["ann", "dev-ann-1", PHONE, MAIL])
def test_an_alias_of_another_does_not_lead_back(house: ForgettingHouse, given_up: str) -> None:
    house.forget()
    house.send({"type": "alias", "user_id": "carl", "previous_id": given_up})
    assert house.person("anon", given_up) is None
    rows = house.home.engine.query(
        house.workspace_id, EVENTS.select("user_id", "previous_id", "anonymous_subject")
    ).to_pylist()
    assert [one for one in rows if one["user_id"] == "carl"] == [
        {"user_id": "carl", "previous_id": None, "anonymous_subject": None}
    ]


def test_an_alias_of_an_id_that_is_nobodys_stays(house: ForgettingHouse) -> None:
    house.forget()
    house.send({"type": "alias", "user_id": "carl", "previous_id": "dev-carl"})
    assert house.person("anon", "dev-carl") == house.person("user", "carl")
