"""A small world for the interest graph: events by hand, a table in memory, a clock that is set."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from analytics.desk import START, WORKSPACE, DeskEngine, event, table_of
from catchment.kernel import WorkspaceId, us_from_instant
from catchment.lake import IDENTITY_SCHEMA, INTEREST_SCHEMA, CompactionConflict
from catchment.people.interests import InterestKeeper
from catchment.people.interests.building import build_graph
from catchment.people.interests.decay import Decay
from catchment.people.interests.graph import Graph

NOW = START + timedelta(days=1)
EDGE_COLUMNS = [name for name in INTEREST_SCHEMA.names if name != "workspace_id"]
Rows = list[dict[str, Any]]


class SetClock:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime = NOW) -> None:
        self.instant = now

    def now(self) -> datetime:
        return self.instant

    def now_us(self) -> int:
        return us_from_instant(self.instant)


class MemoryEdges:
    """An interest table in memory, without merging anything."""

    def __init__(self) -> None:
        schema = pa.schema([INTEREST_SCHEMA.field(name) for name in EDGE_COLUMNS])
        self.rows = schema.empty_table()
        self.reached = 0
        self.versions = 0
        self.fails_next = False

    def read(self, workspace_id: WorkspaceId) -> pa.Table:
        assert workspace_id == WORKSPACE
        return self.rows

    def files(self, workspace_id: WorkspaceId) -> Sequence[TableVersion]:
        assert workspace_id == WORKSPACE
        return [TableVersion(f"edges-{self.versions}")]

    def position(self, workspace_id: WorkspaceId) -> int:
        assert workspace_id == WORKSPACE
        return self.reached

    def add(self, workspace_id: WorkspaceId, rows: pa.Table, *, before: int, position: int) -> None:
        assert workspace_id == WORKSPACE
        if before != self.reached:
            raise CompactionConflict
        if self.fails_next:
            self.fails_next = False
            raise OSError("the disk is full")
        self.rows = pa.concat_tables([self.rows, rows.select(EDGE_COLUMNS)])
        self.reached = position
        self.versions += 1

    def clear(self, workspace_id: WorkspaceId) -> None:
        assert workspace_id == WORKSPACE
        self.rows, self.reached = self.rows.slice(0, 0), 0
        self.versions += 1

    def oldest(self, workspace_id: WorkspaceId) -> datetime | None:
        assert workspace_id == WORKSPACE
        return min(self.rows["first_time"].to_pylist(), default=None)

    def exchange(self, workspace_id: WorkspaceId, build: Callable[[int], pa.Table]) -> None:
        assert workspace_id == WORKSPACE
        self.rows = build(self.reached).select(EDGE_COLUMNS)
        self.versions += 1

    def compact(self, workspace_id: WorkspaceId, *, era_least: int | None = None) -> int:
        assert workspace_id == WORKSPACE
        assert era_least is not None
        return 0


class TableVersion:
    """A file of a table that is none."""

    def __init__(self, path: str) -> None:
        self._path = path

    @property
    def path(self) -> str:
        return self._path


class MemoryIdentity:
    """Who is who, in memory."""

    def __init__(self, people: Mapping[str, str] | None = None) -> None:
        self.people = dict(people or {})
        self.versions = 0

    def read(self, workspace_id: WorkspaceId) -> pa.Table:
        assert workspace_id == WORKSPACE
        return identity_rows(self.people)

    def files(self, workspace_id: WorkspaceId) -> Sequence[TableVersion]:
        assert workspace_id == WORKSPACE
        return [TableVersion(f"identity-{self.versions}")]


def identity_rows(people: Mapping[str, str]) -> pa.Table:
    """Columns `subject` and `person`."""
    schema = pa.schema([IDENTITY_SCHEMA.field(name) for name in ("subject", "person")])
    return pa.table({"subject": list(people), "person": list(people.values())}, schema=schema)


def did(who: str, name: str, minute: float = 0.0, /, **more: Any) -> dict[str, Any]:
    """An event with its properties; `product_id` and `live_id` become columns, as landing does."""
    hot = {key: more[key] for key in ("product_id", "live_id", "order_id") if key in more}
    return event(who, name, minute, properties=json.dumps(more), **hot)


def keeper_of(rows: Rows, table: MemoryEdges | None = None) -> tuple[InterestKeeper, MemoryEdges]:
    """A keeper over these events."""
    edges = table or MemoryEdges()
    engine = DeskEngine(table_of(rows))
    return InterestKeeper(engine, edges, lambda: [WORKSPACE], SetClock()), edges


def edges_of_events(rows: Rows) -> Rows:
    """The edges that events make."""
    keeper, edges = keeper_of(rows)
    keeper.catch_up()
    found: Rows = edges.rows.to_pylist()
    return found


def graph_of(rows: Rows, people: Mapping[str, str] | None = None, *, now: datetime = NOW) -> Graph:
    """The graph that events make."""
    keeper, edges = keeper_of(rows)
    keeper.catch_up()
    return build_graph(
        edges.rows,
        identity_rows(people or {}),
        Decay(),
        now_us=us_from_instant(now.astimezone(UTC)),
        position=edges.reached,
    )
