"""Duplicates over HTTP: searched for by a job, judged, merged by `same` and taken apart again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from api.api_house import House, close, settle

GIVEN = ("芳芳", "敏之", "静怡", "强")


def crowd() -> dict[str, dict[str, str]]:
    """Forty strangers of whom much is known, and two of them once more under another id."""
    names = [family + given for family in "王李张刘陈杨赵黄周吴" for given in GIVEN]
    people = {
        f"u{number}": {
            "name": name,
            "city": ("杭州", "上海", "成都")[number % 3],
            "street": f"{'文桂云'[number % 3]}{'一二三四五'[number % 5]}路{number * 7 + 1}号",
            "birthday": f"19{60 + number}-0{1 + number % 9}-{10 + number % 19}",
        }
        for number, name in enumerate(names)
    }
    return {**people, "again3": people["u3"], "again7": people["u7"]}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Both workspaces know the crowd, ours searched it."""
    made = settle(tmp_path_factory.mktemp("duplicates"))
    told: list[object] = [
        {"type": "identify", "user_id": user, "message_id": user, "traits": traits}
        for user, traits in crowd().items()
    ]
    made.send(told)
    made.send(told, workspace=made.theirs)
    made.keep_people()
    ordered = made.client("operator").post(made.at("/duplicates/search"))
    assert ordered.status_code == 202
    made.run_jobs()
    job = made.client("operator").get(made.at(f"/jobs/{ordered.json()['id']}")).json()
    assert (job["state"], job["result"]["people"], job["result"]["duplicates"]) == ("done", 42, 2)
    yield made
    close(made)


def get(house: House, path: str, **params: str) -> dict[str, Any]:
    answer = house.client("analyst").get(house.at(path), params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def counts(house: House) -> int:
    number: int = get(house, "/duplicates/counts")["duplicates"]
    return number


def person(house: House, user: str) -> str:
    return str(get(house, "/people/lookup", kind="user", value=user)["person"])


def suggestion(house: House, *users: str) -> dict[str, Any]:
    wanted = {person(house, user) for user in users}
    found: list[dict[str, Any]] = get(house, "/duplicates")["items"]
    return next(one for one in found if {one["left"]["person"], one["right"]["person"]} == wanted)


def test_same_merges_and_a_split_takes_it_apart_again(house: House) -> None:
    before, operator = counts(house), house.client("operator")
    both = {person(house, "u3"), person(house, "again3")}
    found = suggestion(house, "u3", "again3")
    assert (found["state"], found["are_one"], found["likeness"]["name"]) == ("open", False, "same")
    assert found["left"]["name"] == found["right"]["name"] == f"{crowd()['u3']['name'][:1]}**"
    at = house.at(f"/duplicates/{found['id']}")
    ask = {"verdict": "same", "reason": "Called her: she has two accounts."}
    decided = operator.post(at, json=ask)
    assert decided.status_code == 200, decided.text
    assert (decided.json()["state"], decided.json()["are_one"]) == ("confirmed", True)
    one = person(house, "u3")
    assert {one, person(house, "again3")} == {one}
    assert get(house, f"/people/{one}")["sums"]["events"] == 2
    assert counts(house) == before - 1
    again = operator.post(at, json=ask)
    assert (again.status_code, again.json()["code"]) == (409, "suggestion_decided")
    nodes = get(house, f"/people/{one}/identity")["nodes"]
    joined = next(node["subject"] for node in nodes if not node["is_name_giver"])
    split = operator.post(
        house.at(f"/people/{one}/split"), json={"subject": joined, "reason": "Twin sisters"}
    )
    assert split.status_code == 200, split.text
    assert {person(house, "u3"), person(house, "again3")} == both
    kept = get(house, "/duplicates", state="confirmed")["items"]
    assert [(one["reason"], one["are_one"]) for one in kept] == [(ask["reason"], False)]


def test_different_merges_nobody_and_is_not_suggested_again(house: House) -> None:
    operator, before = house.client("operator"), counts(house)
    both = {person(house, "u7"), person(house, "again7")}
    found = suggestion(house, "u7", "again7")
    ask = {"verdict": "different", "reason": "Mother and daughter"}
    decided = operator.post(house.at(f"/duplicates/{found['id']}"), json=ask).json()
    assert (decided["state"], decided["are_one"]) == ("rejected", False)
    assert decided["decided_by"] is not None
    assert {person(house, "u7"), person(house, "again7")} == both
    operator.post(house.at("/duplicates/search"))
    house.run_jobs()
    assert counts(house) == before - 1
    rejected = get(house, "/duplicates", state="rejected")["items"]
    assert [one["id"] for one in rejected] == [found["id"]]


def test_a_reason_is_asked_for_and_a_viewer_may_not_look(house: House) -> None:
    found = (
        get(house, "/duplicates", state="rejected")["items"] or get(house, "/duplicates")["items"]
    )
    at = house.at(f"/duplicates/{found[0]['id']}")
    for ask in ({"verdict": "same"}, {"verdict": "same", "reason": ""}, {"verdict": "perhaps"}):
        assert house.client("operator").post(at, json=ask).status_code == 422
    assert house.client("viewer").get(house.at("/duplicates")).status_code == 403
    analyst = house.client("analyst").post(at, json={"verdict": "same", "reason": "So be it"})
    assert analyst.status_code == 403


def test_what_was_found_among_ours_is_not_told_next_door(house: House) -> None:
    stranger = house.client("stranger")
    for state in ("open", "confirmed", "rejected"):
        at = house.at("/duplicates", house.theirs)
        assert stranger.get(at, params={"state": state}).json()["items"] == []
    assert stranger.get(house.at("/duplicates/counts", house.theirs)).json()["duplicates"] == 0
