"""What operators write beside what they do outlives the people whom it is about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.api_house import House, close, settle
from catchment.store import UnitOfWork, metadata

PHONE = "13957846291"
WHY = f"They called from {PHONE}"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = settle(tmp_path)
    told = {"phone": PHONE}
    made.send([{"type": "identify", "user_id": "u-1", "message_id": "m-1", "traits": told}])
    made.keep_people()
    yield made
    close(made)


def test_no_remark_keeps_a_number(house: House) -> None:
    operator, keeper = house.client("operator"), house.client("keeper")
    group = operator.post(house.at("/tag-groups"), json={"name": "Fair"}).json()["id"]
    tag = operator.post(house.at("/tags"), json={"group_id": group, "name": "Fair"}).json()["id"]
    who = operator.get(house.at("/people/lookup"), params={"kind": "user", "value": "u-1"})
    at = house.at(f"/people/{who.json()['person']}")
    asked = [
        operator.post(f"{at}/tags", json={"tag_id": tag, "reason": WHY}),
        operator.post(f"{at}/rights", json={"kind": "opt_out", "note": WHY}),
        operator.post(f"{at}/rights", json={"kind": "access", "note": WHY}),
        operator.post(
            house.at("/privacy/grants"),
            json={"purpose": "service", "kinds": ["phone"], "reason": WHY, "ticket": WHY},
        ),
        keeper.post(
            house.at("/privacy/keys/important/9/destruction"), json={"reason": WHY},
        ),
    ]  # fmt: skip
    grant, access = asked[3].json()["id"], asked[2].json()["id"]
    asked += [
        keeper.post(house.at(f"/privacy/grants/{grant}/refuse"), json={"reason": WHY}),
        operator.post(house.at(f"/rights-requests/{access}/refuse"), json={"reason": WHY}),
        house.client("owner").post(f"{at}/forget", json={"reason": WHY}),
    ]
    assert [one.status_code for one in asked] == [200, 202, 202, 201, 404, 200, 200, 200]
    lift = {"identifier": {"kind": "phone", "value": PHONE}, "reason": WHY}
    lifted = house.client("owner").post(house.at("/privacy/suppressions/lift"), json=lift)
    assert lifted.status_code == 200, lifted.text
    with UnitOfWork(house.services.database, reads_only=True) as uow:
        for table in metadata.sorted_tables:
            kept = repr(uow.connection.execute(table.select()).all())
            assert PHONE not in kept, table.name
