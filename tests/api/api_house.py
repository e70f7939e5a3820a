"""A whole small installation: real records, log, lake and engine in a folder; and its callers."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from catchment import access, collect
from catchment.access import Passwords, Role, Workspace
from catchment.api import Services, create_app
from catchment.app.audience_parts import audience_works
from catchment.app.rights import HouseErased, HouseParting, RightsVault
from catchment.app.traced_vault import TracedVault
from catchment.audiences import AUDIENCE_EXPORT_JOB, LiveAudiences, run_audience_export
from catchment.collect import Lander, LandingParts, SubjectHasher
from catchment.jobs import JobWorker
from catchment.kernel import IdMaker, SystemClock, WorkspaceId
from catchment.lake import (
    EngineSetting,
    EventTable,
    IdentityTable,
    InterestTable,
    Received,
    open_engine,
)
from catchment.people import (
    ACCESS_JOB,
    DUPLICATES_JOB_KIND,
    THRESHOLDS_JOB,
    AccessWorks,
    ConsentKeeper,
    Deletions,
    DuplicateWorks,
    FactBook,
    Gathering,
    IdentityBook,
    InterestGraphs,
    InterestKeeper,
    Interests,
    Overlay,
    PeopleParts,
    PeopleWorks,
    Registrar,
    identity_fields,
    refusing_in,
    run_access_job,
    run_search_job,
    run_thresholds_job,
)
from catchment.store import Database, UnitOfWork, upgrade
from catchment.testing.log_seals import toy_log
from catchment.testing.privacy_desk import make_privacy
from catchment.vault import Protector

PASSWORD = "correct horse battery"
COOKIE = "catchment_sign_in"
CSRF = {"X-Catchment-CSRF": "1"}
ROLES = ("viewer", "analyst", "operator", "keeper", "auditor", "owner")


class Client:
    """A plain caller: one method per verb, cookies and headers of its own."""

    def __init__(self, app: FastAPI, base_url: str = "http://testserver") -> None:
        self._app = app
        self._base_url = base_url
        self.cookies = httpx.Cookies()
        self.headers: dict[str, str] = {}

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Sends a request and takes the whole answer."""
        headers = {**self.headers, **(options.pop("headers", None) or {})}
        return asyncio.run(self._send(method, path, headers, options))

    async def _send(
        self, method: str, path: str, headers: dict[str, str], options: dict[str, Any]
    ) -> httpx.Response:
        transport = httpx.ASGITransport(app=self._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport,
            base_url=self._base_url,
            cookies=self.cookies,
            trust_env=False,
        ) as client:
            answer = await client.request(method, path, headers=headers, **options)
            self.cookies = client.cookies
            return answer

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Reads."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """Makes or does."""
        return self.request("POST", path, **options)

    def patch(self, path: str, **options: Any) -> httpx.Response:
        """Changes."""
        return self.request("PATCH", path, **options)

    def put(self, path: str, **options: Any) -> httpx.Response:
        """Replaces."""
        return self.request("PUT", path, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        """Removes."""
        return self.request("DELETE", path, **options)


@dataclass
class House:
    """An installation with two workspaces and someone of every rank."""

    services: Services
    app: FastAPI
    lander: Lander
    ours: Workspace
    theirs: Workspace
    cookies: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def client(self, caller: str = "owner", *, app: FastAPI | None = None) -> Client:
        """A client that calls as `owner`, `stranger` (owner next door), or `key:SCOPE`."""
        client = Client(app or self.app)
        if caller.startswith("key:"):
            client.headers["Authorization"] = f"Bearer {self.key(caller.removeprefix('key:'))}"
        elif caller != "anonymous":
            client.cookies.set(COOKIE, self.cookies[caller], domain="testserver.local")
            client.headers.update(CSRF)
        return client

    def key(self, scope: str) -> str:
        """The secret of a key of ours with this scope."""
        if scope not in self.keys:
            with UnitOfWork(self.services.database) as uow:
                made = access.create_key(
                    uow, self.ours.id, f"for {scope}", [scope],
                    actor="test", clock=self.services.clock, ids=self.services.ids,
                )  # fmt: skip
            self.keys[scope] = made.secret
        return self.keys[scope]

    def send(
        self, events: list[object], source_id: str = "src_1", workspace: Workspace | None = None
    ) -> None:
        """Sends events in our own format, and lands them."""
        body = json.dumps({"events": events}).encode()
        now_us = self.services.clock.now_us()
        to = (workspace or self.ours).id
        self.services.log.append([Received(to, source_id, "catchment", now_us, body)])
        self.lander.catch_up()

    def keep_interests(self) -> None:
        """Brings the interest graphs up to the events, as the worker does."""
        table = InterestTable(self.services.home / "lake" / "interests")
        keeper = InterestKeeper(
            self.services.engine, table, self._workspaces, self.services.clock
        )  # fmt: skip
        keeper.catch_up()

    def keep_people(self) -> None:
        """Lands what waits, and brings people and audiences up to it, as the worker does."""
        self.lander.catch_up()
        services, parts = self.services, self.services.people
        works = PeopleWorks(
            engine=services.engine, overlay=IdentityTable(services.home / "lake" / "identity"),
            book=parts.identity, subjects=parts.subjects, database=services.database,
            clock=services.clock, ids=services.ids, vault=parts.vault,
        )  # fmt: skip
        Overlay(works, self._workspaces).catch_up()
        live = LiveAudiences(services.audiences)
        consent = ConsentKeeper(services.engine, services.database, services.clock, services.ids)
        for workspace_id in self._workspaces():
            parts.facts.catch_up(workspace_id)
            consent.catch_up(workspace_id, parts.facts.position(workspace_id))
            live.step(workspace_id, parts.facts.position(workspace_id))

    def run_jobs(self) -> None:
        """Does every job that waits, as the worker does."""
        services, parts = self.services, self.services.people
        files = collect.KeptFiles(services.keys)
        importer = collect.Importer(
            services.log, collect.ImportTable(services.database), services.clock, services.ids,
            open_path=files.open,
        )  # fmt: skip
        exports = collect.ExportWorks(
            services.engine, services.vault, files, services.home / "exports", services.clock
        )
        duplicates = DuplicateWorks(
            parts.facts, parts.identity, services.database, services.clock, vault=parts.vault
        )
        handlers = {
            collect.IMPORT_JOB_KIND: collect.run_import_job(importer),
            collect.EXPORT_JOB_KIND: collect.run_export_job(exports),
            AUDIENCE_EXPORT_JOB: run_audience_export(services.audiences),
            DUPLICATES_JOB_KIND: run_search_job(duplicates),
            THRESHOLDS_JOB: run_thresholds_job(services.engine, services.clock, services.ids),
            ACCESS_JOB: run_access_job(_access(services)),
        }
        JobWorker(
            services.database, handlers,
            clock=services.clock, ids=services.ids, chance=random.Random(1),
        ).run_due()  # fmt: skip
        self.lander.catch_up()

    def _workspaces(self) -> list[WorkspaceId]:
        return [self.ours.id, self.theirs.id]

    def at(self, path: str = "", workspace: Workspace | None = None) -> str:
        """An address inside a workspace; ours, if none is given."""
        return f"/api/v1/workspaces/{(workspace or self.ours).id}{path}"


def build(folder: Path, records: str | None = None) -> tuple[Services, Lander]:
    """Every real part, in a folder; the records there too, unless they are elsewhere."""
    clock = SystemClock()
    database = Database(records or f"sqlite:///{folder / 'records.db'}")
    upgrade(database)
    log = toy_log(folder / "log.db")
    events = EventTable(folder / "lake" / "events", clock=clock)
    events.create()
    identity = IdentityTable(folder / "lake" / "identity")
    ids, hasher = IdMaker(clock), SubjectHasher(b"k" * 32)
    privacy = make_privacy(folder, database, clock, ids)
    lander = Lander(
        LandingParts(
            log=log, table=events, folder=folder / "lake" / "landing", decode=collect.decode,
            hasher=hasher, quarantine=collect.QuarantineStore(database, privacy.keys), clock=clock,
            protect=Protector(
                privacy.vault, hasher, privacy.fields.of, identity_fields(database)
            ).protect,
        )
    )  # fmt: skip
    vault = TracedVault(privacy.vault, privacy.revealing)
    engine = open_engine("duckdb", EngineSetting(events=events, identity=identity))
    book = IdentityBook(folder / "lake" / "people")
    people = PeopleWorks(
        engine=engine, overlay=identity, book=book,
        subjects=hasher, database=database, clock=clock, ids=ids,
        deletions=Deletions(
            database, privacy.keys, HouseParting(privacy.vault, events, lambda *_: ()),
            HouseErased(events, folder), clock, ids,
        ),
        vault=vault,
    )  # fmt: skip
    facts = FactBook(folder / "lake" / "people", engine, book)
    parts = PeopleParts(engine, facts, book, hasher, vault)
    services = Services(
        database=database, log=log, events=events, landing=lander.state, engine=engine,
        registrar=Registrar(people),
        people=parts, privacy=privacy,
        audiences=audience_works(
            database, parts, folder, folder / "lake", privacy=privacy, clock=clock, ids=ids
        ),
        interests=Interests(
            InterestGraphs(InterestTable(folder / "lake" / "interests"), identity, clock),
            refusing_in(database, book),
        ),
        clock=clock, ids=ids, home=folder,
        passwords=Passwords(time_cost=1, memory_kib=64), static=folder / "static",
    )  # fmt: skip
    return services, lander


def settle(folder: Path, records: str | None = None) -> House:
    """An installation with two workspaces, four operators in ours and one owner next door."""
    services, lander = build(folder, records)
    clock, ids, database = services.clock, services.ids, services.database
    with UnitOfWork(database) as uow:
        token = access.new_setup_link(uow, clock=clock)
    assert token is not None
    first = access.FirstOwner("Lin", "owner@example.com", PASSWORD, "Tea House")
    owner, ours = access.set_up(database, services.passwords, token, first, clock=clock, ids=ids)
    with UnitOfWork(database) as uow:
        theirs = access.create_workspace(uow, "Next Door", clock=clock, ids=ids)
    house = House(services, create_app(services), lander, ours, theirs)
    for role in ROLES[:-1]:
        _join(house, role, ours, Role(role))
    _join(house, "stranger", theirs, Role.OWNER)
    with UnitOfWork(database) as uow:
        house.cookies["owner"] = access.sign_in_known(uow, owner, clock=clock).token
    return house


def _join(house: House, name: str, workspace: Workspace, role: Role) -> None:
    services = house.services
    clock, ids = services.clock, services.ids
    with UnitOfWork(services.database) as uow:
        invited = access.invite(
            uow, workspace.id, f"{name}@example.com", name.title(), role,
            actor="test", clock=clock, ids=ids,
        )  # fmt: skip
    operator = access.accept_invitation(
        services.database, services.passwords, invited.token, PASSWORD, clock=clock, ids=ids
    )
    with UnitOfWork(services.database) as uow:
        house.cookies[name] = access.sign_in_known(uow, operator, clock=clock).token


def close(house: House) -> None:
    """Lets go of every part."""
    house.lander.close()
    house.services.log.close()
    house.services.vault.close()
    house.services.keys.close()
    house.services.database.close()


def _access(services: Services) -> AccessWorks:
    vault = RightsVault(services.vault, services.privacy.revealing)
    gathering = Gathering(services.people, services.database, vault, services.clock)
    return AccessWorks(gathering, services.keys, services.home)
