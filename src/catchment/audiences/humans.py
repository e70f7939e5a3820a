"""Merges and splits between two looks at who is who: which people were whom before.

A human who was in an audience under one person id and is in under another has not moved, though
both ids have: that is told quietly. Everything here follows from the owners before and after.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Nodes = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Humans:
    """What became of people.

    Attributes:
        before, after: pairs of nodes that named a person then and name one now, where the two
            share a node and either of them is not what it was.
        gone: nodes that named a person then and name none now, rising.
        looked: people of now who are new or not what they were, rising.
    """

    before: Nodes
    after: Nodes
    gone: Nodes
    looked: Nodes

    def was_in(self, members: NDArray[np.uint8], persons: Nodes) -> Flags:
        """Of people of now, rising: whether any they came from was in."""
        places = np.searchsorted(persons, self.after)
        found = np.zeros(len(persons), bool)
        np.logical_or.at(found, places, members[self.before] == 1)
        return found

    def is_in_still(self, persons: Nodes, is_in: Flags, asked: Nodes) -> Flags:
        """Of people of then: whether any they became is in by these answers."""
        answers = is_in[np.searchsorted(persons, self.after)]
        holds = np.unique(self.before[answers])
        return np.isin(asked, holds)


NOBODY = Humans(*(np.zeros(0, np.int32) for _ in range(4)))
"""Nobody became anybody else."""


def humans_between(before: Nodes, after: Nodes) -> Humans:
    """What became of people from one look to the next.

    Args:
        before: by node, the node that named its person; nodes are only ever added.
        after: the same, now.
    """
    known = after[: len(before)]
    changed = np.flatnonzero(before != known)
    then, now = before[changed], known[changed]
    persons = np.unique(np.concatenate([then, now]))
    persons = persons[persons < len(before)]
    same = persons[(before[persons] == persons) & (known[persons] == persons)]
    pairs = np.unique(
        np.stack([np.concatenate([then, same]), np.concatenate([now, same])], axis=1), axis=0
    )
    fresh = after[len(before) :]
    left = np.unique(then)
    return Humans(
        before=pairs[:, 0].astype(np.int32),
        after=pairs[:, 1].astype(np.int32),
        gone=left[known[left] != left].astype(np.int32),
        looked=np.unique(np.concatenate([pairs[:, 1], fresh])).astype(np.int32),
    )
