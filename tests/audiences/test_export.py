"""Files of people: masked, hashed as platforms hash, whole or absent, traced, and gone in time."""

from __future__ import annotations

import csv
import os
import random
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from audiences.live_world import LiveWorld, person
from audiences.small_world import WORKSPACE
from catchment import access
from catchment.audiences import (
    AudienceExportUnknown,
    AudienceNotFilled,
    ExportFormat,
    ExportOrder,
    open_export,
    order_export,
    run_audience_export,
    sweep_exports,
    write_people,
)
from catchment.audiences.exports.writing import AUDIENCE_EXPORT_JOB, hashed_email, hashed_phone
from catchment.jobs import JobWorker
from catchment.store import UnitOfWork

BUYERS = {"did": {"event": "Order Completed"}}


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def buyers(live: LiveWorld) -> str:
    for node in (1, 2, 3):
        live.happen(node, "Order Completed")
    made = live.make("Buyers", BUYERS)
    live.step()
    return made


@pytest.mark.parametrize("unmasked", [False, True])
def test_a_csv_holds_people_and_masked_traits(
    live: LiveWorld,
    buyers: str,
    tmp_path: Path,
    unmasked: bool,  # noqa: FBT001
) -> None:
    order = ExportOrder(
        buyers, ExportFormat.CSV, "call back", "opr_test", ("city", "=cmd()"), unmasked=unmasked
    )
    assert write_people(live.works, WORKSPACE, order, tmp_path / "out.csv") == (3, 0)
    header, *rows = rows_of(tmp_path / "out.csv")
    # A spreadsheet would run what begins like a formula.
    assert header == ["person", "city", "'=cmd()"]
    word = "full" if unmasked else "masked"
    assert rows[0] == [person(1), f"city:{word}", f"'=cmd():{word}"]


def test_hashes_are_those_of_the_platforms_spellings() -> None:
    phone = hashed_phone("+8613812345678")
    for found, text in zip(phone, ("+8613812345678", "8613812345678", "13812345678"), strict=True):
        assert found == sha256(text.encode()).hexdigest()
    assert hashed_phone("+85261234567")[2] == ""
    plain, google = hashed_email(" Lin.Wei+shop@Gmail.com ")
    assert plain == sha256(b"lin.wei+shop@gmail.com").hexdigest()
    assert google == sha256(b"linwei@gmail.com").hexdigest()
    assert hashed_email("a.b+c@example.com")[1] == sha256(b"a.b+c@example.com").hexdigest()


@pytest.mark.parametrize("kind", [ExportFormat.HASHED_PHONE, ExportFormat.HASHED_EMAIL])
def test_a_list_for_a_platform_holds_hashes_alone(
    live: LiveWorld, buyers: str, tmp_path: Path, kind: ExportFormat
) -> None:
    order = ExportOrder(buyers, kind, "look-alike", "opr_test")
    assert write_people(live.works, WORKSPACE, order, tmp_path / "out.csv") == (2, 1)
    for row in rows_of(tmp_path / "out.csv")[1:]:
        assert all(len(cell) == 64 for cell in row)


def test_a_file_is_ordered_written_taken_and_gone(live: LiveWorld, buyers: str) -> None:
    order = ExportOrder(buyers, ExportFormat.CSV, "call back", "opr_test")
    with UnitOfWork(live.database) as uow:
        made = order_export(uow, WORKSPACE, order, clock=live.clock, ids=live.ids)
    with pytest.raises(AudienceExportUnknown), UnitOfWork(live.database) as uow:
        open_export(live.works, uow, WORKSPACE, buyers, made.id, actor="opr_test")
    JobWorker(
        live.database, {AUDIENCE_EXPORT_JOB: run_audience_export(live.works)},
        clock=live.clock, ids=live.ids, chance=random.Random(1),
    ).run_due()  # fmt: skip
    with UnitOfWork(live.database) as uow:
        path = open_export(live.works, uow, WORKSPACE, buyers, made.id, actor="opr_other")
    assert len(rows_of(path)) == 4
    with UnitOfWork(live.database, reads_only=True) as uow:
        trail = access.list_audit(uow, WORKSPACE)
    found = {one.action: one.detail for one in trail.items}
    assert found["audiences.export"]["purpose"] == "call back"
    assert found["audiences.download"] == {"export_id": made.id}
    with pytest.raises(AudienceExportUnknown), UnitOfWork(live.database) as uow:
        open_export(live.works, uow, WORKSPACE, "adc_other", made.id, actor="opr_other")
    live.clock.advance(timedelta(days=7))
    with pytest.raises(AudienceExportUnknown), UnitOfWork(live.database) as uow:
        open_export(live.works, uow, WORKSPACE, buyers, made.id, actor="opr_other")
    os.utime(path, (0, 0))
    assert sweep_exports(live.works) == 1
    assert not path.exists()


def test_a_file_is_whole_or_absent(
    live: LiveWorld, buyers: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_more: object) -> object:
        raise OSError("the disk is full")

    monkeypatch.setattr(LiveWorld, "traits", fail)
    order = ExportOrder(buyers, ExportFormat.CSV, "call back", "opr_test", ("city",))
    with pytest.raises(OSError, match="full"):
        write_people(live.works, WORKSPACE, order, tmp_path / "files" / "out.csv")
    assert list((tmp_path / "files").iterdir()) == []


def test_an_audience_without_members_yet_gives_no_file(live: LiveWorld) -> None:
    made = live.make("Buyers", BUYERS)
    order = ExportOrder(made, ExportFormat.CSV, "call back", "opr_test")
    with pytest.raises(AudienceNotFilled), UnitOfWork(live.database) as uow:
        order_export(uow, WORKSPACE, order, clock=live.clock, ids=live.ids)
