"""A small world to ask questions of: events written by hand, and an engine over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catchment.events import EVENT_SCHEMA, event_key
from catchment.kernel import WorkspaceId
from catchment.lake import Arrivals, Capabilities, Kernel, LogSpan, Timelines

WORKSPACE = WorkspaceId("wsp_test")
START = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
"""A Monday."""


def event(who: str, name: str, at: datetime | float, **more: Any) -> dict[str, Any]:
    """A row of the event table; `at` may be minutes after `START`."""
    time = at if isinstance(at, datetime) else START + timedelta(minutes=at)
    return {"subject": who, "name": name, "time": time, **more}


def table_of(rows: Sequence[Mapping[str, Any]], workspace_id: str = WORKSPACE) -> pa.Table:
    """The event table with these rows, everything else filled in plausibly."""
    filled = []
    for number, row in enumerate(rows):
        message_id = row.get("message_id", f"m{number}")
        filled.append(
            {
                "workspace_id": workspace_id,
                "source_id": "src_web",
                "event_key": event_key(workspace_id, message_id),
                "message_id": message_id,
                "kind": "track",
                "received_time": row["time"],
                "landed_time": row["time"],
                "is_historical": False,
                "is_late": False,
                "is_suspect": False,
                "properties": "{}",
                "traits": "{}",
                "context": "{}",
                "log_position": number + 1,
                "trust": "claim",
                **row,
            }
        )
    return pa.Table.from_pylist(filled, schema=EVENT_SCHEMA)


class DeskEngine:
    """Answers over one Arrow table, the plainest way there is."""

    def __init__(self, events: pa.Table, people: Mapping[str, str] | None = None) -> None:
        known = people or {}
        subjects = events.column("subject").to_pylist()
        persons = [known.get(subject, "per_" + subject) for subject in subjects]
        self._events = events.append_column("person", pa.array(persons, pa.string()))
        self.queries = 0

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities("desk")

    def query(
        self, workspace_id: WorkspaceId, expression: Any, *, span: LogSpan | None = None
    ) -> pa.Table:
        self.queries += 1
        with duckdb.connect(config={"threads": 1}) as connection:
            # An awkward zone, to show that no answer leans on the session's.
            connection.execute("set timezone = 'America/New_York'")
            connection.register("events", self._of(workspace_id, span))
            return connection.sql(ibis.to_sql(expression, dialect="duckdb")).to_arrow_table()

    def arrivals(self, workspace_id: WorkspaceId, after: int) -> Arrivals:
        positions = self._of(workspace_id, LogSpan(after, 2**62)).column("log_position")
        return Arrivals(pc.max(positions).as_py() or after, len(positions))

    def _of(self, workspace_id: WorkspaceId, span: LogSpan | None) -> pa.Table:
        mine = pc.equal(self._events.column("workspace_id"), str(workspace_id))
        events = self._events.filter(mine)
        if span is None:
            return events
        positions = events.column("log_position")
        above, below = pc.greater(positions, span.after), pc.less_equal(positions, span.until)
        return events.filter(pc.and_(above, below))

    def fold(self, workspace_id: WorkspaceId, kernel: Kernel, events: Any) -> pa.Table:
        wanted = dict.fromkeys(["person", "time", "sequence", "event_key", *kernel.columns])
        rows = self.query(workspace_id, events.select(*wanted))
        keys = [(key, "ascending") for key in ("person", "time", "sequence", "event_key")]
        rows = rows.sort_by(keys).combine_chunks()
        persons = rows.column("person").to_pylist()
        starts = [i for i, one in enumerate(persons) if i == 0 or persons[i - 1] != one]
        timelines = Timelines(
            people=pa.array([persons[start] for start in starts], pa.string()),
            offsets=np.array([*starts, len(persons)], np.int64),
            time_us=rows.column("time").cast(pa.int64()).to_numpy().astype(np.int64),
            columns={name: rows.column(name).combine_chunks() for name in kernel.columns},
        )
        return kernel.merge(kernel.fold(timelines))
