"""Following a decision: what it means for the book of identities."""

from catchment.kernel import us_from_instant
from catchment.people.decisions.types import Decision, DecisionKind
from catchment.people.identity import IdentityChanges, IdentityPages

WITHDRAWING = frozenset({DecisionKind.SPLIT, DecisionKind.IMPORT_REFUSED})
"""Decisions that take edges back."""


def follow(pages: IdentityPages, decision: Decision) -> IdentityChanges:
    """Does to the book what a decision says; a second time, that changes nothing."""
    pairs = list(decision.pairs)
    if decision.kind in WITHDRAWING:
        return pages.withdraw(pairs)
    if decision.kind is DecisionKind.RESTORE:
        return pages.restore(pairs)
    if decision.kind is DecisionKind.MERGE:
        return pages.join(pairs, time_us=us_from_instant(decision.at))
    return pages.forget([pair.left for pair in pairs])
