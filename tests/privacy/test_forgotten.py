"""Who asked to be forgotten is, everywhere, and stays so whatever comes in or is put back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from catchment import access, people
from catchment.app import privacy_keeping
from catchment.lake import erase
from catchment.people import RightsChange, RightState
from catchment.people.rights.types import DeletionStep
from catchment.store import UnitOfWork
from catchment.vault import verify
from privacy.forgotten_house import MAIL, PHONE, ForgettingHouse

OWN_OF_ANN = 5
"""A user, a phone, an address, two devices."""

NAMESAKES_OF_ANN = 15
"""User, device and anonymous ids that would be her phone, in four writings, or her address."""

ALL_OF_ANN = OWN_OF_ANN + NAMESAKES_OF_ANN

AGAIN = {"type": "identify", "user_id": "ann", "anonymous_id": "dev-ann-1",
         "traits": {"phone": PHONE, "email": MAIL, "name": "Ann Cooper"}}  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[ForgettingHouse]:
    made = ForgettingHouse(tmp_path)
    made.fill()
    yield made
    made.close()


def finish(house: ForgettingHouse) -> people.RightsRequest:
    """The deletion, once the worker and the night are through with it."""
    house.work()
    house.erase()
    house.work()
    return house.requests()[0]


def is_gone(house: ForgettingHouse) -> bool:
    """Nothing of Ann is found by any of her identifiers, and no value of hers can be read."""
    subjects = [
        house.subject("user", "ann"), house.subject("phone", f"+86{PHONE}"),
        house.subject("email", MAIL), house.subject("anon", "dev-ann-1"),
    ]  # fmt: skip
    vault, workspace_id = house.home.vault, house.workspace_id
    return (
        house.person("user", "ann") is None
        and house.person("phone", PHONE) is None
        and house.person("email", MAIL) is None
        and not vault.tokens_tagged(workspace_id, subjects)
        and not vault.tokens_of(workspace_id, subjects)
        and house.names_found() == {"bob"}
    )


def suppressions(house: ForgettingHouse) -> Sequence[people.Suppression]:
    with UnitOfWork(house.home.database, reads_only=True) as uow:
        return people.list_suppressions(uow, house.home.keys, house.workspace_id)


def lift_all(house: ForgettingHouse, request_id: str) -> people.DeletionLifted:
    home = house.home
    with UnitOfWork(home.database) as uow:
        return people.lift_deletion(
            uow, home.keys, house.workspace_id, request_id, reason="she came back",
            let_back=lambda ws, gone: home.events.erasures.let_back(ws, gone, home.log.head()),
            change=RightsChange("opr_lin", home.clock, home.ids),
        )  # fmt: skip


def test_a_forgotten_person_is_unreadable_at_once_and_gone_by_the_end(
    house: ForgettingHouse,
) -> None:
    phone = house.subject("phone", f"+86{PHONE}")
    [token] = house.home.vault.tokens_tagged(house.workspace_id, [phone]).values()
    assert "••••" not in house.home.vault.show(house.workspace_id, token)
    house.forget()
    # Before any loop of the worker has turned.
    assert house.home.vault.show(house.workspace_id, token) == "••••"
    assert is_gone(house)
    house.work()
    [request] = house.requests()
    assert request.state is RightState.RUNNING
    assert (request.due_at - request.asked_at).days == 15
    [rewriting] = [one for one in request.steps if one.name == "rewritten"]
    settled = request.asked_at + timedelta(minutes=5)
    minutes = {f"not before {settled + timedelta(seconds=n):%H:%M} UTC" for n in (0, 30, 60)}
    assert rewriting.state.value == "waiting"
    assert rewriting.detail in minutes
    request = finish(house)
    assert {step.name: step.state.value for step in request.steps} == dict.fromkeys(
        [step.value for step in DeletionStep], "done"
    )
    assert request.state is RightState.DONE
    assert "not before" not in str(request.steps)
    assert is_gone(house)


def test_its_receipt_can_be_checked_and_a_changed_one_is_refused(house: ForgettingHouse) -> None:
    house.forget()
    receipt = finish(house).receipt
    assert receipt is not None
    public = house.home.keys.signing_key("receipt").public
    said = people.check_receipt(receipt, verify, public=public)
    assert said["identifiers"] == OWN_OF_ANN
    assert MAIL not in str(receipt)
    for name in ("person", "finished_at", "identifiers"):
        with pytest.raises(people.ReceiptRefused):
            people.check_receipt({**receipt, name: "other"}, verify, public=public)
    with pytest.raises(people.ReceiptRefused):
        people.check_receipt(receipt, verify, public=b"x" * 32)
    with pytest.raises(people.ReceiptRefused):
        people.check_receipt({}, verify)


@pytest.mark.parametrize(
    "event",
    [
        AGAIN,
        {"event": "Product Viewed", "user_id": "ann", "properties": {"product_id": "p2"}},
        {"event": "Product Viewed", "user_id": "ann", "anonymous_id": "dev-new"},
        {"event": "Product Viewed", "anonymous_id": "dev-ann-2"},
        {"type": "alias", "user_id": "ann", "previous_id": "dev-newer"},
    ],
    ids=["the same identify", "another event", "a new device", "an old device", "an alias"],
)
def test_nothing_that_comes_in_later_brings_them_back(
    house: ForgettingHouse, event: dict[str, Any]
) -> None:
    house.forget()
    house.send(event)
    assert is_gone(house)
    finish(house)
    house.send({**event, "message_id": "once more"})
    house.work()
    assert is_gone(house)


def test_a_phone_of_theirs_on_a_new_device_is_not_kept(house: ForgettingHouse) -> None:
    house.forget()
    house.send({"type": "identify", "anonymous_id": "dev-strange", "traits": {"phone": PHONE}})
    assert is_gone(house)


def test_an_event_of_somebody_else_on_their_device_is_kept(house: ForgettingHouse) -> None:
    house.forget()
    house.send({"event": "Product Viewed", "user_id": "carl", "anonymous_id": "dev-ann-1"})
    assert house.names_found() == {"bob", "carl"}


def test_they_are_known_again_once_it_is_lifted_and_nothing_of_before_comes_back(
    house: ForgettingHouse,
) -> None:
    house.forget()
    ann = house.subject("user", "ann")
    home = house.home
    with UnitOfWork(home.database) as uow:
        people.lift_suppression(
            uow, home.keys, house.workspace_id, ann, reason="she came back",
            let_back=lambda ws, gone: home.events.erasures.let_back(ws, gone, home.log.head()),
            change=RightsChange("opr_lin", home.clock, home.ids),
        )  # fmt: skip
    house.send({"event": "Product Viewed", "user_id": "ann", "properties": {"product_id": "p9"}})
    person = house.person("user", "ann")
    assert person == f"per_{ann}"
    assert house.names_found() == {"ann", "bob"}
    finish(house)
    # Erasing took the old life and left the new one.
    assert house.names_found() == {"ann", "bob"}
    assert home.events.count(house.workspace_id) == 2
    with UnitOfWork(home.database) as uow, pytest.raises(people.NotSuppressed):
        people.lift_suppression(
            uow, home.keys, house.workspace_id, ann, reason="twice",
            let_back=lambda *_: None, change=RightsChange("opr_lin", home.clock, home.ids),
        )  # fmt: skip


def test_a_backup_of_before_that_is_put_back_forgets_them_again(house: ForgettingHouse) -> None:
    kept = house.back_up()
    house.forget()
    finish(house)
    house.put_back(kept)
    # The worker's first round, before anything else.
    house.keeping.round()
    assert is_gone(house)
    request = finish(house)
    assert (request.asked_by, request.state) == ("house", RightState.DONE)
    assert is_gone(house)
    house.send(AGAIN)
    assert is_gone(house)
    assert len(house.requests()) == 1


def test_a_backup_of_while_they_were_being_forgotten_is_finished(house: ForgettingHouse) -> None:
    house.forget()
    kept = house.back_up()
    finish(house)
    house.put_back(kept)
    house.keeping.round()
    assert is_gone(house)
    assert finish(house).state is RightState.DONE


def test_what_a_backup_brings_back_of_one_who_was_let_back_since_goes_alone(
    house: ForgettingHouse,
) -> None:
    kept = house.back_up()
    house.forget()
    finish(house)
    every = [one.subject for one in suppressions(house)]
    house.home.keys.lift(house.workspace_id, every, at_us=house.home.clock.now_us())
    house.put_back(kept)
    house.keeping.round()
    assert house.names_found() == {"bob"}
    house.send({"event": "Product Viewed", "user_id": "ann", "properties": {"product_id": "p9"}})
    assert house.names_found() == {"ann", "bob"}
    stones = suppressions(house)
    assert all(one.lifted_at is not None for one in stones)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No forgetting is of just now."""
    monkeypatch.setattr(privacy_keeping, "JUST_NOW_US", 0)


@pytest.mark.usefixtures("at_once")
def test_an_old_copy_of_the_keys_that_is_put_back_opens_nothing_for_long(
    house: ForgettingHouse,
) -> None:
    home, workspace_id = house.home, house.workspace_id
    phone = house.subject("phone", f"+86{PHONE}")
    vault = house.folder / "home" / "vault"
    [token] = home.vault.tokens_tagged(workspace_id, [phone]).values()
    shown = home.vault.show(workspace_id, token)
    assert "\u2022" not in shown
    keys, values = house.back_up_keys(), house.folder / "vault-backup"
    shutil.copytree(vault, values)
    house.forget()
    finish(house)
    stones = {one.subject for one in suppressions(house)}
    # Both are put back: what was sealed, and what opens it.
    house.close()
    shutil.rmtree(vault)
    shutil.copytree(values, vault)
    house.put_keys_back(keys)
    assert house.home.vault.show(workspace_id, token) == shown
    assert house.keeping.keep_destroyed() == len(stones) == ALL_OF_ANN
    assert house.home.vault.show(workspace_id, token) == "\u2022" * 4
    assert is_gone(house)
    again = suppressions(house)
    assert {one.subject for one in again if one.lifted_at is None} == stones
    house.send(AGAIN)
    assert is_gone(house)
    # Nothing more is to be done, in either direction, and nobody is forgotten anew.
    assert house.keeping.keep_destroyed() == house.keeping.keep_forgotten() == 0
    assert len(house.requests()) == 1


@pytest.mark.usefixtures("at_once")
def test_an_old_copy_of_the_keys_lets_those_stay_who_were_let_back(house: ForgettingHouse) -> None:
    keys = house.back_up_keys()
    house.forget()
    finish(house)
    home, ann = house.home, house.subject("user", "ann")
    with UnitOfWork(home.database) as uow:
        people.lift_suppression(
            uow, home.keys, house.workspace_id, ann, reason="she came back",
            let_back=lambda ws, gone: home.events.erasures.let_back(ws, gone, home.log.head()),
            change=RightsChange("opr_lin", home.clock, home.ids),
        )  # fmt: skip
    house.put_keys_back(keys)
    house.keeping.round()
    stones = suppressions(house)
    assert {one.subject for one in stones if one.lifted_at is not None} == {ann}
    assert len(stones) == ALL_OF_ANN
    house.send({"event": "Product Viewed", "user_id": "ann", "properties": {"product_id": "p9"}})
    assert house.names_found() == {"ann", "bob"}


def test_all_of_a_deletion_is_lifted_in_one_act_with_one_reason(house: ForgettingHouse) -> None:
    house.forget()
    finish(house)
    (request,) = house.requests()
    assert {one.request_id for one in suppressions(house)} == {request.id}
    told = lift_all(house, request.id)
    assert (told.request_id, told.lifted, told.kept) == (request.id, ALL_OF_ANN, 0)
    assert all(one.lifted_at is not None for one in suppressions(house))
    assert is_gone(house), "nothing of before comes back"
    with pytest.raises(people.NotSuppressed):
        lift_all(house, request.id)
    with UnitOfWork(house.home.database, reads_only=True) as uow:
        lines = access.list_audit(uow, house.workspace_id, limit=50).items
    (line,) = [one for one in lines if one.action == "rights.lift_deletion"]
    assert (line.target, line.actor) == (request.id, "opr_lin")
    assert line.detail == {"reason": "she came back", "identifiers": ALL_OF_ANN, "kept": 0}
    # She begins anew, by her phone as well.
    house.send(AGAIN)
    assert "ann" in house.names_found()
    assert house.person("phone", PHONE) == house.person("user", "ann")


def test_what_a_later_deletion_holds_stays_when_an_earlier_one_is_lifted(
    house: ForgettingHouse,
) -> None:
    house.forget()
    finish(house)
    (first,) = house.requests()
    lift_all(house, first.id)
    house.send(AGAIN)
    house.forget()
    finish(house)
    (second,) = (one for one in house.requests() if one.id != first.id)
    held = {one.subject for one in suppressions(house) if one.lifted_at is None}
    assert len(held) == ALL_OF_ANN - 1, "what she came back with"
    with pytest.raises(people.NotSuppressed):
        lift_all(house, first.id)
    assert {one.subject for one in suppressions(house) if one.lifted_at is None} == held
    assert lift_all(house, second.id).lifted == ALL_OF_ANN - 1


@pytest.mark.usefixtures("at_once")
def test_an_old_copy_of_the_keys_lets_all_of_a_lifted_deletion_stay(house: ForgettingHouse) -> None:
    keys = house.back_up_keys()
    house.forget()
    finish(house)
    lift_all(house, house.requests()[0].id)
    house.put_keys_back(keys)
    house.keeping.round()
    assert [one.lifted_at is not None for one in suppressions(house)] == [True] * ALL_OF_ANN


def test_only_a_deletion_is_lifted(house: ForgettingHouse) -> None:
    with pytest.raises(people.RightsRequestUnknown):
        lift_all(house, "rgt_nobody")


def test_a_forgetting_of_just_now_is_left_to_whoever_decided_it(house: ForgettingHouse) -> None:
    keys = house.back_up_keys()
    house.forget()
    house.put_keys_back(keys)
    assert house.keeping.keep_destroyed() == 0


class Killed(Exception):
    """The process is gone."""


@pytest.mark.parametrize("point", ["decided", "hidden", "suppressed", "parted", "noted", "signed"])
def test_a_kill_anywhere_is_taken_up_again_and_shows_nothing(
    house: ForgettingHouse, point: str
) -> None:
    def die(reached: str) -> None:
        if reached == point:
            raise Killed

    type(house.home).reached = staticmethod(die)
    try:
        try:
            house.forget()
            house.work()
            house.erase()
            house.work()
        except Killed:
            pass
        else:
            pytest.fail(f"{point} was never reached")
    finally:
        type(house.home).reached = staticmethod(lambda _point: None)
    house.close()
    house.open()
    house.keeping.round()
    assert house.names_found() == {"bob"}
    ann = house.subject("user", "ann")
    assert house.home.vault.tokens_of(house.workspace_id, [ann]) == []
    assert finish(house).state is RightState.DONE
    assert is_gone(house)
    assert len(house.requests()) == 1


def test_nobody_is_forgotten_while_the_keys_are_away(house: ForgettingHouse) -> None:
    from catchment.vault import KeysAway  # noqa: PLC0415  (this test alone)

    keys, aside = house.folder / "keys", house.folder / "aside"
    keys.rename(aside)
    with pytest.raises(KeysAway):
        house.forget()
    aside.rename(keys)
    assert house.requests() == []
    house.forget()
    assert is_gone(house)


def test_it_is_not_over_while_a_file_of_before_lies_about(house: ForgettingHouse) -> None:
    folder = house.folder / "home" / "uploads" / house.workspace_id / "upl_1"
    folder.mkdir(parents=True)
    brought = folder / "people.csv"
    brought.write_bytes(b"sealed")
    house.forget()
    request = finish(house)
    assert [step.name for step in request.steps if step.state.value != "done"] == [
        "files", "receipt",
    ]  # fmt: skip
    brought.unlink()
    house.work()
    assert house.requests()[0].state is RightState.DONE


def test_what_was_replaced_may_not_lie_about_either(house: ForgettingHouse) -> None:
    """The wrong variant: files that are rewritten and never deleted are no deletion."""
    house.forget()
    house.work()
    list(erase(house.home.events, house.workspace_id, settle_us=0))
    house.work()
    waiting = {step.name for step in house.requests()[0].steps if step.state.value != "done"}
    assert waiting == {"deleted", "receipt"}
