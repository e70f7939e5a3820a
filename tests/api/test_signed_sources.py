"""Signing over the whole way: a secret from the console, a signed request, trust at the end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from api.api_house import House, close, settle
from catchment.api.collector import Collector
from catchment.collect import Acceptor, Intake, KnownSources, SeenRequests
from catchment.events import Trust
from catchment.lake import EVENTS, SETTLED, GroupCommit


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = settle(tmp_path)
    yield found
    close(found)


class Directory:
    """Asks what is known."""

    def __init__(self, known: KnownSources) -> None:
        self.known = known

    async def find(self, write_key: str) -> Intake | None:
        """Where the write key leads."""
        return self.known.find(write_key)


def collect_one(
    house: House, source: dict[str, Any], message_id: str, secret: str | None = None
) -> httpx.Response:
    """Sends an event by a source, signed with a secret or not."""
    services = house.services
    event = {"message_id": message_id, "event": "Order Completed", "user_id": "lin"}
    body = json.dumps({"events": [event]})
    headers = {}
    if secret is not None:
        now = services.clock.now()
        headers = {
            "webhook-id": message_id, "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(message_id, now, body),
        }  # fmt: skip

    async def go() -> httpx.Response:
        known = KnownSources(services.database, services.clock, services.keys)
        guard = SeenRequests(services.database, services.clock)
        async with GroupCommit(services.log) as log:
            app = Collector(Acceptor(Directory(known), log, services.clock, guard))
            transport = httpx.ASGITransport(app)
            auth = httpx.BasicAuth(source["write_key"], "")
            async with httpx.AsyncClient(transport=transport, base_url="http://c", auth=auth) as c:
                return await c.post("/v1/events", content=body, headers=headers)

    return asyncio.run(go())


def test_what_is_signed_is_trusted_from_the_secret_to_the_timeline(house: House) -> None:
    owner, operator = house.client("owner"), house.client("operator")
    source = owner.post(house.at("/sources"), json={"name": "Shop", "kind": "server"}).json()
    assert (source["signature"], source["settles"], source["trust"]) == ("optional", False, "claim")
    at = house.at(f"/sources/{source['id']}")
    made = operator.post(f"{at}/signing-secrets")
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    secret = made.json()["secret"]
    listed = operator.get(f"{at}/signing-secrets").json()["items"]
    assert [one["id"] for one in listed] == [made.json()["id"]]
    assert "secret" not in listed[0]
    assert secret.rstrip("=").endswith(listed[0]["hint"])

    assert collect_one(house, source, "claimed").status_code == 200
    assert collect_one(house, source, "attested", secret).status_code == 200
    refused = operator.patch(at, json={"signature": "required", "settles": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "settling_is_the_owners")
    assert operator.patch(at, json={"signature": "required"}).json()["trust"] == "attested"
    assert owner.patch(at, json={"settles": True}).json()["trust"] == "settled"
    locked = owner.patch(at, json={"signature": "optional"})
    assert (locked.status_code, locked.json()["code"]) == (409, "settling_needs_signature")
    assert operator.post(f"{at}/signing-secrets").status_code == 403
    assert collect_one(house, source, "forged").status_code == 401
    assert collect_one(house, source, "settled", secret).status_code == 200
    house.keep_people()

    events = owner.get(house.at("/events")).json()["items"]
    told = {one["message_id"]: one["trust"] for one in events}
    assert told == {"claimed": "claim", "attested": "attested", "settled": "settled"}
    person = events[0]["person"]
    timeline = owner.get(house.at(f"/people/{person}/timeline")).json()["items"]
    assert {one["message_id"]: one["trust"] for one in timeline} == told
    # What later moves money reads these only.
    money = house.services.engine.query(
        house.ours.id, EVENTS.filter(SETTLED).select("message_id", "trust")
    ).to_pylist()
    assert money == [{"message_id": "settled", "trust": Trust.SETTLED}]

    gone = owner.delete(f"{at}/signing-secrets/{made.json()['id']}")
    assert gone.status_code == 204
    assert collect_one(house, source, "late", secret).json()["code"] == "signature_wrong"
    actions = [one["action"] for one in owner.get(house.at("/audit")).json()["items"]]
    assert actions.count("sources.change_signing") == 2
    assert "sources.revoke_signing_secret" in actions


def test_a_secret_is_shown_once_even_to_who_asks_again(house: House) -> None:
    owner = house.client("owner")
    source = owner.post(house.at("/sources"), json={"name": "Shop", "kind": "server"}).json()
    at = house.at(f"/sources/{source['id']}/signing-secrets")
    first = owner.post(at, headers={"Idempotency-Key": "k"})
    again = owner.post(at, headers={"Idempotency-Key": "k"})
    assert first.status_code == 201
    assert again.json()["code"] == "answer_shown_once"
    stranger = house.client("stranger")
    assert stranger.post(at).status_code == 404
    theirs = house.at(f"/sources/{source['id']}/signing-secrets", house.theirs)
    assert stranger.post(theirs).status_code == 404
    assert stranger.delete(f"{theirs}/{first.json()['id']}").status_code == 404


def test_a_file_that_an_operator_brings_is_attested(house: House) -> None:
    owner = house.client("owner")
    source = owner.post(house.at("/sources"), json={"name": "Files", "kind": "import"}).json()
    table = b"user_id,event,time\nlin,Order Completed,2026-01-01T00:00:00Z\n"
    up = owner.post(house.at("/imports/uploads"), files={"file": ("a.csv", table)}).json()
    order = {"upload_id": up["upload_id"], "source_id": source["id"]}
    assert owner.post(house.at("/imports"), json=order).status_code in (201, 202)
    house.run_jobs()
    events = owner.get(house.at("/events")).json()["items"]
    assert [one["trust"] for one in events] == ["attested"]


def test_what_a_human_mended_is_a_claim_again(house: House) -> None:
    owner = house.client("owner")
    source = owner.post(house.at("/sources"), json={"name": "Shop", "kind": "server"}).json()
    at = house.at(f"/sources/{source['id']}")
    secret = owner.post(f"{at}/signing-secrets").json()["secret"]
    owner.patch(at, json={"signature": "required", "settles": True})
    assert collect_one(house, source, "m" * 10, secret).status_code == 200
    house.send([{"event": "Order Paid", "message_id": "broken"}], source["id"])
    held = owner.get(house.at("/quarantine")).json()["items"][0]
    fit = json.dumps({"event": "Order Paid", "message_id": "mended", "user_id": "lin"})
    assert owner.post(
        house.at(f"/quarantine/{held['id']}/release"), json={"payload": fit}
    ).status_code < 300  # fmt: skip
    house.lander.catch_up()
    events = owner.get(house.at("/events")).json()["items"]
    assert {one["message_id"]: one["trust"] for one in events} == {
        "m" * 10: "settled", "mended": "claim",
    }  # fmt: skip
