"""Files of people: masked or approved, sealed, whole or absent, traced, and gone in time."""

from __future__ import annotations

import csv
import os
import random
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from audiences.live_world import LiveWorld, person
from audiences.small_world import WORKSPACE
from catchment import access
from catchment.audiences import (
    AudienceExport,
    AudienceExportUnknown,
    AudienceNotFilled,
    ExportFormat,
    ExportOrder,
    list_exports,
    open_export,
    order_export,
    run_audience_export,
    sweep_exports,
    write_people,
)
from catchment.audiences.exports.hashing import hashed_email, hashed_phone
from catchment.audiences.exports.orders import AUDIENCE_EXPORT_JOB
from catchment.jobs import JobWorker
from catchment.store import UnitOfWork
from catchment.vault import GrantNeeded, GrantRefused, Purpose

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


def ordered(audience: str, how: ExportFormat = ExportFormat.CSV, **more: Any) -> ExportOrder:
    return ExportOrder(audience, how, "call back", "opr_test", **more)


def made_of(live: LiveWorld, order: ExportOrder) -> AudienceExport:
    """Orders a file and does every job that waits."""
    with UnitOfWork(live.database) as uow:
        made = order_export(live.works, uow, WORKSPACE, order)
    JobWorker(
        live.database, {AUDIENCE_EXPORT_JOB: run_audience_export(live.works)},
        clock=live.clock, ids=live.ids, chance=random.Random(1),
    ).run_due()  # fmt: skip
    return made


def taken(live: LiveWorld, made: AudienceExport) -> list[list[str]]:
    """The rows of a file as whoever takes it gets them."""
    with UnitOfWork(live.database) as uow:
        file = open_export(live.works, uow, WORKSPACE, made.audience_id, made.id, actor="opr_other")
    with file.content as content:
        whole = content.read()
    assert len(whole) == file.size
    return list(csv.reader(whole.decode("utf-8-sig").splitlines()))


def test_a_csv_holds_people_and_masked_traits(live: LiveWorld, buyers: str, tmp_path: Path) -> None:
    order = ordered(buyers, traits=("city", "=cmd()"))
    assert write_people(live.works, WORKSPACE, order, tmp_path / "out.csv") == (3, 0)
    header, *rows = rows_of(tmp_path / "out.csv")
    # A spreadsheet would run what begins like a formula.
    assert header == ["person", "city", "'=cmd()"]
    assert rows[0] == [person(1), "city:masked", "'=cmd():masked"]
    assert live.office.asked == []


def test_traits_in_full_take_a_grant_of_others(
    live: LiveWorld, buyers: str, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    order = ordered(buyers, traits=("mobile",), unmasked=True)
    with pytest.raises(GrantNeeded):
        write_people(live.works, WORKSPACE, order, out)
    late = replace(order, grant_id="grn_late")
    with pytest.raises(GrantRefused) as refused:
        write_people(live.works, WORKSPACE, late, out)
    assert refused.value.details["rule"] == "expired"
    assert not out.exists()
    write_people(live.works, WORKSPACE, replace(order, grant_id="grn_good"), out)
    assert rows_of(out)[1] == [person(1), "mobile:full of phone"]
    reading, is_used = live.office.asked[-1]
    assert (reading.kinds, reading.people, reading.use, is_used) == (
        ("phone",), 3, Purpose.SERVICE, True,
    )  # fmt: skip


@pytest.mark.parametrize("kind", [ExportFormat.HASHED_PHONE, ExportFormat.HASHED_EMAIL])
def test_an_order_without_leave_is_refused_and_leaves_nothing(
    live: LiveWorld, buyers: str, kind: ExportFormat
) -> None:
    for grant_id in (None, "grn_late"):
        order = ordered(buyers, kind, grant_id=grant_id)
        with pytest.raises((GrantNeeded, GrantRefused)), UnitOfWork(live.database) as uow:
            order_export(live.works, uow, WORKSPACE, order)
    with UnitOfWork(live.database, reads_only=True) as uow:
        assert list_exports(uow, WORKSPACE, buyers).items == []


def test_a_grant_that_is_taken_back_before_the_file_is_written_gives_none(
    live: LiveWorld, buyers: str
) -> None:
    order = ordered(buyers, ExportFormat.HASHED_PHONE, grant_id="grn_good")
    with UnitOfWork(live.database) as uow:
        made = order_export(live.works, uow, WORKSPACE, order)
    live.office.grant_id = "grn_other"
    JobWorker(
        live.database, {AUDIENCE_EXPORT_JOB: run_audience_export(live.works)},
        clock=live.clock, ids=live.ids, chance=random.Random(1),
    ).run_due()  # fmt: skip
    with pytest.raises(AudienceExportUnknown):
        taken(live, made)
    assert not any(live.works.files.rglob("*.csv"))


def test_who_did_not_agree_stands_in_no_list_of_an_ad_platform(
    live: LiveWorld, buyers: str
) -> None:
    live.office.refused = {1}
    order = ordered(buyers, ExportFormat.HASHED_PHONE, grant_id="grn_good")
    made = made_of(live, order)
    with UnitOfWork(live.database, reads_only=True) as uow:
        found = list_exports(uow, WORKSPACE, buyers).items[0]
    # Of three people one did not agree, and one has no number.
    assert (found.id, found.rows, found.left_out) == (made.id, 1, 2)


def test_marketing_leaves_them_out_of_a_masked_file_too(
    live: LiveWorld, buyers: str, tmp_path: Path
) -> None:
    live.office.refused = {1, 2}
    out = tmp_path / "out.csv"
    order = ordered(buyers, use=Purpose.MARKETING, channel="sms")
    assert write_people(live.works, WORKSPACE, order, out) == (1, 2)
    assert write_people(live.works, WORKSPACE, ordered(buyers), out) == (3, 0)


def test_a_file_lies_sealed_under_its_own_name(live: LiveWorld, buyers: str) -> None:
    made = made_of(live, ordered(buyers, traits=("city",)))
    [path] = live.works.files.rglob("*.csv")
    assert person(1).encode() not in path.read_bytes()
    assert taken(live, made)[1] == [person(1), "city:masked"]


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
    order = ordered(buyers, kind, grant_id="grn_good")
    assert write_people(live.works, WORKSPACE, order, tmp_path / "out.csv") == (2, 1)
    for row in rows_of(tmp_path / "out.csv")[1:]:
        assert all(len(cell) == 64 for cell in row)


def test_a_file_is_ordered_written_taken_and_gone(live: LiveWorld, buyers: str) -> None:
    with UnitOfWork(live.database) as uow:
        made = order_export(live.works, uow, WORKSPACE, ordered(buyers))
    with pytest.raises(AudienceExportUnknown), UnitOfWork(live.database) as uow:
        open_export(live.works, uow, WORKSPACE, buyers, made.id, actor="opr_test")
    JobWorker(
        live.database, {AUDIENCE_EXPORT_JOB: run_audience_export(live.works)},
        clock=live.clock, ids=live.ids, chance=random.Random(1),
    ).run_due()  # fmt: skip
    assert len(taken(live, made)) == 4
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
    [path] = live.works.files.rglob("*.csv")
    os.utime(path, (0, 0))
    assert sweep_exports(live.works) == 1
    assert not path.exists()


def test_a_file_is_whole_or_absent(
    live: LiveWorld, buyers: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_more: object) -> object:
        raise OSError("the disk is full")

    monkeypatch.setattr(LiveWorld, "traits", fail)
    order = ordered(buyers, traits=("city",))
    with pytest.raises(OSError, match="full"):
        write_people(live.works, WORKSPACE, order, tmp_path / "files" / "out.csv")
    assert list((tmp_path / "files").iterdir()) == []


def test_an_audience_without_members_yet_gives_no_file(live: LiveWorld) -> None:
    made = live.make("Buyers", BUYERS)
    with pytest.raises(AudienceNotFilled), UnitOfWork(live.database) as uow:
        order_export(live.works, uow, WORKSPACE, ordered(made))
