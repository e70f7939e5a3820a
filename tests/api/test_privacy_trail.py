"""What is done at the edge stands in the trail, and in what lies beside the keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.api_house import House, close, settle
from catchment.vault.trail.copies import TrailCopies


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = settle(tmp_path_factory.mktemp("trail"))
    yield made
    close(made)


def test_a_request_for_a_grant_cannot_be_cut_off_the_trail(house: House) -> None:
    ask = {"purpose": "service", "kinds": ["phone"], "reason": "Calls back about order 1001"}
    asked = house.client("operator").post(house.at("/privacy/grants"), json=ask)
    assert asked.status_code == 201, asked.text
    copies = TrailCopies(house.services.home / "privacy" / "home.keys")
    (line, *_) = house.client("auditor").get(house.at("/privacy/trail")).json()["items"]
    assert line["action"] == "grant.ask"
    assert copies.end(house.ours.id) == (line["seq"], bytes.fromhex(line["hash"]))
