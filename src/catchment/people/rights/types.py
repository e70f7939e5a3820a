"""The nouns of people's rights: a request, its steps, connected systems, and who is suppressed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from catchment.kernel import WorkspaceId

NOTE_LENGTH_MAX = 500
REASON_LENGTH_MAX = 500
VALUE_LENGTH_MAX = 2_000
SYSTEMS_MAX = 50
URL_LENGTH_MAX = 500

DUE = timedelta(days=15)
"""So long at most a request takes; what the law and GB/T 35273 expect."""

FILE_KEPT = timedelta(days=7)
"""How long the file of an access request can be fetched."""


class RightKind(StrEnum):
    """What somebody may ask for."""

    ACCESS = "access"
    CORRECTION = "correction"
    DELETION = "deletion"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"


class RightState(StrEnum):
    """How far a request is. `waiting`: done by the house, to be approved by an operator."""

    RECEIVED = "received"
    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


OPEN_STATES = (RightState.RECEIVED, RightState.RUNNING, RightState.WAITING)


class StepState(StrEnum):
    """How far a step is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class DeletionStep(StrEnum):
    """What a deletion does, in this order. Each may be done again and then changes nothing."""

    SUPPRESSED = "suppressed"
    HIDDEN = "hidden"
    UNKNOWN = "unknown"
    RECORDS = "records"
    REWRITTEN = "rewritten"
    DELETED = "deleted"
    FILES = "files"
    TOLD = "told"
    RECEIPT = "receipt"


class SystemState(StrEnum):
    """How far a connected system is with a deletion."""

    INITIALIZED = "initialized"
    RUNNING = "running"
    PARTIAL = "partial"
    FAILED = "failed"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a request.

    Attributes:
        name: what is done.
        state: how far it is.
        detail: counts and the like; nothing personal.
    """

    name: str
    state: StepState = StepState.WAITING
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RightsRequest:
    """What somebody asked for.

    Attributes:
        id: `rgt_…`; later requests have greater ids.
        workspace_id: whose.
        kind: what they ask for.
        person: who, as they were called then.
        state: how far it is.
        asked_by: the operator who took it down.
        asked_at, due_at: when, and until when it must be done.
        note: what the operator wrote.
        steps: what is done for it.
        decision_id: of a deletion, the decision that the books follow.
        receipt: signed, once it is done.
        file_until: of an access request, how long its file can be fetched.
        approved_by: who let the file out.
        reason: why it was refused or failed.
        finished_at: when it was over.
    """

    id: str
    workspace_id: WorkspaceId
    kind: RightKind
    person: str
    state: RightState
    asked_by: str
    asked_at: datetime
    due_at: datetime
    note: str = ""
    steps: Sequence[Step] = ()
    decision_id: str | None = None
    receipt: Mapping[str, Any] | None = None
    file_until: datetime | None = None
    approved_by: str | None = None
    reason: str | None = None
    finished_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything is still to be done."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be put right.

    Attributes:
        trait: which trait, by the name that senders use.
        value: what it should be.
    """

    trait: str
    value: str | float | bool


@dataclass(frozen=True, slots=True)
class ConnectedSystem:
    """A system that was given data and is told of deletions.

    Attributes:
        id: `sys_…`.
        name: what operators call it.
        url: where it listens: https.
        created_by, created_at: who connected it, and when.
        states: of its tellings, how many are how far.
    """

    id: str
    name: str
    url: str
    created_by: str
    created_at: datetime
    states: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Telling:
    """One system told of one deletion.

    Attributes:
        request_id, system_id: of which, and whom.
        state: how far it is.
        attempts: how often it was tried.
        detail: what it answered; nothing personal.
        next_at: when it is tried next.
    """

    workspace_id: WorkspaceId
    request_id: str
    system_id: str
    state: SystemState
    attempts: int
    detail: str
    created_at: datetime
    next_at: datetime


@dataclass(frozen=True, slots=True)
class Suppression:
    """Somebody who stays forgotten, by a subject.

    Attributes:
        subject: the keyed hash that stands for an identifier of theirs.
        at: since when.
        lifted_at: since when no longer; none while it holds.
        request_id: the last deletion that it belongs to, if the records know it.
    """

    subject: str
    at: datetime
    lifted_at: datetime | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class DeletionLifted:
    """What lifting all of a deletion came to.

    Attributes:
        request_id: which deletion.
        lifted: subjects that may be known again from now on.
        kept: subjects that stay forgotten, for a later deletion holds them.
    """

    request_id: str
    lifted: int
    kept: int
