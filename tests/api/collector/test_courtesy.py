"""What clients ask for besides is answered emptily, correctly and harmlessly."""

from __future__ import annotations

import json

import pytest

from catchment.api.collector import is_collector_path
from catchment.api.collector.courtesy import base_of, courtesy

BASE = "https://events.shop.example"


def asked(path: str) -> dict[str, object]:
    answer = courtesy(path, BASE)
    assert answer is not None
    assert answer.status == 200
    found = json.loads(answer.body)
    assert isinstance(found, dict)
    return found


def test_segments_settings_send_the_client_back_to_us() -> None:
    settings = asked("/v1/projects/wk_1/settings")
    integrations = settings["integrations"]
    assert isinstance(integrations, dict)
    assert list(integrations) == ["Segment.io"]
    assert integrations["Segment.io"]["apiKey"] == "wk_1"
    assert integrations["Segment.io"]["apiHost"] == "events.shop.example/v1"
    assert integrations["Segment.io"]["protocol"] == "https"


@pytest.mark.parametrize("path", ["/decide", "/decide/", "/flags", "/flags/"])
def test_there_are_no_flags(path: str) -> None:
    assert asked(path)["featureFlags"] == {}
    assert asked(path)["errorsWhileComputingFlags"] is False


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/flags/definitions", "flags"),
        ("/api/feature_flag/local_evaluation/", "flags"),
        ("/api/surveys/", "surveys"),
        ("/api/web_experiments/", "experiments"),
        ("/api/early_access_features/", "earlyAccessFeatures"),
    ],
)
def test_lists_are_empty(path: str, name: str) -> None:
    assert asked(path)[name] == []
    assert is_collector_path(path)


def test_posthogs_config_switches_everything_else_off() -> None:
    config = asked("/array/phc_1/config")
    assert config["token"] == "phc_1"
    assert not any(config[name] for name in ("sessionRecording", "surveys", "heatmaps"))
    script = courtesy("/array/phc_1/config.js", BASE)
    assert script is not None
    assert b"_POSTHOG_REMOTE_CONFIG" in script.body


@pytest.mark.parametrize(
    "path",
    [
        "/array/<script>/config.js",
        '/array/a"b/config.js',
        "/array/" + "a" * 300 + "/config",
        "/v1/projects//settings",
        "/static/console.js",
        "/static/../recorder.js",
        "/api/v1/surveys",
    ],
)
def test_nothing_odd_is_reflected_and_nothing_of_the_console_is_taken(path: str) -> None:
    assert courtesy(path, BASE) is None
    assert not is_collector_path(path)


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("shop.example", "https://shop.example"),
        ("127.0.0.1:8000", "https://127.0.0.1:8000"),
        ("[::1]:8000", "https://[::1]:8000"),
        ('evil"><script>', "https://localhost"),
        ("a b", "https://localhost"),
    ],
)
def test_only_a_host_is_believed_to_be_one(host: str, base: str) -> None:
    assert base_of("https", host) == base
