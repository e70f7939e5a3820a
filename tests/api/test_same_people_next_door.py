"""Two workspaces that know the same people by the same identifiers still share nothing of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from api.api_house import Client, House, close, settle
from catchment.access import Workspace

PHONE = "13812345678"
OURS, THEIRS = "ours-51c0", "theirs-9b7e"
"""Stand in whatever one of the two knows alone."""


def told(mark: str, watchers: tuple[str, ...]) -> list[object]:
    """Mei, her phone and the same tea; who else looked at it, and every word, is one's own."""
    tea = {"product_id": "tea", "name": mark, "category": f"topic {mark}"}
    mei = {"type": "identify", "user_id": "mei", "message_id": "i", "traits": {
        "name": mark, "phone": PHONE, "note": mark}}  # fmt: skip
    seen = [
        {"event": "Product Viewed", "user_id": user, "message_id": f"v {user}", "properties": tea}
        for user in ("mei", *watchers)
    ]
    return [mei, *seen]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The same Mei in both; two others looked at ours, one at theirs."""
    made = settle(tmp_path_factory.mktemp("same"))
    made.send(told(OURS, ("ann", "bob")))
    made.send(told(THEIRS, ("cid",)), workspace=made.theirs)
    made.keep_people()
    made.keep_interests()
    yield made
    close(made)


def sides(house: House) -> list[tuple[Client, Workspace, str, str]]:
    """Who asks, where, what is theirs, and what is the other's."""
    return [
        (house.client("owner"), house.ours, OURS, THEIRS),
        (house.client("stranger"), house.theirs, THEIRS, OURS),
    ]


def person(house: House, client: Client, workspace: Workspace, kind: str, value: str) -> str:
    at = house.at("/people/lookup", workspace)
    return str(client.get(at, params={"kind": kind, "value": value}).json()["person"])


def test_one_phone_is_another_person_in_each(house: House) -> None:
    ids = [person(house, c, w, kind, value) for c, w, _, _ in sides(house)
           for kind, value in (("user", "mei"), ("phone", PHONE))]  # fmt: skip
    assert ids[0] == ids[1]
    assert ids[2] == ids[3]
    assert ids[0] != ids[2]
    missing = house.client("stranger").get(
        house.at("/people/lookup", house.theirs), params={"kind": "user", "value": "ann"}
    )
    assert missing.status_code == 404


def test_interests_of_one_item_are_each_ones_own(house: House) -> None:
    for (client, workspace, own, other), watchers in zip(sides(house), (3, 2), strict=True):
        mei = person(house, client, workspace, "user", "mei")
        answers = {
            path: client.get(house.at(path, workspace))
            for path in (
                "/interests", f"/interests?q={own}", "/interests/product/tea/neighbours",
                "/interests/product/tea/people", f"/people/{mei}/interests", f"/people/{mei}/alike",
                f"/interests/path?from=person:{mei}&to=product:tea",
            )
        }  # fmt: skip
        assert {path: one.status_code for path, one in answers.items() if not one.is_success} == {}
        texts = " ".join(one.text for one in answers.values())
        assert own in texts
        assert other not in texts
        assert len(answers["/interests/product/tea/people"].json()["people"]) == watchers
        assert len(answers[f"/people/{mei}/alike"].json()["people"]) == watchers - 1
        counts = {one["kind"]: one["count"] for one in answers["/interests"].json()["counts"]}
        assert (counts["person"], counts["topic"]) == (watchers, 1)


def test_audiences_lists_and_their_files_hold_each_ones_own_people(house: House) -> None:
    rule = {"did": {"event": "Product Viewed"}}
    trait = {"name": "note", "label_zh": "备注", "label_en": "Note", "type": "text",
             "declared": {"field": "traits.note"}}  # fmt: skip
    made: list[dict[str, Any]] = []
    for client, workspace, _, _ in sides(house):
        assert client.post(house.at("/traits", workspace), json=trait).status_code == 201
        new = {"name": "Watchers", "rule": rule}
        made.append(client.post(house.at("/audiences", workspace), json=new).json())
    house.keep_people()
    for (client, workspace, own, other), audience, size in zip(
        sides(house), made, (3, 2), strict=True
    ):
        at = house.at(f"/audiences/{audience['id']}", workspace)
        assert client.get(at).json()["size"] == size
        ask = {"format": "csv", "purpose": "To see whose they are", "traits": ["note"]}
        order = client.post(f"{at}/exports", json=ask).json()
        house.run_jobs()
        file = client.get(f"{at}/exports/{order['id']}/file")
        assert file.status_code == 200, file.text
        rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
        assert len(rows) == 1 + size
        assert own in file.text
        assert other not in file.text
        listed = client.post(
            house.at("/lists", workspace), params={"name": "Fair", "kind": "user"},
            files={"file": ("fair.csv", b"mei\nann\nbob\ncid\n")},
        ).json()  # fmt: skip
        assert (listed["rows"], listed["people"]) == (4, size)
    mine, next_door = (one["id"] for one in made)
    swapped = house.client("stranger").get(
        house.at(f"/audiences/overlap?ids={mine}&ids={next_door}", house.theirs)
    )
    assert swapped.status_code == 404, swapped.text
