"""What is done at the edge stands in the trail, and in what lies beside the keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from api.api_house import House, close, settle
from catchment.api import create_app
from catchment.vault.parts import privacy_parts
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


def test_files_of_requests_for_access_are_counted_as_readings(house: House) -> None:
    """Two who agree could take everybody's file in an hour otherwise."""
    house.send([{"type": "identify", "user_id": "u-1", "message_id": "m-1", "traits": {"a": 1}}])
    house.keep_people()
    services = house.services
    few = privacy_parts(
        services.database, services.vault, services.keys, services.home / "privacy" / "home.keys",
        may_use=lambda *_: True, clock=services.clock, ids=services.ids, per_hour=1,
    )  # fmt: skip
    client = house.client("operator", app=create_app(replace(services, privacy=few)))
    who = client.get(house.at("/people/lookup"), params={"kind": "user", "value": "u-1"}).json()
    asked = client.post(house.at(f"/people/{who['person']}/rights"), json={"kind": "access"})
    at = house.at(f"/rights-requests/{asked.json()['id']}/file")
    assert client.get(at).json()["code"] == "file_not_approved"
    again = client.get(at)
    assert (again.status_code, again.json()["code"]) == (429, "too_many_readings")
    (line, *_) = house.client("auditor").get(
        house.at("/privacy/trail"), params={"action": "access_file"}
    ).json()["items"]  # fmt: skip
    assert (line["person"], line["reason"]) == (who["person"], asked.json()["id"])
