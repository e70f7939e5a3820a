"""Imports and their errors are kept in the records, and a job runs what was ordered."""

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from catchment.access import AuditEntry, list_audit
from catchment.collect.imports import (
    IMPORT_JOB_KIND,
    Importer,
    ImportFinished,
    ImportFormat,
    ImportRecord,
    ImportState,
    ImportTable,
    ImportUnknown,
    RowError,
    RowReason,
    cancel_import,
    get_import,
    import_row_errors,
    list_imports,
    mapping_of,
    order_import,
    run_import_job,
)
from catchment.jobs import JobState, JobWorker, list_jobs
from catchment.kernel import IdMaker, SystemClock, WorkspaceId
from catchment.store import Database, UnitOfWork, upgrade

CLOCK = SystemClock()
IDS = IdMaker(CLOCK)
MAPPING = mapping_of({"event": {"value": "Seen"}, "time": "t", "user_id": "u"})
OTHER = WorkspaceId("wsp_other")


@pytest.fixture
def database(desk: Any) -> Iterator[Database]:
    made = Database(f"sqlite:///{desk.folder}/records.db")
    upgrade(made)
    yield made
    made.close()


def _record(desk: Any, **rest: Any) -> ImportRecord:
    path = desk.file("a.csv", "u,t\na,2024-06-01\nbroken\n")
    spec = desk.spec(path, mapping=MAPPING, time_zone="Asia/Tokyo", currency="JPY")
    return ImportRecord(IDS.make("imp"), spec, "print", ImportState.RUNNING, **rest)


def test_a_record_comes_back_as_it_was_put(desk: Any, database: Database) -> None:
    table = ImportTable(database)
    record = _record(desk, rows_read=3, failure="中断")
    table.put(record)
    kept = table.get(record.spec.workspace_id, record.import_id)
    assert kept == replace(record, spec=replace(record.spec, name="a.csv"))
    with pytest.raises(ImportUnknown):
        table.get(OTHER, record.import_id)
    assert table.find_unfinished(OTHER, "print") is None
    found = table.find_unfinished(record.spec.workspace_id, "print")
    assert found is not None
    assert found.import_id == record.import_id


def test_progress_and_errors_are_kept_together_until_cancelled(
    desk: Any, database: Database
) -> None:
    table = ImportTable(database)
    record = _record(desk)
    workspace = record.spec.workspace_id
    table.put(record)
    error = RowError(3, RowReason.WRONG_WIDTH, "bro\0ken")
    assert table.advance(replace(record, last_row=3), [error])
    assert table.advance(replace(record, last_row=3), [error])  # said twice, kept once
    assert [each.number for each in table.errors(workspace, record.import_id)] == [3]
    assert table.errors(OTHER, record.import_id) == []
    with UnitOfWork(database) as uow:
        assert cancel_import(uow, workspace, record.import_id).state is ImportState.CANCELLED
        with pytest.raises(ImportFinished):
            cancel_import(uow, workspace, record.import_id)
        with pytest.raises(ImportUnknown):
            cancel_import(uow, OTHER, record.import_id)
    assert not table.advance(replace(record, last_row=9), [])
    assert table.get(workspace, record.import_id).last_row == 3


def _worker(desk: Any, database: Database) -> JobWorker:
    importer = Importer(desk.log, ImportTable(database), CLOCK, IDS)
    handlers = {IMPORT_JOB_KIND: run_import_job(importer)}
    return JobWorker(database, handlers, clock=CLOCK, ids=IDS, chance=random.Random(1))


def test_an_ordered_import_is_done_by_a_job(desk: Any, database: Database) -> None:
    spec = _record(desk).spec
    with UnitOfWork(database) as uow:
        ordered = order_import(uow, spec, clock=CLOCK, ids=IDS)
        assert get_import(uow, spec.workspace_id, ordered.import_id).state is ImportState.QUEUED
    assert _worker(desk, database).run_due() == 1
    with UnitOfWork(database) as uow:
        (done,) = list_imports(uow, spec.workspace_id).items
        assert (done.state, done.events, done.errors_count) == (ImportState.DONE, 1, 1)
        errors = import_row_errors(uow, spec.workspace_id, ordered.import_id)
        assert [(each.number, each.row) for each in errors] == [(3, "broken")]
        assert list_imports(uow, OTHER).items == []
        (job,) = list_jobs(uow, spec.workspace_id).items
    assert job.state is JobState.DONE
    assert job.result == {
        "import_id": ordered.import_id, "rows_read": 2, "events": 1, "errors_count": 1,
    }  # fmt: skip
    assert [row["time"].isoformat() for row in desk.logged()] == ["2024-05-31T15:00:00+00:00"]


def test_a_cancelled_order_is_not_done(desk: Any, database: Database) -> None:
    spec = _record(desk).spec
    with UnitOfWork(database) as uow:
        ordered = order_import(uow, spec, clock=CLOCK, ids=IDS)
        cancel_import(uow, spec.workspace_id, ordered.import_id)
    _worker(desk, database).run_due()
    assert desk.log.entries == []
    with UnitOfWork(database) as uow:
        (job,) = list_jobs(uow, spec.workspace_id).items
    assert job.state is JobState.CANCELLED


def test_an_order_that_cannot_be_fails_with_its_reason(desk: Any, database: Database) -> None:
    spec = replace(_record(desk).spec, mapping=None)
    with UnitOfWork(database) as uow:
        ordered = order_import(uow, spec, clock=CLOCK, ids=IDS)
    _worker(desk, database).run_due()
    with UnitOfWork(database) as uow:
        failed = get_import(uow, spec.workspace_id, ordered.import_id)
        (job,) = list_jobs(uow, spec.workspace_id).items
    assert failed.state is ImportState.FAILED
    assert failed.failure is not None
    assert "mapping" in failed.failure
    assert job.state is JobState.FAILED


def _audit(database: Database, workspace: WorkspaceId) -> list[AuditEntry]:
    with UnitOfWork(database, reads_only=True) as uow:
        return list(list_audit(uow, workspace, action="imports.create").items)


@pytest.mark.parametrize(("requested_by", "actor"), [("opr_1", "opr_1"), ("", "cli")])
def test_an_order_is_in_the_audit_trail(
    desk: Any, database: Database, requested_by: str, actor: str
) -> None:
    spec = replace(_record(desk).spec, format=ImportFormat.CSV)
    with UnitOfWork(database) as uow:
        ordered = order_import(uow, spec, clock=CLOCK, ids=IDS, requested_by=requested_by)
    _worker(desk, database).run_due()
    (entry,) = _audit(database, spec.workspace_id)
    assert (entry.actor, entry.target) == (actor, ordered.import_id)
    assert entry.detail == {"file": "a.csv", "format": "csv", "source_id": "src_test"}


def test_an_order_that_is_taken_back_leaves_no_audit_entry(desk: Any, database: Database) -> None:
    spec = _record(desk).spec

    def order_and_fail() -> None:
        with UnitOfWork(database) as uow:
            order_import(uow, spec, clock=CLOCK, ids=IDS)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        order_and_fail()
    assert _audit(database, spec.workspace_id) == []


def test_an_import_without_an_order_is_in_the_audit_trail(desk: Any, database: Database) -> None:
    spec = replace(_record(desk).spec, name="a\x1b[2J.csv")
    Importer(desk.log, ImportTable(database), CLOCK, IDS).run(spec)
    (entry,) = _audit(database, spec.workspace_id)
    assert entry.actor == "cli"
    assert entry.detail == {"file": r"a\x1b[2J.csv", "format": "csv", "source_id": "src_test"}
