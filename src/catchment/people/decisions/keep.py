"""Keeping a decision: its record, its audit line and its notice, in one unit of work."""

from collections.abc import Sequence

from catchment.access import record
from catchment.events import notices
from catchment.kernel import Clock, IdMaker, WorkspaceId
from catchment.people.decisions.store import insert_decision
from catchment.people.decisions.types import By, Decision, DecisionKind
from catchment.people.identity import Pair
from catchment.store import UnitOfWork, announce

NOTICED_PEOPLE_MAX = 100
"""So many people a notice names; the decision has them all."""

_ACTIONS = {
    DecisionKind.SPLIT: "people.split",
    DecisionKind.RESTORE: "people.restore",
    DecisionKind.MERGE: "people.merge",
    DecisionKind.IMPORT_REFUSED: "people.import_refused",
    DecisionKind.FORGET: "people.forget",
}


def keep_decision(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    kind: DecisionKind,
    pairs: Sequence[Pair],
    *,
    people: tuple[Sequence[str], Sequence[str]],
    by: By,
    clock: Clock,
    ids: IdMaker,
) -> Decision:
    """Writes a decision down.

    Args:
        uow: the unit of work.
        workspace_id: whose.
        kind: what is decided.
        pairs: the edges it is about.
        people: whose they are, and whose they will be.
        by: who decides, and why.
        clock: tells when.
        ids: makes its id.
    """
    before, after = people
    decision = Decision(
        id=ids.make("dec"), kind=kind, at=clock.now(), by=by.actor, reason=by.reason,
        pairs=tuple(pairs), people_before=tuple(before), people_after=tuple(after),
    )  # fmt: skip
    insert_decision(uow, workspace_id, decision)
    record(
        uow, workspace_id, by.actor, _ACTIONS[kind], decision.id, clock=clock, ids=ids,
        detail={
            "people": list(before)[:NOTICED_PEOPLE_MAX], "edges": len(pairs), "reason": by.reason,
        },
    )  # fmt: skip
    if kind is not DecisionKind.FORGET:
        # That somebody is forgotten is told when the book has followed.
        announce(uow, _notice(workspace_id, decision), clock=clock, ids=ids)
    return decision


def _notice(workspace_id: WorkspaceId, decision: Decision) -> notices.NoticeBody:
    before = tuple(decision.people_before)[:NOTICED_PEOPLE_MAX]
    after = tuple(decision.people_after)[:NOTICED_PEOPLE_MAX]
    if decision.kind in {DecisionKind.MERGE, DecisionKind.RESTORE}:
        return notices.PeopleMerged(workspace_id, decision.id, before, after)
    return notices.PeopleSplit(workspace_id, decision.id, before, after)
