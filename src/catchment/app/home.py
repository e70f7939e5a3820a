"""A home: every part of an installation, made when first asked for, handed to whoever needs it.

The three processes, the command line and a notebook all stand on one of these. It knows everyone
and decides nothing.
"""

import os
from collections.abc import Sequence
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

import structlog

from catchment import access, collect
from catchment.access import Workspace
from catchment.app.diary import keep_diary
from catchment.app.keys import has_data
from catchment.app.privacy_home import PrivacyHome
from catchment.app.settings import Settings, read_settings
from catchment.collect import KnownSources, Source
from catchment.kernel import (
    Conflict,
    IdMaker,
    Missing,
    SystemClock,
    WorkspaceId,
    system_entropy,
)
from catchment.lake import SQLiteEventLog
from catchment.store import Database, UnitOfWork, upgrade
from catchment.vault import KeysAway, KeysWrong

if TYPE_CHECKING:
    from catchment.app.people_keeping import PeopleKeeping
    from catchment.app.rights import HouseRights
    from catchment.audiences import AudienceWorks
    from catchment.collect.land import Lander
    from catchment.lake import Engine, EventTable, IdentityTable, InterestTable
    from catchment.people import (
        FactBook,
        IdentityBook,
        InterestKeeper,
        Interests,
        Overlay,
        PeopleParts,
        PeopleWorks,
        PersonalValues,
        Registrar,
    )
    from catchment.testing.traffic import Demo

_log = structlog.get_logger(__name__)

CLI = "cli"
"""How the audit trail names the command line."""


class WorkspaceNotFound(Missing):
    """No workspace has that name or id."""


class WorkspaceNotNamed(Conflict):
    """There are several workspaces; name one with --workspace."""


class Home(PrivacyHome):
    """The parts of one installation.

    Attributes:
        settings: what it was opened with.
        clock, ids: the house's own.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = SystemClock()
        self.ids = IdMaker(self.clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of every part that was opened, the last one first."""
        for name in ("lander", "engine", "log", "vault", "keys", "key_store", "database"):
            part = self.__dict__.pop(name, None)
            if part is not None and hasattr(part, "close"):
                part.close()

    def prepare(self) -> None:
        """Makes what a first start needs and brings the records to this version's shape."""
        for folder in (self.settings.home, self.settings.lake, self.settings.log.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.prepare_keys(lambda: has_data(self))
        upgrade(self.database)
        self.events.create()
        self.identity.create()
        self.interest_edges.create()

    @cached_property
    def database(self) -> Database:
        """The records."""
        self.settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Database(self.settings.database)

    @cached_property
    def log(self) -> SQLiteEventLog:
        """The event log: whoever collects seals it, and whoever has the keys opens it."""
        from catchment.vault import LogOpener, LogSealer  # noqa: PLC0415  (heavy)

        self.settings.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return SQLiteEventLog(
            self.settings.log,
            sealer=LogSealer(self.seal_file, clock=self.clock, entropy=system_entropy),
            opener=LogOpener(self.log_epochs, clock=self.clock),
        )

    @cached_property
    def events(self) -> "EventTable":
        """The event table of the lake."""
        from catchment.lake import EventTable  # noqa: PLC0415  (heavy)

        return EventTable(self.settings.lake / "events", clock=self.clock)

    @cached_property
    def identity(self) -> "IdentityTable":
        """The identity overlay's table."""
        from catchment.lake import IdentityTable  # noqa: PLC0415  (heavy)

        return IdentityTable(self.settings.lake / "identity", clock=self.clock)

    @cached_property
    def identity_book(self) -> "IdentityBook":
        """Who is who: identifiers, their links, and the people they make."""
        from catchment.people.identity import IdentityBook  # noqa: PLC0415  (heavy)

        return IdentityBook(self.settings.lake / "people")

    @cached_property
    def facts(self) -> "FactBook":
        """Measures of people: what they did, kept by identifier."""
        from catchment.people import FactBook, forgotten_in  # noqa: PLC0415  (heavy)

        return FactBook(
            self.settings.lake / "people", self.engine, self.identity_book,
            zone_of=self.zone_of, forgotten=forgotten_in(self.database),
        )  # fmt: skip

    @cached_property
    def people_parts(self) -> "PeopleParts":
        """What looking at people takes."""
        from catchment.people import PeopleParts  # noqa: PLC0415  (heavy)

        return PeopleParts(
            self.engine, self.facts, self.identity_book, self.hasher, self.people_vault
        )

    @cached_property
    def people_vault(self) -> "PersonalValues":
        """The vault as people's own work reads it: each reading leaves a line in the trail."""
        from catchment.app.traced_vault import TracedVault  # noqa: PLC0415  (heavy)

        return TracedVault(self.vault, self.privacy.revealing)

    @cached_property
    def audiences(self) -> "AudienceWorks":
        """What keeping audiences up takes."""
        from catchment.app.audience_parts import audience_works  # noqa: PLC0415  (heavy)

        return audience_works(
            self.database, self.people_parts, self.settings.home, self.settings.lake,
            privacy=self.privacy, clock=self.clock, ids=self.ids,
        )  # fmt: skip

    @cached_property
    def people_keeping(self) -> "PeopleKeeping":
        """Keeps people, facts and audiences up."""
        from catchment.app.people_keeping import PeopleKeeping  # noqa: PLC0415  (heavy)

        return PeopleKeeping(self.overlay, self.facts, self.audiences, self.rights.consent)

    def zone_of(self, workspace_id: WorkspaceId) -> str:
        """The zone of a workspace's calendar."""
        with UnitOfWork(self.database, reads_only=True) as uow:
            return access.get_workspace(uow, workspace_id).time_zone

    @cached_property
    def interest_edges(self) -> "InterestTable":
        """The table of the interest graph's edges."""
        from catchment.lake import InterestTable  # noqa: PLC0415  (heavy)

        return InterestTable(self.settings.lake / "interests", clock=self.clock)

    @cached_property
    def interest_keeper(self) -> "InterestKeeper":
        """Keeps the interest graph's edges up with the events."""
        from catchment.people import InterestKeeper  # noqa: PLC0415  (heavy)

        return InterestKeeper(
            self.engine, self.interest_edges,
            lambda: {file.workspace_id for file in self.events.files()}, self.clock,
        )  # fmt: skip

    @cached_property
    def interests(self) -> "Interests":
        """Answers who cares about what."""
        from catchment.people import InterestGraphs, Interests, refusing_in  # noqa: PLC0415

        graphs = InterestGraphs(self.interest_edges, self.identity, self.clock)
        return Interests(graphs, refusing_in(self.database, self.identity_book))

    @cached_property
    def engine(self) -> "Engine":
        """What answers questions."""
        from catchment.lake.engines import EngineSetting, open_engine  # noqa: PLC0415  (heavy)

        return open_engine(
            self.settings.engine,
            EngineSetting(events=self.events, identity=self.identity, threads=os.cpu_count() or 2),
        )

    @cached_property
    def directory(self) -> KnownSources:
        """Where write keys lead."""
        return KnownSources(self.database, self.clock, self.keys)

    @cached_property
    def lander(self) -> "Lander":
        """Moves events from the log into the lake."""
        from catchment.collect import Lander, LandingParts  # noqa: PLC0415  (heavy)

        return Lander(
            LandingParts(
                log=self.log,
                table=self.events,
                folder=self.settings.lake / "landing",
                decode=collect.decode,
                hasher=self.hasher,
                quarantine=collect.QuarantineStore(self.database, self.keys),
                clock=self.clock,
                blocked_ids=self.directory.blocked_ids,
                protect=self.protector.protect,
                look=self.protector.look,
                suppressed=self.suppressed,
            )
        )

    @cached_property
    def people(self) -> "PeopleWorks":
        """What keeping people together takes."""
        from catchment.people import PeopleWorks  # noqa: PLC0415  (heavy)

        return PeopleWorks(
            engine=self.engine,
            overlay=self.identity,
            book=self.identity_book,
            subjects=self.hasher,
            database=self.database,
            clock=self.clock,
            ids=self.ids,
            vault=self.people_vault,
            deletions=self.rights.deletions,
        )

    @cached_property
    def overlay(self) -> "Overlay":
        """Keeps who a subject is."""
        from catchment.people import Overlay  # noqa: PLC0415  (heavy)

        return Overlay(self.people, lambda: {file.workspace_id for file in self.events.files()})

    @cached_property
    def registrar(self) -> "Registrar":
        """Says who is who, and writes down what is decided about it."""
        from catchment.people import Registrar  # noqa: PLC0415  (heavy)

        return Registrar(self.people)

    def catch_up(self) -> None:
        """Lands all that waits in the log and brings the overlay up to it."""
        self.land()
        self.overlay.catch_up()

    def land(self) -> None:
        """Lands all that waits in the log; while the keys are away, says that it waits on."""
        try:
            self.lander.catch_up()
        except (KeysAway, KeysWrong) as away:
            _log.warning("landing_waits", reason=away.message)

    def workspace(self, name: str | None = None) -> Workspace:
        """The workspace of this name or id; without one, the only real one, made if need be.

        Raises:
            WorkspaceNotFound: none is called so.
            WorkspaceNotNamed: there are several to choose from.
        """
        with UnitOfWork(self.database) as uow:
            found = access.list_workspaces(uow)
            if name is None:
                real = [workspace for workspace in found if not workspace.is_demo]
                if len(real) > 1:
                    names = ", ".join(repr(workspace.name) for workspace in real)
                    raise WorkspaceNotNamed(f"name a workspace with --workspace: {names}")
                return access.default_workspace(uow, clock=self.clock, ids=self.ids)
            named = [w for w in found if name in {w.id, w.name}]
        if not named:
            names = ", ".join(repr(workspace.name) for workspace in found) or "none yet"
            raise WorkspaceNotFound(f"no workspace is called {name!r}; there are: {names}")
        return named[0]

    def list_sources(self, workspace: Workspace) -> Sequence[Source]:
        """A workspace's sources."""
        with UnitOfWork(self.database, reads_only=True) as uow:
            return collect.list_sources(uow, workspace.id)

    def source(self, workspace: Workspace, name: str) -> Source:
        """The source of this name or id."""
        with UnitOfWork(self.database, reads_only=True) as uow:
            for source in collect.list_sources(uow, workspace.id):
                if source.id == name:
                    return source
            return collect.find_source_by_name(uow, workspace.id, name)

    def create_source(self, workspace: Workspace, name: str, kind: str) -> Source:
        """Makes a source."""
        with UnitOfWork(self.database) as uow:
            return collect.create_source(uow, workspace.id, name, kind, change=self.change)

    @cached_property
    def rights(self) -> "HouseRights":
        """What people's rights take."""
        from catchment.app.rights import HouseRights  # noqa: PLC0415  (heavy)

        return HouseRights(self)

    @property
    def change(self) -> collect.Change:
        """How the command line changes sources."""
        return collect.Change(actor=CLI, clock=self.clock, ids=self.ids)

    def create_key(self, workspace: Workspace, name: str, scopes: Sequence[str]) -> tuple[str, str]:
        """Makes an API key; returns its id and the secret that is shown this once."""
        with UnitOfWork(self.database) as uow:
            made = access.create_key(
                uow, workspace.id, name, access.parse_scopes(scopes),
                actor=CLI, clock=self.clock, ids=self.ids,
            )  # fmt: skip
        return made.key.id, made.secret

    def setup_link(self, origin: str) -> str | None:
        """A fresh one-time link for the first owner; `None` once there is one."""
        with UnitOfWork(self.database) as uow:
            if not access.is_setup_needed(uow):
                return None
            token = access.new_setup_link(uow, clock=self.clock)
        return f"{origin}/setup?token={token}"

    def demo(self) -> "Demo":
        """The demo workspace with its sources and audiences, made if need be."""
        from catchment.testing.traffic import DEMO_NAME, DEMO_SOURCES, Demo  # noqa: PLC0415

        with UnitOfWork(self.database) as uow:
            known = [w for w in access.list_workspaces(uow) if w.is_demo]
            made = known[0] if known else access.create_workspace(
                uow, DEMO_NAME, clock=self.clock, ids=self.ids, is_demo=True, actor=CLI
            )  # fmt: skip
            present = {s.name: s for s in collect.list_sources(uow, made.id)}
            sources = {
                stream: (
                    present.get(name)
                    or collect.create_source(uow, made.id, name, kind, change=self.change)
                ).id
                for stream, (name, kind) in DEMO_SOURCES.items()
            }
        from catchment.app.demo_audiences import make_demo_audiences  # noqa: PLC0415  (heavy)

        make_demo_audiences(self.audiences, made.id)
        return Demo(WorkspaceId(made.id), sources)


def open_home(settings: Settings | None = None) -> Home:
    """The home that the environment names, ready for use.

    Raises:
        SettingRefused: a variable cannot be used; the message says how to mend it.
    """
    keep_diary()
    home = Home(settings or read_settings(os.environ))
    home.prepare()
    return home
