"""From a stranger's first event to a funnel, by way of the commands and addresses in the README."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from stories.installation import Installation, wait_for

STEPS = ("Product Viewed", "Product Added", "Order Completed")


def shopper(number: int, steps: int) -> list[dict[str, Any]]:
    """A person who takes so many of the steps, each event with an id of its own."""
    return [
        {
            "type": "track",
            "event": event,
            "messageId": f"m-{number}-{place}",
            "userId": f"u-{number}",
            "timestamp": f"2026-03-01T10:{place:02}:00Z",
            "properties": {"order_id": f"o-{number}", "revenue": 12.5, "currency": "CNY"}
            if event == "Order Completed"
            else {"product_id": "p-1"},
        }
        for place, event in enumerate(STEPS[:steps])
    ]


def send(client: httpx.Client, key: str, events: list[dict[str, Any]]) -> httpx.Response:
    return client.post("/v1/batch", json={"batch": events}, auth=(key, ""))


def test_a_strangers_first_events_become_a_funnel(installation: Installation) -> None:
    source = installation.ask("sources", "create", "Web store")
    with installation.serving() as client:
        assert client.get("/healthz").is_success
        for number, steps in enumerate([1, 1, 2, 3]):
            for _ in range(2):  # a client that retries what it had sent
                assert send(client, source["write_key"], shopper(number, steps)).status_code == 200
        bad = {"type": "track", "messageId": "bad-1", "userId": "u-9"}
        send(client, source["write_key"], [bad, *shopper(4, 3)])
        counted = installation.ask("events", "count", "--source", "Web store", "--wait")
        assert (counted["accepted"], counted["duplicate"]) == (10, 7)
        assert (counted["quarantined"], counted["in_lake"]) == (1, 10)
    funnel = installation.ask(
        "analytics", "funnel", "--steps", ",".join(STEPS), "--window", "7d",
        "--since", "2026-02-01", "--until", "2026-04-01",
    )  # fmt: skip
    assert [step["people"] for step in funnel["steps"]] == [5, 3, 2]


def test_nothing_that_was_thanked_for_is_lost_when_everything_dies(
    installation: Installation,
) -> None:
    source = installation.ask("sources", "create", "Web store")
    sent = 0
    with installation.serving() as client, pytest.raises(httpx.HTTPError):  # noqa: PT012  (the loop is the story)
        for number in range(10_000):
            if number == 300:
                # The supervisor first, or it would start its parts again.
                installation.kill(installation.pid, *installation.children().values())
            if send(client, source["write_key"], shopper(number, 1)).status_code == 200:
                sent += 1
    counted = installation.ask("events", "count", "--source", "Web store", "--wait")
    assert sent >= 300
    # The one that was under way may have come to disk without its thanks.
    assert sent <= counted["in_lake"] <= sent + 1


def test_the_set_up_link_works_once_and_then_never_again(installation: Installation) -> None:
    with installation.serving() as client:
        token = installation.setup_link().partition("token=")[2]
        owner = {
            "token": token,
            "name": "Lin",
            "email": "lin@example.com",
            "password": "a long enough password 7",
            "workspace_name": "Shanlan",
        }
        assert client.get("/api/v1/setup").json() == {"needed": True}
        assert client.post("/api/v1/setup", json=owner).is_success
        assert client.get("/api/v1/me").json()["operator"]["email"] == "lin@example.com"
        assert client.get("/api/v1/setup").json() == {"needed": False}
        assert client.post("/api/v1/setup", json=owner).status_code in {403, 404, 409}


def test_a_part_that_dies_is_started_again(installation: Installation) -> None:
    source = installation.ask("sources", "create", "Web store")
    with installation.serving() as client:
        before = installation.children()
        assert set(before) == {"collector", "api", "worker"}
        installation.kill(before["worker"], before["api"])
        assert send(client, source["write_key"], shopper(0, 3)).status_code == 200
        wait_for(lambda: {"api", "worker"} <= set(installation.children()))
        wait_for(lambda: client.get("/readyz").is_success)
        after = installation.children()
    assert after["worker"] != before["worker"]
    assert after["collector"] == before["collector"]


def test_an_address_that_is_taken_is_said_in_a_sentence(installation: Installation) -> None:
    with installation.serving() as client:
        said = installation.run("serve", "--port", str(client.base_url.port), code=1)
    assert "--port" in said
    assert "Traceback" not in said


def test_a_wrong_setting_stops_the_start_with_one_sentence(installation: Installation) -> None:
    installation.environ["CATCHMENT_DATABASE"] = "mysql://x"
    said = installation.run("serve", code=2)
    assert said.strip().startswith("catchment: CATCHMENT_DATABASE")
    assert "Traceback" not in said
