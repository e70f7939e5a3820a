"""The job that searches for duplicates, asked for by an operator or coming round every night."""

from collections.abc import Mapping
from typing import Any

from catchment.jobs import Handler, Job, JobRun, enqueue
from catchment.kernel import Clock, IdMaker, WorkspaceId
from catchment.people.duplicates.search import DuplicateWorks, search_duplicates
from catchment.store import UnitOfWork

DUPLICATES_JOB_KIND = "people.duplicates"


def order_search(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    clock: Clock,
    ids: IdMaker,
    requested_by: str = "",
) -> Job:
    """Orders a search of a workspace's people; its job tells what it found."""
    return enqueue(
        uow, workspace_id, DUPLICATES_JOB_KIND, {}, clock=clock, ids=ids, requested_by=requested_by
    )


def run_search_job(works: DuplicateWorks) -> Handler:
    """The handler of such jobs; run twice, it finds the same."""

    def run(job: JobRun) -> Mapping[str, Any]:
        report = search_duplicates(works, job.workspace_id, search=job.job.id)
        return {
            "people": report.people,
            "duplicates": report.duplicates,
            "households": report.households,
            "is_cut": report.is_cut,
        }

    return run
