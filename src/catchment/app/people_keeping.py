"""People kept up: who is who, then what they did, then which audiences they are in.

One loop does it, beside landing and never within it. An event has at most two seconds from here to
the notice that somebody entered.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from catchment import audiences, people
from catchment.access import get_workspace
from catchment.app.attributes import PeopleAttributes
from catchment.audiences import LiveAudiences
from catchment.kernel import WorkspaceId
from catchment.people import Fact
from catchment.store import UnitOfWork

if TYPE_CHECKING:
    from catchment.app.home import Home

QUIET_SECONDS = 0.3
"""How long to wait when a round found nothing new."""


class PeopleKeeping:
    """Keeps the people of every workspace up.

    Args:
        home: the parts.
    """

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._live = LiveAudiences(home.audiences)
        self._attributes = PeopleAttributes(home.database, home.identity_book, home.facts)
        self._seen: dict[WorkspaceId, tuple[int, int]] = {}

    def close(self) -> None:
        """Lets go of the members' files."""
        self._live.close()

    def round(self) -> float:
        """Brings everything up to what has landed; returns how long to wait for the next round."""
        known = self._home.overlay.catch_up()
        chosen = set(self._live.workspaces())
        moved = False
        for workspace_id, report in known.items():
            moved |= self._keep(workspace_id, is_new=report.links > 0)
        for workspace_id in chosen:
            position = self._home.facts.position(workspace_id)
            step = self._live.step(workspace_id, position)
            moved |= step.looked > 0
        return 0.0 if moved else QUIET_SECONDS

    def keep(self, workspace_id: WorkspaceId) -> audiences.StepReport:
        """One workspace, now: what the command line asks for."""
        self._home.overlay.catch_up()
        self._keep(workspace_id, is_new=True)
        return self._live.step(workspace_id, self._home.facts.position(workspace_id))

    def _keep(self, workspace_id: WorkspaceId, *, is_new: bool) -> bool:
        facts = self._home.facts
        wanted = self.wanted(workspace_id)
        if wanted != facts.kept(workspace_id):
            facts.declare(workspace_id, wanted)
        return facts.catch_up(workspace_id).occurrences > 0 or is_new

    def wanted(self, workspace_id: WorkspaceId) -> frozenset[Fact]:
        """What must be kept of the events for lists of people, traits, levels and audiences."""
        with UnitOfWork(self._home.database, reads_only=True) as uow:
            currency = get_workspace(uow, workspace_id).currency
            traits = people.list_traits(uow, workspace_id)
            levels = people.facts_of_levels(people.life_cycle_rules(uow, workspace_id), currency)
            rules = audiences.rules_of_audiences(uow, workspace_id)
        found: set[Fact] = {*people.built_in_facts([currency]), *levels}
        found.update(one.spec.measure.fact for one in traits)
        for rule in rules:
            found.update(audiences.facts_of(rule))
            found.update(self._of_attributes(workspace_id, rule))
        return frozenset(found)

    def _of_attributes(self, workspace_id: WorkspaceId, rule: audiences.Rule) -> Iterable[Fact]:
        for part in audiences.walk(rule):
            if isinstance(part, audiences.ConsentIs):
                yield from self._attributes.facts_of(workspace_id, part)
