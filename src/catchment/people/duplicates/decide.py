"""Deciding on a suggestion: the operator's word, kept with the reason.

Confirming a duplicate merges the two as any operator's merge does, and can be undone as one;
confirming a household only says so. What was rejected is never suggested again.
"""

from typing import Protocol

from catchment.kernel import Clock, WorkspaceId
from catchment.people.duplicates.errors import SuggestionDecided, SuggestionUnknown
from catchment.people.duplicates.store import find_suggestion, note_decision
from catchment.people.duplicates.types import Suggestion, SuggestionKind, SuggestionState
from catchment.store import UnitOfWork


class Merging(Protocol):
    """Merges people by an operator's word."""

    def __call__(self, people: tuple[str, str], reason: str, /) -> object:
        """Makes one person of two.

        Args:
            people: their ids.
            reason: why.
        """


def decide_suggestion(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    suggestion_id: str,
    state: SuggestionState,
    *,
    by: str,
    reason: str,
    clock: Clock,
    merge: Merging,
) -> Suggestion:
    """Keeps a decision, and merges a confirmed duplicate.

    Args:
        uow: in which the decision is kept.
        workspace_id: whose.
        suggestion_id: which.
        state: confirmed or rejected.
        by: the operator.
        reason: in their words.
        clock: tells the time.
        merge: how people are merged.

    Raises:
        SuggestionUnknown: there is none of this id.
        SuggestionDecided: somebody was faster.
    """
    known = get_suggestion(uow, workspace_id, suggestion_id)
    is_noted = note_decision(
        uow, workspace_id, suggestion_id, state, by=by, at=clock.now(), reason=reason
    )
    if not is_noted:
        raise SuggestionDecided
    if state is SuggestionState.CONFIRMED and known.kind is SuggestionKind.DUPLICATE:
        merge((known.left, known.right), reason)
    return get_suggestion(uow, workspace_id, suggestion_id)


def get_suggestion(uow: UnitOfWork, workspace_id: WorkspaceId, suggestion_id: str) -> Suggestion:
    """One suggestion.

    Raises:
        SuggestionUnknown: there is none of this id.
    """
    found = find_suggestion(uow, workspace_id, suggestion_id)
    if found is None:
        raise SuggestionUnknown(f"there is no suggestion {suggestion_id!r}")
    return found
