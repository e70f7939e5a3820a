"""A landing desk: log, table and landers in a folder, and a process that dies where it is told.

What is in the folder outlives a death; a lander does not. Landing again from the same folder is
what a new process would do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from catchment.collect import (
    Lander,
    LandingParts,
    QuarantinedEvent,
    SubjectHasher,
    decode,
)
from catchment.kernel import WorkspaceId
from catchment.lake import EventTable, Received
from catchment.testing.clock import ManualClock
from catchment.testing.log_seals import toy_log

MINE = WorkspaceId("wsp_mine")
THEIRS = WorkspaceId("wsp_theirs")
NOW_US = 1_767_614_400_000_000


class Died(Exception):
    """The process died here."""


class Shelf:
    """A quarantine in memory: durable, as it outlives the landers."""

    def __init__(self) -> None:
        self.kept: dict[str, QuarantinedEvent] = {}

    def put(self, entries: Sequence[QuarantinedEvent]) -> None:
        """Keeps each once."""
        for entry in entries:
            self.kept.setdefault(entry.id, entry)


def call(message_id: str, **members: object) -> dict[str, object]:
    """A call in Segment's shape, as its sender would write it."""
    return {
        "type": "track",
        "event": "Seen",
        "messageId": message_id,
        "userId": "u-" + message_id[:1],
        **members,
    }


def batch(
    calls: Sequence[object], workspace_id: WorkspaceId = MINE, source_id: str = "src_web"
) -> Received:
    """The body of these calls, as it would stand in the log."""
    return Received(
        workspace_id, source_id, "segment", NOW_US, msgspec.json.encode({"batch": calls})
    )


@dataclass
class Desk:
    """Everything in a folder that outlives a crash, and landers that do not."""

    folder: Path
    lander_class: type[Lander] = Lander
    table_class: type[EventTable] = EventTable
    shelf: Shelf = field(default_factory=Shelf)

    def __post_init__(self) -> None:
        self.log = toy_log(self.folder / "log.db")

    def table(self) -> EventTable:
        """The table, opened afresh."""
        return self.table_class(self.folder / "events")

    def lander(self, reached: Callable[[str], None] = lambda _: None) -> Lander:
        """A lander with bounds so small that a few events pass them all."""
        parts = LandingParts(
            log=self.log,
            table=self.table(),
            folder=self.folder / "landing",
            decode=decode,
            hasher=SubjectHasher(b"k" * 32),
            quarantine=self.shelf,
            clock=ManualClock(),
            entries_max=3,
            recent_keys_max=4,
            reached=reached,
        )
        return self.lander_class(parts)

    def land_and_crash(self, point: str, times: int = 1) -> bool:
        """A process that lands until it dies at its so-manieth passage of a point."""
        left = times

        def die(passed: str) -> None:
            nonlocal left
            if passed == point:
                left -= 1
                if left == 0:
                    raise Died(point)

        lander = self.lander(die)
        try:
            lander.catch_up()
        except Died:
            return True
        finally:
            lander.close()
        return False

    def land(self) -> None:
        """A process that lands everything."""
        lander = self.lander()
        lander.catch_up()
        lander.close()

    def landed(self, workspace_id: WorkspaceId = MINE) -> list[str]:
        """Message ids in the table, sorted: one that landed twice is there twice."""
        table = self.table()
        rows = table.read(table.files(workspace_id), ["message_id"])
        return sorted(rows["message_id"].to_pylist())
