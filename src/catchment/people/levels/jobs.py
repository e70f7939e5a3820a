"""Taking thresholds of value: every day for every workspace, and whenever someone asks."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from catchment.access import list_workspaces
from catchment.jobs import HOUSE, Handler, Job, JobRun, enqueue
from catchment.kernel import Clock, IdMaker, WorkspaceId
from catchment.lake import Engine
from catchment.people.levels.level_book import take_thresholds
from catchment.store import UnitOfWork

THRESHOLDS_JOB = "levels.thresholds"
THRESHOLDS_EVERY = timedelta(days=1)


def order_thresholds(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    clock: Clock,
    ids: IdMaker,
    requested_by: str = "",
) -> Job:
    """Orders new thresholds; a job will take them."""
    return enqueue(
        uow, workspace_id, THRESHOLDS_JOB, {}, clock=clock, ids=ids, requested_by=requested_by
    )


def run_thresholds_job(engine: Engine, clock: Clock, ids: IdMaker) -> Handler:
    """The handler of `THRESHOLDS_JOB`: for its own workspace, or for all when the house asks."""

    def run(job: JobRun) -> Mapping[str, Any]:
        asked = [job.workspace_id]
        if job.workspace_id == HOUSE:
            with UnitOfWork(job.database, reads_only=True) as uow:
                asked = [WorkspaceId(one.id) for one in list_workspaces(uow)]
        populations = {}
        for done, one in enumerate(asked):
            job.progress(done, len(asked))
            taken = take_thresholds(job.database, engine, one, clock=clock, ids=ids)
            if taken is not None:
                populations[one] = taken.population
        if job.workspace_id == HOUSE:
            return {"workspaces": len(populations)}
        return {"population": populations.get(job.workspace_id, 0)}

    return run
