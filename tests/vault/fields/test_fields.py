"""Declared fields: what landing is told of them, how many values there are, and the register."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from catchment.kernel import IdMaker, WorkspaceId
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock, seeded_entropy
from catchment.testing.privacy_desk import make_privacy
from catchment.vault import (
    DataClass,
    DeclaredField,
    FieldBook,
    FieldSpec,
    KindUnknown,
    PersonalValue,
    Purpose,
    Retention,
    RetentionBook,
    ValuesKept,
    register_of,
    values_kept,
)
from catchment.vault.detect.names import NAMES
from catchment.vault.fields.declare import FieldTaken, FieldUnknown, PlaceMalformed
from catchment.vault.fields.kinds import KindKept, OtherKinds
from catchment.vault.retention.rules import RetentionRefused

OURS = WorkspaceId("wsp_ours")
WXID = FieldSpec("traits.WX_Note", "wxnote", "微信备注", "WeChat note", DataClass.COMMON)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def book(database: Database, clock: ManualClock) -> FieldBook:
    other = OtherKinds(words=NAMES)
    return FieldBook(database, clock, IdMaker(clock, seeded_entropy(4)), other)


def declare(database: Database, book: FieldBook, *specs: FieldSpec) -> list[str]:
    with UnitOfWork(database) as uow:
        return [book.declare(uow, OURS, spec, actor="opr_keeper").id for spec in specs]


def test_landing_is_told_by_key_by_path_and_by_kind(database: Database, book: FieldBook) -> None:
    memo = FieldSpec("*.买家-备注", "memo", "备注", "Memo", purposes=(Purpose.TRANSACTION,))
    name = FieldSpec("kind:name", "name", "昵称", "Name", purposes=(Purpose.MARKETING,))
    declare(database, book, WXID, memo, name)
    told = book.of(OURS)
    assert told.paths == {
        ("traits", "wxnote"): DeclaredField("wxnote", DataClass.COMMON, Purpose.SERVICE)
    }
    assert told.keys == {
        "买家备注": DeclaredField("memo", DataClass.IMPORTANT, Purpose.TRANSACTION)
    }
    assert told.kinds == {"name": DeclaredField("name", DataClass.IMPORTANT, Purpose.MARKETING)}
    assert book.of(WorkspaceId("wsp_theirs")).keys == {}


def test_an_override_stands_in_the_place_of_what_is_built_in(
    database: Database, book: FieldBook
) -> None:
    (field_id,) = declare(
        database,
        book,
        FieldSpec("kind:name", "name", "昵称", "Name", purposes=(Purpose.MARKETING,)),
    )
    with UnitOfWork(database) as uow:
        names = [one for one in book.list(uow, OURS) if one.spec.kind == "name"]
        assert [(one.id, one.is_built_in) for one in names] == [(field_id, False)]
        with pytest.raises(FieldUnknown):
            book.remove(uow, OURS, "built_in_phone")
        book.remove(uow, OURS, field_id)
        names = [one for one in book.list(uow, OURS) if one.spec.kind == "name"]
        assert [one.is_built_in for one in names] == [True]


@pytest.mark.parametrize("place", ["memo", "*.", "traits.", "kind:nothing", "traits..x", "*.--"])
def test_what_is_no_place_is_refused(database: Database, book: FieldBook, place: str) -> None:
    with pytest.raises(PlaceMalformed):
        declare(database, book, FieldSpec(place, "memo", "x", "x"))


@pytest.mark.parametrize("data_class", [DataClass.GENERAL, DataClass.COMMON])
@pytest.mark.parametrize(
    ("place", "kind"),
    [("kind:phone", "phone"), ("properties.x", "phone"), ("*.手机号", "memo"),
     ("traits.WX-Id", "note"), ("traits.full_name", "nickname"), ("*.Name", "nickname"),
     ("properties.to.receiver", "memo")],
)  # fmt: skip
def test_what_is_important_is_declared_as_nothing_less(
    database: Database, book: FieldBook, place: str, kind: str, data_class: DataClass
) -> None:
    with pytest.raises(KindKept) as refused:
        declare(database, book, FieldSpec(place, kind, "x", "x", data_class))
    assert refused.value.details["pointer"] == "/data_class"
    declare(database, book, FieldSpec(place, kind, "x", "x"))


def test_a_place_is_declared_once(database: Database, book: FieldBook) -> None:
    declare(database, book, WXID)
    with pytest.raises(FieldTaken):
        declare(database, book, WXID)


def test_what_another_process_declared_is_known_within_seconds(
    database: Database, book: FieldBook, clock: ManualClock
) -> None:
    assert book.of(OURS).paths == {}
    declare(database, FieldBook(database, clock, IdMaker(clock)), WXID)
    clock.advance(3)
    assert list(book.of(OURS).paths) == [("traits", "wxnote")]


def test_the_register_tells_each_field_for_each_purpose(
    database: Database, tmp_path: Path, clock: ManualClock
) -> None:
    parts = make_privacy(tmp_path, database, clock, IdMaker(clock, seeded_entropy(5)))
    owner = "ef" * 16
    values = [
        PersonalValue(owner, "phone", "13812348000"),
        PersonalValue(owner, "phone", "13812348001"),
        PersonalValue(owner, "wxnote", "likes tea", data_class=DataClass.COMMON),
    ]
    parts.vault.keep(OURS, values, seen_us=clock.now_us())
    kept = values_kept(parts.vault, OURS)
    assert ValuesKept("phone", DataClass.IMPORTANT, Purpose.SERVICE, 2, date(2026, 1, 5)) in kept
    general = FieldSpec("*.city", "city", "城市", "City", DataClass.GENERAL)
    timed = FieldSpec(
        "traits.wxnote", "wxnote", "微信", "WeChat", DataClass.COMMON,
        (Purpose.SERVICE, Purpose.MARKETING), 365,
    )  # fmt: skip
    declare(database, parts.fields, general, timed)
    with UnitOfWork(database, reads_only=True) as uow:
        fields = parts.fields.list(uow, OURS)
    rows = register_of(fields, kept, events_days=400, recipients=["Desk"])
    told = {(one.kind, one.purpose): one for one in rows}
    assert told["wxnote", Purpose.MARKETING].basis == "consent"
    assert told["wxnote", Purpose.SERVICE].basis == "contract"
    assert told["wxnote", Purpose.SERVICE].retention == "P365D"
    assert told["city", Purpose.SERVICE].retention == "P400D"
    assert told["phone", Purpose.SERVICE].retention == "until_forgotten"
    assert told["phone", Purpose.SERVICE].values_kept == 2
    assert told["idcard", Purpose.SERVICE].values_kept == 0
    assert {tuple(one.recipients) for one in rows} == {("Desk",)}
    assert len(rows) == sum(len(one.spec.purposes) for one in fields)


def test_retention_has_its_bounds(database: Database, clock: ManualClock) -> None:
    book = RetentionBook(clock)
    with UnitOfWork(database) as uow:
        assert book.of(uow, OURS) == Retention()
        for refused in (
            Retention(trail_days=1_000), Retention(events_days=0), Retention(exports_days=8),
            Retention(quarantine_days=40_000),
        ):  # fmt: skip
            with pytest.raises(RetentionRefused):
                book.change(uow, OURS, refused, actor="opr_keeper")
        changed = book.change(uow, OURS, Retention(events_days=30), actor="opr_keeper")
        assert book.of(uow, OURS) == changed
        book.note_enforced(uow, OURS)
        assert book.of(uow, OURS).enforced_at == clock.now()
        assert book.of(uow, OURS).events_days == 30


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("phoen", "phone"), ("phones", "phone"), ("mobile", "phone"), ("realname", "name"),
     ("adress", "address"), ("bank_card", "bankcard"), ("wxnot", "wxnote")],
)  # fmt: skip
def test_a_mistyped_kind_is_refused_with_what_was_meant(
    database: Database, book: FieldBook, typed: str, meant: str
) -> None:
    declare(database, book, WXID)
    field = FieldSpec("*.memo", typed, "x", "x")
    with pytest.raises(KindUnknown, match=f"did you mean '{meant}'") as refused:
        declare(database, book, field)
    assert "Known here: address, alipay, bankcard" in refused.value.message
    with UnitOfWork(database) as uow:
        made = book.declare(uow, OURS, field, actor="opr_keeper", is_new_kind=True)
    assert made.spec.kind == typed


@pytest.mark.parametrize("kind", ["nickname", "remark", "hotline", "member_level"])
def test_a_kind_that_is_like_no_other_is_a_new_one(
    database: Database, book: FieldBook, kind: str
) -> None:
    declare(database, book, FieldSpec("*.memo", kind, "x", "x"))
    with UnitOfWork(database, reads_only=True) as uow:
        book.refuse_unknown(uow, OURS, [kind, "phone"])
        with pytest.raises(KindUnknown):
            book.refuse_unknown(uow, WorkspaceId("wsp_theirs"), [kind])
