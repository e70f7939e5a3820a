"""Connected systems: who was given data, and is told when somebody is to be forgotten.

A message is a Standard Webhook. It names the person's identifiers, for it is by these that the
other system knows them: phones and e-mail addresses by their SHA-256, everything else as it is.
What is to be said lies sealed until the system has answered, and no longer.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from catchment.access import record
from catchment.kernel import Clock, Entropy, WorkspaceId, us_from_instant
from catchment.people.rights.addresses import check_address
from catchment.people.rights.errors import SystemAddressRefused, SystemsFull, SystemUnknown
from catchment.people.rights.ports import Identifier, Keys, Told
from catchment.people.rights.requests import RightsChange
from catchment.people.rights.tellings import store
from catchment.people.rights.types import (
    SYSTEMS_MAX,
    ConnectedSystem,
    RightsRequest,
    SystemState,
    Telling,
)
from catchment.store import Database, UnitOfWork
from catchment.vault import CiphertextRefused

SYSTEMS = "systems"
"""What the box is used for."""

SECRET_PREFIX = "whsec_"  # noqa: S105  (what secrets begin with)
EVENT = "person.deleted"
RETRY_FIRST = timedelta(seconds=30)
RETRY_MAX = timedelta(hours=6)
ATTEMPTS_MAX = 60
_HASHED = frozenset({"phone", "email"})
_OK, _OK_END = 200, 300


def connect_system(
    uow: UnitOfWork, keys: Keys, workspace_id: WorkspaceId, name: str, url: str,
    *, change: RightsChange, entropy: Entropy, allows_private: bool = False,
) -> tuple[ConnectedSystem, str]:  # fmt: skip
    """Connects a system; returns it with the secret that is shown this once.

    Raises:
        SystemAddressRefused: it may not be told there.
        SystemsFull: there are too many.
        KeysAway: the key store does not answer.
    """
    check_address(url, allows_private=allows_private)
    if len(store.systems_of(uow, workspace_id)) >= SYSTEMS_MAX:
        raise SystemsFull
    secret = SECRET_PREFIX + base64.b64encode(entropy(32)).decode()
    made = ConnectedSystem(change.ids.make("sys"), name, url, change.actor, change.clock.now())
    sealed = keys.box(workspace_id, SYSTEMS).seal(secret.encode(), _place(workspace_id, made.id))
    store.insert_system(uow, workspace_id, made, sealed)
    record(
        uow, workspace_id, change.actor, "systems.connect", made.id,
        clock=change.clock, ids=change.ids, detail={"name": name},
    )  # fmt: skip
    return made, secret


def list_systems(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[ConnectedSystem]:
    """The systems that are connected, oldest first."""
    return store.systems_of(uow, workspace_id)


def disconnect_system(
    uow: UnitOfWork, workspace_id: WorkspaceId, system_id: str, *, change: RightsChange
) -> None:
    """Takes a system off; it is told nothing more.

    Raises:
        SystemUnknown: there is none of this id here.
    """
    if not store.delete_system(uow, workspace_id, system_id, change.clock.now()):
        raise SystemUnknown
    record(
        uow, workspace_id, change.actor, "systems.disconnect", system_id,
        clock=change.clock, ids=change.ids,
    )  # fmt: skip


def tellings_for(
    uow: UnitOfWork, keys: Keys, request: RightsRequest, identifiers: Sequence[Identifier]
) -> None:
    """Notes that every connected system is to be told of a deletion, while it can be said of whom.

    Raises:
        KeysAway: the key store does not answer.
    """
    systems = store.systems_of(uow, request.workspace_id)
    if not systems:
        return
    box = keys.box(request.workspace_id, SYSTEMS)
    said = json.dumps([_shown(one) for one in identifiers], ensure_ascii=False).encode()
    store.insert_tellings(
        uow,
        [
            (
                Telling(
                    request.workspace_id, request.id, one.id, SystemState.INITIALIZED, 0, "",
                    request.asked_at, request.asked_at,
                ),
                box.seal(said, _told_place(request.workspace_id, request.id, one.id)),
            )
            for one in systems
        ],
    )  # fmt: skip


def tell_systems(database: Database, keys: Keys, post: Told, clock: Clock) -> int:
    """Tells what is due; returns how many were told. Each system goes at its own pace.

    One that does not answer is asked once in a round: what else is due to it waits. What cannot be
    opened waits as well, and holds nothing else up.

    Raises:
        KeysAway: the key store does not answer.
    """
    with UnitOfWork(database, reads_only=True) as uow:
        due = store.tellings_due(uow, clock.now())
    away: set[str] = set()
    told = 0
    for one in due:
        if one[0].system_id in away:
            continue
        try:
            after = _tell_one(database, keys, post, one, clock.now())
        except CiphertextRefused as broken:
            after = _again(one[0], clock.now(), broken.message)
        except OSError as silent:
            away.add(one[0].system_id)
            after = _again(one[0], clock.now(), str(silent))
        is_over = after.state in (SystemState.FINISHED, SystemState.FAILED)
        with UnitOfWork(database) as uow:
            store.change_telling(uow, after, clock.now(), is_over=is_over)
        told += 1
    return told


def is_told(tellings: Sequence[Telling]) -> bool:
    """Whether every system is over with it, one way or the other."""
    return all(one.state in (SystemState.FINISHED, SystemState.FAILED) for one in tellings)


def _tell_one(
    database: Database, keys: Keys, post: Told, due: tuple[Telling, bytes | None], now: datetime
) -> Telling:
    telling, sealed = due
    workspace_id = telling.workspace_id
    with UnitOfWork(database, reads_only=True) as uow:
        found = store.secret_of(uow, workspace_id, telling.system_id)
    if found is None or sealed is None:
        gone = "the system was taken off before it had answered"
        return replace(telling, state=SystemState.FAILED, detail=gone)
    url, kept = found
    box = keys.box(workspace_id, SYSTEMS)
    secret = box.open(kept, _place(workspace_id, telling.system_id)).decode()
    place = _told_place(workspace_id, telling.request_id, telling.system_id)
    identifiers = json.loads(box.open(sealed, place))
    body = json.dumps(
        {
            "type": EVENT,
            "timestamp": telling.created_at.isoformat(),
            "data": {"request_id": telling.request_id, "identifiers": identifiers},
        },
        ensure_ascii=False,
    ).encode()
    message_id = f"{telling.request_id}.{telling.system_id}"
    try:
        status, answer = post(url, body, _headers(secret, message_id, body, now))
    except SystemAddressRefused as refused:
        return replace(telling, state=SystemState.FAILED, detail=str(refused))
    return _answered(telling, now, status, answer)


def _answered(telling: Telling, now: datetime, status: int, answer: bytes) -> Telling:
    if not _OK <= status < _OK_END:
        return _again(telling, now, f"it answered {status}")
    said = _state_of(answer)
    if said is None:
        is_later = status == 202  # noqa: PLR2004  (Accepted)
        said = SystemState.RUNNING if is_later else SystemState.FINISHED
    if said is SystemState.FINISHED:
        return replace(
            telling, state=said, attempts=telling.attempts + 1, detail=f"it answered {status}"
        )
    # Not yet, or not wholly: it is asked again with the same id, which does nothing twice.
    return _again(telling, now, f"it answered {said.value}", said)


def _again(
    telling: Telling, now: datetime, why: str, state: SystemState = SystemState.RUNNING
) -> Telling:
    attempts = telling.attempts + 1
    if attempts >= ATTEMPTS_MAX:
        return replace(telling, state=SystemState.FAILED, attempts=attempts, detail=why)
    wait = min(RETRY_MAX, RETRY_FIRST * 2 ** min(attempts - 1, 12))
    if state is SystemState.FAILED:
        state = SystemState.PARTIAL
    return replace(telling, state=state, attempts=attempts, detail=why, next_at=now + wait)


def _state_of(answer: bytes) -> SystemState | None:
    try:
        told: Any = json.loads(answer)
        return SystemState(told["state"]) if isinstance(told, dict) else None
    except (ValueError, KeyError, RecursionError):
        return None


def _headers(secret: str, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """Standard Webhooks: who sends it, when, and that nobody changed it."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    at = str(us_from_instant(now) // 1_000_000)
    signed = b".".join((message_id.encode(), at.encode(), body))
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{signature}",
    }


def _shown(one: Identifier) -> dict[str, str]:
    if one.kind in _HASHED:
        return {"kind": one.kind, "sha256": hashlib.sha256(one.value.encode()).hexdigest()}
    return {"kind": one.kind, "value": one.value}


def _place(workspace_id: WorkspaceId, system_id: str) -> bytes:
    return f"systems|{workspace_id}|{system_id}".encode()


def _told_place(workspace_id: WorkspaceId, request_id: str, system_id: str) -> bytes:
    return f"tellings|{workspace_id}|{request_id}|{system_id}".encode()
