"""Writing a step: transitions, notices, sizes, days, tags and the step itself, or none of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from catchment.audiences import store
from catchment.audiences.moving import Causes, Moves
from catchment.audiences.opened import Opened, persons_named
from catchment.audiences.ports import PeopleView
from catchment.audiences.transitions import store as moved
from catchment.audiences.transitions.store import Progress
from catchment.audiences.types import Audience, Direction, Transition
from catchment.audiences.works import AudienceWorks
from catchment.events import notices
from catchment.kernel import Conflict, WorkspaceId
from catchment.store import UnitOfWork, announce_all


@dataclass(frozen=True, slots=True)
class Decided:
    """What a step has decided.

    Attributes:
        moves: by audience, who moves.
        causes: why.
        progress: how far the audiences are with it.
    """

    moves: Mapping[str, Moves]
    causes: Causes
    progress: Progress


class StepTaken(Conflict):
    """Another process has taken this step."""


def write_step(works: AudienceWorks, opened: Opened, view: PeopleView, decided: Decided) -> None:
    """Writes a step in one unit of work.

    Args:
        works: the parts.
        opened: the audiences as they were before.
        view: who is who.
        decided: what to write.

    Raises:
        StepTaken: somebody else was faster; nothing is written.
    """
    progress = decided.progress
    with UnitOfWork(works.database) as uow:
        begin_step(uow, opened.workspace_id, progress)
        sizes: dict[str, int] = {}
        for name, one in decided.moves.items():
            if not len(one.entered) and not len(one.left):
                continue
            kept = opened.kept[name]
            written = _transitions(kept.audience, one, view, decided)
            write_transitions(works, uow, opened.workspace_id, written)
            sizes[name] = kept.size + one.growth
            counts = (len(one.entered), len(one.left), sizes[name])
            day = day_of(works, opened.workspace_id, _at(progress))
            moved.add_to_day(uow, opened.workspace_id, name, day, counts)
            if kept.audience.kept_tag_id is not None:
                works.tagging.follow(uow, kept.audience, one.entered, one.left)
        store.settle_sizes(uow, opened.workspace_id, sizes, _at(progress))


def begin_step(uow: UnitOfWork, workspace_id: WorkspaceId, progress: Progress) -> None:
    """Takes a step's number.

    Raises:
        StepTaken: it is taken already.
    """
    if moved.find_progress(uow, workspace_id).step != progress.step - 1:
        raise StepTaken
    moved.put_progress(uow, workspace_id, progress)


def write_transitions(
    works: AudienceWorks, uow: UnitOfWork, workspace_id: WorkspaceId, made: Sequence[Transition]
) -> None:
    """Writes transitions, and announces those that are not quiet."""
    moved.insert_transitions(uow, workspace_id, made)
    bodies = [_notice(workspace_id, one) for one in made if not one.is_quiet]
    announce_all(uow, bodies, clock=works.clock, ids=works.ids)


def day_of(works: AudienceWorks, workspace_id: WorkspaceId, at: datetime) -> str:
    """The day of the workspace's calendar that an instant lies in."""
    return at.astimezone(ZoneInfo(works.zone_of(workspace_id))).date().isoformat()


def _transitions(
    audience: Audience, one: Moves, view: PeopleView, decided: Decided
) -> list[Transition]:
    at, step = _at(decided.progress), decided.progress.step
    return [
        Transition(audience.id, person, direction, at, cause, audience.version, is_quiet, step)
        for direction, nodes, quietly in (
            (Direction.ENTERED, one.entered, one.entered_quietly),
            (Direction.LEFT, one.left, one.left_quietly),
        )
        for person, cause, is_quiet in zip(
            persons_named(view, nodes), decided.causes.of(nodes), quietly.tolist(), strict=True
        )
    ]


def _notice(workspace_id: WorkspaceId, one: Transition) -> notices.NoticeBody:
    make = notices.AudienceEntered if one.direction is Direction.ENTERED else notices.AudienceLeft
    return make(workspace_id, one.audience_id, one.person, one.version, one.cause.value)


def _at(progress: Progress) -> datetime:
    if progress.at is None:
        raise ValueError("a step is taken at some time")
    return progress.at
