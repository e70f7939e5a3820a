"""What each caller may do, at every endpoint, and what they are told where they may not."""

from __future__ import annotations

import pytest

from api.api_house import ROLES, House
from api.operations import Operation, operations
from catchment.api import create_app
from catchment.api.openapi import openapi_document

CALLERS = (
    "anonymous", "viewer", "analyst", "operator", "keeper", "auditor", "owner", "stranger",
    "key:events:read", "key:events:write", "key:sources:read", "key:sources:write",
    "key:analytics:read", "key:quarantine:write", "key:imports:write", "key:people:reveal",
    "key:privacy:manage", "key:admin",
)  # fmt: skip
REFUSALS = {"anonymous": 401, "stranger": 404}
APART = {"sign_out", "stream_events"}
"""One ends the caller's sign-in, the other never ends."""

HISTORY = {"maker_binds"}
"""Refused to one who may, for what they did before: here they made the exchange's secret."""


def is_allowed(operation: Operation, caller: str) -> bool:
    if caller.startswith("key:"):
        return caller.removeprefix("key:") in operation.spec.get("x-scopes", [])
    return caller in operation.spec.get("x-roles", list(ROLES))


@pytest.mark.parametrize("caller", CALLERS)
def test_every_endpoint_lets_in_whom_the_document_says(house: House, caller: str) -> None:
    client = house.client(caller)
    wrong = []
    for operation in operations(house.app):
        if operation.is_public or operation.name in APART:
            continue
        if caller == "stranger" and not operation.is_scoped:
            continue
        path = operation.at({"workspace_id": house.ours.id})
        # Ids of nothing and an empty body: whoever is let in gets no further, and changes nothing.
        answer = client.request(operation.method, path, json={})
        status = answer.status_code
        if status == 403 and answer.json()["code"] in HISTORY:
            status = 200
        if caller in REFUSALS:
            is_right = status == REFUSALS[caller]
        else:
            is_right = (status == 403) != is_allowed(operation, caller)
        if not is_right:
            wrong.append(f"{operation.name}: {status}")
    assert wrong == []


EXPECTED = {
    # operation: who may, told apart from the code that enforces it
    "list_events": {"analyst", "operator", "owner", "key:events:read", "key:admin"},
    "create_source": {"operator", "owner", "key:sources:write", "key:admin"},
    "list_sources": {
        "viewer", "analyst", "operator", "keeper", "auditor", "owner",
        "key:sources:read", "key:sources:write", "key:admin",
    },
    "query_funnel": {
        "viewer", "analyst", "operator", "keeper", "auditor", "owner",
        "key:analytics:read", "key:admin",
    },
    "create_key": {"owner", "key:admin"},
    "list_audit": {"auditor", "owner", "key:admin"},
    "invite_operator": {"owner", "key:admin"},
    "release_quarantined": {"operator", "owner", "key:quarantine:write", "key:admin"},
    "reveal_value": {"operator", "key:people:reveal"},
    "ask_grant": {"operator", "key:people:reveal"},
    "approve_grant": {"keeper", "owner"},
    "approve_key_destruction": {"keeper", "owner"},
    "rotate_master_key": {"keeper", "owner", "key:privacy:manage", "key:admin"},
    "approve_master_destruction": {"keeper", "owner"},
    "list_trail": {"auditor", "owner", "key:admin"},
    "change_retention": {"keeper", "owner", "key:privacy:manage", "key:admin"},
    "upload_file": {"operator", "owner", "key:imports:write", "key:admin"},
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_the_rights_that_matter_most_are_these(house: House, name: str) -> None:
    operation = next(one for one in operations(house.app) if one.name == name)
    assert {caller for caller in CALLERS if is_allowed(operation, caller)} == EXPECTED[name]


def test_the_document_is_one_and_needs_no_services(house: House) -> None:
    served = house.client("anonymous").get("/api/v1/openapi.json")
    assert served.status_code == 200
    assert served.json() == openapi_document()
    assert served.json()["openapi"].startswith("3.1")
    again = house.client("anonymous").get(
        "/api/v1/openapi.json", headers={"If-None-Match": served.headers["etag"]}
    )
    assert again.status_code == 304


def test_every_operation_is_named_told_and_answers_in_problems(house: House) -> None:
    found = list(operations(house.app))
    assert len({one.name for one in found}) == len(found)
    for one in found:
        assert one.spec["description"], one.name
        assert one.spec["tags"], one.name
        assert "application/problem+json" in one.spec["responses"]["default"]["content"]
        keys = [p["name"] for p in one.spec.get("parameters", [])]
        takes_one = one.method == "POST" and not one.is_public
        assert ("Idempotency-Key" in keys) == takes_one, one.name


def test_a_key_is_of_no_use_once_revoked(house: House) -> None:
    owner = house.client("owner")
    made = owner.post(
        house.at("/keys"), json={"name": "short-lived", "scopes": ["sources:read"]}
    ).json()
    program = house.client("anonymous")
    program.headers["Authorization"] = f"Bearer {made['secret']}"
    assert program.get(house.at("/sources")).status_code == 200
    assert owner.delete(house.at(f"/keys/{made['key_id']}")).status_code == 204
    assert program.get(house.at("/sources")).status_code == 401


def test_a_key_does_not_act_as_an_operator(house: House) -> None:
    answer = house.client("key:admin").get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (403, "operator_needed")


def test_a_second_app_over_the_same_home_knows_the_same_callers(house: House) -> None:
    other = create_app(house.services)
    assert house.client("owner", app=other).get("/api/v1/me").status_code == 200
