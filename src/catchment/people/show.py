"""Looking one person up: by any id they go by, with what is known and what they did."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import ibis

from catchment.kernel import PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, Missing, WorkspaceId
from catchment.lake import EVENTS, Engine

MATCHES_MAX = 10
IDS_MAX = 50
TRAIT_EVENTS_MAX = 200


class PersonUnknown(Missing):
    """Nobody here goes by that id."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One event of a person's timeline."""

    time: datetime
    name: str
    kind: str
    source_id: str
    message_id: str
    properties: str


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person.

    Attributes:
        person: the person id.
        user_ids: ids of theirs that senders use for known people.
        anonymous_ids: ids of their devices.
        first_seen_at: their first event.
        last_seen_at: their last event.
        events: how many.
        traits: what senders said of them; of each trait the latest.
    """

    person: str
    user_ids: tuple[str, ...]
    anonymous_ids: tuple[str, ...]
    first_seen_at: datetime
    last_seen_at: datetime
    events: int
    traits: Mapping[str, Any] = field(default_factory=dict)


def person_of(engine: Engine, workspace_id: WorkspaceId, identifier: str) -> str:
    """The person who goes by an id: a person id, a user id or a device's.

    A device that two people used is answered with the one who has it now by the rule.

    Raises:
        PersonUnknown: nobody does.
    """
    events = EVENTS.filter(
        (EVENTS.person == identifier)
        | (EVENTS.user_id == identifier)
        | (EVENTS.anonymous_id == identifier)
    )
    # A user id says more than a device that was lent.
    rank = ibis.cases((events.person == identifier, 0), (events.user_id == identifier, 1), else_=2)
    found = (
        events.group_by("person")
        .aggregate(rank=rank.min(), count=events.count())
        .order_by([ibis.asc("rank"), ibis.desc("count"), ibis.asc("person")])
        .limit(MATCHES_MAX)
    )
    persons = engine.query(workspace_id, found).column("person").to_pylist()
    if not persons:
        raise PersonUnknown(f"nobody here goes by {identifier!r}")
    return str(persons[0])


def show(engine: Engine, workspace_id: WorkspaceId, person: str) -> Person:
    """What is known of a person.

    Raises:
        PersonUnknown: there is no event of theirs.
    """
    events = EVENTS.filter(EVENTS.person == person)
    sums = events.aggregate(
        first=events.time.min(),
        last=events.time.max(),
        events=events.count(),
    )
    row = engine.query(workspace_id, sums).to_pylist()[0]
    if not row["events"]:
        raise PersonUnknown(f"there is no event of {person!r}")
    return Person(
        person=person,
        user_ids=_ids(engine, workspace_id, events, "user_id"),
        anonymous_ids=_ids(engine, workspace_id, events, "anonymous_id"),
        first_seen_at=row["first"].astimezone(UTC),
        last_seen_at=row["last"].astimezone(UTC),
        events=row["events"],
        traits=_traits(engine, workspace_id, events),
    )


def _ids(engine: Engine, workspace_id: WorkspaceId, events: Any, column: str) -> tuple[str, ...]:
    known = events.filter(events[column].notnull()).select(column).distinct()
    rows = engine.query(workspace_id, known.order_by(column).limit(IDS_MAX))
    return tuple(rows.column(column).to_pylist())


def _traits(engine: Engine, workspace_id: WorkspaceId, events: Any) -> dict[str, Any]:
    told = (
        events.filter(events.kind == "identify")
        .order_by([ibis.desc("time"), ibis.desc("event_key")])
        .select("traits")
        .limit(TRAIT_EVENTS_MAX)
    )
    known: dict[str, Any] = {}
    for text in engine.query(workspace_id, told).column("traits").to_pylist():
        for name, value in json.loads(text).items():
            known.setdefault(name, value)
    return known


def timeline(
    engine: Engine, workspace_id: WorkspaceId, person: str, *, limit: int = PAGE_SIZE_DEFAULT
) -> tuple[Deed, ...]:
    """What a person did, the newest first.

    Args:
        engine: who answers.
        workspace_id: whose events.
        person: who.
        limit: how many at most, within `PAGE_SIZE_MAX`.
    """
    events = EVENTS.filter(EVENTS.person == person)
    newest = (
        events.order_by([ibis.desc("time"), ibis.desc("sequence"), ibis.desc("event_key")])
        .select("time", "name", "kind", "source_id", "message_id", "properties")
        .limit(max(1, min(limit, PAGE_SIZE_MAX)))
    )
    rows = engine.query(workspace_id, newest).to_pylist()
    return tuple(Deed(**{**row, "time": row["time"].astimezone(UTC)}) for row in rows)
