"""The queue: a job is put in with the change that calls for it, and taken by one worker at a time.

Because jobs lie beside the records, `enqueue` shares the transaction of its caller: no commit, no
job. A claim gives a lease and a rising fence; a worker that dies lets its lease run out and another
takes over; one that merely slept finds its fence outdated and keeps nothing.
"""

import random
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from catchment.events import notices
from catchment.jobs import store
from catchment.jobs.errors import JobOver, JobUnknown, LeaseLost, PayloadTooLarge
from catchment.jobs.types import ATTEMPTS_MAX_DEFAULT, PAYLOAD_BYTES_MAX, Job, JobState
from catchment.kernel import Clock, IdMaker, Page, WorkspaceId
from catchment.store import UnitOfWork, announce

LEASE = timedelta(seconds=60)
RETRY_FIRST_SECONDS = 2.0
RETRY_SECONDS_MAX = 600.0
REASON_LENGTH_MAX = 2_000
FORGET_BATCH_MAX = 1_000


def enqueue(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    kind: str,
    payload: Mapping[str, Any],
    *,
    clock: Clock,
    ids: IdMaker,
    run_at: datetime | None = None,
    attempts_max: int = ATTEMPTS_MAX_DEFAULT,
    once_key: str | None = None,
    requested_by: str = "",
) -> Job:
    """Puts a job into the queue, with whatever else this unit of work does.

    Args:
        uow: the unit of work of the change that calls for the job.
        workspace_id: whose job; `HOUSE` for what serves all.
        kind: the name that its handler is registered under.
        payload: ids and small settings.
        clock: tells the time.
        ids: makes the job's id.
        run_at: not before; now, if left out.
        attempts_max: how often it may be begun.
        once_key: while a job of this kind and key is queued or running, that one is returned
            instead of a second.
        requested_by: the actor who asked for it.

    Raises:
        PayloadTooLarge: the payload is no place for data.
    """
    if len(msgspec.json.encode(payload)) > PAYLOAD_BYTES_MAX:
        raise PayloadTooLarge
    now = clock.now()
    job = Job(
        id=ids.make("job"), workspace_id=workspace_id, kind=kind, state=JobState.QUEUED,
        payload=payload, result=None, reason=None, attempts=0, attempts_max=attempts_max,
        run_at=run_at or now, created_at=now, started_at=None, finished_at=None, done=0,
        total=None, is_cancel_requested=False, requested_by=requested_by, fence=0,
    )  # fmt: skip
    if not store.insert_job(uow, job, once_key) and once_key is not None:
        return store.under_way(uow, workspace_id, kind, once_key) or job
    return job


def get_job(uow: UnitOfWork, workspace_id: WorkspaceId, job_id: str) -> Job:
    """One job.

    Raises:
        JobUnknown: there is none of this id here.
    """
    job = store.find_job(uow, workspace_id, job_id)
    if job is None:
        raise JobUnknown
    return job


def list_jobs(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    kind: str | None = None,
    state: JobState | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[Job]:
    """The workspace's jobs, newest first."""
    return store.page_of_jobs(uow, workspace_id, kind=kind, state=state, limit=limit, cursor=cursor)


def cancel_job(uow: UnitOfWork, workspace_id: WorkspaceId, job_id: str, *, clock: Clock) -> Job:
    """Cancels a waiting job at once, and asks a running one to stop at its next report.

    Raises:
        JobUnknown: there is none of this id here.
        JobOver: it is done, failed or cancelled already.
    """
    job = store.lock_job(uow, workspace_id, job_id)
    if job is None:
        raise JobUnknown
    if job.state is JobState.QUEUED:
        store.change(uow, job, {"state": JobState.CANCELLED.value, "finished_at": clock.now()})
    elif job.state is JobState.RUNNING:
        store.change(uow, job, {"is_cancel_requested": True})
    else:
        raise JobOver(f"the job is {job.state.value} already")
    return get_job(uow, workspace_id, job_id)


def claim(
    uow: UnitOfWork, kinds: Collection[str], *, clock: Clock, ids: IdMaker, lease: timedelta = LEASE
) -> Job | None:
    """Takes the job that is due longest, if any, and holds it until the lease runs out.

    A job whose worker died on its last attempt is given up here.
    """
    now = clock.now()
    while (job := store.lock_due(uow, kinds, now)) is not None:
        if job.state is JobState.RUNNING and job.is_cancel_requested:
            store.change(uow, job, {"state": JobState.CANCELLED.value, "finished_at": now})
        elif job.attempts >= job.attempts_max:
            _give_up(uow, job, "its worker died on the last attempt", clock=clock, ids=ids)
        else:
            taken = {
                "state": JobState.RUNNING.value,
                "attempts": job.attempts + 1,
                "fence": job.fence + 1,
                "lease_until": now + lease,
                "started_at": job.started_at or now,
            }
            if store.change(uow, job, taken):
                return replace(
                    job, state=JobState.RUNNING, attempts=job.attempts + 1,
                    fence=job.fence + 1, started_at=job.started_at or now,
                )  # fmt: skip
    return None


def keep(
    uow: UnitOfWork, job: Job, *, clock: Clock, lease: timedelta = LEASE, **progress: int
) -> bool:
    """Renews the lease, and notes `done` and `total` where given.

    Returns:
        Whether it may go on; false when an operator asked for it to stop.

    Raises:
        LeaseLost: another worker has it.
    """
    until = {"lease_until": clock.now() + lease}
    if not store.change(uow, job, {**until, **progress}):
        raise LeaseLost
    return not get_job(uow, job.workspace_id, job.id).is_cancel_requested


def finish(
    uow: UnitOfWork, job: Job, result: Mapping[str, Any] | None = None, *, clock: Clock
) -> None:
    """Marks a claimed job done, together with whatever else this unit of work does.

    Raises:
        LeaseLost: another worker has it, so this unit of work must not be kept.
    """
    values = {
        "state": JobState.DONE.value, "finished_at": clock.now(), "lease_until": None,
        "result": None if result is None else dict(result), "reason": None,
    }  # fmt: skip
    if not store.change(uow, job, values):
        raise LeaseLost


def stop(uow: UnitOfWork, job: Job, *, clock: Clock) -> None:
    """Marks a claimed job cancelled, once its handler has stopped."""
    values = {"state": JobState.CANCELLED.value, "finished_at": clock.now(), "lease_until": None}
    if not store.change(uow, job, values):
        raise LeaseLost


def fail(
    uow: UnitOfWork,
    job: Job,
    reason: str,
    *,
    clock: Clock,
    ids: IdMaker,
    chance: random.Random,
    is_final: bool = False,
) -> None:
    """Puts a claimed job back for later, or gives it up when trying again cannot help.

    Raises:
        LeaseLost: another worker has it.
    """
    if is_final or job.attempts >= job.attempts_max:
        if not _give_up(uow, job, reason, clock=clock, ids=ids):
            raise LeaseLost
        return
    values = {
        "state": JobState.QUEUED.value,
        "lease_until": None,
        "reason": reason[:REASON_LENGTH_MAX],
        "run_at": clock.now() + timedelta(seconds=retry_seconds(job.attempts, chance)),
    }
    if not store.change(uow, job, values):
        raise LeaseLost


def retry_seconds(attempts: int, chance: random.Random) -> float:
    """How long to wait after so many attempts: doubling, bounded, and never two in step."""
    wait = min(RETRY_SECONDS_MAX, RETRY_FIRST_SECONDS * 2.0 ** (attempts - 1))
    return wait * chance.uniform(0.5, 1.0)


def forget_finished(uow: UnitOfWork, before: datetime) -> int:
    """Deletes jobs that were over before this instant, a bounded number at a time."""
    return store.delete_finished(uow, before, FORGET_BATCH_MAX)


def _give_up(uow: UnitOfWork, job: Job, reason: str, *, clock: Clock, ids: IdMaker) -> bool:
    reason = reason[:REASON_LENGTH_MAX]
    values = {
        "state": JobState.FAILED.value, "finished_at": clock.now(), "lease_until": None,
        "reason": reason,
    }  # fmt: skip
    if not store.change(uow, job, values):
        return False
    failed = notices.JobFailed(job.workspace_id, job.id, job.kind, reason[:200])
    announce(uow, failed, clock=clock, ids=ids)
    return True
