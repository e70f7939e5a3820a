"""Taking down what somebody asks for, and keeping how far it is.

Each right has a time by which it must be met, shown from the first moment. What takes work is done
by a job that the same unit of work orders; an opt-out holds at once.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from catchment.access import Action, list_members, may, person_behind, record
from catchment.jobs import enqueue
from catchment.kernel import Clock, IdMaker, Page, Unavailable, WorkspaceId
from catchment.people.rights import store
from catchment.people.rights.automated import allow_automation, refuse_automation
from catchment.people.rights.errors import (
    CorrectionMissing,
    FileNeedsAnother,
    RightsRequestOver,
    RightsRequestUnknown,
)
from catchment.people.rights.ports import Keys
from catchment.people.rights.receipts import RECEIPT, signed
from catchment.people.rights.types import (
    DUE,
    FILE_KEPT,
    NOTE_LENGTH_MAX,
    REASON_LENGTH_MAX,
    Correction,
    RightKind,
    RightsRequest,
    RightState,
    Step,
    StepState,
)
from catchment.store import UnitOfWork
from catchment.vault import hide_text

ACCESS_JOB = "rights.access"
CORRECTION_JOB = "rights.correction"
ATTEMPTS_MAX = 20
KEY_PREFIX = "key_"
RIGHTS = "rights"
"""What the box is used for."""

_STEPS = {
    RightKind.ACCESS: ("gathered", "approved"),
    RightKind.CORRECTION: ("told",),
    RightKind.OPT_OUT: ("held",),
    RightKind.OPT_IN: ("held",),
}
JOBS = {RightKind.ACCESS: ACCESS_JOB, RightKind.CORRECTION: CORRECTION_JOB}
"""What takes work, and the jobs that do it."""


@dataclass(frozen=True, slots=True)
class RightsChange:
    """Who does something about a right, with what.

    Attributes:
        actor: as the audit trail names them.
        clock, ids: the house's own.
        keys: seal what a correction is about, and sign receipts; without them there are none.
    """

    actor: str
    clock: Clock
    ids: IdMaker
    keys: Keys | None = None


def ask_right(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    kind: RightKind,
    person: str,
    subjects: Sequence[str],
    *,
    change: RightsChange,
    note: str = "",
    correction: Correction | None = None,
) -> RightsRequest:
    """Takes down what somebody asks for; a deletion is asked of the registrar.

    Args:
        uow: the unit of work.
        workspace_id: whose.
        kind: what they ask for.
        person: who, as they are called now.
        subjects: all that they go by.
        change: who takes it down.
        note: what the operator writes with it; what is personal in it is masked, for it is kept.
        correction: what is to be put right.

    Raises:
        CorrectionMissing: it is to be put right what nobody says.
        KeysAway: there is something to be sealed and the key store does not answer.
    """
    if kind is RightKind.CORRECTION and (correction is None or not correction.trait):
        raise CorrectionMissing
    now = change.clock.now()
    request = RightsRequest(
        change.ids.make("rgt"), workspace_id, kind, person, RightState.RECEIVED, change.actor,
        now, now + DUE, hide_text(note)[:NOTE_LENGTH_MAX],
        tuple(Step(name) for name in _STEPS[kind]),
    )  # fmt: skip
    sealed = None
    if correction is not None and kind is RightKind.CORRECTION:
        if change.keys is None:
            raise CorrectionMissing("nothing here could seal what is to be put right")
        told = json.dumps([correction.trait, correction.value]).encode()
        sealed = change.keys.box(workspace_id, RIGHTS).seal(told, _place(request))
    if kind in (RightKind.OPT_OUT, RightKind.OPT_IN):
        request = _hold(uow, request, subjects, change)
    store.insert_request(uow, request, sealed)
    record(
        uow, workspace_id, change.actor, f"rights.{kind.value}", request.id,
        clock=change.clock, ids=change.ids, detail={"person": person},
    )  # fmt: skip
    if kind in JOBS:
        enqueue(
            uow, workspace_id, JOBS[kind], {"request_id": request.id},
            clock=change.clock, ids=change.ids, once_key=request.id, attempts_max=ATTEMPTS_MAX,
            requested_by=change.actor,
        )  # fmt: skip
    return request


def get_right(
    uow: UnitOfWork, workspace_id: WorkspaceId, request_id: str, *, locks: bool = False
) -> RightsRequest:
    """One request; locked, whoever else would change it waits until this unit of work is over.

    Raises:
        RightsRequestUnknown: there is none of this id here.
    """
    found = store.find_request(uow, workspace_id, request_id, locks=locks)
    if found is None:
        raise RightsRequestUnknown
    return found


def list_rights(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    persons: Sequence[str] = (),
    state: RightState | None = None,
    kind: RightKind | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[RightsRequest]:
    """Requests, newest first: of one person by any of their ids, or of all."""
    return store.page_of_requests(
        uow, workspace_id, persons=persons, state=state, kind=kind, limit=limit, cursor=cursor
    )


def approve_right(
    uow: UnitOfWork, workspace_id: WorkspaceId, request_id: str, *, change: RightsChange
) -> RightsRequest:
    """Lets the file of an access request out, for seven days.

    Another does so than who took the request down; who is alone with this right here may do both,
    and the trail says so.

    Raises:
        RightsRequestUnknown: there is none of this id here.
        RightsRequestOver: there is no file that waits for it.
        FileNeedsAnother: the same person asked, and there is somebody else who may.
    """
    request = get_right(uow, workspace_id, request_id, locks=True)
    if request.kind is not RightKind.ACCESS or request.state is not RightState.WAITING:
        raise RightsRequestOver(f"the request is {request.state.value}", state=request.state.value)
    # A key may be its maker's second self, so none of them is the second person.
    asker = person_behind(uow, workspace_id, request.asked_by)
    is_alone = change.actor == asker or change.actor.startswith(KEY_PREFIX)
    if is_alone and _others(uow, workspace_id, asker):
        raise FileNeedsAnother
    now = change.clock.now()
    approved = over(
        replace(
            with_step(request, "approved", StepState.DONE, change.actor),
            approved_by=change.actor, file_until=now + FILE_KEPT,
        ),
        now, change.keys,
    )  # fmt: skip
    store.change_request(uow, approved)
    _note(uow, approved, "rights.approve", change, **({"alone": True} if is_alone else {}))
    return approved


def refuse_right(
    uow: UnitOfWork, workspace_id: WorkspaceId, request_id: str, reason: str,
    *, change: RightsChange,
) -> RightsRequest:  # fmt: skip
    """Refuses what was asked for; the law wants the reason told.

    A deletion is past refusing, and so is a correction that is being told.

    Raises:
        RightsRequestUnknown: there is none of this id here.
        RightsRequestOver: it is over, or cannot be taken back.
    """
    request = get_right(uow, workspace_id, request_id, locks=True)
    is_told = request.kind is RightKind.CORRECTION and request.state is RightState.RUNNING
    if not request.is_open or request.kind is RightKind.DELETION or is_told:
        raise RightsRequestOver(f"the request is {request.state.value}", state=request.state.value)
    refused = replace(
        request, state=RightState.REFUSED, reason=hide_text(reason)[:REASON_LENGTH_MAX],
        finished_at=change.clock.now(),
    )  # fmt: skip
    store.change_request(uow, refused, sealed=None)
    _note(uow, refused, "rights.refuse", change)
    return refused


def over(request: RightsRequest, at: datetime, keys: Keys | None) -> RightsRequest:
    """The request, done, with its receipt; while the keys are away it is done without one."""
    done = replace(request, state=RightState.DONE, finished_at=at)
    if keys is None:
        return done
    try:
        signer = keys.signing_key(RECEIPT)
    except Unavailable:
        return done
    return replace(done, receipt=signed(said_of(done), signer))


def said_of(request: RightsRequest) -> dict[str, Any]:
    """What a receipt says of a request."""
    return {
        "request_id": request.id,
        "kind": request.kind.value,
        "workspace_id": request.workspace_id,
        "person": request.person,
        "asked_at": request.asked_at.isoformat(),
        "due_at": request.due_at.isoformat(),
        "finished_at": None if request.finished_at is None else request.finished_at.isoformat(),
        "steps": [{"name": one.name, "detail": one.detail} for one in request.steps
                  if one.name != RECEIPT],
    }  # fmt: skip


def with_step(
    request: RightsRequest, name: str, state: StepState, detail: str = ""
) -> RightsRequest:
    """The request with one of its steps so far."""
    steps = tuple(
        Step(name, state, detail[:200]) if one.name == name else one for one in request.steps
    )
    return replace(request, steps=steps)


def update_right(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    request_id: str,
    change: Callable[[RightsRequest], RightsRequest],
) -> RightsRequest:
    """Reads a request, changes it, and writes it, within one unit of work.

    Raises:
        RightsRequestUnknown: there is none of this id here.
    """
    changed = change(get_right(uow, workspace_id, request_id, locks=True))
    store.change_request(uow, changed)
    return changed


def correction_of(uow: UnitOfWork, request: RightsRequest, keys: Keys) -> Correction | None:
    """What a request wants put right; nothing once that was done.

    Raises:
        KeysAway: the key store does not answer.
    """
    sealed = store.sealed_of(uow, request)
    if sealed is None:
        return None
    box = keys.box(request.workspace_id, RIGHTS)
    trait, value = json.loads(box.open(sealed, _place(request)))
    return Correction(trait, value)


def _hold(
    uow: UnitOfWork, request: RightsRequest, subjects: Sequence[str], change: RightsChange
) -> RightsRequest:
    now: datetime = change.clock.now()
    if request.kind is RightKind.OPT_OUT:
        refuse_automation(
            uow, request.workspace_id, subjects, request.id, clock=change.clock, ids=change.ids
        )
    else:
        allow_automation(uow, request.workspace_id, subjects, clock=change.clock, ids=change.ids)
    held = with_step(request, "held", StepState.DONE, f"{len(subjects)} identifiers")
    return over(held, now, change.keys)


def _others(uow: UnitOfWork, workspace_id: WorkspaceId, actor: str) -> bool:
    """Whether anybody but this one keeps people's rights here."""
    return any(
        one.operator.id != actor and not one.is_pending and may(one.role, Action.PEOPLE_RIGHTS)
        for one in list_members(uow, workspace_id)
    )


def _note(
    uow: UnitOfWork, request: RightsRequest, action: str, change: RightsChange, **more: bool
) -> None:
    record(
        uow, request.workspace_id, change.actor, action, request.id,
        clock=change.clock, ids=change.ids,
        detail={"kind": request.kind.value, "person": request.person, **more},
    )  # fmt: skip


def _place(request: RightsRequest) -> bytes:
    return f"rights|{request.workspace_id}|{request.id}".encode()
