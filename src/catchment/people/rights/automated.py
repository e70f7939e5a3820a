"""Refusing to be judged by machines, and allowing it again.

Of who refuses, a level, a stage and a score say nothing, neither to an audience that asks for them
nor to one that asks for their opposite. It is kept by identifier: it follows the person through
merges and splits, and holds for whoever turns out to be the same person later.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.events import notices
from catchment.kernel import Clock, IdMaker, WorkspaceId
from catchment.people.consent.standing import WhoIsWho
from catchment.people.identity import PERSON_PREFIX
from catchment.people.rights import store
from catchment.store import Database, UnitOfWork, announce


class IdentityReading(Protocol):
    """Opens views of who is who; the `IdentityBook` is one."""

    def reading(self, workspace_id: WorkspaceId) -> WhoIsWho:
        """The newest view."""


def refuse_automation(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    subjects: Sequence[str],
    request_id: str,
    *,
    clock: Clock,
    ids: IdMaker,
) -> None:
    """From now on no machine judges whoever goes by these subjects."""
    store.refuse_automation(uow, workspace_id, subjects, request_id, clock.now())
    _tell(uow, workspace_id, subjects, clock, ids, is_allowed=False)


def allow_automation(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    subjects: Sequence[str],
    *,
    clock: Clock,
    ids: IdMaker,
) -> None:
    """Takes that back."""
    store.allow_automation(uow, workspace_id, subjects)
    _tell(uow, workspace_id, subjects, clock, ids, is_allowed=True)


def forget_refusals(uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]) -> int:
    """Forgets that these subjects refused; returns how many rows there were."""
    return store.allow_automation(uow, workspace_id, subjects)


def is_automation_allowed(
    uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str]
) -> bool:
    """Whether machines may judge a person, by all that they go by."""
    return not store.refusing_subjects(uow, workspace_id, subjects)


def refusing_people(
    uow: UnitOfWork, workspace_id: WorkspaceId, view: WhoIsWho
) -> npt.NDArray[np.int32]:
    """The people whom no machine may judge, as nodes, rising."""
    subjects = store.refusing_subjects(uow, workspace_id)
    if not subjects:
        return np.zeros(0, np.int32)
    nodes = view.nodes_of(pa.array(list(subjects), pa.string()))
    return np.unique(np.asarray(view.owners)[nodes[nodes >= 0]]).astype(np.int32)


def refusing_in(
    database: Database, identity: IdentityReading
) -> Callable[[WorkspaceId], Collection[str]]:
    """Tells the people whom no machine may judge, as they are called now."""

    def tell(workspace_id: WorkspaceId) -> Collection[str]:
        view = identity.reading(workspace_id)
        with UnitOfWork(database, reads_only=True) as uow:
            nodes = refusing_people(uow, workspace_id, view)
        return {PERSON_PREFIX + one for one in view.subjects_of(nodes).to_pylist()}

    return tell


def _tell(
    uow: UnitOfWork, workspace_id: WorkspaceId, subjects: Sequence[str], clock: Clock, ids: IdMaker,
    *, is_allowed: bool,
) -> None:  # fmt: skip
    for start in range(0, len(subjects), notices.SUBJECTS_AT_ONCE_MAX):
        some = tuple(subjects[start : start + notices.SUBJECTS_AT_ONCE_MAX])
        body = notices.AutomatedDecisionsChanged(workspace_id, some, is_allowed)
        announce(uow, body, clock=clock, ids=ids)
