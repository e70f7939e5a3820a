"""Forgetting somebody in everything that is kept of people, once the book has forgotten them.

What stands in the records goes in the unit of work in which the notice is delivered: exactly once.
What stands in files is done by a job that the same unit of work orders. Each of its parts changes
nothing where it is done already, so a job that was cut short is simply run again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from catchment.events import notices
from catchment.jobs import Handler, JobRun, enqueue
from catchment.kernel import Clock, IdMaker, WorkspaceId
from catchment.lake import CompactionConflict
from catchment.people.consent import FORGOTTEN, ConsentChange, lapse_consent
from catchment.people.decisions.store import forgotten_subjects, subjects_of_decision
from catchment.people.duplicates import forget_suggestions
from catchment.people.facts import FactBook
from catchment.people.identity import PERSON_PREFIX
from catchment.people.ports import Forgotten
from catchment.people.rights.automated import forget_refusals
from catchment.people.rights.deletion import (
    FORGET_ATTEMPTS_MAX,
    FORGET_JOB,
    note_records_done,
)
from catchment.people.rights.keeping import close_for_forgotten, note_given_up
from catchment.people.tags import forget_tags
from catchment.store import Database, Notice, Subscriber, UnitOfWork

__all__ = [
    "FORGET_JOB", "Forgetting", "forget", "forgotten_in", "people_subscriber", "run_forget_job",
]  # fmt: skip

EDGES_TRIES_MAX = 10
"""How often the interests are asked while somebody else merges their files."""


class Edges(Protocol):
    """Where interests are kept; the lake's `InterestTable` is one."""

    def forget(self, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
        """Takes these subjects' edges out; returns how many rows went."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What forgetting somebody in files takes.

    Attributes:
        database: the records.
        facts: what they did.
        edges: what they care about.
        elsewhere: what neighbours keep, by name: each strikes these subjects out, and says how
            much that was.
        clock, ids: the house's own; without them nothing is written into the ledger of consent.
    """

    database: Database
    facts: FactBook
    edges: Edges
    elsewhere: Mapping[str, Callable[[WorkspaceId, Sequence[str]], int]] = field(
        default_factory=dict
    )
    clock: Clock | None = None
    ids: IdMaker | None = None


def people_subscriber(clock: Clock, ids: IdMaker) -> Subscriber:
    """Forgets what the records keep of somebody who was forgotten, and orders the rest.

    And notes of requests that their job was given up.
    """

    def answer(notice: Notice, uow: UnitOfWork) -> None:
        body = notice.body
        if isinstance(body, notices.JobFailed):
            note_given_up(uow, body, clock.now())
        elif isinstance(body, notices.PersonForgotten):
            forget(uow, notice.workspace_id, body.subjects)
            close_for_forgotten(uow, notice.workspace_id, body.subjects, clock.now())
            enqueue(
                uow, notice.workspace_id, FORGET_JOB, {"decision_id": body.decision_id},
                clock=clock, ids=ids, once_key=body.decision_id, attempts_max=FORGET_ATTEMPTS_MAX,
            )  # fmt: skip

    return Subscriber("people", (notices.PersonForgotten, notices.JobFailed), answer)


def forget(uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
    """Deletes what the records keep of somebody: tags, who is like them, that they refused.

    Decisions, the ledger of consent and requests stay: they are the proof of what was done, and
    name nobody but by keyed hashes.

    Returns:
        How many rows there were.
    """
    gone = forget_tags(uow, workspace_id, subjects)
    gone += forget_refusals(uow, workspace_id, subjects)
    persons = [PERSON_PREFIX + subject for subject in subjects]
    return gone + forget_suggestions(uow, workspace_id, persons)


def run_forget_job(works: Forgetting) -> Handler:
    """The handler of such jobs; run twice, it finds nothing more."""

    def run(job: JobRun) -> Mapping[str, Any]:
        workspace_id = job.workspace_id
        with UnitOfWork(works.database) as uow:
            subjects = subjects_of_decision(uow, workspace_id, str(job.payload["decision_id"]))
            # Once more: who was busy with them when the notice came may have written since.
            rows = forget(uow, workspace_id, subjects)
            if works.clock is not None:
                close_for_forgotten(uow, workspace_id, subjects, works.clock.now())
        done = {
            "rows": rows,
            "facts": works.facts.forget_gone(workspace_id),
            "interests": _forget_edges(works.edges, workspace_id, subjects),
            **{name: strike(workspace_id, subjects) for name, strike in works.elsewhere.items()},
        }
        with UnitOfWork(works.database) as uow:
            if works.clock is not None and works.ids is not None:
                change = ConsentChange(FORGOTTEN, works.clock, works.ids)
                lapse_consent(uow, workspace_id, subjects, change=change)
            note_records_done(uow, workspace_id, str(job.payload["decision_id"]), done)
        return done

    return run


def forgotten_in(database: Database) -> Forgotten:
    """Tells who was forgotten, by the records."""

    def tell(workspace_id: WorkspaceId) -> Mapping[str, int]:
        with UnitOfWork(database, reads_only=True) as uow:
            return forgotten_subjects(uow, workspace_id)

    return tell


def _forget_edges(edges: Edges, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
    for _ in range(EDGES_TRIES_MAX - 1):
        try:
            return edges.forget(workspace_id, subjects)
        except CompactionConflict:
            continue
    return edges.forget(workspace_id, subjects)
