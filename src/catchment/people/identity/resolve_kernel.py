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

BLOCK = 256
"""So many places are looked up before any is needed: what is far away is fetched side by side."""

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
def mark_roles(kinds: Array, flags: Array, tables: Tables, roles: Array) -> bool:
    """Of each node one byte: 1 strong, 2 shared, 4 anchored; says whether any is anchored."""
    every = 0
    for node in range(kinds.shape[0]):
        role = 1 if tables.is_strong[kinds[node]] else 0
        if flags[node] & SHARED:
            role |= 2
        if flags[node] & ANCHORED:
            role |= 4
        roles[node] = role
        every |= role
    return every & IS_ANCHORED != 0


@compiled
def count_strong_links(
    rows: Array, off: Array, kinds: Array, tables: Tables, degrees: Array
) -> None:
    """Counts each node's links with strong ones."""
    # Which kinds meet is as good as random: adding nothing is cheaper than asking whether to.
    is_strong = tables.is_strong
    for row in range(rows.shape[0]):
        what = rows[row, 2] >> 32
        if what >> 8 != LINK_ROW or off[row] != 0 or what & 0xFF == VIA_OPERATOR:
            continue
        left, right = rows[row, 0] & _HALF, rows[row, 0] >> 32
        degrees[left] += is_strong[kinds[right]]
        degrees[right] += is_strong[kinds[left]]


@compiled
def mark_suspects(kinds: Array, degrees: Array, tables: Tables, is_suspect: Array) -> int:
    """Marks nodes with more such links than people allowed; says how many there are."""
    found = 0
    for node in range(kinds.shape[0]):
        cap = tables.people_max[kinds[node]]
        is_suspect[node] = cap >= 0 and degrees[node] > cap
        found += is_suspect[node]
    return found


@compiled
def list_strong_links(
    rows: Array, off: Array, kinds: Array, tables: Tables, into: tuple[Array, Array]
) -> int:
    """Lists the strong neighbours of the suspects: suspect in the high half, neighbour in the low.

    Says how many there are, also where there is no room for them.
    """
    is_suspect, halves = into
    room, found = halves.shape[0], 0
    for row in range(rows.shape[0]):
        what = rows[row, 2] >> 32
        if what >> 8 != LINK_ROW or off[row] != 0 or what & 0xFF == VIA_OPERATOR:
            continue
        left, right = rows[row, 0] & _HALF, rows[row, 0] >> 32
        if is_suspect[left] and tables.is_strong[kinds[right]]:
            if found < room:
                halves[found] = left << 32 | right
            found += 1
        if is_suspect[right] and tables.is_strong[kinds[left]]:
            if found < room:
                halves[found] = right << 32 | left
            found += 1
    return found


@compiled
def sort_links(
    rows: Array, off: Array, keys: Array, roles: Array, into: tuple[Array, Array, Array]
) -> int:
    """Lets each weak node choose, and lists the links that may make two one; says how many.

    Args:
        rows: the rows.
        off: which do not count.
        keys: by node.
        roles: from `mark_roles`.
        into: `claims` (-1), by weak node the strong end of the row that it follows in the high
            half, and the row in the low one; and the rows listed, with both their ends.
    """
    claims, lines, pairs = into
    found, latest = 0, WIDE(-(2**63))
    for row in range(rows.shape[0]):
        what = rows[row, 2] >> 32
        if what >> 8 != LINK_ROW or off[row] != 0:
            continue
        # Most rows came in the order of their times: no earlier one can then be a later claim.
        is_latest = rows[row, 1] > latest
        latest = max(latest, rows[row, 1])
        left, right = rows[row, 0] & _HALF, rows[row, 0] >> 32
        here, there = roles[left], roles[right]
        if what & 0xFF == VIA_OPERATOR or (here & there & 1 and not (here | there) & 2):
            lines[found], pairs[found] = row, rows[row, 0]
            found += 1
        elif (here ^ there) & 1 and not (here | there) & 2:
            weak, strong = (right, left) if here & 1 else (left, right)
            if roles[weak] & 4:
                continue
            held = claims[weak]
            if held >= 0 and (
                is_latest
                or not is_better_claim(rows, keys, (row, strong), (held & _HALF, held >> 32))
            ):
                continue
            claims[weak] = strong << 32 | row
    return found


@compiled
def join_all(pairs: Array, parent: Array) -> None:
    """Joins all pairs without asking for limits; then each node's parent is its root.

    A parent is never larger than its node, so that one pass upwards finds all roots.
    """
    # Both ends of a block are looked up first: none waits for another, and the roots are near.
    here, there = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64)
    for begin in range(0, pairs.shape[0], BLOCK):
        size = min(BLOCK, pairs.shape[0] - begin)
        for at in range(size):
            here[at] = parent[pairs[begin + at] & _HALF]
            there[at] = parent[pairs[begin + at] >> 32]
        for at in range(size):
            union(parent, here[at], there[at])
    find_roots(parent)


@compiled
def find_roots(parent: Array) -> None:
    """Makes each node's parent its root."""
    for node in range(parent.shape[0]):
        above = parent[node]
        if above != node:
            parent[node] = parent[above]


@compiled
def find_asked(roles: Array, claims: Array, parent: Array, choice: Array, asked: Array) -> None:
    """Of each weak node the row that it follows, and the root of whom it chose, or was joined to.

    -1 where there is none.
    """
    for node in range(asked.shape[0]):
        claim = claims[node]
        has_claim = claim >= 0
        root = parent[claim >> 32 if has_claim else node]
        choice[node] = claim & _HALF if has_claim else -1
        asked[node] = root if has_claim or roles[node] & IS_ANCHORED else -1


@compiled
def name_owners(
    nodes: tuple[Array, Array, Array], tables: Tables, work: tuple[Array, Array], asked: Array,
    owners: Array,
) -> None:  # fmt: skip
    """The owner of each node: of its person's core the best kind, and of those the smallest key.

    Args:
        nodes: keys, kinds, and 1 where a weak node goes with its choice.
        tables: the rules.
        work: `parent`, the root of each node's set and the smallest node in it; each node's number.
        asked: from `find_asked`.
        owners: filled.
    """
    keys, kinds, attach = nodes
    parent, best = work
    priority = tables.priority
    # Keys lie far apart, and most ties are between two that a better one comes after: those that
    # tie are set aside (where the owners will be), and compared where they are still the best.
    tied = 0
    for node in range(kinds.shape[0]):
        root = parent[node]
        if root == node:
            continue
        mine, its = priority[kinds[node]], priority[kinds[best[root]]]
        if mine < its:
            best[root] = node
        elif mine == its:
            owners[tied] = node
            tied += 1
    for place in range(tied):
        node = WIDE(owners[place])
        held = WIDE(best[parent[node]])
        if priority[kinds[node]] == priority[kinds[held]] and is_less(keys, node, held):
            best[parent[node]] = node
    for node in range(kinds.shape[0]):
        is_following = asked[node] >= 0 and attach[node] != 0
        owners[node] = best[asked[node] if is_following else parent[node]]


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
