"""How a "no" is told: one shape, the right status, the place that is wrong, and no secrets."""

from __future__ import annotations

import json

import pytest
from fastapi import APIRouter

from api.api_house import Client, House
from catchment.api import create_app
from catchment.api.problems import STATUSES, pointer_of, problem_of, status_of
from catchment.audiences import RuleProblem, RuleRefused
from catchment.kernel import Conflict, Denied, Invalid, Missing, Refused, Unavailable


def test_a_wrong_field_is_pointed_at(house: House) -> None:
    ask = {
        "steps": [{"event": "A"}, {"event": "B", "filters": [{"field": "x", "operator": "nope"}]}],
        "window_seconds": 0, "since": "yesterday", "until": "2026-01-01T00:00:00Z", "surplus": 1,
    }  # fmt: skip
    answer = house.client("owner").post(house.at("/analytics/funnel"), json=ask)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert pointers == {
        "/steps/1/filters/0/operator", "/window_seconds", "/since", "/surplus",
    }  # fmt: skip


def test_a_wrong_query_is_pointed_at(house: House) -> None:
    answer = house.client("owner").get(house.at("/events"), params={"limit": 0, "since": "x"})
    assert {error["pointer"] for error in answer.json()["errors"]} == {"?limit", "?since"}


@pytest.mark.parametrize(
    ("place", "pointer"),
    [
        (("body", "a/b", 0, "c~d"), "/a~1b/0/c~0d"),
        (("query", "limit"), "?limit"),
        (("header", "x"), "header x"),
        (("body",), ""),
    ],
)
def test_places_become_json_pointers(place: tuple[str | int, ...], pointer: str) -> None:
    assert pointer_of(place) == pointer


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b"\xff\xfe", 400), (b"[1,2]", 422), (b"null", 422), (b"", 422),
        (b"[" * 100_000, 400), (b'{"name": "\\ud800"}', 422), (b'{"name": "a\\u0000b"}', 422),
        (b'{"name": ' + b"9" * 5_000 + b"}", 400),
    ],
)  # fmt: skip
def test_a_body_that_is_no_good_is_told_so(house: House, body: bytes, status: int) -> None:
    answer = house.client("owner").post(
        house.at("/sources"), content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_form_from_another_site_is_not_json(house: House) -> None:
    answer = house.client("owner").post(
        house.at("/sources"), content=b'{"name": "Forged"}', headers={"Content-Type": "text/plain"}
    )
    assert answer.status_code == 422


def test_a_body_beyond_the_bound_is_413_whether_told_or_not(house: House) -> None:
    owner = house.client("owner")
    told = owner.put(house.at("/blocked-ids"), content=b"x" * (1024 * 1024 + 1))
    assert (told.status_code, told.json()["code"]) == (413, "request_too_large")

    async def pieces() -> object:
        for _ in range(20):
            yield b"x" * 100_000

    untold = owner.put(house.at("/blocked-ids"), content=pieces())
    assert untold.status_code == 413
    assert untold.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/workspaces/a%00b/sources"])
def test_an_address_of_nothing_is_404(house: House, path: str) -> None:
    answer = house.client("owner").get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_method_that_is_not_taken_is_405(house: House) -> None:
    answer = house.client("owner").delete("/api/v1/setup")
    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"


def test_a_broken_cursor_is_422(house: House) -> None:
    for path in ("/events", "/audit", "/quarantine", "/imports"):
        for cursor in ("AAAA", "W10", "WyJ4Il0", "WzEsMiwzXQ"):
            answer = house.client("owner").get(house.at(path), params={"cursor": cursor})
            assert answer.status_code in {200, 422}, (path, cursor, answer.text)


def test_the_unforeseen_is_500_and_tells_nothing(house: House) -> None:
    trouble = APIRouter()

    @trouble.get("/api/v1/trouble")
    def fall() -> None:
        raise RuntimeError("the password is swordfish")

    app = create_app(house.services)
    app.include_router(trouble)
    answer = Client(app).get("/api/v1/trouble")
    assert answer.status_code == 500
    assert answer.json()["code"] == "unforeseen"
    assert "swordfish" not in answer.text


def test_every_family_has_a_status() -> None:
    families = (Invalid, Refused, Missing, Denied, Conflict, Unavailable)
    assert {family for family, _ in STATUSES} >= set(families)
    assert [int(status_of(family())) for family in families] == [422, 409, 404, 403, 409, 503]


def test_every_wrong_place_of_a_rule_is_named() -> None:
    wrong = [RuleProblem(f"/all/{at}", "not_a_rule", f"Wrong at {at}.") for at in range(2)]
    body = json.loads(bytes(problem_of(RuleRefused(wrong)).body))
    assert body["errors"] == [
        {"pointer": "/all/0", "detail": "Wrong at 0.", "code": "not_a_rule"},
        {"pointer": "/all/1", "detail": "Wrong at 1.", "code": "not_a_rule"},
    ]
