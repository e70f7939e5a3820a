"""Who stays forgotten, and letting somebody be known again.

The list lies with the keys, apart from the data: a backup of the data that is put back knows
nothing of it, and cannot bring anybody back. Whatever comes in under one of these subjects is
dropped on landing, until an operator lifts it with a reason, or the person grants consent anew.
"""

from collections.abc import Callable, Sequence

from catchment.access import record
from catchment.kernel import WorkspaceId, instant_from_us, us_from_instant
from catchment.people.decisions.store import last_forgettings, subjects_of_decision
from catchment.people.rights.errors import NotSuppressed, RightsRequestUnknown
from catchment.people.rights.ports import Keys
from catchment.people.rights.requests import RightsChange
from catchment.people.rights.store import deletions_by_decision, find_request
from catchment.people.rights.types import DeletionLifted, Suppression
from catchment.store import UnitOfWork
from catchment.vault import hide_text

SUPPRESSIONS_SHOWN_MAX = 4_000
"""Some two hundred deletions: of one there are about twenty, most of them ids yet to come."""

LIFT = "rights.lift"
"""What the trail calls it."""

LIFT_ALL = "rights.lift_deletion"

LetBack = Callable[[WorkspaceId, Sequence[str]], None]
"""Has what lands from now on under subjects shown again."""


def list_suppressions(
    uow: UnitOfWork, keys: Keys, workspace_id: WorkspaceId, *, subject: str | None = None
) -> Sequence[Suppression]:
    """Who stays forgotten or did, the newest first; of one subject, if that is named.

    Raises:
        KeysAway: the key store does not answer.
    """
    last = last_forgettings(uow, workspace_id)
    requests = deletions_by_decision(uow, workspace_id)
    found = keys.tombstones(workspace_id)
    chosen = found.items() if subject is None else (
        (one, stone) for one, stone in found.items() if one == subject
    )  # fmt: skip
    made = [
        Suppression(
            one,
            instant_from_us(stone.at_us),
            None if stone.lifted_us is None else instant_from_us(stone.lifted_us),
            requests.get(last.get(one, "")),
        )
        for one, stone in chosen
    ]
    made.sort(key=lambda one: (one.at, one.subject), reverse=True)
    return made[:SUPPRESSIONS_SHOWN_MAX]


def lift_suppression(
    uow: UnitOfWork,
    keys: Keys,
    workspace_id: WorkspaceId,
    subject: str,
    *,
    reason: str,
    let_back: LetBack,
    change: RightsChange,
) -> Suppression:
    """Lets an identifier be known again: what comes in from now on is kept; nothing comes back.

    Args:
        uow: the unit of work.
        keys: the key ring.
        workspace_id: whose.
        subject: the identifier.
        reason: why.
        let_back: has what lands from now on shown again.
        change: who does it.

    Raises:
        NotSuppressed: nothing holds for it.
        KeysAway: the key store does not answer.
    """
    stone = keys.tombstones(workspace_id).get(subject)
    if stone is None or stone.lifted_us is not None:
        raise NotSuppressed
    now = change.clock.now()
    record(
        uow, workspace_id, change.actor, LIFT, subject,
        clock=change.clock, ids=change.ids, detail={"reason": hide_text(reason)},
    )  # fmt: skip
    let_back(workspace_id, [subject])
    keys.lift(workspace_id, [subject], at_us=us_from_instant(now))
    return Suppression(subject, instant_from_us(stone.at_us), now)


def lift_deletion(
    uow: UnitOfWork,
    keys: Keys,
    workspace_id: WorkspaceId,
    request_id: str,
    *,
    reason: str,
    let_back: LetBack,
    change: RightsChange,
) -> DeletionLifted:
    """Lets all identifiers of one deletion be known again, at once; nothing comes back.

    An identifier that a later deletion names as well stays forgotten: that one is lifted by itself.

    Args:
        uow: the unit of work.
        keys: the key ring.
        workspace_id: whose.
        request_id: the deletion.
        reason: why.
        let_back: has what lands from now on shown again.
        change: who does it.

    Raises:
        RightsRequestUnknown: there is no such deletion here.
        NotSuppressed: nothing holds for any of its identifiers.
        KeysAway: the key store does not answer.
    """
    request = find_request(uow, workspace_id, request_id)
    if request is None or request.decision_id is None:
        raise RightsRequestUnknown(f"There is no deletion {request_id} in this workspace.")
    stones = keys.tombstones(workspace_id)
    held = [
        one for one in subjects_of_decision(uow, workspace_id, request.decision_id)
        if one in stones and stones[one].lifted_us is None
    ]  # fmt: skip
    last = last_forgettings(uow, workspace_id)
    lifted = [one for one in held if last.get(one) == request.decision_id]
    if not lifted:
        raise NotSuppressed
    now = change.clock.now()
    told = DeletionLifted(request_id, len(lifted), len(held) - len(lifted))
    record(
        uow, workspace_id, change.actor, LIFT_ALL, request_id, clock=change.clock, ids=change.ids,
        detail={"reason": hide_text(reason), "identifiers": told.lifted, "kept": told.kept},
    )  # fmt: skip
    # One of each as well: what an old copy of the keys has forgotten is lifted again by these.
    for subject in lifted:
        record(
            uow, workspace_id, change.actor, LIFT, subject,
            clock=change.clock, ids=change.ids,
            detail={"reason": hide_text(reason), "request": request_id},
        )  # fmt: skip
    let_back(workspace_id, lifted)
    keys.lift(workspace_id, lifted, at_us=us_from_instant(now))
    return told


def is_suppressed(keys: Keys, workspace_id: WorkspaceId, subject: str) -> bool:
    """Whether an identifier stays forgotten."""
    stone = keys.tombstones(workspace_id).get(subject)
    return stone is not None and stone.lifted_us is None
