"""Operators and their memberships: invited, come, given another role, gone.

An invitation is a one-time link. A newcomer sets a password through it; an operator who has one
already must give it, so that whoever finds the link cannot take over an account.
"""

from collections.abc import Sequence
from datetime import timedelta

from catchment.access import audit, store
from catchment.access.errors import (
    AlreadyMember,
    InvitationSpent,
    LastOwner,
    LocaleUnknown,
    OperatorUnknown,
    WorkspaceUnknown,
    WrongCredentials,
)
from catchment.access.passwords import Passwords, check_strength
from catchment.access.permissions import Caller, Role
from catchment.access.secrets import new_secret, secret_hash
from catchment.access.types import LOCALES, Invited, Member, Operator
from catchment.access.workspaces import clean_email, clean_name
from catchment.events import notices
from catchment.kernel import Clock, Entropy, IdMaker, WorkspaceId, system_entropy
from catchment.store import Database, UnitOfWork, announce

INVITATION_LASTS = timedelta(days=7)


def list_members(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[Member]:
    """The workspace's operators, those invited and not yet come included."""
    return store.members(uow, workspace_id)


def get_member(uow: UnitOfWork, workspace_id: WorkspaceId, operator_id: str) -> Member:
    """One operator in this workspace.

    Raises:
        OperatorUnknown: no member of it.
    """
    member = store.find_member(uow, workspace_id, operator_id)
    if member is None:
        raise OperatorUnknown
    return member


def caller_of(uow: UnitOfWork, operator: Operator, workspace_id: WorkspaceId) -> Caller:
    """The operator as a caller in this workspace.

    Raises:
        WorkspaceUnknown: there is none, or the operator is no member: the answer is the same.
    """
    member = store.find_member(uow, workspace_id, operator.id)
    if member is None or member.is_pending:
        raise WorkspaceUnknown
    return Caller(workspace_id, operator.id, role=member.role)


def invite(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    email: str,
    name: str,
    role: Role,
    *,
    actor: str,
    clock: Clock,
    ids: IdMaker,
    entropy: Entropy = system_entropy,
) -> Invited:
    """Invites someone by e-mail; inviting again makes a new link and spends the old one.

    Raises:
        AlreadyMember: they work here already.
        EmailMalformed, NameMalformed: as they say.
    """
    now = clock.now()
    email = clean_email(email)
    found = store.find_by_email(uow, email)
    operator = found[0] if found else None
    if operator is None:
        operator = Operator(
            ids.make("opr"), email, clean_name(name), LOCALES[0], is_active=False, created_at=now
        )
        if not store.insert_operator(uow, operator, None):
            raise AlreadyMember  # two invitations of one newcomer at the same moment
    if not store.insert_member(uow, workspace_id, operator.id, role, now, is_pending=True):
        if not get_member(uow, workspace_id, operator.id).is_pending:
            raise AlreadyMember
        store.change_member(uow, workspace_id, operator.id, role=role.value)
    token = new_secret("inv", entropy)
    until = now + INVITATION_LASTS
    store.put_invitation(uow, workspace_id, operator.id, secret_hash(token), until)
    audit.record(
        uow, workspace_id, actor, "operators.invite", operator.id,
        clock=clock, ids=ids, detail={"role": role.value},
    )  # fmt: skip
    return Invited(get_member(uow, workspace_id, operator.id), token, until)


def accept_invitation(
    database: Database,
    passwords: Passwords,
    token: str,
    password: str,
    *,
    clock: Clock,
    ids: IdMaker,
    name: str | None = None,
) -> Operator:
    """Makes whoever was invited a member.

    Args:
        database: the records.
        passwords: hashes and checks.
        token: out of the link.
        password: a newcomer's new one; an operator's present one.
        clock: tells the time.
        ids: makes ids.
        name: what a newcomer wants to be called.

    Raises:
        InvitationSpent: used, expired or withdrawn.
        WrongCredentials: the operator has a password, and this is not it.
        PasswordTooWeak: a newcomer's password is too easy to guess.
    """
    hashed = secret_hash(token)
    with UnitOfWork(database, reads_only=True) as uow:
        invitation = store.find_invitation(uow, hashed, clock.now())
        if invitation is None:
            raise InvitationSpent
        workspace_id, operator_id = invitation
        operator = get_member(uow, workspace_id, operator_id).operator
        kept = store.password_hash_of(uow, operator_id)
    values = {} if name is None or kept is not None else {"name": clean_name(name)}
    if kept is None:
        check_strength(password, operator.email)
        values["password_hash"] = passwords.hash(password)
    elif not passwords.verify(kept, password):
        raise WrongCredentials
    with UnitOfWork(database) as uow:
        if not store.spend_invitation(uow, hashed, clock.now()):
            raise InvitationSpent
        if kept is None and store.password_hash_of(uow, operator_id) is not None:
            # Another invitation made this newcomer an operator meanwhile, with its own password.
            raise InvitationSpent
        if values:
            store.change_operator(uow, operator_id, **values)
        store.change_member(uow, workspace_id, operator_id, is_pending=False, since=clock.now())
        member = get_member(uow, workspace_id, operator_id)
        joined = notices.OperatorJoined(workspace_id, operator_id, member.role.value)
        announce(uow, joined, clock=clock, ids=ids)
        audit.record(
            uow, workspace_id, operator_id, "operators.join", operator_id, clock=clock, ids=ids
        )
    return member.operator


def change_role(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    operator_id: str,
    role: Role,
    *,
    actor: str,
    clock: Clock,
    ids: IdMaker,
) -> Member:
    """Gives an operator another role here.

    Raises:
        OperatorUnknown: no member of this workspace.
        LastOwner: nobody would own the workspace any more.
    """
    if role is not Role.OWNER:
        _keep_an_owner(uow, workspace_id, operator_id)
    if not store.change_member(uow, workspace_id, operator_id, role=role.value):
        raise OperatorUnknown
    audit.record(
        uow, workspace_id, actor, "operators.change_role", operator_id,
        clock=clock, ids=ids, detail={"role": role.value},
    )  # fmt: skip
    return get_member(uow, workspace_id, operator_id)


def remove_member(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    operator_id: str,
    *,
    actor: str,
    clock: Clock,
    ids: IdMaker,
) -> None:
    """Ends a membership, or withdraws an invitation; from now on, not at the next sign-in.

    Raises:
        OperatorUnknown: no member of this workspace.
        LastOwner: nobody would own the workspace any more.
    """
    _keep_an_owner(uow, workspace_id, operator_id)
    if not store.delete_member(uow, workspace_id, operator_id):
        raise OperatorUnknown
    announce(uow, notices.OperatorLeft(workspace_id, operator_id), clock=clock, ids=ids)
    audit.record(uow, workspace_id, actor, "operators.remove", operator_id, clock=clock, ids=ids)


def update_operator(
    uow: UnitOfWork, operator_id: str, *, name: str | None = None, locale: str | None = None
) -> Operator:
    """Changes an operator's own name or language.

    Raises:
        OperatorUnknown: there is none of this id.
        NameMalformed, LocaleUnknown: as they say.
    """
    if locale is not None and locale not in LOCALES:
        raise LocaleUnknown
    values = {} if name is None else {"name": clean_name(name)}
    if locale is not None:
        values["locale"] = locale
    if values:
        store.change_operator(uow, operator_id, **values)
    operator = store.find_operator(uow, operator_id)
    if operator is None:
        raise OperatorUnknown
    return operator


def _keep_an_owner(uow: UnitOfWork, workspace_id: WorkspaceId, operator_id: str) -> None:
    # The owners' rows are held, so that two owners cannot demote each other at the same moment.
    if list(store.lock_owners(uow, workspace_id)) == [operator_id]:
        raise LastOwner
