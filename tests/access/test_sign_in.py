"""Signing in: once proved, held on our side, ended at will, and slow for those who guess."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.office import PASSWORD, Office
from catchment.access import (
    SIGN_IN_IDLE_MAX,
    SIGN_IN_LASTS,
    NewSignIn,
    NotSignedIn,
    Passwords,
    PasswordTooWeak,
    TooManyAttempts,
    WrongCredentials,
    change_password,
    check_sign_in,
    forget_old_entries,
    sign_in,
    sign_out,
)
from catchment.access.entry import throttle
from catchment.access.entry.store import sign_ins
from catchment.access.passwords import check_strength
from catchment.store import UnitOfWork


def enter(office: Office, password: str = PASSWORD, **more: str) -> NewSignIn:
    email = more.get("email", "ann@example.com")
    return sign_in(
        office.database, office.passwords, email, password,
        address=more.get("address", "192.0.2.1"), clock=office.clock, ids=office.ids,
    )  # fmt: skip


def test_the_right_password_opens(office: Office) -> None:
    new = enter(office, email="  Ann@Example.COM ")
    held = check_sign_in(office.database, new.token, clock=office.clock)
    assert held.operator == office.owner


@pytest.mark.parametrize("email", ["ann@example.com", "nobody@example.com", "", "\0"])
def test_a_wrong_password_and_an_unknown_email_sound_alike(office: Office, email: str) -> None:
    with pytest.raises(WrongCredentials) as refused:
        enter(office, "wrong", email=email)
    assert refused.value.message == "The e-mail or the password is wrong."


def test_an_unknown_email_takes_as_long_as_a_wrong_password(office: Office) -> None:
    office.passwords = Passwords(time_cost=2, memory_kib=16 * 1024)

    def seconds(email: str) -> float:
        times = []
        for attempt in range(5):
            began = time.perf_counter()
            with pytest.raises(WrongCredentials):
                enter(office, "wrong", email=email, address=f"192.0.2.{attempt}")
            times.append(time.perf_counter() - began)
            office.clock.advance(timedelta(hours=2))
        return sorted(times)[1]

    known, unknown = seconds("ann@example.com"), seconds("nobody@example.com")
    assert unknown > known / 3, "an answer that comes at once says that there is no such account"


def test_the_token_is_nowhere_in_the_records(office: Office) -> None:
    new = enter(office)
    with UnitOfWork(office.database) as uow:
        kept = uow.connection.execute(sign_ins.select()).one()
    assert new.token not in repr(kept)
    assert new.token.removeprefix("sin_") not in repr(kept)


def test_a_sign_in_ends_when_it_lies_idle_or_is_too_old(office: Office) -> None:
    new = enter(office)
    began = office.clock.now()
    while office.clock.now() < began + SIGN_IN_LASTS - timedelta(days=1):
        office.clock.advance(timedelta(hours=12))
        check_sign_in(office.database, new.token, clock=office.clock)
    office.clock.set(began + SIGN_IN_LASTS)
    with pytest.raises(NotSignedIn):
        check_sign_in(office.database, new.token, clock=office.clock)
    idle = enter(office)
    office.clock.advance(SIGN_IN_IDLE_MAX)
    with pytest.raises(NotSignedIn):
        check_sign_in(office.database, idle.token, clock=office.clock)
    with UnitOfWork(office.database) as uow:
        assert forget_old_entries(uow, clock=office.clock) >= 2


def test_signing_out_ends_one_sign_in(office: Office) -> None:
    here, there = enter(office), enter(office)
    with UnitOfWork(office.database) as uow:
        sign_out(uow, here.token)
        sign_out(uow, here.token)
    with pytest.raises(NotSignedIn):
        check_sign_in(office.database, here.token, clock=office.clock)
    check_sign_in(office.database, there.token, clock=office.clock)


def test_another_password_ends_all_sign_ins_but_the_new_one(office: Office) -> None:
    old = enter(office)
    new = change_password(
        office.database, office.passwords, office.owner.id, PASSWORD, "another good one",
        clock=office.clock, ids=office.ids,
    )  # fmt: skip
    with pytest.raises(NotSignedIn):
        check_sign_in(office.database, old.token, clock=office.clock)
    check_sign_in(office.database, new.token, clock=office.clock)
    with pytest.raises(WrongCredentials):
        enter(office)
    enter(office, "another good one")


def test_changing_needs_the_present_password_and_a_good_new_one(office: Office) -> None:
    for current, new, error in (
        ("wrong", "another good one", WrongCredentials),
        (PASSWORD, "short", PasswordTooWeak),
    ):
        with pytest.raises(error):
            change_password(
                office.database, office.passwords, office.owner.id, current, new,
                clock=office.clock, ids=office.ids,
            )  # fmt: skip


def test_guessing_at_an_account_has_to_wait_longer_and_longer(office: Office) -> None:
    waits = []
    for attempt in range(12):
        try:
            enter(office, "wrong", address=f"192.0.2.{attempt}")
        except TooManyAttempts as asked:
            waits.append(asked.retry_after_seconds)
            office.clock.advance(asked.retry_after_seconds)
        except WrongCredentials:
            pass
    assert waits == [2, 4, 8] or waits[:3] == [2, 4, 8]
    office.clock.advance(timedelta(hours=1))
    enter(office)


def test_even_the_right_password_waits_and_then_opens(office: Office) -> None:
    for _ in range(throttle.ACCOUNT.free + 1):
        with pytest.raises(WrongCredentials):
            enter(office, "wrong")
    with pytest.raises(TooManyAttempts) as asked:
        enter(office)
    office.clock.advance(asked.value.retry_after_seconds)
    enter(office)
    enter(office)


def test_trying_many_accounts_from_one_address_has_to_wait(office: Office) -> None:
    for number in range(throttle.ADDRESS.free + 1):
        with pytest.raises(WrongCredentials):
            enter(office, "wrong", email=f"{number}@example.com")
    with pytest.raises(TooManyAttempts):
        enter(office, "wrong", email="one.more@example.com")
    enter(office, address="198.51.100.7")


def test_guesses_sent_at_once_meet_the_same_patience(office: Office) -> None:
    """Counting only after the check would let all of them through."""

    def guess(number: int) -> str:
        try:
            enter(office, "wrong", address=f"192.0.2.{number}")
        except (WrongCredentials, TooManyAttempts) as answer:
            return answer.code
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))
    assert answers.count("wrong_credentials") == throttle.ACCOUNT.free + 1


def test_an_old_hash_is_renewed_at_sign_in(office: Office) -> None:
    office.passwords = Passwords(time_cost=2, memory_kib=128)
    enter(office)
    with UnitOfWork(office.database, reads_only=True) as uow:
        kept = uow.connection.exec_driver_sql("SELECT password_hash FROM operators").scalar_one()
    assert not office.passwords.is_outdated(kept)


@given(st.integers(0, 10_000))
def test_waits_only_grow_and_are_bounded(failures: int) -> None:
    for limit in (throttle.ACCOUNT, throttle.ADDRESS):
        here, next_one = (
            throttle.wait_after(failures, limit),
            throttle.wait_after(failures + 1, limit),
        )
        assert here <= next_one <= limit.longest


@given(st.text(max_size=300))
def test_any_text_is_a_password_or_is_refused_by_name(text: str) -> None:
    passwords = Passwords(time_cost=1, memory_kib=8 * 2)
    try:
        check_strength(text, "ann@example.com")
    except PasswordTooWeak:
        return
    assert passwords.verify(passwords.hash(text), text)
    assert not passwords.verify(passwords.hash(text), text + "x")


def test_the_same_keys_open_however_they_are_composed() -> None:
    passwords = Passwords(time_cost=1, memory_kib=64)
    assert passwords.verify(passwords.hash("caf\u00e9 au lait"), "cafe\u0301 au lait")


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaa", "ann@example.com", "ANN@example.com"])
def test_what_is_guessed_first_is_refused(weak: str) -> None:
    with pytest.raises(PasswordTooWeak):
        check_strength(weak, "ann@example.com")
