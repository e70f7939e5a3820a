"""Keeping the overlay up with the events: after each landing, only what is new is looked at.

A device whose earliest edge changes hands is written again; nothing else is. The overlay is
written before the book notes how far it came, so a crash between the two repeats a step that
changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from catchment.kernel import WorkspaceId, us_from_instant
from catchment.lake import EVENTS, Engine
from catchment.people.edge_book import EdgeBook
from catchment.people.identity import Edge, owners, person_of_subject
from catchment.people.ports import OverlayTable, Subjects

JOINING_KINDS = ("identify", "alias")
ANONYMOUS = "anon"


@dataclass(frozen=True, slots=True)
class PeopleWorks:
    """What keeping the overlay takes.

    Attributes:
        engine: reads the events.
        overlay: where the result is kept.
        book: the edges seen so far.
        subjects: hashes the ids that an alias names.
    """

    engine: Engine
    overlay: OverlayTable
    book: EdgeBook
    subjects: Subjects


@dataclass(frozen=True, slots=True)
class CatchUpReport:
    """What a catching-up did: how far it came, the edges read, the devices that changed hands."""

    position: int
    edges: int
    joined: int


def catch_up(works: PeopleWorks, workspace_id: WorkspaceId) -> CatchUpReport:
    """Brings a workspace's overlay up to the events that have landed.

    Args:
        works: the engine, the overlay, the book and the hasher.
        workspace_id: whose.
    """
    with works.book.writing() as pages:
        since = pages.position(workspace_id)
        position = _newest(works.engine, workspace_id, since)
        if position <= since:
            return CatchUpReport(since, 0, 0)
        edges = _edges_between(works, workspace_id, since, position)
        devices = sorted({edge.anonymous for edge in edges})
        before = owners(pages.edges(workspace_id, devices))
        pages.add(workspace_id, edges, position=position)
        after = owners(pages.edges(workspace_id, devices))
        changed = {device: user for device, user in after.items() if before.get(device) != user}
        if since == 0:
            # The book is new, or was lost: whatever the overlay held is not to be built upon.
            works.overlay.replace(workspace_id, _rows(after), position=position)
        elif changed:
            works.overlay.upsert(workspace_id, _rows(changed), position=position)
    return CatchUpReport(position, len(edges), len(changed))


def rebuild(works: PeopleWorks, workspace_id: WorkspaceId) -> CatchUpReport:
    """Forgets what was derived and derives it again from the events."""
    with works.book.writing() as pages:
        pages.clear(workspace_id)
    return catch_up(works, workspace_id)


def _newest(engine: Engine, workspace_id: WorkspaceId, since: int) -> int:
    newest = EVENTS.filter(EVENTS.log_position > since).aggregate(
        position=EVENTS.log_position.max()
    )
    found = engine.query(workspace_id, newest).column("position")[0].as_py()
    return since if found is None else int(found)


def _edges_between(
    works: PeopleWorks, workspace_id: WorkspaceId, since: int, until: int
) -> list[Edge]:
    events = EVENTS.filter(
        EVENTS.log_position > since,
        EVENTS.log_position <= until,
        EVENTS.kind.isin(list(JOINING_KINDS)),
        EVENTS.user_subject.notnull(),
    )
    seen = _pairs(works.engine, workspace_id, events, "anonymous_subject")
    named = _pairs(works.engine, workspace_id, events, "previous_id")
    edges = [Edge(row["device"], row["user"], us_from_instant(row["time"])) for row in seen]
    for row in named:
        # What an alias calls the previous id is a device's: two users are never joined.
        device = works.subjects.subject(workspace_id, ANONYMOUS, row["device"])
        edges.append(Edge(device, row["user"], us_from_instant(row["time"])))
    return edges


def _pairs(
    engine: Engine, workspace_id: WorkspaceId, events: Any, column: str
) -> Iterable[Mapping[str, Any]]:
    earliest = (
        events.filter(events[column].notnull())
        .group_by(device=events[column], user=events.user_subject)
        .aggregate(time=events.time.min())
    )
    rows: list[dict[str, Any]] = engine.query(workspace_id, earliest).to_pylist()
    return rows


def _rows(users: Mapping[str, str]) -> pa.Table:
    return pa.table(
        {
            "subject": pa.array(users.keys(), pa.string()),
            "person": pa.array(map(person_of_subject, users.values()), pa.string()),
        }
    )


def forget(works: PeopleWorks, workspace_id: WorkspaceId, person: str) -> int:
    """Takes a person out of the overlay and the book; returns how many devices they had.

    Their events are another's to erase. A device that others used too goes to the earliest of those
    who are left.

    Args:
        works: the overlay and the book.
        workspace_id: whose.
        person: who.
    """
    known = works.overlay.read(workspace_id)
    mine = [row["subject"] for row in known.to_pylist() if row["person"] == person]
    root = person.removeprefix(person_of_subject(""))
    with works.book.writing() as pages:
        position = pages.position(workspace_id)
        touched = pages.forget(workspace_id, [root])
        heirs = owners(pages.edges(workspace_id, touched))
        freed = sorted(({*mine, *touched}) - heirs.keys())
        if freed:
            works.overlay.remove(workspace_id, freed, position=position)
        if heirs:
            works.overlay.upsert(workspace_id, _rows(heirs), position=position)
    return len(mine)


class Overlay:
    """The overlay of every workspace, as a worker keeps it.

    Args:
        works: the engine, the tables and the hasher.
        workspaces: who has events.
    """

    def __init__(self, works: PeopleWorks, workspaces: Callable[[], Iterable[WorkspaceId]]) -> None:
        self._works = works
        self._workspaces = workspaces

    def catch_up(self) -> dict[WorkspaceId, CatchUpReport]:
        """Brings every workspace up to the events that have landed."""
        return {one: catch_up(self._works, one) for one in self._workspaces()}

    def forget(self, workspace_id: WorkspaceId, person: str) -> int:
        """Takes a person out; see `forget`."""
        return forget(self._works, workspace_id, person)
