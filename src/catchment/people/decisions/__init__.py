"""Decisions: what operators say about who is who, above what events say.

Splitting withdraws edges, merging adds one that no limit stops, forgetting takes a person out. Each
decision is a record first; the book of identities follows it, also after a crash or a rebuild.
"""

from catchment.people.decisions.errors import (
    EdgeNotOfPerson,
    NothingNamed,
    NothingToDecide,
    PersonNotInBook,
    TooMuchAtOnce,
)
from catchment.people.decisions.types import (
    By,
    Decision,
    DecisionKind,
    EdgeShown,
    IdentityOfPerson,
    NodeKnown,
    Outcome,
    RulesOutcome,
)

__all__ = [
    "By",
    "Decision",
    "DecisionKind",
    "EdgeNotOfPerson",
    "EdgeShown",
    "IdentityOfPerson",
    "NodeKnown",
    "NothingNamed",
    "NothingToDecide",
    "Outcome",
    "PersonNotInBook",
    "RulesOutcome",
    "TooMuchAtOnce",
]
