"""Choosing: which people a rule means, now and at every instant after.

An audience is a *rule*: a small typed tree of questions about a person (what they did and did not
do, their traits, tags, levels, consent, other audiences), never text of a query language. A rule
is read from JSON, checked against what there is, and evaluated over people in bulk. The answer
says of each person whether they are in, and when time alone may next change that, so that nobody
has to be looked at again before. Membership is kept from those answers: people enter and leave by
events and by the clock, and every step is written down and announced.

The rooms bring NumPy, Arrow and compiled loops, so names are looked up when first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from catchment.audiences.errors import RuleProblem, RuleRefused

if TYPE_CHECKING:
    from catchment.audiences.reading import read_rule
    from catchment.audiences.rules import (
        AllOf,
        AnyOf,
        ConsentIs,
        Did,
        DidNot,
        InAudience,
        InList,
        LevelIs,
        Not,
        RandomSample,
        Rule,
        ScoreIs,
        Sequence,
        StageIs,
        TagIs,
        TraitIs,
    )
    from catchment.audiences.writing import write_rule

_ROOMS = {
    "read_rule": "reading",
    "write_rule": "writing",
    "AllOf": "rules",
    "AnyOf": "rules",
    "ConsentIs": "rules",
    "Did": "rules",
    "DidNot": "rules",
    "InAudience": "rules",
    "InList": "rules",
    "LevelIs": "rules",
    "Not": "rules",
    "RandomSample": "rules",
    "Rule": "rules",
    "ScoreIs": "rules",
    "Sequence": "rules",
    "StageIs": "rules",
    "TagIs": "rules",
    "TraitIs": "rules",
}

__all__ = [
    "AllOf",
    "AnyOf",
    "ConsentIs",
    "Did",
    "DidNot",
    "InAudience",
    "InList",
    "LevelIs",
    "Not",
    "RandomSample",
    "Rule",
    "RuleProblem",
    "RuleRefused",
    "ScoreIs",
    "Sequence",
    "StageIs",
    "TagIs",
    "TraitIs",
    "read_rule",
    "write_rule",
]


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{room}"), name)
    globals()[name] = value
    return value
