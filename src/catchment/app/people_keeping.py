"""People kept up: who is who, then what they did, then which audiences they are in.

One loop does it, beside landing and never within it. An event has at most two seconds from here to
the notice that somebody entered.
"""

from catchment import audiences, people
from catchment.access import get_workspace
from catchment.audiences import AudienceWorks, LiveAudiences
from catchment.kernel import WorkspaceId
from catchment.people import ConsentKeeper, Fact, FactBook, Overlay
from catchment.store import UnitOfWork

LOOK_SECONDS = 0.1
"""How often to look whether events have landed; that takes no question."""

QUIET_SECONDS = 1.0
"""How often to see what else there is to do: who is due by the calendar, what operators changed."""


TRICKLE_SECONDS = 1.0
"""How long events that trickle wait for each other: a round costs the same for one as for many."""

TRICKLE_EVENTS = 200
"""So few are a trickle; who lands more is waited for by nobody."""

_SECOND = 1_000_000


class PeopleKeeping:
    """Keeps the people of every workspace up.

    Args:
        overlay: who is who.
        facts: what they did.
        works: which audiences they are in.
        consent: what they said about consent.
    """

    def __init__(
        self, overlay: Overlay, facts: FactBook, works: AudienceWorks, consent: ConsentKeeper
    ) -> None:
        self._overlay = overlay
        self._facts = facts
        self._consent = consent
        self._database = works.database
        self._clock = works.clock
        self._seen: dict[WorkspaceId, int] | None = None
        self._taken: dict[WorkspaceId, int] | None = None
        self._due_us = self._rested_us = 0
        self._live = LiveAudiences(works)

    def close(self) -> None:
        """Lets go of the members' files."""
        self._live.close()

    def workspaces(self) -> list[WorkspaceId]:
        """Workspaces that have audiences to keep up."""
        return self._live.workspaces()

    def round(self) -> float:
        """Brings everything up to what has landed; returns how long to wait for the next round.

        The first event after a pause is taken in at once; those that trickle behind it come
        together.
        """
        arrived, now_us = self._overlay.arrived(), self._clock.now_us()
        if arrived == self._seen and now_us < self._due_us:
            return LOOK_SECONDS
        if self._trickles(now_us):
            return LOOK_SECONDS
        # Who moved may move others: there is another round at once.
        self._seen = None if self._keep_all() else arrived
        if self._taken is not None and self._taken != arrived:
            self._rested_us = now_us + int(TRICKLE_SECONDS * _SECOND)
        self._taken = arrived
        self._due_us = now_us + int(QUIET_SECONDS * _SECOND)
        return LOOK_SECONDS if self._seen is not None else 0.0

    def _trickles(self, now_us: int) -> bool:
        """Whether what landed may wait for what else will, as little of it as there is."""
        if self._seen is None or not 0 < self._rested_us - now_us <= TRICKLE_SECONDS * _SECOND:
            return False
        return self._overlay.landed_behind(self._seen) <= TRICKLE_EVENTS

    def _keep_all(self) -> bool:
        """Everything once; whether anybody entered or left."""
        moved = False
        for workspace_id in self._overlay.catch_up():
            self._keep(workspace_id)
        for workspace_id in self._live.workspaces():
            step = self._live.step(workspace_id, self._facts.position(workspace_id))
            moved |= step.entered + step.left + step.filled > 0
        return moved

    def keep(self, workspace_id: WorkspaceId) -> audiences.StepReport:
        """One workspace, now: what the command line asks for."""
        self._overlay.catch_up()
        self._keep(workspace_id)
        return self._live.step(workspace_id, self._facts.position(workspace_id))

    def _keep(self, workspace_id: WorkspaceId) -> None:
        wanted = self.wanted(workspace_id)
        if wanted != self._facts.kept(workspace_id):
            self._facts.declare(workspace_id, wanted)
        self._facts.catch_up(workspace_id)
        # Behind the facts and before the audiences: a withdrawal takes somebody out this round.
        self._consent.catch_up(workspace_id, self._facts.position(workspace_id))

    def wanted(self, workspace_id: WorkspaceId) -> frozenset[Fact]:
        """What must be kept of the events for lists of people, traits, levels and audiences."""
        with UnitOfWork(self._database, reads_only=True) as uow:
            currency = get_workspace(uow, workspace_id).currency
            traits = people.list_traits(uow, workspace_id)
            levels = people.facts_of_levels(people.life_cycle_rules(uow, workspace_id), currency)
            rules = audiences.rules_of_audiences(uow, workspace_id)
        found: set[Fact] = {*people.built_in_facts([currency]), *levels}
        found.update(one.spec.measure.fact for one in traits)
        for rule in rules:
            found.update(audiences.facts_of(rule))
        return frozenset(found)
