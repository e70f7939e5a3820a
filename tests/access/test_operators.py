"""Set-up, invitations, roles: nobody gets in twice, and no workspace is left without an owner."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from access.office import PASSWORD, Office
from catchment.access import (
    AlreadyMember,
    EmailMalformed,
    FirstOwner,
    InvitationSpent,
    Invited,
    LastOwner,
    LocaleUnknown,
    NameMalformed,
    OperatorUnknown,
    Passwords,
    PasswordTooWeak,
    Role,
    SetupLinkSpent,
    TimeZoneUnknown,
    WorkspaceUnknown,
    WrongCredentials,
    accept_invitation,
    caller_of,
    change_role,
    create_workspace,
    default_workspace,
    invite,
    is_setup_needed,
    list_members,
    memberships_of,
    new_setup_link,
    remove_member,
    set_up,
    update_operator,
    update_workspace,
)
from catchment.kernel import IdMaker, UnknownCurrency
from catchment.store import Database, UnitOfWork
from catchment.testing.clock import ManualClock


def cheap() -> Passwords:
    return Passwords(time_cost=1, memory_kib=64)


FIRST = FirstOwner("Ann", "ann@example.com", PASSWORD, "Shop")


def test_a_set_up_link_works_once_and_the_newest_only(database: Database) -> None:
    clock = ManualClock()
    ids = IdMaker(clock)
    passwords = cheap()
    with UnitOfWork(database) as uow:
        old, new = new_setup_link(uow, clock=clock), new_setup_link(uow, clock=clock)
    assert old
    assert new
    with pytest.raises(SetupLinkSpent):
        set_up(database, passwords, old, FIRST, clock=clock, ids=ids)
    with UnitOfWork(database, reads_only=True) as uow:
        assert is_setup_needed(uow)

    def try_it(_: int) -> bool:
        try:
            set_up(database, passwords, new, FIRST, clock=clock, ids=ids)
        except SetupLinkSpent:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(try_it, range(4))) == [False, False, False, True]
    with UnitOfWork(database) as uow:
        assert not is_setup_needed(uow)
        assert new_setup_link(uow, clock=clock) is None


def test_a_set_up_link_expires(database: Database) -> None:
    clock = ManualClock()
    with UnitOfWork(database) as uow:
        token = new_setup_link(uow, clock=clock)
    clock.advance(timedelta(days=8))
    with pytest.raises(SetupLinkSpent):
        set_up(database, cheap(), token or "", FIRST, clock=clock, ids=IdMaker(clock))


def test_the_first_owner_gets_what_commands_made_before(database: Database) -> None:
    clock = ManualClock()
    ids = IdMaker(clock)
    with UnitOfWork(database) as uow:
        demo = create_workspace(uow, "Demo", clock=clock, ids=ids, is_demo=True)
        clock.advance(1)
        made = default_workspace(uow, clock=clock, ids=ids)
        assert default_workspace(uow, clock=clock, ids=ids) == made
        token = new_setup_link(uow, clock=clock)
    operator, workspace = set_up(database, cheap(), token or "", FIRST, clock=clock, ids=ids)
    assert (workspace.id, workspace.name) == (made.id, "Shop")
    with UnitOfWork(database, reads_only=True) as uow:
        mine = {m.workspace.id: m.role for m in memberships_of(uow, operator.id)}
    assert mine == {demo.id: Role.OWNER, made.id: Role.OWNER}


def test_an_invitation_works_once(office: Office) -> None:
    with UnitOfWork(office.database) as uow:
        invited = ask(uow, office, "bo@example.com")
        assert [member.is_pending for member in list_members(uow, office.workspace.id)] == [
            False,
            True,
        ]
        with pytest.raises(WorkspaceUnknown):
            caller_of(uow, invited.member.operator, office.workspace.id)
    with pytest.raises(PasswordTooWeak):
        come(office, invited.token, "weak")
    come(office, invited.token, PASSWORD)
    with pytest.raises(InvitationSpent):
        come(office, invited.token, PASSWORD)
    with UnitOfWork(office.database, reads_only=True) as uow:
        caller = caller_of(uow, invited.member.operator, office.workspace.id)
    assert caller.role is Role.ANALYST


def test_inviting_again_spends_the_old_link_and_a_member_needs_none(office: Office) -> None:
    with UnitOfWork(office.database) as uow:
        old, new = ask(uow, office, "bo@example.com"), ask(uow, office, "BO@example.com")
        assert old.member.operator.id == new.member.operator.id
    with pytest.raises(InvitationSpent):
        come(office, old.token, PASSWORD)
    come(office, new.token, PASSWORD)
    with pytest.raises(AlreadyMember), UnitOfWork(office.database) as uow:
        ask(uow, office, "bo@example.com")


def test_a_found_invitation_does_not_take_over_an_account(office: Office) -> None:
    bo = office.hire("bo@example.com", Role.VIEWER).operator
    with UnitOfWork(office.database) as uow:
        other = create_workspace(
            uow, "Other", clock=office.clock, ids=office.ids, owner_id=office.owner.id
        )
        invited = invite(
            uow, other.id, "bo@example.com", "Bo", Role.VIEWER,
            actor=office.owner.id, clock=office.clock, ids=office.ids,
        )  # fmt: skip
    with pytest.raises(WrongCredentials):
        come(office, invited.token, "the thief's own one")
    come(office, invited.token, PASSWORD)
    with UnitOfWork(office.database, reads_only=True) as uow:
        assert len(memberships_of(uow, bo.id)) == 2


def test_an_invitation_expires_and_can_be_withdrawn(office: Office) -> None:
    with UnitOfWork(office.database) as uow:
        late, gone = ask(uow, office, "late@example.com"), ask(uow, office, "gone@example.com")
        remove_member(
            uow, office.workspace.id, gone.member.operator.id,
            actor=office.owner.id, clock=office.clock, ids=office.ids,
        )  # fmt: skip
    with pytest.raises(InvitationSpent):
        come(office, gone.token, PASSWORD)
    office.clock.advance(timedelta(days=7))
    with pytest.raises(InvitationSpent):
        come(office, late.token, PASSWORD)


def test_a_workspace_keeps_an_owner(office: Office) -> None:
    for what in ("demote", "remove"):
        with pytest.raises(LastOwner):
            change(office, what, office.owner.id)
    second = office.hire("bo@example.com", Role.OWNER).operator
    change(office, "remove", office.owner.id)
    with pytest.raises(LastOwner):
        change(office, "demote", second.id)


def test_two_owners_cannot_demote_each_other_at_once(office: Office) -> None:
    owners = [office.owner.id, office.hire("bo@example.com", Role.OWNER).operator.id]

    def demote(operator_id: str) -> bool:
        try:
            change(office, "demote", operator_id)
        except LastOwner:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, owners)) == [False, True]


def test_rights_end_with_the_membership(office: Office) -> None:
    bo = office.hire("bo@example.com", Role.OPERATOR).operator
    change(office, "remove", bo.id)
    with UnitOfWork(office.database) as uow:
        with pytest.raises(WorkspaceUnknown):
            caller_of(uow, bo, office.workspace.id)
        with pytest.raises(OperatorUnknown):
            change_role(
                uow, office.workspace.id, bo.id, Role.VIEWER,
                actor="x", clock=office.clock, ids=office.ids,
            )  # fmt: skip


def test_a_neighbours_workspace_is_unknown(office: Office) -> None:
    with UnitOfWork(office.database) as uow:
        other = create_workspace(uow, "Other", clock=office.clock, ids=office.ids)
        with pytest.raises(WorkspaceUnknown):
            caller_of(uow, office.owner, other.id)
        assert not list_members(uow, other.id)


def test_settings_are_checked(office: Office) -> None:
    for values, error in (
        ({"time_zone": "Mars/Olympus"}, TimeZoneUnknown),
        ({"currency": "yuan"}, UnknownCurrency),
        ({"name": "  "}, NameMalformed),
        ({"name": "a\0b"}, NameMalformed),
    ):
        with pytest.raises(error), UnitOfWork(office.database) as uow:
            update_workspace(
                uow, office.workspace.id, actor="x", clock=office.clock, ids=office.ids, **values
            )
    with UnitOfWork(office.database) as uow:
        after = update_workspace(
            uow, office.workspace.id, actor="x", clock=office.clock, ids=office.ids,
            name=" 直播 店 ", time_zone="Asia/Tokyo", currency="JPY",
        )  # fmt: skip
    assert (after.name, after.time_zone, after.currency) == ("直播 店", "Asia/Tokyo", "JPY")


def test_an_operator_speaks_a_language_we_speak(office: Office) -> None:
    with UnitOfWork(office.database) as uow:
        assert update_operator(uow, office.owner.id, locale="en", name="A").locale == "en"
        with pytest.raises(LocaleUnknown):
            update_operator(uow, office.owner.id, locale="tlh")


@pytest.mark.parametrize("email", ["", "ann", "@x", "a b@x.y", "a@", "a\n@x.y", "a" * 300 + "@x"])
def test_what_is_no_email_is_refused(office: Office, email: str) -> None:
    with pytest.raises(EmailMalformed), UnitOfWork(office.database) as uow:
        ask(uow, office, email)


def ask(uow: UnitOfWork, office: Office, email: str) -> Invited:
    office.clock.advance(1)
    return invite(
        uow, office.workspace.id, email, "Bo", Role.ANALYST,
        actor=office.owner.id, clock=office.clock, ids=office.ids,
    )  # fmt: skip


def come(office: Office, token: str, password: str) -> None:
    accept_invitation(
        office.database, office.passwords, token, password, clock=office.clock, ids=office.ids
    )


def change(office: Office, what: str, operator_id: str) -> None:
    with UnitOfWork(office.database) as uow:
        if what == "demote":
            change_role(
                uow, office.workspace.id, operator_id, Role.VIEWER,
                actor=office.owner.id, clock=office.clock, ids=office.ids,
            )  # fmt: skip
        else:
            remove_member(
                uow, office.workspace.id, operator_id,
                actor=office.owner.id, clock=office.clock, ids=office.ids,
            )  # fmt: skip
