"""Asking for a value, being granted it, seeing it: over the API, with nobody alone in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from api.api_house import Client, House, close, settle
from catchment import access
from catchment.api import create_app
from catchment.kernel import encode_cursor
from catchment.store import UnitOfWork
from catchment.vault import DataClass, rotate_master_key, rotate_workspace_key
from catchment.vault.parts import privacy_parts

PHONE = "13957846291"
WHY = "Calls back about order 1001"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, records: str | None) -> Iterator[House]:
    made = settle(tmp_path_factory.mktemp("privacy"), records)
    told = {"phone": PHONE, "name": "Zhuang Meihua", "city": "Guangzhou"}
    made.send([{"type": "identify", "user_id": "u-1", "message_id": "m-1", "traits": told}])
    made.keep_people()
    yield made
    close(made)


@pytest.fixture
def person(house: House) -> str:
    found = house.client("operator").get(
        house.at("/people/lookup"), params={"kind": "user", "value": "u-1"}
    )
    return str(found.json()["person"])


def granted(house: House, kinds: list[str], **more: Any) -> str:
    ask = {"purpose": "service", "kinds": kinds, "people_max": 5, "reason": WHY, **more}
    asked = house.client("operator").post(house.at("/privacy/grants"), json=ask)
    assert asked.status_code == 201, asked.text
    grant_id = asked.json()["id"]
    answered = house.client("keeper").post(house.at(f"/privacy/grants/{grant_id}/approve"))
    assert answered.json()["state"] == "granted"
    return str(grant_id)


def reveal(
    house: House, person: str, field: dict[str, Any], grant_id: str | None,
    client: Client | None = None, *, once: str | None = None,
) -> Any:  # fmt: skip
    ask = {"field": field, "purpose": "service", "grant_id": grant_id, "reason": WHY}
    headers = {} if once is None else {"Idempotency-Key": once}
    return (client or house.client("operator")).post(
        house.at(f"/people/{person}/reveal"), json=ask, headers=headers
    )


def test_a_granted_value_is_shown_once_kept_nowhere_and_in_the_trail(
    house: House, person: str
) -> None:
    grant_id = granted(house, ["phone"])
    shown = reveal(house, person, {"trait": "phone"}, grant_id, once="once")
    assert shown.status_code == 200, shown.text
    assert shown.json()["value"] == PHONE
    assert shown.headers["cache-control"] == "no-store"
    again = reveal(house, person, {"trait": "phone"}, grant_id, once="once")
    assert (again.status_code, again.json()["code"]) == (409, "answer_shown_once")
    trail = house.client("auditor").get(house.at("/privacy/trail"), params={"action": "reveal"})
    (first, *_) = trail.json()["items"]
    assert first["seq"] == shown.json()["trail_seq"]
    assert (first["person"], first["kinds"], first["purpose"]) == (person, ["phone"], "service")
    assert PHONE not in trail.text
    verdict = house.client("auditor").post(house.at("/privacy/trail/verify")).json()
    assert (verdict["is_whole"], verdict["first_fault"]) == (True, None)


def test_an_identifier_is_named_by_its_subject_and_must_be_theirs(
    house: House, person: str
) -> None:
    grant_id = granted(house, ["phone"])
    page = house.client("operator").get(house.at(f"/people/{person}")).json()
    (phone,) = [one for one in page["identifiers"] if one["kind"] == "phone"]
    shown = reveal(house, person, {"identifier": phone["subject"]}, grant_id)
    assert shown.json()["value"].endswith(PHONE)
    for nothing in (
        {"identifier": "00" * 16}, {"trait": "city"}, {"trait": "nothing"}, {},
        {"trait": "phone", "nth": 1},
    ):  # fmt: skip
        assert reveal(house, person, nothing, grant_id).status_code == 404


def test_refusals_name_their_rule(house: House, person: str) -> None:
    grant_id = granted(house, ["name"])
    beyond = reveal(house, person, {"trait": "phone"}, grant_id)
    assert (beyond.status_code, beyond.json()["code"]) == (403, "grant_refused")
    assert beyond.json()["errors"][0]["code"] == "kind"
    without = reveal(house, person, {"trait": "phone"}, None)
    assert (without.status_code, without.json()["code"]) == (403, "grant_needed")
    wide = {"purpose": "service", "kinds": ["phone"], "minutes": 481, "reason": WHY}
    asked = house.client("operator").post(house.at("/privacy/grants"), json=wide)
    assert (asked.status_code, asked.json()["errors"][0]["code"]) == (403, "too_long")


def test_the_owner_reveals_nothing_not_even_through_a_key_of_theirs(
    house: House, person: str
) -> None:
    owner = house.client("owner")
    assert reveal(house, person, {"trait": "phone"}, None, owner).status_code == 403
    with UnitOfWork(house.services.database) as uow:
        me = owner.get("/api/v1/me").json()["operator"]["id"]
        # A key that a key made, which was revoked since, is a second self all the same.
        between = access.create_key(
            uow, house.ours.id, "between", ["admin"], actor=me,
            clock=house.services.clock, ids=house.services.ids,
        )  # fmt: skip
        made = access.create_key(
            uow, house.ours.id, "mine", ["people:reveal"], actor=between.key.id,
            clock=house.services.clock, ids=house.services.ids,
        )  # fmt: skip
        access.revoke_key(
            uow, house.ours.id, between.key.id, actor=me,
            clock=house.services.clock, ids=house.services.ids,
        )  # fmt: skip
    program = house.client("anonymous")
    program.headers["Authorization"] = f"Bearer {made.secret}"
    ask = {"purpose": "service", "kinds": ["phone"], "reason": WHY}
    asked = program.post(house.at("/privacy/grants"), json=ask).json()
    at = house.at(f"/privacy/grants/{asked['id']}/approve")
    refused = owner.post(at)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "not_by_oneself")
    assert house.client("keeper").post(at).status_code == 200
    shown = reveal(house, person, {"trait": "phone"}, asked["id"], program)
    assert shown.json()["value"] == PHONE


def test_two_people_destroy_a_key_and_one_cannot(house: House) -> None:
    rotate_workspace_key(house.services.keys, house.ours.id, DataClass.IMPORTANT)
    at = house.at("/privacy/keys/important/1/destruction")
    keeper, owner = house.client("keeper"), house.client("owner")
    asked = keeper.post(at, json={"reason": "retired"})
    assert asked.status_code == 200, asked.text
    assert keeper.post(f"{at}/approve").status_code == 403
    approved = owner.post(f"{at}/approve").json()
    (old,) = [
        one for one in approved["workspace_keys"]
        if (one["data_class"], one["version"]) == ("important", 1)
    ]  # fmt: skip
    assert (old["state"], old["due_at"] is not None) == ("destroying", True)
    kept = owner.delete(at).json()["workspace_keys"]
    assert {one["state"] for one in kept} == {"active", "decrypt_only"}


def test_the_master_key_is_rotated_and_its_old_version_takes_two(house: House) -> None:
    keeper, owner = house.client("keeper"), house.client("owner")
    job = keeper.post(house.at("/privacy/keys/master/rotate"))
    assert (job.status_code, job.json()["kind"]) == (202, "privacy.rotate_master_key")
    for who in ("operator", "auditor"):
        assert house.client(who).post(house.at("/privacy/keys/master/rotate")).status_code == 403
    before = keeper.get(house.at("/privacy/keys")).json()["master"]
    made = rotate_master_key(house.services.keys).version
    master = keeper.get(house.at("/privacy/keys")).json()["master"]
    assert master["fingerprint"] != before["fingerprint"]
    assert (master["rotation"]["state"], master["rotation"]["version"]) == ("done", made)
    assert [one["wraps"] > 0 for one in master["versions"]] == [False] * (made - 1) + [True]
    at = house.at(f"/privacy/keys/master/{made - 1}/destruction")
    in_use = keeper.post(house.at(f"/privacy/keys/master/{made}/destruction"), json={"reason": WHY})
    assert (in_use.status_code, in_use.json()["code"]) == (409, "key_still_needed")
    assert keeper.post(at, json={"reason": "retired"}).status_code == 200
    assert keeper.post(f"{at}/approve").status_code == 403
    old = owner.post(f"{at}/approve").json()["master"]["versions"][-2]
    assert (old["state"], old["due_at"] is not None) == ("destroying", True)
    kept = owner.delete(at).json()["master"]["versions"][-2]
    assert (kept["state"], kept["asked_by"]) == ("decrypt_only", None)
    lines = house.client("auditor").get(house.at("/privacy/trail")).json()["items"]
    assert {"key.master.rotate", "key.master.destruction.ask", "key.master.destruction.approve",
            "key.master.destruction.cancel"} <= {one["action"] for one in lines}  # fmt: skip


def test_rotation_is_a_job_and_keys_away_is_said(house: House) -> None:
    keeper = house.client("keeper")
    job = keeper.post(house.at("/privacy/keys/rotate"), json={"data_class": "common"})
    assert (job.status_code, job.json()["kind"]) == (202, "privacy.rotate_key")
    sealed = keeper.put(house.at("/privacy/keys/cipher"), json={"cipher": "sm4-gcm"}).json()
    assert (sealed["cipher"], sealed["is_away"]) == ("sm4-gcm", False)
    keeper.put(house.at("/privacy/keys/cipher"), json={"cipher": "aes-256-gcm"})
    keys = house.services.home / "privacy" / "home.keys"
    keys.rename(keys.with_name("elsewhere"))
    try:
        away = keeper.get(house.at("/privacy/keys"))
        assert (away.status_code, away.json()["is_away"]) == (200, True)
        verdict = house.client("auditor").post(house.at("/privacy/trail/verify"))
        assert (verdict.status_code, verdict.json()["code"]) == (503, "keys_away")
    finally:
        keys.with_name("elsewhere").rename(keys)


def test_the_register_comes_as_a_table_too(house: House) -> None:
    auditor = house.client("auditor")
    rows = auditor.get(house.at("/privacy/register")).json()["items"]
    table = auditor.get(house.at("/privacy/register"), params={"format": "csv"})
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.splitlines()) == len(rows) + 1
    phone = next(one for one in rows if one["kind"] == "phone")
    assert phone["values_kept"] >= 1


def test_look_ups_by_identifier_are_counted_and_end(house: House) -> None:
    services, me = house.services, house.client("analyst").get("/api/v1/me").json()
    with UnitOfWork(services.database, reads_only=True) as uow:
        before = services.privacy.trail.readings_of(uow, house.ours.id, me["operator"]["id"], 0)
    few = privacy_parts(
        services.database, services.vault, services.keys, services.home / "privacy" / "home.keys",
        may_use=lambda *_: True, clock=services.clock, ids=services.ids, per_hour=before + 3,
    )  # fmt: skip
    client = house.client("analyst", app=create_app(replace(services, privacy=few)))
    look = {"kind": "phone", "value": PHONE}
    ask = house.at("/people/lookup")
    assert client.get(ask, params=look).status_code == 200
    assert client.post(house.at("/people/search"), json={"search": PHONE}).status_code == 200
    assert client.get(house.at("/people"), params={"search": PHONE}).status_code == 200
    for _ in range(3):
        user = {"kind": "user", "value": "u-1"}
        assert client.get(ask, params=user).status_code == 200, "their own ids are not counted"
    refused = client.get(ask, params=look)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_readings")
    assert "retry-after" in refused.headers
    assert client.post(house.at("/people/search"), json={"search": PHONE}).status_code == 429


@pytest.mark.parametrize(
    "written",
    ["0" + PHONE, f"０{PHONE}", "139 * 5784 * 6291", "139   5784   6291", f"any:0{PHONE}",
     f"0086-0{PHONE}"],
)  # fmt: skip
def test_whoever_can_be_found_by_a_spelling_is_counted_by_it(house: House, written: str) -> None:
    client, auditor = house.client("owner"), house.client("auditor")
    read = {"action": "lookup", "limit": 1}
    before = auditor.get(house.at("/privacy/trail"), params=read).json()["items"]
    found = client.post(house.at("/people/search"), json={"search": written}).json()
    after = auditor.get(house.at("/privacy/trail"), params=read).json()["items"]
    assert found["total"] == 1, "this test looks for what is found"
    assert after[0]["seq"] > (before[0]["seq"] if before else 0)


def test_senders_own_ids_are_looked_for_without_being_counted(house: House) -> None:
    client, auditor = house.client("owner"), house.client("auditor")
    read = {"action": "lookup", "limit": 1}
    before = auditor.get(house.at("/privacy/trail"), params=read).json()["items"]
    for text in ("u-1", "100234567", "Zhuang Mei", "庄美", "9007199254740993123"):
        client.post(house.at("/people/search"), json={"search": text}).raise_for_status()
    ours = {"kind": "user", "value": "u-1"}
    client.get(house.at("/people/lookup"), params=ours).raise_for_status()
    assert auditor.get(house.at("/privacy/trail"), params=read).json()["items"] == before
    client.get(house.at("/people/lookup"), params={"kind": "user", "value": PHONE})
    assert auditor.get(house.at("/privacy/trail"), params=read).json()["items"] != before


@pytest.mark.parametrize("way", ["body", "address", "filtered", "second page"])
def test_who_is_found_by_name_is_counted_without_the_name(house: House, way: str) -> None:
    services, me = house.services, house.client("analyst").get("/api/v1/me").json()
    with UnitOfWork(services.database, reads_only=True) as uow:
        before = services.privacy.trail.readings_of(uow, house.ours.id, me["operator"]["id"], 0)
    few = privacy_parts(
        services.database, services.vault, services.keys, services.home / "privacy" / "home.keys",
        may_use=lambda *_: True, clock=services.clock, ids=services.ids, per_hour=before + 3,
    )  # fmt: skip
    client = house.client("analyst", app=create_app(replace(services, privacy=few)))
    at, written = house.at("/people"), "zhuang  MEIHUA"
    ways: dict[str, Callable[[], Any]] = {
        "body": lambda: client.post(f"{at}/search", json={"search": written}),
        "address": lambda: client.get(at, params={"search": written}),
        # Nobody is in such a stage, but whether somebody has the name was asked.
        "filtered": lambda: client.get(at, params={"search": written, "stage": "lost"}),
        "second page": lambda: client.get(
            at, params={"search": written, "cursor": encode_cursor(2**62, 0)}
        ),
    }
    ask = ways[way]
    for _ in range(3):
        assert ask().status_code == 200
    lines = house.client("auditor").get(house.at("/privacy/trail"), params={"limit": 3})
    for line in lines.json()["items"]:
        assert (line["action"], line["kinds"], line["person"]) == ("lookup", ["name"], None)
    assert "eihua" not in lines.text.lower()
    refused = ask()
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_readings")
    assert "items" not in refused.json()


def test_a_mistyped_kind_is_refused_where_it_stands(house: House) -> None:
    ask = {"purpose": "service", "kinds": ["phone", "phoen"], "reason": WHY}
    refused = house.client("operator").post(house.at("/privacy/grants"), json=ask)
    assert (refused.status_code, refused.json()["code"]) == (422, "kind_unknown")
    (wrong,) = refused.json()["errors"]
    assert (wrong["pointer"], wrong["code"]) == ("/kinds/1", "kind_unknown")
    assert "did you mean 'phone'?" in wrong["detail"]
    assert "Known here: address" in refused.json()["detail"]
    keeper, at = house.client("keeper"), house.at("/privacy/fields")
    field = {"place": "*.tel2", "kind": "phoen", "label_zh": "x", "label_en": "x"}
    refused = keeper.post(at, json=field)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/kind")
    made = keeper.post(at, json={**field, "is_new_kind": True})
    assert made.status_code == 201, made.text
    assert keeper.delete(f"{at}/{made.json()['id']}").status_code == 204


def test_a_list_of_identifiers_stands_in_the_trail_with_how_many(house: House) -> None:
    rows = f"phone\n{PHONE}\n13800138000\n".encode()
    made = house.client("operator").post(house.at("/lists"), files={"file": ("a.csv", rows)})
    assert made.status_code == 201, made.text
    read = {"action": "lookup", "limit": 1}
    (line,) = house.client("auditor").get(house.at("/privacy/trail"), params=read).json()["items"]
    assert (line["kinds"], line["values"], line["reason"]) == (["list"], 2, made.json()["id"])


def test_a_common_value_is_shown_to_who_reads_people_and_to_nobody_else(house: House) -> None:
    keeper = house.client("keeper")
    field = {
        "place": "*.nickname", "kind": "nickname", "label_zh": "x", "label_en": "x",
        "data_class": "common",
    }  # fmt: skip
    assert keeper.post(house.at("/privacy/fields"), json=field).status_code == 201
    told = {"nickname": 'Little "Mei"'}
    house.send([{"type": "identify", "user_id": "u-1", "message_id": "m-2", "traits": told}])
    page = house.client("analyst").get(house.at("/events"), params={"limit": 5})
    assert 'Little \\"Mei\\"' in page.text
    fields = keeper.get(house.at("/privacy/fields")).json()["items"]
    (kept,) = [one["values_kept"] for one in fields if one["kind"] == "nickname"]
    assert kept == 1
