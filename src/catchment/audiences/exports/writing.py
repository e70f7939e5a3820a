"""Writing files of an audience's people, by a job; they go after a week.

A CSV holds person ids and chosen traits, masked. For an ad platform it holds hashes alone, each
identifier brought to the spelling that the platform hashes it in: the columns say which. A hash of
a phone number is undone by hashing every phone number there is, so such a list is guarded as the
numbers are; and of marketing, whoever did not agree to the channel is left out.

Files that wait to be taken are sealed; only who takes one gets it in the clear.
"""

import csv
import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, cast

import numpy as np

from catchment import access
from catchment.audiences.definitions import get_audience
from catchment.audiences.errors import AudienceExportUnknown
from catchment.audiences.exports import store
from catchment.audiences.exports.hashing import (
    EMAIL_COLUMNS,
    PHONE_COLUMNS,
    hashed_email,
    hashed_phone,
)
from catchment.audiences.exports.orders import EXPORTS_LAST, ExportOrder, reading_of
from catchment.audiences.looking import member_nodes
from catchment.audiences.opened import persons_named
from catchment.audiences.types import AudienceExport, ExportFormat
from catchment.audiences.works import AudienceWorks
from catchment.jobs import Handler, JobRun
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork
from catchment.vault import Purpose

if TYPE_CHECKING:
    from catchment.vault import Access

PEOPLE_AT_ONCE = 2_000
ENCODING = "utf-8-sig"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")

Progress = Callable[[int, int | None], None]
"""Told how many people are written, of how many."""


def _ignore(_done: int, _total: int | None) -> None:
    """For those who do not look."""


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file that is ready to be taken.

    Attributes:
        name: how it is saved.
        size: bytes of `content`.
        content: what was written, from the start; close it.
    """

    name: str
    size: int
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class _Opened:
    """Leave to read personal data for one file, and of which kinds."""

    access: "Access | None" = None
    kinds: tuple[str, ...] = ()


def open_export(
    works: AudienceWorks,
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    audience_id: str,
    export_id: str,
    *,
    actor: str,
) -> ExportFile:
    """The file, for somebody who takes it; that is in the audit trail.

    Raises:
        AudienceExportUnknown: there is none, it is not written yet, or it has expired.
        KeysAway: it is sealed, and the key store does not answer.
    """
    made = store.find_export(uow, workspace_id, export_id)
    if made is None or made.audience_id != audience_id or made.bytes is None:
        raise AudienceExportUnknown
    path = export_path(works, made)
    if works.clock.now() >= made.expires_at or not path.is_file():
        raise AudienceExportUnknown
    access.record(
        uow, workspace_id, actor, "audiences.download", audience_id,
        clock=works.clock, ids=works.ids, detail={"export_id": export_id},
    )  # fmt: skip
    content = works.exports.sealing.open(workspace_id, path, made.id)
    return ExportFile(path.name, made.bytes, content)


def run_audience_export(works: AudienceWorks) -> Handler:
    """The handler of export jobs."""

    def handle(run: JobRun) -> Mapping[str, Any]:
        told = run.payload
        with UnitOfWork(works.database, reads_only=True) as uow:
            made = store.find_export(uow, run.workspace_id, str(told["export_id"]))
            if made is None:
                raise AudienceExportUnknown
        order = ExportOrder(
            made.audience_id, made.format, made.purpose, made.requested_by, made.traits,
            made.unmasked, Purpose(told.get("use", Purpose.SERVICE)),
            str(told.get("channel", "")), told.get("grant_id"),
        )  # fmt: skip
        path = export_path(works, made)
        with whole_or_absent(
            path, lambda partial: works.exports.sealing.create(run.workspace_id, partial, made.id)
        ) as (file, counted):
            whose = (run.workspace_id, made.id)
            rows, left_out = _write(works, whose, order, file, run.progress)
        values = {"rows": rows, "left_out": left_out, "bytes": counted.bytes}
        with UnitOfWork(works.database) as uow:
            store.change_export(uow, run.workspace_id, made.id, values)
            run.finish(uow, {"export_id": made.id, **values})
        return {}

    return handle


def write_people(
    works: AudienceWorks,
    workspace_id: WorkspaceId,
    order: ExportOrder,
    path: Path,
    progress: Progress = _ignore,
    *,
    file_id: str | None = None,
) -> tuple[int, int]:
    """Writes an audience's people to a file of the caller's own, whole or not at all.

    Args:
        works: the parts.
        workspace_id: whose.
        order: what it holds.
        path: where it will be.
        progress: told how far it is.
        file_id: as `note_export` gave it; a file of its own without.

    Returns:
        How many rows it has, and how many people had nothing to stand in it or did not agree.

    Raises:
        GrantNeeded, GrantRefused: it holds what is not masked, and nobody approved that.
    """
    with whole_or_absent(path, lambda partial: partial.open("wb")) as (file, _):
        return _write(
            works, (workspace_id, file_id or works.ids.make("aex")), order, file, progress
        )


def sweep_exports(works: AudienceWorks) -> int:
    """Deletes files that have expired; returns how many."""
    before = (works.clock.now() - EXPORTS_LAST).timestamp()
    gone = [path for path in works.files.glob("*/*.csv") if path.stat().st_mtime < before]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def export_path(works: AudienceWorks, made: AudienceExport) -> Path:
    """Where a file lies."""
    return works.files / made.workspace_id / f"{made.id}.csv"


def _write(
    works: AudienceWorks,
    whose: tuple[WorkspaceId, str],
    order: ExportOrder,
    file: TextIO,
    progress: Progress,
) -> tuple[int, int]:
    workspace_id, file_id = whose
    with UnitOfWork(works.database, reads_only=True) as uow:
        audience = get_audience(uow, workspace_id, order.audience_id)
    view = works.people.reading(workspace_id)
    nodes = member_nodes(works, audience, view)
    everyone = len(nodes)
    if order.consent_channel is not None:
        nodes = np.unique(view.owners[nodes])
        agreed = works.exports.consenting(
            workspace_id, nodes, order.real_use.value, order.consent_channel
        )
        nodes = nodes[agreed]
    reading = reading_of(works, workspace_id, order, people=len(nodes), file=file_id)
    opened = _Opened()
    if reading is not None:
        opened = _Opened(works.exports.approval.use(workspace_id, reading), reading.kinds)
    rows, left_out = 0, everyone - len(nodes)
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(_header(order))
    for start in range(0, len(nodes), PEOPLE_AT_ONCE):
        persons = persons_named(view, nodes[start : start + PEOPLE_AT_ONCE])
        for lines in _lines(works, workspace_id, order, persons, opened):
            writer.writerows(lines)
            rows += len(lines)
            left_out += not lines
        progress(min(start + PEOPLE_AT_ONCE, len(nodes)), len(nodes))
    return rows, left_out


def _header(made: ExportOrder) -> Sequence[str]:
    if made.format is ExportFormat.HASHED_PHONE:
        return PHONE_COLUMNS
    if made.format is ExportFormat.HASHED_EMAIL:
        return EMAIL_COLUMNS
    return ("person", *map(_safe, made.traits))


def _lines(
    works: AudienceWorks,
    workspace_id: WorkspaceId,
    order: ExportOrder,
    persons: Sequence[str],
    opened: _Opened,
) -> Iterator[list[Sequence[str]]]:
    """The lines of each person."""
    faces = works.faces
    if order.hashed_kind is not None and opened.access is not None:
        hashed = hashed_phone if order.format is ExportFormat.HASHED_PHONE else hashed_email
        for values in faces.identifiers(workspace_id, persons, order.hashed_kind, opened.access):
            yield [hashed(value) for value in values]
    elif order.traits:
        found = faces.traits(
            workspace_id, persons, order.traits, access=opened.access, kinds=opened.kinds
        )
        for person, told in zip(persons, found, strict=True):
            yield [(person, *map(_safe, told))]
    else:
        for person in persons:
            yield [(person,)]


def _safe(text: str) -> str:
    # A spreadsheet runs a cell that begins like a formula.
    return f"'{text}" if text.startswith(_DANGEROUS) else text


class _Counted(io.RawIOBase):
    """Counts what is written, before it is sealed."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner
        self.bytes = 0

    def writable(self) -> bool:
        """It is there to be written to."""
        return True

    def write(self, some: Any) -> int:
        """Writes and counts."""
        self.bytes += len(some)
        self._inner.write(some)
        return len(some)

    def close(self) -> None:
        """Ends what lies beneath as well."""
        if not self.closed:
            super().close()
            self._inner.close()


@contextmanager
def whole_or_absent(
    path: Path, create: Callable[[Path], BinaryIO]
) -> Iterator[tuple[TextIO, _Counted]]:
    """A file that is there under its name when it is written to the end, and on disk."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        counted = _Counted(create(partial))
        with io.TextIOWrapper(cast("BinaryIO", counted), encoding=ENCODING, newline="") as file:
            yield file, counted
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
