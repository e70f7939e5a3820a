"""The inner loops of resolution, compiled: from links to people.

They work on the whole book and on a region of it alike: rows whose ends are places in `keys`. A
union by the thousand is cheap; asking whether a limit breaks is not. So everything that could be
one is first joined without asking. Where the whole fits the limits, so does every part of it, and
the order did not matter. Only the rest is taken apart and joined again in order.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

from catchment.people.identity.layout import (
    ANCHORED,
    LINK_ROW,
    SHARED,
    VIA_OPERATOR,
    WIDE,
    Array,
    Tables,
)

Loop = TypeVar("Loop", bound=Callable[..., Any])

IS_STRONG, IS_SHARED, IS_ANCHORED = 1, 2, 4
"""Bits of a node's role."""

_HALF = 0xFFFFFFFF


def compiled(loop: Loop) -> Loop:
    """Compiles a loop, and keeps what is compiled beside the file where that can be."""
    try:
        made: Any = njit(cache=True, nogil=True)(loop)
    except RuntimeError:
        made = njit(nogil=True)(loop)
    return cast("Loop", made)


@compiled
def left_of(rows: Array, row: int) -> int:
    """The node at a row's left end."""
    return int(rows[row, 0] & _HALF)


@compiled
def right_of(rows: Array, row: int) -> int:
    """The node at a row's right end."""
    return int(rows[row, 0] >> 32)


@compiled
def via_of(rows: Array, row: int) -> int:
    """How a row's link came to be."""
    return int((rows[row, 2] >> 32) & 0xFF)


@compiled
def kind_of_row(rows: Array, row: int) -> int:
    """What a row is: a link, or a decision."""
    return int((rows[row, 2] >> 40) & 0xFF)


@compiled
def root_of(parent: Array, node: int) -> int:
    """The root of a node's set, halving the way there."""
    at = WIDE(node)
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = WIDE(parent[at])
    return int(at)


@compiled
def roots_of(parent: Array, nodes: Array) -> Array:
    """The roots of many nodes, in 64 bits."""
    roots = np.empty(nodes.shape[0], np.int64)
    for place in range(nodes.shape[0]):
        roots[place] = root_of(parent, nodes[place])
    return roots


@compiled
def is_less(keys: Array, one: int, other: int) -> bool:
    """Whether one node's key comes before another's."""
    if keys[one, 0] != keys[other, 0]:
        return bool(keys[one, 0] < keys[other, 0])
    return bool(keys[one, 1] < keys[other, 1])


@compiled
def is_better_claim(rows: Array, keys: Array, new: tuple[int, int], old: tuple[int, int]) -> bool:
    """Whether a weak node's row (with its strong end) comes before another: by time, then key."""
    if rows[new[0], 1] != rows[old[0], 1]:
        return bool(rows[new[0], 1] < rows[old[0], 1])
    if new[1] != old[1]:
        return is_less(keys, new[1], old[1])
    return new[0] < old[0]


@compiled
def union(parent: Array, one: int, other: int) -> None:
    """Makes two sets one; the smaller root stays."""
    one, other = root_of(parent, one), root_of(parent, other)
    if one < other:
        parent[other] = one
    elif other < one:
        parent[one] = other


@compiled
def mark_roles(kinds: Array, flags: Array, tables: Tables, roles: Array) -> None:
    """Of each node one byte: 1 strong, 2 shared, 4 anchored."""
    for node in range(kinds.shape[0]):
        role = 1 if tables.is_strong[kinds[node]] else 0
        if flags[node] & SHARED:
            role |= 2
        if flags[node] & ANCHORED:
            role |= 4
        roles[node] = role


@compiled
def count_strong_links(
    rows: Array, off: Array, kinds: Array, tables: Tables, degrees: Array
) -> None:
    """Counts, for nodes of kinds that can be shared, their links with strong ones."""
    for row in range(rows.shape[0]):
        if off[row] != 0 or kind_of_row(rows, row) != LINK_ROW:
            continue
        if via_of(rows, row) == VIA_OPERATOR:
            continue
        left, right = left_of(rows, row), right_of(rows, row)
        here, there = kinds[left], kinds[right]
        if tables.people_max[here] >= 0 and tables.is_strong[there]:
            degrees[left] += 1
        if tables.people_max[there] >= 0 and tables.is_strong[here]:
            degrees[right] += 1


@compiled
def list_strong_links(
    rows: Array, off: Array, kinds: Array, tables: Tables, into: tuple[Array, Array]
) -> None:
    """Lists the strong neighbours of the suspects, as pairs of suspect and neighbour."""
    is_suspect, halves = into
    found = 0
    for row in range(rows.shape[0]):
        if off[row] != 0 or kind_of_row(rows, row) != LINK_ROW:
            continue
        if via_of(rows, row) == VIA_OPERATOR:
            continue
        left, right = left_of(rows, row), right_of(rows, row)
        if is_suspect[left] and tables.is_strong[kinds[right]]:
            halves[found, 0], halves[found, 1] = left, right
            found += 1
        if is_suspect[right] and tables.is_strong[kinds[left]]:
            halves[found, 0], halves[found, 1] = right, left
            found += 1


@compiled
def join_all(rows: Array, off: Array, keys: Array, roles: Array, into: tuple[Array, Array]) -> None:
    """Joins what could be one without asking for limits, and lets each weak node choose.

    Args:
        rows: the rows.
        off: which do not count.
        keys: by node.
        roles: from `mark_roles`.
        into: `parent` (each node its own) and `choice` (-1), filled.
    """
    parent, choice = into
    for row in range(rows.shape[0]):
        if off[row] != 0 or kind_of_row(rows, row) != LINK_ROW:
            continue
        left, right = left_of(rows, row), right_of(rows, row)
        if via_of(rows, row) == VIA_OPERATOR:
            union(parent, left, right)
            continue
        roles_here, roles_there = roles[left], roles[right]
        if (roles_here | roles_there) & 2:
            continue
        if roles_here & roles_there & 1:
            union(parent, left, right)
        elif (roles_here ^ roles_there) & 1:
            weak, strong = (right, left) if roles_here & 1 else (left, right)
            if roles[weak] & 4:
                continue
            held = choice[weak]
            if held < 0:
                choice[weak] = row
                continue
            rival = right_of(rows, held)
            if rival == weak:
                rival = left_of(rows, held)
            if is_better_claim(rows, keys, (row, strong), (held, rival)):
                choice[weak] = row


@compiled
def find_asked(rows: Array, roles: Array, choice: Array, parent: Array, asked: Array) -> None:
    """The root of the person that each weak node chose or was joined to; -1: of none."""
    for node in range(asked.shape[0]):
        asked[node] = -1
        row = choice[node]
        if row >= 0:
            strong = left_of(rows, row)
            if strong == node:
                strong = right_of(rows, row)
            asked[node] = root_of(parent, strong)
        elif roles[node] & IS_ANCHORED:
            asked[node] = root_of(parent, node)


@compiled
def name_owners(
    nodes: tuple[Array, Array, Array], tables: Tables, work: tuple[Array, Array], asked: Array,
    owners: Array,
) -> None:  # fmt: skip
    """The owner of each node: of its person's core the best kind, and of those the smallest key.

    Args:
        nodes: keys, kinds, and 1 where a weak node goes with its choice.
        tables: the rules.
        work: `parent`, and -1 everywhere.
        asked: from `find_asked`.
        owners: filled.
    """
    keys, kinds, attach = nodes
    parent, best = work
    priority = tables.priority
    for node in range(kinds.shape[0]):
        root = root_of(parent, node)
        owners[node] = root
        held = best[root]
        if held < 0:
            best[root] = node
            continue
        mine, its = priority[kinds[node]], priority[kinds[held]]
        if mine < its or (mine == its and is_less(keys, node, held)):
            best[root] = node
    for node in range(kinds.shape[0]):
        is_following = asked[node] >= 0 and attach[node] != 0
        owners[node] = best[asked[node] if is_following else owners[node]]


@compiled
def close_rings(owners: Array, ring: Array) -> None:
    """Puts the nodes of each person in a circle; the same circle however it came about."""
    for node in range(owners.shape[0]):
        ring[node] = node
    for node in range(owners.shape[0]):
        owner = owners[node]
        if owner != node:
            ring[node] = ring[owner]
            ring[owner] = node
