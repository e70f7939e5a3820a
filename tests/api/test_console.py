"""The console's files, the headers around every answer, and the addresses for machines."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.api_house import Client, House
from catchment.lake import Received
from catchment.vault import FileKeyStore

PAGE = "<!doctype html><title>console</title>"


@pytest.fixture
def built(house: House) -> Client:
    static: Path = house.services.static
    (static / "assets").mkdir(parents=True, exist_ok=True)
    (static / "index.html").write_text(PAGE)
    (static / "assets" / "index-4f3a.js").write_text("console.log(1)")
    return house.client("anonymous")


def test_until_it_is_built_a_page_says_how(house: House) -> None:
    static: Path = house.services.static
    (static / "index.html").unlink(missing_ok=True)
    answer = house.client("anonymous").get("/")
    assert answer.status_code == 404
    assert "make console" in answer.text


@pytest.mark.parametrize("path", ["/", "/sources", "/insights/funnel?steps=A", "/settings/keys"])
def test_every_address_of_the_console_is_its_one_page(built: Client, path: str) -> None:
    answer = built.get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["cache-control"] == "no-cache"


def test_files_with_hashed_names_are_kept_for_ever(built: Client) -> None:
    answer = built.get("/assets/index-4f3a.js")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


def test_a_script_that_is_gone_is_not_answered_with_a_page(built: Client) -> None:
    assert built.get("/assets/index-old.js", headers={"Accept": "*/*"}).status_code == 404


@pytest.mark.parametrize("path", ["/../records.db", "/%2e%2e/records.db", "/assets/../../log.db"])
def test_nothing_outside_the_folder_is_served(built: Client, path: str) -> None:
    answer = built.get(path)
    assert answer.text == PAGE or answer.status_code == 404


@pytest.mark.parametrize("path", ["/", "/api/v1/setup", "/api/v1/me", "/healthz", "/api/v1/no"])
def test_every_answer_carries_the_headers(built: Client, path: str) -> None:
    headers = built.get(path).headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    if path.startswith("/api"):
        assert headers["cache-control"] == "no-store"


def test_machines_ask_whether_it_lives_and_how_it_is(house: House) -> None:
    client = house.client("anonymous")
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert ready["checks"] == dict.fromkeys(("records", "log", "lake", "keys", "landing"), "ok")
    house.client("owner").get("/api/v1/me")
    families = {f.name: f for f in text_string_to_metric_families(client.get("/metrics").text)}
    answered = {
        (s.labels["operation"], s.labels["status"])
        for s in families["catchment_api_requests"].samples
        if s.name.endswith("_total")
    }
    assert ("read_me", "200") in answered
    assert families["catchment_log_head"].samples[0].value >= 0
    assert families["catchment_keys_available"].samples[0].value == 1
    assert families["catchment_landing_waits_for_keys"].samples[0].value == 0


def test_without_its_keys_it_is_ready_and_says_what_waits(house: House) -> None:
    client, store = house.client("anonymous"), house.services.keys.store
    assert isinstance(store, FileKeyStore)
    away = store.folder.with_name("elsewhere")
    store.folder.rename(away)
    try:
        checks = client.get("/readyz").json()["checks"]
        assert checks["keys"] == "keys_away"
        assert checks["landing"] == "ok"
        house.services.log.append([Received(house.ours.id, "src", "segment", 1, b"{}")])
        assert client.get("/readyz").json()["checks"]["landing"] == "waits for the keys"
        told = {f.name: f for f in text_string_to_metric_families(client.get("/metrics").text)}
        assert told["catchment_keys_available"].samples[0].value == 0
        assert told["catchment_landing_waits_for_keys"].samples[0].value == 1
    finally:
        away.rename(store.folder)
    assert client.get("/readyz").json()["checks"]["keys"] == "ok"
    house.lander.catch_up()
