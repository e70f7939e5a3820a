"""Who is who, through the API: shown masked, previewed, decided, taken back, and kept apart."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from api.api_house import House
from catchment.collect import SubjectHasher
from catchment.lake import Received
from catchment.people import catch_up

HASHER = SubjectHasher(b"k" * 32)
PHONE = "13812345678"


@pytest.fixture(scope="module", autouse=True)
def people(house: House) -> None:
    """Ann with a device and a phone, Bob with a phone that is no number, and a scan by phone."""
    source = house.client("owner").post(house.at("/sources"), json={"name": "Shop"}).json()
    events: list[dict[str, Any]] = [
        {"message_id": "i1", "event": "Seen", "anonymous_id": "d1"},
        {"message_id": "i2", "type": "identify", "user_id": "ann", "anonymous_id": "d1",
         "traits": {"phone": PHONE}},
        {"message_id": "i3", "type": "identify", "user_id": "bob", "traits": {"phone": "12"}},
        {"message_id": "i4", "event": "Scanned", "identities": {"phone": "+86 " + PHONE}},
    ]  # fmt: skip
    body = json.dumps({"events": events}).encode()
    now_us = house.services.clock.now_us()
    house.services.log.append([Received(house.ours.id, source["id"], "catchment", now_us, body)])
    house.lander.catch_up()
    catch_up(house.services.registrar.works, house.ours.id)


def person(house: House, kind: str, value: str) -> str:
    return f"per_{HASHER.subject(house.ours.id, kind, value)}"


def identity(house: House, asked: str) -> dict[str, Any]:
    answer = house.client("analyst").get(house.at(f"/people/{asked}/identity"))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_a_person_is_shown_with_evidence_and_without_their_number(house: House) -> None:
    ann = person(house, "user", "ann")
    found = identity(house, person(house, "anon", "d1"))
    assert (found["person"], found["asked_id"]) == (ann, person(house, "anon", "d1"))
    shown = {node["kind"]: node["masked"] for node in found["nodes"]}
    assert shown == {"user": "ann", "anon": "****", "phone": "138****5678"}
    assert PHONE not in json.dumps(found)
    assert {edge["verdict"] for edge in found["edges"]} == {"joined"}
    assert all(len(edge["evidence_event_key"]) == 32 for edge in found["edges"])


def test_a_split_is_previewed_done_explained_and_restored(house: House) -> None:
    operator, ann = house.client("operator"), person(house, "user", "ann")
    phone = HASHER.subject(house.ours.id, "phone", "+86" + PHONE)
    ask = {"subject": phone, "reason": "Two sisters share it"}
    at = house.at(f"/people/{ann}/split")
    would = operator.post(at, json={**ask, "dry_run": True}).json()
    assert would.pop("decision_id") is None
    assert len(identity(house, ann)["nodes"]) == 3
    done = operator.post(at, json=ask).json()
    decision_id = done.pop("decision_id")
    assert done == would
    assert (done["subjects_moved"], done["events_moved"]) == (1, 1)
    [cut] = [e for e in identity(house, ann)["edges"] if e["verdict"] == "withdrawn"]
    assert cut["reason"] == ask["reason"]
    decided = operator.get(house.at(f"/people/{ann}/decisions")).json()["items"]
    assert [one["id"] for one in decided] == [decision_id]
    again = operator.post(at, json=ask)
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_decide")
    back = operator.post(house.at(f"/people/{ann}/restore"), json={"reason": "They do not"})
    assert back.status_code == 200
    assert len(identity(house, ann)["nodes"]) == 3


def test_merging_needs_a_reason_and_two_people(house: House) -> None:
    operator = house.client("operator")
    two = [person(house, "user", "ann"), person(house, "user", "bob")]
    for wrong in (
        {"people": two},
        {"people": two, "reason": ""},
        {"people": two[:1], "reason": "x"},
    ):
        assert operator.post(house.at("/people/merge"), json=wrong).status_code == 422
    would = operator.post(
        house.at("/people/merge"), json={"people": two, "reason": "same", "dry_run": True}
    ).json()
    assert (set(would["people_before"]), len(would["people_after"])) == (set(two), 1)


def test_refused_identifiers_are_counted_with_an_example(house: House) -> None:
    found = house.client("analyst").get(house.at("/identity/refusals")).json()["items"]
    [row] = [one for one in found if one["reason"] == "malformed"]
    assert (row["kind"], row["count"], row["example"]) == ("phone", 1, "****")


def test_rules_are_previewed_and_checked(house: House) -> None:
    owner = house.client("owner")
    rules = owner.get(house.at("/identity/rules")).json()["kinds"]
    ask = [{k: v for k, v in kind.items() if k != "is_built_in"} for kind in rules]
    preview = owner.post(house.at("/identity/rules/preview"), json={"kinds": ask}).json()
    assert (preview["split"], preview["merged"], preview["needs_rereading"]) == (0, 0, False)
    refused = owner.put(house.at("/identity/rules"), json={"kinds": ask[1:]})
    assert (refused.status_code, refused.json()["code"]) == (422, "kinds_malformed")
    own = {"name": "loyalty", "label_zh": "会员卡", "label_en": "Loyalty card",
           "strength": "strong", "priority": 75, "limit": 1, "places": ["traits.card"]}  # fmt: skip
    kept = owner.put(house.at("/identity/rules"), json={"kinds": [*ask, own]}).json()["kinds"]
    assert [kind["name"] for kind in kept if kind["strength"] == "strong"][-1] == "loyalty"
    # Events are read again under the new rules, as the worker does within seconds.
    catch_up(house.services.registrar.works, house.ours.id)
    wrong = {**own, "name": "card", "priority": 76, "places": ["headers.card"]}
    assert owner.put(house.at("/identity/rules"), json={"kinds": [*ask, wrong]}).status_code == 422


def test_the_next_workspace_knows_nobody_of_ours(house: House) -> None:
    ann = person(house, "user", "ann")
    stranger = house.client("stranger")
    assert stranger.get(house.at(f"/people/{ann}/identity")).status_code == 404
    theirs = house.at(f"/people/{ann}/identity", house.theirs)
    answer = stranger.get(theirs)
    assert (answer.status_code, answer.json()["code"]) == (404, "person_not_in_book")


def test_an_unmasked_answer_would_be_caught(house: House) -> None:
    """The wrong variant: the same answer with the value as it was sent."""
    found = house.services.registrar.identity_of(house.ours.id, person(house, "user", "ann"))
    bare = [replace(node, masked="+86" + PHONE) for node in found.nodes]
    assert any(PHONE in node.masked for node in bare)
    assert not any(PHONE in node.masked for node in found.nodes)
