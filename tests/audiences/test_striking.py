"""Striking somebody out of files of people: their lines, and lists that nobody can look through."""

from __future__ import annotations

import os
import random
from pathlib import Path

from audiences.live_world import LiveWorld, person
from audiences.small_world import WORKSPACE, subject_of
from catchment.audiences import (
    ExportFormat,
    ExportOrder,
    forget_in_files,
    order_export,
    run_audience_export,
)
from catchment.audiences.exports.orders import AUDIENCE_EXPORT_JOB
from catchment.jobs import JobWorker
from catchment.store import UnitOfWork


def written(live: LiveWorld, audience: str, how: ExportFormat) -> Path:
    order = ExportOrder(audience, how, "call back", "opr_test", ("city",), grant_id="grn_good")
    with UnitOfWork(live.database) as uow:
        made = order_export(live.works, uow, WORKSPACE, order)
    handlers = {AUDIENCE_EXPORT_JOB: run_audience_export(live.works)}
    worker = JobWorker(
        live.database, handlers, clock=live.clock, ids=live.ids, chance=random.Random(1)
    )
    assert worker.run_due() == 1
    path = live.works.files / WORKSPACE / f"{made.id}.csv"
    assert path.is_file()
    return path


def told(live: LiveWorld, path: Path) -> bytes:
    """What stands in a sealed file."""
    with live.works.exports.sealing.open(WORKSPACE, path, path.stem) as file:
        return file.read()


def test_lines_of_who_is_forgotten_go_and_hashed_lists_with_them(live: LiveWorld) -> None:
    for node in (1, 2, 3):
        live.happen(node, "Order Completed")
    buyers = live.make("Buyers", {"did": {"event": "Order Completed"}})
    live.step()
    people, hashes = (
        written(live, buyers, how) for how in (ExportFormat.CSV, ExportFormat.HASHED_PHONE)
    )
    os.utime(people, (1_000, 1_000))
    before = told(live, people)
    assert forget_in_files(live.works, WORKSPACE, [subject_of(5)]) == 1
    assert not hashes.exists(), "nobody can tell who is in it"
    assert told(live, people) == before
    assert forget_in_files(live.works, WORKSPACE, [subject_of(5), subject_of(2)]) == 1
    left = told(live, people)
    assert person(2).encode() not in left
    assert [one for one in before.splitlines() if person(2).encode() not in one] == (
        left.splitlines()
    )
    assert people.stat().st_mtime == 1_000, "it expires when it would have"
    assert forget_in_files(live.works, WORKSPACE, [subject_of(2)]) == 0
