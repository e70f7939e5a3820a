"""People's rights: what they ask for, the systems that are told, and who stays forgotten."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from catchment import people, vault
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.routes.identified import let_all_back, let_back, subject_of
from catchment.api.routes.lookups import note_lookup
from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    CursorQuery,
    LimitQuery,
    PathId,
    PeopleReader,
    PrivacyManager,
    PrivacyReader,
    PrivacyRevealer,
    RightsKeeper,
)
from catchment.api.schemas import rights as shapes
from catchment.api.schemas.shapes import Id, ItemsAnswer, PageAnswer

router = APIRouter(tags=["people"], route_class=DeskRoute)
PERSON_RIGHTS = f"{WORKSPACE}/people/{{person_id}}/rights"
REQUESTS = f"{WORKSPACE}/rights-requests"
REQUEST = f"{REQUESTS}/{{request_id}}"
SYSTEMS = f"{WORKSPACE}/privacy/systems"
SUPPRESSIONS = f"{WORKSPACE}/privacy/suppressions"
MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
}

FormatQuery = Annotated[Literal["json", "csv", "html"], Query()]
StateQuery = Annotated[people.RightState | None, Query()]
KindQuery = Annotated[people.RightKind | None, Query()]


@router.get(PERSON_RIGHTS, operation_id="list_person_rights")
def list_person_rights(
    person_id: PathId, desk: PeopleReader, cursor: CursorQuery = None
) -> PageAnswer[shapes.RightsRequest]:
    """What a person asked for, newest first; also of one who was forgotten since."""
    try:
        _, subjects = people.subjects_of_person(desk.services.people, desk.workspace_id, person_id)
    except people.NobodyThere:
        subjects = []
    persons = [f"per_{one}" for one in subjects] or [person_id]
    page = people.list_rights(desk.reading, desk.workspace_id, persons=persons, cursor=cursor)
    if not subjects and not page.items and cursor is None:
        raise people.NobodyThere
    return PageAnswer(items=[_request(one) for one in page.items], next_cursor=page.next_cursor)


@router.post(PERSON_RIGHTS, operation_id="ask_right", status_code=202)
def ask_right(person_id: PathId, ask: shapes.RightsAsk, desk: RightsKeeper) -> shapes.RightsRequest:
    """Takes down what a person asks for. A deletion begins at once and cannot be taken back."""
    kind = people.RightKind(ask.kind)
    if kind is people.RightKind.DELETION:
        outcome = desk.services.registrar.forget(
            desk.workspace_id, person_id, by=people.By(desk.actor, ask.note or "asked to be")
        )
        decision_id = "" if outcome.decision is None else outcome.decision.id
        return _request(people.right_of_decision(desk.reading, desk.workspace_id, decision_id))
    person, subjects = people.subjects_of_person(desk.services.people, desk.workspace_id, person_id)
    told = ask.correction
    made = people.ask_right(
        desk.work, desk.workspace_id, kind, person, subjects, note=ask.note,
        correction=None if told is None else people.Correction(told.trait, told.value),
        change=_change(desk),
    )  # fmt: skip
    return _request(made)


@router.get(REQUESTS, operation_id="list_rights_requests")
def list_rights_requests(
    desk: PrivacyReader,
    *,
    state: StateQuery = None,
    kind: KindQuery = None,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> PageAnswer[shapes.RightsRequest]:
    """What everybody asked for, newest first."""
    page = people.list_rights(
        desk.reading, desk.workspace_id, state=state, kind=kind, limit=limit, cursor=cursor
    )
    return PageAnswer(items=[_request(one) for one in page.items], next_cursor=page.next_cursor)


@router.get(REQUEST, operation_id="read_rights_request")
def read_rights_request(request_id: PathId, desk: PrivacyReader) -> shapes.RightsRequest:
    """One request, and how far it is."""
    return _request(people.get_right(desk.reading, desk.workspace_id, request_id))


@router.post(f"{REQUEST}/approve", operation_id="approve_rights_request")
def approve_rights_request(request_id: PathId, desk: RightsKeeper) -> shapes.RightsRequest:
    """Lets the file of an access request out, for seven days."""
    made = people.approve_right(desk.work, desk.workspace_id, request_id, change=_change(desk))
    return _request(made)


@router.post(f"{REQUEST}/refuse", operation_id="refuse_rights_request")
def refuse_rights_request(
    request_id: PathId, ask: shapes.RightsRefusal, desk: RightsKeeper
) -> shapes.RightsRequest:
    """Refuses what was asked for, with the reason."""
    made = people.refuse_right(
        desk.work, desk.workspace_id, request_id, ask.reason, change=_change(desk)
    )
    return _request(made)


@router.post(f"{REQUEST}/hurry", operation_id="hurry_rights_request", status_code=202)
def hurry_rights_request(request_id: PathId, desk: RightsKeeper) -> shapes.RightsRequest:
    """Has the lake's files rewritten now rather than in the night."""
    made = people.hurry_deletion(desk.work, desk.workspace_id, request_id, change=_change(desk))
    return _request(made)


@router.get(
    f"{REQUEST}/file",
    operation_id="download_rights_file",
    response_class=Response,
    responses={200: {"content": {name.split(";")[0]: {} for name in MEDIA_TYPES.values()}}},
)
def download_rights_file(
    request_id: PathId,
    desk: PrivacyRevealer,
    format: FormatQuery = "json",  # noqa: A002
) -> Response:
    """What is kept of the person, in clear, for them alone; taken by whoever may reveal.

    The line in the trail comes first, and it counts as a reading.
    """
    asked = people.get_right(desk.reading, desk.workspace_id, request_id)
    act = vault.Act(
        desk.actor, "access_file", vault.Purpose.RIGHTS, person=asked.person, reason=asked.id
    )
    desk.services.privacy.revealing.count(desk.workspace_id, act)
    name, content = people.open_access_file(
        desk.work, desk.services.keys, desk.services.home, desk.workspace_id, request_id,
        file_format=format, change=_change(desk),
    )  # fmt: skip
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=MEDIA_TYPES[format], headers=headers)


@router.get(
    f"{REQUEST}/receipt",
    operation_id="download_receipt",
    response_class=JSONResponse,
    responses={200: {"content": {"application/json": {}}}},
)
def download_receipt(request_id: PathId, desk: PrivacyReader) -> JSONResponse:
    """What was done about a request, signed; `catchment privacy receipt verify` checks it."""
    found = people.get_right(desk.reading, desk.workspace_id, request_id)
    if found.receipt is None:
        raise people.ReceiptNotYet(state=found.state.value)
    name = f"receipt-{found.id}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JSONResponse(dict(found.receipt), headers=headers)


@router.get(SYSTEMS, operation_id="list_connected_systems")
def list_connected_systems(desk: PrivacyReader) -> ItemsAnswer[shapes.ConnectedSystem]:
    """The systems that are told of deletions, oldest first."""
    found = people.list_systems(desk.reading, desk.workspace_id)
    return ItemsAnswer(items=[shapes.ConnectedSystem.model_validate(one) for one in found])


@router.post(SYSTEMS, operation_id="connect_system", status_code=201)
def connect_system(
    ask: shapes.ConnectedSystemAsk, desk: PrivacyManager
) -> shapes.ConnectedSystemNew:
    """Connects a system; its secret is shown this once."""
    made, secret = people.connect_system(
        desk.work, desk.services.keys, desk.workspace_id, ask.name, ask.url,
        change=_change(desk), entropy=desk.services.entropy,
        allows_private=desk.services.private_webhooks,
    )  # fmt: skip
    desk.shows_secret = True
    shown = shapes.ConnectedSystem.model_validate(made)
    return shapes.ConnectedSystemNew(**shown.model_dump(), secret=secret)


@router.delete(f"{SYSTEMS}/{{system_id}}", operation_id="disconnect_system", status_code=204)
def disconnect_system(system_id: PathId, desk: PrivacyManager) -> None:
    """Takes a system off; it is told nothing more."""
    people.disconnect_system(desk.work, desk.workspace_id, system_id, change=_change(desk))


@router.get(SUPPRESSIONS, operation_id="list_suppressions")
def list_suppressions(
    desk: PrivacyReader, subject: Annotated[Id | None, Query()] = None
) -> ItemsAnswer[shapes.Suppression]:
    """Who stays forgotten, by keyed hashes, the newest first."""
    found = people.list_suppressions(
        desk.reading, desk.services.keys, desk.workspace_id, subject=subject
    )
    return ItemsAnswer(items=[shapes.Suppression.model_validate(one) for one in found])


@router.post(f"{SUPPRESSIONS}/lift", operation_id="lift_suppression")
def lift_suppression(ask: shapes.LiftAsk, desk: RightsKeeper) -> shapes.Suppression:
    """Lets somebody be known again from now on; what was forgotten stays so."""
    subject = ask.subject
    if ask.identifier is not None:
        note_lookup(desk, ask.identifier.kind, ask.identifier.value)
        subject = subject_of(desk, ask.identifier)
    if subject is None:
        raise people.NotSuppressed("name a subject, or an identifier")
    return shapes.Suppression.model_validate(let_back(desk, subject, ask.reason))


@router.post(f"{REQUEST}/lift", operation_id="lift_deletion")
def lift_deletion(
    request_id: PathId, ask: shapes.LiftAllAsk, desk: RightsKeeper
) -> shapes.DeletionLifted:
    """Lets all identifiers of a deletion be known again; what was forgotten stays so."""
    return shapes.DeletionLifted.model_validate(let_all_back(desk, request_id, ask.reason))


def _change(desk: Desk) -> people.RightsChange:
    return people.RightsChange(desk.actor, desk.clock, desk.ids, desk.services.keys)


def _request(one: people.RightsRequest) -> shapes.RightsRequest:
    return shapes.RightsRequest(
        id=one.id, kind=one.kind.value, person_id=one.person, state=one.state.value,
        asked_by=one.asked_by, asked_at=one.asked_at, due_at=one.due_at, note=one.note,
        steps=[shapes.RightsStep(name=s.name, state=s.state.value, detail=s.detail)
               for s in one.steps],
        receipt=None if one.receipt is None else dict(one.receipt), file_until=one.file_until,
        approved_by=one.approved_by, reason=one.reason, finished_at=one.finished_at,
    )  # fmt: skip
