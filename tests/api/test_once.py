"""Idempotency-Key: the same request twice does its work once and gets the same answer twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from api.api_house import House


def test_the_same_request_again_gets_the_same_answer_and_makes_nothing_new(house: House) -> None:
    owner = house.client("owner")
    once = {"Idempotency-Key": "make-the-shop"}
    ask = {"name": "Shop", "kind": "server"}
    first = owner.post(house.at("/sources"), json=ask, headers=once)
    second = owner.post(house.at("/sources"), json=ask, headers=once)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    names = [one["name"] for one in owner.get(house.at("/sources")).json()["items"]]
    assert names.count("Shop") == 1


def test_a_key_belongs_to_one_request(house: House) -> None:
    owner = house.client("owner")
    once = {"Idempotency-Key": "one-request-only"}
    owner.post(house.at("/sources"), json={"name": "One"}, headers=once)
    other = owner.post(house.at("/sources"), json={"name": "Another"}, headers=once)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_failed_request_frees_its_key(house: House) -> None:
    owner = house.client("owner")
    once = {"Idempotency-Key": "try-again"}
    assert owner.post(house.at("/sources"), json={"name": ""}, headers=once).status_code == 422
    answer = owner.post(house.at("/sources"), json={"name": "Second Try"}, headers=once)
    assert answer.status_code == 201


def test_an_answer_with_a_secret_is_not_kept(house: House) -> None:
    owner = house.client("owner")
    once = {"Idempotency-Key": "a-key-once"}
    ask = {"name": "once", "scopes": ["events:read"]}
    made = owner.post(house.at("/keys"), json=ask, headers=once)
    again = owner.post(house.at("/keys"), json=ask, headers=once)
    assert made.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "answer_shown_once")
    keys = [key["name"] for key in owner.get(house.at("/keys")).json()["items"]]
    assert keys.count("once") == 1


def test_another_caller_may_use_the_same_key(house: House) -> None:
    once = {"Idempotency-Key": "shared-word"}
    first = house.client("owner").post(house.at("/sources"), json={"name": "A1"}, headers=once)
    second = house.client("operator").post(house.at("/sources"), json={"name": "A2"}, headers=once)
    assert [first.json()["name"], second.json()["name"]] == ["A1", "A2"]


def test_two_at_the_same_moment_do_the_work_once(house: House) -> None:
    once = {"Idempotency-Key": "a-race"}

    def send(_: int) -> int:
        client = house.client("owner")
        return client.post(house.at("/sources"), json={"name": "Raced"}, headers=once).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(send, range(4)))
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    sources = house.client("owner").get(house.at("/sources")).json()["items"]
    assert [source["name"] for source in sources].count("Raced") == 1


def test_a_question_and_an_upload_take_a_key_too(house: House) -> None:
    owner = house.client("owner")
    ask = {"metric": "events", "since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}
    once = {"Idempotency-Key": "ask-once"}
    first = owner.post(house.at("/metrics/query"), json=ask, headers=once)
    assert first.status_code == 200, first.text
    assert owner.post(house.at("/metrics/query"), json=ask, headers=once).json() == first.json()
    once = {"Idempotency-Key": "upload-once"}
    file = {"file": ("a.csv", b"user,event,time\n1,x,2026-01-01T00:00:00Z\n")}
    sent = owner.post(house.at("/imports/uploads"), files=file, headers=once)
    assert sent.status_code == 201, sent.text
    again = owner.post(house.at("/imports/uploads"), files=file, headers=once)
    assert again.json()["upload_id"] == sent.json()["upload_id"]


def test_an_unprintable_key_is_refused(house: House) -> None:
    long = {"Idempotency-Key": "x" * 300}
    answer = house.client("owner").post(house.at("/sources"), json={"name": "L"}, headers=long)
    assert answer.status_code == 422
