"""Filling: everybody is looked at, and what changes is told as one.

A first filling, an edit and a refresh are a deed of an operator, not of the people: nothing that
listens for entering and leaving is set off, unless the operator asked for it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from catchment.audiences import store
from catchment.audiences.membership import MemberFiles
from catchment.audiences.opened import Kept, Opened, persons_named
from catchment.audiences.ports import PeopleView
from catchment.audiences.reading_members import StepMembers
from catchment.audiences.timers import seconds_of
from catchment.audiences.transitions import store as moved
from catchment.audiences.transitions.store import Progress
from catchment.audiences.types import Cause, Direction, Refill, Transition
from catchment.audiences.works import AudienceWorks
from catchment.audiences.writing_steps import begin_step, day_of, write_transitions
from catchment.events import notices
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork, announce

FILLED_AT_ONCE = 16
"""So many audiences are filled together: their rules share questions, their answers memory."""

ANNOUNCED_MAX = 100_000
"""A filling that moves more people than this is never announced one by one."""


@dataclass(slots=True)
class _Filling:
    """An audience being filled: the answers so far, by node."""

    kept: Kept
    members: NDArray[np.uint8]
    dues: NDArray[np.uint32]
    entered: NDArray[np.int32]
    left: NDArray[np.int32]
    files: MemberFiles | None = None


def refill_all(works: AudienceWorks, opened: Opened, view: PeopleView, position: int) -> int:
    """Fills every audience whose members do not stand for its newest rule; returns how many.

    Those who read what was filled are filled behind it: theirs is a change of the same deed.
    """
    filled, tried = 0, set[str]()
    while some := _waiting(opened, tried):
        filled += _fill(works, opened, view, some, position)
        tried.update(some)
    return filled


def _waiting(opened: Opened, tried: Collection[str]) -> list[str]:
    """Who is to be filled next; each stands behind those that it reads."""
    found = (name for name, kept in opened.kept.items() if kept.must_fill and name not in tried)
    return list(islice(found, FILLED_AT_ONCE))


def _fill(
    works: AudienceWorks, opened: Opened, view: PeopleView, names: Sequence[str], position: int
) -> int:
    fillings = {
        name: _Filling(
            opened.kept[name], np.zeros(view.count, np.uint8), np.zeros(view.count, np.uint32),
            np.zeros(0, np.int32), np.zeros(0, np.int32),
        )
        for name in names
    }  # fmt: skip
    members = StepMembers(works, opened.workspace_id, opened.members_of)
    rules = {name: opened.kept[name].rule for name in names}
    for name, judged in works.judge.judge(
        opened.workspace_id, rules, members, at_us=works.clock.now_us()
    ):
        members.latest[name] = judged
        fillings[name].members[judged.persons] = judged.is_in
        fillings[name].dues[judged.persons] = seconds_of(judged.changes_us)
    works.reached("judged all")
    at = works.clock.now()
    progress = replace(opened.progress, step=opened.progress.step + 1, position=position, at=at)
    for filling in fillings.values():
        _compare(filling)
        audience = filling.kept.audience
        folder = works.members.path(opened.workspace_id, audience.id, progress.step)
        filling.files = MemberFiles.create(folder, filling.members, filling.dues, view.epoch)
    works.reached("files made")
    with UnitOfWork(works.database) as uow:
        begin_step(uow, opened.workspace_id, progress)
        done = [one for one in fillings.values() if _write(works, uow, view, one, progress)]
        behind = _readers(opened, done)
        for kept in behind:
            store.ask_to_fill(uow, kept.audience)
    works.reached("filled")
    for kept in behind:
        kept.audience = store.asked_to_fill(kept.audience)
    opened.progress, opened.unsettled = progress, True
    for filling in done:
        kept = filling.kept
        kept.files, kept.size = filling.files, int(np.count_nonzero(filling.members))
        kept.audience = replace(
            kept.audience, filled_version=kept.audience.version, generation=progress.step,
            kept_tag_id=kept.audience.tag_id,
        )  # fmt: skip
        works.members.sweep(opened.workspace_id, kept.audience.id, progress.step)
    return len(done)


def _readers(opened: Opened, done: Sequence[_Filling]) -> list[Kept]:
    """Audiences that read one that is another now, and were not filled with it."""
    filled = {one.kept.audience.id for one in done}
    others = {
        one.kept.audience.id
        for one in done
        if len(one.entered) or len(one.left) or one.kept.audience.filled_version > 0
    }
    return [
        kept
        for name, kept in opened.kept.items()
        if kept.reads & others and name not in filled and not kept.must_fill
    ]


def _compare(filling: _Filling) -> None:
    before = np.zeros(len(filling.members), np.uint8)
    if filling.kept.files is not None:
        known = filling.kept.files.members[: len(before)]
        before[: len(known)] = known
    filling.entered = np.flatnonzero((filling.members == 1) & (before == 0)).astype(np.int32)
    filling.left = np.flatnonzero((filling.members == 0) & (before == 1)).astype(np.int32)


def _write(
    works: AudienceWorks, uow: UnitOfWork, view: PeopleView, filling: _Filling, progress: Progress
) -> bool:
    """Writes one filling; false when it was asked for once more meanwhile."""
    audience, at = filling.kept.audience, progress.at
    if at is None:
        raise ValueError("a filling is done at some time")
    size = int(np.count_nonzero(filling.members))
    values = {
        "filled_version": audience.version, "generation": progress.step, "size": size,
        "as_of": at, "kept_tag_id": audience.tag_id,
    }  # fmt: skip
    if not store.fill_audience(uow, audience, values):
        return False
    last = moved.last_filled_version(uow, audience.workspace_id, audience.id)
    moves = len(filling.entered) + len(filling.left)
    is_announced = 0 < moves <= ANNOUNCED_MAX and store.is_any_announced(
        uow, audience.workspace_id, audience.id, after=last, upto=audience.version
    )
    made = Refill(
        at, audience.version, Cause.REFRESH if last == audience.version else Cause.EDIT,
        len(filling.entered), len(filling.left), size, is_announced,
    )  # fmt: skip
    moved.insert_refill(uow, audience.workspace_id, audience.id, progress.step, made)
    day = day_of(works, audience.workspace_id, at)
    moved.add_to_day(uow, audience.workspace_id, audience.id, day, (0, 0, size))
    if is_announced:
        _announce_each(works, uow, view, filling, progress)
    body = notices.AudienceRefilled(
        audience.workspace_id, audience.id, audience.version, made.cause.value,
        made.entered, made.left, size, is_announced,
    )  # fmt: skip
    announce(uow, body, clock=works.clock, ids=works.ids)
    if audience.tag_id is not None or audience.kept_tag_id is not None:
        works.tagging.refill(uow, audience, np.flatnonzero(filling.members).astype(np.int32))
    return True


def _announce_each(
    works: AudienceWorks, uow: UnitOfWork, view: PeopleView, filling: _Filling, progress: Progress
) -> None:
    audience, at = filling.kept.audience, progress.at
    if at is None:
        return
    made = [
        Transition(
            audience.id, person, direction, at, Cause.EDIT, audience.version, False,  # noqa: FBT003
            progress.step,
        )
        for direction, nodes in (
            (Direction.ENTERED, filling.entered), (Direction.LEFT, filling.left),
        )
        for person in persons_named(view, nodes)
    ]  # fmt: skip
    write_transitions(works, uow, audience.workspace_id, made)


def release_tags(works: AudienceWorks, workspace_id: WorkspaceId) -> None:
    """Takes the tag from the people of audiences that are kept up no longer."""
    with UnitOfWork(works.database, reads_only=True) as uow:
        idle = store.audiences_with_idle_tags(uow, workspace_id)
    for audience in idle:
        with UnitOfWork(works.database) as uow:
            nobody = np.zeros(0, np.int32)
            works.tagging.refill(uow, replace(audience, tag_id=None), nobody)
            store.change_audience(uow, workspace_id, audience.id, {"kept_tag_id": None})
