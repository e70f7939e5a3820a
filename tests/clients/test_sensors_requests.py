"""Requests as Sensors Data's public format describes them: forms of base64 and gzip."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import pytest

from clients.client_collector import (
    WRITE_KEY,
    Running,
    assert_landed_once,
    kinds,
    properties,
    traits,
)
from clients.client_payloads import EVENTS_OF_A_KIND, product

N = EVENTS_OF_A_KIND
BATCH = 50
START_MS = 1_767_225_600_000


def entries() -> Iterator[dict[str, Any]]:
    """A few hundred entries of every kind that the format has of people."""
    for n in range(N):
        common = {
            "time": START_MS + n,
            "_track_id": 1_000_000 + n,
            "lib": {"$lib": "python", "$lib_version": "1.11.0", "$lib_method": "code"},
            "project": "default",
        }
        user = {"distinct_id": f"user-{n}", "login_id": f"user-{n}", **common}
        yield {
            "type": "track",
            "event": "ViewProduct",
            "distinct_id": f"device-{n}",
            "anonymous_id": f"device-{n}",
            "identities": {"$identity_cookie_id": f"device-{n}"},
            "properties": {**product(n), "$is_login_id": False},
            **common,
        }
        yield {
            "type": "track_signup",
            "event": "$SignUp",
            "original_id": f"device-{n}",
            "properties": {"$lib": "python"},
            **user,
        }
        yield {"type": "profile_set", "properties": {"age": n, "city": "长沙"}, **user}
        yield {"type": "profile_increment", "properties": {"visits": 1}, **user}


def form(batch: Sequence[dict[str, Any]], *, is_gzip: bool) -> dict[str, str]:
    """A batch as the clients put it into a form."""
    one = batch[0] if len(batch) == 1 else batch
    raw = json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode()
    data = base64.b64encode(gzip.compress(raw) if is_gzip else raw).decode()
    name = "data" if len(batch) == 1 else "data_list"
    return {name: data, "gzip": "1" if is_gzip else "0"}


@pytest.mark.parametrize("is_gzip", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("size", [1, BATCH])
def test_every_kind_arrives_once_however_often_it_is_sent(
    collector: Running, size: int, *, is_gzip: bool
) -> None:
    told = list(entries())
    with httpx.Client(base_url=collector.url) as client:
        for start in range(0, len(told), size):
            body = form(told[start : start + size], is_gzip=is_gzip)
            for _ in range(2):  # a client that missed the answer sends it again
                answer = client.post(f"/sa?project={WRITE_KEY}", data=body)
                assert answer.status_code == 200, answer.text
    events = collector.events()
    assert not collector.rejects
    assert kinds(events) == {"track": 2 * N, "identify": 2 * N}
    assert_landed_once(collector, events)
    for event in events:
        if event.name == "ViewProduct":
            n = int((event.product_id or "").removeprefix("sku-"))
            assert properties(event) == {**product(n), "$is_login_id": False}
            assert (event.anonymous_id, event.user_id) == (f"device-{n}", None)
            assert event.original_us == (START_MS + n) * 1_000
    joined = {(e.user_id, e.anonymous_id) for e in events if e.anonymous_id and e.user_id}
    assert joined == {(f"user-{n}", f"device-{n}") for n in range(N)}
    assert sum("city" in traits(e) for e in events) == N
