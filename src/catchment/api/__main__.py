"""`python -m catchment.api collector|api`: one server process; `catchment serve` starts these."""

import argparse
from collections.abc import Sequence
from typing import Any

import uvicorn

from catchment.api.servers import api_application, collector_application

CONNECTIONS_WAITING_MAX = 4_096
STOP_SECONDS_MAX = 10


def main(arguments: Sequence[str] | None = None) -> None:
    """Serves until stopped."""
    parser = argparse.ArgumentParser(prog="catchment.api", description=__doc__)
    parser.add_argument("role", choices=["collector", "api"])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--socket", help="listen on this Unix socket instead")
    parser.add_argument("--api-socket", help="where the API listens; the collector passes it on")
    told = parser.parse_args(arguments)
    where = {"uds": told.socket} if told.socket else {"host": told.host, "port": told.port}
    if told.role == "collector":
        serve(collector_application(told.api_socket), **where)
    else:
        serve(api_application(), **where)


def serve(application: Any, **where: Any) -> None:
    """Runs an application on an address or a socket."""
    is_behind_front = "uds" in where
    uvicorn.run(
        application,
        loop="uvloop",
        http="httptools",
        # What the server has to say goes through the diary, which masks personal data; addresses
        # of requests, whose queries may hold some, are not written down at all.
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        # Only the front knows who the client is, and only its word is taken.
        proxy_headers=is_behind_front,
        forwarded_allow_ips="*" if is_behind_front else None,
        timeout_graceful_shutdown=STOP_SECONDS_MAX,
        backlog=CONNECTIONS_WAITING_MAX,
        **where,
    )


if __name__ == "__main__":
    main()
