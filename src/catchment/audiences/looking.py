"""Looking at audiences: previews, samples, why somebody is in, and where a person belongs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from catchment import access
from catchment.audiences import store
from catchment.audiences.definitions import Author, get_audience
from catchment.audiences.errors import AudienceArchived, AudienceUnknown
from catchment.audiences.opened import PERSON_PREFIX, persons_named
from catchment.audiences.ports import Explained, Face, PeopleView
from catchment.audiences.reading import read_rule
from catchment.audiences.reading_members import KeptMembers
from catchment.audiences.transitions import store as moved
from catchment.audiences.types import (
    SAMPLE_MAX,
    Audience,
    AudienceState,
    Belonging,
    Cause,
    Direction,
    Transition,
)
from catchment.audiences.undecided import rests
from catchment.audiences.works import AudienceWorks
from catchment.kernel import Missing, Page, WorkspaceId, instant_from_us
from catchment.store import UnitOfWork

PREVIEW_SAMPLE = 10


class PersonNotKnown(Missing):
    """There is no such person in this workspace."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Some of the people that were chosen.

    Attributes:
        size: how many were.
        of: all people of the workspace.
        sample: some of them, masked.
        as_of: the instant that this is true of; `None` before the first filling.
    """

    size: int
    of: int
    sample: Sequence[Face]
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """Why a person is in an audience or not.

    Attributes:
        person: as they are called now.
        version: the definition's newest version, which is what was asked.
        is_in: whether its rule holds of them now.
        as_of: the instant.
        parts: the answer, part by part, outermost first.
    """

    person: str
    version: int
    is_in: bool
    as_of: datetime
    parts: Sequence[Explained]


def preview_rule(
    works: AudienceWorks, workspace_id: WorkspaceId, document: Mapping[str, Any]
) -> Seen:
    """Whom a rule chooses now; nothing is kept.

    Raises:
        RuleRefused: the rule cannot be used; every wrong place is marked.
    """
    rule = read_rule(document)
    with UnitOfWork(works.database, reads_only=True) as uow:
        works.judge.check(uow, workspace_id, rule, None)
    at_us = works.clock.now_us()
    members = KeptMembers(works, workspace_id)
    chosen: list[NDArray[np.int32]] = []
    everyone = 0
    for _, judged in works.judge.judge(workspace_id, {"": rule}, members, at_us=at_us):
        chosen.append(judged.persons[judged.is_in])
        everyone += len(judged.persons)
    found = np.concatenate([*chosen, np.zeros(0, np.int32)]).astype(np.int32)
    view = works.people.reading(workspace_id)
    sample = _faces(works, workspace_id, view, found[:PREVIEW_SAMPLE])
    return Seen(len(found), everyone, sample, instant_from_us(at_us))


def sample_members(
    works: AudienceWorks, workspace_id: WorkspaceId, audience_id: str, *, limit: int
) -> Seen:
    """Some of an audience's people, masked; the same ones as long as they are in.

    Raises:
        AudienceUnknown: there is none of this id here.
    """
    audience = standing_audience(works, workspace_id, audience_id)
    view = works.people.reading(workspace_id)
    found = member_nodes(works, audience, view)
    sample = _faces(works, workspace_id, view, found[: min(limit, SAMPLE_MAX)])
    return Seen(len(found), view.count, sample, audience.as_of)


def member_nodes(works: AudienceWorks, audience: Audience, view: PeopleView) -> NDArray[np.int32]:
    """Everyone in an audience at this moment, rising.

    Whoever refused to be judged by machines since the last step, and is in for such a judgement, is
    left out at once.

    Raises:
        MembersBehind: people were numbered anew, and who is in is being found out again.
    """
    if audience.size is None:
        return np.zeros(0, np.int32)
    # Whoever was forgotten since the last step is in the files yet, and is nobody any more.
    is_person = np.zeros(view.count, bool)
    is_person[view.persons()] = True
    members = works.members.read(audience, view)
    found = np.flatnonzero(members & is_person[: len(members)]).astype(np.int32)
    return _without_refusing(works, audience, found)


def _without_refusing(
    works: AudienceWorks, audience: Audience, found: NDArray[np.int32]
) -> NDArray[np.int32]:
    workspace_id, rule = audience.workspace_id, read_rule(audience.rule)
    members = KeptMembers(works, workspace_id)
    if not rests(rule, members.resting()):
        return found
    refusing = works.judge.refusing(workspace_id, found)
    if not len(refusing):
        return found
    at_us = works.clock.now_us()
    out = [
        judged.persons[~judged.is_in]
        for _, judged in works.judge.judge(
            workspace_id, {"": rule}, members, at_us=at_us, persons=refusing
        )
    ]
    return np.setdiff1d(found, np.concatenate(out)).astype(np.int32)


def standing_audience(
    works: AudienceWorks, workspace_id: WorkspaceId, audience_id: str
) -> Audience:
    """One audience, its `as_of` that of the newest step.

    Raises:
        AudienceUnknown: there is none of this id here.
    """
    with UnitOfWork(works.database, reads_only=True) as uow:
        return get_audience(uow, workspace_id, audience_id)


def explain_member(
    works: AudienceWorks, workspace_id: WorkspaceId, audience_id: str, person: str
) -> Told:
    """Why a person is in an audience or not, by its newest rule, now.

    Raises:
        AudienceUnknown: there is none of this id here.
        PersonNotKnown: there is nobody of this id.
    """
    audience = standing_audience(works, workspace_id, audience_id)
    view = works.people.reading(workspace_id)
    node = _node_of(view, person)
    present = persons_named(view, np.array([node], np.int32))[0]
    at_us = works.clock.now_us()
    parts = works.judge.why(
        workspace_id, read_rule(audience.rule), KeptMembers(works, workspace_id), present,
        at_us=at_us,
    )  # fmt: skip
    return Told(present, audience.version, parts[0].holds, instant_from_us(at_us), parts)


def belongings_of(
    works: AudienceWorks, workspace_id: WorkspaceId, person: str
) -> Sequence[Belonging]:
    """The audiences that a person is in, the newest first, and then those they have left.

    Raises:
        PersonNotKnown: there is nobody of this id.
    """
    view = works.people.reading(workspace_id)
    node = _node_of(view, person)
    present = persons_named(view, np.array([node], np.int32))[0]
    with UnitOfWork(works.database, reads_only=True) as uow:
        last = moved.last_transitions(uow, workspace_id, present)
        every = store.active_audiences(uow, workspace_id)
    found = []
    for one in reversed(every):
        is_in = one.size is not None and bool(works.members.read(one, view, node + 1)[node])
        move = last.get(one.id)
        if not is_in and move is None:
            continue
        # A move that a filling has overtaken says nothing of how they stand now.
        if move is not None and (move.direction is Direction.ENTERED) != is_in:
            move = None
        found.append(
            Belonging(
                one.id, one.name, is_in, move.at if move else None, move.cause if move else None
            )
        )
    return sorted(found, key=lambda one: not one.is_in)


def list_transitions(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    audience_id: str,
    *,
    direction: Direction | None = None,
    cause: Cause | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[Transition]:
    """Who entered and left an audience one by one, newest first.

    Raises:
        AudienceUnknown: there is none of this id here.
    """
    get_audience(uow, workspace_id, audience_id)
    return moved.page_of_transitions(
        uow, workspace_id, audience_id, direction=direction, cause=cause, limit=limit,
        cursor=cursor,
    )  # fmt: skip


def refresh_audience(
    uow: UnitOfWork, workspace_id: WorkspaceId, audience_id: str, *, author: Author
) -> Audience:
    """Has everybody looked at again; what that changes is told as one.

    Raises:
        AudienceUnknown: there is none of this id here.
        AudienceArchived: it is not kept up.
    """
    found = store.find_audience(uow, workspace_id, audience_id, locks=True)
    if found is None:
        raise AudienceUnknown
    if found.state is not AudienceState.ACTIVE:
        raise AudienceArchived
    store.ask_to_fill(uow, found)
    access.record(
        uow, workspace_id, author.actor, "audiences.refresh", audience_id,
        clock=author.clock, ids=author.ids,
    )  # fmt: skip
    return get_audience(uow, workspace_id, audience_id)


def _node_of(view: PeopleView, person: str) -> int:
    subject = person.removeprefix(PERSON_PREFIX)
    node = int(view.nodes_of(pa.array([subject], pa.string()))[0])
    if node < 0:
        raise PersonNotKnown
    return int(view.owners[node])


def _faces(
    works: AudienceWorks, workspace_id: WorkspaceId, view: PeopleView, nodes: NDArray[np.int32]
) -> Sequence[Face]:
    return works.faces.faces(workspace_id, persons_named(view, nodes))
