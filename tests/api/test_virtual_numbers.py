"""Virtual numbers over HTTP: asked for a person, and put through for a signed exchange alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

import httpx
import pytest
from standardwebhooks import Webhook

from api.api_house import House, close, settle
from catchment.api import create_app
from catchment.vault import NumberProviderAway

PHONE, MASK = "13812345678", "138****5678"
COURIER = "13900000001"


class Away:
    """A provider that never answers."""

    def bind(self, *_: object) -> NoReturn:
        """Does not answer."""
        raise NumberProviderAway

    def extend(self, *_: object) -> NoReturn:
        """Does not answer."""
        raise NumberProviderAway

    def unbind(self, *_: object) -> NoReturn:
        """Does not answer."""
        raise NumberProviderAway

    def lookup(self, *_: object) -> NoReturn:
        """Does not answer."""
        raise NumberProviderAway

    def live(self, *_: object) -> Mapping[str, Any]:
        """Does not answer."""
        raise NumberProviderAway


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = settle(tmp_path)
    event = {"type": "identify", "message_id": "m", "user_id": "lin", "traits": {"phone": PHONE}}
    found.send([event], "src_1")
    found.keep_people()
    yield found
    close(found)


def person(house: House) -> str:
    answer = house.client("owner").get(
        house.at("/people/lookup"), params={"kind": "user", "value": "lin"}
    )
    return str(answer.json()["person"])


def bind(house: House, **ask: object) -> httpx.Response:
    return house.client("operator").post(
        house.at(f"/people/{person(house)}/virtual-number"), json={"minutes": 5, **ask}
    )


def stock(house: House) -> None:
    pool = {"numbers": ["021 5000 0001"], "label": "Shanghai"}
    answer = house.client("owner").post(house.at("/privacy/numbers"), json=pool)
    assert answer.json()["summary"] == {"numbers": 1, "bound": 0, "resting": 0, "free": 1}


def put_through(
    house: House,
    number: str,
    caller: str,
    secret: str,
    *,
    at: datetime | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> httpx.Response:
    body = json.dumps({"number": number, "caller": caller})
    when = at or house.services.clock.now()
    signed = {
        "content-type": "application/json",
        "webhook-id": f"call-{caller}", "webhook-timestamp": str(int(when.timestamp())),
        "webhook-signature": Webhook(secret).sign(f"call-{caller}", when, body),
    }  # fmt: skip
    path = f"/api/v1/exchange/{house.ours.id}/put-through"
    return house.client("anonymous").post(path, content=body, headers={**signed, **headers})


def test_a_number_stands_for_a_person_until_it_is_taken_back(house: House) -> None:
    owner = house.client("owner")
    without = bind(house)
    assert (without.status_code, without.json()["code"]) == (409, "no_number_provider")
    assert MASK in without.json()["detail"]
    stock(house)
    bound = bind(house)
    assert (bound.status_code, bound.headers["cache-control"]) == (201, "no-store")
    assert bound.json()["number"] == "+862150000001"
    assert PHONE not in without.text + bound.text
    assert bind(house).json()["number"] == bound.json()["number"]
    taken = bind(house, caller=COURIER)
    assert (taken.status_code, taken.json()["code"]) == (409, "numbers_exhausted")
    pool = owner.get(house.at("/privacy/numbers")).json()
    assert (pool["items"][0]["is_bound"], pool["summary"]["bound"]) == (True, 1)
    gone = owner.delete(house.at("/privacy/numbers/+862150000001"))
    assert (gone.status_code, gone.json()["code"]) == (409, "number_still_bound")
    assert owner.delete(house.at(f"/people/{person(house)}/virtual-number")).status_code == 204
    assert owner.get(house.at("/privacy/numbers")).json()["summary"]["resting"] == 1
    assert owner.delete(house.at("/privacy/numbers/+862150000001")).status_code == 204


def test_while_the_provider_is_away_there_is_the_mask(house: House) -> None:
    house.app = create_app(replace(house.services, number_provider=Away()))
    away = bind(house)
    assert (away.status_code, away.json()["code"]) == (503, "number_provider_away")
    assert int(away.headers["retry-after"]) > 0
    assert MASK in away.json()["detail"]
    assert PHONE not in away.text


def test_only_the_exchange_is_told_whom_a_caller_reaches(house: House) -> None:
    stock(house)
    owner = house.client("owner")
    secret = owner.post(house.at("/privacy/numbers/exchange-secret")).json()["secret"]
    number = bind(house).json()["number"]
    answer = put_through(house, number, COURIER, secret)
    assert answer.json()["number"] == f"+86{PHONE}"
    assert answer.headers["cache-control"] == "no-store"
    again = put_through(house, number, COURIER, secret)
    assert (again.status_code, again.json()["code"]) == (401, "signature_replayed")
    wrong = "whsec_" + "A" * 44
    old = house.services.clock.now() - timedelta(minutes=6)
    for spoofed in (
        put_through(house, number, "13900000002", wrong),
        put_through(house, number, "13900000003", secret, at=old),
        put_through(house, number, "13900000004", secret, headers={"webhook-signature": "v1,x"}),
    ):
        assert spoofed.status_code == 401
        assert PHONE not in spoofed.text
    strange = put_through(house, "+862159999999", "13900000005", secret)
    assert (strange.status_code, strange.json()["code"]) == (404, "number_unknown")
    trail = owner.get(house.at("/privacy/trail")).json()["items"]
    assert [one["action"] for one in trail].count("open") == 1
    assert PHONE not in json.dumps(trail)


def test_an_exchange_without_a_secret_is_told_nothing(house: House) -> None:
    stock(house)
    number = bind(house).json()["number"]
    answer = put_through(house, number, COURIER, "whsec_" + "A" * 44)
    assert (answer.status_code, answer.json()["code"]) == (401, "signature_wrong")
    assert house.client("viewer").post(
        house.at("/privacy/numbers/exchange-secret")
    ).status_code == 403  # fmt: skip


def test_whoever_has_the_exchanges_secret_reads_nobody_by_it(house: House) -> None:
    stock(house)
    owner = house.client("owner")
    at = house.at(f"/people/{person(house)}/virtual-number")
    early = owner.post(at, json={"minutes": 5})
    assert early.status_code == 201, early.text
    made = owner.post(house.at("/privacy/numbers/exchange-secret")).json()["secret"]
    asked = put_through(house, early.json()["number"], COURIER, made)
    assert (asked.status_code, PHONE in asked.text) == (404, False)
    late = owner.post(at, json={"minutes": 5})
    assert (late.status_code, late.json()["code"]) == (403, "maker_binds")
    owner.delete(at)
