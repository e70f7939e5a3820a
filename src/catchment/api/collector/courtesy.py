"""Courtesy: what clients ask for besides sending events, answered emptily and correctly.

Settings without destinations, no feature flags, no surveys, no session recording: a client that
gets these goes on to send its events and asks for nothing more.
"""

import re
from collections.abc import Callable

import msgspec

from catchment.api.collector.answers import Answer, json_answer

_NAME = r"([A-Za-z0-9_.\-]{1,256})"
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9a-fA-F:]+\](:\d{1,5})?")
_SCRIPT = [(b"content-type", b"application/javascript; charset=utf-8")]

_NO_FLAGS = {
    "flags": {},
    "featureFlags": {},
    "featureFlagPayloads": {},
    "errorsWhileComputingFlags": False,
    "requestId": "00000000-0000-0000-0000-000000000000",
}
_POSTHOG_CONFIG = {
    "supportedCompression": ["gzip", "gzip-js"],
    "hasFeatureFlags": False,
    "captureDeadClicks": False,
    "capturePerformance": False,
    "autocaptureExceptions": False,
    "errorTracking": {"autocaptureExceptions": False, "suppressionRules": []},
    "analytics": {"endpoint": "/i/v0/e/"},
    "elementsChainAsString": True,
    "sessionRecording": False,
    "heatmaps": False,
    "surveys": False,
    "productTours": False,
    "logs": {"captureConsoleLogs": False},
    "conversations": False,
    "defaultIdentifiedOnly": True,
    "autocapture_opt_out": False,
    "editorParams": {},
    "toolbarParams": {},
    "isAuthenticated": False,
    "siteApps": [],
}
_ALLOW_ALL = {"__default": {"enabled": True, "integrations": {}}}


def _segment_settings(write_key: str, base: str) -> Answer:
    protocol, _, host = base.partition("://")
    integration = {
        "apiKey": write_key,
        "apiHost": f"{host}/v1",
        "protocol": protocol,
        "unbundledIntegrations": [],
        "addBundledMetadata": True,
        "maybeBundledConfigIds": {},
        "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
    }
    return json_answer(
        {
            "integrations": {"Segment.io": integration},
            "plan": {"track": _ALLOW_ALL, "identify": _ALLOW_ALL, "group": _ALLOW_ALL},
            "edgeFunction": {},
            "analyticsNextEnabled": True,
            "middlewareSettings": {},
            "enabledMiddleware": {},
            "metrics": {"sampleRate": 0, "host": f"{host}/v1"},
            "legacyVideoPluginsEnabled": False,
            "remotePlugins": [],
        }
    )


def _posthog_config(token: str, base: str) -> Answer:
    del base
    return json_answer({"token": token, **_POSTHOG_CONFIG})


def _posthog_config_script(token: str, base: str) -> Answer:
    config = _posthog_config(token, base).body.decode()
    script = (
        "(function(){var all=window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{};"
        f"all[{msgspec.json.encode(token).decode()}]={{config:{config},siteApps:[]}};}})();"
    )
    return Answer(200, _SCRIPT, script.encode())


def _empty_script(name: str, base: str) -> Answer:
    del name, base
    return Answer(200, _SCRIPT, b"/* Catchment keeps no such part of this client. */\n")


_BY_PATTERN: tuple[tuple[re.Pattern[str], Callable[[str, str], Answer]], ...] = (
    (re.compile(rf"/v1/projects/{_NAME}/settings"), _segment_settings),
    (re.compile(rf"/array/{_NAME}/config"), _posthog_config),
    (re.compile(rf"/array/{_NAME}/config\.js"), _posthog_config_script),
    (
        re.compile(
            r"/static/(?:[0-9][0-9.]*/)?((?:lazy-|posthog-)?recorder|surveys(?:-preview)?|toolbar"
            r"|exception-autocapture|web-vitals(?:-with-attribution)?|dead-clicks-autocapture"
            r"|tracing-headers|customizations|product-tours|conversations|logs"
            r"|element-inference|remote-config)\.js"
        ),
        _empty_script,
    ),
)
_SEGMENT_YES = {"success": True}
_BY_PATH: dict[str, object] = {
    "/decide": _NO_FLAGS | {"supportedCompression": ["gzip", "gzip-js"], "sessionRecording": False},
    "/flags": _NO_FLAGS,
    "/flags/definitions": {"flags": [], "group_type_mapping": {}, "cohorts": {}},
    "/api/feature_flag/local_evaluation": {"flags": [], "group_type_mapping": {}, "cohorts": {}},
    "/api/surveys": {"surveys": []},
    "/api/web_experiments": {"experiments": []},
    "/api/product_tours": {"product_tours": []},
    "/api/early_access_features": {"earlyAccessFeatures": []},
    # Recordings, logs, metrics of the client itself: taken off its hands, and not kept.
    "/s": {"status": 1},
    "/i/v1/logs": {},
    "/i/v1/metrics": {},
    "/v1/m": _SEGMENT_YES,
    # Sensors' remote configuration: nothing is switched off.
    "/config": {"v": "0", "configs": {"disableSDK": False, "disableDebugMode": True}},
    "/config/Android.conf": {"v": "0", "configs": {"disableSDK": False, "disableDebugMode": True}},
    "/config/iOS.conf": {"v": "0", "configs": {"disableSDK": False, "disableDebugMode": True}},
    "/healthz": {"status": "ok"},
}


def courtesy(path: str, base: str) -> Answer | None:
    """The answer to what a client asks for besides; nothing where the path is none of these.

    Args:
        path: of the request.
        base: our own scheme and host, as the client reached us.
    """
    value = _BY_PATH.get(path) or _BY_PATH.get(path.removesuffix("/"))
    if value is not None:
        return json_answer(value)
    for pattern, answer in _BY_PATTERN:
        match = pattern.fullmatch(path)
        if match:
            return answer(match[1], base)
    return None


def is_courtesy(path: str) -> bool:
    """Whether the path is one that a client asks besides."""
    return (
        path in _BY_PATH
        or path.removesuffix("/") in _BY_PATH
        or any(pattern.fullmatch(path) for pattern, _ in _BY_PATTERN)
    )


def base_of(scheme: str, host: str) -> str:
    """Our own address as the client wrote it, where that is one at all."""
    return f"{scheme}://{host if _HOST.fullmatch(host) else 'localhost'}"
