"""Virtual numbers: they end, they rest, they stand for one pair; the real number is nowhere."""

from __future__ import annotations

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, text

from catchment.kernel import CatchmentError
from catchment.store import Database, UnitOfWork, upgrade
from catchment.testing.virtual_numbers import OURS as EXAM
from catchment.testing.virtual_numbers import VirtualNumbersConformance
from catchment.vault import (
    BindingMode,
    KeysAway,
    NoNumberProvider,
    NumberProviderAway,
    NumbersExhausted,
    NumberUnknown,
    Purpose,
    VirtualNumbers,
)
from catchment.vault.virtual_numbers.number_pool import NumberPool
from catchment.vault.virtual_numbers.store import insert_binding, unended
from catchment.vault.virtual_numbers.types import (
    MinutesMalformed,
    NoPhoneKnown,
    NumberStillBound,
    PhoneMalformed,
    PurposeNotAgreed,
    Reconciled,
)
from vault.virtual_numbers.number_desk import OURS, NumberDesk, phone_of

COURIER = "139 0000 0001"


class TestNumberPool(VirtualNumbersConformance):
    """The brand's own pool sits the public exam."""

    @pytest.fixture(autouse=True)
    def _records(self, database: Database) -> None:
        self.database = database

    def open_provider(self, numbers: int) -> VirtualNumbers:
        pool = NumberPool(self.database, self.clock)
        missing = numbers - pool.summary(EXAM).numbers
        if missing > 0:
            pool.add(EXAM, [f"+8621{n:08d}" for n in range(60_000_000, 60_000_000 + missing)],
                     label="exam", actor="opr_a")  # fmt: skip
        return pool


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> NumberDesk:
    made = NumberDesk(database, tmp_path)
    made.stock(5)
    made.know(1, 2, 3)
    return made


def live(desk: NumberDesk) -> int:
    with UnitOfWork(desk.database, reads_only=True) as uow:
        return len(unended(uow, OURS))


def test_who_calls_the_number_is_put_through_and_it_stands_in_the_trail(desk: NumberDesk) -> None:
    bound = desk.switchboard.bind(OURS, desk.wanted(1))
    assert bound.number is not None
    assert bound.mode is BindingMode.AX
    through = desk.exchange.put_through(OURS, bound.number, COURIER)
    assert through.number == phone_of(1)
    with pytest.raises(NumberUnknown):
        desk.exchange.put_through(OURS, "+862159999999", COURIER)
    entries = desk.privacy.trail.verify(OURS)
    assert entries.is_whole
    with UnitOfWork(desk.database, reads_only=True) as uow:
        page = desk.privacy.trail.page(uow, OURS)
    acts = {(one.act.actor, one.act.action) for one in page.items}
    assert acts == {("opr_a", "number.bind"), ("exchange", "open")}


def test_a_pair_reaches_each_other_and_nobody_else_reaches_them(desk: NumberDesk) -> None:
    bound = desk.switchboard.bind(OURS, desk.wanted(1, caller=COURIER))
    assert bound.mode is BindingMode.AXB
    assert bound.number is not None
    assert desk.exchange.put_through(OURS, bound.number, "+8613900000001").number == phone_of(1)
    back = desk.exchange.put_through(OURS, bound.number, phone_of(1))
    assert back.number == "+8613900000001"
    for stranger in (phone_of(2), "+8613900000002", "nobody", ""):
        with pytest.raises(NumberUnknown):
            desk.exchange.put_through(OURS, bound.number, stranger)


def test_asked_for_again_it_is_the_same_number_for_longer(desk: NumberDesk) -> None:
    first = desk.switchboard.bind(OURS, desk.wanted(1, minutes=10))
    longer = desk.switchboard.bind(OURS, desk.wanted(1, minutes=90))
    shorter = desk.switchboard.bind(OURS, desk.wanted(1, minutes=5))
    assert first.number == longer.number == shorter.number
    assert longer.until_us == shorter.until_us > first.until_us
    other = desk.switchboard.bind(OURS, desk.wanted(1, caller=COURIER))
    assert other.number != first.number


def test_a_number_ends_in_time_and_rests(desk: NumberDesk) -> None:
    bound = desk.switchboard.bind(OURS, desk.wanted(1, minutes=30))
    assert bound.number is not None
    desk.clock.advance(timedelta(minutes=30))
    with pytest.raises(NumberUnknown):
        desk.exchange.put_through(OURS, bound.number, COURIER)
    assert desk.switchboard.expire() == 1
    assert desk.switchboard.expire() == 0
    summary = desk.pool.summary(OURS)
    assert (summary.bound, summary.resting, summary.free) == (0, 1, 4)
    assert desk.switchboard.bind(OURS, desk.wanted(2)).number != bound.number
    assert desk.switchboard.bind(OURS, desk.wanted(1)).number == bound.number


def test_without_numbers_there_is_the_mask_and_never_the_number(
    database: Database, tmp_path: Path
) -> None:
    desk = NumberDesk(database, tmp_path)
    desk.know(1, 2)
    with pytest.raises(NoNumberProvider, match=r"138\*\*\*\*0001") as none:
        desk.switchboard.bind(OURS, desk.wanted(1))
    desk.stock(1)
    desk.switchboard.bind(OURS, desk.wanted(1))
    with pytest.raises(NumbersExhausted, match=r"138\*\*\*\*0002"):
        desk.switchboard.bind(OURS, desk.wanted(2))
    desk.provider.is_away = True
    with pytest.raises(NumberProviderAway, match=r"138\*\*\*\*0002") as away:
        desk.switchboard.bind(OURS, desk.wanted(2))
    for error in (none.value, away.value):
        assert phone_of(1) not in repr(error) + repr(error.details)


def test_what_the_provider_did_unheard_is_put_right(desk: NumberDesk) -> None:
    desk.provider.loses_answers = True
    with pytest.raises(NumberProviderAway):
        desk.switchboard.bind(OURS, desk.wanted(1))
    assert desk.pool.summary(OURS).bound == 1
    desk.provider.loses_answers = False
    # As long as an answer may still come, nothing is taken away.
    assert desk.switchboard.reconcile(OURS) == Reconciled(0, 0)
    desk.clock.advance(timedelta(minutes=11))
    assert desk.switchboard.expire() == 1
    assert (desk.pool.summary(OURS).bound, live(desk)) == (0, 0)


def test_orphans_on_either_side_are_let_go(desk: NumberDesk) -> None:
    kept = desk.switchboard.bind(OURS, desk.wanted(1))
    lost_there = desk.switchboard.bind(OURS, desk.wanted(2))
    lost_here = desk.switchboard.bind(OURS, desk.wanted(3))
    desk.pool.unbind(OURS, lost_there.id)
    with UnitOfWork(desk.database) as uow:
        gone = text("DELETE FROM number_bindings WHERE id = :id")
        uow.connection.execute(gone, {"id": lost_here.id})
    assert desk.switchboard.reconcile(OURS) == Reconciled(1, 1)
    assert desk.switchboard.reconcile(OURS) == Reconciled(0, 0)
    assert list(desk.pool.live(OURS)) == [kept.id]


def test_an_away_provider_is_asked_again_at_the_next_turn(desk: NumberDesk) -> None:
    desk.switchboard.bind(OURS, desk.wanted(1, minutes=1))
    desk.clock.advance(timedelta(minutes=2))
    desk.provider.is_away = True
    with pytest.raises(NumberProviderAway):
        desk.switchboard.expire()
    desk.provider.is_away = False
    assert desk.switchboard.expire() == 1


def test_whoever_is_forgotten_leaves_no_binding(desk: NumberDesk) -> None:
    bound = desk.switchboard.bind(OURS, desk.wanted(1))
    desk.switchboard.bind(OURS, desk.wanted(2, caller=phone_of(1)))
    assert desk.switchboard.forget(OURS, [desk.subject(phone_of(1))]) == 2
    assert bound.number is not None
    with pytest.raises(NumberUnknown):
        desk.exchange.put_through(OURS, bound.number, COURIER)
    with UnitOfWork(desk.database, reads_only=True) as uow:
        assert uow.connection.execute(text("SELECT * FROM number_bindings")).all() == []


def test_bad_input_is_refused_by_name(desk: NumberDesk) -> None:
    for minutes in (0, -1, 30 * 24 * 60 + 1):
        with pytest.raises(MinutesMalformed):
            desk.switchboard.bind(OURS, desk.wanted(1, minutes=minutes))
    with pytest.raises(PhoneMalformed):
        desk.switchboard.bind(OURS, desk.wanted(1, caller="call me"))
    with pytest.raises(NoPhoneKnown):
        desk.switchboard.bind(OURS, desk.wanted(9))
    desk.agreed = False
    with pytest.raises(PurposeNotAgreed):
        desk.switchboard.bind(OURS, desk.wanted(1, purpose=Purpose.MARKETING))
    with pytest.raises(PhoneMalformed):
        desk.pool.add(OURS, ["12"], label="", actor="opr_a")
    bound = desk.switchboard.bind(OURS, desk.wanted(1))
    assert bound.number is not None
    with pytest.raises(NumberStillBound):
        desk.pool.remove(OURS, bound.number)
    with pytest.raises(NumberUnknown):
        desk.pool.remove(OURS, "+862100000000")
    assert live(desk) == 1


def test_while_the_keys_are_away_nobody_is_put_through(desk: NumberDesk) -> None:
    bound = desk.switchboard.bind(OURS, desk.wanted(1))
    assert bound.number is not None
    keys = desk.folder / "privacy" / "home.keys"
    away = keys.rename(desk.folder / "elsewhere")
    with pytest.raises(KeysAway):
        desk.exchange.put_through(OURS, bound.number, COURIER)
    with pytest.raises(CatchmentError):
        desk.switchboard.bind(OURS, desk.wanted(2))
    away.rename(keys)
    assert desk.exchange.put_through(OURS, bound.number, COURIER).number == phone_of(1)


def no_real_number_stands_anywhere(folder: Path, many: int) -> None:
    """Binds so many customers, and looks through answers, tables and files for their phones."""
    path = folder / "records.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    desk = NumberDesk(database, folder)
    desk.stock(many)
    for start in range(0, many, 1_000):
        desk.know(*range(start, min(many, start + 1_000)))
    with ThreadPoolExecutor(2) as pool:
        wanted = [desk.wanted(number, caller=COURIER) for number in range(many)]
        told = list(pool.map(partial(desk.switchboard.bind, OURS), wanted))
    assert len({one.number for one in told}) == many
    desk.privacy.vault.close()
    database.close()
    rows = "".join(sqlite3.connect(path).iterdump())
    files = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())
    real = {phone_of(number).removeprefix("+86").encode() for number in range(many)}
    for place in (repr(told).encode(), rows.encode(), files):
        assert len(place) > many
        # Wherever a number might begin, within longer runs of digits too.
        assert real.isdisjoint(re.findall(rb"(?=(138\d{8}))", place))


def test_of_many_bindings_no_real_number_stands_anywhere(tmp_path: Path) -> None:
    no_real_number_stands_anywhere(tmp_path, 200)


def test_a_binding_costs_as_much_beside_many_as_beside_few(tmp_path: Path) -> None:
    """Counted in the steps that SQLite takes: a list walked through to its end would show."""
    database = Database(f"sqlite:///{tmp_path / 'records.db'}")
    upgrade(database)
    desk = NumberDesk(database, tmp_path)
    desk.know(*range(30))
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    @event.listens_for(database.engine, "checkout")
    def _watch(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(count, 1)

    def steps_of_ten(first: int) -> int:
        nonlocal steps
        steps = 0
        for number in range(first, first + 10):
            desk.switchboard.bind(OURS, desk.wanted(number))
        return steps

    desk.stock(30)
    steps_of_ten(0)
    few = steps_of_ten(10)
    desk.stock(3_000, first=30)
    one_bound = desk.switchboard.bind(OURS, desk.wanted(0))
    many = [replace(one_bound, id=f"bnd_{n}", pair=b"%016d" % n)
            for n in range(3_000)]  # fmt: skip
    with UnitOfWork(database) as uow:
        for one in many:
            insert_binding(uow, OURS, one)
    beside_many = steps_of_ten(20)
    database.close()
    assert few > 1_000, "steps are counted"
    assert beside_many < 1.5 * few
