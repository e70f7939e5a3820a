"""The nouns of background work: a job, its states, and what happens on a rhythm."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from catchment.kernel import WorkspaceId

HOUSE = WorkspaceId("house")
"""The workspace of jobs that serve all of them, such as compaction."""

ATTEMPTS_MAX_DEFAULT = 5
PAYLOAD_BYTES_MAX = 64 * 1024


class JobState(StrEnum):
    """Where a job stands; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work, as it stands now.

    Attributes:
        id: `job_…`.
        workspace_id: whose; `HOUSE` for what serves all.
        kind: the name its handler is registered under.
        state: where it stands.
        payload: what the handler needs: ids and small settings.
        result: what the handler answered, once done.
        reason: why the last attempt failed, or why it was given up.
        attempts: how often it was begun.
        attempts_max: how often it may be.
        run_at: not before.
        created_at, started_at, finished_at: its life.
        done, total: progress; `total` is unknown until the handler says.
        is_cancel_requested: its handler will stop at its next report.
        requested_by: the actor, as the audit trail names one; empty for the house itself.
        fence: rises with every claim; a write under an older one is refused.
    """

    id: str
    workspace_id: WorkspaceId
    kind: str
    state: JobState
    payload: Mapping[str, Any]
    result: Mapping[str, Any] | None
    reason: str | None
    attempts: int
    attempts_max: int
    run_at: datetime
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    done: int
    total: int | None
    is_cancel_requested: bool
    requested_by: str
    fence: int


@dataclass(frozen=True, slots=True)
class Period:
    """Work that comes round again.

    Attributes:
        kind: the job's kind; also the rhythm's name.
        every: the time between two of them. Rounds missed while nothing ran are not made up.
    """

    kind: str
    every: timedelta
