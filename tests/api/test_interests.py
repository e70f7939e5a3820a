"""The interest graph over HTTP: asked, walked, explained, and silent to those without a right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from api.api_house import House, close, settle
from catchment.lake import Received

TOPIC = "tea/green & co"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Ann and Bob look at a tea, Ann in a show whose host Cid follows."""
    made = settle(tmp_path_factory.mktemp("interests"))
    start = made.services.clock.now() - timedelta(minutes=50)
    show = {"live_id": "l1", "room_id": "r1"}
    tea = {"product_id": "p1", "name": "绿茶", "name_en": "Green tea", "category": TOPIC, **show}
    told: list[tuple[str, str, dict[str, Any]]] = [
        ("ann", "Live Product Clicked", tea), ("ann", "Live Product Clicked", tea),
        ("bob", "Live Product Clicked", tea),
        ("ann", "Live Room Entered", show),
        ("dan", "Nothing Much", {}),
        ("cid", "Host Followed", {"host_id": "h1", "host_name": "Lan", **show}),
    ]  # fmt: skip
    events = [
        {"event": name, "user_id": who, "message_id": f"m{number}", "properties": properties,
         "timestamp": (start + timedelta(minutes=number)).isoformat()}
        for number, (who, name, properties) in enumerate(told)
    ]  # fmt: skip
    events.append(
        {"type": "identify", "user_id": "ann", "message_id": "i1", "traits": {"name": "安妮"}}
    )
    body = json.dumps({"events": events}).encode()
    now = made.services.clock.now_us()
    made.services.log.append([Received(made.ours.id, "src_1", "catchment", now, body)])
    made.lander.catch_up()
    made.keep_people()
    made.keep_interests()
    yield made
    close(made)


def ask(house: House, path: str, **params: object) -> dict[str, Any]:
    answer = house.client("analyst").get(house.at(path), params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def person(house: House, user: str) -> str:
    events = ask(house, "/events", q=user)["items"]
    return next(str(event["person"]) for event in events if event["user_id"] == user)


def test_the_graph_is_counted_and_searched(house: House) -> None:
    whole = ask(house, "/interests")
    counts = {one["kind"]: one["count"] for one in whole["counts"]}
    assert counts == {"person": 3, "product": 1, "topic": 1, "brand": 0, "content": 1, "room": 1,
                      "host": 1}  # fmt: skip
    assert whole["half_life_days"] == 30
    assert [one["id"] for one in ask(house, "/interests", q="green TEA")["items"]] == ["p1"]
    assert ask(house, "/interests", q="green tea", kind="host")["items"] == []


def test_a_person_is_answered_by_kind_with_reasons(house: House) -> None:
    ann = person(house, "ann")
    found = ask(house, f"/people/{ann}/interests")
    kinds = {one["kind"]: one["items"] for one in found["kinds"]}
    product = kinds["product"][0]
    assert (product["item"]["name"], product["item"]["name_en"]) == ("绿茶", "Green tea")
    (step,) = product["why"]["steps"]
    (clicked,) = step["evidence"]
    assert (clicked["verb"], clicked["count"], clicked["place"]["id"]) == ("clicked", 2, "l1")
    assert clicked["first_at"] < clicked["last_at"]
    assert [s["target"]["id"] for s in kinds["topic"][0]["why"]["steps"]] == ["p1", TOPIC]
    only = ask(house, f"/people/{ann}/interests", kind="topic", limit=1)
    assert [one["kind"] for one in only["kinds"]] == ["topic"]


def test_a_topic_with_a_slash_has_neighbours_and_people(house: House) -> None:
    near = ask(house, f"/interests/topic/{quote(TOPIC, safe='')}/neighbours")
    assert [one["item"]["id"] for one in near["neighbours"]] == ["p1"]
    assert near["neighbours"][0]["evidence"][0]["verb"] == "is_about"
    caring = ask(house, f"/interests/topic/{quote(TOPIC, safe='')}/people", limit=2)["people"]
    assert {one["item"]["id"] for one in caring} == {person(house, "ann"), person(house, "bob")}
    assert ask(house, "/interests/product/p1/neighbours", of="brand")["neighbours"] == []


def test_people_alike_and_the_path_between_two(house: House) -> None:
    ann, bob = person(house, "ann"), person(house, "bob")
    alike = ask(house, f"/people/{ann}/alike")["people"]
    assert alike[0]["item"]["id"] == bob
    paths = ask(house, "/interests/path", **{"from": f"person:{ann}", "to": "host:h1"})["paths"]
    assert paths[0]["steps"][0]["source"]["id"] == ann
    assert paths[0]["steps"][-1]["target"]["name"] == "Lan"


def test_who_refused_machines_is_told_of_by_nobody(house: House) -> None:
    ann, bob = person(house, "ann"), person(house, "bob")
    item = f"/interests/topic/{TOPIC}/people"
    assert {one["item"]["id"] for one in ask(house, item)["people"]} >= {ann, bob}
    rights = house.at(f"/people/{bob}/rights")
    assert house.client("operator").post(rights, json={"kind": "opt_out"}).status_code == 202
    assert bob not in {one["item"]["id"] for one in ask(house, item)["people"]}
    assert bob not in {one["item"]["id"] for one in ask(house, f"/people/{ann}/alike")["people"]}
    assert ask(house, f"/people/{bob}/alike")["people"] == []
    assert ask(house, f"/interests/person/{bob}/people")["people"] == []
    assert all(not one["items"] for one in ask(house, f"/people/{bob}/interests")["kinds"])
    assert any(one["items"] for one in ask(house, f"/people/{ann}/interests")["kinds"])
    house.client("operator").post(rights, json={"kind": "opt_in"})
    assert bob in {one["item"]["id"] for one in ask(house, item)["people"]}


@pytest.mark.parametrize(
    "path",
    [
        "/interests/planet/mars/neighbours", "/interests/product/none/people",
        "/interests/path?from=topic:none&to=topic:none", "/interests/path?from=odd&to=",
    ],
)  # fmt: skip
def test_what_is_not_there_is_missing(house: House, path: str) -> None:
    answer = house.client("analyst").get(house.at(path))
    assert (answer.status_code, answer.json()["code"]) == (404, "item_unknown")


@pytest.mark.parametrize("what", ["interests", "alike"])
def test_who_did_nothing_cares_about_nothing_and_nobody_is_missing(house: House, what: str) -> None:
    empty = ask(house, f"/people/{person(house, 'dan')}/{what}")
    assert [kind["items"] for kind in empty.get("kinds", [])] == [[]] * len(empty.get("kinds", []))
    assert empty.get("people", []) == []
    answer = house.client("analyst").get(house.at(f"/people/per_nobody/{what}"))
    assert (answer.status_code, answer.json()["code"]) == (404, "nobody_there")


def test_people_are_called_by_their_names(house: House) -> None:
    [listed] = ask(house, "/people", search="安妮")["items"]
    mine = ask(house, f"/people/{listed['person']}/interests")
    assert mine["person"]["name"] == listed["name"] == "安**"
    bob = person(house, "bob")
    alike = {one["item"]["id"]: one["item"]["name"]
             for one in ask(house, f"/people/{bob}/alike")["people"]}  # fmt: skip
    assert alike[listed["person"]] == "安**"
    assert set(alike.values()) <= {"安**", ""}
    steps = ask(house, "/interests/path", **{"from": f"person:{bob}", "to": "host:h1"})["paths"]
    assert steps[0]["steps"][0]["source"]["name"] == ""


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"kind": "planet"}])
def test_odd_questions_are_refused(house: House, params: dict[str, object]) -> None:
    assert house.client("analyst").get(house.at("/interests"), params=params).status_code == 422


def test_who_may_not_see_people_sees_no_interests(house: House) -> None:
    assert house.client("viewer").get(house.at("/interests")).status_code == 403
