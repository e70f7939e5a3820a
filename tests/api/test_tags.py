"""Tags over HTTP: groups and tags, giving and taking, what is refused and who may."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from api.api_house import Client, House, close, settle
from catchment.lake import Received


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two people who were seen once."""
    made = settle(tmp_path_factory.mktemp("tags"))
    events = [{"event": "Page Viewed", "user_id": user, "message_id": user} for user in ("a", "b")]
    now = made.services.clock.now_us()
    body = json.dumps({"events": events}).encode()
    made.services.log.append([Received(made.ours.id, "src_1", "catchment", now, body)])
    made.keep_people()
    yield made
    close(made)


@pytest.fixture
def owner(house: House) -> Client:
    return house.client("operator")


def people_of(house: House) -> list[str]:
    rows = house.client("operator").get(house.at("/events")).json()["items"]
    return sorted({row["person"] for row in rows})


def make(house: House, name: str, **group: Any) -> tuple[str, str]:
    client = house.client("operator")
    made = client.post(house.at("/tag-groups"), json={"name": name, **group}).json()
    tag = client.post(house.at("/tags"), json={"group_id": made["id"], "name": name}).json()
    return made["id"], tag["id"]


def test_a_tag_is_made_given_read_and_taken(house: House, owner: Client) -> None:
    group, tag = make(house, "Fair")
    person = people_of(house)[0]
    given = owner.post(
        house.at(f"/people/{person}/tags"), json={"tag_id": tag, "reason": "Met at the fair"}
    )
    assert given.status_code == 200
    (worn,) = given.json()["tags"]
    assert (worn["name"], worn["group_id"], worn["reason"]) == ("Fair", group, "Met at the fair")
    fair = [line["deed"] for line in given.json()["log"] if line["tag_name"] == "Fair"]
    assert fair == ["given"]
    assert owner.get(house.at(f"/tags/{tag}")).json()["subjects"] == 1
    taken = owner.delete(house.at(f"/people/{person}/tags/{tag}")).json()
    assert taken["tags"] == []
    log = owner.get(house.at(f"/tags/{tag}/log"), params={"limit": 1}).json()
    assert log["next_cursor"]
    again = owner.get(house.at(f"/tags/{tag}/log"), params={"cursor": log["next_cursor"]}).json()
    assert {log["items"][0]["deed"], again["items"][0]["deed"]} == {"given", "taken"}


def test_many_are_given_and_taken_at_once_and_deleting_says_how_many(
    house: House, owner: Client
) -> None:
    _, tag = make(house, "Many")
    ask = {"people": people_of(house), "reason": "All of them"}
    assert owner.post(house.at(f"/tags/{tag}/people"), json=ask).json() == {"people": 2}
    assert owner.post(house.at(f"/tags/{tag}/people"), json=ask).json() == {"people": 0}
    one = {"people": people_of(house)[:1]}
    assert owner.post(house.at(f"/tags/{tag}/people/take"), json=one).json() == {"people": 1}
    assert owner.delete(house.at(f"/tags/{tag}")).json()["subjects"] == 1
    assert owner.get(house.at(f"/tags/{tag}")).status_code == 404


def test_groups_and_tags_are_changed_and_listed(house: House, owner: Client) -> None:
    group, tag = make(house, "Old", is_exclusive=True)
    changed = owner.patch(house.at(f"/tag-groups/{group}"), json={"name": "New"}).json()
    assert (changed["name"], changed["is_exclusive"]) == ("New", True)
    assert owner.patch(house.at(f"/tags/{tag}"), json={"name": "Newer"}).json()["name"] == "Newer"
    names = [one["name"] for one in owner.get(house.at("/tags")).json()["items"]]
    assert "Newer" in names
    assert owner.delete(house.at(f"/tag-groups/{group}")).status_code == 409
    owner.delete(house.at(f"/tags/{tag}"))
    assert owner.delete(house.at(f"/tag-groups/{group}")).status_code == 204
    left = [one["id"] for one in owner.get(house.at("/tag-groups")).json()["items"]]
    assert group not in left


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/tag-groups", {"name": "Locked one"}, 409, "tag_name_taken"),
        ("/tags", {"group_id": "tgg_none", "name": "x"}, 404, "tag_group_unknown"),
        ("/people/per_nobody/tags", {"tag_id": "tag_none"}, 404, "person_unknown"),
        ("/tags/tag_none/people", {"people": ["{person}"]}, 404, "tag_unknown"),
        ("/tags/{locked}/people", {"people": ["{person}"]}, 409, "tag_group_locked"),
        ("/tags/{locked}/people", {"people": []}, 422, None),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(  # noqa: PLR0917  (pytest hands them in)
    house: House, owner: Client, path: str, body: dict[str, Any], status: int, code: str | None
) -> None:
    groups = {one["name"]: one for one in owner.get(house.at("/tag-groups")).json()["items"]}
    if "Locked one" not in groups:
        make(house, "Locked one", is_locked=True)
    tags = {one["name"]: one["id"] for one in owner.get(house.at("/tags")).json()["items"]}
    words = {"{locked}": tags["Locked one"], "{person}": people_of(house)[0]}
    text = json.dumps(body)
    for word, value in words.items():
        path, text = path.replace(word, value), text.replace(word, value)
    answer = owner.post(house.at(path), json=json.loads(text))
    assert answer.status_code == status, answer.text
    if code is not None:
        assert answer.json()["code"] == code


def test_reading_is_for_analysts_and_giving_for_operators(house: House) -> None:
    person = people_of(house)[0]
    for caller, reads, writes in (("viewer", 403, 403), ("analyst", 200, 403)):
        client = house.client(caller)
        assert client.get(house.at(f"/people/{person}/tags")).status_code == reads
        assert client.post(house.at("/tag-groups"), json={"name": "x"}).status_code == writes
