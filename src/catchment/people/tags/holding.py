"""Which tags a person has: those of all their subjects; of an exclusive group, the newest alone.

Pure: the same assignments give the same answer in whatever order they come. So two people who are
joined have both their tags at once, and when they are split again each has their own, the one that
was hidden by a newer tag of its group included.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from catchment.kernel import WorkspaceId
from catchment.people.identity import PERSON_PREFIX
from catchment.people.show import PersonUnknown
from catchment.people.tags import store
from catchment.people.tags.types import Assignment, Members, TagUnknown
from catchment.store import UnitOfWork


class WhoIsWho(Protocol):
    """What is asked of the identity view: who a subject is now."""

    @property
    def owners(self) -> NDArray[np.int32]:
        """The person (a node) of each node."""

    def nodes_of(self, subjects: pa.Array) -> NDArray[np.int32]:
        """The node of each subject; -1 where it is unknown."""


def counting(assignments: Iterable[Assignment], exclusive: frozenset[str]) -> list[Assignment]:
    """The assignments that count for one person, in order of group and tag.

    Args:
        assignments: those of all the person's subjects.
        exclusive: the groups of which a person has one tag at most.
    """
    best: dict[tuple[str, str], Assignment] = {}
    for one in assignments:
        place = (one.group_id, "" if one.group_id in exclusive else one.tag_id)
        if place not in best or _is_newer(one, best[place]):
            best[place] = one
    return sorted(best.values(), key=lambda one: (one.group_id, one.tag_id))


def _is_newer(one: Assignment, other: Assignment) -> bool:
    # Two of the same microsecond: the tag that was made later, so that order never matters.
    return (one.given_at, one.tag_id, one.subject) > (other.given_at, other.tag_id, other.subject)


def tags_of(uow: UnitOfWork, workspace_id: WorkspaceId, members: Sequence[str]) -> list[Assignment]:
    """The tags of one person.

    Args:
        uow: the unit of work to read in.
        workspace_id: whose.
        members: all subjects of the person.
    """
    exclusive = exclusive_groups(uow, workspace_id)
    return counting(store.assignments_to(uow, workspace_id, members), exclusive)


def tags_of_each(
    uow: UnitOfWork, workspace_id: WorkspaceId, people: Sequence[Sequence[str]]
) -> list[list[Assignment]]:
    """The tags of several people, in their order, in few questions.

    Args:
        uow: the unit of work to read in.
        workspace_id: whose.
        people: all subjects of each.
    """
    exclusive = exclusive_groups(uow, workspace_id)
    by_subject: dict[str, list[Assignment]] = {}
    everyone = [subject for members in people for subject in members]
    for one in store.assignments_to(uow, workspace_id, everyone):
        by_subject.setdefault(one.subject, []).append(one)
    return [
        counting((one for subject in members for one in by_subject.get(subject, ())), exclusive)
        for members in people
    ]


def exclusive_groups(uow: UnitOfWork, workspace_id: WorkspaceId) -> frozenset[str]:
    """The groups of which a person has one tag at most."""
    return frozenset(group.id for group in store.groups_of(uow, workspace_id) if group.is_exclusive)


def tag_holders(
    uow: UnitOfWork, workspace_id: WorkspaceId, tag_id: str, identity: WhoIsWho
) -> NDArray[np.int32]:
    """Everyone who has a tag, as person nodes, each once, rising.

    Raises:
        TagUnknown: there is none of this id here.
    """
    tag = store.find_tag(uow, workspace_id, tag_id)
    if tag is None:
        raise TagUnknown
    if tag.group_id not in exclusive_groups(uow, workspace_id):
        subjects = store.subjects_with_tag(uow, workspace_id, tag_id)
        return np.unique(_persons(subjects, identity))
    rows = store.subjects_with(uow, workspace_id, group_id=tag.group_id)
    persons = _persons([subject for _, subject, _ in rows], identity, keep_unknown=True)
    is_it = np.fromiter((tag == tag_id for tag, _, _ in rows), np.bool_, len(rows))
    # Rows come oldest first, so the last one of a person is the one that counts.
    last: dict[int, Any] = dict(zip(persons.tolist(), is_it.tolist(), strict=True))
    last.pop(-1, None)
    return np.array(sorted(person for person, holds in last.items() if holds), np.int32)


def _persons(
    subjects: Sequence[str], identity: WhoIsWho, *, keep_unknown: bool = False
) -> NDArray[np.int32]:
    nodes = identity.nodes_of(pa.array(subjects, pa.string()))
    known = nodes >= 0
    persons = np.full(len(nodes), -1, np.int32)
    persons[known] = identity.owners[nodes[known]]
    return persons if keep_unknown else persons[known]


class WhoseNodes(WhoIsWho, Protocol):
    """What is asked of the identity view to name all subjects of a person."""

    def subjects_of(self, nodes: NDArray[np.int32]) -> pa.Array:
        """The subjects of nodes."""

    def members_of(self, persons: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Offsets by person, and the nodes of each."""


def members_of_each(identity: WhoseNodes, persons: Sequence[str]) -> list[Members]:
    """All subjects of each person, the one that names them now first.

    Args:
        identity: who is who.
        persons: person ids, old ones too.

    Raises:
        PersonUnknown: nobody was ever called one of these.
    """
    subjects = [person.removeprefix(PERSON_PREFIX) for person in persons]
    nodes = identity.nodes_of(pa.array(subjects, pa.string()))
    if (nodes < 0).any():
        unknown = persons[int(np.flatnonzero(nodes < 0)[0])]
        raise PersonUnknown(f"nobody here is called {unknown!r}")
    owners = identity.owners[nodes]
    offsets, members = identity.members_of(owners)
    named = identity.subjects_of(members).to_pylist()
    # The one that names the person goes before the others, which keep their order.
    return [
        tuple(
            named[row] for row in sorted(range(begin, end), key=lambda row: members[row] != owner)
        )
        for owner, begin, end in zip(
            owners.tolist(), offsets[:-1].tolist(), offsets[1:].tolist(), strict=True
        )
    ]
