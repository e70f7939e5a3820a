"""The sweep of earlier events over the API: ordered by a declaration, by hand, and told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from api.api_house import House, close, settle
from catchment.lake import SweepState

SWEEP = "/privacy/sweep"
FIELD = {"place": "*.nick", "kind": "nickname", "label_zh": "昵称", "label_en": "Nickname"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = settle(tmp_path_factory.mktemp("sweep"))
    yield made
    close(made)


def test_a_declaration_orders_it_and_everybody_who_may_read_fields_sees_how_far_it_is(
    house: House,
) -> None:
    keeper, at = house.client("keeper"), house.at(SWEEP)
    assert keeper.get(at).json()["state"] == "never"
    assert keeper.post(house.at("/privacy/fields"), json=FIELD).status_code == 201
    told = keeper.get(at).json()
    assert (told["state"], told["job"]["kind"]) == ("waiting", "privacy.sweep")
    # By hand it is the same one, as long as it has not begun.
    again = keeper.post(at, json={})
    assert (again.status_code, again.json()["id"]) == (202, told["job"]["id"])
    # A rehearsal is another thing, and is not what is told of.
    rehearsal = keeper.post(at, json={"dry_run": True})
    assert rehearsal.status_code == 202
    assert rehearsal.json()["id"] != told["job"]["id"]
    assert keeper.get(at).json()["job"]["id"] == told["job"]["id"]
    sweeps = house.services.events.sweeps
    with sweeps.alone(house.ours.id):
        so_far = SweepState(rows=70, total=50, events=7, values={"nickname": 9}, until=3)
        sweeps.write(house.ours.id, replace(so_far, begun_us=2_000_000))
    told = keeper.get(at).json()
    assert (told["rows"], told["total"], told["events"]) == (50, 50, 7)
    assert told["values"] == {"nickname": 9}
    assert (told["begun_at"], told["ended_at"]) == ("1970-01-01T00:00:02Z", None)


def test_what_is_kept_open_orders_nothing(house: House) -> None:
    keeper = house.client("keeper")
    before = keeper.get(house.at(SWEEP)).json()["job"]
    open_field = {**FIELD, "place": "*.colour", "kind": "colour", "data_class": "general"}
    assert keeper.post(house.at("/privacy/fields"), json=open_field).status_code == 201
    assert keeper.get(house.at(SWEEP)).json()["job"] == before


def test_who_may_not_manage_personal_data_orders_none(house: House) -> None:
    assert house.client("analyst").post(house.at(SWEEP), json={}).status_code == 403
