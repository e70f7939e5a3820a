"""The trail of readings, and whether it is whole."""

import time
from typing import Annotated

from fastapi import APIRouter, Query

from catchment.api.at_the_desk import DeskRoute
from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    CursorQuery,
    LimitQuery,
    PrivacyAuditor,
)
from catchment.api.schemas import privacy as shapes
from catchment.api.schemas.shapes import Id, PageAnswer

router = APIRouter(tags=["privacy"], route_class=DeskRoute)
TRAIL = f"{WORKSPACE}/privacy/trail"
HEADS_SHOWN_MAX = 400

ActionQuery = Annotated[str | None, Query(pattern=r"^[a-z][a-z_.]{0,63}$", examples=["reveal"])]


@router.get(TRAIL, operation_id="list_trail")
def list_trail(
    desk: PrivacyAuditor,
    *,
    actor: Annotated[Id | None, Query()] = None,
    action: ActionQuery = None,
    person: Annotated[Id | None, Query()] = None,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> PageAnswer[shapes.TrailEntry]:
    """Who read what of whom, what for and why, and what was done to its keeping; newest first."""
    page = desk.services.privacy.trail.page(
        desk.reading, desk.workspace_id, actor=actor, action=action, person=person,
        limit=limit, cursor=cursor,
    )  # fmt: skip
    items = [
        shapes.TrailEntry(
            seq=one.seq,
            at=one.at,
            actor=one.act.actor,
            action=one.act.action,
            purpose=one.act.purpose,
            grant_id=one.act.grant_id,
            person=one.act.person,
            kinds=list(one.act.kinds),
            values=one.act.values,
            reason=one.act.reason,
            hash=one.hash,
        )
        for one in page.items
    ]
    return PageAnswer(items=items, next_cursor=page.next_cursor)


@router.post(f"{TRAIL}/verify", operation_id="verify_trail")
def verify_trail(desk: PrivacyAuditor) -> shapes.TrailVerdict:
    """Looks through the whole trail, its signed heads and their copy beside the keys."""
    began = time.perf_counter()
    verdict = desk.services.privacy.trail.verify(desk.workspace_id)
    fault = verdict.first_fault
    return shapes.TrailVerdict(
        entries=verdict.entries,
        is_whole=verdict.is_whole,
        first_fault=None if fault is None else shapes.TrailFault.model_validate(fault),
        heads=[shapes.TrailHead.model_validate(one) for one in verdict.heads[-HEADS_SHOWN_MAX:]],
        took_ms=round((time.perf_counter() - began) * 1000, 1),
    )
