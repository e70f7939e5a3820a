"""The edges seen so far, in a small file beside the lake.

It is derived: dropped, it is filled again from the event table. What it spares is reading the whole
table to learn what a handful of new `identify` calls change.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from catchment.kernel import WorkspaceId
from catchment.people.identity import Edge

_SCHEMA = """
CREATE TABLE IF NOT EXISTS edges (
    workspace_id TEXT NOT NULL,
    anonymous TEXT NOT NULL,
    user TEXT NOT NULL,
    time_us INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, anonymous, user)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS edges_by_user ON edges (workspace_id, user);
CREATE TABLE IF NOT EXISTS seen (
    workspace_id TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) WITHOUT ROWID;
"""
_BUSY_SECONDS = 60
_BATCH = 500


class EdgeBook:
    """Edges by workspace, and how far in the log they reach.

    Args:
        path: the file; made by the first use.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def writing(self) -> Iterator["EdgePages"]:
        """All or nothing, and one writer at a time: whoever comes second waits."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            connection.executescript(_SCHEMA)
            connection.execute("BEGIN IMMEDIATE")
            yield EdgePages(connection)
            connection.execute("COMMIT")
        finally:
            # Without a commit, closing rolls back.
            connection.close()


class EdgePages:
    """The open book, within one change."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def position(self, workspace_id: WorkspaceId) -> int:
        """The log position that the workspace's edges reach; 0 at first."""
        row = self._connection.execute(
            "SELECT position FROM seen WHERE workspace_id = ?", (workspace_id,)
        ).fetchone()
        return int(row[0]) if row else 0

    def add(self, workspace_id: WorkspaceId, edges: Iterable[Edge], *, position: int) -> None:
        """Keeps the edges, of each pair the earliest, and how far they reach."""
        self._connection.executemany(
            "INSERT INTO edges VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
            "SET time_us = min(time_us, excluded.time_us)",
            ((workspace_id, edge.anonymous, edge.user, edge.time_us) for edge in edges),
        )
        self._connection.execute(
            "INSERT INTO seen VALUES (?, ?) ON CONFLICT DO UPDATE SET position = excluded.position",
            (workspace_id, position),
        )

    def edges(
        self, workspace_id: WorkspaceId, devices: Sequence[str] | None = None
    ) -> Iterator[Edge]:
        """The edges of some devices, or all."""
        if devices is None:
            rows = self._connection.execute(
                "SELECT anonymous, user, time_us FROM edges WHERE workspace_id = ?",
                (workspace_id,),
            )
            yield from (Edge(*row) for row in rows)
            return
        for start in range(0, len(devices), _BATCH):
            some = devices[start : start + _BATCH]
            marks = ", ".join("?" * len(some))
            rows = self._connection.execute(
                "SELECT anonymous, user, time_us FROM edges "  # noqa: S608  (marks only)
                f"WHERE workspace_id = ? AND anonymous IN ({marks})",
                (workspace_id, *some),
            )
            yield from (Edge(*row) for row in rows)

    def forget(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> list[str]:
        """Strikes out every edge of these subjects; returns the devices that lost one."""
        touched: set[str] = set()
        for subject in subjects:
            rows = self._connection.execute(
                "DELETE FROM edges WHERE workspace_id = ? AND (anonymous = ? OR user = ?) "
                "RETURNING anonymous",
                (workspace_id, subject, subject),
            )
            touched.update(row[0] for row in rows)
        return sorted(touched)

    def clear(self, workspace_id: WorkspaceId) -> None:
        """Begins the workspace's pages anew."""
        for table in ("edges", "seen"):
            self._connection.execute(
                f"DELETE FROM {table} WHERE workspace_id = ?",  # noqa: S608  (names of ours)
                (workspace_id,),
            )
