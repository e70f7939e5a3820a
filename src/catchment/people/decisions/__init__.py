"""Decisions: what operators say about who is who, above what events say.

Splitting withdraws edges, merging adds one that no limit stops, forgetting takes a person out. Each
decision is a record first; the book of identities follows it, also after a crash or a rebuild.
"""

from importlib import import_module
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from catchment.people.decisions.registrar import Registrar

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
    "Registrar",
    "RulesOutcome",
    "TooMuchAtOnce",
]


def __getattr__(name: str) -> object:
    # The registrar stands on the overlay, which stands on the records of decisions.
    if name != "Registrar":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.registrar").Registrar
