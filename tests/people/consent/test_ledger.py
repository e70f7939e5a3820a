"""The ledger of consent only grows, the newest word counts, a proof dies with its person."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from catchment.events import notices
from catchment.kernel import IdMaker, WorkspaceId
from catchment.people import (
    ConsentChange,
    ConsentMalformed,
    ConsentState,
    ConsentWord,
    SealedProofs,
    consent_entries_of,
    consent_standing,
    may_contact,
    write_consent,
)
from catchment.people.consent import lapse_consent
from catchment.people.consent.ledger import _is_newer
from catchment.store import Database, Notice, Outbox, Subscriber, UnitOfWork
from catchment.testing.clock import ManualClock
from catchment.testing.vault_world import VaultWorld

MINE, THEIRS = WorkspaceId("wsp_mine"), WorkspaceId("wsp_theirs")
ANN, PHONE, BOB = "a" * 32, "b" * 32, "c" * 32
DAY = datetime(2026, 3, 2, tzinfo=UTC)
GRANTED, WITHDRAWN = ConsentState.GRANTED, ConsentState.WITHDRAWN


def word(state: ConsentState = GRANTED, *, day: int = 0, subject: str = ANN) -> ConsentWord:
    at = DAY + timedelta(days=day)
    return ConsentWord(subject, "marketing", "sms", state, "api", at, at, notice_version="3")


class Desk:
    """One who writes into the ledger of one workspace."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = ManualClock()
        self.change = ConsentChange("opr_lin", self.clock, IdMaker(self.clock))

    def write(self, *words: ConsentWord, workspace_id: WorkspaceId = MINE) -> None:
        with UnitOfWork(self.database) as uow:
            for one in words:
                write_consent(uow, workspace_id, one, change=self.change)

    def may(self, *subjects: str, purpose: str = "marketing", channel: str = "sms") -> bool:
        with UnitOfWork(self.database, reads_only=True) as uow:
            return may_contact(uow, MINE, subjects, purpose=purpose, channel=channel)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.mark.parametrize(
    "act", ["UPDATE consent_entries SET state = 'granted'", "DELETE FROM consent_entries"]
)
def test_nobody_edits_the_ledger_by_hand(desk: Desk, act: str) -> None:
    desk.write(word(WITHDRAWN))
    with pytest.raises(DatabaseError, match="only grows"), UnitOfWork(desk.database) as uow:
        uow.connection.execute(text(act))
    assert not desk.may(ANN)


def test_without_the_trigger_the_ledger_could_be_edited(desk: Desk) -> None:
    """The trigger is what refuses it: dropped, the same statement passes."""
    desk.write(word(WITHDRAWN))
    with suppress(ZeroDivisionError), UnitOfWork(desk.database) as uow:
        if desk.database.dialect == "sqlite":
            uow.connection.execute(text("DROP TRIGGER consent_entries_no_update"))
        else:
            uow.connection.execute(
                text("DROP TRIGGER consent_entries_no_change ON consent_entries")
            )
        uow.connection.execute(text("UPDATE consent_entries SET state = 'granted'"))
        assert may_contact(uow, MINE, [ANN], purpose="marketing", channel="sms")
        raise ZeroDivisionError


def test_who_said_nothing_may_not_be_contacted(desk: Desk) -> None:
    assert not desk.may(ANN)
    desk.write(word())
    assert desk.may(ANN)
    assert not desk.may(BOB)
    assert not desk.may(ANN, channel="email")
    assert not desk.may(ANN, purpose="service")


def test_a_withdrawal_holds_from_the_moment_it_is_written(desk: Desk) -> None:
    desk.write(word())
    desk.write(word(WITHDRAWN, day=1))
    assert not desk.may(ANN)
    desk.write(word(day=2))
    assert desk.may(ANN)


def test_the_newest_word_over_all_identifiers_counts_and_a_tie_withdraws(desk: Desk) -> None:
    desk.write(word(day=1), word(WITHDRAWN, day=2, subject=PHONE))
    assert not desk.may(ANN, PHONE)
    assert desk.may(ANN)
    desk.write(word(day=2))
    assert not desk.may(ANN, PHONE)
    desk.write(word(day=3))
    assert desk.may(ANN, PHONE)


def test_a_word_about_every_channel_counts_on_each(desk: Desk) -> None:
    desk.write(word(), replace(word(WITHDRAWN, day=1), channel="*"))
    assert not desk.may(ANN)
    desk.write(word(day=2))
    assert desk.may(ANN)
    assert not desk.may(ANN, channel="email")


def test_where_somebody_stands_is_what_they_may_be_told(desk: Desk) -> None:
    """What is shown of a channel is what decides there, a word about every channel included."""

    def shown() -> dict[str, ConsentState]:
        with UnitOfWork(desk.database, reads_only=True) as uow:
            return {one.channel: one.state for one in consent_standing(uow, MINE, [ANN])}

    desk.write(word(), replace(word(WITHDRAWN, day=1), channel="*"))
    assert shown() == {"sms": WITHDRAWN, "*": WITHDRAWN}
    desk.write(word(day=2))
    assert shown() == {"sms": GRANTED, "*": WITHDRAWN}
    for channel, state in shown().items():
        assert desk.may(ANN, channel=channel) == (state is GRANTED)


def test_a_withdrawal_said_now_holds_though_another_clock_ran_ahead(desk: Desk) -> None:
    ahead, now = word(day=1), word(WITHDRAWN)
    desk.write(ahead, now)
    assert not desk.may(ANN)
    desk.write(word(day=2), replace(word(WITHDRAWN, day=1), channel="*"))
    assert not desk.may(ANN)
    desk.write(word(day=5))
    # What was said earlier and is only told now is as old as it was.
    desk.write(replace(word(WITHDRAWN, day=4), received_at=DAY + timedelta(days=6)))
    assert desk.may(ANN)


def test_workspaces_have_ledgers_of_their_own(desk: Desk) -> None:
    desk.write(word(), workspace_id=THEIRS)
    assert not desk.may(ANN)


@given(st.permutations(range(5)), st.lists(st.booleans(), min_size=5, max_size=5))
def test_in_whatever_order_words_are_read_the_same_one_counts(
    order: list[int], granted: list[bool]
) -> None:
    said = [(GRANTED if yes else WITHDRAWN, DAY + timedelta(days=n // 2))
            for n, yes in enumerate(granted)]  # fmt: skip

    def last(places: list[int]) -> tuple[ConsentState, datetime]:
        found = said[places[0]]
        for place in places[1:]:
            if _is_newer(*said[place], *found):
                found = said[place]
        return found

    assert last(order) == last(sorted(order))


@pytest.mark.parametrize(
    "broken",
    [
        replace(word(), purpose=""),
        replace(word(), purpose="a b"),
        replace(word(), channel="x" * 65),
        replace(word(), notice_hash="abc"),
        replace(word(), proof="x" * 2_001),
    ],
)
def test_what_cannot_be_kept_is_refused(desk: Desk, broken: ConsentWord) -> None:
    with pytest.raises(ConsentMalformed):
        desk.write(broken)


def test_it_is_told_so_that_audiences_look_again(desk: Desk) -> None:
    heard: list[notices.NoticeBody] = []

    def hear(notice: Notice, _uow: UnitOfWork) -> None:
        heard.append(notice.body)

    outbox = Outbox(desk.database, desk.clock, [Subscriber("ear", (notices.ConsentChanged,), hear)])
    outbox.deliver()
    desk.write(word(WITHDRAWN))
    outbox.deliver()
    assert heard == [notices.ConsentChanged(MINE, (ANN,))]


def test_a_proof_can_be_read_until_its_person_is_forgotten(desk: Desk, tmp_path: Path) -> None:
    ring = VaultWorld(tmp_path, desk.clock).ring()
    proofs = SealedProofs(ring)
    desk.change = replace(desk.change, proofs=proofs)
    desk.write(replace(word(), proof="form 12, signed by Ann Cooper"))

    def read() -> str:
        with UnitOfWork(desk.database, reads_only=True) as uow:
            [entry] = consent_entries_of(uow, MINE, [ANN], proofs)
        return entry.word.proof

    assert read() == "form 12, signed by Ann Cooper"
    with UnitOfWork(desk.database, reads_only=True) as uow:
        raw = uow.connection.execute(text("SELECT proof FROM consent_entries")).scalar_one()
    assert b"Ann" not in bytes(raw)
    ring.destroy(MINE, [ANN], at_us=1)
    assert read() == ""
    desk.write(replace(word(day=1), proof="another"))


def test_forgetting_ends_every_consent_once(desk: Desk) -> None:
    desk.write(word(), replace(word(), channel="email"), word(subject=PHONE))
    for lines in (3, 0):
        desk.clock.advance(timedelta(days=10))
        with UnitOfWork(desk.database) as uow:
            assert lapse_consent(uow, MINE, [ANN, PHONE], change=desk.change) == lines
    assert not desk.may(ANN, PHONE)
    with UnitOfWork(desk.database, reads_only=True) as uow:
        states = {one.state for one in consent_standing(uow, MINE, [ANN, PHONE])}
    assert states == {WITHDRAWN}
