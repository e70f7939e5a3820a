"""What others announce and audiences answer: tags given by hand, consent, people forgotten."""

from collections.abc import Sequence

from catchment.audiences import store
from catchment.audiences.lists import store as list_store
from catchment.audiences.opened import PERSON_PREFIX
from catchment.audiences.reading import read_rule
from catchment.audiences.reading_members import resting_in
from catchment.audiences.rules import ConsentIs, LevelIs, Rule, TagIs, walk
from catchment.audiences.transitions import store as moved
from catchment.events import notices
from catchment.kernel import WorkspaceId
from catchment.store import Notice, Subscriber, UnitOfWork


def audience_subscriber() -> Subscriber:
    """Answers what others announce, in the unit of work of the delivery."""
    wants = (
        notices.TagGiven, notices.TagTaken, notices.PersonForgotten, notices.ConsentChanged,
        notices.AutomatedDecisionsChanged,
    )  # fmt: skip
    return Subscriber("audiences", wants, _answer)


def refill_readers_of_levels(uow: UnitOfWork, workspace_id: WorkspaceId) -> int:
    """Has audiences that ask of levels looked at again: the thresholds are others now."""
    found = [
        one
        for one in store.active_audiences(uow, workspace_id)
        if any(isinstance(part, LevelIs) for part in walk(read_rule(one.rule)))
    ]
    for one in found:
        store.ask_to_fill(uow, one)
    return len(found)


def look_again(uow: UnitOfWork, workspace_id: WorkspaceId) -> int:
    """Has every audience filled anew, for events that they rest on are gone; returns how many."""
    found = store.active_audiences(uow, workspace_id)
    for one in found:
        store.ask_to_fill(uow, one)
    return len(found)


def forget(uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
    """Takes a person out of what is written of moves, out of lists and out of audiences.

    Args:
        uow: the unit of work.
        workspace_id: whose.
        subjects: all that the person went by; any of them may have named them once.

    Returns:
        How many rows were deleted.
    """
    persons = [PERSON_PREFIX + subject for subject in subjects]
    gone = moved.forget_transitions(uow, workspace_id, persons)
    gone += moved.forget_nudges_of(uow, workspace_id, subjects)
    gone += list_store.strike_subjects(uow, workspace_id, subjects)
    # Whoever is no person any more is not found by looking at persons.
    for one in store.active_audiences(uow, workspace_id):
        store.ask_to_fill(uow, one)
    return gone


def _answer(notice: Notice, uow: UnitOfWork) -> None:
    body, workspace_id = notice.body, notice.workspace_id
    if isinstance(body, notices.PersonForgotten):
        forget(uow, workspace_id, body.subjects)
    elif isinstance(body, notices.TagGiven | notices.TagTaken):
        kept = store.active_audiences(uow, workspace_id)
        if any(_asks_of_tag(read_rule(one.rule), body.tag_id) for one in kept):
            moved.add_nudges(uow, workspace_id, body.subjects)
    elif isinstance(body, notices.ConsentChanged):
        kept = store.active_audiences(uow, workspace_id)
        if any(isinstance(part, ConsentIs) for one in kept for part in walk(read_rule(one.rule))):
            moved.add_nudges(uow, workspace_id, body.subjects)
    elif isinstance(body, notices.AutomatedDecisionsChanged):
        _look_again(uow, workspace_id, body.subjects)


def _look_again(uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]) -> None:
    """Has people looked at who let machines judge them now, or no longer."""
    # Whatever rests on a judgement rests, in the end, on an audience that asks for one.
    if resting_in(uow, workspace_id).audiences:
        moved.add_nudges(uow, workspace_id, subjects)


def _asks_of_tag(rule: Rule, tag_id: str) -> bool:
    return any(isinstance(part, TagIs) and part.tag_id == tag_id for part in walk(rule))
