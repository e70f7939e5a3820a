"""The collector's addresses, each by its exact path: which format, and how to answer.

They are the ones that people's clients already post to, so they are not ours to tidy.
"""

from dataclasses import dataclass
from enum import Enum


class Protocol(Enum):
    """Whose manners a request is answered with."""

    SEGMENT = "segment"
    POSTHOG = "posthog"
    SENSORS = "sensors"
    CATCHMENT = "catchment"


@dataclass(frozen=True, slots=True)
class Route:
    """How a path's body is read.

    Attributes:
        format: as `catchment.collect.decode` knows it.
        protocol: whose manners.
        is_historical: what comes this way is history.
    """

    format: str
    protocol: Protocol
    is_historical: bool = False


_SEGMENT_CALLS = {
    "track": "t",
    "identify": "i",
    "page": "p",
    "screen": "s",
    "group": "g",
    "alias": "a",
}


def _routes() -> dict[str, Route]:
    routes = {"/v1/events": Route("catchment", Protocol.CATCHMENT)}
    for kind, short in _SEGMENT_CALLS.items():
        route = Route(f"segment/{kind}", Protocol.SEGMENT)
        routes[f"/v1/{kind}"] = routes[f"/v1/{short}"] = route
    routes["/v1/batch"] = routes["/v1/b"] = Route("segment", Protocol.SEGMENT)
    routes["/v1/import"] = Route("segment", Protocol.SEGMENT, is_historical=True)
    for path in ("/batch", "/capture", "/i/v0/e", "/e", "/track", "/i/v0/ai/batch"):
        routes[path] = routes[path + "/"] = Route("posthog", Protocol.POSTHOG)
    for path in ("/sa", "/sa.gif"):
        routes[path] = Route("sensors", Protocol.SENSORS)
    # Clients are configured with a base address, and some keep its trailing slash.
    for path in [path for path in routes if path.startswith("/v1/")]:
        routes[path + "/"] = routes[path]
    routes["/sa/"] = routes["/sa"]
    return routes


ROUTES = _routes()
