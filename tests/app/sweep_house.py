"""A home whose events landed in the clear, and what its worker does about it."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from catchment import worker
from catchment.app import Home, read_settings
from catchment.app.privacy_keeping import PrivacyKeeping
from catchment.app.sweep_pass import sweep
from catchment.events import EVENT_SCHEMA
from catchment.jobs import JobState, JobWorker, list_jobs
from catchment.kernel import WorkspaceId, us_from_instant
from catchment.lake import (
    Received,
)
from catchment.lake.delta_files import DeltaFiles, Layout
from catchment.lake.event_table import LANDING
from catchment.store import UnitOfWork
from catchment.vault import (
    SWEEP_JOB,
    Access,
    DataClass,
    FieldSpec,
    Purpose,
    tokens_in,
)

PHONE, MAIL, NAME = "13812345678", "ann.cooper@planted.example", "plnt00000000001"
READING = Access("test", Purpose.SERVICE, "looks what is behind it")
OLD_SCHEMA = pa.schema([field for field in EVENT_SCHEMA if field.name != "trust"])
AS_IT_WAS = [one for one in EVENT_SCHEMA.names if one not in {"properties", "traits", "context"}]


class Open:
    """What landing had before there was a vault."""

    def protect(self, _workspace_id: WorkspaceId, rows: pa.Table, _look: object = None) -> pa.Table:
        return rows

    def look(self, _workspace_id: WorkspaceId, _told: pa.Table) -> None:
        return None


class House:
    """A home with one workspace, and what its worker does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = 0
        self.open()
        self.workspace_id = WorkspaceId(self.home.workspace().id)

    def open(self, *, in_clear: bool = False) -> None:
        settings = {
            "CATCHMENT_HOME": str(self.folder / "home"),
            "CATCHMENT_KEYS": str(self.folder / "keys"),
        }
        self.home = Home(read_settings(settings))
        self.home.prepare()
        if in_clear:
            self.home.__dict__["protector"] = Open()
        self.keeping = PrivacyKeeping(self.home, lambda *_: (200, b""))

    def close(self) -> None:
        self.home.close()

    def again(self, *, in_clear: bool = False) -> None:
        """As after a restart."""
        self.close()
        self.open(in_clear=in_clear)

    def send(self, *events: Mapping[str, Any], days_ago: int = 0) -> None:
        at = self.home.clock.now() - timedelta(days=days_ago)
        told = []
        for event in events:
            self._count += 1
            told.append({"message_id": f"m{self._count}", "time": at.isoformat(), **event})
        body = json.dumps({"events": told}).encode()
        one = Received(self.workspace_id, "src_1", "catchment", us_from_instant(at), body)
        self.home.log.append([one])
        self.home.lander.catch_up()

    def declare(self, place: str, kind: str, data_class: DataClass = DataClass.IMPORTANT) -> str:
        spec = FieldSpec(place, kind, kind, kind, data_class)
        with UnitOfWork(self.home.database) as uow:
            made = self.home.privacy.fields.declare(uow, self.workspace_id, spec, actor="opr_1")
        return made.id

    def sweep(self, **how: Any) -> Any:
        return sweep(self.home, self.workspace_id, **how)

    def rows(self) -> list[dict[str, Any]]:
        """All rows, in the order in which they lie in their files."""
        events = self.home.events
        files = sorted(events.files(self.workspace_id), key=lambda one: one.stats["log_position"])
        rows: list[dict[str, Any]] = events.read(files).to_pylist()
        return rows

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.rows()]

    def values(self, text: str) -> list[str | None]:
        """What is behind the tokens of a text."""
        tokens = [str(one) for one in tokens_in(text)]
        return self.home.vault.open_for(self.workspace_id, tokens, READING)

    def jobs(self) -> list[JobState]:
        """The sweeps that were ordered, the newest first."""
        with UnitOfWork(self.home.database, reads_only=True) as uow:
            return [one.state for one in list_jobs(uow, self.workspace_id, kind=SWEEP_JOB).items]

    def work(self) -> None:
        """A round of the loop that orders, and all that is due."""
        self.keeping._sweeping.order(self.home.clock.now())
        JobWorker(
            self.home.database, worker.handlers_of(self.home), (),
            clock=self.home.clock, ids=self.home.ids, chance=random.Random(1),
        ).run_due()  # fmt: skip


def holding(folder: Path, *values: str) -> list[str]:
    """Files below a folder in which one of these values stands, packed or not."""
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if content.startswith(b"PAR1"):
            content += str(pq.read_table(path, partitioning=None).to_pylist()).encode()
        if any(value.encode() in content for value in values):
            found.append(path.name)
    return found


def an_old_home(folder: Path) -> House:
    """A home as the version before the vault left it: in clear, and without the later column."""
    house = House(folder)
    house.again(in_clear=True)
    for number in range(3):
        house.send(
            {"type": "identify", "user_id": f"u{number}",
             "traits": {"phone": f"1381234567{number}", "email": MAIL, "name": f"{NAME}"}},
            {"event": "Order Completed", "user_id": f"u{number}",
             "properties": {"order_id": f"o{number}", "receiver_phone": f"1391234567{number}"},
             "context": {"externalIds": [{"id": f"1371234567{number}", "type": "phone"}]}},
            {"event": "Seen", "user_id": f"1361234567{number}"},
        )  # fmt: skip
    events = house.home.events
    rows = [events.read([one]) for one in events.files(house.workspace_id)]
    position = events.position()
    house.close()
    table = folder / "home" / "lake" / "events"
    table.rename(folder / "new-events")
    before = DeltaFiles(
        table, Layout(OLD_SCHEMA, frozenset({"properties"}), ("time", "log_position"))
    )
    before.refresh()
    for number, one in enumerate(rows, start=1):
        added = [before.write(house.workspace_id, one.drop_columns(["trust"]))]
        at = position if number == len(rows) else number
        before.commit(added, app=LANDING, number=at)
    shutil.rmtree(folder / "new-events")
    upload = folder / "home" / "uploads" / house.workspace_id / "imp_1" / "people.csv"
    upload.parent.mkdir(parents=True)
    upload.write_text(f"phone,email\n13812345670,{MAIL}\n")
    long_ago = house.home.clock.now().timestamp() - 3_600
    os.utime(upload, (long_ago, long_ago))
    house.open()
    return house
