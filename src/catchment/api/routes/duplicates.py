"""Duplicates: people who may be one, for an operator to judge."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from catchment import people
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.rendering import job_shape
from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    CursorQuery,
    LimitQuery,
    PathId,
    PeopleReader,
    PeopleWriter,
)
from catchment.api.schemas import duplicates as shapes
from catchment.api.schemas import events
from catchment.api.schemas.shapes import PageAnswer
from catchment.people import (
    By,
    Likeness,
    Particulars,
    Suggestion,
    SuggestionKind,
    SuggestionState,
)

router = APIRouter(tags=["people"], route_class=DeskRoute)
DUPLICATES = f"{WORKSPACE}/duplicates"

_LIKENESS: dict[Likeness, shapes.FieldLikeness] = {
    Likeness.UNKNOWN: "unknown",
    Likeness.DIFFERENT: "different",
    Likeness.ALIKE: "alike",
    Likeness.SAME: "same",
}

StateQuery = Annotated[SuggestionState, Query()]
KindQuery = Annotated[SuggestionKind | None, Query()]


@router.get(DUPLICATES, operation_id="list_duplicates")
def list_duplicates(
    desk: PeopleReader,
    state: StateQuery = SuggestionState.OPEN,
    kind: KindQuery = None,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> PageAnswer[shapes.DuplicateSuggestion]:
    """Suggestions in a state, the likeliest first."""
    page = people.list_suggestions(
        desk.reading, desk.workspace_id, state=state, kind=kind, limit=limit, cursor=cursor
    )
    return PageAnswer(items=_shown(desk, page.items), next_cursor=page.next_cursor)


@router.get(f"{DUPLICATES}/counts", operation_id="count_duplicates")
def count_duplicates(desk: PeopleReader) -> shapes.DuplicateCounts:
    """How many suggestions are open."""
    found = people.count_open(desk.reading, desk.workspace_id)
    return shapes.DuplicateCounts(
        duplicates=found.get(SuggestionKind.DUPLICATE, 0),
        households=found.get(SuggestionKind.HOUSEHOLD, 0),
    )


@router.post(f"{DUPLICATES}/search", operation_id="search_duplicates", status_code=202)
def search_duplicates(desk: PeopleWriter) -> events.Job:
    """Looks for duplicates among all people, in the background."""
    job = people.order_search(
        desk.work, desk.workspace_id, clock=desk.clock, ids=desk.ids, requested_by=desk.actor
    )
    return job_shape(job)


@router.post(f"{DUPLICATES}/{{suggestion_id}}", operation_id="decide_duplicate")
def decide_duplicate(
    suggestion_id: PathId, ask: shapes.DuplicateDecisionAsk, desk: PeopleWriter
) -> shapes.DuplicateSuggestion:
    """Keeps what an operator makes of a suggestion; `same` merges a duplicate."""
    is_same = ask.verdict == "same"
    decided = people.decide_suggestion(
        desk.services.database,
        desk.workspace_id,
        suggestion_id,
        SuggestionState.CONFIRMED if is_same else SuggestionState.REJECTED,
        by=desk.actor,
        reason=ask.reason,
        clock=desk.clock,
        ids=desk.ids,
        merge=lambda both, reason: desk.services.registrar.merge(
            desk.workspace_id, both, by=By(desk.actor, reason)
        ),
    )
    return _shown(desk, [decided])[0]


def _shown(desk: Desk, found: Sequence[Suggestion]) -> list[shapes.DuplicateSuggestion]:
    both = sorted({one for suggestion in found for one in (suggestion.left, suggestion.right)})
    known = people.particulars_of(
        desk.services.people, desk.workspace_id, both, at_us=desk.clock.now_us()
    )
    return [_suggestion(one, known[one.left], known[one.right]) for one in found]


def _suggestion(
    one: Suggestion, left: Particulars, right: Particulars
) -> shapes.DuplicateSuggestion:
    return shapes.DuplicateSuggestion(
        id=one.id,
        kind=one.kind,
        state=one.state,
        probability=one.probability,
        are_one=left.person == right.person,
        left=_person(left),
        right=_person(right),
        likeness={name: _LIKENESS[likeness] for name, likeness in one.likeness.items()},
        found_at=one.found_at,
        decided_by=one.decided_by,
        decided_at=one.decided_at,
        reason=one.reason,
    )


def _person(known: Particulars) -> shapes.SuggestedPerson:
    return shapes.SuggestedPerson(
        person=known.person, name=known.values.get("name"), traits=dict(known.values)
    )
