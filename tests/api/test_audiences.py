"""Audiences at the API: made, filled, looked at, refused with the place, and taken out masked."""

from __future__ import annotations

import csv
import io
import json
import random
from typing import Any

import pytest

from api.api_house import Client, House
from catchment.audiences import AUDIENCE_EXPORT_JOB, run_audience_export
from catchment.jobs import JobWorker
from catchment.lake import Received
from catchment.store import UnitOfWork

BUYERS = {"did": {"event": "Order Completed"}}


@pytest.fixture(scope="module")
def owner(house: House) -> Client:
    client = house.client("owner")
    source = client.post(house.at("/sources"), json={"name": "Shop", "kind": "web"}).json()
    people = [
        {"message_id": "i1", "type": "identify", "user_id": "u1",
         "traits": {"phone": "13812345678", "name": "林薇"}},
        {"message_id": "o1", "event": "Order Completed", "user_id": "u1"},
        {"message_id": "o2", "event": "Order Completed", "user_id": "u2"},
        {"message_id": "v1", "event": "Product Viewed", "user_id": "u3"},
        {"message_id": "c1", "event": "Consent Granted", "user_id": "u1",
         "properties": {"purpose": "marketing", "channel": "ads"}},
    ]  # fmt: skip
    body = json.dumps({"events": people}).encode()
    services = house.services
    services.log.append(
        [Received(house.ours.id, source["id"], "catchment", services.clock.now_us(), body)]
    )
    house.keep_people()
    return client


def made(house: House, owner: Client, name: str, rule: dict[str, Any]) -> dict[str, Any]:
    answer = owner.post(house.at("/audiences"), json={"name": name, "rule": rule})
    assert answer.status_code == 201, answer.text
    house.keep_people()
    read: dict[str, Any] = owner.get(house.at(f"/audiences/{answer.json()['id']}")).json()
    return read


def test_an_audience_is_previewed_made_and_looked_at(house: House, owner: Client) -> None:
    seen = owner.post(house.at("/audiences/preview"), json={"rule": BUYERS}).json()
    assert (seen["size"], seen["of"]) == (2, 3)
    one = made(house, owner, "Buyers", BUYERS)
    assert (one["size"], one["is_filling"], one["version"]) == (2, False, 1)
    members = owner.get(house.at(f"/audiences/{one['id']}/members")).json()
    shown = {row["name"]: row["identifiers"] for row in members["items"]}
    assert "138****5678" in shown["林**"]
    assert "13812345678" not in json.dumps(members)
    person = next(row["person"] for row in members["items"] if row["name"] == "林**")
    belongs = owner.get(house.at(f"/people/{person}/audiences")).json()["items"]
    assert ("Buyers", True) in [(row["name"], row["is_in"]) for row in belongs]
    why = owner.get(house.at(f"/audiences/{one['id']}/why/{person}")).json()
    assert why["is_in"]
    assert why["parts"][0]["evidence"][0]["event"] == "Order Completed"
    growth = owner.get(house.at(f"/audiences/{one['id']}/growth")).json()
    assert growth["days"][-1]["size"] == 2
    assert [refill["cause"] for refill in growth["refills"]] == ["edit"]


@pytest.mark.parametrize(
    ("rule", "pointer"),
    [
        ({"all": [BUYERS, {"did": {"event": ""}}]}, "/rule/all/1/did/event"),
        ({"tag": {"id": "tag_nowhere"}}, "/rule"),
        ({"audience": {"id": "adc_nowhere"}}, "/rule"),
        ({"list": {"id": "lst_nowhere"}}, "/rule"),
        ({"trait": {"name": "nowhere", "operator": "equals", "value": "x"}}, "/rule"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_place(
    house: House, owner: Client, rule: dict[str, Any], pointer: str
) -> None:
    for path, body in (("/audiences", {"name": "Wrong", "rule": rule}),
                       ("/audiences/preview", {"rule": rule})):  # fmt: skip
        answer = owner.post(house.at(path), json=body)
        assert answer.status_code == 422, answer.text
        assert answer.json()["code"] == "rule_refused"
        assert answer.json()["errors"][0]["pointer"].startswith(pointer)


def test_a_circle_is_refused(house: House, owner: Client) -> None:
    first = made(house, owner, "First", BUYERS)
    second = made(house, owner, "Second", {"audience": {"id": first["id"]}})
    answer = owner.put(
        house.at(f"/audiences/{first['id']}"),
        json={"name": "First", "rule": {"audience": {"id": second["id"]}}},
    )
    assert answer.status_code == 422
    assert "Second" in answer.text
    refused = owner.post(house.at(f"/audiences/{first['id']}/archive"))
    assert (refused.status_code, refused.json()["code"]) == (409, "audience_in_use")


def test_an_edit_keeps_versions_and_refuses_a_stale_one(house: House, owner: Client) -> None:
    one = made(house, owner, "Edited", BUYERS)
    path = house.at(f"/audiences/{one['id']}")
    body = {"name": "Edited", "rule": {"did": {"event": "Product Viewed"}}, "expected_version": 1}
    assert owner.put(path, json=body).json()["version"] == 2
    assert owner.put(path, json=body).status_code == 409
    versions = owner.get(f"{path}/versions").json()["items"]
    assert [version["version"] for version in versions] == [2, 1]
    taken = owner.post(house.at("/audiences"), json={"name": "Edited", "rule": BUYERS})
    assert (taken.status_code, taken.json()["code"]) == (409, "audience_name_taken")


def test_audiences_are_laid_over_each_other(house: House, owner: Client) -> None:
    left = made(house, owner, "Left", BUYERS)
    right = made(house, owner, "Right", {"not": {"did": {"event": "Product Viewed"}}})
    ids = {"ids": [left["id"], right["id"]]}
    over = owner.get(house.at("/audiences/overlap"), params=ids).json()
    assert [one["size"] for one in over["sets"]] == [2, 2]
    assert over["intersections"] == [{"audience_ids": ids["ids"], "count": 2}]
    alone = owner.get(house.at("/audiences/overlap"), params={"ids": [left["id"]]})
    assert alone.status_code == 422


def test_a_list_is_matched_and_told_row_by_row(house: House, owner: Client) -> None:
    table = "kind,value\nuser,u1\nphone,138 1234 5678\nuser,u9\nphone,12\nshoe,44\n"
    answer = owner.post(
        house.at("/lists"), params={"name": "Fair"}, files={"file": ("fair.csv", table.encode())}
    )
    assert answer.status_code == 201, answer.text
    listed = answer.json()
    assert (listed["rows"], listed["matched"], listed["people"], listed["refused"]) == (5, 2, 1, 2)
    assert {(row["line"], row["reason"]) for row in listed["problems"]} == {
        (6, "unknown_kind"), (4, "unknown"), (5, "refused"),
    }  # fmt: skip
    one = made(house, owner, "Fair goers", {"list": {"id": listed["id"]}})
    assert one["size"] == 1
    assert owner.delete(house.at(f"/lists/{listed['id']}")).status_code == 409


def approved(house: House, operator: Client) -> str:
    """A grant for a list of phones that two others approved."""
    spec = {"scope": "export", "purpose": "marketing", "kinds": ["phone"], "people_max": 10,
            "minutes": 30, "reason": "Spring look-alike"}  # fmt: skip
    asked = operator.post(house.at("/privacy/grants"), json=spec)
    assert asked.status_code == 201, asked.text
    services = house.services
    for other in ("opr_one", "opr_two"):
        with UnitOfWork(services.database) as uow:
            services.privacy.grants.approve(uow, house.ours.id, asked.json()["id"], actor=other)
    return str(asked.json()["id"])


def test_an_export_has_a_purpose_a_trace_and_no_names(house: House, owner: Client) -> None:
    one = made(house, owner, "Taken out", BUYERS)
    path = house.at(f"/audiences/{one['id']}/exports")
    assert owner.post(path, json={"format": "csv"}).status_code == 422
    operator = house.client("operator")
    ask = {"format": "hashed_phone", "purpose": "Spring look-alike"}
    for grant_id in (None, "grn_01jq3v8kz0f6m8w2x4y6z8a0b2"):
        refused = operator.post(path, json={**ask, "grant_id": grant_id})
        assert refused.status_code in {403, 404}, refused.text
    assert owner.get(path).json()["items"] == []
    grant_id = approved(house, operator)
    theirs = owner.post(path, json={**ask, "grant_id": grant_id})
    assert (theirs.status_code, theirs.json()["code"]) == (403, "grant_refused")
    answer = operator.post(path, json={**ask, "grant_id": grant_id})
    assert answer.status_code == 202, answer.text
    ordered = answer.json()
    services = house.services
    JobWorker(
        services.database,
        {AUDIENCE_EXPORT_JOB: run_audience_export(services.audiences)},
        clock=services.clock, ids=services.ids, chance=random.Random(),
    ).run_due()  # fmt: skip
    done = owner.get(path).json()["items"][0]
    assert (done["state"], done["rows"], done["left_out"]) == ("done", 1, 1)
    file = owner.get(f"{path}/{ordered['id']}/file")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0] == ["phone_e164_sha256", "phone_digits_sha256", "phone_mainland_sha256"]
    assert len(rows) == 2
    trail = owner.get(house.at("/audit"), params={"action": "audiences.export"}).json()["items"]
    assert "Spring look-alike" in [entry["detail"].get("purpose") for entry in trail]
    analyst = house.client("analyst").post(path, json=ask)
    assert analyst.status_code == 403
