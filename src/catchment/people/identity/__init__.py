"""Who is who: identifiers, the links between them, and the people they make under the rules.

The book keeps every identifier (a *node*) and every sighting of two together (a *link*). People are
a pure function of that set, of what operators withdrew or joined, and of the rules: the order in
which links arrive, and how often, changes nothing. Splitting is withdrawing a link; nothing else is
rewritten.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from catchment.people.identity.earliest_edge import (
    PERSON_PREFIX,
    Edge,
    owners,
    person_of_subject,
)
from catchment.people.identity.errors import (
    BookBusy,
    BookDamaged,
    BookFull,
    BookRemade,
    KindConflict,
    RulesUnsound,
    SubjectMalformed,
)
from catchment.people.identity.rules import DEFAULT_RULES, IdentityRules, KindRule, Strength

if TYPE_CHECKING:
    from catchment.people.identity.book import IdentityBook
    from catchment.people.identity.pages import IdentityPages
    from catchment.people.identity.types import (
        GONE,
        UNKNOWN,
        EdgeKnown,
        IdentityChanges,
        Links,
        Pair,
        RulePreview,
        Verdict,
        Via,
    )
    from catchment.people.identity.view import IdentityView

_ROOMS = {
    "IdentityBook": "book",
    "IdentityPages": "pages",
    "IdentityView": "view",
    "GONE": "types",
    "UNKNOWN": "types",
    "EdgeKnown": "types",
    "IdentityChanges": "types",
    "Links": "types",
    "Pair": "types",
    "RulePreview": "types",
    "Verdict": "types",
    "Via": "types",
}

__all__ = [
    "DEFAULT_RULES",
    "GONE",
    "PERSON_PREFIX",
    "UNKNOWN",
    "BookBusy",
    "BookDamaged",
    "BookFull",
    "BookRemade",
    "Edge",
    "EdgeKnown",
    "IdentityBook",
    "IdentityChanges",
    "IdentityPages",
    "IdentityRules",
    "IdentityView",
    "KindConflict",
    "KindRule",
    "Links",
    "Pair",
    "RulePreview",
    "RulesUnsound",
    "Strength",
    "SubjectMalformed",
    "Verdict",
    "Via",
    "owners",
    "person_of_subject",
]


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{room}"), name)
    globals()[name] = value
    return value
