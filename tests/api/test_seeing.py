"""Events, metrics, funnels and the overview, over a small history with known answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from api.api_house import House, close, settle
from catchment.lake import Received


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Three people look, two put in the cart, one buys; all within the last hour."""
    made = settle(tmp_path_factory.mktemp("seeing"))
    steps = {"ann": 3, "bob": 2, "cid": 1}
    names = ["Product Viewed", "Product Added", "Order Completed"]
    start = made.services.clock.now() - timedelta(minutes=50)
    events = [
        {
            "event": name, "user_id": user, "message_id": f"{user}-{n}",
            "timestamp": (start + timedelta(minutes=10 * n)).isoformat(),
            "properties": {"platform": "ios" if user == "ann" else "web", "order_id": f"o-{user}",
                           "revenue": "12.34", "currency": "CNY"},
        }
        for user, reached in steps.items()
        for n, name in enumerate(names[:reached])
    ]  # fmt: skip
    body = json.dumps({"events": events}).encode()
    now = made.services.clock.now_us()
    made.services.log.append([Received(made.ours.id, "src_1", "catchment", now, body)])
    made.lander.catch_up()
    yield made
    close(made)


def period(house: House) -> dict[str, str]:
    now = house.services.clock.now()
    return {
        "since": (now - timedelta(days=1)).isoformat(),
        "until": (now + timedelta(minutes=1)).isoformat(),
    }


def test_events_come_newest_first_page_by_page(house: House) -> None:
    viewer = house.client("analyst")
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": 4, **({"cursor": cursor} if cursor else {})}
        page = viewer.get(house.at("/events"), params=params).json()
        assert len(page["items"]) <= 4
        seen += [event["message_id"] for event in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["ann-2", "bob-1", "ann-1", "cid-0", "bob-0", "ann-0"]


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"event": "Order Completed"}, 1), ({"source_id": "src_2"}, 0), ({"q": "BOB"}, 2),
        ({"since": "2200-01-01T00:00:00Z"}, 422), ({"until": "2020-01-01T00:00:00Z"}, 0),
        ({"person": "per_none"}, 0), ({"q": "100%"}, 0), ({"q": "'; DROP TABLE events"}, 0),
    ],
)  # fmt: skip
def test_events_are_filtered(house: House, params: dict[str, str], count: int) -> None:
    answer = house.client("analyst").get(house.at("/events"), params=params)
    found = len(answer.json()["items"]) if answer.status_code == 200 else answer.status_code
    assert found == count


def test_an_event_is_shown_whole_with_its_person(house: House) -> None:
    params = {"event": "Order Completed"}
    (order,) = house.client("analyst").get(house.at("/events"), params=params).json()["items"]
    assert order["user_id"] == "ann"
    assert order["person"].startswith("per_")
    assert (order["order_id"], order["amount_minor"], order["currency"]) == ("o-ann", 1234, "CNY")
    assert order["properties"]["platform"] == "ios"
    mine = house.client("analyst").get(house.at("/events"), params={"person": order["person"]})
    assert len(mine.json()["items"]) == 3


def test_names_and_properties_are_offered(house: House) -> None:
    client = house.client("analyst")
    names = client.get(house.at("/events/names")).json()["items"]
    assert {one["name"]: one["count"] for one in names} == {
        "Product Viewed": 3, "Product Added": 2, "Order Completed": 1,
    }  # fmt: skip
    found = client.get(house.at("/events/names"), params={"q": "order"}).json()["items"]
    assert [one["name"] for one in found] == ["Order Completed"]
    params = {"event": "Product Viewed"}
    offered = client.get(house.at("/events/properties"), params=params).json()["items"]
    platform = next(one for one in offered if one["name"].endswith("platform"))
    assert set(platform["examples"]) == {"ios", "web"}


def test_everything_sent_is_counted(house: House) -> None:
    assert house.client("analyst").get(house.at("/events/count")).json() == {
        "accepted": 6, "duplicate": 0, "quarantined": 0, "forgotten": 0, "in_lake": 6,
        "pending": 0,
    }  # fmt: skip


def test_every_metric_answers_with_its_passport(house: House) -> None:
    viewer = house.client("viewer")
    passports = viewer.get(house.at("/metrics")).json()["items"]
    assert {"people", "events", "orders", "gmv"} <= {one["id"] for one in passports}
    for passport in passports:
        ask = {"metric": passport["id"], "grain": "none", **period(house)}
        answer = viewer.post(house.at("/metrics/query"), json=ask)
        assert answer.status_code == 200, answer.text
        assert answer.json()["passport"] == passport


def test_a_metric_is_cut_by_time_and_by_a_field(house: House) -> None:
    ask = {"metric": "gmv", "grain": "none", "breakdown": "properties.platform", **period(house)}
    answer = house.client("viewer").post(house.at("/metrics/query"), json=ask).json()
    assert answer["currency"] == "CNY"
    assert {row["breakdown"]: row["value"] for row in answer["rows"]}["ios"] == 1234
    narrowed: dict[str, object] = {
        "metric": "people", "grain": "day",
        "filters": [{"field": "platform", "operator": "equals", "value": "web"}], **period(house),
    }  # fmt: skip
    rows = house.client("viewer").post(house.at("/metrics/query"), json=narrowed).json()["rows"]
    assert max(row["value"] for row in rows) == 2


def test_a_funnel_tells_how_many_went_on_and_how_fast(house: House) -> None:
    ask = {
        "steps": [{"event": n} for n in ("Product Viewed", "Product Added", "Order Completed")],
        "window_seconds": 3_600, "breakdown": "platform", **period(house),
    }  # fmt: skip
    answer = house.client("viewer").post(house.at("/analytics/funnel"), json=ask).json()
    assert [step["people"] for step in answer["steps"]] == [3, 2, 1]
    assert answer["steps"][1]["conversion_from_start"] == pytest.approx(2 / 3)
    assert answer["steps"][1]["median_seconds"] == pytest.approx(600)
    assert answer["passport"]["id"] == "funnel"
    parts = {part["breakdown"]: part["steps"][0]["people"] for part in answer["breakdowns"]}
    assert parts == {"web": 2, "ios": 1}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"steps": []}, 422), ({"window_seconds": 10**12}, 422), ({"order": "random"}, 422),
        ({"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, 422),
        ({"since": "2026-01-01T00:00:00"}, 422), ({"since": "0001-01-01T00:00:00+14:00"}, 422),
        ({"breakdown": ""}, 422), ({"breakdown": "properties"}, 422),
        ({"filters": [{"field": "x", "operator": "in", "value": []}]}, 422),
        ({"filters": [{"field": "x", "operator": "gt", "value": True}]}, 422),
    ],
)  # fmt: skip
def test_a_funnel_that_makes_no_sense_is_refused(
    house: House, change: dict[str, object], status: int
) -> None:
    ask = {"steps": [{"event": "A"}], "window_seconds": 60, **period(house), **change}
    answer = house.client("viewer").post(house.at("/analytics/funnel"), json=ask)
    assert answer.status_code == status, answer.text


def test_an_unknown_metric_is_404_and_too_fine_a_grain_422(house: House) -> None:
    viewer = house.client("viewer")
    unknown = viewer.post(house.at("/metrics/query"), json={"metric": "luck", **period(house)})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_metric")
    long = {"since": "1990-01-01T00:00:00Z", "until": "2019-01-01T00:00:00Z"}
    fine = viewer.post(
        house.at("/metrics/query"), json={"metric": "people", "grain": "hour", **long}
    )
    assert (fine.status_code, fine.json()["code"]) == (422, "period_too_long")


def test_the_overview_is_today_beside_last_week(house: House) -> None:
    page = house.client("viewer").get(house.at("/overview")).json()
    assert page["time_zone"] == "Asia/Shanghai"
    assert all(tile["passport"]["id"] == tile["metric"] for tile in page["tiles"])
    assert len(page["live"]["minutes"]) == 30
    assert {series["metric"] for series in page["series"]} >= {"people", "gmv"}
