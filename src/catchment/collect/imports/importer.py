"""The import itself: chunk after chunk into the log, each followed by a note of how far it is.

A kill between a chunk and its note puts that chunk into the log twice. That does not matter: a row
has the same message id each time, and landing counts a message id once. So the same file again,
under another name, packed or not, after a kill or not, changes nothing.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from catchment.collect.imports.errors import ImportFinished
from catchment.collect.imports.plan import Plan, make_plan
from catchment.collect.imports.ports import ImportRecords
from catchment.collect.imports.types import (
    ROW_ERRORS_KEPT_MAX,
    Chunk,
    Detected,
    ImportFormat,
    ImportRecord,
    ImportReport,
    ImportSpec,
    ImportState,
    RowError,
)
from catchment.collect.imports.unpack import DEFAULT_LIMITS, UnpackLimits, open_plainly
from catchment.events import Trust
from catchment.kernel import CatchmentError, Clock, IdMaker, WorkspaceId
from catchment.lake import EventLog, Received
from catchment.vault import hide_text

NOBODYS = WorkspaceId("")
"""Of a file that no workspace was named for."""

Progress = Callable[[ImportRecord], None]
"""Called after each chunk with how far the import is; what it raises stops the import."""


def _ignore(_: ImportRecord) -> None:
    """For those who do not look."""


def _open_plainly(_: WorkspaceId, path: Path) -> IO[bytes]:
    return open_plainly(path)


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Importer:
    """Imports files into the log.

    Attributes:
        log: where events go.
        records: where progress is kept.
        clock: tells the time.
        ids: makes ids.
        limits: how far packed files may unfold.
        open_path: opens a workspace's file, of uploads that are sealed on disk too.
        actor: whom the audit trail names for imports that are run without an order.
    """

    log: EventLog
    records: ImportRecords
    clock: Clock
    ids: IdMaker
    limits: UnpackLimits = DEFAULT_LIMITS
    open_path: Callable[[WorkspaceId, Path], IO[bytes]] = _open_plainly
    actor: str = "cli"

    def detect(
        self,
        path: Path,
        format_: ImportFormat | None = None,
        *,
        workspace_id: WorkspaceId = NOBODYS,
    ) -> Detected:
        """What a file seems to be, with a first look at its rows.

        Raises:
            UnreadableFile: it cannot be read.
            ArchiveRefused: it breaks a limit.
        """
        return self._plan(ImportSpec(workspace_id, "", path, format_)).detected()

    def look(self, spec: ImportSpec) -> Plan:
        """Looks through a file and settles how it is read; changes nothing.

        Raises:
            Invalid, Refused: the file or the order cannot be.
        """
        plan = self._plan(spec)
        plan.check()
        return plan

    def run(
        self,
        spec: ImportSpec,
        progress: Progress = _ignore,
        is_cancelled: Callable[[], bool] = _never,
        *,
        plan: Plan | None = None,
    ) -> ImportReport:
        """Imports a file, from where an earlier attempt at the same was left.

        Args:
            spec: the order.
            progress: hears how far it is.
            is_cancelled: asked between chunks.
            plan: what `look` told of this file, so that it is not looked through again; the
                source may have been settled since.

        Raises:
            Invalid, Refused: the file or the order cannot be; nothing was changed by that.
        """
        plan = self.look(spec) if plan is None else plan.ordered_as(spec)
        record = self.records.find_unfinished(spec.workspace_id, plan.fingerprint)
        if record is None:
            now = self.clock.now_us()
            record = ImportRecord(
                self.ids.make("imp"), replace(_nameless(spec), format=plan.format),
                plan.fingerprint,
                created_us=now, updated_us=now,
            )  # fmt: skip
            self.records.create(record, self.actor, clock=self.clock, ids=self.ids)
        # The file may have moved since; its content is what it was.
        record = replace(record, spec=_nameless(spec))
        return self._run(record, plan, progress, is_cancelled)

    def resume(
        self, workspace_id: WorkspaceId, import_id: str, progress: Progress = _ignore
    ) -> ImportReport:
        """Runs an ordered import, or goes on with one that was left.

        Raises:
            ImportUnknown: there is none of this id here.
            ImportFinished: it is over.
            Invalid, Refused: the file or the order cannot be.
        """
        record = self.records.get(workspace_id, import_id)
        if record.state in {ImportState.DONE, ImportState.CANCELLED}:
            raise ImportFinished(f"the import is {record.state.value} already")
        try:
            plan = self.look(record.spec)
        except CatchmentError as refused:
            self._note_failure(record, refused)
            raise
        return self._run(record, plan, progress, _never)

    def dry_run(self, spec: ImportSpec, progress: Progress = _ignore) -> ImportReport:
        """Reads everything, changes nothing, and reports what would have happened."""
        plan = self.look(spec)
        record = ImportRecord("", spec, plan.fingerprint, rows_total=plan.rows_estimate)
        kept: list[RowError] = []
        for chunk in plan.chunks():
            kept += chunk.errors[: ROW_ERRORS_KEPT_MAX - len(kept)]
            record = _advanced(record, chunk)
            progress(record)
        done = replace(record, state=ImportState.DONE, rows_total=record.rows_read)
        return ImportReport(done, tuple(kept), is_dry_run=True)

    def _plan(self, spec: ImportSpec) -> Plan:
        return make_plan(spec, self.limits, lambda path: self.open_path(spec.workspace_id, path))

    def _run(
        self,
        record: ImportRecord,
        plan: Plan,
        progress: Progress,
        is_cancelled: Callable[[], bool],
    ) -> ImportReport:
        record = replace(
            record, state=ImportState.RUNNING, failure=None, fingerprint=plan.fingerprint,
            rows_total=plan.rows_estimate, updated_us=self.clock.now_us(),
        )  # fmt: skip
        self.records.put(record)
        goes_on = True
        try:
            for chunk in _one_ahead(plan.chunks(after=record.last_row)):
                if is_cancelled():
                    return self._report(self._note(record, state=ImportState.CANCELLED))
                record = self._appended(record, chunk)
                kept = max(0, ROW_ERRORS_KEPT_MAX - record.errors_count)
                record = replace(_advanced(record, chunk), updated_us=self.clock.now_us())
                goes_on = self.records.advance(record, chunk.errors[:kept])
                if not goes_on:
                    break
                progress(record)
        except CatchmentError as refused:
            self._note_failure(record, refused)
            raise
        if goes_on:
            record = self._note(record, state=ImportState.DONE, rows_total=record.rows_read)
        return self._report(self.records.get(record.spec.workspace_id, record.import_id))

    def _appended(self, record: ImportRecord, chunk: Chunk) -> ImportRecord:
        if not chunk.bodies:
            return record
        spec, now = record.spec, self.clock.now_us()
        first = record.first_position or self.log.head() + 1
        last = self.log.append(
            [
                Received(
                    spec.workspace_id, spec.source_id, body.format, now, body.content,
                    is_historical=True, trust=Trust.ATTESTED,
                )
                for body in chunk.bodies
            ]
        )  # fmt: skip
        return replace(record, first_position=first, last_position=last)

    def _note(self, record: ImportRecord, **changes: object) -> ImportRecord:
        changed = replace(record, updated_us=self.clock.now_us(), **changes)  # type: ignore[arg-type]
        self.records.advance(changed, ())
        return changed

    def _note_failure(self, record: ImportRecord, refused: CatchmentError) -> None:
        # What is wrong may be said in words of the file.
        self._note(record, state=ImportState.FAILED, failure=hide_text(refused.message))

    def _report(self, record: ImportRecord) -> ImportReport:
        errors = self.records.errors(record.spec.workspace_id, record.import_id)
        return ImportReport(record, errors)


def _nameless(spec: ImportSpec) -> ImportSpec:
    """The order as it is kept: files are called after people, too."""
    name = None if spec.name is None else hide_text(spec.name)
    return replace(spec, path=Path(hide_text(str(spec.path))), name=name)


def _one_ahead(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """The same chunks, the next one being made while the present one is written."""
    with ThreadPoolExecutor(1, thread_name_prefix="import") as pool:
        waiting = pool.submit(next, chunks, None)
        while (chunk := waiting.result()) is not None:
            waiting = pool.submit(next, chunks, None)
            yield chunk


def _advanced(record: ImportRecord, chunk: Chunk) -> ImportRecord:
    return replace(
        record,
        last_row=chunk.last_row,
        rows_read=record.rows_read + chunk.rows,
        events=record.events + sum(body.events for body in chunk.bodies),
        errors_count=record.errors_count + len(chunk.errors),
    )
