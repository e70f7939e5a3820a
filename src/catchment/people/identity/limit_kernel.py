"""The inner loops of limits, compiled: which sets hold too much, and who has to stay outside."""

import numpy as np

from catchment.people.identity.layout import LINK_ROW, VIA_OPERATOR, Array, Tables
from catchment.people.identity.resolve_kernel import (
    IS_ANCHORED,
    IS_SHARED,
    IS_STRONG,
    compiled,
    kind_of_row,
    left_of,
    right_of,
    root_of,
    union,
    via_of,
)


@compiled
def mark_broken(
    kinds: Array, roles: Array, tables: Tables, parent: Array, work: tuple[Array, Array]
) -> int:
    """Marks the roots of sets that hold more of a kind than they may; says how many there are.

    Args:
        kinds: by node.
        roles: by node.
        tables: the rules.
        parent: the sets.
        work: zeros; counts (left zeros) and, filled, which roots are broken.
    """
    counts, broken = work
    found = 0
    wanted = np.zeros(256, np.uint8)
    for node in range(kinds.shape[0]):
        wanted[kinds[node]] = 1
    for code in range(1, 256):
        limit = tables.limit[code]
        if limit < 0 or wanted[code] == 0:
            continue
        for node in range(kinds.shape[0]):
            if kinds[node] == code and roles[node] & (IS_STRONG | IS_ANCHORED):
                root = root_of(parent, node)
                counts[root] += 1
                if counts[root] > limit and broken[root] == 0:
                    broken[root] = 1
                    found += 1
        for node in range(kinds.shape[0]):
            if kinds[node] == code and roles[node] & (IS_STRONG | IS_ANCHORED):
                counts[root_of(parent, node)] = 0
    return found


@compiled
def rows_of_broken(
    rows: Array, off: Array, roles: Array, sets: tuple[Array, Array], into: Array
) -> int:
    """The rows between core nodes of broken sets; says how many there are."""
    parent, broken = sets
    found = 0
    for row in range(rows.shape[0]):
        if off[row] != 0 or kind_of_row(rows, row) != LINK_ROW:
            continue
        left, right = left_of(rows, row), right_of(rows, row)
        both, either = roles[left] & roles[right], roles[left] | roles[right]
        is_open = both & IS_STRONG and not either & IS_SHARED
        if not is_open and via_of(rows, row) != VIA_OPERATOR:
            continue
        if broken[root_of(parent, left)] != 0:
            into[found] = row
            found += 1
    return found


@compiled
def join_in_order(
    rows: Array, order: Array, tables: Tables, sets: tuple[Array, Array, Array]
) -> None:
    """Joins rows in this order unless a limit breaks; operators' rows come first and always do.

    Args:
        rows: the rows.
        order: which, in order.
        tables: the rules.
        sets: `parent`, in which the nodes concerned are each their own again; `slot`, by node its
            line in the counts; and the counts by line and kind code, which hold each node's own.
    """
    parent, slot, counts = sets
    for place in range(order.shape[0]):
        row = order[place]
        one = root_of(parent, left_of(rows, row))
        other = root_of(parent, right_of(rows, row))
        if one == other:
            continue
        here, there = slot[one], slot[other]
        is_free = True
        if via_of(rows, row) != VIA_OPERATOR:
            for code in range(counts.shape[1]):
                limit = tables.limit[code]
                if limit < 0 or counts[here, code] == 0 or counts[there, code] == 0:
                    continue
                if counts[here, code] + counts[there, code] > limit:
                    is_free = False
                    break
        if not is_free:
            continue
        winner, loser = (here, there) if one < other else (there, here)
        for code in range(counts.shape[1]):
            counts[winner, code] += counts[loser, code]
        union(parent, one, other)


@compiled
def crowd(
    kinds: Array, choice: Array, asked: Array, tables: Tables, work: tuple[Array, Array]
) -> int:
    """Marks the weak nodes that must compete, since too many of a kind chose one person.

    Args:
        kinds: by node.
        choice: by node.
        asked: from `find_asked`.
        tables: the rules.
        work: zeros; counts (left zeros) and, filled, by weak node 1 where it must compete.
    """
    counts, competes = work
    found = 0
    wanted = np.zeros(256, np.int64)
    for node in range(kinds.shape[0]):
        if choice[node] >= 0:
            wanted[kinds[node]] += 1
    for code in range(1, 256):
        limit = tables.limit[code]
        if limit < 0 or wanted[code] == 0:
            continue
        is_crowded = False
        for node in range(kinds.shape[0]):
            if kinds[node] == code and asked[node] >= 0:
                counts[asked[node]] += 1
                is_crowded |= counts[asked[node]] > limit
        for node in range(kinds.shape[0]):
            is_one = is_crowded and kinds[node] == code and choice[node] >= 0
            if is_one and counts[asked[node]] > limit:
                competes[node] = 1
                found += 1
        for node in range(kinds.shape[0]):
            if kinds[node] == code and asked[node] >= 0:
                counts[asked[node]] = 0
    return found


@compiled
def let_in(order: Array, room: Array, is_first: Array, attach: Array) -> None:
    """Lets competitors in, in their order, as long as there is room; the others are turned away.

    Args:
        order: weak nodes, one person and kind after the other.
        room: how many that person may still take of that kind.
        is_first: whether a person and kind begins here.
        attach: by node, 0 where it is turned away.
    """
    left = 0
    for place in range(order.shape[0]):
        if is_first[place]:
            left = room[place]
        if left > 0:
            left -= 1
        else:
            attach[order[place]] = 0
