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

_CORE = 1
_FOLLOWER = 2


@compiled
def other_end(rows: Array, half: int) -> int:
    """The node at the other end of a row, seen from one of its two."""
    return left_of(rows, half >> 1) if half & 1 else right_of(rows, half >> 1)


@compiled
def counts_now(state: State, rows: Array, row: int) -> bool:
    """Whether a row is a link that stands."""
    return state.off[row] == 0 and kind_of_row(rows, row) == LINK_ROW


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
    cap = tables.people_max[log.kinds[node]]
    if cap < 0:
        return False
    counts = np.zeros(256, np.int32)
    half = state.first[node]
    while half != NONE:
        row = half >> 1
        if counts_now(state, log.rows, row) and via_of(log.rows, row) != VIA_OPERATOR:
            other = other_end(log.rows, half)
            code = log.kinds[other]
            if tables.is_strong[code] and marks[other] != mark:
                marks[other] = mark
                counts[code] += 1
                if counts[code] > cap:
                    return True
        half = state.nexts[row, half & 1]
    return False


@compiled
def choose(log: Log, state: State, tables: Tables, node: int) -> int:
    """The row that a weak node follows: its earliest with a strong node that is not shared."""
    best, rival = WIDE(NONE), WIDE(NONE)
    if state.flags[node] & SHARED or log.kinds[node] == 0:
        return int(best)
    half = state.first[node]
    while half != NONE:
        row = WIDE(half >> 1)
        if counts_now(state, log.rows, row) and via_of(log.rows, row) != VIA_OPERATOR:
            other = WIDE(other_end(log.rows, half))
            is_open = tables.is_strong[log.kinds[other]] and not state.flags[other] & SHARED
            if is_open and (
                best < 0 or is_better_claim(log.rows, log.keys, (row, other), (best, rival))
            ):
                best, rival = row, other
        half = state.nexts[row, half & 1]
    return int(best)


@compiled
def strong_end(log: Log, tables: Tables, row: int) -> int:
    """The strong node of a row that a weak one follows."""
    left = left_of(log.rows, row)
    return left if tables.is_strong[log.kinds[left]] else right_of(log.rows, row)


@compiled
def spread_touch(
    log: Log, state: State, tables: Tables, work: tuple[Array, Array, Array], sizes: tuple[int, int]
) -> int:
    """Looks anew which touched nodes are shared; where that turns, all neighbours are touched too.

    Args:
        log: what is kept.
        state: what is derived.
        tables: the rules.
        work: the touched nodes (room for all), 1 by touched node, and marks by node.
        sizes: how many are touched, and a number below which marks are used up.

    Returns:
        How many are touched then.
    """
    touched, is_touched, marks = work
    count, mark = sizes
    for place in range(sizes[0]):
        node = WIDE(touched[place])
        if tables.people_max[log.kinds[node]] < 0:
            continue
        mark += 1
        now = is_shared(log, state, tables, node, (marks, mark))
        if now == (state.flags[node] & SHARED != 0):
            continue
        state.flags[node] ^= np.uint8(SHARED)
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
def push(node: int, mark: int, region: tuple[Array, Array], count: int) -> int:
    """Takes a node into the region unless it is there; a follower may still become core."""
    nodes, marks = region
    if marks[node] == 0:
        nodes[count] = node
        count += 1
    if marks[node] != _CORE:
        marks[node] = mark
    return count


@compiled
def begin_region(
    log: Log, state: State, tables: Tables, touched: Array, region: tuple[Array, Array]
) -> int:
    """Lets touched weak nodes choose anew, and takes in what changed; says how many nodes."""
    count = 0
    for place in range(touched.shape[0]):
        node = WIDE(touched[place])
        held = WIDE(state.choice[node])
        is_core = tables.is_strong[log.kinds[node]] or state.flags[node] & ANCHORED
        chosen = WIDE(NONE) if is_core else choose(log, state, tables, node)
        state.choice[node] = chosen
        if is_core:
            count = push(node, _CORE, region, count)
        elif chosen == NONE or chosen != held:
            count = push(node, _FOLLOWER, region, count)
        if chosen != held:
            if held != NONE:
                count = push(strong_end(log, tables, held), _CORE, region, count)
            if chosen != NONE:
                count = push(strong_end(log, tables, chosen), _CORE, region, count)
    return count


@compiled
def spread_region(
    log: Log, state: State, tables: Tables, region: tuple[Array, Array], count: int
) -> int:
    """Closes the region; says how many nodes it has."""
    nodes, marks = region
    place = 0
    while place < count:
        node = WIDE(nodes[place])
        place += 1
        if marks[node] != _CORE:
            continue
        is_strong = tables.is_strong[log.kinds[node]] != 0
        is_open = is_strong and not state.flags[node] & SHARED
        half = state.first[node]
        while half != NONE:
            row = half >> 1
            if counts_now(state, log.rows, row):
                other = WIDE(other_end(log.rows, half))
                if via_of(log.rows, row) == VIA_OPERATOR:
                    count = push(other, _CORE, region, count)
                elif is_open and not state.flags[other] & SHARED:
                    if tables.is_strong[log.kinds[other]]:
                        count = push(other, _CORE, region, count)
                    elif state.choice[other] == row:
                        count = push(other, _FOLLOWER, region, count)
            half = state.nexts[row, half & 1]
    return count


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
    found = 0
    for place in range(nodes.shape[0]):
        node = WIDE(nodes[place])
        if marks[node] != _CORE:
            row = WIDE(state.choice[node])
            if row != NONE:
                found = put_row(log.rows, row, places, into, found)
            continue
        is_open = tables.is_strong[log.kinds[node]] and not state.flags[node] & SHARED
        half = state.first[node]
        while half != NONE:
            row = WIDE(half >> 1)
            if half & 1 == 0 and counts_now(state, log.rows, row):
                other = WIDE(other_end(log.rows, half))
                if via_of(log.rows, row) == VIA_OPERATOR or (
                    is_open
                    and tables.is_strong[log.kinds[other]]
                    and not state.flags[other] & SHARED
                ):
                    found = put_row(log.rows, row, places, into, found)
            half = state.nexts[row, half & 1]
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
