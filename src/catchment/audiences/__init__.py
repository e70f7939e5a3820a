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
    from catchment.audiences.evaluation import evaluate, evaluate_each
    from catchment.audiences.parts import Answer, Attributes, Deeds, Parts, Standing
    from catchment.audiences.plan import Plan, facts_of, plan_of
    from catchment.audiences.reading import read_rule
    from catchment.audiences.rules import (
        AllOf,
        AnyOf,
        ConsentIs,
        Did,
        DidInOrder,
        DidNot,
        InAudience,
        InList,
        LevelIs,
        Not,
        RandomSample,
        Rule,
        ScoreIs,
        StageIs,
        TagIs,
        TraitIs,
        audiences_of,
        lists_of,
    )
    from catchment.audiences.writing import write_rule

_ROOMS = {
    "Answer": "parts",
    "Attributes": "parts",
    "Deeds": "parts",
    "Parts": "parts",
    "Plan": "plan",
    "Standing": "parts",
    "audiences_of": "rules",
    "evaluate": "evaluation",
    "evaluate_each": "evaluation",
    "facts_of": "plan",
    "lists_of": "rules",
    "plan_of": "plan",
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
    "DidInOrder": "rules",
    "StageIs": "rules",
    "TagIs": "rules",
    "TraitIs": "rules",
}

__all__ = [
    "AllOf",
    "Answer",
    "AnyOf",
    "Attributes",
    "ConsentIs",
    "Deeds",
    "Did",
    "DidInOrder",
    "DidNot",
    "InAudience",
    "InList",
    "LevelIs",
    "Not",
    "Parts",
    "Plan",
    "RandomSample",
    "Rule",
    "RuleProblem",
    "RuleRefused",
    "ScoreIs",
    "StageIs",
    "Standing",
    "TagIs",
    "TraitIs",
    "audiences_of",
    "evaluate",
    "evaluate_each",
    "facts_of",
    "lists_of",
    "plan_of",
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
