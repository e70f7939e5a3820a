"""What people may ask for, from asking to its end, in a whole house."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from catchment import audiences, people
from catchment.access import Role, create_key, invite, list_audit
from catchment.audiences.looking import member_nodes
from catchment.people import (
    ConsentChange,
    ConsentState,
    ConsentWord,
    Correction,
    RightKind,
    RightsChange,
    RightsRequest,
    RightState,
)
from catchment.people.rights import FileGone, FileNotApproved
from catchment.people.rights.access_file import files_folder
from catchment.people.rights.errors import FileNeedsAnother
from catchment.people.rights.store import change_request
from catchment.store import UnitOfWork
from privacy.forgotten_house import MAIL, PHONE, ForgettingHouse

CONSENTED = {"consent": {"purpose": "marketing", "channel": "sms", "state": "granted"}}
OFTEN = {"level": {"scheme": "frequency", "any_of": ["none", "low", "medium", "high"]}}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[ForgettingHouse]:
    made = ForgettingHouse(tmp_path)
    made.fill()
    yield made
    made.close()


def ask(
    house: ForgettingHouse, kind: RightKind, correction: Correction | None = None,
    *, actor: str = "opr_lin",
) -> RightsRequest:  # fmt: skip
    home, person = house.home, house.person("user", "ann")
    assert person is not None
    _, subjects = people.subjects_of_person(home.people_parts, house.workspace_id, person)
    with UnitOfWork(home.database) as uow:
        return people.ask_right(
            uow, house.workspace_id, kind, person, subjects, correction=correction,
            change=replace(change_of(house), actor=actor),
        )  # fmt: skip


def change_of(house: ForgettingHouse) -> RightsChange:
    home = house.home
    return RightsChange("opr_lin", home.clock, home.ids, home.keys)


def approve(house: ForgettingHouse, request: RightsRequest) -> None:
    with UnitOfWork(house.home.database) as uow:
        people.approve_right(uow, house.workspace_id, request.id, change=change_of(house))


def fetch(house: ForgettingHouse, request: RightsRequest, form: str = "json") -> bytes:
    home = house.home
    with UnitOfWork(home.database) as uow:
        return people.open_access_file(
            uow, home.keys, home.settings.home, house.workspace_id, request.id,
            file_format=form, change=change_of(house),
        )[1]  # fmt: skip


def consent(house: ForgettingHouse, state: ConsentState, user: str = "ann") -> None:
    home, now = house.home, house.home.clock.now()
    word = ConsentWord(
        house.subject("user", user), "marketing", "sms", state, "api", now, now, proof="form 12"
    )
    with UnitOfWork(home.database) as uow:
        people.write_consent(
            uow, house.workspace_id, word,
            change=ConsentChange("opr_lin", home.clock, home.ids, home.rights.proofs),
        )  # fmt: skip


def audience(house: ForgettingHouse, rule: dict[str, Any]) -> str:
    home = house.home
    draft = audiences.Draft(name="An audience", rule=rule)
    author = audiences.Author("opr_lin", home.audiences.check, home.clock, home.ids)
    with UnitOfWork(home.database) as uow:
        made = audiences.create_audience(uow, house.workspace_id, draft, author=author)
    step(house)
    return made.id


def step(house: ForgettingHouse) -> None:
    """The loops of the outbox and of people, once each."""
    from catchment import worker  # noqa: PLC0415

    worker._outbox_of(house.home).deliver()
    house.home.people_keeping.keep(house.workspace_id)


def members(house: ForgettingHouse, audience_id: str) -> set[str]:
    home = house.home
    with UnitOfWork(home.database, reads_only=True) as uow:
        found = audiences.get_audience(uow, house.workspace_id, audience_id)
    view = home.identity_book.reading(house.workspace_id)
    nodes = member_nodes(home.audiences, found, view)
    names = {f"per_{house.subject('user', user)}": user for user in ("ann", "bob")}
    return {names[f"per_{one}"] for one in view.subjects_of(nodes).to_pylist()}


def test_all_that_is_kept_of_a_person_is_in_their_file_and_of_nobody_else(
    house: ForgettingHouse,
) -> None:
    consent(house, ConsentState.GRANTED)
    request = ask(house, RightKind.ACCESS)
    with pytest.raises(FileNotApproved):
        fetch(house, request)
    house.work()
    assert house.requests()[0].state is RightState.WAITING
    with pytest.raises(FileNotApproved):
        fetch(house, request)
    approve(house, request)
    told = json.loads(fetch(house, request))
    text = json.dumps(told, ensure_ascii=False)
    for mine in (
        PHONE,
        MAIL,
        "Ann Cooper",
        "1 Hidden Lane",
        "/secret-of-ann",
        "form 12",
        "dev-ann-2",
    ):
        assert mine in text, mine
    assert "bob" not in text
    assert "pii:" not in text
    assert {one["kind"] for one in told["identifiers"]} == {"user", "phone", "email", "anon"}
    assert len(told["events"]) == 3
    assert told["events_left_out"] == 0
    assert told["consent_standing"] == [
        {"purpose": "marketing", "channel": "sms", "state": "granted"}
    ]
    page, lines = fetch(house, request, "html").decode(), fetch(house, request, "csv").decode()
    for form in (page, lines):
        assert MAIL in form
        assert "1 Hidden Lane" in form
    receipt = house.requests()[0].receipt
    assert receipt is not None


def test_the_file_is_never_in_clear_on_the_disk_and_is_deleted_in_time(
    house: ForgettingHouse,
) -> None:
    request = ask(house, RightKind.ACCESS)
    house.work()
    approve(house, request)
    folder = files_folder(house.home.settings.home, house.workspace_id)
    kept = b"".join(path.read_bytes() for path in folder.iterdir())
    assert kept
    assert MAIL.encode() not in kept
    found = house.requests()[0]
    with UnitOfWork(house.home.database) as uow:
        past = house.home.clock.now() - timedelta(seconds=1)
        change_request(uow, replace(found, file_until=past))
    with pytest.raises(FileGone):
        fetch(house, request)
    house.keeping._files_due = None
    house.keeping.round()
    assert list(folder.iterdir()) == []


def test_opening_values_for_a_person_leaves_lines_in_the_trail(house: ForgettingHouse) -> None:
    ask(house, RightKind.ACCESS)
    house.work()
    with UnitOfWork(house.home.database, reads_only=True) as uow:
        page = house.home.privacy.trail.page(uow, house.workspace_id)
    assert any(entry.act.purpose == "rights" for entry in page.items)
    # Who read what of her is one question: each line of her file names her.
    ann = house.person("user", "ann")
    opened = [entry.act for entry in page.items if entry.act.action == "open"]
    assert opened
    assert {act.person for act in opened if act.purpose == "rights"} == {ann}
    with UnitOfWork(house.home.database, reads_only=True) as uow:
        hers = house.home.privacy.trail.page(uow, house.workspace_id, person=ann, action="open")
    assert {kind for entry in hers.items for kind in entry.act.kinds} >= {"phone", "email"}
    assert {entry.act.reason for entry in hers.items} == {
        f"access request {house.requests()[0].id}"
    }


def test_what_is_put_right_is_told_anew_and_everything_follows(house: ForgettingHouse) -> None:
    right = Correction("email", "ann.new@example.com")
    request = ask(house, RightKind.CORRECTION, right)
    from sqlalchemy import text  # noqa: PLC0415

    def sealed() -> bytes | None:
        with UnitOfWork(house.home.database, reads_only=True) as uow:
            found: bytes | None = uow.connection.execute(
                text("SELECT sealed FROM rights_requests")
            ).scalar_one()
        return found

    assert b"ann.new" not in bytes(sealed() or b"ann.new")
    house.work()
    house.land()
    done = house.requests()[0]
    assert (done.id, done.state) == (request.id, RightState.DONE)
    assert sealed() is None
    assert done.receipt is not None
    ann = house.person("user", "ann")
    assert house.person("email", "ann.new@example.com") == ann
    answer = ask(house, RightKind.ACCESS)
    house.work()
    approve(house, answer)
    assert json.loads(fetch(house, answer))["traits"]["email"] == "ann.new@example.com"


def test_a_withdrawal_takes_somebody_out_of_a_live_audience_in_the_next_round(
    house: ForgettingHouse,
) -> None:
    consent(house, ConsentState.GRANTED)
    chosen = audience(house, CONSENTED)
    assert members(house, chosen) == {"ann"}
    consent(house, ConsentState.WITHDRAWN)
    step(house)
    assert members(house, chosen) == set()


def test_consent_that_an_event_tells_counts_in_the_round_it_lands(house: ForgettingHouse) -> None:
    chosen = audience(house, CONSENTED)
    about = {"properties": {"purpose": "marketing", "channel": "sms"}}
    granted = {"event": "Consent Granted", "user_id": "bob", **about}
    house.send(granted)
    assert members(house, chosen) == {"bob"}
    house.send({"event": "Consent Withdrawn", "user_id": "bob", **about})
    assert members(house, chosen) == set()
    with UnitOfWork(house.home.database, reads_only=True) as uow:
        lines = people.consent_entries_of(uow, house.workspace_id, [house.subject("user", "bob")])
    assert [(one.word.state.value, one.actor) for one in lines] == [
        ("withdrawn", "event"), ("granted", "event"),
    ]  # fmt: skip
    # Reading it all again adds nothing.
    from catchment.people.consent.store import put_position  # noqa: PLC0415

    with UnitOfWork(house.home.database) as uow:
        put_position(uow, house.workspace_id, 0)
    keeper = house.home.rights.consent
    assert keeper.catch_up(house.workspace_id, house.home.log.head()) == 0


def test_nobody_gives_consent_for_somebody_who_stays_forgotten(house: ForgettingHouse) -> None:
    ann = house.person("user", "ann")
    assert ann is not None
    phone = house.subject("phone", PHONE)
    house.home.registrar.forget(house.workspace_id, ann, by=people.By("opr_lin", "asked to be"))
    house.send(
        {
            "event": "Consent Granted", "user_id": "bob",
            "properties": {"purpose": "marketing", "channel": "sms", "address": PHONE},
        }
    )  # fmt: skip
    with UnitOfWork(house.home.database, reads_only=True) as uow:
        assert not people.may_contact(
            uow, house.workspace_id, [phone], purpose="marketing", channel="sms"
        )
        assert people.consent_entries_of(uow, house.workspace_id, [phone]) == []


def test_who_refuses_machines_is_judged_by_none_until_they_allow_it(
    house: ForgettingHouse,
) -> None:
    chosen = audience(house, OFTEN)
    before = members(house, chosen)
    assert "ann" in before
    refused = ask(house, RightKind.OPT_OUT)
    assert refused.state is RightState.DONE
    step(house)
    assert members(house, chosen) == before - {"ann"}
    # A device that turns out to be hers later is covered by it too.
    house.send({"event": "Product Viewed", "user_id": "ann", "anonymous_id": "dev-ann-9"})
    assert "ann" not in members(house, chosen)
    ask(house, RightKind.OPT_IN)
    step(house)
    assert members(house, chosen) == before


def test_connected_systems_are_told_whom_to_forget_while_it_can_be_said(tmp_path: Path) -> None:
    heard: list[bytes] = []

    def post(_url: str, body: bytes, _headers: object) -> tuple[int, bytes]:
        heard.append(body)
        return 200, b""

    house = ForgettingHouse(tmp_path, told=post)
    house.fill()
    with UnitOfWork(house.home.database) as uow:
        people.connect_system(
            uow, house.home.keys, house.workspace_id, "CRM", "https://crm.example.com/",
            change=change_of(house), entropy=bytes,
        )  # fmt: skip
    house.forget()
    house.work()
    house.erase()
    house.work()
    [body] = heard
    told = json.loads(body)["data"]["identifiers"]
    assert {"kind": "user", "value": "ann"} in told
    assert {one["kind"] for one in told} == {"user", "anon", "phone", "email"}
    assert PHONE not in body.decode()
    [request] = house.requests()
    assert request.receipt is not None
    assert [one["state"] for one in request.receipt["systems"]] == ["finished"]
    house.close()


def test_another_lets_a_file_out_than_who_took_it_down(house: ForgettingHouse) -> None:
    home, workspace_id = house.home, house.workspace_id
    request = ask(house, RightKind.ACCESS)
    house.work()

    def join(name: str, role: Role) -> str:
        with UnitOfWork(home.database) as uow:
            made = invite(
                uow, workspace_id, f"{name}@example.com", name, role, actor="cli",
                clock=home.clock, ids=home.ids,
            )  # fmt: skip
            uow.connection.execute(text("UPDATE memberships SET is_pending = false"))
        return made.member.operator.id

    join("ann", Role.ANALYST)
    other = join("kim", Role.OWNER)
    with pytest.raises(FileNeedsAnother):
        approve(house, request)
    with UnitOfWork(home.database) as uow:
        change = replace(change_of(house), actor=other)
        made = people.approve_right(uow, workspace_id, request.id, change=change)
        (trail,) = list_audit(uow, workspace_id, action="rights.approve").items
    assert (made.approved_by, "alone" in trail.detail) == (other, False)


def test_who_took_it_down_by_a_key_of_theirs_does_not_let_the_file_out(
    house: ForgettingHouse,
) -> None:
    home, workspace_id = house.home, house.workspace_id
    change = change_of(house)

    def key_of(actor: str) -> str:
        with UnitOfWork(home.database) as uow:
            return create_key(
                uow, workspace_id, "script", ["privacy:manage"], actor=actor,
                clock=home.clock, ids=home.ids,
            ).key.id  # fmt: skip

    with UnitOfWork(home.database) as uow:
        made = invite(
            uow, workspace_id, "kim@example.com", "kim", Role.OPERATOR, actor="cli",
            clock=home.clock, ids=home.ids,
        )  # fmt: skip
        uow.connection.execute(text("UPDATE memberships SET is_pending = false"))
        assert made.member.operator.id != change.actor
    request = ask(house, RightKind.ACCESS, actor=key_of(key_of(change.actor)))
    house.work()
    with pytest.raises(FileNeedsAnother):
        approve(house, request)


def test_who_is_alone_with_the_right_may_do_both_and_it_is_noted(house: ForgettingHouse) -> None:
    request = ask(house, RightKind.ACCESS)
    house.work()
    approve(house, request)
    with UnitOfWork(house.home.database, reads_only=True) as uow:
        (trail,) = list_audit(uow, house.workspace_id, action="rights.approve").items
    assert trail.detail["alone"] is True
