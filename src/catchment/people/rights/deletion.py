"""Deletion, from the moment it is decided to the receipt.

A decision of the registrar is a deletion: there is one way to be forgotten, whoever asks. With the
decision, in its unit of work, a request is written down, and for every connected system what it is
to be told. Right behind the commit the rows are hidden and the keys destroyed: from there on
nothing can be read. The rest takes its time, and is written down step by step; whatever was cut
short is taken up again by the worker: every step changes nothing where it is done already.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog

from catchment.jobs import enqueue
from catchment.kernel import (
    Clock,
    Conflict,
    IdMaker,
    Unavailable,
    WorkspaceId,
    instant_from_us,
    us_from_instant,
)
from catchment.people.decisions import Decision
from catchment.people.decisions.store import (
    applied_when,
    find_decision,
    subjects_of_decision,
)
from catchment.people.rights import store
from catchment.people.rights.errors import RightsRequestOver
from catchment.people.rights.keeping import keep_requests
from catchment.people.rights.ports import Erased, Identifier, Keys, Namesake, Parting
from catchment.people.rights.receipts import RECEIPT, signed
from catchment.people.rights.requests import RightsChange, get_right, said_of, with_step
from catchment.people.rights.systems import is_told, tellings_for
from catchment.people.rights.tellings import store as tellings_store
from catchment.people.rights.types import (
    DUE,
    NOTE_LENGTH_MAX,
    DeletionStep,
    RightKind,
    RightsRequest,
    RightState,
    Step,
    StepState,
)
from catchment.store import Database, UnitOfWork

FORGET_JOB = "people.forget"
"""Strikes somebody out of everything that is kept beside the events."""

FORGET_ATTEMPTS_MAX = 20
"""Nobody would notice that a forgetting was given up: it is tried for days."""

ASK_AGAIN = timedelta(hours=1)

ERASE_JOB = "privacy.erase"
"""Writes the lake's files anew; of the house for all, of a workspace for its own."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Deletions:
    """Carries deletions out.

    Args:
        database: the records.
        keys: what signs receipts and seals what systems are told.
        parting: destroys keys, hides rows.
        erased: tells how far the lake is.
        clock, ids: the house's own.
        reached: told the name of each point as it is passed; a test may stop there.
    """

    database: Database
    keys: Keys
    parting: Parting
    erased: Erased
    clock: Clock
    ids: IdMaker
    reached: Callable[[str], None] = lambda _point: None

    def identifiers(
        self, workspace_id: WorkspaceId, subjects: Sequence[str]
    ) -> Sequence[Identifier]:
        """What a person goes by, while it can be read; nothing where no system wants to know.

        Raises:
            KeysAway: the key store does not answer; nobody can be forgotten now.
        """
        self.keys.tombstones(workspace_id)
        with UnitOfWork(self.database, reads_only=True) as uow:
            if not tellings_store.systems_of(uow, workspace_id):
                return ()
        return self.parting.identifiers(workspace_id, subjects)

    def namesakes(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> Sequence[Namesake]:
        """Identifiers of other kinds that are the same phone or address as one of a person's.

        Raises:
            KeysAway: the key store does not answer.
        """
        return self.parting.namesakes(workspace_id, subjects)

    def note(
        self, uow: UnitOfWork, workspace_id: WorkspaceId, decision: Decision,
        identifiers: Sequence[Identifier],
    ) -> RightsRequest:  # fmt: skip
        """Writes a deletion down, in the unit of work of its decision."""
        request = RightsRequest(
            self.ids.make("rgt"), workspace_id, RightKind.DELETION, decision.people_before[0],
            RightState.RUNNING, decision.by, decision.at, decision.at + DUE,
            decision.reason[:NOTE_LENGTH_MAX], tuple(Step(one.value) for one in DeletionStep),
            decision.id,
        )  # fmt: skip
        store.insert_request(uow, request)
        tellings_for(uow, self.keys, request, identifiers)
        return request

    def part(self, workspace_id: WorkspaceId, decision_id: str) -> None:
        """Destroys the keys and hides the rows: from here on nothing can be read.

        Raises:
            KeysAway: the key store does not answer; the worker tries again.
        """
        with UnitOfWork(self.database, reads_only=True) as uow:
            request = store.request_of_decision(uow, workspace_id, decision_id)
            subjects = subjects_of_decision(uow, workspace_id, decision_id)
            decision = find_decision(uow, workspace_id, decision_id)
        if request is None:
            return
        self.reached("decided")
        # Hidden first: it needs no keys, and lets nothing be read that is about to be gone.
        self.parting.hide(workspace_id, subjects)
        self.reached("hidden")
        came_to = self.parting.suppress(
            workspace_id, subjects, at_us=us_from_instant(request.asked_at)
        )
        self.reached("suppressed")
        self._note_steps(
            request,
            {
                DeletionStep.HIDDEN: _counted(_reach(decision)),
                DeletionStep.SUPPRESSED: came_to,
            },
        )
        self.reached("parted")

    def go_on(self) -> int:
        """Takes every open deletion as far as it goes; returns how many are still open."""
        try:
            keep_requests(self.database, self.keys, self.clock, self.ids)
        except Unavailable as away:
            _log.warning("requests_wait", reason=away.message)
        with UnitOfWork(self.database, reads_only=True) as uow:
            requests = store.open_requests(uow, RightKind.DELETION)
        open_still = 0
        for request in requests:
            try:
                open_still += self._go_on(request).is_open
            except (Unavailable, Conflict) as busy:
                # One that cannot go on now must not hold the others up.
                open_still += 1
                _log.warning("deletion_waits", request=request.id, reason=busy.message)
        return open_still

    def _go_on(self, request: RightsRequest) -> RightsRequest:
        workspace_id, decision_id = request.workspace_id, str(request.decision_id)
        if not _is_done(request, DeletionStep.SUPPRESSED):
            self.part(workspace_id, decision_id)
        done: dict[DeletionStep, str] = {}
        with UnitOfWork(self.database, reads_only=True) as uow:
            applied_at = applied_when(uow, workspace_id, decision_id)
            subjects = subjects_of_decision(uow, workspace_id, decision_id)
            tellings = tellings_store.tellings_of(uow, workspace_id, request.id)
            decision = find_decision(uow, workspace_id, decision_id)
        if applied_at is not None:
            done[DeletionStep.UNKNOWN] = ""
            self._order_again(request)
        if not self.erased.is_hidden(workspace_id, subjects):
            done[DeletionStep.REWRITTEN] = ""
            if self.erased.still_on_disk(workspace_id) == 0:
                done[DeletionStep.DELETED] = ""
        else:
            request = self._note_wait(request, subjects)
        if self.erased.files_before(workspace_id, us_from_instant(request.asked_at)) == 0:
            done[DeletionStep.FILES] = ""
        if is_told(tellings):
            states = [one.state.value for one in tellings]
            done[DeletionStep.TOLD] = ", ".join(
                f"{states.count(state)} {state}" for state in sorted(set(states))
            )
        now = self._note_steps(request, done)
        self.reached("noted")
        if now.is_open and all(
            step.state is StepState.DONE
            for step in now.steps
            if step.name != DeletionStep.RECEIPT.value
        ):
            now = self._give_receipt(now, _reach(decision), tellings)
        return now

    def _note_wait(self, request: RightsRequest, subjects: Sequence[str]) -> RightsRequest:
        """Says until when the files cannot be through, so that nobody wonders why it waits."""
        settled_us = self.erased.settled_us(request.workspace_id, subjects)
        if settled_us is None:
            return request
        detail = f"not before {instant_from_us(settled_us):%H:%M} UTC"
        name = DeletionStep.REWRITTEN.value
        if any(one.name == name and one.detail == detail for one in request.steps):
            return request
        return self._change(request, lambda one: with_step(one, name, StepState.WAITING, detail))

    def _order_again(self, request: RightsRequest) -> None:
        """Orders the striking out anew where the job for it was given up."""
        is_due = self.clock.now() - request.asked_at > ASK_AGAIN
        if is_due and not _is_done(request, DeletionStep.RECORDS):
            with UnitOfWork(self.database) as uow:
                enqueue(
                    uow, request.workspace_id, FORGET_JOB, {"decision_id": request.decision_id},
                    clock=self.clock, ids=self.ids, once_key=request.decision_id,
                    attempts_max=FORGET_ATTEMPTS_MAX,
                )  # fmt: skip

    def _give_receipt(
        self, request: RightsRequest, reach: Mapping[str, int], tellings: Sequence[Any]
    ) -> RightsRequest:
        at = self.clock.now()
        said = {
            **said_of(replace(request, finished_at=at)),
            **reach,
            "systems": [{"system_id": one.system_id, "state": one.state.value}
                        for one in tellings],
        }  # fmt: skip
        receipt = signed(said, self.keys.signing_key(RECEIPT))
        self.reached("signed")

        def over(one: RightsRequest) -> RightsRequest:
            if one.receipt is not None:
                return one
            noted = with_step(one, DeletionStep.RECEIPT.value, StepState.DONE)
            return replace(noted, receipt=receipt, state=RightState.DONE, finished_at=at)

        return self._change(request, over)

    def _note_steps(
        self, request: RightsRequest, done: Mapping[DeletionStep, str]
    ) -> RightsRequest:
        new = {step: detail for step, detail in done.items() if not _is_done(request, step)}
        if not new:
            return request

        def noted(one: RightsRequest) -> RightsRequest:
            for step, detail in new.items():
                one = with_step(one, step.value, StepState.DONE, detail)
            return one

        return self._change(request, noted)

    def _change(
        self, request: RightsRequest, make: Callable[[RightsRequest], RightsRequest]
    ) -> RightsRequest:
        with UnitOfWork(self.database) as uow:
            # Read again within it: a job may have noted a step of its own meanwhile.
            changed = make(get_right(uow, request.workspace_id, request.id, locks=True))
            store.change_request(uow, changed)
        return changed


def right_of_decision(
    uow: UnitOfWork, workspace_id: WorkspaceId, decision_id: str
) -> RightsRequest:
    """The deletion that a decision is.

    Raises:
        RightsRequestOver: there is none: nothing was decided.
    """
    found = store.request_of_decision(uow, workspace_id, decision_id)
    if found is None:
        raise RightsRequestOver("nothing was decided")
    return found


def note_records_done(
    uow: UnitOfWork, workspace_id: WorkspaceId, decision_id: str, counts: Mapping[str, Any]
) -> None:
    """Notes that everything beside the lake's files has forgotten somebody."""
    request = store.request_of_decision(uow, workspace_id, decision_id, locks=True)
    if request is None or _is_done(request, DeletionStep.RECORDS):
        return
    detail = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    noted = with_step(request, DeletionStep.RECORDS.value, StepState.DONE, detail)
    store.change_request(uow, noted)


def hurry_deletion(
    uow: UnitOfWork, workspace_id: WorkspaceId, request_id: str, *, change: RightsChange
) -> RightsRequest:
    """Has the lake's files written anew now rather than in the night.

    Raises:
        RightsRequestUnknown: there is none of this id here.
        RightsRequestOver: it is no deletion, or it is over.
    """
    request = get_right(uow, workspace_id, request_id)
    if request.kind is not RightKind.DELETION or not request.is_open:
        raise RightsRequestOver(f"the request is {request.state.value}", state=request.state.value)
    enqueue(
        uow, workspace_id, ERASE_JOB, {}, clock=change.clock, ids=change.ids, once_key="erase",
        requested_by=change.actor,
    )  # fmt: skip
    return request


def _reach(decision: Decision | None) -> Mapping[str, int]:
    """How many identifiers a deletion is of: the person's own, and those of the same number.

    Of the latter also how many people they made besides. A namesake is paired with whose it is.
    """
    pairs = () if decision is None else decision.pairs
    namesakes = sum(one.left != one.right for one in pairs)
    others = 0 if decision is None else max(0, len(decision.people_before) - 1)
    reach = {"identifiers": len(pairs) - namesakes}
    return {**reach, "namesakes": namesakes, "people": others} if namesakes else reach


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)


def _is_done(request: RightsRequest, step: DeletionStep) -> bool:
    return any(one.name == step.value and one.state is StepState.DONE for one in request.steps)
