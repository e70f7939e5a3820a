"""Levels over HTTP: the reports, one person's standing, and settings that hold from then on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from api.api_house import Client, House, close, settle
from catchment.kernel import IdMaker
from catchment.lake import Received
from catchment.people import take_thresholds

LIVES = {
    # how many days ago: what
    "ann": {60: "Page Viewed", 50: "Order Completed", 20: "Order Completed", 10: "Live Shared"},
    "bob": {200: "Order Completed"},
    "cid": {5: "Page Viewed", 4: "Host Followed", 3: "Product Added"},
    "dee": {2: "App Opened"},
    "eve": {30: "Page Viewed", 10: "Order Completed"},
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = settle(tmp_path_factory.mktemp("levels"))
    now = made.services.clock.now()
    events = [
        {
            "event": name, "user_id": who, "message_id": f"{who}-{days}",
            "timestamp": (now - timedelta(days=days)).isoformat(),
            "properties": {"order_id": f"{who}-{days}", "revenue": "100.00", "currency": "CNY",
                           "product_id": f"tea-{who}"} if name == "Order Completed" else {},
        }
        for who, life in LIVES.items()
        for days, name in life.items()
    ]  # fmt: skip
    body = json.dumps({"events": events}).encode()
    made.services.log.append(
        [Received(made.ours.id, "src_1", "catchment", made.services.clock.now_us(), body,
                  is_historical=True)]
    )  # fmt: skip
    made.keep_people()
    yield made
    close(made)


@pytest.fixture
def viewer(house: House) -> Client:
    return house.client("viewer")


def person_of(house: House, who: str) -> str:
    rows = house.client("analyst").get(house.at("/events")).json()["items"]
    return next(str(row["person"]) for row in rows if row["user_id"] == who)


def standing(house: House, who: str) -> dict[str, Any]:
    answer = house.client("analyst").get(house.at(f"/people/{person_of(house, who)}/levels"))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_who_stands_where_and_how_fast_they_got_there(house: House, viewer: Client) -> None:
    found = viewer.get(house.at("/life-cycle")).json()
    stages = {one["stage"]: one["people"] for one in found["stages"]}
    assert stages == {
        "stranger": 1, "reader": 0, "follower": 0, "lead": 1, "first_order": 1, "repeat": 0,
        "advocate": 1, "lapsing": 0, "lost": 1,
    }  # fmt: skip
    total = found["conversion"]["total"]
    assert (total["people"], total["converted"], total["share"]) == (5, 3, 0.6)
    # 0, 10 and 20 days.
    assert [round(days, 6) for days in total["speed"].values()] == [5, 10, 15]
    flows = {(one["before"], one["after"]): one["changes"] for one in found["flows"]}
    assert flows[("reader", "first_order")] == 2
    assert {one["id"] for one in found["passports"]} == {
        "people_by_level", "stage_conversion", "stage_speed"
    }  # fmt: skip


def test_another_conversion_may_be_asked_for(house: House, viewer: Client) -> None:
    ask = {"begin": "first_order", "end": "repeat"}
    found = viewer.get(house.at("/life-cycle"), params=ask).json()["conversion"]
    assert (found["total"]["people"], found["total"]["converted"]) == (3, 1)
    assert found["total"]["speed"]["median_days"] == pytest.approx(30)


def test_one_persons_standing(house: House) -> None:
    ann = standing(house, "ann")
    assert [one["stage"] for one in ann["stages"]] == [
        "reader",
        "first_order",
        "repeat",
        "advocate",
    ]
    assert (ann["stage"], ann["frequency"]) == ("advocate", "low")
    assert ann["stage_until"] is not None
    assert standing(house, "dee")["stage_until"] is None
    assert standing(house, "bob")["stage"] == "lost"
    nobody = house.client("analyst").get(house.at("/people/per_nobody/levels"))
    assert nobody.status_code == 404


def test_who_refused_machines_stands_nowhere(house: House) -> None:
    person = person_of(house, "bob")
    before = standing(house, "bob")
    rule = {"not": {"level": {"scheme": "frequency", "any_of": ["high"]}}}
    others = audience_size(house, rule)
    operator = house.client("operator")
    assert before["stage"] == "lost"
    assert person in listed(house, stage="lost")
    asked = operator.post(house.at(f"/people/{person}/rights"), json={"kind": "opt_out"})
    assert asked.status_code == 202
    assert standing(house, "bob") == {
        "stage": None, "stage_since": None, "stage_until": None, "stages": [],
        "frequency": None, "rfm": None,
    }  # fmt: skip
    assert person not in listed(house, stage="lost")
    assert listed(house)[person] is None
    assert audience_size(house, rule) == others - 1
    assert audience_size(house, rule["not"]) == 0
    operator.post(house.at(f"/people/{person}/rights"), json={"kind": "opt_in"})
    assert standing(house, "bob") == before
    assert audience_size(house, rule) == others


def listed(house: House, **asked: str) -> dict[str, str | None]:
    """The people of the list, each with their stage."""
    answer = house.client("analyst").get(house.at("/people"), params=asked)
    return {one["person"]: one["stage"] for one in answer.json()["items"]}


def audience_size(house: House, rule: dict[str, Any]) -> int:
    answer = house.client("operator").post(house.at("/audiences/preview"), json={"rule": rule})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["size"])


def test_value_is_cut_where_its_people_stand(house: House, viewer: Client) -> None:
    found = viewer.get(house.at("/levels/rfm")).json()
    assert not found["thresholds"]["is_kept"]
    assert (found["population"], found["thresholds"]["currency"]) == (3, "CNY")
    assert sum(cell["people"] for cell in found["cells"]) == 3
    assert sum(one["net_minor"] for one in found["segments"]) == 40_000
    assert standing(house, "ann")["rfm"] is None
    services = house.services
    taken = take_thresholds(
        services.database, services.engine, house.ours.id,
        clock=services.clock, ids=IdMaker(services.clock),
    )  # fmt: skip
    assert taken is not None
    kept = viewer.get(house.at("/levels/rfm")).json()
    assert kept["thresholds"]["is_kept"]
    assert kept["population"] == 3
    # Time has passed since they were taken: whoever stood on a cut is behind it by now.
    assert kept["thresholds"]["net_minor"] == found["thresholds"]["net_minor"]
    rfm = standing(house, "ann")["rfm"]
    assert (rfm["frequency"], rfm["money"]) == (4, 4)
    assert standing(house, "dee")["rfm"] is None
    ordered = house.client("operator").post(house.at("/levels/rfm/thresholds"))
    assert (ordered.status_code, ordered.json()["state"]) == (202, "queued")


def test_few_bring_most(house: House, viewer: Client) -> None:
    found = viewer.get(house.at("/levels/pareto")).json()
    assert (found["population"], found["total_minor"], found["currency"]) == (3, 40_000, "CNY")
    assert found["top_fifth"] == {
        "count": 1, "value_minor": 20_000,
        "share_of_population": pytest.approx(1 / 3), "share_of_value": 0.5,
    }  # fmt: skip
    assert found["gini"] == pytest.approx(1 / 6)
    products = viewer.get(house.at("/levels/pareto"), params={"of": "products"}).json()
    assert products["population"] == 3
    elsewhere = viewer.get(house.at("/levels/pareto"), params={"currency": "USD"}).json()
    assert (elsewhere["population"], elsewhere["gini"], elsewhere["points"]) == (0, None, [])


@pytest.fixture
def _as_before(house: House, viewer: Client) -> Iterator[None]:
    """The settings are put back, whatever a test did to them."""
    rules = viewer.get(house.at("/life-cycle")).json()["rules"]
    often = viewer.get(house.at("/levels/frequency")).json()["settings"]
    yield
    operator = house.client("operator")
    operator.put(house.at("/life-cycle/rules"), json=rules)
    operator.put(house.at("/levels/frequency"), json=often)
    operator.put(house.at("/levels/rfm"), json={"window_days": 365})


@pytest.mark.usefixtures("_as_before")
def test_settings_hold_from_then_on(house: House, viewer: Client) -> None:
    operator = house.client("operator")
    often = {"window_days": 90, "low_from": 1, "medium_from": 2, "high_from": 4}
    assert operator.put(house.at("/levels/frequency"), json=often).status_code == 200
    levels = viewer.get(house.at("/levels/frequency")).json()["levels"]
    assert {one["level"]: one["people"] for one in levels} == {
        "none": 1, "low": 1, "medium": 2, "high": 1
    }  # fmt: skip
    rules = viewer.get(house.at("/life-cycle")).json()["rules"]
    rules |= {"lapsing_days": 5, "lost_days": 15, "lead": []}
    changed = operator.put(house.at("/life-cycle/rules"), json=rules)
    assert changed.json() == rules
    assert standing(house, "ann")["stage"] == "lost"
    assert standing(house, "eve")["stage"] == "lapsing"
    assert standing(house, "cid")["stage"] == "follower"
    value = operator.put(house.at("/levels/rfm"), json={"window_days": 30, "currency": "CNY"})
    assert value.json() == {"window_days": 30, "currency": "CNY"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/levels/frequency", {"window_days": 30, "low_from": 4, "medium_from": 2, "high_from": 9}),
        ("/levels/frequency", {"window_days": 5, "low_from": 1, "medium_from": 2, "high_from": 9}),
        ("/levels/rfm", {"window_days": 0}),
        ("/life-cycle/rules", {"reader": [], "follower": [], "lead": [], "advocate": [],
                               "lapsing_days": 90, "lost_days": 90}),
        ("/life-cycle/rules", {"reader": [{}], "follower": [], "lead": [], "advocate": [],
                               "lapsing_days": 90, "lost_days": 180}),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(house: House, path: str, body: dict[str, Any]) -> None:
    assert house.client("operator").put(house.at(path), json=body).status_code == 422


def test_a_period_that_ends_before_it_begins_is_refused(house: House, viewer: Client) -> None:
    ask = {"since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"}
    for path in ("/levels/pareto", "/life-cycle"):
        assert viewer.get(house.at(path), params=ask).status_code == 422
