"""Audiences laid over each other: exact counts of every combination that somebody is in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catchment.audiences import store
from catchment.audiences.errors import AudienceNotFilled, AudienceUnknown, OverlapRefused
from catchment.audiences.types import OVERLAP_MAX, Audience, Intersection
from catchment.audiences.works import AudienceWorks
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork

OVERLAP_MIN = 2


@dataclass(frozen=True, slots=True)
class Overlap:
    """Audiences laid over each other.

    Attributes:
        sets: each audience and the people in it, in the order asked.
        intersections: people in exactly these audiences and no other of them, the most first.
        union: people in any of them.
    """

    sets: Sequence[tuple[Audience, int]]
    intersections: Sequence[Intersection]
    union: int


def overlap_of(
    works: AudienceWorks, workspace_id: WorkspaceId, audience_ids: Sequence[str]
) -> Overlap:
    """Lays two to six audiences over each other.

    Raises:
        OverlapRefused: too few, too many, or one of them twice.
        AudienceUnknown: one of them is not there.
        AudienceNotFilled: one of them has no members yet.
    """
    asked = list(audience_ids)
    if not OVERLAP_MIN <= len(asked) <= OVERLAP_MAX or len(set(asked)) != len(asked):
        raise OverlapRefused
    with UnitOfWork(works.database, reads_only=True) as uow:
        found = [store.find_audience(uow, workspace_id, one) for one in asked]
    every = []
    for audience_id, one in zip(asked, found, strict=True):
        if one is None:
            raise AudienceUnknown(f"there is no audience {audience_id!r}")
        if one.size is None:
            raise AudienceNotFilled(f"{one.name!r} is being filled for the first time")
        every.append(one)
    view = works.people.reading(workspace_id)
    codes = np.zeros(view.count, np.uint8)
    for place, one in enumerate(every):
        members = works.members.read(one, view)
        codes |= members << np.uint8(place)
    counts = np.bincount(codes, minlength=1 << len(every))
    counts[0] = 0
    parts = [
        Intersection(
            tuple(one.id for place, one in enumerate(every) if code >> place & 1),
            int(counts[code]),
        )
        for code in np.flatnonzero(counts).tolist()
    ]
    parts.sort(key=lambda part: (-part.count, part.audience_ids))
    has = np.arange(len(counts))
    sizes = [int(counts[has >> place & 1 == 1].sum()) for place in range(len(every))]
    return Overlap(list(zip(every, sizes, strict=True)), parts, int(counts.sum()))
