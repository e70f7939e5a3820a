"""A collector whose source has secrets, and servers that sign as the official library does."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from standardwebhooks import Webhook

from catchment.access import Caller, Role
from catchment.api.collector import Collector
from catchment.collect import (
    Acceptor,
    Change,
    FreshLook,
    Intake,
    KnownSources,
    NewSigningSecret,
    SeenRequests,
    SignatureRule,
    Source,
    change_signing,
    create_source,
    make_signing_secret,
    revoke_signing_secret,
)
from catchment.kernel import IdMaker, WorkspaceId
from catchment.lake import LogUnavailable, Received
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock
from catchment.testing.vault_world import VaultWorld, make_vault_world

OURS = WorkspaceId("wsp_ours")
OWNER = Caller(OURS, "opr_owner", Role.OWNER)
OPERATOR = Caller(OURS, "opr_other", Role.OPERATOR)
EVENT = {"message_id": "m", "event": "Order Paid", "user_id": "u"}


@dataclass
class Log:
    """A log in memory, and its disk's troubles."""

    entries: list[Received] = field(default_factory=list)
    is_full: bool = False
    falls: str = ""

    async def append(self, received: Received) -> int:
        """Keeps, or fails, or the whole process falls `before` or `after` it kept."""
        await asyncio.sleep(0)
        if self.is_full:
            raise LogUnavailable
        if self.falls == "before":
            raise Fallen
        self.entries.append(received)
        if self.falls == "after":
            raise Fallen
        return len(self.entries)


class Fallen(BaseException):
    """The process is gone: nothing more of it runs."""


class Directory:
    """Asks what is known."""

    def __init__(self, known: KnownSources) -> None:
        self.known = known

    async def find(self, write_key: str) -> Intake | None:
        """Where the write key leads."""
        return self.known.find(write_key)


@dataclass
class SigningDesk:
    """An installation that collects from one source."""

    database: Database
    folder: Path
    log: Log = field(default_factory=Log)
    clock: ManualClock = field(default_factory=ManualClock)

    def __post_init__(self) -> None:
        self.world: VaultWorld = make_vault_world(self.folder, self.clock)
        self.ring = self.world.ring()
        self.change = Change("opr_owner", self.clock, IdMaker(self.clock))
        with UnitOfWork(self.database) as uow:
            self.source: Source = create_source(uow, OURS, "Shop", "server", change=self.change)

    def rule(
        self, signature: str | None = None, *, settles: bool | None = None, caller: Caller = OWNER
    ) -> None:
        """Sets what the source asks of its senders."""
        with UnitOfWork(self.database) as uow:
            change_signing(
                uow, self.source, change=self.change, caller=caller, settles=settles,
                signature=None if signature is None else SignatureRule(signature),
            )  # fmt: skip

    def secret(self, caller: Caller = OWNER) -> NewSigningSecret:
        """Another secret of the source."""
        with UnitOfWork(self.database) as uow:
            return make_signing_secret(
                uow, OURS, self.source.id, boxes=self.ring, change=self.change, caller=caller
            )

    def revoke(self, secret: NewSigningSecret, caller: Caller = OWNER) -> None:
        """Takes a secret away."""
        with UnitOfWork(self.database) as uow:
            revoke_signing_secret(
                uow, OURS, self.source.id, secret.kept.id, change=self.change, caller=caller
            )

    def open(self, *, has_keys: bool = True) -> Collecting:
        """The collector, opened anew as another process would."""
        known = KnownSources(self.database, self.clock, self.world.ring() if has_keys else None)
        return Collecting(self, known)

    def signed(
        self,
        text: str,
        body: bytes,
        *,
        message_id: str = "msg_1",
        at: datetime | None = None,
    ) -> dict[str, str]:
        """The headers that the official library makes."""
        when = at or self.clock.now()
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(when.timestamp())),
            "webhook-signature": Webhook(text).sign(message_id, when, body.decode("latin-1")),
        }


class Collecting:
    """One process that collects."""

    def __init__(self, desk: SigningDesk, known: KnownSources) -> None:
        self.desk, self.known = desk, known
        guard = SeenRequests(desk.database, desk.clock)
        # However busy the machine is, nobody here is told to come again.
        looks = FreshLook(known.refresh, seconds_max=600)
        self.acceptor = Acceptor(Directory(known), desk.log, desk.clock, guard, looks)
        self.app = Collector(self.acceptor)

    def send(
        self,
        body: bytes,
        headers: dict[str, str] | None = None,
        *,
        path: str = "/v1/events",
        method: str = "POST",
        is_at_once: bool = False,
    ) -> httpx.Response:
        """One request; `is_at_once` in the very moment of what was done before."""
        if is_at_once:
            self.desk.clock.advance(timedelta(seconds=-1))
        return self.send_all([(body, headers or {})], path=path, method=method)[0]

    def send_all(
        self,
        requests: Sequence[tuple[bytes, dict[str, str]]],
        *,
        path: str = "/v1/events",
        method: str = "POST",
    ) -> list[httpx.Response]:
        """Requests that come all at once."""
        # What another process changed is known within a second.
        self.desk.clock.advance(timedelta(seconds=1))

        async def go() -> list[httpx.Response]:
            transport = httpx.ASGITransport(self.app)
            auth = httpx.BasicAuth(self.desk.source.write_key, "")
            async with httpx.AsyncClient(transport=transport, base_url="http://c", auth=auth) as c:
                return await asyncio.gather(
                    *(c.request(method, path, content=b, headers=h) for b, h in requests)
                )

        return asyncio.run(go())


def body_of(*ids: str) -> bytes:
    """A body with events of these ids."""
    return json.dumps({"events": [{**EVENT, "message_id": one} for one in ids]}).encode()


def packed(body: bytes) -> bytes:
    """The body as it is on the wire of a client that packs."""
    return gzip.compress(body, mtime=0)
