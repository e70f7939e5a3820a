"""People and traits, through the API."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.api_house import House
from catchment.collect import SubjectHasher
from catchment.lake import Received

HASHER = SubjectHasher(b"k" * 32)
PHONE = "13912345678"
ORDERS = {
    "name": "orders_90d", "label_zh": "近 90 天订单数", "label_en": "Orders in 90 days",
    "type": "number",
    "measure": {
        "condition": {"event": "Order Completed",
                      "filters": [{"field": "amount_minor", "operator": "gte", "value": 100}]},
        "aggregate": "count", "window": "90d",
    },
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def people(house: House) -> None:
    """Mei, who browsed before she signed in and bought, and Tan, who only looked."""
    source = house.client("owner").post(house.at("/sources"), json={"name": "Desk"}).json()
    order = {"order_id": "p1", "total": 12.5, "currency": "CNY"}
    consent = {"purpose": "marketing", "channel": "sms"}
    events: list[dict[str, Any]] = [
        {"message_id": "p1", "event": "Product Viewed", "anonymous_id": "mei-device"},
        {"message_id": "p2", "type": "identify", "user_id": "mei", "anonymous_id": "mei-device",
         "traits": {"phone": PHONE, "name": "Mei Lin", "city": "Suzhou"}},
        {"message_id": "p3", "event": "Order Completed", "user_id": "mei", "properties": order},
        {"message_id": "p4", "event": "Consent Granted", "user_id": "mei", "properties": consent},
        {"message_id": "p5", "event": "Product Viewed", "user_id": "tan"},
    ]  # fmt: skip
    body = json.dumps({"events": events}).encode()
    now_us = house.services.clock.now_us()
    house.services.log.append([Received(house.ours.id, source["id"], "catchment", now_us, body)])
    house.keep_people()


def mei(house: House) -> str:
    return f"per_{HASHER.subject(house.ours.id, 'user', 'mei')}"


def get(house: House, path: str, **params: str) -> dict[str, Any]:
    answer = house.client("analyst").get(house.at(path), params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_people_are_listed_found_and_opened(house: House) -> None:
    assert get(house, "/people", search="Mei L")["items"] == [], "a name is found whole"
    (row,) = get(house, "/people", search="mei lin")["items"]
    assert (row["person"], row["name"]) == (mei(house), "M**")
    assert (row["events"], row["orders"], row["value_minor"], row["currency"]) == (
        4,
        1,
        1250,
        "CNY",
    )
    assert row["stage"] is not None
    for kind, value in (("phone", PHONE), ("phone", f"+86 {PHONE}"), ("anon", "mei-device")):
        found = get(house, "/people/lookup", kind=kind, value=value)
        assert found["person"] == mei(house)
    page = get(house, f"/people/per_{HASHER.subject(house.ours.id, 'anon', 'mei-device')}")
    assert (page["person"], page["name"]) == (mei(house), "M**")
    assert {one["kind"]: one["masked"] for one in page["identifiers"]}["phone"] == "139****5678"
    assert [(one["purpose"], one["state"]) for one in page["consent"]] == [("marketing", "granted")]
    assert {one["name"]: one["value"] for one in page["traits"]}["city"] == "Suzhou"
    assert PHONE not in json.dumps(page)


def test_the_list_narrows_by_stage_tag_and_audience(house: House) -> None:
    (row,) = get(house, "/people", search="mei")["items"]
    same = get(house, "/people", search="mei", stage=row["stage"])["items"]
    assert [one["person"] for one in same] == [mei(house)]
    assert get(house, "/people", search="mei", stage="lost")["items"] == []
    for name in ("tag", "audience"):
        answer = house.client("analyst").get(house.at("/people"), params={name: "nothing"})
        assert answer.status_code == 404


def test_pages_of_people_lead_on(house: House) -> None:
    first = get(house, "/people", limit="1", order="events")
    second = get(house, "/people", limit="1", order="events", cursor=first["next_cursor"])
    assert first["items"][0]["person"] != second["items"][0]["person"]
    assert first["total"] == second["total"] >= 2


def test_the_timeline_is_one_over_all_identifiers(house: House) -> None:
    page = get(house, f"/people/{mei(house)}/timeline", limit="3")
    rest = get(house, f"/people/{mei(house)}/timeline", cursor=page["next_cursor"])
    names = [one["name"] for one in page["items"] + rest["items"]]
    assert sorted(names) == ["Consent Granted", "Identified", "Order Completed", "Product Viewed"]
    orders = get(house, f"/people/{mei(house)}/timeline", kind="order")["items"]
    assert [(one["order_id"], one["amount_minor"]) for one in orders] == [("p1", 1250)]


def test_a_trait_is_previewed_declared_known_changed_and_deleted(house: House) -> None:
    owner = house.client("operator")
    seen = owner.post(house.at("/traits/preview"), json=ORDERS).json()
    assert seen["people"] >= seen["with_value"] >= 2
    assert {"share": 1.0, "value": 1.0} in seen["quantiles"]
    made = owner.post(house.at("/traits"), json=ORDERS)
    assert made.status_code == 201, made.text
    assert made.json()["measure"]["window"] == "90d"
    traits = {one["name"]: one for one in get(house, f"/people/{mei(house)}")["traits"]}
    assert traits["orders_90d"]["value"] == 1
    assert traits["orders_90d"]["label_zh"] == "近 90 天订单数"
    assert owner.post(house.at("/traits"), json=ORDERS).status_code == 409
    changed = owner.put(house.at("/traits/orders_90d"), json={**ORDERS, "label_en": "Orders"})
    assert changed.json()["label_en"] == "Orders"
    assert "orders_90d" in {one["name"] for one in get(house, "/traits")["items"]}
    assert owner.delete(house.at("/traits/orders_90d")).status_code == 204
    assert owner.get(house.at("/traits/orders_90d")).status_code == 404


@pytest.mark.parametrize(
    ("pointer", "change"),
    [
        ("/measure/field", {"measure": {"condition": {}, "aggregate": "sum"}}),
        ("/measure/currency",
         {"measure": {"condition": {}, "aggregate": "sum", "field": "amount_minor"}}),
        ("/measure/condition/filters/0",
         {"measure": {"aggregate": "count", "condition": {
             "filters": [{"field": "price", "operator": "in", "value": 3}]}}}),
        ("/type", {"type": "list"}),
        ("/measure", {"declared": {"field": "traits.city"}}),
        ("/declared/field", {"measure": None, "declared": {"field": "traits"}}),
    ],
)  # fmt: skip
def test_a_trait_that_cannot_be_is_refused_with_the_place(
    house: House, pointer: str, change: dict[str, Any]
) -> None:
    answer = house.client("operator").post(house.at("/traits"), json={**ORDERS, **change})
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_nobody_is_said_to_be_nobody(house: House) -> None:
    viewer = house.client("viewer")
    for path in ("/people/per_nobody", "/people/per_nobody/timeline",
                 "/people/lookup?kind=user&value=nobody"):  # fmt: skip
        assert viewer.get(house.at(path)).status_code in {403, 404}
