"""Requests kept going by themselves: none waits for what will not come.

A receipt that could not be signed, because the keys were away, is given later. A job that somebody
cancelled is ordered again, for what a person may demand is nobody's to cancel; one that was given
up makes the request a failed one, to be asked anew. And whoever is forgotten asks for nothing more:
what was to be put right goes with them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from catchment.events import notices
from catchment.jobs import enqueue, get_job
from catchment.kernel import Clock, IdMaker, Missing, WorkspaceId
from catchment.people.rights import store
from catchment.people.rights.ports import Keys
from catchment.people.rights.receipts import RECEIPT, signed
from catchment.people.rights.requests import (
    ATTEMPTS_MAX,
    JOBS,
    get_right,
    said_of,
    update_right,
)
from catchment.people.rights.types import RightsRequest, RightState
from catchment.store import Database, UnitOfWork

ASK_AGAIN = timedelta(hours=1)
"""A job that is not over by then was cancelled, or waits; ordered again, it is there but once."""

FORGOTTEN_MEANWHILE = "they were forgotten meanwhile"
GIVEN_UP = "the work for it was given up; the jobs say why"


def keep_requests(database: Database, keys: Keys, clock: Clock, ids: IdMaker) -> None:
    """Gives receipts that are owed, and orders again what nobody does.

    Raises:
        KeysAway: a receipt is owed and the key store does not answer.
    """
    _order_again(database, clock, ids)
    with UnitOfWork(database, reads_only=True) as uow:
        owed = store.without_receipt(uow)
    if not owed:
        return
    signer = keys.signing_key(RECEIPT)

    def given(one: RightsRequest) -> RightsRequest:
        if one.receipt is not None:
            return one
        return replace(one, receipt=signed(said_of(one), signer))

    for request in owed:
        with UnitOfWork(database) as uow:
            update_right(uow, request.workspace_id, request.id, given)


def close_for_forgotten(
    uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str], at: datetime
) -> int:
    """Ends what somebody had still asked for who is forgotten; returns how many requests."""
    persons = [f"per_{subject}" for subject in subjects]
    found = [
        one
        for kind in JOBS
        for one in store.requests_of_persons(uow, workspace_id, persons, kind)
        if one.is_open
    ]
    for one in found:
        _end(uow, one, RightState.REFUSED, FORGOTTEN_MEANWHILE, at)
    return len(found)


def note_given_up(uow: UnitOfWork, failed: notices.JobFailed, at: datetime) -> None:
    """Has a request fail whose job was given up."""
    if failed.kind not in JOBS.values():
        return
    workspace_id = WorkspaceId(failed.workspace_id)
    try:
        payload = get_job(uow, workspace_id, failed.job_id).payload
        request = get_right(uow, workspace_id, str(payload["request_id"]), locks=True)
    except Missing:  # it was too long ago
        return
    if request.state in (RightState.RECEIVED, RightState.RUNNING):
        _end(uow, request, RightState.FAILED, GIVEN_UP, at)


def _end(
    uow: UnitOfWork, request: RightsRequest, state: RightState, reason: str, at: datetime
) -> None:
    ended = replace(request, state=state, reason=reason, finished_at=at)
    store.change_request(uow, ended, sealed=None)


def _order_again(database: Database, clock: Clock, ids: IdMaker) -> None:
    before = clock.now() - ASK_AGAIN
    with UnitOfWork(database, reads_only=True) as uow:
        waiting = [
            (one, job)
            for kind, job in JOBS.items()
            for one in store.open_requests(uow, kind)
            if one.asked_at < before and one.state is not RightState.WAITING
        ]
    if not waiting:
        return
    with UnitOfWork(database) as uow:
        for request, job in waiting:
            enqueue(
                uow, request.workspace_id, job, {"request_id": request.id},
                clock=clock, ids=ids, once_key=request.id, attempts_max=ATTEMPTS_MAX,
                requested_by=request.asked_by,
            )  # fmt: skip
