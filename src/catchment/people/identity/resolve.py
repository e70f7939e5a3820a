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

_WORD_BITS = 32
_BINS_BITS = 16
"""Bins that stay in the cache nearest to the processor."""

_HALF = 0xFFFFFFFF


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
    is_suspect = np.empty(len(kinds), np.bool_)
    if not loops.mark_suspects(kinds, degrees, tables, is_suspect):
        return
    asked = (rows, off, kinds, tables)
    size = loops.list_strong_links(*asked, (is_suspect, np.zeros(0, np.int64)))
    halves = np.zeros(size, np.int64)
    loops.list_strong_links(*asked, (is_suspect, halves))
    halves = np.unique(halves)
    ends = halves >> 32 << 8 | kinds[halves & _HALF]
    pairs, counts = np.unique(ends, return_counts=True)
    suspects = pairs >> 8
    flags[suspects[counts > tables.people_max[kinds[suspects]]]] |= SHARED


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
    has_anchors = loops.mark_roles(kinds, flags, tables, roles)
    claims = np.full(count, NONE, np.int64)
    lines, pairs = np.empty(len(rows), np.int32), np.empty(len(rows), np.int64)
    size = loops.sort_links(rows, off, keys, roles, (claims, lines, pairs))
    listed = (lines[:size], pairs[:size])
    parent = np.arange(count, dtype=np.int32)
    loops.join_all(listed[1], parent)
    broken = np.zeros(count, np.uint8)
    found = 0
    is_core = (tables.is_strong != 0) | np.bool_(has_anchors)
    for group in _grouped(tables, is_core):
        counts = np.empty(count, np.uint32)
        found += limits.mark_broken(kinds, parent, group, counts, broken)
    if found:
        _rejoin(rows, listed, (keys, kinds), tables, (parent, broken))
    choice, asked = np.empty(count, np.int32), np.empty(count, np.int32)
    loops.find_asked(roles, claims, parent, choice, asked)
    attach = _admit(rows, (keys, kinds, choice, asked), tables)
    owners = np.empty(count, np.int32)
    best = np.arange(count, dtype=np.int32)
    loops.name_owners((keys, kinds, attach), tables, (parent, best), asked, owners)
    return owners, choice


def _crowding(kinds: Array, asked: Array, tables: Tables) -> Array:
    """The weak kinds of which too many may ask for one person, by kind code."""
    is_crowding: Array = (tables.limit >= 0) & (tables.is_strong == 0)
    codes = np.flatnonzero(is_crowding)
    if not len(codes):
        return is_crowding
    lines = np.full(256, NONE, np.int64)
    lines[codes] = np.arange(len(codes))
    bins = np.zeros((len(codes), 1 << min(_BINS_BITS, len(kinds).bit_length())), np.int32)
    limits.count_askers(kinds, asked, lines, bins)
    is_crowding[codes] = bins.max(axis=1) > tables.limit[codes]
    return is_crowding


def _grouped(tables: Tables, is_wanted: Array) -> list[limits.Group]:
    """Kinds with a limit, as many together as can be counted in one word of 32 bits."""
    groups: list[limits.Group] = []
    free = 0
    for code in np.flatnonzero((tables.limit >= 0) & is_wanted).tolist():
        limit = int(tables.limit[code])
        width = (limit + 1).bit_length()
        if width > free:
            shifts, steps, masks = (np.zeros(256, np.int64) for _ in range(3))
            groups.append(limits.Group(shifts, steps, masks, np.ones(256, np.int64)))
            free = _WORD_BITS
        group, at = groups[-1], _WORD_BITS - free
        group.shifts[code], group.steps[code] = at, 1 << at
        group.masks[code], group.limits[code] = (1 << width) - 1, limit
        free -= width
    return groups


def _rejoin(
    rows: Array, listed: tuple[Array, Array], nodes: tuple[Array, Array], tables: Tables,
    sets: tuple[Array, Array],
) -> None:  # fmt: skip
    """Takes the broken sets apart and joins them again in order, keeping to the limits."""
    keys, kinds = nodes
    parent = sets[0]
    picked = np.empty(len(listed[0]), np.int32)
    picked = picked[: limits.rows_of_broken(listed, sets, picked)]
    left = rows[picked, 0] & _HALF
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
    loops.find_roots(parent)


def _admit(
    rows: Array, nodes: tuple[Array, Array, Array, Array], tables: Tables
) -> npt.NDArray[np.uint8]:
    """Which weak nodes go with the person they chose: where there are too many, the earliest."""
    keys, kinds, choice, asked = nodes
    attach = np.ones(len(kinds), np.uint8)
    competes = np.zeros(len(kinds), np.uint8)
    found = 0
    for group in _grouped(tables, _crowding(kinds, asked, tables)):
        counts = np.zeros(len(kinds), np.uint32)
        found += limits.crowd((kinds, choice, asked), group, counts, competes)
    if not found:
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
