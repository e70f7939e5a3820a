"""Requests that two people settle at once, that nobody does, and whose receipt is owed."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from catchment.events import notices
from catchment.jobs import JobState, cancel_job, list_jobs
from catchment.kernel import IdMaker, WorkspaceId
from catchment.people import (
    ACCESS_JOB,
    Correction,
    RightKind,
    RightsChange,
    RightsRequest,
    RightsRequestOver,
    RightState,
    approve_right,
    ask_right,
    check_receipt,
    get_right,
    refuse_right,
)
from catchment.people.rights import requests as room
from catchment.people.rights import store
from catchment.people.rights.keeping import close_for_forgotten, keep_requests, note_given_up
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock
from catchment.testing.vault_world import VaultWorld
from catchment.vault import verify

MINE = WorkspaceId("wsp_mine")
ANN, BOB = "a" * 32, "b" * 32
WAIT = 1.0


class Office:
    """Where requests are taken down and settled."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.clock = database, ManualClock()
        self.ids = IdMaker(self.clock)
        self.ring = VaultWorld(folder, self.clock).ring()
        self.change = RightsChange("opr_lin", self.clock, self.ids, self.ring)

    def ask(self, kind: RightKind, *, signs: bool = True) -> RightsRequest:
        change = self.change if signs else replace(self.change, keys=None)
        right = Correction("city", "Suzhou") if kind is RightKind.CORRECTION else None
        with UnitOfWork(self.database) as uow:
            return ask_right(
                uow, MINE, kind, f"per_{ANN}", [ANN], change=change, correction=right
            )  # fmt: skip

    def put(self, request: RightsRequest, state: RightState) -> None:
        with UnitOfWork(self.database) as uow:
            store.change_request(uow, replace(request, state=state))

    def now(self, request: RightsRequest) -> RightsRequest:
        with UnitOfWork(self.database, reads_only=True) as uow:
            return get_right(uow, MINE, request.id)

    def sealed(self, request: RightsRequest) -> bytes | None:
        with UnitOfWork(self.database, reads_only=True) as uow:
            return store.sealed_of(uow, request)

    def jobs(self, state: JobState) -> int:
        with UnitOfWork(self.database, reads_only=True) as uow:
            return len(list_jobs(uow, MINE, state=state).items)


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(database, tmp_path)


def settle_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> RightState:
    """One refuses an access request while another lets its file out; how it stands then."""
    request = office.ask(RightKind.ACCESS)
    office.put(request, RightState.WAITING)
    refused, read = threading.Event(), threading.Event()
    find = store.find_request

    def telling(*args: object, **more: object) -> RightsRequest | None:
        found = find(*args, **more)  # type: ignore[arg-type]
        if threading.current_thread() is other:
            read.set()
        return found

    def approve() -> None:
        refused.wait(60)
        try:
            with UnitOfWork(office.database) as uow:
                approve_right(uow, MINE, request.id, change=office.change)
        except RightsRequestOver:
            pass

    other = threading.Thread(target=approve)
    monkeypatch.setattr(store, "find_request", telling)
    other.start()
    with UnitOfWork(office.database) as uow:
        refuse_right(uow, MINE, request.id, "not theirs", change=office.change)
        refused.set()
        # Who is not made to wait has read by now that it may still be let out.
        read.wait(WAIT)
    other.join(60)
    return office.now(request).state


def test_what_was_refused_is_not_let_out_in_the_same_breath(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settle_at_once(office, monkeypatch) is RightState.REFUSED


def test_without_the_lock_it_would_be(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_locked", lambda statement, **_: statement)
    # On SQLite one writes at a time, and reads what is written.
    is_apart = office.database.dialect == "sqlite"
    wanted = RightState.REFUSED if is_apart else RightState.DONE
    assert settle_at_once(office, monkeypatch) is wanted


def test_a_receipt_that_could_not_be_signed_is_given_later(office: Office) -> None:
    request = office.ask(RightKind.OPT_OUT, signs=False)
    assert (request.state, request.receipt) == (RightState.DONE, None)
    keep_requests(office.database, office.ring, office.clock, office.ids)
    receipt = office.now(request).receipt
    assert receipt is not None
    told = check_receipt(receipt, verify)
    assert (told["kind"], told["request_id"]) == ("opt_out", request.id)
    keep_requests(office.database, office.ring, office.clock, office.ids)
    assert office.now(request).receipt == receipt


def test_a_job_that_was_cancelled_is_ordered_again(office: Office) -> None:
    request = office.ask(RightKind.ACCESS)
    with UnitOfWork(office.database) as uow:
        [job] = list_jobs(uow, MINE).items
        cancel_job(uow, MINE, job.id, clock=office.clock)
    keep_requests(office.database, office.ring, office.clock, office.ids)
    assert office.jobs(JobState.QUEUED) == 0
    office.clock.advance(timedelta(hours=2))
    for _ in range(2):
        keep_requests(office.database, office.ring, office.clock, office.ids)
        assert office.jobs(JobState.QUEUED) == 1
    assert office.now(request).is_open


def test_a_job_that_was_given_up_makes_a_failed_request(office: Office) -> None:
    request = office.ask(RightKind.ACCESS)
    with UnitOfWork(office.database) as uow:
        [job] = list_jobs(uow, MINE).items
        told = notices.JobFailed(MINE, job.id, ACCESS_JOB, "NobodyThere: Nobody is called so.")
        note_given_up(uow, replace_kind(told, "another.kind"), office.clock.now())
        assert get_right(uow, MINE, request.id).is_open
        note_given_up(uow, told, office.clock.now())
        note_given_up(uow, notices.JobFailed(MINE, "job_gone", ACCESS_JOB, ""), office.clock.now())
    now = office.now(request)
    assert (now.state, now.finished_at) == (RightState.FAILED, office.clock.now())
    assert "Nobody" not in str(now.reason)


def replace_kind(told: notices.JobFailed, kind: str) -> notices.JobFailed:
    return notices.JobFailed(told.workspace_id, told.job_id, kind, told.reason)


def test_who_is_forgotten_asks_for_nothing_more(office: Office) -> None:
    correction, access = office.ask(RightKind.CORRECTION), office.ask(RightKind.ACCESS)
    over = office.ask(RightKind.OPT_OUT)
    assert office.sealed(correction) is not None
    with UnitOfWork(office.database) as uow:
        assert close_for_forgotten(uow, MINE, [BOB], office.clock.now()) == 0
        assert close_for_forgotten(uow, MINE, [BOB, ANN], office.clock.now()) == 2
    assert office.sealed(correction) is None
    for request in (correction, access):
        now = office.now(request)
        assert (now.state, now.reason) == (RightState.REFUSED, "they were forgotten meanwhile")
    assert office.now(over) == over


def test_a_correction_that_is_being_told_is_past_refusing(office: Office) -> None:
    request = office.ask(RightKind.CORRECTION)
    office.put(request, RightState.RUNNING)
    with pytest.raises(RightsRequestOver), UnitOfWork(office.database) as uow:
        refuse_right(uow, MINE, request.id, "no", change=office.change)
    assert set(room.JOBS) == {RightKind.ACCESS, RightKind.CORRECTION}
