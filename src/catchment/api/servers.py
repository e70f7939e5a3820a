"""The two servers with their parts: the collector, which faces the world, and the API behind it."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from catchment.api.application import create_app
from catchment.api.collector import Collector, is_collector_path
from catchment.api.front import Front
from catchment.api.services import Services
from catchment.app import Home, open_home
from catchment.collect import Acceptor, FreshLook, Intake, KnownSources, SeenRequests
from catchment.lake import GroupCommit

Application = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[MutableMapping[str, Any]]],
        Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ],
    Awaitable[None],
]


class _Directory:
    """The source directory as the collector asks it: from memory, kept fresh by a thread."""

    def __init__(self, directory: KnownSources) -> None:
        self._directory = directory

    async def find(self, write_key: str) -> Intake | None:
        return self._directory.find(write_key)


def collector_application(api_socket: str | None) -> Application:
    """The collector; with a socket, also the front of the API that listens there."""
    home = open_home()
    directory = home.directory.__enter__()
    commit = GroupCommit(home.log)

    async def stop() -> None:
        await commit.close()
        directory.__exit__(None, None, None)
        home.close()

    guard = SeenRequests(home.database, home.clock)
    looks = FreshLook(directory.refresh)
    acceptor = Acceptor(_Directory(directory), commit, home.clock, guard, looks)
    collector = Collector(acceptor, on_stop=stop)
    if not api_socket:
        return collector
    return Front(collector, is_collector_path, api_socket, trusts_proxy=home.settings.trusts_proxy)


def api_application() -> Application:
    """The managing API with the console."""
    return create_app(services_of(open_home()))


def services_of(home: Home) -> Services:
    """What the API is handed."""
    return Services(
        database=home.database,
        log=home.log,
        events=home.events,
        engine=home.engine,
        landing=home.lander.state,
        registrar=home.registrar,
        interests=home.interests,
        people=home.people_parts,
        audiences=home.audiences,
        privacy=home.privacy,
        clock=home.clock,
        ids=home.ids,
        home=home.settings.home,
        private_webhooks=home.settings.private_webhooks,
    )
