"""With the key store away an installation collects, says what waits, and loses nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from stories.installation import Installation, wait_for


def send(client: httpx.Client, key: str, number: int) -> int:
    call = {"type": "track", "event": "Seen", "messageId": f"m{number}", "userId": "13800138000"}
    return client.post("/v1/track", json=call, auth=(key, "")).status_code


def checks(client: httpx.Client) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/readyz").raise_for_status().json()["checks"]
    return told


def test_collecting_goes_on_without_keys_through_a_cold_start_too(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "home")
    keys, away = tmp_path / "home.keys", tmp_path / "elsewhere"
    source = installation.ask("sources", "create", "Shop")
    with installation.serving() as client:
        assert send(client, source["write_key"], 1) == 200
        wait_for(lambda: checks(client)["landing"] == "ok")
        keys.rename(away)
        assert send(client, source["write_key"], 2) == 200
        told = checks(client)
        assert told["keys"] == "keys_away"
        assert told["landing"] == "waits for the keys"
        assert "catchment_landing_waits_for_keys 1.0" in client.get("/metrics").text
    # Started anew without them: the public half of the day's pair lies beside the log.
    with installation.serving() as client:
        assert send(client, source["write_key"], 3) == 200
        assert checks(client)["landing"] == "waits for the keys"
        assert not keys.exists(), "no keys are made in the place of lost ones"
        away.rename(keys)
        wait_for(lambda: checks(client)["landing"] == "ok", 40)
    counted = installation.ask("events", "count", "--source", "Shop", "--wait")
    assert (counted["accepted"], counted["in_lake"], counted["pending"]) == (3, 3, 0)
    said = "".join(installation.said)
    assert "13800138000" not in said
    waits = [json.loads(line) for line in installation.said if "waits_for_keys" in line]
    assert {"landing"} <= {one["loop"] for one in waits}
