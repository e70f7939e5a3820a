"""Who stays forgotten, and letting somebody be known again.

The list lies with the keys, apart from the data: a backup of the data that is put back knows
nothing of it, and cannot bring anybody back. Whatever comes in under one of these subjects is
dropped on landing, until an operator lifts it with a reason, or the person grants consent anew.
"""

from collections.abc import Callable, Sequence

from catchment.access import record
from catchment.kernel import WorkspaceId, instant_from_us, us_from_instant
from catchment.people.rights.errors import NotSuppressed
from catchment.people.rights.ports import Keys
from catchment.people.rights.requests import RightsChange
from catchment.people.rights.types import Suppression
from catchment.store import UnitOfWork

SUPPRESSIONS_SHOWN_MAX = 1_000

LIFT = "rights.lift"
"""What the trail calls it."""

LetBack = Callable[[WorkspaceId, Sequence[str]], None]
"""Has what lands from now on under subjects shown again."""


def list_suppressions(
    keys: Keys, workspace_id: WorkspaceId, *, subject: str | None = None
) -> Sequence[Suppression]:
    """Who stays forgotten or did, the newest first; of one subject, if that is named.

    Raises:
        KeysAway: the key store does not answer.
    """
    found = keys.tombstones(workspace_id)
    chosen = found.items() if subject is None else (
        (one, stone) for one, stone in found.items() if one == subject
    )  # fmt: skip
    made = [
        Suppression(
            one,
            instant_from_us(stone.at_us),
            None if stone.lifted_us is None else instant_from_us(stone.lifted_us),
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
        clock=change.clock, ids=change.ids, detail={"reason": reason},
    )  # fmt: skip
    let_back(workspace_id, [subject])
    keys.lift(workspace_id, [subject], at_us=us_from_instant(now))
    return Suppression(subject, instant_from_us(stone.at_us), now)


def is_suppressed(keys: Keys, workspace_id: WorkspaceId, subject: str) -> bool:
    """Whether an identifier stays forgotten."""
    stone = keys.tombstones(workspace_id).get(subject)
    return stone is not None and stone.lifted_us is None
