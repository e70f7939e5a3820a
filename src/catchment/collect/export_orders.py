"""Exports as the console and the API use them: ordered now, written by a job, fetched afterwards.

A file lies in a folder of its workspace under its job's id, so that nobody finds another's, and is
sealed; what was not fetched within a week is swept away by a later export.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from catchment.access import record
from catchment.collect.exports import ExportChoice, export_events
from catchment.collect.kept_files import KeptFiles
from catchment.collect.shown_pages import Masks
from catchment.jobs import Handler, Job, JobRun, JobState, enqueue, list_jobs
from catchment.kernel import Clock, IdMaker, Missing, Page, WorkspaceId
from catchment.lake import Engine
from catchment.store import UnitOfWork

EXPORT_JOB_KIND = "export"
EXPORTS_LAST = timedelta(days=7)
ENDINGS = ("ndjson", "parquet")
_SWEEP_MAX = 200


class ExportUnknown(Missing):
    """There is no such export in this workspace, or its file is gone."""


@dataclass(frozen=True, slots=True)
class EventExport:
    """An export that was ordered, as it stands now.

    Attributes:
        job: the work of it; the export goes by the job's id.
        ending: of the file, one of `ENDINGS`.
        choice: which events.
        events, bytes: what was written, once it was.
        has_file: the file is there to be fetched.
    """

    job: Job
    ending: Literal["ndjson", "parquet"]
    choice: ExportChoice
    events: int | None
    bytes: int | None
    has_file: bool


def order_export(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    ending: str,
    *,
    clock: Clock,
    ids: IdMaker,
    event: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    requested_by: str = "",
) -> Job:
    """Orders an export: a job will write the file.

    Args:
        uow: the unit of work it is ordered in.
        workspace_id: whose events.
        ending: of the file, one of `ENDINGS`.
        clock: tells the time.
        ids: makes the job's id.
        event: only events of this name.
        since: from this instant.
        until: before this instant.
        requested_by: the actor who asked for it.
    """
    payload = {
        "ending": ending,
        "event": event,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
    }
    job = enqueue(
        uow, workspace_id, EXPORT_JOB_KIND, payload, clock=clock, ids=ids,
        requested_by=requested_by,
    )  # fmt: skip
    # Events carry ids of people: who took them out of the house must stay known.
    record(
        uow, workspace_id, requested_by or "cli", "events.export", job.id,
        clock=clock, ids=ids, detail=payload,
    )  # fmt: skip
    return job


@dataclass(frozen=True, slots=True)
class ExportWorks:
    """What writing ordered exports takes.

    Attributes:
        engine: answers over the lake.
        masks: says what is shown of personal values.
        files: seals what is written.
        folder: below which files lie.
        clock: tells when one has had its time.
    """

    engine: Engine
    masks: Masks
    files: KeptFiles
    folder: Path
    clock: Clock


def run_export_job(works: ExportWorks) -> Handler:
    """The handler of `EXPORT_JOB_KIND` jobs; run twice, it writes twice."""
    folder, clock = works.folder, works.clock

    def run(job: JobRun) -> Mapping[str, Any]:
        ordered = job.payload
        _sweep(folder / job.workspace_id, clock.now())
        out = _path(folder, job.job)
        report = export_events(
            works.engine, job.workspace_id, out, _choice(ordered),
            masks=works.masks,
            create=lambda path, place: works.files.create(job.workspace_id, path, place),
            progress=job.progress,
        )  # fmt: skip
        return {
            "export_id": job.job.id,
            "file_name": f"events.{ordered['ending']}",
            "events": report.events,
            "bytes": report.bytes,
        }

    return run


def list_exports(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    folder: Path,
    *,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[EventExport]:
    """The workspace's exports of events, newest first, as long as their jobs are remembered.

    Args:
        uow: the unit of work it is read in.
        workspace_id: whose.
        folder: below which files lie.
        limit: how many at most.
        cursor: leads to a later page.
    """
    page = list_jobs(uow, workspace_id, kind=EXPORT_JOB_KIND, limit=limit, cursor=cursor)
    return Page([_export(folder, job) for job in page.items], page.next_cursor)


def export_file(folder: Path, job: Job) -> Path:
    """The file that an export job wrote.

    Raises:
        ExportUnknown: it is another kind of job, not done, or its file is gone.
    """
    if job.kind != EXPORT_JOB_KIND or job.state is not JobState.DONE:
        raise ExportUnknown
    path = _path(folder, job)
    if not path.is_file():
        raise ExportUnknown
    return path


def _export(folder: Path, job: Job) -> EventExport:
    result = job.result or {}
    return EventExport(
        job=job,
        ending=job.payload["ending"],
        choice=_choice(job.payload),
        events=result.get("events"),
        bytes=result.get("bytes"),
        has_file=job.state is JobState.DONE and _path(folder, job).is_file(),
    )


def _choice(ordered: Mapping[str, Any]) -> ExportChoice:
    return ExportChoice(
        _instant(ordered.get("since")), _instant(ordered.get("until")), ordered.get("event")
    )


def _path(folder: Path, job: Job) -> Path:
    return folder / job.workspace_id / f"{job.id}.{job.payload['ending']}"


def _instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _sweep(folder: Path, now: datetime) -> None:
    before = (now - EXPORTS_LAST).timestamp()
    for path in sorted(folder.iterdir())[:_SWEEP_MAX] if folder.is_dir() else ():
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
