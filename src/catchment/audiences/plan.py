"""A plan: many rules taken apart into the questions they share, each asked once.

Two hundred audiences ask far fewer different questions than they have leaves, and those that ask of
the same events differ in little but the window. A plan is made once and used for every pass.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from catchment.audiences.rules import (
    AllOf,
    AnyOf,
    Deed,
    Did,
    DidInOrder,
    DidNot,
    Leaf,
    Not,
    Rule,
)
from catchment.people import Condition, Fact


class Join(Enum):
    """How parts are joined."""

    ALL = "all"
    ANY = "any"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts joined; `NOT` has one."""

    join: Join
    parts: tuple["Joined | int", ...]


Tree = Joined | int
"""A rule whose leaves are places in the plan's list of questions."""


@dataclass(frozen=True, slots=True)
class Question:
    """A leaf, and the facts it needs: one, none, or one for each step of a sequence."""

    leaf: Leaf
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Plan:
    """Rules, taken apart.

    Attributes:
        questions: every different leaf.
        trees: by the rule's id, how its leaves are joined.
    """

    questions: tuple[Question, ...]
    trees: Mapping[str, Tree]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Everything that must be known of the events to answer, each once."""
        found = {fact.key: fact for question in self.questions for fact in question.facts}
        return tuple(found.values())


def fact_of(deed: Deed, field: str | None = None) -> Fact:
    """What must be known of the events to say who did it, and with which numbers."""
    return Fact(Condition(deed.event, None, deed.where), field, field is not None)


def _facts(leaf: Leaf) -> tuple[Fact, ...]:
    if isinstance(leaf, Did):
        return (fact_of(leaf.deed, leaf.field),)
    return tuple(map(fact_of, leaf.steps)) if isinstance(leaf, DidInOrder) else ()


def leaves_of(tree: Tree) -> Iterator[int]:
    """The places of a tree's questions."""
    if isinstance(tree, int):
        yield tree
        return
    for part in tree.parts:
        yield from leaves_of(part)


class _Planner:
    def __init__(self) -> None:
        self.questions: list[Question] = []
        # By what is written, because Python takes true for 1, and a filter does not.
        self._places: dict[str, int] = {}

    def tree(self, rule: Rule) -> Tree:
        """The rule's tree; its leaves join the questions."""
        match rule:
            case AllOf(rules):
                return Joined(Join.ALL, tuple(map(self.tree, rules)))
            case AnyOf(rules):
                return Joined(Join.ANY, tuple(map(self.tree, rules)))
            case Not(inner):
                return Joined(Join.NOT, (self.tree(inner),))
            case DidNot(deed, period):
                # The opposite of once at least, which others ask as well.
                return Joined(Join.NOT, (self._leaf(Did(deed, period)),))
        return self._leaf(rule)

    def _leaf(self, leaf: Leaf) -> int:
        written = repr(leaf)
        if written not in self._places:
            self._places[written] = len(self.questions)
            self.questions.append(Question(leaf, _facts(leaf)))
        return self._places[written]


def plan_of(rules: Mapping[str, Rule]) -> Plan:
    """The plan of these rules."""
    planner = _Planner()
    trees = {name: planner.tree(rule) for name, rule in rules.items()}
    return Plan(tuple(planner.questions), trees)


def facts_of(rule: Rule) -> tuple[Fact, ...]:
    """What a rule needs to be kept up of the events."""
    return plan_of({"": rule}).facts
