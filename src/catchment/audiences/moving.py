"""What a step decides for one audience: who enters, who leaves, why, and who need not be told.

Pure: the members before, the answers now and what became of people give the moves.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catchment.audiences.humans import Flags, Humans, Nodes
from catchment.audiences.ports import NEVER, Judged
from catchment.audiences.types import Cause


@dataclass(frozen=True, slots=True)
class Moves:
    """One audience's moves in one step.

    Attributes:
        entered, left: nodes of people.
        entered_quietly, left_quietly: whether the human was in already, or is in still.
        persons: everyone who was looked at, and those who are no person any more.
        changes_us: when each of them is to be looked at again.
    """

    entered: Nodes
    left: Nodes
    entered_quietly: Flags
    left_quietly: Flags
    persons: Nodes
    changes_us: NDArray[np.int64]

    @property
    def growth(self) -> int:
        """By how many the audience grew."""
        return len(self.entered) - len(self.left)

    def and_of(self, other: "Moves") -> "Moves":
        """These and the moves of other people."""
        return Moves(
            np.concatenate([self.entered, other.entered]),
            np.concatenate([self.left, other.left]),
            np.concatenate([self.entered_quietly, other.entered_quietly]),
            np.concatenate([self.left_quietly, other.left_quietly]),
            np.concatenate([self.persons, other.persons]),
            np.concatenate([self.changes_us, other.changes_us]),
        )


def judged_together(runs: Sequence[Judged]) -> Judged:
    """Answers of rising runs of people as one."""
    if len(runs) == 1:
        return runs[0]
    return Judged(
        np.concatenate([one.persons for one in runs] or [np.zeros(0, np.int32)]),
        np.concatenate([one.is_in for one in runs] or [np.zeros(0, bool)]),
        np.concatenate([one.changes_us for one in runs] or [np.zeros(0, np.int64)]),
    )


def moves_of(members: NDArray[np.uint8], judged: Judged, humans: Humans) -> Moves:
    """Who moves.

    Args:
        members: by node, 1 for those who were in; it holds every node there is.
        judged: the answers, of people rising; everyone in `humans.looked` is among them.
        humans: what became of people since the members were decided.
    """
    persons, is_in = judged.persons, judged.is_in.astype(bool)
    was_in = members[persons] == 1
    entered = persons[is_in & ~was_in]
    gone = humans.gone[members[humans.gone] == 1]
    left = np.concatenate([persons[~is_in & was_in], gone])
    if not len(humans.before):
        return Moves(
            entered, left, np.zeros(len(entered), bool), np.zeros(len(left), bool),
            persons, judged.changes_us,
        )  # fmt: skip
    came = humans.was_in(members, persons)
    return Moves(
        entered=entered,
        left=left,
        entered_quietly=came[is_in & ~was_in],
        left_quietly=humans.is_in_still(persons, is_in, left),
        persons=np.concatenate([persons, humans.gone]),
        changes_us=np.concatenate([judged.changes_us, np.full(len(humans.gone), NEVER, np.int64)]),
    )


@dataclass(frozen=True, slots=True)
class Causes:
    """What happened to people in a step; all rising.

    Attributes:
        merged: people of then and of now who are not what they were.
        touched: people with a new event, or nudged.
    """

    merged: Nodes
    touched: Nodes

    def of(self, persons: Nodes) -> list[Cause]:
        """The cause of each person's move: a merge before an event, an event before time."""
        is_merged = np.isin(persons, self.merged)
        is_touched = np.isin(persons, self.touched)
        return [
            Cause.MERGE if merged else Cause.EVENT if touched else Cause.TIME
            for merged, touched in zip(is_merged.tolist(), is_touched.tolist(), strict=True)
        ]
