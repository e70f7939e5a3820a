"""API keys made, used, listed and revoked."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from catchment.access import audit
from catchment.access.errors import (
    ApiKeyUnknown,
    ExpiryPassed,
    NotSignedIn,
    ScopesApart,
    ScopeUnknown,
)
from catchment.access.keys import store
from catchment.access.permissions import APART, SCOPE_ACTIONS, Caller, Scope
from catchment.access.secrets import HINT_LENGTH, new_secret, secret_hash
from catchment.access.types import ApiKey, NewApiKey
from catchment.access.workspaces import clean_name
from catchment.kernel import Clock, Entropy, IdMaker, WorkspaceId, system_entropy
from catchment.store import Database, UnitOfWork

TOUCHED_EVERY = timedelta(minutes=1)


def parse_scopes(words: Iterable[str]) -> frozenset[Scope]:
    """The scopes that these words name.

    Raises:
        ScopeUnknown: a word names none, or there is no word.
        ScopesApart: together they would both use personal data and manage it.
    """
    known = {scope.value: scope for scope in Scope}
    words = list(words)
    unknown = [word for word in words if word not in known]
    if unknown or not words:
        raise ScopeUnknown(f"scopes are {', '.join(known)}; not {', '.join(unknown) or 'none'}")
    scopes = frozenset(known[word] for word in words)
    held = {action for scope in scopes for action in SCOPE_ACTIONS[scope]}
    if any({use, manage} <= held for use, manage in APART):
        raise ScopesApart
    return scopes


def create_key(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    name: str,
    scopes: Iterable[str],
    *,
    actor: str,
    clock: Clock,
    ids: IdMaker,
    expires_at: datetime | None = None,
    entropy: Entropy = system_entropy,
) -> NewApiKey:
    """Makes a key; its secret is in the answer and nowhere else.

    Raises:
        ScopeUnknown, ScopesApart, NameMalformed: as they say.
        ExpiryPassed: it would be born dead.
    """
    if expires_at is not None and expires_at <= clock.now():
        raise ExpiryPassed
    secret = new_secret("ck", entropy)
    key = ApiKey(
        id=ids.make("key"), workspace_id=workspace_id, name=clean_name(name),
        hint=secret[:HINT_LENGTH], scopes=parse_scopes(scopes), created_by=actor,
        created_at=clock.now(), expires_at=expires_at, last_used_at=None, revoked_at=None,
    )  # fmt: skip
    store.insert_key(uow, key, secret_hash(secret))
    audit.record(
        uow, workspace_id, actor, "keys.create", key.id, clock=clock, ids=ids,
        detail={"name": key.name, "scopes": sorted(key.scopes)},
    )  # fmt: skip
    return NewApiKey(key, secret)


def list_keys(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[ApiKey]:
    """The workspace's keys, newest first; revoked ones are gone, expired ones are not."""
    return store.keys_of(uow, workspace_id)


def person_behind(uow: UnitOfWork, workspace_id: WorkspaceId, actor: str) -> str:
    """Whoever made a key, also one that was made by a key; of anybody else, they themselves.

    Where two people are needed, a key counts as its maker: a revoked one in between changes that
    no more than a long row of them.
    """
    while (maker := store.find_maker(uow, workspace_id, actor)) is not None:
        actor = maker
    return actor


def revoke_key(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    key_id: str,
    *,
    actor: str,
    clock: Clock,
    ids: IdMaker,
) -> None:
    """Revokes a key at once.

    Raises:
        ApiKeyUnknown: there is none of this id here.
    """
    if not store.revoke(uow, workspace_id, key_id, clock.now()):
        raise ApiKeyUnknown
    audit.record(uow, workspace_id, actor, "keys.revoke", key_id, clock=clock, ids=ids)


def authenticate(database: Database, secret: str, *, clock: Clock) -> Caller:
    """The caller that a key's secret stands for.

    Raises:
        NotSignedIn: no such key, or it is revoked or expired.
    """
    now = clock.now()
    with UnitOfWork(database, reads_only=True) as uow:
        key = store.find_by_hash(uow, secret_hash(secret))
    if key is None or key.revoked_at is not None:
        raise NotSignedIn
    if key.expires_at is not None and key.expires_at <= now:
        raise NotSignedIn("this API key has expired")
    if key.last_used_at is None or now - key.last_used_at >= TOUCHED_EVERY:
        with UnitOfWork(database) as uow:
            store.touch(uow, key, now)
    return Caller(key.workspace_id, key.id, scopes=key.scopes)
