"""The judge of rules: checks, evaluates and explains them with the parts that `app` handed in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from catchment.audiences.checking import Catalogue, check_rule
from catchment.audiences.evaluation import evaluate_each
from catchment.audiences.explaining import Why, explain
from catchment.audiences.parts import Attributes, Deeds, Parts, Persons
from catchment.audiences.plan import Plan, plan_of
from catchment.audiences.ports import Judged, Listening, Members, PeopleBook
from catchment.audiences.rules import Rule, walk
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork

PLANS_KEPT_MAX = 64


class Catalogues(Protocol):
    """Tells what there is to name in a workspace."""

    def catalogue(self, uow: UnitOfWork, workspace_id: WorkspaceId) -> Catalogue:
        """Traits, tags, audiences, lists, levels and the rest, as they are now."""


class AttributeListening(Protocol):
    """Tells which events may change what is known of a person."""

    def listening(self, workspace_id: WorkspaceId, rule: Rule) -> Listening:
        """For a question about a trait, a level or a stage; nothing for any other."""


@dataclass
class RuleJudge:
    """Judges rules.

    Args:
        people: who there is.
        deeds: what they did.
        attributes: what else is known of them.
        heard: which events attributes depend on.
        catalogues: what there is to name.
    """

    people: PeopleBook
    deeds: Deeds
    attributes: Attributes
    heard: AttributeListening
    catalogues: Catalogues

    def __post_init__(self) -> None:
        self._plans: dict[str, Plan] = {}

    def listening(self, workspace_id: WorkspaceId, rule: Rule) -> Listening:
        """Which events may change what the rule says of the person they belong to."""
        events = {
            (fact.condition.event, fact.condition.kind) for fact in self._plan({"": rule}).facts
        }
        told = (self.heard.listening(workspace_id, part) for part in walk(rule))
        return frozenset(events).union(*told)

    def check(
        self, uow: UnitOfWork, workspace_id: WorkspaceId, rule: Rule, audience_id: str | None
    ) -> None:
        """Raises `RuleRefused` for a rule that names what is not there, or reads itself."""
        known = self.catalogues.catalogue(uow, workspace_id)
        check_rule(rule, known, audience_id=audience_id)

    def judge(
        self,
        workspace_id: WorkspaceId,
        rules: Mapping[str, Rule],
        members: Members,
        *,
        at_us: int,
        persons: Persons | None = None,
    ) -> Iterator[tuple[str, Judged]]:
        """What each rule says of these people, or of everybody, run by run of people."""
        parts = Parts(self.people, self.deeds, self.attributes, members)
        plan = self._plan(rules)
        return evaluate_each(parts, workspace_id, plan, at_us=at_us, persons=persons)

    def why(
        self, workspace_id: WorkspaceId, rule: Rule, members: Members, person: str, *, at_us: int
    ) -> tuple[Why, ...]:
        """Why the rule holds for a person or not, part by part, outermost first."""
        parts = Parts(self.people, self.deeds, self.attributes, members)
        return explain(parts, workspace_id, rule, person, at_us=at_us)

    def refusing(self, workspace_id: WorkspaceId, persons: Persons | None = None) -> Persons:
        """The people who refused to be judged by machines, as nodes; among these, or of all."""
        if persons is None:
            persons = self.people.reading(workspace_id).persons()
        found: Persons = persons[self.attributes.refusing(workspace_id, persons=persons)]
        return found

    def _plan(self, rules: Mapping[str, Rule]) -> Plan:
        """The plan of these rules; the same rules come again with every step."""
        # By what is written: to Python, a rule that asks for 1 equals one that asks for true.
        written = repr(list(rules.items()))
        plan = self._plans.get(written)
        if plan is None:
            while len(self._plans) >= PLANS_KEPT_MAX:
                self._plans.pop(next(iter(self._plans)))
            plan = self._plans[written] = plan_of(rules)
        return plan
