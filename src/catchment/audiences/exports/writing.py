"""Files of an audience's people: ordered for a purpose, written by a job, gone after a week.

A CSV holds person ids and chosen traits, masked unless the caller may see them. For an ad platform
it holds hashes alone, each identifier brought to the spelling that the platform hashes it in:
the columns say which.
"""

import csv
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from catchment import access
from catchment.audiences.definitions import get_audience
from catchment.audiences.errors import AudienceExportUnknown, AudienceNotFilled
from catchment.audiences.exports import store
from catchment.audiences.looking import member_nodes
from catchment.audiences.opened import persons_named
from catchment.audiences.types import AudienceExport, ExportFormat
from catchment.audiences.works import AudienceWorks
from catchment.jobs import Handler, JobRun, JobState, enqueue, get_job
from catchment.kernel import Clock, IdMaker, Missing, Page, WorkspaceId
from catchment.store import UnitOfWork

AUDIENCE_EXPORT_JOB = "audiences.export"
EXPORTS_LAST = timedelta(days=7)
PEOPLE_AT_ONCE = 2_000
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_MAINLAND = "+86"
_MAINLAND_MOBILE_LENGTH = 11
_GOOGLE_MAIL = frozenset({"gmail.com", "googlemail.com"})

Progress = Callable[[int, int | None], None]
"""Told how many people are written, of how many."""

PHONE_COLUMNS = ("phone_e164_sha256", "phone_digits_sha256", "phone_mainland_sha256")
EMAIL_COLUMNS = ("email_sha256", "email_google_sha256")


def _ignore(_done: int, _total: int | None) -> None:
    """For those who do not look."""


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """A file as somebody wants it.

    Attributes:
        audience_id: whose people.
        format: what it holds.
        purpose: what it is for.
        actor: how the audit trail names them.
        traits: which traits stand beside the person ids of a CSV.
        unmasked: whether they stand there in full.
    """

    audience_id: str
    format: ExportFormat
    purpose: str
    actor: str
    traits: tuple[str, ...] = ()
    unmasked: bool = False


@dataclass(frozen=True, slots=True)
class ExportState:
    """How far a file is, and why it failed, if it did."""

    state: JobState
    reason: str | None


def order_export(
    uow: UnitOfWork, workspace_id: WorkspaceId, order: ExportOrder, *, clock: Clock, ids: IdMaker
) -> AudienceExport:
    """Orders a file of an audience's people; the order and its purpose go into the audit trail.

    Raises:
        AudienceUnknown: there is none of this id here.
        AudienceNotFilled: it has no members yet.
    """
    if get_audience(uow, workspace_id, order.audience_id).size is None:
        raise AudienceNotFilled
    export_id = ids.make("aex")
    job = enqueue(
        uow, workspace_id, AUDIENCE_EXPORT_JOB, {"export_id": export_id},
        clock=clock, ids=ids, requested_by=order.actor,
    )  # fmt: skip
    now = clock.now()
    made = AudienceExport(
        id=export_id, workspace_id=workspace_id, audience_id=order.audience_id,
        format=order.format, purpose=order.purpose,
        traits=order.traits if order.format is ExportFormat.CSV else (),
        unmasked=order.unmasked, job_id=job.id, rows=None, left_out=None, bytes=None,
        requested_by=order.actor, created_at=now, expires_at=now + EXPORTS_LAST,
    )  # fmt: skip
    store.insert_export(uow, made)
    note_export(uow, workspace_id, order, clock=clock, ids=ids)
    return made


def note_export(
    uow: UnitOfWork, workspace_id: WorkspaceId, order: ExportOrder, *, clock: Clock, ids: IdMaker
) -> None:
    """Puts an export and its purpose into the audit trail."""
    access.record(
        uow, workspace_id, order.actor, "audiences.export", order.audience_id,
        clock=clock, ids=ids,
        detail={"format": order.format.value, "purpose": order.purpose,
                "traits": list(order.traits), "unmasked": order.unmasked},
    )  # fmt: skip


def list_exports(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    audience_id: str,
    *,
    limit: int | None = None,
    cursor: str | None = None,
) -> Page[AudienceExport]:
    """An audience's files, newest first, those that are gone included.

    Raises:
        AudienceUnknown: there is none of this id here.
    """
    get_audience(uow, workspace_id, audience_id)
    return store.page_of_exports(uow, workspace_id, audience_id, limit=limit, cursor=cursor)


def export_state(uow: UnitOfWork, made: AudienceExport) -> ExportState:
    """How far a file is."""
    if made.rows is not None:
        return ExportState(JobState.DONE, None)
    try:
        job = get_job(uow, made.workspace_id, made.job_id)
    except Missing:
        return ExportState(JobState.FAILED, None)
    return ExportState(job.state, job.reason)


def open_export(
    works: AudienceWorks,
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    audience_id: str,
    export_id: str,
    *,
    actor: str,
) -> Path:
    """The file, for somebody who takes it; that is in the audit trail.

    Raises:
        AudienceExportUnknown: there is none, it is not written yet, or it has expired.
    """
    made = store.find_export(uow, workspace_id, export_id)
    if made is None or made.audience_id != audience_id or made.rows is None:
        raise AudienceExportUnknown
    path = _path(works, made)
    if works.clock.now() >= made.expires_at or not path.is_file():
        raise AudienceExportUnknown
    access.record(
        uow, workspace_id, actor, "audiences.download", audience_id,
        clock=works.clock, ids=works.ids, detail={"export_id": export_id},
    )  # fmt: skip
    return path


def run_audience_export(works: AudienceWorks) -> Handler:
    """The handler of export jobs."""

    def handle(run: JobRun) -> Mapping[str, Any]:
        with UnitOfWork(works.database, reads_only=True) as uow:
            made = store.find_export(uow, run.workspace_id, str(run.payload["export_id"]))
            if made is None:
                raise AudienceExportUnknown
        rows, left_out = write_export(works, made, run.progress)
        size = _path(works, made).stat().st_size
        with UnitOfWork(works.database) as uow:
            values = {"rows": rows, "left_out": left_out, "bytes": size}
            store.change_export(uow, run.workspace_id, made.id, values)
            run.finish(uow, {"export_id": made.id, **values})
        return {}

    return handle


def write_export(works: AudienceWorks, made: AudienceExport, progress: Progress) -> tuple[int, int]:
    """Writes an ordered file; returns as `write_people` does."""
    order = ExportOrder(
        made.audience_id, made.format, made.purpose, made.requested_by, made.traits, made.unmasked
    )
    return write_people(works, made.workspace_id, order, _path(works, made), progress)


def write_people(
    works: AudienceWorks,
    workspace_id: WorkspaceId,
    order: ExportOrder,
    path: Path,
    progress: Progress = _ignore,
) -> tuple[int, int]:
    """Writes an audience's people to a file, whole or not at all.

    Returns:
        How many rows it has, and how many people had nothing to stand in it.
    """
    with UnitOfWork(works.database, reads_only=True) as uow:
        audience = get_audience(uow, workspace_id, order.audience_id)
    view = works.people.reading(workspace_id)
    nodes = member_nodes(works, audience, view)
    rows = left_out = 0
    with _whole_or_absent(path) as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(_header(order))
        for start in range(0, len(nodes), PEOPLE_AT_ONCE):
            persons = persons_named(view, nodes[start : start + PEOPLE_AT_ONCE])
            for lines in _lines(works, workspace_id, order, persons):
                writer.writerows(lines)
                rows += len(lines)
                left_out += not lines
            progress(min(start + PEOPLE_AT_ONCE, len(nodes)), len(nodes))
    return rows, left_out


def sweep_exports(works: AudienceWorks) -> int:
    """Deletes files that have expired; returns how many."""
    before = (works.clock.now() - EXPORTS_LAST).timestamp()
    gone = [path for path in works.files.glob("*/*.csv") if path.stat().st_mtime < before]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _header(made: ExportOrder) -> Sequence[str]:
    if made.format is ExportFormat.HASHED_PHONE:
        return PHONE_COLUMNS
    if made.format is ExportFormat.HASHED_EMAIL:
        return EMAIL_COLUMNS
    return ("person", *map(_safe, made.traits))


def _lines(
    works: AudienceWorks, workspace_id: WorkspaceId, made: ExportOrder, persons: Sequence[str]
) -> Iterator[list[Sequence[str]]]:
    """The lines of each person."""
    faces = works.faces
    if made.format is ExportFormat.HASHED_PHONE:
        for phones in faces.identifiers(workspace_id, persons, "phone"):
            yield [hashed_phone(phone) for phone in phones]
    elif made.format is ExportFormat.HASHED_EMAIL:
        for emails in faces.identifiers(workspace_id, persons, "email"):
            yield [hashed_email(email) for email in emails]
    elif made.traits:
        found = faces.traits(workspace_id, persons, made.traits, unmasked=made.unmasked)
        for person, values in zip(persons, found, strict=True):
            yield [(person, *map(_safe, values))]
    else:
        for person in persons:
            yield [(person,)]


def hashed_phone(phone: str) -> tuple[str, str, str]:
    """SHA-256 of an E.164 number in three spellings.

    With its plus; its digits alone; and, of a mobile of mainland China, the eleven digits it has
    at home. The last is empty for all others.
    """
    digits = phone.removeprefix("+")
    home = phone.removeprefix(_MAINLAND) if phone.startswith(_MAINLAND) else ""
    is_mobile = len(home) == _MAINLAND_MOBILE_LENGTH and home.startswith("1")
    return _hash(f"+{digits}"), _hash(digits), _hash(home) if is_mobile else ""


def hashed_email(email: str) -> tuple[str, str]:
    """SHA-256 of an address in two spellings.

    Trimmed and lower-cased; and as Google reads its own addresses, without dots and without what
    follows a plus sign.
    """
    plain = email.strip().lower()
    name, _, domain = plain.rpartition("@")
    if domain in _GOOGLE_MAIL:
        name = name.partition("+")[0].replace(".", "")
    return _hash(plain), _hash(f"{name}@{domain}")


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _safe(text: str) -> str:
    # A spreadsheet runs a cell that begins like a formula.
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _path(works: AudienceWorks, made: AudienceExport) -> Path:
    return works.files / made.workspace_id / f"{made.id}.csv"


@contextmanager
def _whole_or_absent(path: Path) -> Iterator[TextIO]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("w", encoding="utf-8-sig", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
