"""Keeping the edges up with the events: only what has landed since is read, and added once.

The edges and the log position they reach stand in one commit. Whoever is broken off, or comes
second, has added nothing; so each event counts once, however often this is tried.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, Protocol

import pyarrow as pa

from catchment.kernel import Clock, WorkspaceId
from catchment.lake import EVENTS, AnswerTooLarge, CompactionConflict, Engine, LogSpan
from catchment.people.interests.decay import Decay
from catchment.people.interests.reading import EDGE_ROWS, edges_of, tellings

EVENTS_PER_STEP: Final = 500_000
"""Events that are read at once, roughly: a log entry is never cut in two."""

EXCHANGES_MAX: Final = 3
"""How often it is tried to put other edges in the place of all."""

STEPS_PER_TURN: Final = 5
"""Steps that one call takes for one workspace, so that the others get their turn."""


class EdgeTable(Protocol):
    """Where the edges are kept; the lake's `InterestTable` is one."""

    def read(self, workspace_id: WorkspaceId) -> pa.Table:
        """The workspace's rows; an edge may stand in several, to be summed up."""

    def position(self, workspace_id: WorkspaceId) -> int:
        """The log position that they reach."""

    def add(self, workspace_id: WorkspaceId, rows: pa.Table, *, before: int, position: int) -> None:
        """Adds rows in one commit, unless another came from `before` first."""

    def clear(self, workspace_id: WorkspaceId) -> None:
        """Drops the workspace's rows and begins again."""

    def compact(self, workspace_id: WorkspaceId, *, era_least: int | None = None) -> int:
        """Merges small files; returns how many."""

    def oldest(self, workspace_id: WorkspaceId) -> datetime | None:
        """When the first event was that any edge counts."""

    def exchange(self, workspace_id: WorkspaceId, build: Callable[[int], pa.Table]) -> None:
        """Puts the edges that `build` makes up to a position in the place of those before."""


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What a catching-up did.

    Attributes:
        position: the log position reached.
        rows: rows added.
        is_done: nothing more was waiting.
    """

    position: int
    rows: int
    is_done: bool


class InterestKeeper:
    """Keeps every workspace's edges, as the worker does.

    Args:
        engine: reads the events.
        table: where the edges are kept.
        workspaces: who has events.
        clock: tells which eras are past counting.
        decay: how interest fades; the same for all that is ever written to one table.
    """

    def __init__(
        self,
        engine: Engine,
        table: EdgeTable,
        workspaces: Callable[[], Iterable[WorkspaceId]],
        clock: Clock,
        decay: Decay | None = None,
    ) -> None:
        self._engine = engine
        self._table = table
        self._workspaces = workspaces
        self._clock = clock
        self._decay = decay or Decay()

    def catch_up(self) -> dict[WorkspaceId, CaughtUp]:
        """Brings every workspace nearer to the events that have landed, and merges small files."""
        return {one: self.catch_up_one(one) for one in self._workspaces()}

    def catch_up_one(
        self, workspace_id: WorkspaceId, *, steps_max: int = STEPS_PER_TURN
    ) -> CaughtUp:
        """Brings one workspace nearer to the events that have landed.

        Args:
            workspace_id: whose.
            steps_max: parts of about `EVENTS_PER_STEP` events to read at most.
        """
        rows = 0
        position = self._table.position(workspace_id)
        for _ in range(steps_max):
            reached, added = self._step(workspace_id, position)
            rows += added
            if reached == position:
                return CaughtUp(position, rows, is_done=True)
            position = reached
        return CaughtUp(position, rows, is_done=False)

    def rebuild(self, workspace_id: WorkspaceId) -> CaughtUp:
        """Drops what was derived, and derives it again from the events."""
        self._table.clear(workspace_id)
        caught = self.catch_up_one(workspace_id)
        while not caught.is_done:
            caught = self.catch_up_one(workspace_id)
        return caught

    def follow_retention(self, workspace_id: WorkspaceId, before: datetime) -> bool:
        """Derives the edges again where they count events from before an instant.

        Those events are gone. Answers come from the old edges until the new ones are whole.

        Returns:
            Whether anything had to be done; cut short, it has to be done the next time.
        """
        oldest = self._table.oldest(workspace_id)
        if oldest is None or oldest >= before:
            return False
        for _ in range(EXCHANGES_MAX):
            try:
                self._table.exchange(workspace_id, partial(self._whole, workspace_id))
            except CompactionConflict:
                continue
            return True
        # So much comes in that files are merged all the time: then begun anew, a part at a time.
        self.rebuild(workspace_id)
        return True

    def _whole(self, workspace_id: WorkspaceId, position: int) -> pa.Table:
        """All edges up to a position, out of the events that there are."""
        found, since = [EDGE_ROWS.empty_table()], 0
        while since < position:
            until = min(position, self._end_of_part(workspace_id, since))
            if until <= since:
                break
            edges, since = self._read(workspace_id, since, until)
            found.append(edges)
        return pa.concat_tables(found)

    def _step(self, workspace_id: WorkspaceId, since: int) -> tuple[int, int]:
        """Reads one part; returns how far the edges reach now, and how many rows were added."""
        until = self._end_of_part(workspace_id, since)
        if until <= since:
            return since, 0
        edges, until = self._read(workspace_id, since, until)
        try:
            self._table.add(workspace_id, edges, before=since, position=until)
        except CompactionConflict:
            # Another worker was there first: what was read here is theirs already.
            return self._table.position(workspace_id), 0
        self._table.compact(workspace_id, era_least=self._decay.era_least(self._clock.now_us()))
        return until, edges.num_rows

    def _read(self, workspace_id: WorkspaceId, since: int, until: int) -> tuple[pa.Table, int]:
        while True:
            try:
                span = LogSpan(since, until)
                told = self._engine.query(workspace_id, tellings(self._decay), span=span)
            except AnswerTooLarge:
                # Orders of very many lines: less at once, down to a single log entry.
                if until <= since + 1:
                    raise
                until = since + (until - since) // 2
            else:
                return edges_of(told), until

    def _end_of_part(self, workspace_id: WorkspaceId, since: int) -> int:
        """The log position that the next `EVENTS_PER_STEP` events reach."""
        arrived = self._engine.arrivals(workspace_id, since)
        if arrived.events_max <= EVENTS_PER_STEP:
            return arrived.position
        there = (
            EVENTS.order_by("log_position").limit(1, offset=EVENTS_PER_STEP).select("log_position")
        )
        span = LogSpan(since, arrived.position)
        found = self._engine.query(workspace_id, there, span=span)["log_position"].to_pylist()
        return int(found[0]) if found else arrived.position
