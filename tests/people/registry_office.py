"""A registry office to try things in: real records and book in a folder, events written by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from analytics.desk import DeskEngine, table_of
from catchment.collect import SubjectHasher
from catchment.events import strongest
from catchment.kernel import IdMaker, SystemClock, WorkspaceId
from catchment.people import (
    By,
    IdentityBook,
    OverlayReport,
    PeopleWorks,
    Registrar,
    catch_up,
    rebuild,
)
from catchment.store import Database, upgrade

WORKSPACE = WorkspaceId("wsp_test")
START = datetime(2026, 3, 2, tzinfo=UTC)
LIN = By("opr_lin", "I asked them")

Row = dict[str, Any]


class MemoryOverlay:
    """An overlay table in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}
        self.number = 0
        self.writes = 0

    def read(self, workspace_id: WorkspaceId) -> pa.Table:
        assert workspace_id == WORKSPACE
        return pa.table({"subject": list(self.rows), "person": list(self.rows.values())})

    def position(self, workspace_id: WorkspaceId) -> int:
        assert workspace_id == WORKSPACE
        return self.number

    def replace(self, workspace_id: WorkspaceId, rows: pa.Table, *, position: int) -> None:
        self.rows.clear()
        self.upsert(workspace_id, rows, position=position)

    def upsert(self, workspace_id: WorkspaceId, rows: pa.Table, *, position: int) -> None:
        assert workspace_id == WORKSPACE
        self.number = position
        self.writes += 1
        for row in rows.to_pylist():
            self.rows[row["subject"]] = row["person"]

    def remove(self, workspace_id: WorkspaceId, subjects: Sequence[str], *, position: int) -> None:
        assert workspace_id == WORKSPACE
        self.number = position
        self.writes += 1
        for subject in subjects:
            self.rows.pop(subject, None)


class Office:
    """One workspace with its records, book, overlay and events.

    Args:
        folder: where the files go.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        clock = SystemClock()
        self.rows: list[Row] = []
        self.overlay = MemoryOverlay()
        self.hasher = SubjectHasher(b"k" * 32)
        self.works = PeopleWorks(
            engine=DeskEngine(table_of([])),
            overlay=self.overlay,
            book=IdentityBook(folder / "people"),
            subjects=self.hasher,
            database=Database(f"sqlite:///{folder / 'records.db'}"),
            clock=clock,
            ids=IdMaker(clock),
        )
        upgrade(self.works.database)

    @property
    def registrar(self) -> Registrar:
        return Registrar(self.works)

    def land(self, *rows: Row) -> None:
        """Puts events behind those that are there, each in an entry of its own."""
        for row in rows:
            self.rows.append({**row, "log_position": len(self.rows) + 1})
        engine = DeskEngine(table_of(self.rows), self.overlay.rows)
        self.works = PeopleWorks(
            engine=engine, overlay=self.overlay, book=self.works.book, subjects=self.hasher,
            database=self.works.database, clock=self.works.clock, ids=self.works.ids,
        )  # fmt: skip

    def catch_up(self, *rows: Row) -> OverlayReport:
        """Lands these and brings the book up to them."""
        if rows:
            self.land(*rows)
        return catch_up(self.works, WORKSPACE)

    def rebuild(self) -> OverlayReport:
        """Derives the book anew."""
        return rebuild(self.works, WORKSPACE)

    def event(self, name: str = "Page Viewed", minute: float = 0, **more: Any) -> Row:
        """An event as landing writes it; `user`, `anon`, and JSON columns as objects."""
        user, anon = more.pop("user", None), more.pop("anon", None)
        row: Row = {"name": name, "time": START + timedelta(minutes=minute), "user_id": user,
                    "anonymous_id": anon}  # fmt: skip
        for column in ("traits", "properties", "context"):
            if column in more:
                row[column] = json.dumps(more.pop(column), ensure_ascii=False)
        row["user_subject"] = None if user is None else self.subject("user", user)
        given_up = more.get("previous_id") if more.get("kind") == "alias" else None
        device = anon or given_up
        row["anonymous_subject"] = None if device is None else self.subject("anon", device)
        own = row["user_subject"] or row["anonymous_subject"]
        if own is None:
            named = strongest(row["context"])
            assert isinstance(named, tuple)
            own = self.subject(*named)
        row["message_id"] = more.pop("message_id", f"m-{len(self.rows)}-{minute}-{user}-{anon}")
        row["received_time"] = row["time"]
        return {**row, "subject": own, **more}

    def external(self, minute: float = 0, *, ids: Sequence[Mapping[str, str]], **more: Any) -> Row:
        """An event with external ids in Segment's shape."""
        return self.event(minute=minute, context={"externalIds": list(ids)}, **more)

    def subject(self, kind: str, value: str) -> str:
        """The subject of an identifier as it is spelt."""
        return self.hasher.subject(WORKSPACE, kind, value)

    def person(self, kind: str, value: str) -> str:
        """Whose an identifier is."""
        return self.works.book.reading(WORKSPACE).person_of(self.subject(kind, value))

    def is_one(self, *ids: tuple[str, str]) -> bool:
        """Whether these identifiers are one person's."""
        return len({self.person(*one) for one in ids}) == 1

    def world(self) -> dict[str, str]:
        """Of each identifier of the book the person, as the book and the overlay both say."""
        view = self.works.book.reading(WORKSPACE)
        owners = view.owners
        subjects = view.subjects_of(range(len(owners))).to_pylist()
        people = {one: view.person_of(one) for one in subjects}
        joined = {one: person for one, person in people.items() if person != f"per_{one}"}
        assert joined == self.overlay.rows
        return people
