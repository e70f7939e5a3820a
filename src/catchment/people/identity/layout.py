"""How the book lies in memory, for the compiled loops: what each array holds, and each bit means.

The *log* is the truth: keys and kinds by node, rows and their evidence. A row is three numbers:
both ends (the left one in the low half), the time, and source, `via` and `RowKind` packed. The
*state* is derived from it.
"""

from typing import Any, NamedTuple

import numpy as np

NODES_MAX = 2**31 - 2
"""Nodes are numbered in 32 bits with a sign."""

LINKS_MAX = 2**30 - 1
"""Rows are numbered so that twice the number, for its two ends, still fits in 32 bits."""

SOURCES_MAX = 2**31 - 1

Array = np.ndarray[Any, np.dtype[Any]]

WIDE: Any = np.int64
"""Makes a number 64 bits wide, so that compiled loops do not reckon in 32."""

GONE_ROW = 0
LINK_ROW = 1
WITHDRAW_ROW = 2
RESTORE_ROW = 3
UNJOIN_ROW = 4
FORGET_ROW = 5

VIA_OPERATOR = 6

SHARED = 1
"""Node bit: seen with too many people."""
ANCHORED = 2
"""Node bit: an operator joined it to another."""
DISPUTED = 4
"""Node bit: a pair of it was withdrawn once, so that new links must look whether theirs is."""

WITHDRAWN = 1
"""Row bit: its pair is withdrawn."""
REMOVED = 2
"""Row bit: it counts as if it had never been written."""

NONE = -1
STRUCK = -2
"""A place in an index whose entry was taken out."""


class Log(NamedTuple):
    """What is kept: keys (n, 2), kinds (n), rows (m, 3), evidence (m, 2)."""

    keys: Array
    kinds: Array
    rows: Array
    evidence: Array


class State(NamedTuple):
    """What is derived.

    Attributes:
        owners: by node, the owner of its person.
        ring: by node, another of the same person; all of them in a circle.
        first: by node, its newest row, as twice its number, plus one if the node is the right end.
        flags: by node, bits.
        choice: by weak node, the row that says whose it is.
        nexts: by row, the row before it of its left and of its right end, as in `first`.
        off: by row, bits; with any of them it does not count.
        by_key: hash table of nodes by key.
        by_link: hash table of rows by ends, way and source; the earliest of each.
    """

    owners: Array
    ring: Array
    first: Array
    flags: Array
    choice: Array
    nexts: Array
    off: Array
    by_key: Array
    by_link: Array


class Tables(NamedTuple):
    """The rules by kind code: priority, strong or not, limit and people_max (-1: none)."""

    priority: Array
    is_strong: Array
    limit: Array
    people_max: Array
