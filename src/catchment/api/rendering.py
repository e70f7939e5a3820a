"""Shapes that more than one context's routes answer with."""

from catchment import jobs
from catchment.api.schemas import events as shapes


def job_shape(job: jobs.Job) -> shapes.Job:
    """A job as the API shows it."""
    return shapes.Job(
        id=job.id,
        kind=job.kind,
        state=job.state,
        progress=shapes.JobProgress(done=job.done, total=job.total),
        result=None if job.result is None else dict(job.result),
        error=job.reason if job.state is jobs.JobState.FAILED else None,
        created_at=job.created_at,
        finished_at=job.finished_at,
        is_cancel_requested=job.is_cancel_requested,
    )
