"""A whole small installation: real records, log, lake and engine in a folder; and its callers."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from catchment import access, collect
from catchment.access import Passwords, Role, Workspace
from catchment.api import Services, create_app
from catchment.app.audience_parts import audience_works
from catchment.audiences import LiveAudiences
from catchment.collect import Lander, LandingParts, SubjectHasher
from catchment.kernel import IdMaker, SystemClock
from catchment.lake import (
    EngineSetting,
    EventTable,
    IdentityTable,
    InterestTable,
    Received,
    SQLiteEventLog,
    open_engine,
)
from catchment.people import (
    FactBook,
    IdentityBook,
    InterestGraphs,
    InterestKeeper,
    Interests,
    Overlay,
    PeopleParts,
    PeopleWorks,
    Registrar,
)
from catchment.store import Database, UnitOfWork, upgrade

PASSWORD = "correct horse battery"
COOKIE = "catchment_sign_in"
CSRF = {"X-Catchment-CSRF": "1"}
ROLES = ("viewer", "analyst", "operator", "owner")


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

    def keep_interests(self) -> None:
        """Brings the interest graph up to the events, as the worker does."""
        table = InterestTable(self.services.home / "lake" / "interests")
        keeper = InterestKeeper(
            self.services.engine, table, lambda: [self.ours.id], self.services.clock
        )
        keeper.catch_up()

    def keep_people(self) -> None:
        """Lands what waits, and brings people and audiences up to it, as the worker does."""
        self.lander.catch_up()
        services, parts = self.services, self.services.people
        works = PeopleWorks(
            engine=services.engine, overlay=IdentityTable(services.home / "lake" / "identity"),
            book=parts.identity, subjects=parts.subjects, database=services.database,
            clock=services.clock, ids=services.ids,
        )  # fmt: skip
        Overlay(works, lambda: [self.ours.id]).catch_up()
        parts.facts.catch_up(self.ours.id)
        live = LiveAudiences(services.audiences)
        live.step(self.ours.id, parts.facts.position(self.ours.id))

    def at(self, path: str = "", workspace: Workspace | None = None) -> str:
        """An address inside a workspace; ours, if none is given."""
        return f"/api/v1/workspaces/{(workspace or self.ours).id}{path}"


def build(folder: Path) -> tuple[Services, Lander]:
    """Every real part, in a folder."""
    clock = SystemClock()
    database = Database(f"sqlite:///{folder / 'records.db'}")
    upgrade(database)
    log = SQLiteEventLog(folder / "log.db")
    events = EventTable(folder / "lake" / "events", clock=clock)
    events.create()
    identity = IdentityTable(folder / "lake" / "identity")
    lander = Lander(
        LandingParts(
            log=log, table=events, folder=folder / "lake" / "landing", decode=collect.decode,
            hasher=SubjectHasher(b"k" * 32), quarantine=collect.QuarantineStore(database),
            clock=clock,
        )
    )  # fmt: skip
    engine = open_engine("duckdb", EngineSetting(events=events, identity=identity))
    ids = IdMaker(clock)
    hasher, book = SubjectHasher(b"k" * 32), IdentityBook(folder / "lake" / "people")
    people = PeopleWorks(
        engine=engine, overlay=identity, book=book,
        subjects=hasher, database=database, clock=clock, ids=ids,
    )  # fmt: skip
    parts = PeopleParts(engine, FactBook(folder / "lake" / "people", engine, book), book, hasher)
    services = Services(
        database=database, log=log, events=events, landing=lander.state, engine=engine,
        registrar=Registrar(people),
        people=parts,
        audiences=audience_works(
            database, parts, folder, folder / "lake", clock=clock, ids=ids
        ),
        interests=Interests(
            InterestGraphs(InterestTable(folder / "lake" / "interests"), identity, clock)
        ),
        clock=clock, ids=ids, home=folder,
        passwords=Passwords(time_cost=1, memory_kib=64), static=folder / "static",
    )  # fmt: skip
    return services, lander


def settle(folder: Path) -> House:
    """An installation with two workspaces, four operators in ours and one owner next door."""
    services, lander = build(folder)
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
    house.services.database.close()


CANARY = "canary-7f3a91"
"""Stands in everything that is ours, so that a leak next door can be seen."""


def furnish(house: House) -> dict[str, str]:
    """Fills our workspace with one of everything, each marked; gives the ids by their names."""
    owner = house.client("owner")
    source = owner.post(house.at("/sources"), json={"name": CANARY, "kind": "web"}).json()
    _send(house, source["id"])
    key = owner.post(house.at("/keys"), json={"name": CANARY, "scopes": ["events:read"]}).json()
    invited = owner.post(
        house.at("/operators"),
        json={"email": f"{CANARY}@example.com", "name": CANARY, "role": "viewer"},
    ).json()
    owner.put(house.at("/blocked-ids"), json={"values": [CANARY]})
    owner.patch(house.at(), json={"name": f"Tea House {CANARY}"})
    export = owner.post(house.at("/events/exports"), json={"event": CANARY}).json()
    table = f"user,event,time\n1,{CANARY},2026-01-02T03:04:05Z\n"
    upload = owner.post(
        house.at("/imports/uploads"), files={"file": (f"{CANARY}.csv", table.encode())}
    ).json()
    started = owner.post(
        house.at("/imports"), json={"upload_id": upload["upload_id"], "source_id": source["id"]}
    ).json()
    held = owner.get(house.at("/quarantine")).json()["items"]
    audience = owner.post(
        house.at("/audiences"), json={"name": CANARY, "rule": {"did": {"event": CANARY}}}
    ).json()
    house.keep_people()
    ordered = {"format": "csv", "purpose": CANARY}
    owner.post(house.at(f"/audiences/{audience['id']}/exports"), json=ordered)
    listed = owner.post(
        house.at("/lists"), params={"name": CANARY, "kind": "user"},
        files={"file": ("list.csv", f"user-{CANARY}\n".encode())},
    ).json()  # fmt: skip
    seen = owner.get(house.at("/events"), params={"event": CANARY}).json()["items"]
    trait = owner.post(
        house.at("/traits"),
        json={"name": "canary", "label_zh": CANARY, "label_en": CANARY, "type": "text",
              "declared": {"field": f"traits.{CANARY}"}},
    ).json()  # fmt: skip
    group = owner.post(house.at("/tag-groups"), json={"name": CANARY}).json()
    tag = owner.post(house.at("/tags"), json={"group_id": group["id"], "name": CANARY}).json()
    owner.post(
        house.at(f"/people/{seen[0]['person']}/tags"), json={"tag_id": tag["id"], "reason": CANARY}
    )
    return {
        "workspace_id": house.ours.id,
        "source_id": source["id"],
        "key_id": key["key_id"],
        "operator_id": invited["operator"]["id"],
        "job_id": export["id"],
        "export_id": export["id"],
        "import_id": started["import_id"],
        "upload_id": upload["upload_id"],
        "quarantined_id": held[0]["id"],
        "person_id": seen[0]["person"],
        "audience_id": audience["id"],
        "trait_name": trait["name"],
        "list_id": listed["id"],
        "tag_group_id": group["id"],
        "group_id": group["id"],
        "tag_id": tag["id"],
        "item_kind": "product",
        "item_id": CANARY,
        "from": f"product:{CANARY}",
        "to": f"product:{CANARY}",
    }


def _send(house: House, source_id: str) -> None:
    good = {
        "message_id": f"m-{CANARY}", "event": CANARY, "user_id": f"user-{CANARY}",
        "properties": {"note": CANARY},
    }  # fmt: skip
    viewed = {
        "message_id": f"v-{CANARY}", "event": "Product Viewed", "user_id": f"user-{CANARY}",
        "properties": {"product_id": CANARY, "name": CANARY},
    }  # fmt: skip
    body = json.dumps({"events": [good, viewed, {"event": CANARY}]}).encode()
    received = Received(house.ours.id, source_id, "catchment", house.services.clock.now_us(), body)
    house.services.log.append([received])
    house.lander.catch_up()
    house.keep_interests()
