"""Putting right what is known of a person: by telling it anew, so that everything derived follows.

A correction is an event like any other: an identify call that names the person by the strongest
identifier of theirs and says what the trait should be. It goes through the log and lands; traits,
levels and audiences follow within seconds. What was told before stays in the lake as history, as a
token whose value is kept sealed: it is what somebody once said, and shown as such; only the newest
telling counts.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catchment.jobs import Handler, JobRun
from catchment.kernel import Clock, Conflict, us_from_instant
from catchment.lake import EventLog, Received
from catchment.people.parts import PeopleParts
from catchment.people.profile import resolve_person
from catchment.people.rights import store
from catchment.people.rights.identifying import identifier_values
from catchment.people.rights.ports import Keys, OpenVault
from catchment.people.rights.requests import correction_of, get_right, over, with_step
from catchment.people.rights.types import (
    Correction,
    RightsRequest,
    RightState,
    StepState,
)
from catchment.store import Database, UnitOfWork
from catchment.vault import Access, Purpose

HOUSE_SOURCE = "house"
"""Where corrections come from."""

_FORMAT = "catchment"


class NobodyToName(Conflict):
    """None of the person's identifiers can be read any more; nothing can be told of them."""


@dataclass(frozen=True, slots=True)
class CorrectionWorks:
    """What putting right takes.

    Attributes:
        parts: who is who.
        database: the records.
        vault: opens the identifier that the event names them by.
        keys: opens what is to be put right.
        log: what the event goes into.
        clock: tells when.
    """

    parts: PeopleParts
    database: Database
    vault: OpenVault
    keys: Keys
    log: EventLog
    clock: Clock


def run_correction_job(works: CorrectionWorks) -> Handler:
    """The handler of such jobs; run twice, it tells the same event, which counts once."""

    def run(job: JobRun) -> Mapping[str, Any]:
        workspace_id = job.workspace_id
        with UnitOfWork(works.database) as uow:
            request = get_right(uow, workspace_id, str(job.payload["request_id"]), locks=True)
            correction = correction_of(uow, request, works.keys)
            if not request.is_open or correction is None:
                return {"state": request.state.value}
            # From here on it is told, and cannot be refused.
            request = replace(request, state=RightState.RUNNING)
            store.change_request(uow, request)
        works.log.append([_event(works, request, correction)])
        now = works.clock.now()
        with UnitOfWork(works.database) as uow:
            told = get_right(uow, workspace_id, request.id, locks=True)
            if told.is_open:
                told = with_step(told, "told", StepState.DONE, correction.trait)
                store.change_request(uow, over(told, now, works.keys), sealed=None)
        return {"trait": correction.trait}

    return run


def _event(works: CorrectionWorks, request: RightsRequest, correction: Correction) -> Received:
    kind, value = _named(works, request)
    event: dict[str, Any] = {
        "type": "identify",
        # The same request tells the same event, however often its job is run.
        "message_id": f"correction-{request.id}",
        "timestamp": request.asked_at.isoformat(),
        "traits": {correction.trait: correction.value},
    }
    if kind == "user":
        event["user_id"] = value
    elif kind == "anon":
        event["anonymous_id"] = value
    else:
        scope, colon, bare = value.partition(":")
        named = {"id": value, "type": kind}
        if colon and kind in ("openid", "external_userid"):
            named = {"id": bare, "type": kind, "scope": scope}
        event["context"] = {"externalIds": [named]}
    return Received(
        request.workspace_id, HOUSE_SOURCE, _FORMAT, us_from_instant(works.clock.now()),
        json.dumps({"events": [event]}, ensure_ascii=False).encode(),
    )  # fmt: skip


def _named(works: CorrectionWorks, request: RightsRequest) -> tuple[str, str]:
    """The strongest identifier of a person whose value can be read: its kind, and the value."""
    view, nodes, person = resolve_person(works.parts, request.workspace_id, request.person)
    _, members = view.members_of(nodes)
    rules = {rule.code: rule for rule in view.rules.kinds}
    codes = view.kinds_of(members).tolist()
    subjects: Sequence[str] = view.subjects_of(members).to_pylist()
    order = sorted(range(len(codes)), key=lambda place: rules[codes[place]].priority)
    access = Access(request.asked_by, Purpose.RIGHTS, f"correction {request.id}", person=person)
    values = identifier_values(
        works.parts.engine, works.parts.subjects, works.vault, request.workspace_id, subjects,
        access=access,
    )  # fmt: skip
    for place in order:
        if (value := values.get(subjects[place])) is not None:
            return rules[codes[place]].kind, value
    raise NobodyToName
