"""Sections: a fact's occurrences as columns, sorted by node and time.

What comes by any road (out of a file, or fresh from the engine) is a section, and the kernels walk
over sections without asking whence. A node's occurrences may lie in several.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.int64]
"""Values of 8 bytes, whatever they mean: a number's own bits, or a label's code."""


@dataclass(frozen=True, slots=True)
class Section:
    """Occurrences of one fact, sorted by node, time, tie and value.

    Attributes:
        nodes: int32, whose.
        time_us: int64, when.
        ties: uint64, the first half of the event's key, which orders what happened at one instant;
            empty where no value is kept, for then no order is needed.
        bits: the values; empty where none is kept.
    """

    nodes: npt.NDArray[np.int32]
    time_us: npt.NDArray[np.int64]
    ties: npt.NDArray[np.uint64]
    bits: Bits

    def __len__(self) -> int:
        return len(self.nodes)

    @property
    def has_values(self) -> bool:
        """Whether a value is kept."""
        return len(self.bits) > 0 or not len(self.nodes)

    def take(self, rows: "npt.NDArray[Any] | slice") -> "Section":
        """These rows."""
        return Section(
            self.nodes[rows],
            self.time_us[rows],
            self.ties[rows] if len(self.ties) else self.ties,
            self.bits[rows] if len(self.bits) else self.bits,
        )


def empty_section() -> Section:
    """No occurrence at all."""
    return Section(
        np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.uint64), np.zeros(0, np.int64)
    )


def in_order(section: Section) -> Section:
    """The same rows, sorted."""
    if len(section.bits):
        keys: tuple[npt.NDArray[Any], ...] = (
            section.bits, section.ties, section.time_us, section.nodes,
        )  # fmt: skip
    else:
        keys = (section.time_us, section.nodes)
    return section.take(np.lexsort(keys))


def joined(sections: Sequence[Section]) -> Section:
    """One section of all rows, sorted."""
    filled = [section for section in sections if len(section)]
    if not filled:
        return empty_section()
    if len(filled) == 1:
        return filled[0]
    return in_order(
        Section(
            np.concatenate([one.nodes for one in filled]),
            np.concatenate([one.time_us for one in filled]),
            np.concatenate([one.ties for one in filled]),
            np.concatenate([one.bits for one in filled]),
        )
    )


def rows_of(section: Section, nodes: npt.NDArray[np.int32]) -> Section:
    """The rows of a few nodes; in their place stands where in `nodes` each was found.

    Args:
        section: where to look.
        nodes: whose, each once.
    """
    starts = np.searchsorted(section.nodes, nodes, side="left")
    lengths = np.searchsorted(section.nodes, nodes, side="right") - starts
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    rows = np.arange(total) + np.repeat(starts - (ends - lengths), lengths)
    found = section.take(rows)
    places = np.repeat(np.arange(len(nodes), dtype=np.int32), lengths)
    return Section(places, found.time_us, found.ties, found.bits)
