"""The quarantine: nothing is thrown away, nothing is counted twice, nothing crosses workspaces."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from catchment import collect
from catchment.collect import (
    Change,
    Quarantined,
    QuarantinedEvent,
    QuarantinedSettled,
    QuarantinedUnknown,
    QuarantineFilter,
    QuarantineState,
    QuarantineStore,
    ReasonCode,
    Releasing,
    StillUnfit,
    discard,
    finish_releases,
    fix_and_release,
    get_quarantined,
    list_quarantined,
    quarantine_id,
    release_many,
    request_release,
    summarise_quarantine,
)
from catchment.collect.quarantine import PAYLOAD_BYTES_MAX
from catchment.jobs import JobState, JobWorker, get_job
from catchment.kernel import IdMaker, WorkspaceId
from catchment.lake import LogUnavailable, Received
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock
from catchment.testing.vault_world import make_vault_world

OURS = WorkspaceId("wsp_ours")
THEIRS = WorkspaceId("wsp_theirs")
NAMELESS = b'{"type":"track","userId":"u1","messageId":"m1"}'
MENDED = b'{"type":"track","userId":"u1","messageId":"m1","event":"Order Completed"}'
BLOCKED = b'{"type":"track","event":"A","userId":"tester"}'


class MemoryLog:
    """A log that may be told to fail."""

    def __init__(self) -> None:
        self.kept: list[Received] = []
        self.fails_after_keeping = False

    def append(self, batch: Sequence[Received]) -> int:
        self.kept += batch
        if self.fails_after_keeping:
            raise LogUnavailable
        return len(self.kept)

    def message_ids(self) -> list[str]:
        return [event.message_id for one in self.kept for event in collect.decode(one).events]


class Ward:
    """A quarantine and those who work in it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.keys = make_vault_world(folder).ring()
        self.clock = ManualClock()
        self.ids = IdMaker(self.clock)
        self.change = Change("opr_a", self.clock, self.ids)
        self.log = MemoryLog()
        self.blocked: frozenset[str] = frozenset()
        self.parts = Releasing(
            database, self.log, collect.decode, lambda _id: self.blocked, self.keys
        )
        self.store = QuarantineStore(database, self.keys)

    def hold(
        self,
        payload: bytes = NAMELESS,
        reason: ReasonCode = ReasonCode.MISSING_EVENT_NAME,
        workspace_id: WorkspaceId = OURS,
        position: int = 1,
    ) -> str:
        entry = QuarantinedEvent(
            id=quarantine_id(workspace_id, position, 0), workspace_id=workspace_id,
            source_id="src_a", format="segment", reason=reason, detail="it has no name",
            pointer="/event", payload=payload, received_us=self.clock.now_us() + position,
        )  # fmt: skip
        self.store.put([entry])
        return entry.id

    def get(self, quarantined_id: str) -> Quarantined:
        with UnitOfWork(self.database, reads_only=True) as uow:
            return get_quarantined(uow, OURS, quarantined_id, keys=self.keys)

    def release(self, quarantined_id: str, payload: bytes | None = None) -> Quarantined:
        return fix_and_release(
            self.parts, OURS, quarantined_id, change=self.change, payload=payload
        )

    def discard(self, quarantined_id: str) -> Quarantined:
        with UnitOfWork(self.database) as uow:
            return discard(uow, OURS, quarantined_id, change=self.change, keys=self.keys)


@pytest.fixture
def ward(database: Database, tmp_path: Path) -> Ward:
    return Ward(database, tmp_path)


def test_landing_the_same_place_again_changes_nothing(ward: Ward) -> None:
    held = ward.hold()
    ward.release(held, MENDED)
    ward.hold()
    assert ward.get(held).state is QuarantineState.RELEASED
    with UnitOfWork(ward.database, reads_only=True) as uow:
        assert not list_quarantined(uow, OURS, keys=ward.keys).items


def test_odd_text_is_kept_legibly(ward: Ward) -> None:
    entry = QuarantinedEvent(
        id="qua_odd", workspace_id=OURS, source_id="src_a", format="segment",
        reason=ReasonCode.INVALID_TEXT, detail="a\0b\ud800", pointer="/\0" + "x" * 9_999,
        payload=b"\x00\xff\xfe", received_us=1,
    )  # fmt: skip
    ward.store.put([entry])
    kept = ward.get("qua_odd")
    assert kept.detail == "a\\0b\\ud800"
    assert kept.payload == b"\x00\xff\xfe"


def test_a_huge_payload_is_cut_and_needs_a_new_one(ward: Ward) -> None:
    held = ward.hold(b"x " * (PAYLOAD_BYTES_MAX // 2 + 1))
    assert ward.get(held).is_cut
    assert len(ward.get(held).payload) == PAYLOAD_BYTES_MAX
    with pytest.raises(StillUnfit):
        ward.release(held)
    assert ward.release(held, MENDED).state is QuarantineState.RELEASED


def test_a_mended_item_goes_back_into_the_log(ward: Ward) -> None:
    held = ward.hold()
    after = ward.release(held, MENDED)
    assert (after.state, after.settled_by) == (QuarantineState.RELEASED, "opr_a")
    assert after.payload == NAMELESS, "what came in stays on record"
    (sent,) = ward.log.kept
    (event,) = collect.decode(sent).events
    assert (event.name, event.message_id) == ("Order Completed", "m1")
    assert (sent.workspace_id, sent.source_id) == (OURS, "src_a")


def test_a_mended_item_may_be_written_our_own_way(ward: Ward) -> None:
    held = ward.hold()
    ward.release(held, b'{"name":"A","user_id":"u1","message_id":"m9","kind":"track"}')
    assert ward.log.message_ids() == ["m9"]


@pytest.mark.parametrize(
    "payload", [None, b"", b"{}", b"[]", b"\xff", NAMELESS, b"null", b"{" * 99]
)
def test_what_would_come_straight_back_stays(ward: Ward, payload: bytes | None) -> None:
    held = ward.hold()
    with pytest.raises(StillUnfit) as refused:
        ward.release(held, payload)
    assert refused.value.details["id"] == held
    assert ward.log.kept == []
    assert ward.get(held).state is QuarantineState.HELD


def test_an_item_is_as_fit_as_todays_rules_say(ward: Ward) -> None:
    ward.blocked = frozenset({"tester"})
    held = ward.hold(BLOCKED, ReasonCode.BLOCKED_IDENTIFIER)
    with pytest.raises(StillUnfit):
        ward.release(held)
    ward.blocked = frozenset()
    ward.release(held)
    assert len(ward.log.message_ids()) == 1


def test_releasing_again_changes_nothing(ward: Ward) -> None:
    held = ward.hold()
    first = ward.release(held, MENDED)
    assert ward.release(held, MENDED.replace(b"m1", b"m2")) == first
    assert ward.log.message_ids() == ["m1"]


@pytest.mark.parametrize("payload", [MENDED, MENDED.replace(b',"messageId":"m1"', b"")])
def test_a_release_cut_short_is_finished_with_the_same_bytes(ward: Ward, payload: bytes) -> None:
    """The process dies between log and records: the event goes in again, and counts once."""
    held = ward.hold()
    ward.log.fails_after_keeping = True
    with pytest.raises(LogUnavailable):
        ward.release(held, payload)
    assert ward.get(held).state is QuarantineState.HELD
    ward.log.fails_after_keeping = False
    assert finish_releases(ward.parts, change=ward.change) == 1
    assert finish_releases(ward.parts, change=ward.change) == 0
    assert ward.get(held).state is QuarantineState.RELEASED
    first, second = ward.log.message_ids()
    assert first == second


def test_a_second_try_cannot_release_something_else(ward: Ward) -> None:
    """Without the written intent both payloads would be in the log, and counted as two."""
    held = ward.hold()
    ward.log.fails_after_keeping = True
    with pytest.raises(LogUnavailable):
        ward.release(held, MENDED)
    ward.log.fails_after_keeping = False
    with pytest.raises(QuarantinedSettled):
        ward.discard(held)
    ward.release(held, MENDED.replace(b"m1", b"m2"))
    assert ward.log.message_ids() == ["m1", "m1"]


def test_discarded_items_stay_on_record(ward: Ward) -> None:
    held = ward.hold()
    assert ward.discard(held).state is QuarantineState.DISCARDED
    assert ward.discard(held).payload == NAMELESS
    with pytest.raises(QuarantinedSettled):
        ward.release(held, MENDED)
    released = ward.hold(position=2)
    ward.release(released, MENDED)
    with pytest.raises(QuarantinedSettled):
        ward.discard(released)


def test_lists_and_summaries_are_filtered_and_ones_own(ward: Ward) -> None:
    for position in range(1, 8):
        ward.hold(position=position)
    blocked = ward.hold(BLOCKED, ReasonCode.BLOCKED_IDENTIFIER, position=9)
    ward.hold(workspace_id=THEIRS, position=10)
    with UnitOfWork(ward.database, reads_only=True) as uow:
        newest = list_quarantined(uow, OURS, keys=ward.keys, limit=3)
        rest = list_quarantined(uow, OURS, keys=ward.keys, limit=500, cursor=newest.next_cursor)
        blocked_only = QuarantineFilter(reason=ReasonCode.BLOCKED_IDENTIFIER)
        only = list_quarantined(uow, OURS, blocked_only, keys=ward.keys)
        counts = [(one.reason, one.count) for one in summarise_quarantine(uow, OURS)]
        with pytest.raises(QuarantinedUnknown):
            get_quarantined(uow, THEIRS, blocked, keys=ward.keys)
    assert newest.items[0].id == blocked
    seen = [item.id for item in (*newest.items, *rest.items)]
    assert len(seen) == len(set(seen)) == 8
    assert [item.id for item in only.items] == [blocked]
    assert counts == [(ReasonCode.MISSING_EVENT_NAME, 7), (ReasonCode.BLOCKED_IDENTIFIER, 1)]
    with pytest.raises(QuarantinedUnknown):
        fix_and_release(ward.parts, THEIRS, blocked, change=ward.change)


def test_a_job_releases_all_that_became_fit(ward: Ward) -> None:
    ward.blocked = frozenset()
    fit = [ward.hold(BLOCKED, ReasonCode.BLOCKED_IDENTIFIER, position=n) for n in range(1, 4)]
    unfit = ward.hold(position=9)
    foreign = ward.hold(BLOCKED, workspace_id=THEIRS, position=10)
    with UnitOfWork(ward.database) as uow:
        job = request_release(uow, OURS, change=ward.change)
    worker = JobWorker(
        ward.database,
        {job.kind: lambda run: release_many(ward.parts, run, replace(ward.change, actor="worker"))},
        clock=ward.clock, ids=ward.ids, chance=random.Random(1),
    )  # fmt: skip
    assert worker.run_due() == 1
    with UnitOfWork(ward.database, reads_only=True) as uow:
        after = get_job(uow, OURS, job.id)
        assert get_quarantined(uow, THEIRS, foreign, keys=ward.keys).state is QuarantineState.HELD
    assert (after.state, after.result) == (JobState.DONE, {"released": 3, "still_unfit": 1})
    assert (after.done, after.total) == (4, 4)
    assert {ward.get(one).state for one in fit} == {QuarantineState.RELEASED}
    assert ward.get(fit[0]).settled_by == "opr_a"
    assert ward.get(unfit).state is QuarantineState.HELD
