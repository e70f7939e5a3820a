"""How many people at once stand with consent: what an audience asks."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.kernel import WorkspaceId, us_from_instant
from catchment.people.consent import store
from catchment.people.consent.ledger import EVERY_CHANNEL
from catchment.people.consent.types import ConsentState
from catchment.store import UnitOfWork

FEW = 2_000
"""So many identifiers are asked after one by one; of more, everybody's words are read."""

GRANTED, WITHDRAWN, UNKNOWN = 0, 1, 2
_NEVER = -1

Nodes = npt.NDArray[np.int32]


class WhoIsWho(Protocol):
    """What is asked of the identity view."""

    @property
    def count(self) -> int:
        """Nodes there are."""

    @property
    def owners(self) -> Nodes:
        """The person (a node) of each node."""

    def nodes_of(self, subjects: pa.Array) -> Nodes:
        """The node of each subject; -1 where it is unknown."""

    def subjects_of(self, nodes: Nodes) -> pa.Array:
        """The subject of each node."""


def consent_of_each(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    view: WhoIsWho,
    persons: Nodes,
    about: tuple[str, str],
) -> npt.NDArray[np.int64]:
    """Of each person 0 for granted, 1 for withdrawn, 2 for nothing said: by the newest word.

    Args:
        uow: the unit of work.
        workspace_id: whose.
        view: who is who.
        persons: nodes that name people.
        about: a purpose and a channel.
    """
    purpose, channel = about
    is_asked = np.zeros(view.count, bool)
    is_asked[persons] = True
    members = np.flatnonzero(is_asked[view.owners]).astype(np.int32)
    few = view.subjects_of(members).to_pylist() if len(members) <= FEW else None
    words = list(
        store.newest_words(
            uow, workspace_id, purpose.lower(), (channel.lower(), EVERY_CHANNEL), few
        )
    )
    newest = {state: np.full(view.count, _NEVER, np.int64) for state in ConsentState}
    for state, kept in newest.items():
        said = [(subject, at) for subject, _, what, at in words if what == state.value]
        _note(view, kept, said)
    granted = newest[ConsentState.GRANTED][persons]
    withdrawn = newest[ConsentState.WITHDRAWN][persons]
    codes = np.full(len(persons), UNKNOWN, np.int64)
    codes[withdrawn > _NEVER] = WITHDRAWN
    codes[granted > withdrawn] = GRANTED
    return codes


def _note(view: WhoIsWho, kept: npt.NDArray[np.int64], said: Sequence[tuple[str, object]]) -> None:
    if not said:
        return
    nodes = view.nodes_of(pa.array([subject for subject, _ in said], pa.string()))
    at = np.array([us_from_instant(one) for _, one in said], np.int64)  # type: ignore[arg-type]
    known = (nodes >= 0) & (nodes < len(kept))
    np.maximum.at(kept, np.asarray(view.owners)[nodes[known]], at[known])
