"""The first start: a one-time link instead of a default password.

While there is no operator, every start makes a new link and spends the one before; only its hash is
kept. Whoever opens it becomes the first owner, of a new workspace and of those that commands have
made meanwhile.
"""

from dataclasses import dataclass
from datetime import timedelta

from catchment.access import audit, store
from catchment.access.errors import AlreadySetUp, SetupLinkSpent
from catchment.access.passwords import Passwords, check_strength
from catchment.access.permissions import Role
from catchment.access.secrets import new_secret, secret_hash
from catchment.access.types import (
    CURRENCY_DEFAULT,
    LOCALES,
    TIME_ZONE_DEFAULT,
    Operator,
    Workspace,
)
from catchment.access.workspaces import (
    clean_email,
    clean_name,
    create_workspace,
    update_workspace,
)
from catchment.kernel import Clock, Entropy, IdMaker, system_entropy
from catchment.store import Database, UnitOfWork

SETUP_LINK_LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FirstOwner:
    """What the first operator tells us.

    Attributes:
        name, email, password: of the operator.
        workspace_name, time_zone, currency: of the first workspace.
        locale: the language of the interface.
    """

    name: str
    email: str
    password: str
    workspace_name: str
    time_zone: str = TIME_ZONE_DEFAULT
    currency: str = CURRENCY_DEFAULT
    locale: str = LOCALES[0]


def is_setup_needed(uow: UnitOfWork) -> bool:
    """Whether there is no operator yet."""
    return store.count_operators(uow) == 0


def new_setup_link(
    uow: UnitOfWork, *, clock: Clock, entropy: Entropy = system_entropy
) -> str | None:
    """The token of a fresh set-up link, or `None` once there is an operator."""
    if not is_setup_needed(uow):
        return None
    token = new_secret("set", entropy)
    store.put_setup_link(uow, secret_hash(token), clock.now() + SETUP_LINK_LASTS)
    return token


def set_up(
    database: Database,
    passwords: Passwords,
    token: str,
    first: FirstOwner,
    *,
    clock: Clock,
    ids: IdMaker,
) -> tuple[Operator, Workspace]:
    """Makes the first operator, owner of the first workspace.

    Raises:
        SetupLinkSpent: used, expired, or replaced by the link of a later start.
        AlreadySetUp: there is an operator.
        PasswordTooWeak, EmailMalformed, NameMalformed, TimeZoneUnknown, UnknownCurrency: as named.
    """
    email, name = clean_email(first.email), clean_name(first.name)
    check_strength(first.password, email)
    password_hash = passwords.hash(first.password)
    with UnitOfWork(database) as uow:
        # Spending comes first: it is what two set-ups at the same moment collide on.
        if not store.spend_setup_link(uow, secret_hash(token), clock.now()):
            raise SetupLinkSpent
        if not is_setup_needed(uow):
            raise AlreadySetUp
        locale = first.locale if first.locale in LOCALES else LOCALES[0]
        operator = Operator(
            ids.make("opr"), email, name, locale, is_active=True, created_at=clock.now()
        )
        store.insert_operator(uow, operator, password_hash)
        workspace = _first_workspace(uow, operator, first, clock, ids)
        audit.record(
            uow, workspace.id, operator.id, "access.set_up", operator.id, clock=clock, ids=ids
        )
    return operator, workspace


def _first_workspace(
    uow: UnitOfWork, operator: Operator, first: FirstOwner, clock: Clock, ids: IdMaker
) -> Workspace:
    found = store.all_workspaces(uow)
    for workspace in found:
        store.insert_member(uow, workspace.id, operator.id, Role.OWNER, clock.now())
    real = [workspace for workspace in found if not workspace.is_demo]
    if real:
        return update_workspace(
            uow, real[0].id, actor=operator.id, clock=clock, ids=ids,
            name=first.workspace_name, time_zone=first.time_zone, currency=first.currency,
        )  # fmt: skip
    return create_workspace(
        uow, first.workspace_name, clock=clock, ids=ids, owner_id=operator.id,
        time_zone=first.time_zone, currency=first.currency,
    )  # fmt: skip
