"""Knowing: which subjects are one person, and what is known of them.

Events are kept under the keyed hash of their own strongest identifier and are never rewritten. Who
that is stands in an overlay beside them, derived from the identity book: joining people, splitting
them and starting over change the book and the overlay alone.

Names are looked up when first used: some of the rooms bring heavy libraries.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from catchment.people.ports import OverlayTable, Subjects
from catchment.people.show import Deed, Person, PersonUnknown, person_of, show, timeline

if TYPE_CHECKING:
    from catchment.people.edge_book import EdgeBook
    from catchment.people.facts import (
        NEVER,
        Aggregate,
        Condition,
        Fact,
        FactBook,
        FactsBehind,
        FactsChange,
        Measure,
        MeasureAnswer,
        MeasureRefused,
        Occurrences,
    )
    from catchment.people.identity import (
        DEFAULT_RULES,
        Edge,
        EdgeKnown,
        IdentityBook,
        IdentityChanges,
        IdentityPages,
        IdentityRules,
        IdentityView,
        KindRule,
        Links,
        Pair,
        RulePreview,
        RulesUnsound,
        Strength,
        Verdict,
        Via,
        owners,
        person_of_subject,
    )
    from catchment.people.interests import (
        INTEREST_KINDS,
        InterestAnswer,
        InterestEvidence,
        InterestGraphs,
        InterestItem,
        InterestKeeper,
        InterestKind,
        InterestNeighbour,
        Interests,
        InterestScored,
        InterestWay,
        read_interest_kind,
    )
    from catchment.people.overlay import (
        CatchUpReport,
        Overlay,
        PeopleWorks,
        catch_up,
        forget,
        rebuild,
    )

_ROOMS = {
    "EdgeBook": "edge_book",
    "Aggregate": "facts",
    "Condition": "facts",
    "Fact": "facts",
    "FactBook": "facts",
    "FactsBehind": "facts",
    "FactsChange": "facts",
    "Measure": "facts",
    "MeasureAnswer": "facts",
    "MeasureRefused": "facts",
    "NEVER": "facts",
    "Occurrences": "facts",
    "DEFAULT_RULES": "identity",
    "Edge": "identity",
    "EdgeKnown": "identity",
    "IdentityBook": "identity",
    "IdentityChanges": "identity",
    "IdentityPages": "identity",
    "IdentityRules": "identity",
    "IdentityView": "identity",
    "KindRule": "identity",
    "Links": "identity",
    "Pair": "identity",
    "RulePreview": "identity",
    "RulesUnsound": "identity",
    "Strength": "identity",
    "Verdict": "identity",
    "Via": "identity",
    "owners": "identity",
    "person_of_subject": "identity",
    "INTEREST_KINDS": "interests",
    "InterestAnswer": "interests",
    "InterestEvidence": "interests",
    "InterestGraphs": "interests",
    "InterestItem": "interests",
    "InterestKeeper": "interests",
    "InterestKind": "interests",
    "InterestNeighbour": "interests",
    "InterestScored": "interests",
    "InterestWay": "interests",
    "Interests": "interests",
    "read_interest_kind": "interests",
    "CatchUpReport": "overlay",
    "Overlay": "overlay",
    "PeopleWorks": "overlay",
    "catch_up": "overlay",
    "forget": "overlay",
    "rebuild": "overlay",
}

__all__ = [
    "DEFAULT_RULES",
    "INTEREST_KINDS",
    "NEVER",
    "Aggregate",
    "CatchUpReport",
    "Condition",
    "Deed",
    "Edge",
    "EdgeBook",
    "EdgeKnown",
    "Fact",
    "FactBook",
    "FactsBehind",
    "FactsChange",
    "IdentityBook",
    "IdentityChanges",
    "IdentityPages",
    "IdentityRules",
    "IdentityView",
    "InterestAnswer",
    "InterestEvidence",
    "InterestGraphs",
    "InterestItem",
    "InterestKeeper",
    "InterestKind",
    "InterestNeighbour",
    "InterestScored",
    "InterestWay",
    "Interests",
    "KindRule",
    "Links",
    "Measure",
    "MeasureAnswer",
    "MeasureRefused",
    "Occurrences",
    "Overlay",
    "OverlayTable",
    "Pair",
    "PeopleWorks",
    "Person",
    "PersonUnknown",
    "RulePreview",
    "RulesUnsound",
    "Strength",
    "Subjects",
    "Verdict",
    "Via",
    "catch_up",
    "forget",
    "owners",
    "person_of",
    "person_of_subject",
    "read_interest_kind",
    "rebuild",
    "show",
    "timeline",
]


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{room}"), name)
    globals()[name] = value
    return value
