"""Workspaces: made, found, set right. Their members are in `operators`."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from zoneinfo import available_timezones

from catchment.access import audit, store
from catchment.access.errors import (
    EmailMalformed,
    NameMalformed,
    TimeZoneUnknown,
    WorkspaceUnknown,
)
from catchment.access.permissions import Role
from catchment.access.types import (
    CURRENCY_DEFAULT,
    EMAIL_LENGTH_MAX,
    NAME_LENGTH_MAX,
    TIME_ZONE_DEFAULT,
    Membership,
    Workspace,
)
from catchment.events import notices
from catchment.kernel import Clock, IdMaker, WorkspaceId, currency_exponent
from catchment.store import UnitOfWork, announce

DEFAULT_NAME = "Default"


def create_workspace(
    uow: UnitOfWork,
    name: str,
    *,
    clock: Clock,
    ids: IdMaker,
    owner_id: str | None = None,
    time_zone: str = TIME_ZONE_DEFAULT,
    currency: str = CURRENCY_DEFAULT,
    is_demo: bool = False,
    actor: str = "",
) -> Workspace:
    """Makes a workspace, with its first owner if there is one yet.

    Raises:
        NameMalformed: the name is empty or too long.
        TimeZoneUnknown: not an IANA name.
        UnknownCurrency: not an ISO 4217 code.
    """
    workspace = Workspace(
        id=WorkspaceId(ids.make("wsp")),
        name=clean_name(name),
        time_zone=_time_zone(time_zone),
        currency=_currency(currency),
        is_demo=is_demo,
        created_at=clock.now(),
    )
    store.insert_workspace(uow, workspace)
    if owner_id is not None:
        store.insert_member(uow, workspace.id, owner_id, Role.OWNER, clock.now())
    announce(uow, notices.WorkspaceCreated(workspace.id), clock=clock, ids=ids)
    audit.record(
        uow, workspace.id, actor or owner_id or "cli", "workspace.create", workspace.id,
        clock=clock, ids=ids, detail={"name": workspace.name},
    )  # fmt: skip
    return workspace


def get_workspace(uow: UnitOfWork, workspace_id: WorkspaceId) -> Workspace:
    """One workspace.

    Raises:
        WorkspaceUnknown: there is none of this id.
    """
    workspace = store.find_workspace(uow, workspace_id)
    if workspace is None:
        raise WorkspaceUnknown
    return workspace


def list_workspaces(uow: UnitOfWork) -> Sequence[Workspace]:
    """Every workspace of this installation: for the command line and the worker."""
    return store.all_workspaces(uow)


def memberships_of(uow: UnitOfWork, operator_id: str) -> Sequence[Membership]:
    """The workspaces that an operator may enter, each with the role there."""
    return store.memberships_of(uow, operator_id)


def default_workspace(uow: UnitOfWork, *, clock: Clock, ids: IdMaker) -> Workspace:
    """The workspace that a command means when it names none: the oldest real one, made if need be.

    The first operator becomes its owner at set-up, so what was imported before is not orphaned.
    """
    for workspace in store.all_workspaces(uow):
        if not workspace.is_demo:
            return workspace
    return create_workspace(uow, DEFAULT_NAME, clock=clock, ids=ids)


def update_workspace(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    *,
    actor: str,
    clock: Clock,
    ids: IdMaker,
    name: str | None = None,
    time_zone: str | None = None,
    currency: str | None = None,
) -> Workspace:
    """Changes what is given.

    Raises:
        WorkspaceUnknown: there is none of this id.
        NameMalformed, TimeZoneUnknown, UnknownCurrency: as at the making.
    """
    before = get_workspace(uow, workspace_id)
    after = replace(
        before,
        name=before.name if name is None else clean_name(name),
        time_zone=before.time_zone if time_zone is None else _time_zone(time_zone),
        currency=before.currency if currency is None else _currency(currency),
    )
    settings = ("name", "time_zone", "currency")
    changed = {s: getattr(after, s) for s in settings if getattr(after, s) != getattr(before, s)}
    if changed:
        store.change_workspace(uow, workspace_id, **changed)
        audit.record(
            uow, workspace_id, actor, "workspace.update", workspace_id,
            clock=clock, ids=ids, detail=changed,
        )  # fmt: skip
    return after


def clean_name(name: str) -> str:
    """The name without stray space.

    Raises:
        NameMalformed: nothing is left of it, or too much.
    """
    cleaned = " ".join(name.split())
    if not 0 < len(cleaned) <= NAME_LENGTH_MAX or not cleaned.isprintable():
        raise NameMalformed
    return cleaned


def clean_email(email: str) -> str:
    """The spelling that we keep and compare by.

    Raises:
        EmailMalformed: it cannot be an address.
    """
    cleaned = email.strip().casefold()
    name, at, domain = cleaned.rpartition("@")
    is_shaped = name and at and domain and cleaned.isprintable() and " " not in cleaned
    if not is_shaped or len(cleaned) > EMAIL_LENGTH_MAX:
        raise EmailMalformed
    return cleaned


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _time_zone(name: str) -> str:
    if name not in _zones():
        raise TimeZoneUnknown
    return name


def _currency(code: str) -> str:
    currency_exponent(code)
    return code
