"""Deciding on a suggestion: the operator's word, kept with the reason.

Confirming a duplicate merges the two as any operator's merge does, and can be undone as one;
confirming a household only says so. What was rejected is never suggested again.
"""

from typing import Protocol

from catchment.access import record
from catchment.kernel import Clock, IdMaker, WorkspaceId
from catchment.people.duplicates.errors import SuggestionDecided, SuggestionUnknown
from catchment.people.duplicates.store import find_suggestion, note_decision
from catchment.people.duplicates.types import Suggestion, SuggestionKind, SuggestionState
from catchment.store import Database, UnitOfWork


class Merging(Protocol):
    """Merges people by an operator's word."""

    def __call__(self, people: tuple[str, str], reason: str, /) -> object:
        """Makes one person of two.

        Args:
            people: their ids.
            reason: why.
        """


def decide_suggestion(
    database: Database,
    workspace_id: WorkspaceId,
    suggestion_id: str,
    state: SuggestionState,
    *,
    by: str,
    reason: str,
    clock: Clock,
    ids: IdMaker,
    merge: Merging,
) -> Suggestion:
    """Merges a confirmed duplicate, and keeps the decision.

    Merging has a transaction of its own and comes first: cut short between the two, the suggestion
    is still open and deciding again merges nobody anew.

    Args:
        database: where the decision is kept.
        workspace_id: whose.
        suggestion_id: which.
        state: confirmed or rejected.
        by: the operator.
        reason: in their words.
        clock: tells the time.
        ids: makes the audit line's id.
        merge: how people are merged.

    Raises:
        SuggestionUnknown: there is none of this id.
        SuggestionDecided: it is decided already, perhaps only just.
    """
    with UnitOfWork(database, reads_only=True) as uow:
        known = get_suggestion(uow, workspace_id, suggestion_id)
    if known.state is not SuggestionState.OPEN:
        raise SuggestionDecided
    if state is SuggestionState.CONFIRMED and known.kind is SuggestionKind.DUPLICATE:
        merge((known.left, known.right), reason)
    with UnitOfWork(database) as uow:
        is_noted = note_decision(
            uow, workspace_id, suggestion_id, state, by=by, at=clock.now(), reason=reason
        )
        if not is_noted:
            raise SuggestionDecided
        record(
            uow, workspace_id, by, f"duplicates.{state.value}", suggestion_id,
            clock=clock, ids=ids, detail={"left": known.left, "right": known.right},
        )  # fmt: skip
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
