"""A whole installation in a folder, its keys beside it, and everything that the worker does."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from catchment import people, worker
from catchment.app.home import Home
from catchment.app.privacy_keeping import PrivacyKeeping
from catchment.app.rights import HouseRights
from catchment.app.settings import read_settings
from catchment.jobs import JobWorker
from catchment.kernel import WorkspaceId
from catchment.lake import Received, erase
from catchment.people import By

LIN = By("opr_lin", "they asked to be")
PHONE, MAIL = "13812345678", "ann.cooper@example.com"


Told = Callable[[str, bytes, Mapping[str, str]], tuple[int, bytes]]


class Tapped(Home):
    """A home whose deletions tell how far they are."""

    reached: Callable[[str], None] = staticmethod(lambda _point: None)

    @cached_property
    def rights(self) -> HouseRights:
        def pass_on(point: str) -> None:
            self.reached(point)

        return HouseRights(self, pass_on)


class ForgettingHouse:
    """Ann, with a phone, a mail address and two devices; Bob; and whatever the worker does."""

    def __init__(self, folder: Path, *, told: Told | None = None) -> None:
        self.folder = folder
        self._told = told or (lambda *_: (200, b""))
        self._count = 0
        self.open()
        self.workspace_id = WorkspaceId(self.home.workspace().id)

    def open(self) -> None:
        """Opens the home that lies in the folder now."""
        settings = {
            "CATCHMENT_HOME": str(self.folder / "home"),
            "CATCHMENT_KEYS": str(self.folder / "keys"),
        }
        self.home = Tapped(read_settings(settings))
        self.home.prepare()
        self.keeping = PrivacyKeeping(self.home, self._told)
        self.worker = JobWorker(
            self.home.database, worker.handlers_of(self.home), (),
            clock=self.home.clock, ids=self.home.ids, chance=random.Random(1),
        )  # fmt: skip

    def close(self) -> None:
        self.home.close()

    def send(self, *events: Mapping[str, Any], source_id: str = "src_1") -> None:
        """Takes events in, lands them, and keeps everything up."""
        named = []
        for event in events:
            self._count += 1
            named.append({"message_id": f"m-{self._count}", **event})
        body = json.dumps({"events": named}, ensure_ascii=False).encode()
        now_us = self.home.clock.now_us()
        self.home.log.append([Received(self.workspace_id, source_id, "catchment", now_us, body)])
        self.land()

    def land(self) -> None:
        self.home.catch_up()
        self.home.people_keeping.keep(self.workspace_id)
        self.home.interest_keeper.catch_up()

    def fill(self) -> None:
        """Ann buys with everything she has; Bob looks."""
        self.send(
            {"type": "identify", "user_id": "ann", "anonymous_id": "dev-ann-1",
             "traits": {"phone": PHONE, "email": MAIL, "name": "Ann Cooper"}},
            {"event": "Product Viewed", "user_id": "ann", "anonymous_id": "dev-ann-1",
             "properties": {"product_id": "p1", "path": "/secret-of-ann"}},
            {"event": "Order Completed", "user_id": "ann", "anonymous_id": "dev-ann-2",
             "properties": {"order_id": "o1", "total": 12, "currency": "CNY",
                            "shipping_address": {"street": "1 Hidden Lane", "city": "Hangzhou"}}},
            {"event": "Product Viewed", "user_id": "bob", "properties": {"product_id": "p1"}},
        )  # fmt: skip

    def subject(self, kind: str, value: str) -> str:
        return self.home.hasher.subject(self.workspace_id, kind, value)

    def person(self, kind: str, value: str) -> str | None:
        return people.lookup_person(self.home.people_parts, self.workspace_id, kind, value)

    def forget(self, user: str = "ann") -> None:
        person = self.person("user", user)
        assert person is not None
        self.home.registrar.forget(self.workspace_id, person, by=LIN)

    def work(self) -> None:
        """What the worker's loops do, until nothing more happens."""
        outbox = worker._outbox_of(self.home)
        for _ in range(4):
            self.home.overlay.catch_up()
            outbox.deliver()
            self.worker.run_due()
            self.keeping.round()

    def erase(self) -> None:
        """Writes the files anew, and deletes the old ones, as the night and the next hour do."""
        list(erase(self.home.events, self.workspace_id, settle_us=0))
        for table in (self.home.events, self.home.identity, self.home.interest_edges):
            table.tidy(grace_hours=0)

    def requests(self) -> list[people.RightsRequest]:
        from catchment.store import UnitOfWork  # noqa: PLC0415

        with UnitOfWork(self.home.database, reads_only=True) as uow:
            return list(people.list_rights(uow, self.workspace_id).items)

    def names_found(self) -> set[str]:
        """Users that any question about events still finds."""
        from catchment.lake import EVENTS  # noqa: PLC0415

        rows = self.home.engine.query(self.workspace_id, EVENTS.select("user_id").distinct())
        return {name for name in rows["user_id"].to_pylist() if name}

    def back_up(self) -> Path:
        """Copies the data as a backup would; the keys are elsewhere."""
        kept = self.folder / "backup"
        shutil.copytree(self.folder / "home", kept)
        return kept

    def put_back(self, kept: Path) -> None:
        """Puts a backup in the place of the data."""
        self.close()
        shutil.rmtree(self.folder / "home")
        shutil.copytree(kept, self.folder / "home")
        self.open()

    def back_up_keys(self) -> Path:
        """Copies the key folder, as a careful administrator does, and closes nothing."""
        kept = self.folder / "keys-backup"
        shutil.copytree(self.folder / "keys", kept)
        return kept

    def put_keys_back(self, kept: Path) -> None:
        """Puts an old copy of the keys in the place of the keys."""
        self.close()
        shutil.rmtree(self.folder / "keys")
        shutil.copytree(kept, self.folder / "keys")
        self.open()
