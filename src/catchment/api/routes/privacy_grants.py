"""Grants: asked for, answered by others; and the one value of one person that they allow."""

import json
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response

from catchment import access, people, vault
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    CursorQuery,
    LimitQuery,
    PathId,
    PrivacyApprover,
    PrivacyReader,
    PrivacyRevealer,
)
from catchment.api.routes.second_person import person_behind
from catchment.api.schemas import privacy as shapes
from catchment.api.schemas.shapes import PageAnswer
from catchment.kernel import Missing

router = APIRouter(tags=["privacy"], route_class=DeskRoute)
GRANTS = f"{WORKSPACE}/privacy/grants"
GRANT = f"{GRANTS}/{{grant_id}}"


class NothingToReveal(Missing):
    """This person has no such value, or it is not in the vault."""


@router.get(GRANTS, operation_id="list_grants")
def list_grants(
    desk: PrivacyReader,
    *,
    mine: Annotated[bool, Query(description="Only what the caller asked for.")] = False,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> PageAnswer[shapes.Grant]:
    """Grants as they stand now, newest first."""
    page = desk.services.privacy.grants.page(
        desk.reading, desk.workspace_id, requested_by=desk.actor if mine else None,
        limit=limit, cursor=cursor,
    )  # fmt: skip
    return PageAnswer(items=[_grant(one) for one in page.items], next_cursor=page.next_cursor)


@router.post(GRANTS, operation_id="ask_grant", status_code=201)
def ask_grant(ask: shapes.GrantAsk, desk: PrivacyRevealer) -> shapes.Grant:
    """Asks for leave to read personal data; somebody else answers."""
    spec = vault.GrantSpec(
        ask.scope, ask.purpose, tuple(dict.fromkeys(ask.kinds)), ask.people_max, ask.minutes,
        ask.reason, ask.ticket,
    )  # fmt: skip
    made = desk.services.privacy.grants.ask(desk.work, desk.workspace_id, spec, actor=desk.actor)
    return _grant(made)


@router.get(GRANT, operation_id="read_grant")
def read_grant(grant_id: PathId, desk: PrivacyReader) -> shapes.Grant:
    """One grant as it stands now."""
    return _grant(desk.services.privacy.grants.get(desk.reading, desk.workspace_id, grant_id))


@router.post(f"{GRANT}/approve", operation_id="approve_grant")
def approve_grant(grant_id: PathId, desk: PrivacyApprover) -> shapes.Grant:
    """Approves a request of somebody else's; its time begins with the last approval it needs."""
    answered = desk.services.privacy.grants.approve(
        desk.work,
        desk.workspace_id,
        grant_id,
        actor=desk.actor,
        behind=lambda actor: person_behind(desk, actor),
    )
    return _grant(answered)


@router.post(f"{GRANT}/refuse", operation_id="refuse_grant")
def refuse_grant(
    grant_id: PathId, ask: shapes.GrantAnswerAsk, desk: PrivacyApprover
) -> shapes.Grant:
    """Refuses a request."""
    answered = desk.services.privacy.grants.refuse(
        desk.work, desk.workspace_id, grant_id, actor=desk.actor, reason=ask.reason
    )
    return _grant(answered)


@router.post(f"{GRANT}/revoke", operation_id="revoke_grant")
def revoke_grant(
    grant_id: PathId, ask: shapes.GrantAnswerAsk, desk: PrivacyApprover
) -> shapes.Grant:
    """Takes a grant back, from now on."""
    answered = desk.services.privacy.grants.revoke(
        desk.work, desk.workspace_id, grant_id, actor=desk.actor, reason=ask.reason
    )
    return _grant(answered)


@router.post(f"{WORKSPACE}/people/{{person_id}}/reveal", operation_id="reveal_value")
def reveal_value(
    person_id: PathId, ask: shapes.RevealAsk, desk: PrivacyRevealer, response: Response
) -> shapes.Revealed:
    """Shows one value of one person in clear; it stands in the trail before it is shown."""
    desk.shows_secret = True
    response.headers["Cache-Control"] = "no-store"
    person, subjects = people.subjects_of_person(desk.services.people, desk.workspace_id, person_id)
    token = _token(desk, person_id, subjects, ask.field)
    why = vault.Access(desk.actor, ask.purpose, ask.reason, ask.grant_id)
    shown = desk.services.privacy.revealing.reveal(
        desk.workspace_id, vault.Wanted(person, subjects, token, why)
    )
    return shapes.Revealed.model_validate(shown)


def _token(
    desk: Desk, person_id: str, subjects: Sequence[str], field: shapes.FieldReference
) -> str:
    """The token in the place of what is asked for."""
    if field.identifier is not None:
        if field.identifier not in subjects:
            raise NothingToReveal
        found = list(
            desk.services.vault.tokens_tagged(desk.workspace_id, [field.identifier]).values()
        )
    else:
        found = _tokens_of_trait(desk, person_id, field.trait or "")
    if not 0 <= field.nth < len(found):
        raise NothingToReveal
    return found[field.nth]


def _tokens_of_trait(desk: Desk, person_id: str, name: str) -> list[str]:
    """The tokens in a trait's value, as they stand in it; of the name, by its own word."""
    profile = people.read_profile(
        desk.services.people, desk.workspace_id, person_id,
        people.list_traits(desk.reading, desk.workspace_id),
        currency=access.get_workspace(desk.reading, desk.workspace_id).currency,
        at_us=desk.clock.now_us(),
    )  # fmt: skip
    told = {one.name: one.value for one in profile.traits}
    if name == "name" and name not in told:
        told[name] = profile.name
    return [str(token) for token in vault.tokens_in(json.dumps(told.get(name)))]


def _grant(one: vault.Grant) -> shapes.Grant:
    spec = one.spec
    is_granted = one.starts_at is not None
    return shapes.Grant(
        id=one.id,
        scope=spec.scope,
        purpose=spec.purpose,
        kinds=list(spec.kinds),
        people_max=spec.people_max,
        minutes=spec.minutes,
        reason=spec.reason,
        ticket=spec.ticket,
        state=one.state,
        requested_by=one.requested_by,
        requested_at=one.requested_at,
        approvals=[shapes.Approval.model_validate(each) for each in one.approvals],
        approvals_needed=spec.approvals_needed,
        approved_by=one.approvals[-1].by if is_granted else None,
        settled_by=one.settled_by,
        settled_reason=one.settled_reason,
        people_used=one.people_used,
        starts_at=one.starts_at,
        expires_at=one.expires_at,
    )
