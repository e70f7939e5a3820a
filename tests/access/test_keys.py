"""API keys: shown once, held as a hash, bound to a workspace, its scopes and its time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from access.office import Office
from catchment.access import (
    Action,
    ApiKeyUnknown,
    ExpiryPassed,
    NewApiKey,
    NotSignedIn,
    Scope,
    ScopesApart,
    ScopeUnknown,
    authenticate,
    create_key,
    create_workspace,
    list_keys,
    person_behind,
    revoke_key,
)
from catchment.access.keys.store import api_keys
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork


def make(office: Office, *scopes: str, days: int | None = None) -> NewApiKey:
    expires_at = None if days is None else office.clock.now() + timedelta(days=days)
    with UnitOfWork(office.database) as uow:
        return create_key(
            uow, office.workspace.id, "script", scopes, actor=office.owner.id,
            clock=office.clock, ids=office.ids, expires_at=expires_at,
        )  # fmt: skip


def test_a_key_opens_its_workspace_within_its_scopes(office: Office) -> None:
    made = make(office, "events:read", "sources:read")
    caller = authenticate(office.database, made.secret, clock=office.clock)
    assert caller.workspace_id == office.workspace.id
    assert caller.actor == made.key.id
    assert caller.may(Action.EVENTS_READ)
    assert not caller.may(Action.SOURCES_WRITE)


@pytest.mark.parametrize("other", ["privacy:manage", "admin"])
def test_no_key_uses_personal_data_and_manages_it(office: Office, other: str) -> None:
    with pytest.raises(ScopesApart):
        make(office, "people:reveal", other)
    assert make(office, "people:reveal", "people:write").key.scopes


def test_behind_a_key_that_a_key_made_stands_the_person_revoked_or_not(office: Office) -> None:
    def by(actor: str) -> str:
        with UnitOfWork(office.database) as uow:
            return create_key(
                uow, office.workspace.id, "script", ["admin"], actor=actor,
                clock=office.clock, ids=office.ids,
            ).key.id  # fmt: skip

    first = by(office.owner.id)
    last = by(by(first))
    with UnitOfWork(office.database) as uow:
        revoke_key(uow, office.workspace.id, first, actor="x", clock=office.clock, ids=office.ids)
        assert person_behind(uow, office.workspace.id, last) == office.owner.id
        assert person_behind(uow, office.workspace.id, office.owner.id) == office.owner.id
        assert person_behind(uow, WorkspaceId("wsp_other"), last) == last


def test_the_secret_is_nowhere_in_the_records(office: Office) -> None:
    made = make(office, "admin")
    with UnitOfWork(office.database) as uow:
        kept = repr(uow.connection.execute(api_keys.select()).one())
    assert made.secret.startswith("ck_")
    assert made.secret not in kept
    assert made.key.hint in kept


@pytest.mark.parametrize("secret", ["", "ck_", "ck_wrong", "\0", "\ud800", "x" * 10_000])
def test_a_wrong_secret_opens_nothing(office: Office, secret: str) -> None:
    make(office, "admin")
    with pytest.raises(NotSignedIn):
        authenticate(office.database, secret, clock=office.clock)


def test_a_revoked_key_opens_nothing_from_now_on(office: Office) -> None:
    made = make(office, "admin")
    with UnitOfWork(office.database) as uow:
        other = create_workspace(uow, "Other", clock=office.clock, ids=office.ids)
        with pytest.raises(ApiKeyUnknown):
            revoke(uow, office, other.id, made.key.id)
        revoke(uow, office, office.workspace.id, made.key.id)
        with pytest.raises(ApiKeyUnknown):
            revoke(uow, office, office.workspace.id, made.key.id)
        assert not list_keys(uow, office.workspace.id)
    with pytest.raises(NotSignedIn):
        authenticate(office.database, made.secret, clock=office.clock)


def test_an_expired_key_says_so(office: Office) -> None:
    made = make(office, "admin", days=1)
    office.clock.advance(timedelta(days=1))
    with pytest.raises(NotSignedIn, match="expired"):
        authenticate(office.database, made.secret, clock=office.clock)
    with pytest.raises(ExpiryPassed):
        make(office, "admin", days=0)


@pytest.mark.parametrize("scopes", [(), ("everything",), ("events:read", "root")])
def test_unknown_scopes_are_refused(office: Office, scopes: tuple[str, ...]) -> None:
    with pytest.raises(ScopeUnknown):
        make(office, *scopes)


def test_use_is_noted_to_the_minute(office: Office) -> None:
    made = make(office, "admin")
    first = office.clock.now()
    authenticate(office.database, made.secret, clock=office.clock)
    office.clock.advance(30)
    authenticate(office.database, made.secret, clock=office.clock)
    assert last_use(office) == first
    office.clock.advance(30)
    authenticate(office.database, made.secret, clock=office.clock)
    assert last_use(office) == office.clock.now()


def test_a_listed_key_tells_what_it_is(office: Office) -> None:
    made = make(office, "events:write", days=30)
    with UnitOfWork(office.database, reads_only=True) as uow:
        assert list_keys(uow, office.workspace.id) == [made.key]
    assert made.key.scopes == {Scope.EVENTS_WRITE}


def last_use(office: Office) -> object:
    with UnitOfWork(office.database, reads_only=True) as uow:
        return list_keys(uow, office.workspace.id)[0].last_used_at


def revoke(uow: UnitOfWork, office: Office, workspace_id: WorkspaceId, key_id: str) -> None:
    revoke_key(
        uow, workspace_id, key_id,
        actor=office.owner.id, clock=office.clock, ids=office.ids,
    )  # fmt: skip
