"""Imports as the console and the API use them: ordered now, done by a job, looked at meanwhile."""

from collections.abc import Sequence

from catchment.collect.imports import store
from catchment.collect.imports.errors import ImportFinished
from catchment.collect.imports.importer import Importer
from catchment.collect.imports.plan import check_settings
from catchment.collect.imports.types import ImportRecord, ImportSpec, ImportState, RowError
from catchment.jobs import Handler, JobCancelled, JobRun, enqueue
from catchment.kernel import Clock, IdMaker, Page, WorkspaceId
from catchment.store import UnitOfWork

IMPORT_JOB_KIND = "import"
NOBODY_NAMED = "cli"
"""Whom the audit trail names when an order does not say."""


def order_import(
    uow: UnitOfWork, spec: ImportSpec, *, clock: Clock, ids: IdMaker, requested_by: str = ""
) -> ImportRecord:
    """Orders an import: a job will run it. The file must stay where it is until then.

    Raises:
        UnknownTimeZone: the order's zone is none.
        UnknownCurrency: the order's currency is none.
    """
    check_settings(spec)
    now = clock.now_us()
    record = ImportRecord(ids.make("imp"), spec, created_us=now, updated_us=now)
    store.create_import(uow, record, requested_by or NOBODY_NAMED, clock=clock, ids=ids)
    enqueue(
        uow,
        spec.workspace_id,
        IMPORT_JOB_KIND,
        {"import_id": record.import_id},
        clock=clock,
        ids=ids,
        requested_by=requested_by,
    )
    return record


def get_import(uow: UnitOfWork, workspace_id: WorkspaceId, import_id: str) -> ImportRecord:
    """One import and how far it is.

    Raises:
        ImportUnknown: there is none of this id here.
    """
    return store.find_import(uow, workspace_id, import_id)


def list_imports(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[ImportRecord]:
    """The workspace's imports, newest first."""
    return store.page_of_imports(uow, workspace_id, limit=limit, cursor=cursor)


def cancel_import(uow: UnitOfWork, workspace_id: WorkspaceId, import_id: str) -> ImportRecord:
    """Stops an import before its next chunk. What is in the log already stays.

    Raises:
        ImportUnknown: there is none of this id here.
        ImportFinished: it is over.
    """
    found = store.find_import(uow, workspace_id, import_id)
    if not store.cancel(uow, workspace_id, import_id):
        raise ImportFinished(f"the import is {found.state.value} already")
    return store.find_import(uow, workspace_id, import_id)


def import_row_errors(
    uow: UnitOfWork, workspace_id: WorkspaceId, import_id: str
) -> Sequence[RowError]:
    """The rows that could not be read, up to `ROW_ERRORS_KEPT_MAX`.

    Raises:
        ImportUnknown: there is none of this id here.
    """
    store.find_import(uow, workspace_id, import_id)
    return store.errors_of(uow, workspace_id, import_id)


def run_import_job(importer: Importer) -> Handler:
    """The handler of `IMPORT_JOB_KIND` jobs; running one twice goes on where the first stopped."""

    def run(job: JobRun) -> dict[str, object]:
        import_id = str(job.payload["import_id"])

        def tell(record: ImportRecord) -> None:
            job.progress(record.rows_read, max(record.rows_total, record.rows_read))

        try:
            record = importer.resume(job.workspace_id, import_id, tell).record
        except JobCancelled:
            with UnitOfWork(job.database) as uow:
                store.cancel(uow, job.workspace_id, import_id)
            raise
        except ImportFinished:
            record = importer.records.get(job.workspace_id, import_id)
        if record.state is ImportState.CANCELLED:
            raise JobCancelled
        return {
            "import_id": import_id,
            "rows_read": record.rows_read,
            "events": record.events,
            "errors_count": record.errors_count,
        }

    return run
