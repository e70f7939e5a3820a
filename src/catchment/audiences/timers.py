"""The calendar: who must be looked at again, and when, without looking at everybody.

Of each person an audience keeps one number: the second in which time alone may change the answer.
Blocks of people keep the earliest of theirs, so that finding who is due reads only blocks that have
somebody due. The second is rounded down: somebody is looked at up to a second early, found to be
as before, and looked at again, so that the very instant is never missed.
"""

import numpy as np
from numpy.typing import NDArray

BLOCK_NODES = 4_096
"""People in a block."""

NOT_DUE = 0
"""Time alone changes nothing about this person."""

_SECOND_US = 1_000_000
_LAST_SECOND = int(np.iinfo(np.uint32).max)
_FAR = np.uint32(_LAST_SECOND)


class Calendar:
    """When people are due, over an array that may lie in a mapped file.

    Args:
        dues: uint32 by node: the second since 1970, or `NOT_DUE`; its length is a whole number of
            blocks. It is written in place.
    """

    def __init__(self, dues: NDArray[np.uint32]) -> None:
        if len(dues) % BLOCK_NODES:
            raise ValueError(f"a calendar has whole blocks of {BLOCK_NODES}")
        self._dues = dues
        self._earliest = np.full(len(dues) // BLOCK_NODES, _FAR, np.uint32)
        self._look(np.arange(len(self._earliest)))

    @property
    def next_us(self) -> int | None:
        """The instant before which nobody is due; `None` when nobody ever is."""
        earliest = int(self._earliest.min()) if len(self._earliest) else _LAST_SECOND
        return None if earliest == _LAST_SECOND else earliest * _SECOND_US

    def due(self, now_us: int) -> NDArray[np.int32]:
        """Nodes that are due by this instant, rising."""
        now = min(now_us // _SECOND_US, _LAST_SECOND - 1)
        found = []
        for block in np.flatnonzero(self._earliest <= now).tolist():
            begins = block * BLOCK_NODES
            part = self._dues[begins : begins + BLOCK_NODES]
            found.append(np.flatnonzero((part != NOT_DUE) & (part <= now)) + begins)
        if not found:
            return np.zeros(0, np.int32)
        return np.concatenate(found).astype(np.int32)

    def put(self, nodes: NDArray[np.int32], changes_us: NDArray[np.int64]) -> None:
        """Notes when these people are due; an instant beyond 2106 counts as never."""
        if not len(nodes):
            return
        self._dues[nodes] = seconds_of(changes_us)
        self._look(np.unique(nodes // BLOCK_NODES))

    def _look(self, blocks: NDArray[np.intp]) -> None:
        by_block = self._dues.reshape(-1, BLOCK_NODES)
        step = 4_096
        for start in range(0, len(blocks), step):
            some = blocks[start : start + step]
            part = by_block[some]
            self._earliest[some] = np.where(part == NOT_DUE, _FAR, part).min(axis=1)


def seconds_of(changes_us: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Instants as the calendar keeps them."""
    seconds = np.maximum(changes_us // _SECOND_US, 1)
    return np.where(seconds >= _LAST_SECOND, NOT_DUE, seconds).astype(np.uint32)
