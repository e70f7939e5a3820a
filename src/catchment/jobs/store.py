"""The table of jobs, and every statement that touches it.

Every write of a running job names the fence it was claimed under, so that a worker that slept
through its lease cannot overwrite the one that took over.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)

from catchment.jobs.types import Job, JobState
from catchment.kernel import Page, WorkspaceId
from catchment.store import (
    Instant,
    UnitOfWork,
    id_column,
    insert_or_ignore,
    json_column,
    metadata,
    page_of,
    workspace_column,
)

_UNDER_WAY = (JobState.QUEUED.value, JobState.RUNNING.value)

jobs = Table(
    "jobs",
    metadata,
    workspace_column(),
    id_column(),
    Column("kind", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    json_column("payload"),
    json_column("result", is_optional=True),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False),
    Column("attempts_max", Integer, nullable=False),
    Column("run_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("lease_until", Instant),
    Column("fence", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger),
    Column("is_cancel_requested", Boolean, nullable=False),
    Column("requested_by", String(64), nullable=False),
    Column("once_key", String(200)),
    Index("ix_jobs_due", "state", "run_at"),
)
Index(
    "uq_jobs_once",
    jobs.c.workspace_id,
    jobs.c.kind,
    jobs.c.once_key,
    unique=True,
    sqlite_where=jobs.c.state.in_(_UNDER_WAY),
    postgresql_where=jobs.c.state.in_(_UNDER_WAY),
)

job_periods = Table(
    "job_periods",
    metadata,
    Column("kind", String(64), primary_key=True),
    Column("next_at", Instant, nullable=False),
    info={"key": "rhythms belong to the house, not to a workspace"},
)

_COLUMNS = [column for column in jobs.c if column.name not in {"lease_until", "once_key"}]


def insert_job(uow: UnitOfWork, job: Job, once_key: str | None) -> bool:
    """Writes a new job; false when one with the same `once_key` is under way."""
    row = {column.name: getattr(job, column.name) for column in _COLUMNS}
    row |= {"state": job.state.value, "payload": dict(job.payload), "once_key": once_key}
    if once_key is None:
        uow.connection.execute(insert(jobs).values(**row))
        return True
    return insert_or_ignore(uow, jobs, [row]) == 1


def under_way(uow: UnitOfWork, workspace_id: WorkspaceId, kind: str, once_key: str) -> Job | None:
    """The job of this kind and `once_key` that is queued or running."""
    row = uow.connection.execute(
        select(*_COLUMNS).where(
            jobs.c.workspace_id == workspace_id,
            jobs.c.kind == kind,
            jobs.c.once_key == once_key,
            jobs.c.state.in_(_UNDER_WAY),
        )
    ).one_or_none()
    return _job(row) if row else None


def find_job(uow: UnitOfWork, workspace_id: WorkspaceId, job_id: str) -> Job | None:
    """One job of this workspace."""
    row = uow.connection.execute(
        select(*_COLUMNS).where(jobs.c.workspace_id == workspace_id, jobs.c.id == job_id)
    ).one_or_none()
    return _job(row) if row else None


def page_of_jobs(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    kind: str | None,
    state: JobState | None,
    limit: int | None,
    cursor: str | None,
) -> Page[Job]:
    """The workspace's jobs, newest first."""
    statement = select(*_COLUMNS).where(jobs.c.workspace_id == workspace_id)
    if kind is not None:
        statement = statement.where(jobs.c.kind == kind)
    if state is not None:
        statement = statement.where(jobs.c.state == state.value)
    return page_of(uow, statement, jobs.c.id, _job, limit=limit, cursor=cursor)


def lock_due(uow: UnitOfWork, kinds: Collection[str], now: datetime) -> Job | None:
    """The job that is due longest, held until the end of this transaction.

    PostgreSQL steps over jobs that another worker is just taking; on SQLite this unit of work is
    the only one that writes.
    """
    due = or_(
        and_(jobs.c.state == JobState.QUEUED.value, jobs.c.run_at <= now),
        and_(jobs.c.state == JobState.RUNNING.value, jobs.c.lease_until < now),
    )
    row = uow.connection.execute(
        select(*_COLUMNS)
        .where(due, jobs.c.kind.in_(sorted(kinds)))
        .order_by(jobs.c.run_at, jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    return _job(row) if row else None


def change(uow: UnitOfWork, job: Job, values: Mapping[str, Any]) -> bool:
    """Writes to a job if it still stands as `job` was read: same state, same fence."""
    result = uow.connection.execute(
        update(jobs)
        .where(
            jobs.c.workspace_id == job.workspace_id,
            jobs.c.id == job.id,
            jobs.c.state == job.state.value,
            jobs.c.fence == job.fence,
        )
        .values(**values)
    )
    return result.rowcount == 1


def end_lease(
    uow: UnitOfWork, workspace_id: WorkspaceId, job_id: str, fence: int, before: datetime
) -> bool:
    """Lets a running job's lease be over, if it is still held under this fence."""
    result = uow.connection.execute(
        update(jobs)
        .where(
            jobs.c.workspace_id == workspace_id,
            jobs.c.id == job_id,
            jobs.c.state == JobState.RUNNING.value,
            jobs.c.fence == fence,
            jobs.c.lease_until > before,
        )
        .values(lease_until=before)
    )
    return result.rowcount == 1


def lock_job(uow: UnitOfWork, workspace_id: WorkspaceId, job_id: str) -> Job | None:
    """One job of this workspace, held until the end of this transaction."""
    row = uow.connection.execute(
        select(*_COLUMNS)
        .where(jobs.c.workspace_id == workspace_id, jobs.c.id == job_id)
        .with_for_update()
    ).one_or_none()
    return _job(row) if row else None


def take_round(uow: UnitOfWork, kind: str, now: datetime, next_at: datetime) -> bool:
    """Whether this rhythm is due and this caller is the one to begin its round."""
    if insert_or_ignore(uow, job_periods, [{"kind": kind, "next_at": next_at}]) == 1:
        return True
    result = uow.connection.execute(
        update(job_periods)
        .where(job_periods.c.kind == kind, job_periods.c.next_at <= now)
        .values(next_at=next_at)
    )
    return result.rowcount == 1


def delete_finished(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Deletes jobs that were over before this instant."""
    old = uow.connection.execute(
        select(jobs.c.workspace_id, jobs.c.id).where(jobs.c.finished_at < before).limit(limit)
    ).all()
    for row in old:
        uow.connection.execute(
            delete(jobs).where(jobs.c.workspace_id == row.workspace_id, jobs.c.id == row.id)
        )
    return len(old)


def _job(row: "Row[Any]") -> Job:
    values = dict(row._mapping)  # noqa: SLF001  (SQLAlchemy's public name for it)
    values["state"] = JobState(values["state"])
    values["workspace_id"] = WorkspaceId(values["workspace_id"])
    return Job(**values)
