"""The trail: whatever is done to it afterwards is found, and named."""

# ruff: noqa: S608  (statements of a test, without a value from outside)

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from catchment.kernel import SystemClock, WorkspaceId
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock, seeded_entropy
from catchment.vault import Act, FaultKind, KeysAway, Purpose, Signer, Trail, TrailCopies

OURS = WorkspaceId("wsp_ours")
THEIRS = WorkspaceId("wsp_theirs")


class Desk:
    """A trail over scratch records, and somebody who holds the records and does as they like."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.keys = database, folder / "keys"
        self.keys.mkdir()
        self.clock = ManualClock(SystemClock().now())
        self.signer = Signer(seeded_entropy(1)(32))
        self.copies = TrailCopies(self.keys)
        self.trail = Trail(database, self.copies, lambda: self.signer, self.clock)

    def write(self, count: int, workspace_id: WorkspaceId = OURS) -> None:
        """Writes so many readings."""
        acts = [
            Act(
                f"opr_{n % 3}", "reveal", Purpose.SERVICE, "grn_1", f"per_{n}", ("phone",), 1, "why"
            )
            for n in range(count)
        ]
        self.trail.write(workspace_id, acts)

    def force(self, *statements: str) -> None:
        """Does what the triggers refuse, as whoever owns the database can."""
        with UnitOfWork(self.database) as uow:
            run = uow.connection.execute
            if uow.dialect == "sqlite":
                for name in ("update", "delete"):
                    run(text(f"DROP TRIGGER IF EXISTS trail_entries_no_{name}"))
                    run(text(f"DROP TRIGGER IF EXISTS trail_heads_no_{name}"))
            else:
                run(text("ALTER TABLE trail_entries DISABLE TRIGGER ALL"))
                run(text("ALTER TABLE trail_heads DISABLE TRIGGER ALL"))
            for statement in statements:
                run(text(statement))

    def fault(self) -> tuple[FaultKind, int | None] | None:
        """What verifying finds first."""
        found = self.trail.verify(OURS).first_fault
        return None if found is None else (found.what, found.seq)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


def test_a_trail_that_nobody_touched_is_whole(desk: Desk) -> None:
    desk.write(30)
    desk.write(5, THEIRS)
    head = desk.trail.sign(OURS)
    assert head is not None
    assert desk.trail.sign(OURS) is None, "once a day"
    desk.clock.advance(timedelta(days=1))
    desk.write(3)
    desk.trail.sign(OURS)
    verdict = desk.trail.verify(OURS)
    assert (verdict.is_whole, verdict.entries) == (True, 33)
    assert [(one.seq, one.is_signed) for one in verdict.heads] == [(30, True), (33, True)]
    assert desk.trail.verify(THEIRS).entries == 5
    assert desk.trail.verify(WorkspaceId("wsp_empty")).is_whole


Deed = Callable[[Desk], None]
IN_OURS = "WHERE workspace_id = 'wsp_ours'"


def _swap(desk: Desk, left: int, right: int) -> None:
    desk.force(
        f"UPDATE trail_entries SET seq = -1 {IN_OURS} AND seq = {left}",
        f"UPDATE trail_entries SET seq = {left} {IN_OURS} AND seq = {right}",
        f"UPDATE trail_entries SET seq = {right} {IN_OURS} AND seq = -1",
    )


def _cut_and_go_on(desk: Desk) -> None:
    desk.force(f"DELETE FROM trail_entries {IN_OURS} AND seq > 15")
    desk.write(20)


def _cut_behind_the_head_and_outgrown(desk: Desk) -> None:
    desk.force(f"DELETE FROM trail_entries {IN_OURS} AND seq > 25")
    desk.write(3)
    desk.write(20)
    desk.clock.advance(timedelta(days=1))
    desk.trail.sign(OURS)


DEEDS: dict[str, tuple[Deed, tuple[FaultKind, int]]] = {
    "another reason": (
        lambda d: d.force(f"UPDATE trail_entries SET reason = 'x' {IN_OURS} AND seq = 7"),
        (FaultKind.EDITED, 7),
    ),
    "another actor": (
        lambda d: d.force(f"UPDATE trail_entries SET actor = 'opr_9' {IN_OURS} AND seq = 1"),
        (FaultKind.EDITED, 1),
    ),
    "another workspace's": (
        lambda d: d.force(
            f"DELETE FROM trail_entries {IN_OURS} AND seq = 3",
            "UPDATE trail_entries SET workspace_id = 'wsp_ours' "
            "WHERE workspace_id = 'wsp_theirs' AND seq = 3",
        ),
        (FaultKind.EDITED, 3),
    ),
    "two swapped": (lambda d: _swap(d, 11, 12), (FaultKind.REORDERED, 11)),
    "two swapped far apart": (lambda d: _swap(d, 4, 27), (FaultKind.REORDERED, 4)),
    "one taken out": (
        lambda d: d.force(f"DELETE FROM trail_entries {IN_OURS} AND seq = 9"),
        (FaultKind.CUT_INSIDE, 9),
    ),
    "the beginning cut": (
        lambda d: d.force(f"DELETE FROM trail_entries {IN_OURS} AND seq <= 4"),
        (FaultKind.CUT_AT_START, 1),
    ),
    "the end cut": (
        lambda d: d.force(f"DELETE FROM trail_entries {IN_OURS} AND seq > 28"),
        (FaultKind.CUT_AT_END, 29),
    ),
    "the last one cut": (
        lambda d: d.force(f"DELETE FROM trail_entries {IN_OURS} AND seq = 30"),
        (FaultKind.CUT_AT_END, 30),
    ),
    "everything cut": (
        lambda d: d.force(
            f"DELETE FROM trail_entries {IN_OURS}", f"DELETE FROM trail_heads {IN_OURS}"
        ),
        (FaultKind.CUT_AT_END, 1),
    ),
    "cut and written anew": (_cut_and_go_on, (FaultKind.EDITED, 20)),
    "cut, and longer than it was": (
        _cut_behind_the_head_and_outgrown,
        (FaultKind.EDITED, 30),
    ),
    "a head edited": (
        lambda d: d.force(f"UPDATE trail_heads SET seq = 19 {IN_OURS}"),
        (FaultKind.HEAD_FORGED, 19),
    ),
}


@pytest.mark.parametrize("name", DEEDS)
def test_whatever_is_done_to_it_is_found_and_named(desk: Desk, name: str) -> None:
    desk.write(20)
    desk.trail.sign(OURS)
    desk.write(10)
    desk.write(30, THEIRS)
    deed, expected = DEEDS[name]
    deed(desk)
    assert desk.fault() == expected


def test_a_replaced_key_is_found(desk: Desk) -> None:
    desk.write(3)
    desk.trail.sign(OURS)
    desk.signer = Signer(seeded_entropy(2)(32))
    assert desk.fault() == (FaultKind.KEY_REPLACED, 3)


def test_without_the_keys_folder_nothing_is_said(desk: Desk) -> None:
    desk.write(3)
    desk.keys.rename(desk.keys.with_name("elsewhere"))
    with pytest.raises(KeysAway):
        desk.trail.verify(OURS)
    desk.write(2)
    desk.keys.with_name("elsewhere").rename(desk.keys)
    assert desk.trail.verify(OURS).is_whole


def test_both_databases_refuse_to_change_it(desk: Desk) -> None:
    desk.write(3)
    desk.trail.sign(OURS)
    for statement in (
        "UPDATE trail_entries SET reason = 'x'",
        "DELETE FROM trail_entries",
        "UPDATE trail_heads SET seq = 1",
        "DELETE FROM trail_heads",
    ):
        with pytest.raises(DatabaseError), UnitOfWork(desk.database) as uow:
            uow.connection.execute(text(statement))
    assert desk.trail.verify(OURS).is_whole


def test_what_had_its_time_goes_and_the_rest_is_still_whole(desk: Desk) -> None:
    now = desk.clock.now()
    desk.clock.set(now - timedelta(days=1200))
    desk.write(10)
    desk.trail.sign(OURS)
    desk.clock.set(now)
    desk.write(5)
    desk.trail.sign(OURS)
    assert desk.trail.cut(OURS, 1_500) == 0
    assert desk.trail.cut(OURS, 30) == 10, "three years at least, whatever was asked"
    verdict = desk.trail.verify(OURS)
    assert (verdict.is_whole, verdict.entries) == (True, 5)
    desk.write(1)
    desk.force(f"DELETE FROM trail_entries {IN_OURS} AND seq <= 11")
    assert desk.fault() == (FaultKind.CUT_AT_START, 1)


def test_a_chain_that_lost_all_to_its_age_goes_on(desk: Desk) -> None:
    now = desk.clock.now()
    desk.clock.set(now - timedelta(days=1200))
    desk.write(4)
    desk.clock.set(now)
    assert desk.trail.cut(OURS, 1_095) == 4
    assert desk.trail.verify(OURS).is_whole
    desk.write(2)
    verdict = desk.trail.verify(OURS)
    assert (verdict.is_whole, verdict.entries) == (True, 2)


def test_what_others_add_is_told_to_the_copy_once_it_is_committed(desk: Desk) -> None:
    with UnitOfWork(desk.database) as uow:
        desk.trail.add(uow, OURS, [Act("opr_1", "grant.ask")])
        assert desk.copies.end(OURS) is None
    desk.trail.note_committed(uow)
    end = desk.copies.end(OURS)
    assert end is not None
    assert end[0] == 1


def test_many_writers_make_one_chain(desk: Desk) -> None:
    chance = random.Random(5)
    counts = [chance.randrange(1, 4) for _ in range(40)]

    def work(mine: list[int]) -> None:
        trail = Trail(desk.database, TrailCopies(desk.keys), lambda: desk.signer, desk.clock)
        for count in mine:
            trail.write(OURS, [Act("opr_1", "reveal")] * count)

    threads = [threading.Thread(target=work, args=(counts[n::4],)) for n in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    verdict = desk.trail.verify(OURS)
    assert (verdict.is_whole, verdict.entries) == (True, sum(counts))


def test_a_crash_between_the_copy_and_the_records_is_no_fault(desk: Desk) -> None:
    desk.write(5)
    head = desk.trail.sign(OURS)
    assert head is not None
    desk.force("DELETE FROM trail_heads")
    assert desk.trail.verify(OURS).is_whole
    desk.write(1)
    assert desk.trail.sign(OURS) is None, "the day's head is taken over from the copy"
    (shown,) = desk.trail.verify(OURS).heads
    assert (shown.seq, shown.is_signed) == (5, True)


def test_a_reason_keeps_no_personal_data(desk: Desk) -> None:
    desk.trail.write(OURS, [Act("opr_1", "reveal", reason="calls 13812348000 back")])
    with UnitOfWork(desk.database, reads_only=True) as uow:
        (entry,) = desk.trail.page(uow, OURS).items
    assert "13812348000" not in entry.act.reason
    assert desk.trail.verify(OURS).is_whole
