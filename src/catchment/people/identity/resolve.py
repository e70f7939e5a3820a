"""The rule of identity: people as a pure function of links, decisions and rules.

1. Withdrawn pairs do not count. A node that is linked with more than `people_max` identifiers of
   one strong kind is shared: but for an operator's joins, its links do not count either.
2. Operators' joins come first and always hold. Then links between two strong identifiers, in order:
   by the larger priority of the two, the time, the keys. Each joins, unless a kind that both sides
   hold would then exceed its limit.
3. A weak identifier follows the earliest link with a strong one, and never joins two. Of each weak
   kind a person takes `limit`, the earliest first; the others stay people of their own.
4. A person's owner is the best node: the smallest priority, then the smallest key.
"""

import numpy as np
import numpy.typing as npt

from catchment.people.identity import limit_kernel as limits
from catchment.people.identity import resolve_kernel as loops
from catchment.people.identity.layout import NONE, SHARED, VIA_OPERATOR, Array, Tables
from catchment.people.identity.rules import IdentityRules, Strength

_NO_PRIORITY = 2**31
"""Of codes that no rule names: after every other, and they name nobody but themselves."""


def tables_of(rules: IdentityRules) -> Tables:
    """The rules by kind code."""
    tables = Tables(
        np.full(256, _NO_PRIORITY, np.int64), np.zeros(256, np.uint8),
        np.full(256, NONE, np.int64), np.full(256, NONE, np.int64),
    )  # fmt: skip
    for kind in rules.kinds:
        tables.priority[kind.code] = kind.priority
        tables.is_strong[kind.code] = kind.strength is Strength.STRONG
        tables.limit[kind.code] = NONE if kind.limit is None else kind.limit
        tables.people_max[kind.code] = NONE if kind.people_max is None else kind.people_max
    return tables


def mark_shared(rows: Array, off: Array, kinds: Array, tables: Tables, flags: Array) -> None:
    """Sets the bit `SHARED` of each node that is linked with too many of one strong kind."""
    degrees = np.zeros(len(kinds), np.int32)
    loops.count_strong_links(rows, off, kinds, tables, degrees)
    caps = tables.people_max[kinds]
    is_suspect = (caps >= 0) & (degrees > caps)
    if not is_suspect.any():
        return
    halves = np.zeros((int(degrees[is_suspect].sum()), 2), np.int32)
    loops.list_strong_links(rows, off, kinds, tables, (is_suspect, halves))
    halves = np.unique(halves, axis=0)
    ends = np.stack([halves[:, 0], kinds[halves[:, 1]].astype(np.int32)], axis=1)
    pairs, counts = np.unique(ends, axis=0, return_counts=True)
    guilty = pairs[counts > tables.people_max[kinds[pairs[:, 0]]], 0]
    flags[guilty] |= SHARED


def resolve(
    rows: Array, off: Array, keys: Array, kinds: Array, *, flags: Array, tables: Tables
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """The owner of each node, and the row that each weak node follows (-1: none).

    Args:
        rows: links; their ends are places in the arrays below.
        off: by row, not 0 where it does not count.
        keys: by node.
        kinds: by node.
        flags: by node: `SHARED`, `ANCHORED`.
        tables: the rules.
    """
    count = len(kinds)
    roles = np.zeros(count, np.uint8)
    loops.mark_roles(kinds, flags, tables, roles)
    parent = np.arange(count, dtype=np.int32)
    choice = np.full(count, NONE, np.int32)
    loops.join_all(rows, off, keys, roles, (parent, choice))
    counts, broken = np.zeros(count, np.int32), np.zeros(count, np.uint8)
    if limits.mark_broken(kinds, roles, tables, parent, (counts, broken)):
        _rejoin(rows, off, (keys, kinds, roles), tables, (parent, broken))
    asked = np.empty(count, np.int32)
    loops.find_asked(rows, roles, choice, parent, asked)
    attach = _admit(rows, (keys, kinds, choice, asked), tables, counts)
    owners = np.empty(count, np.int32)
    best = np.full(count, NONE, np.int32)
    loops.name_owners((keys, kinds, attach), tables, (parent, best), asked, owners)
    return owners, choice


def _rejoin(
    rows: Array, off: Array, nodes: tuple[Array, Array, Array], tables: Tables,
    sets: tuple[Array, Array],
) -> None:  # fmt: skip
    """Takes the broken sets apart and joins them again in order, keeping to the limits."""
    keys, kinds, roles = nodes
    parent = sets[0]
    picked = np.empty(len(rows), np.int32)
    picked = picked[: limits.rows_of_broken(rows, off, roles, sets, picked)]
    left = rows[picked, 0] & 0xFFFFFFFF
    right = rows[picked, 0] >> 32
    is_join = (rows[picked, 2] >> 32) & 0xFF == VIA_OPERATOR
    priority = np.maximum(tables.priority[kinds[left]], tables.priority[kinds[right]])
    is_swapped = (keys[left, 0] > keys[right, 0]) | (
        (keys[left, 0] == keys[right, 0]) & (keys[left, 1] > keys[right, 1])
    )
    low, high = np.where(is_swapped, right, left), np.where(is_swapped, left, right)
    order = np.lexsort(
        (keys[high, 1], keys[high, 0], keys[low, 1], keys[low, 0], rows[picked, 1], priority,
         ~is_join)
    )  # fmt: skip
    is_concerned = np.zeros(len(kinds), np.bool_)
    is_concerned[left] = True
    is_concerned[right] = True
    concerned = np.flatnonzero(is_concerned)
    slot = np.zeros(len(parent), np.int32)
    slot[concerned] = np.arange(len(concerned))
    parent[concerned] = concerned
    codes = int(kinds[concerned].max()) + 1
    held = np.zeros((len(concerned), codes), np.int32)
    held[np.arange(len(concerned)), kinds[concerned]] = 1
    limits.join_in_order(rows, picked[order], tables, (parent, slot, held))


def _admit(
    rows: Array, nodes: tuple[Array, Array, Array, Array], tables: Tables, counts: Array
) -> npt.NDArray[np.uint8]:
    """Which weak nodes go with the person they chose: where there are too many, the earliest."""
    keys, kinds, choice, asked = nodes
    attach = np.ones(len(kinds), np.uint8)
    competes = np.zeros(len(kinds), np.uint8)
    if not limits.crowd(kinds, choice, asked, tables, (counts, competes)):
        return attach
    weak = np.flatnonzero(competes)
    roots, codes = asked[weak].astype(np.int64), kinds[weak].astype(np.int64)
    order = np.lexsort((keys[weak, 1], keys[weak, 0], rows[choice[weak], 1], codes, roots))
    lines = roots[order] * 256 + codes[order]
    is_first = np.ones(len(lines), np.uint8)
    is_first[1:] = lines[1:] != lines[:-1]
    room = tables.limit[codes[order]].copy()
    anchored = np.flatnonzero((asked >= 0) & (choice < 0))
    if len(anchored):
        taken = asked[anchored].astype(np.int64) * 256 + kinds[anchored]
        held, numbers = np.unique(taken, return_counts=True)
        at = np.minimum(np.searchsorted(held, lines), len(held) - 1)
        room -= np.where(held[at] == lines, numbers[at], 0)
    limits.let_in(weak[order], room, is_first, attach)
    return attach
