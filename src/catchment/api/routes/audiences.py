"""Audiences: definitions, previews, members, growth, overlap, transitions, and why."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from catchment import access, audiences
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    AudiencesReader,
    AudiencesWriter,
    CursorQuery,
    LimitQuery,
    PathId,
    PeopleReader,
)
from catchment.api.schemas import audiences as shapes
from catchment.api.schemas.shapes import Id, Instant, ItemsAnswer, Line, PageAnswer
from catchment.audiences import AudienceState, Cause, Direction
from catchment.kernel import CatchmentError

router = APIRouter(tags=["audiences"], route_class=DeskRoute)
AUDIENCES = f"{WORKSPACE}/audiences"
AUDIENCE = f"{AUDIENCES}/{{audience_id}}"
GROWTH_DAYS_DEFAULT = 30

SampleQuery = Annotated[int, Query(ge=1, le=audiences.SAMPLE_MAX)]


@router.get(AUDIENCES, operation_id="list_audiences")
def list_audiences(
    desk: AudiencesReader,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
    q: Annotated[Line | None, Query(description="Part of the name.")] = None,
    state: AudienceState | None = None,
) -> PageAnswer[shapes.AudienceRow]:
    """Audiences with their sizes, newest first."""
    page = audiences.list_audiences(
        desk.reading, desk.workspace_id, text=q, state=state, limit=limit, cursor=cursor
    )
    rows = [shapes.AudienceRow.model_validate(one) for one in page.items]
    return PageAnswer(items=rows, next_cursor=page.next_cursor)


@router.post(AUDIENCES, operation_id="create_audience", status_code=201)
def create_audience(new: shapes.AudienceNew, desk: AudiencesWriter) -> shapes.Audience:
    """Makes an audience; it is filled within seconds, and kept up from then on."""
    with _rule_at("/rule"):
        made = audiences.create_audience(
            desk.work, desk.workspace_id, _draft(new), author=_author(desk)
        )
    return shapes.Audience.model_validate(made)


@router.post(f"{AUDIENCES}/preview", operation_id="preview_audience")
def preview_audience(ask: shapes.PreviewAsk, desk: PeopleReader) -> shapes.Preview:
    """How many people a rule chooses now, and some of them; nothing is kept."""
    began = time.perf_counter()
    with _rule_at("/rule"):
        seen = audiences.preview_rule(desk.services.audiences, desk.workspace_id, ask.rule)
    return shapes.Preview(
        size=seen.size,
        of=seen.of,
        sample=_members(seen.sample),
        as_of=seen.as_of,
        took_ms=round((time.perf_counter() - began) * 1_000, 1),
    )


@router.get(f"{AUDIENCES}/overlap", operation_id="overlap_audiences")
def overlap_audiences(
    desk: AudiencesReader,
    ids: Annotated[
        list[Id], Query(min_length=1, max_length=audiences.OVERLAP_MAX, description="Two to six.")
    ],
) -> shapes.Overlap:
    """Exact counts of every combination that somebody is in, as an UpSet plot takes them."""
    answer = audiences.overlap_of(desk.services.audiences, desk.workspace_id, ids)
    return shapes.Overlap(
        sets=[
            shapes.OverlapSet(audience_id=one.id, name=one.name, size=size)
            for one, size in answer.sets
        ],
        intersections=[
            shapes.Intersection(audience_ids=list(part.audience_ids), count=part.count)
            for part in answer.intersections
        ],
        union=answer.union,
    )


@router.get(AUDIENCE, operation_id="read_audience")
def read_audience(audience_id: PathId, desk: AudiencesReader) -> shapes.Audience:
    """One audience; its size is true of `as_of`, which is at most two seconds ago."""
    found = audiences.get_audience(desk.reading, desk.workspace_id, audience_id)
    return shapes.Audience.model_validate(found)


@router.put(AUDIENCE, operation_id="change_audience")
def change_audience(
    audience_id: PathId, change: shapes.AudienceChange, desk: AudiencesWriter
) -> shapes.Audience:
    """Makes it what is sent, whole; another rule is a new version, filled quietly unless asked."""
    with _rule_at("/rule"):
        made = audiences.change_audience(
            desk.work,
            desk.workspace_id,
            audience_id,
            _draft(change),
            author=_author(desk),
            expected_version=change.expected_version,
        )
    return shapes.Audience.model_validate(made)


@router.post(f"{AUDIENCE}/archive", operation_id="archive_audience")
def archive_audience(audience_id: PathId, desk: AudiencesWriter) -> shapes.Audience:
    """Keeps it up no longer; nothing of it is lost."""
    made = audiences.archive_audience(
        desk.work, desk.workspace_id, audience_id, author=_author(desk)
    )
    return shapes.Audience.model_validate(made)


@router.post(f"{AUDIENCE}/restore", operation_id="restore_audience")
def restore_audience(audience_id: PathId, desk: AudiencesWriter) -> shapes.Audience:
    """Keeps an archived audience up again, filled afresh and quietly."""
    with _rule_at("/rule"):
        made = audiences.restore_audience(
            desk.work, desk.workspace_id, audience_id, author=_author(desk)
        )
    return shapes.Audience.model_validate(made)


@router.post(f"{AUDIENCE}/refresh", operation_id="refresh_audience", status_code=202)
def refresh_audience(audience_id: PathId, desk: AudiencesWriter) -> shapes.Audience:
    """Has everybody looked at again; what that changes is told as one, not person by person."""
    made = audiences.refresh_audience(
        desk.work, desk.workspace_id, audience_id, author=_author(desk)
    )
    return shapes.Audience.model_validate(made)


@router.get(f"{AUDIENCE}/versions", operation_id="list_audience_versions")
def list_audience_versions(
    audience_id: PathId, desk: AudiencesReader
) -> ItemsAnswer[shapes.AudienceVersion]:
    """Every state of its rule, the newest first."""
    found = audiences.list_versions(desk.reading, desk.workspace_id, audience_id)
    return ItemsAnswer(items=[shapes.AudienceVersion.model_validate(one) for one in found])


@router.get(f"{AUDIENCE}/members", operation_id="sample_audience_members")
def sample_audience_members(
    audience_id: PathId, desk: PeopleReader, limit: SampleQuery = 20
) -> shapes.Members:
    """Some of its people, masked; the same ones as long as they are in."""
    works = desk.services.audiences
    seen = audiences.sample_members(works, desk.workspace_id, audience_id, limit=limit)
    return shapes.Members(items=_members(seen.sample), size=seen.size, as_of=seen.as_of)


@router.get(f"{AUDIENCE}/growth", operation_id="read_audience_growth")
def read_audience_growth(
    audience_id: PathId,
    desk: AudiencesReader,
    since: Annotated[Instant | None, Query()] = None,
    until: Annotated[Instant | None, Query()] = None,
) -> shapes.Growth:
    """Its size, and who entered and left, day by day; bulk changes apart."""
    workspace = access.get_workspace(desk.reading, desk.workspace_id)
    ends = min(until or desk.now, desk.now)
    begins = since or ends - timedelta(days=GROWTH_DAYS_DEFAULT)
    growth = audiences.growth_of(
        desk.reading, desk.workspace_id, audience_id, since=begins, until=ends,
        time_zone=workspace.time_zone,
    )  # fmt: skip
    return shapes.Growth(
        time_zone=workspace.time_zone,
        days=[
            shapes.GrowthDay(
                day=one.day.isoformat(), size=one.size, entered=one.entered, left=one.left
            )
            for one in growth.days
        ],
        refills=[shapes.Refill.model_validate(one) for one in growth.refills],
    )


@router.get(f"{AUDIENCE}/transitions", operation_id="list_audience_transitions")
def list_audience_transitions(
    audience_id: PathId,
    desk: PeopleReader,
    *,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
    direction: Direction | None = None,
    cause: Cause | None = None,
) -> PageAnswer[shapes.Transition]:
    """Who entered and who left, one by one, newest first."""
    page = audiences.list_transitions(
        desk.reading, desk.workspace_id, audience_id, direction=direction, cause=cause,
        limit=limit, cursor=cursor,
    )  # fmt: skip
    rows = [shapes.Transition.model_validate(one) for one in page.items]
    return PageAnswer(items=rows, next_cursor=page.next_cursor)


@router.get(f"{AUDIENCE}/why/{{person_id}}", operation_id="explain_audience_member")
def explain_audience_member(
    audience_id: PathId, person_id: PathId, desk: PeopleReader
) -> shapes.Why:
    """Why a person is in or not, part by part, with the events that decided it."""
    works = desk.services.audiences
    told = audiences.explain_member(works, desk.workspace_id, audience_id, person_id)
    return shapes.Why(
        person=told.person,
        audience_id=audience_id,
        version=told.version,
        is_in=told.is_in,
        as_of=told.as_of,
        parts=[shapes.WhyPart.model_validate(one) for one in told.parts],
    )


@router.get(f"{WORKSPACE}/people/{{person_id}}/audiences", operation_id="list_person_audiences")
def list_person_audiences(person_id: PathId, desk: PeopleReader) -> ItemsAnswer[shapes.Belonging]:
    """The audiences that a person is in, and those they have left."""
    found = audiences.belongings_of(desk.services.audiences, desk.workspace_id, person_id)
    return ItemsAnswer(items=[shapes.Belonging.model_validate(one) for one in found])


class _rule_at:  # noqa: N801  (read as a word: `with _rule_at("/rule")`)
    """Tells wrong places of a rule by where it stands in the body."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        """Begins."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Puts the place before each pointer."""
        if not isinstance(error, CatchmentError) or "problems" not in error.details:
            return
        problems = error.details["problems"]
        if isinstance(problems, list):
            error.details["problems"] = [
                {**one, "pointer": self._place + one["pointer"]} for one in problems
            ]
        error.details["pointer"] = f"{self._place}{error.details.get('pointer', '')}"


def _draft(ask: shapes.AudienceNew) -> audiences.Draft:
    return audiences.Draft(ask.name, ask.rule, ask.description, ask.tag_id, ask.announce)


def _author(desk: Desk) -> audiences.Author:
    return audiences.Author(desk.actor, desk.services.audiences.check, desk.clock, desk.ids)


def _members(faces: Sequence[audiences.Face]) -> list[shapes.AudienceMember]:
    return [
        shapes.AudienceMember(person=one.person, name=one.name, identifiers=list(one.identifiers))
        for one in faces
    ]
