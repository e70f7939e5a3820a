"""A key works in the breath it was made in, while strangers storm the gate."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
from sqlalchemy import text
from standardwebhooks import Webhook

from catchment.access import Caller, Role
from catchment.app import Home, read_settings
from catchment.collect import (
    Change,
    Source,
    create_source,
    make_signing_secret,
    rotate_write_key,
)
from catchment.kernel import SystemClock, WorkspaceId
from catchment.store import UnitOfWork
from stories.installation import Installation, wait_for

STORMING = 4
FRESH = 25


@dataclass
class Storm:
    """Strangers with wrong keys, and what they were told."""

    address: str
    told: Counter[int] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)

    def rage(self, number: int) -> None:
        """One stranger: a wrong key after another."""
        with httpx.Client(base_url=self.address, trust_env=False, timeout=30) as client:
            tries = 0
            while not self.over.is_set():
                tries += 1
                wrong = f"wk_wrong_{number}_{tries}"
                self.told[post(client, wrong, f"m{tries}").status_code] += 1


def post(client: httpx.Client, key: str, message_id: str, secret: str = "") -> httpx.Response:
    event = {"message_id": message_id, "event": "Viewed", "user_id": "u"}
    body = json.dumps({"events": [event]})
    headers = {"content-type": "application/json"}
    if secret:
        now = SystemClock().now()
        headers |= {
            "webhook-id": message_id, "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(message_id, now, body),
        }  # fmt: skip
    return client.post("/v1/events", content=body, headers=headers, auth=(key, ""))


@contextmanager
def storming(address: str) -> Iterator[Storm]:
    """Strangers who storm until the block ends."""
    storm = Storm(address)
    threads = [threading.Thread(target=storm.rage, args=(n,)) for n in range(STORMING)]
    for thread in threads:
        thread.start()
    try:
        yield storm
    finally:
        storm.over.set()
        for thread in threads:
            thread.join()


class Owner:
    """Who makes keys while the server runs, in another process than the collector's."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.change = Change("opr_test", home.clock, home.ids)
        with UnitOfWork(home.database, reads_only=True) as uow:
            found = uow.connection.execute(text("SELECT id FROM workspaces")).scalar_one()
        self.workspace = WorkspaceId(found)

    def make(self, name: str) -> Source:
        """A source, on disk when this returns."""
        with UnitOfWork(self.home.database) as uow:
            return create_source(uow, self.workspace, name, "server", change=self.change)

    def turn(self, source: Source) -> Source:
        """Another write key for it."""
        with UnitOfWork(self.home.database) as uow:
            return rotate_write_key(uow, self.workspace, source.id, change=self.change)

    def secret(self, source: Source) -> str:
        """A signing secret for it."""
        caller = Caller(self.workspace, "opr_test", Role.OWNER)
        with UnitOfWork(self.home.database) as uow:
            made = make_signing_secret(
                uow, self.workspace, source.id, boxes=self.home.keys, change=self.change,
                caller=caller,
            )  # fmt: skip
        return made.text


def test_a_key_works_at_once_in_a_storm_of_wrong_ones(installation: Installation) -> None:
    old = installation.ask("sources", "create", "Old")["write_key"]
    with installation.serving() as client:
        home = Home(read_settings(installation.environ))
        home.prepare()
        owner = Owner(home)
        with storming(installation.address) as storm:
            wait_for(lambda: storm.told[401] > 20)
            for number in range(FRESH):
                source = owner.make(f"Fresh {number}")
                assert post(client, source.write_key, f"a{number}").status_code == 200
                turned = owner.turn(source)
                assert post(client, turned.write_key, f"b{number}").status_code == 200
                secret = owner.secret(source)
                signed = post(client, turned.write_key, f"c{number}", secret)
                assert signed.status_code == 200, signed.text
                assert post(client, old, f"d{number}").status_code == 200
            last = source.write_key
            # A key that was taken away dies as it always did: within a look or two.
            wait_for(lambda: post(client, last, "late").status_code == 401)
        assert set(storm.told) == {401}, storm.told
        home.close()
    counted = installation.ask("events", "count", "--wait")
    assert counted["accepted"] + counted["duplicate"] >= 4 * FRESH
