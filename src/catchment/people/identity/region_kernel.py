"""The inner loops of a change, compiled: what has to be resolved anew because of it.

A *region* is closed: nothing outside it can come out differently. It holds, for each node that was
touched, everything that links could make one with it if there were no limits, and the weak nodes
that follow any of that.
"""

import numpy as np

from catchment.people.identity.layout import (
    ANCHORED,
    LINK_ROW,
    NONE,
    SHARED,
    VIA_OPERATOR,
    WIDE,
    Array,
    Log,
    State,
    Tables,
)
from catchment.people.identity.resolve_kernel import (
    compiled,
    is_better_claim,
    kind_of_row,
    left_of,
    right_of,
    via_of,
)

CORE = 1
FOLLOWER = 2


@compiled
def other_end(rows: Array, half: int) -> int:
    """The node at the other end of a row, seen from one of its two."""
    return left_of(rows, half >> 1) if half & 1 else right_of(rows, half >> 1)


@compiled
def counts_now(off: Array, rows: Array, row: int) -> bool:
    """Whether a row is a link that stands."""
    return bool(off[row] == 0 and kind_of_row(rows, row) == LINK_ROW)


@compiled
def is_shared(log: Log, state: State, tables: Tables, node: int, seen: tuple[Array, int]) -> bool:
    """Whether a node is linked with too many of one strong kind.

    Args:
        log: what is kept.
        state: what is derived.
        tables: the rules.
        node: which.
        seen: a mark by node, and a number that no mark has yet.
    """
    marks, mark = seen
    rows, kinds, nexts, off = log.rows, log.kinds, state.nexts, state.off
    cap, is_strong = tables.people_max[kinds[node]], tables.is_strong
    if cap < 0:
        return False
    counts = np.zeros(256, np.int32)
    half = WIDE(state.first[node])
    while half != NONE:
        row = half >> 1
        if counts_now(off, rows, row) and via_of(rows, row) != VIA_OPERATOR:
            other = other_end(rows, half)
            code = kinds[other]
            if is_strong[code] and marks[other] != mark:
                marks[other] = mark
                counts[code] += 1
                if counts[code] > cap:
                    return True
        half = WIDE(nexts[row, half & 1])
    return False


@compiled
def choose(log: Log, state: State, tables: Tables, node: int) -> int:
    """The row that a weak node follows: its earliest with a strong node that is not shared."""
    best, rival = WIDE(NONE), WIDE(NONE)
    rows, keys, kinds, nexts, off = log.rows, log.keys, log.kinds, state.nexts, state.off
    flags, is_strong = state.flags, tables.is_strong
    if flags[node] & SHARED or kinds[node] == 0:
        return int(best)
    half = WIDE(state.first[node])
    while half != NONE:
        row = half >> 1
        if counts_now(off, rows, row) and via_of(rows, row) != VIA_OPERATOR:
            other = WIDE(other_end(rows, half))
            is_open = is_strong[kinds[other]] and not flags[other] & SHARED
            if is_open and (best < 0 or is_better_claim(rows, keys, (row, other), (best, rival))):
                best, rival = row, other
        half = WIDE(nexts[row, half & 1])
    return int(best)


@compiled
def strong_end(log: Log, tables: Tables, row: int) -> int:
    """The strong node of a row that a weak one follows."""
    left = left_of(log.rows, row)
    return left if tables.is_strong[log.kinds[left]] else right_of(log.rows, row)


@compiled
def spread_touch(
    log: Log, state: State, tables: Tables, work: tuple[Array, Array, Array],
    checked: tuple[Array, int, int],
) -> int:  # fmt: skip
    """Looks anew which nodes are shared; where that turns, they and their neighbours are touched.

    Args:
        log: what is kept.
        state: what is derived.
        tables: the rules.
        work: the touched nodes (room for all), 1 by touched node, and marks by node.
        checked: the nodes to look at, how many are touched, and a number below which marks are
            used up.

    Returns:
        How many are touched then.
    """
    touched, is_touched, marks = work
    nodes, count, mark = checked
    for place in range(nodes.shape[0]):
        node = WIDE(nodes[place])
        if tables.people_max[log.kinds[node]] < 0:
            continue
        mark += 1
        now = is_shared(log, state, tables, node, (marks, mark))
        if now == (state.flags[node] & SHARED != 0):
            continue
        state.flags[node] ^= np.uint8(SHARED)
        if is_touched[node] == 0:
            is_touched[node] = 1
            touched[count] = node
            count += 1
        half = state.first[node]
        while half != NONE:
            other = other_end(log.rows, half)
            if is_touched[other] == 0:
                is_touched[other] = 1
                touched[count] = other
                count += 1
            half = state.nexts[half >> 1, half & 1]
    return count


@compiled
def push(node: int, mark: int, nodes: Array, marks: Array, count: int) -> int:
    """Takes a node into the region unless it is there; a follower may still become core."""
    if marks[node] == 0:
        nodes[count] = node
        count += 1
    if marks[node] != CORE:
        marks[node] = mark
    return count


@compiled
def begin_region(
    log: Log, state: State, tables: Tables, touched: Array, region: tuple[Array, Array, Array]
) -> tuple[int, int]:
    """Lets touched weak nodes choose anew, and takes in what changed.

    A weak node that stood alone and now follows someone changes nothing but itself, as long as
    there is room for it. It is set aside.

    Args:
        log: what is kept.
        state: what is derived.
        tables: the rules.
        touched: the nodes.
        region: its nodes, marks by node, and those set aside, all filled.

    Returns:
        How many nodes the region has, and how many are set aside.
    """
    nodes, marks, aside = region
    count, waiting = 0, 0
    for place in range(touched.shape[0]):
        node = WIDE(touched[place])
        held = WIDE(state.choice[node])
        is_core = tables.is_strong[log.kinds[node]] or state.flags[node] & ANCHORED
        chosen = WIDE(NONE) if is_core else WIDE(choose(log, state, tables, node))
        state.choice[node] = chosen
        if is_core:
            count = push(node, CORE, nodes, marks, count)
        elif held == NONE and chosen != NONE and state.ring[node] == node:
            aside[waiting] = node
            waiting += 1
            continue
        elif chosen == NONE or chosen != held:
            count = push(node, FOLLOWER, nodes, marks, count)
        if chosen != held:
            if held != NONE:
                count = push(strong_end(log, tables, held), CORE, nodes, marks, count)
            if chosen != NONE:
                count = push(strong_end(log, tables, chosen), CORE, nodes, marks, count)
    return count, waiting


@compiled
def spread_region(
    log: Log, state: State, tables: Tables, region: tuple[Array, Array], sizes: tuple[int, int]
) -> int:
    """Closes the region; says how many nodes it has.

    Args:
        log: what is kept.
        state: what is derived.
        tables: the rules.
        region: its nodes, and marks by node.
        sizes: how many of its nodes were closed before, and how many there are.
    """
    nodes, marks = region
    place, count = sizes
    rows, kinds, nexts, off = log.rows, log.kinds, state.nexts, state.off
    first, flags, choice, is_strong = state.first, state.flags, state.choice, tables.is_strong
    while place < count:
        node = WIDE(nodes[place])
        place += 1
        if marks[node] != CORE:
            continue
        is_open = is_strong[kinds[node]] and not flags[node] & SHARED
        half = WIDE(first[node])
        while half != NONE:
            row = half >> 1
            if counts_now(off, rows, row):
                other = WIDE(other_end(rows, half))
                if via_of(rows, row) == VIA_OPERATOR:
                    count = push(other, CORE, nodes, marks, count)
                elif is_open and not flags[other] & SHARED:
                    if is_strong[kinds[other]]:
                        count = push(other, CORE, nodes, marks, count)
                    elif choice[other] == row:
                        count = push(other, FOLLOWER, nodes, marks, count)
            half = WIDE(nexts[row, half & 1])
    return count


@compiled
def crowd_in(
    log: Log, state: State, tables: Tables, region: tuple[Array, Array, Array], count: int
) -> int:
    """Takes in people for whom those set aside are too many; says how many nodes there are then.

    Args:
        log: what is kept.
        state: what is derived.
        tables: the rules.
        region: its nodes, marks by node, and those set aside, by the person they follow.
        count: how many nodes the region has.
    """
    nodes, marks, aside = region
    kinds, ring = log.kinds, state.ring
    counts = np.zeros(256, np.int64)
    begin = 0
    while begin < aside.shape[0]:
        strong = strong_end(log, tables, state.choice[aside[begin]])
        owner = WIDE(state.owners[strong])
        end = begin
        while end < aside.shape[0]:
            its = strong_end(log, tables, state.choice[aside[end]])
            if state.owners[its] != owner:
                break
            end += 1
        node = owner
        while True:
            counts[kinds[node]] += 1
            node = WIDE(ring[node])
            if node == owner:
                break
        for place in range(begin, end):
            counts[kinds[aside[place]]] += 1
        for place in range(begin, end):
            code = kinds[aside[place]]
            if tables.limit[code] >= 0 and counts[code] > tables.limit[code]:
                its = strong_end(log, tables, state.choice[aside[place]])
                count = push(its, CORE, nodes, marks, count)
        node = owner
        while True:
            counts[kinds[node]] = 0
            node = WIDE(ring[node])
            if node == owner:
                break
        for place in range(begin, end):
            counts[kinds[aside[place]]] = 0
        begin = end
    return count


@compiled
def followed(log: Log, state: State, tables: Tables, aside: Array, owners: Array) -> None:
    """The owner of whom each of these weak nodes follows."""
    for place in range(aside.shape[0]):
        strong = strong_end(log, tables, state.choice[aside[place]])
        owners[place] = state.owners[strong]


@compiled
def region_rows(
    log: Log, state: State, tables: Tables, region: tuple[Array, Array, Array], into: Array
) -> int:
    """The rows that decide within a region, their ends as places in it; says how many.

    Args:
        log: what is kept.
        state: what is derived.
        tables: the rules.
        region: its nodes, marks by node, and places by node.
        into: filled as far as there is room.
    """
    nodes, marks, places = region
    rows, kinds, nexts, off = log.rows, log.kinds, state.nexts, state.off
    first, flags, choice, is_strong = state.first, state.flags, state.choice, tables.is_strong
    found = 0
    for place in range(nodes.shape[0]):
        node = WIDE(nodes[place])
        if marks[node] != CORE:
            row = WIDE(choice[node])
            if row != NONE:
                found = put_row(rows, row, places, into, found)
            continue
        is_open = is_strong[kinds[node]] and not flags[node] & SHARED
        half = WIDE(first[node])
        while half != NONE:
            row = half >> 1
            if half & 1 == 0 and counts_now(off, rows, row):
                other = WIDE(other_end(rows, half))
                is_one = is_open and is_strong[kinds[other]] and not flags[other] & SHARED
                if is_one or via_of(rows, row) == VIA_OPERATOR:
                    found = put_row(rows, row, places, into, found)
            half = WIDE(nexts[row, half & 1])
    return found


@compiled
def put_row(rows: Array, row: int, places: Array, into: Array, found: int) -> int:
    """Copies one row, with places for nodes."""
    if found < into.shape[0]:
        left = WIDE(places[left_of(rows, row)])
        right = WIDE(places[right_of(rows, row)])
        into[found, 0] = left | (right << 32)
        into[found, 1], into[found, 2] = rows[row, 1], rows[row, 2]
    return found + 1


@compiled
def publish(nodes: Array, owners: Array, state: State) -> None:
    """Writes who owns the nodes of a region (ascending; owners as nodes), and their circles."""
    for place in range(nodes.shape[0]):
        state.owners[nodes[place]] = owners[place]
        state.ring[nodes[place]] = nodes[place]
    for place in range(nodes.shape[0]):
        node, owner = nodes[place], owners[place]
        if owner != node:
            state.ring[node] = state.ring[owner]
            state.ring[owner] = node


@compiled
def publish_followers(nodes: Array, owners: Array, state: State) -> None:
    """Puts nodes that stood alone into the circles of whom they follow, where they belong."""
    ring = state.ring
    for place in range(nodes.shape[0]):
        node, owner = WIDE(nodes[place]), WIDE(owners[place])
        state.owners[node] = owner
        # A circle goes from its owner down from the largest node to the smallest.
        at = owner
        while ring[at] != owner and ring[at] > node:
            at = WIDE(ring[at])
        ring[node] = ring[at]
        ring[at] = node
