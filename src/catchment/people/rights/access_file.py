"""The file of an access request: JSON and CSV for machines, a page for people; sealed on disk.

It is made by a job, waits for an operator to let it out, can be fetched for seven days, and is then
deleted. Nothing of it ever lies on the disk in clear.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from catchment.access import record
from catchment.jobs import Handler, JobRun
from catchment.kernel import Clock, WorkspaceId
from catchment.people.rights import store
from catchment.people.rights.access_page import leaves, page_of_person
from catchment.people.rights.errors import FileGone, FileNotApproved
from catchment.people.rights.gathering import Gathering, gather
from catchment.people.rights.requests import RightsChange, get_right, update_right, with_step
from catchment.people.rights.types import RightKind, RightsRequest, RightState, StepState
from catchment.store import Database, UnitOfWork
from catchment.vault import Box, KeyRing, create_sealed, open_sealed

FORMATS = ("json", "csv", "html")
FILES = "rights-files"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class AccessWorks:
    """What making such files takes.

    Attributes:
        gathering: what gathers.
        keys: seals the files.
        home: they lie below it.
    """

    gathering: Gathering
    keys: KeyRing
    home: Path


def run_access_job(works: AccessWorks) -> Handler:
    """The handler of such jobs; run twice, it makes the same files again."""

    def run(job: JobRun) -> Mapping[str, Any]:
        database, workspace_id = works.gathering.database, job.workspace_id
        request_id = str(job.payload["request_id"])
        with UnitOfWork(database, reads_only=True) as uow:
            request = get_right(uow, workspace_id, request_id)
        if request.state not in (RightState.RECEIVED, RightState.RUNNING):
            return {"state": request.state.value}
        told = gather(works.gathering, request)
        folder = files_folder(works.home, workspace_id)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        box = works.keys.box(workspace_id, FILES)
        for name in FORMATS:
            path = _path(works.home, request, name)
            with create_sealed(path, box, _place(request, name)) as file:
                file.write(rendered(told, name))
        counts = {"events": len(told["events"]), "identifiers": len(told["identifiers"])}

        def waits(one: RightsRequest) -> RightsRequest:
            if not one.is_open:
                return one
            detail = f"{counts['events']} events, {counts['identifiers']} identifiers"
            noted = with_step(one, "gathered", StepState.DONE, detail)
            return replace(noted, state=RightState.WAITING)

        with UnitOfWork(database) as uow:
            update_right(uow, workspace_id, request_id, waits)
        return counts

    return run


def open_access_file(
    uow: UnitOfWork,
    keys: KeyRing,
    home: Path,
    workspace_id: WorkspaceId,
    request_id: str,
    *,
    file_format: str,
    change: RightsChange,
) -> tuple[str, bytes]:
    """The file's name and content, once it was let out; each opening is in the trail.

    Raises:
        RightsRequestUnknown: there is none of this id here.
        FileNotApproved: nobody has let it out.
        FileGone: it has had its time.
        KeysAway: the key store does not answer.
    """
    request = get_right(uow, workspace_id, request_id)
    if request.kind is not RightKind.ACCESS or request.approved_by is None:
        raise FileNotApproved(f"the request is {request.state.value}", state=request.state.value)
    path = _path(home, request, file_format)
    if request.file_until is None or request.file_until <= change.clock.now() or not path.exists():
        raise FileGone
    record(
        uow, workspace_id, change.actor, "rights.download", request.id,
        clock=change.clock, ids=change.ids,
        detail={"person": request.person, "format": file_format},
    )  # fmt: skip
    box: Box = keys.box(workspace_id, FILES)
    with open_sealed(path, box, _place(request, file_format)) as file:
        return f"{request.id}.{file_format}", file.read()


def sweep_access_files(database: Database, home: Path, clock: Clock) -> int:
    """Deletes files that have had their time; returns of how many requests.

    Also those of requests that were refused or failed, whose files nobody will ever let out.
    """
    with UnitOfWork(database, reads_only=True) as uow:
        over = store.files_over(uow, clock.now())
    for request in over:
        delete_access_file(home, request)
        with UnitOfWork(database) as uow:
            update_right(
                uow, request.workspace_id, request.id, lambda one: replace(one, file_until=None)
            )
    return len(over) + _sweep_others(database, home)


def _sweep_others(database: Database, home: Path) -> int:
    gone = 0
    every = home / "exports" / "rights"
    for folder in list(every.iterdir()) if every.is_dir() else ():
        # Listed first: a request is written down before its file is.
        paths = list(folder.glob("rgt_*.sealed"))
        with UnitOfWork(database, reads_only=True) as uow:
            kept = store.with_files(uow, WorkspaceId(folder.name))
        left = [path for path in paths if path.name.partition(".")[0] not in kept]
        for path in left:
            path.unlink(missing_ok=True)
        gone += len({path.name.partition(".")[0] for path in left})
    return gone


def forget_access_files(
    database: Database, home: Path, workspace_id: WorkspaceId, persons: list[str]
) -> int:
    """Deletes the files of people who are to be forgotten; returns of how many requests."""
    with UnitOfWork(database, reads_only=True) as uow:
        found = store.requests_of_persons(uow, workspace_id, persons, RightKind.ACCESS)
    return sum(delete_access_file(home, request) for request in found)


def delete_access_file(home: Path, request: RightsRequest) -> bool:
    """Deletes what was made for a request; whether there was anything."""
    paths = [_path(home, request, name) for name in FORMATS]
    there = [path for path in paths if path.exists()]
    for path in there:
        path.unlink()
    return bool(there)


def rendered(told: Mapping[str, Any], file_format: str) -> bytes:
    """What was gathered, in one of the forms."""
    if file_format == "json":
        return json.dumps(told, ensure_ascii=False, indent=2).encode()
    return _csv(told) if file_format == "csv" else page_of_person(told).encode()


def files_folder(home: Path, workspace_id: WorkspaceId) -> Path:
    """Where a workspace's files lie."""
    return home / "exports" / "rights" / workspace_id


def _path(home: Path, request: RightsRequest, file_format: str) -> Path:
    return files_folder(home, request.workspace_id) / f"{request.id}.{file_format}.sealed"


def _place(request: RightsRequest, file_format: str) -> bytes:
    return f"rights-file|{request.workspace_id}|{request.id}|{file_format}".encode()


def _csv(told: Mapping[str, Any]) -> bytes:
    """One line for each thing that is known: which part, where in it, and what."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(("part", "number", "name", "value"))
    for part, number, name, value in _lines(told):
        # A spreadsheet must not take what somebody once typed for a formula.
        safe = f"'{value}" if value.startswith(_FORMULA) else value
        writer.writerow((part, number, name, safe))
    return text.getvalue().encode()


def _lines(told: Mapping[str, Any]) -> Iterator[tuple[str, int, str, str]]:
    for part, content in told.items():
        many = content if isinstance(content, list) else [content]
        for number, one in enumerate(many, 1):
            for name, value in leaves("", one):
                yield part, number, name, value
