"""Asking for a grant, answering it, and using it: the rules, each named when it refuses."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from catchment.kernel import Clock, IdMaker, Page, WorkspaceId
from catchment.store import UnitOfWork
from catchment.vault.errors import GrantNeeded, GrantSettled, GrantUnknown
from catchment.vault.fields.declare import FieldBook
from catchment.vault.grants import store
from catchment.vault.grants.types import (
    Approval,
    Grant,
    GrantRule,
    GrantScope,
    GrantSpec,
    GrantState,
    grant_refused,
)
from catchment.vault.hiding import hide_text
from catchment.vault.trail.chain import Trail
from catchment.vault.trail.types import Act
from catchment.vault.types import Purpose


class Grants:
    """The grants of every workspace. Who may ask and who may answer, the edge has settled.

    Args:
        trail: where every step is written down.
        fields: which kinds of values there are.
        clock, ids: the house's own.
    """

    def __init__(self, trail: Trail, fields: FieldBook, clock: Clock, ids: IdMaker) -> None:
        self._trail, self._fields, self._clock, self._ids = trail, fields, clock, ids

    def ask(
        self, uow: UnitOfWork, workspace_id: WorkspaceId, spec: GrantSpec, *, actor: str
    ) -> Grant:
        """Keeps a request; it gives nothing until others approve it.

        Raises:
            KindUnknown: nothing in this workspace is of such a kind.
        """
        self._fields.refuse_unknown(uow, workspace_id, spec.kinds)
        spec = replace(spec, reason=hide_text(spec.reason), ticket=hide_text(spec.ticket))
        made = Grant(
            self._ids.make("grn"), workspace_id, spec, GrantState.ASKED, actor, self._clock.now()
        )
        store.add(uow, made)
        self._note(uow, made, actor, "grant.ask", spec.reason)
        return made

    def approve(
        self,
        uow: UnitOfWork,
        workspace_id: WorkspaceId,
        grant_id: str,
        *,
        actor: str,
        behind: Callable[[str], str] = lambda who: who,
    ) -> Grant:
        """Approves a request; with the last approval that it needs, its time begins.

        Args:
            uow: the unit of work.
            workspace_id: whose.
            grant_id: which.
            actor: who approves.
            behind: the person behind an actor; of a key, whoever made it.

        Raises:
            GrantRefused: by whom asked, or twice by the same.
            GrantSettled: it was answered, or nobody answered in time.
        """
        grant = self._open(uow, workspace_id, grant_id, {GrantState.ASKED})
        if actor in {grant.requested_by, behind(grant.requested_by)}:
            raise grant_refused(
                GrantRule.NOT_BY_ONESELF, "Nobody approves what they asked for themselves."
            )
        if actor in {one.by for one in grant.approvals}:
            raise grant_refused(GrantRule.NOT_TWICE, "You approved this; another must as well.")
        now = self._clock.now()
        changed = replace(grant, approvals=(*grant.approvals, Approval(actor, now)))
        if len(changed.approvals) >= grant.spec.approvals_needed:
            until = now + timedelta(minutes=grant.spec.minutes)
            changed = replace(changed, state=GrantState.GRANTED, starts_at=now, expires_at=until)
        store.change(uow, changed)
        self._note(uow, changed, actor, "grant.approve")
        return changed

    def refuse(
        self, uow: UnitOfWork, workspace_id: WorkspaceId, grant_id: str, *, actor: str, reason: str
    ) -> Grant:
        """Refuses a request.

        Raises:
            GrantSettled: it was answered before.
        """
        grant = self._open(uow, workspace_id, grant_id, {GrantState.ASKED})
        return self._settle(uow, grant, GrantState.REFUSED, actor, reason)

    def revoke(
        self, uow: UnitOfWork, workspace_id: WorkspaceId, grant_id: str, *, actor: str, reason: str
    ) -> Grant:
        """Takes a grant or a request back, from now on.

        Raises:
            GrantSettled: it is over already.
        """
        over = {GrantState.ASKED, GrantState.GRANTED, GrantState.USED_UP}
        grant = self._open(uow, workspace_id, grant_id, over)
        return self._settle(uow, grant, GrantState.REVOKED, actor, reason)

    def get(self, uow: UnitOfWork, workspace_id: WorkspaceId, grant_id: str) -> Grant:
        """One grant as it stands now.

        Raises:
            GrantUnknown: there is none.
        """
        found = store.find(uow, workspace_id, grant_id)
        if found is None:
            raise GrantUnknown
        return found.at(self._clock.now())

    def page(
        self,
        uow: UnitOfWork,
        workspace_id: WorkspaceId,
        *,
        requested_by: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Page[Grant]:
        """Grants as they stand now, the newest first."""
        now = self._clock.now()
        found = store.page(uow, workspace_id, requested_by=requested_by, limit=limit, cursor=cursor)
        return Page([one.at(now) for one in found.items], found.next_cursor)

    def use(
        self,
        uow: UnitOfWork,
        workspace_id: WorkspaceId,
        grant_id: str | None,
        *,
        actor: str,
        scope: GrantScope,
        purpose: Purpose,
        kinds: Sequence[str],
        people: Sequence[str] = (),
        file: str | None = None,
        file_people: int = 0,
    ) -> Grant:
        """Counts a use of a grant, in the transaction of the trail's entry.

        Args:
            uow: the unit of work.
            workspace_id: whose.
            grant_id: which.
            actor: who uses it.
            scope: one by one, or in a file.
            purpose: what for.
            kinds: on which kinds.
            people: on whom, one by one.
            file: of a file, its id.
            file_people: of a file, how many people are in it.

        Raises:
            GrantNeeded: none was named.
            GrantUnknown: there is none such.
            GrantRefused: it does not cover this; the details name the rule.
        """
        if grant_id is None:
            raise GrantNeeded(
                f"reading {', '.join(kinds)} for {purpose.value} takes a grant; ask for one"
            )
        found = store.find(uow, workspace_id, grant_id, to_change=True)
        if found is None:
            raise GrantUnknown
        grant = found.at(self._clock.now())
        _check(grant, actor, scope, purpose, kinds)
        counted = [(one, 1) for one in people] + ([(file, file_people)] if file else [])
        used = found.people_used
        for who, many in counted:
            if store.count_person(uow, workspace_id, grant_id, who, many):
                used += many
        if used > grant.spec.people_max:
            raise grant_refused(
                GrantRule.PEOPLE_USED_UP,
                f"The grant's people are used up: it covers {grant.spec.people_max:,}.",
            )
        return grant

    def _open(
        self, uow: UnitOfWork, workspace_id: WorkspaceId, grant_id: str, states: set[GrantState]
    ) -> Grant:
        found = store.find(uow, workspace_id, grant_id, to_change=True)
        if found is None:
            raise GrantUnknown
        now = found.at(self._clock.now())
        if now.state not in states:
            raise GrantSettled(f"the grant is {now.state.value} already", state=now.state.value)
        return found

    def _settle(
        self, uow: UnitOfWork, grant: Grant, state: GrantState, actor: str, reason: str
    ) -> Grant:
        changed = replace(grant, state=state, settled_by=actor, settled_reason=hide_text(reason))
        store.change(uow, changed)
        verb = "grant.refuse" if state is GrantState.REFUSED else "grant.revoke"
        self._note(uow, changed, actor, verb, reason)
        return changed

    def _note(
        self, uow: UnitOfWork, grant: Grant, actor: str, action: str, reason: str = ""
    ) -> None:
        spec = grant.spec
        act = Act(actor, action, spec.purpose, grant.id, None, spec.kinds, 0, reason)
        self._trail.add(uow, grant.workspace_id, [act])


def _check(
    grant: Grant, actor: str, scope: GrantScope, purpose: Purpose, kinds: Sequence[str]
) -> None:
    spec = grant.spec
    if actor != grant.requested_by:
        raise grant_refused(GrantRule.HOLDER, "The grant is somebody else's.")
    if grant.state is GrantState.EXPIRED:
        raise grant_refused(GrantRule.EXPIRED, "The grant's time is over.")
    if grant.state not in {GrantState.GRANTED, GrantState.USED_UP}:
        if grant.state is GrantState.ASKED:
            raise grant_refused(GrantRule.NOT_GRANTED, "The grant is not approved yet.")
        raise grant_refused(GrantRule.NOT_GRANTED, f"The grant was {grant.state.value}.")
    if spec.scope is not scope:
        raise grant_refused(
            GrantRule.SCOPE, f"The grant is for {spec.scope.value}, not for {scope.value}."
        )
    if spec.purpose is not purpose:
        raise grant_refused(
            GrantRule.PURPOSE, f"The grant is for {spec.purpose.value}, not {purpose.value}."
        )
    beyond = sorted(set(kinds).difference(spec.kinds))
    if beyond:
        raise grant_refused(GrantRule.KIND, f"The grant does not cover {', '.join(beyond)}.")
