"""Durable background work: kept beside the records, so that a change and its job are one.

`enqueue` in the unit of work that calls for it; a `JobWorker` runs it, at least once, with a lease
that a fence guards (the successor of a worker that was killed need not wait for its end:
`HeldJobs`); failures wait and try again, and after the last attempt say why. Operators see the
progress and may cancel. Some work comes round on a `Period`.
"""

from catchment.jobs.errors import JobCancelled, JobOver, JobUnknown, LeaseLost, PayloadTooLarge
from catchment.jobs.held_jobs import HeldJobs
from catchment.jobs.queue import (
    LEASE,
    RETRY_SECONDS_MAX,
    cancel_job,
    claim,
    enqueue,
    fail,
    finish,
    forget_finished,
    get_job,
    keep,
    list_jobs,
    retry_seconds,
)
from catchment.jobs.types import ATTEMPTS_MAX_DEFAULT, HOUSE, Job, JobState, Period
from catchment.jobs.worker import Handler, JobRun, JobWorker

__all__ = [
    "ATTEMPTS_MAX_DEFAULT",
    "HOUSE",
    "LEASE",
    "RETRY_SECONDS_MAX",
    "Handler",
    "HeldJobs",
    "Job",
    "JobCancelled",
    "JobOver",
    "JobRun",
    "JobState",
    "JobUnknown",
    "JobWorker",
    "LeaseLost",
    "PayloadTooLarge",
    "Period",
    "cancel_job",
    "claim",
    "enqueue",
    "fail",
    "finish",
    "forget_finished",
    "get_job",
    "keep",
    "list_jobs",
    "retry_seconds",
]
