"""Consent and people's rights over the API: said, asked, let out, refused, each with its rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.api_house import Client, House, close, settle
from catchment.people import check_receipt
from catchment.vault import verify

PHONE = "13957846291"
SMS = {"purpose": "marketing", "channel": "sms"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, records: str | None) -> Iterator[House]:
    made = settle(tmp_path_factory.mktemp("consent"), records)
    told = {"phone": PHONE, "name": "Zhuang Meihua", "city": "Guangzhou"}
    for user in ("mei", "tan", "gone"):
        mine = told if user == "mei" else {"name": user}
        made.send([{"type": "identify", "user_id": user, "message_id": user, "traits": mine}])
    made.keep_people()
    yield made
    close(made)


@pytest.fixture
def operator(house: House) -> Client:
    return house.client("operator")


def person(house: House, user: str = "mei") -> str:
    asked = {"kind": "user", "value": user}
    found = house.client("operator").get(house.at("/people/lookup"), params=asked)
    return str(found.json()["person"])


def say(house: House, state: str, **more: Any) -> dict[str, str]:
    """Writes consent down; how they stand then, by channel."""
    where = house.at(f"/people/{person(house)}/consent")
    answer = house.client("operator").post(where, json={**SMS, "state": state, **more})
    assert answer.status_code == 201, answer.text
    return {one["channel"]: one["state"] for one in answer.json()["standing"]}


def ask(house: House, kind: str, user: str = "mei", **more: Any) -> dict[str, Any]:
    where = house.at(f"/people/{person(house, user)}/rights")
    answer = house.client("operator").post(where, json={"kind": kind, **more})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def act(house: House, request: dict[str, Any], verb: str, **body: Any) -> tuple[int, Any]:
    """Somebody else does something about a request: the status, and the answer's code or state."""
    where = house.at(f"/rights-requests/{request['id']}/{verb}")
    answer = house.client("owner").post(where, json=body or None)
    told = answer.json()
    return answer.status_code, told.get("code") or told.get("state")


def test_consent_is_given_taken_back_and_shown_where_it_decides(house: House) -> None:
    now = house.services.clock.now()
    yesterday = (now - timedelta(days=1)).isoformat()
    ahead = (now + timedelta(days=400)).isoformat()
    assert say(house, "granted", said_at=yesterday, proof="form 12") == {"sms": "granted"}
    assert say(house, "withdrawn") == {"sms": "withdrawn"}
    # What is yet to be said is said now, and silences no later word.
    assert say(house, "granted", said_at=ahead) == {"sms": "granted"}
    assert say(house, "withdrawn", channel="*") == {"*": "withdrawn", "sms": "withdrawn"}
    entries = house.client("operator").get(house.at(f"/people/{person(house)}/consent")).json()
    assert [one["state"] for one in entries["entries"]] == [
        "withdrawn", "granted", "withdrawn", "granted",
    ]  # fmt: skip
    assert entries["entries"][-1]["proof"] == "form 12"


@pytest.mark.parametrize(
    ("broken", "status"),
    [
        ({"purpose": "no word"}, 422),
        ({"state": "maybe"}, 422),
        ({"notice_hash": "abc"}, 422),
        ({"basis": "because"}, 422),
        ({"subject": "f" * 32}, 404),
    ],
)
def test_consent_that_cannot_be_kept_is_refused(
    house: House, operator: Client, broken: dict[str, Any], status: int
) -> None:
    where = house.at(f"/people/{person(house)}/consent")
    answer = operator.post(where, json={**SMS, "state": "granted", **broken})
    assert answer.status_code == status, answer.text


def test_a_file_of_access_waits_for_another_and_stands_a_week(house: House) -> None:
    asked = ask(house, "access", note="by letter")
    due, at = (datetime.fromisoformat(asked[one]) for one in ("due_at", "asked_at"))
    assert due - at == timedelta(days=15)
    assert act(house, asked, "approve") == (409, "rights_request_over")
    house.run_jobs()
    owner = house.client("owner")
    file = house.at(f"/rights-requests/{asked['id']}/file")
    assert house.client("operator").get(file).json()["code"] == "file_not_approved"
    mine = house.client("operator").post(house.at(f"/rights-requests/{asked['id']}/approve"))
    assert (mine.status_code, mine.json()["code"]) == (409, "file_needs_another")
    assert act(house, asked, "approve") == (200, "done")
    assert act(house, asked, "refuse", reason="too late") == (409, "rights_request_over")
    for form in ("json", "csv", "html"):
        taken = house.client("operator").get(file, params={"format": form})
        assert (taken.status_code, PHONE in taken.text) == (200, True)
    assert owner.get(file).status_code == 403, "who manages does not read"
    receipt = owner.get(house.at(f"/rights-requests/{asked['id']}/receipt")).json()
    assert check_receipt(receipt, verify)["kind"] == "access"


def test_what_is_refused_is_told_why_and_is_over(house: House) -> None:
    asked = ask(house, "correction", correction={"trait": "city", "value": "Suzhou"})
    where = house.at(f"/rights-requests/{asked['id']}/refuse")
    assert house.client("owner").post(where, json={"reason": ""}).status_code == 422
    assert act(house, asked, "refuse", reason="not theirs") == (200, "refused")
    assert act(house, asked, "refuse", reason="again") == (409, "rights_request_over")
    assert act(house, asked, "receipt")[0] == 405
    none_yet = house.client("owner").get(house.at(f"/rights-requests/{asked['id']}/receipt"))
    assert (none_yet.status_code, none_yet.json()["code"]) == (409, "receipt_not_yet")


def test_the_same_asked_twice_in_one_breath_is_one_request(house: House) -> None:
    where = house.at(f"/people/{person(house, 'tan')}/rights")
    key = {"Idempotency-Key": "once-and-no-more"}
    first, again = (
        house.client("operator").post(where, json={"kind": "opt_out"}, headers=key)
        for _ in range(2)
    )  # fmt: skip
    assert (first.status_code, again.json()) == (202, first.json())
    found = house.client("operator").get(where).json()["items"]
    assert [one["kind"] for one in found] == ["opt_out"]
    page = house.client("operator").get(house.at(f"/people/{person(house, 'tan')}")).json()
    assert page["automated_decisions"] is False


@pytest.mark.parametrize("kind", ["access", "correction", "deletion", "opt_out"])
def test_nobody_asks_for_nobody(house: House, operator: Client, kind: str) -> None:
    body = {"kind": kind, "correction": {"trait": "city", "value": "x"}}
    answer = operator.post(house.at("/people/per_nobody/rights"), json=body)
    assert answer.status_code == 404


def test_a_correction_says_what_is_wrong(house: House, operator: Client) -> None:
    where = house.at(f"/people/{person(house)}/rights")
    answer = operator.post(where, json={"kind": "correction"})
    assert (answer.status_code, answer.json()["code"]) == (422, "correction_missing")


def test_deleted_is_deleted_and_still_listed(house: House, operator: Client) -> None:
    gone = person(house, "gone")
    waiting = ask(house, "access", "gone")
    asked = ask(house, "deletion", "gone")
    assert asked["state"] == "running"
    house.keep_people()
    page = operator.get(house.at(f"/people/{gone}"))
    assert page.status_code == 404
    again = operator.post(house.at(f"/people/{gone}/rights"), json={"kind": "deletion"})
    assert again.status_code == 404
    listed = operator.get(house.at(f"/people/{gone}/rights")).json()["items"]
    assert [one["id"] for one in listed] == [asked["id"], waiting["id"]]
    assert act(house, asked, "refuse", reason="no") == (409, "rights_request_over")
