"""The inner loops of the book, compiled: finding and adding nodes and rows, walking them."""

import numpy as np

from catchment.people.identity.layout import (
    ANCHORED,
    DISPUTED,
    FORGET_ROW,
    GONE_ROW,
    LINK_ROW,
    NONE,
    REMOVED,
    RESTORE_ROW,
    STRUCK,
    UNJOIN_ROW,
    VIA_OPERATOR,
    WIDE,
    WITHDRAW_ROW,
    WITHDRAWN,
    Array,
    Log,
    State,
)
from catchment.people.identity.resolve_kernel import (
    compiled,
    kind_of_row,
    left_of,
    right_of,
    via_of,
)

_MIX = np.uint64(0x9E3779B97F4A7C15)
_OTHER = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(29)


@compiled
def place_of(high: int, low: int, mask: int) -> int:
    """Where the search for a pair of numbers begins in a table of `mask` + 1 places."""
    mixed = (np.uint64(high) * _MIX) ^ (np.uint64(low) * _OTHER)
    mixed ^= mixed >> _SHIFT
    mixed *= _MIX
    mixed ^= mixed >> _SHIFT
    return int(WIDE(mixed & np.uint64(mask)))


@compiled
def is_key(keys: Array, node: int, wanted: Array, row: int) -> bool:
    """Whether a node's key is the wanted one."""
    return bool(keys[node, 0] == wanted[row, 0] and keys[node, 1] == wanted[row, 1])


@compiled
def find_nodes(wanted: Array, index: Array, keys: Array, count: int, found: Array) -> None:
    """The node of each wanted key, -1 where there is none below `count`."""
    mask = index.shape[0] - 1
    for row in range(wanted.shape[0]):
        place = place_of(wanted[row, 0], wanted[row, 1], mask)
        found[row] = NONE
        while index[place] != NONE:
            node = index[place]
            if 0 <= node < count and is_key(keys, node, wanted, row):
                found[row] = node
                break
            place = (place + 1) & mask


@compiled
def add_nodes(
    wanted: Array, codes: Array, state: tuple[Log, Array], count: int, found: Array
) -> int:
    """The node of each wanted key, made where there is none; says how many nodes there are then.

    Where a row names another kind than is known, the answer is -1 - row.
    """
    log, index = state
    mask = index.shape[0] - 1
    for row in range(wanted.shape[0]):
        place = place_of(wanted[row, 0], wanted[row, 1], mask)
        node = WIDE(NONE)
        while index[place] != NONE:
            held = index[place]
            if held >= 0 and is_key(log.keys, held, wanted, row):
                node = WIDE(held)
                break
            place = (place + 1) & mask
        if node < 0:
            node = WIDE(count)
            index[place] = count
            log.keys[count, 0], log.keys[count, 1] = wanted[row, 0], wanted[row, 1]
            log.kinds[count] = codes[row]
            count += 1
        elif log.kinds[node] != codes[row]:
            return -1 - row
        found[row] = node
    return count


@compiled
def fill_index(keys: Array, kinds: Array, index: Array) -> None:
    """Enters all nodes but forgotten ones."""
    mask = index.shape[0] - 1
    for node in range(kinds.shape[0]):
        if kinds[node] == 0:
            continue
        place = place_of(keys[node, 0], keys[node, 1], mask)
        while index[place] != NONE:
            place = (place + 1) & mask
        index[place] = node


@compiled
def strike_node(keys: Array, index: Array, node: int) -> None:
    """Takes one node out of the index."""
    mask = index.shape[0] - 1
    place = place_of(keys[node, 0], keys[node, 1], mask)
    while index[place] != NONE:
        if index[place] == node:
            index[place] = STRUCK
            return
        place = (place + 1) & mask


@compiled
def find_link(rows: Array, links: Array, ends: int, what: int) -> int:
    """The place of a link's newest row in the table, or the empty place where it would stand."""
    mask = links.shape[0] - 1
    place = place_of(ends, what, mask)
    while links[place] != NONE:
        row = links[place]
        if rows[row, 0] == ends and rows[row, 2] == what:
            return place
        place = (place + 1) & mask
    return place


@compiled
def hang(state: State, rows: Array, row: int) -> None:
    """Puts a row into the lists of its two ends."""
    left, right = left_of(rows, row), right_of(rows, row)
    state.nexts[row, 0] = state.first[left]
    state.first[left] = 2 * row
    state.nexts[row, 1] = state.first[right]
    state.first[right] = 2 * row + 1


@compiled
def is_disputed(state: State, rows: Array, left: int, right: int) -> bool:
    """Whether a pair is withdrawn now."""
    if not state.flags[left] & state.flags[right] & DISPUTED:
        return False
    half = state.first[left]
    while half != NONE:
        row, side = half >> 1, half & 1
        other = left_of(rows, row) if side else right_of(rows, row)
        if other == right and kind_of_row(rows, row) == WITHDRAW_ROW and state.off[row] == 0:
            return True
        half = state.nexts[row, side]
    return False


@compiled
def enter_link(state: State, rows: Array, row: int) -> None:
    """Takes a link row that stands in the log into the lists."""
    left, right = left_of(rows, row), right_of(rows, row)
    state.off[row] = WITHDRAWN if is_disputed(state, rows, left, right) else 0
    hang(state, rows, row)
    if via_of(rows, row) == VIA_OPERATOR and state.off[row] == 0:
        state.flags[left] |= ANCHORED
        state.flags[right] |= ANCHORED


@compiled
def add_links(
    ends: Array, told: tuple[Array, Array, Array], log: Log, state: State, count: int
) -> int:
    """Writes down links that say something new; returns the count of rows then.

    Args:
        ends: pairs of nodes.
        told: times, sources and ways packed as in a row, and evidence.
        log: written behind `count`.
        state: its lists and its table of links are kept up.
        count: how many rows there are.
    """
    times, whats, evidence = told
    for link in range(ends.shape[0]):
        left, right = WIDE(ends[link, 0]), WIDE(ends[link, 1])
        if left == right:
            continue
        if left > right:
            left, right = right, left
        packed = left | (right << 32)
        place = find_link(log.rows, state.by_link, packed, whats[link])
        held = state.by_link[place]
        if held != NONE and not state.off[held] & REMOVED:
            told_now = (times[link], evidence[link, 0], evidence[link, 1])
            if told_now >= (log.rows[held, 1], log.evidence[held, 0], log.evidence[held, 1]):
                continue
        log.rows[count, 0], log.rows[count, 1], log.rows[count, 2] = (
            packed,
            times[link],
            whats[link],
        )
        log.evidence[count, 0], log.evidence[count, 1] = evidence[link, 0], evidence[link, 1]
        state.by_link[place] = count
        enter_link(state, log.rows, count)
        count += 1
    return count


@compiled
def reset_anchor(state: State, rows: Array, node: int) -> None:
    """Looks anew whether an operator's join of this node stands."""
    state.flags[node] &= ~np.uint8(ANCHORED)
    half = state.first[node]
    while half != NONE:
        row, side = half >> 1, half & 1
        is_link = state.off[row] == 0 and kind_of_row(rows, row) == LINK_ROW
        if is_link and via_of(rows, row) == VIA_OPERATOR:
            state.flags[node] |= ANCHORED
            return
        half = state.nexts[row, side]


@compiled
def decide(state: State, rows: Array, row: int) -> None:
    """Takes a decision that stands in the log into the state: what it says of its pair."""
    left, right, what = left_of(rows, row), right_of(rows, row), kind_of_row(rows, row)
    half = state.first[left]
    while half != NONE:
        at, side = half >> 1, half & 1
        other = left_of(rows, at) if side else right_of(rows, at)
        half = state.nexts[at, side]
        if other != right:
            continue
        held = kind_of_row(rows, at)
        if held == WITHDRAW_ROW and what == RESTORE_ROW:
            state.off[at] |= REMOVED
        elif held == LINK_ROW and what == WITHDRAW_ROW:
            state.off[at] |= WITHDRAWN
        elif held == LINK_ROW and what == RESTORE_ROW:
            state.off[at] &= ~np.uint8(WITHDRAWN)
        elif held == LINK_ROW and what == UNJOIN_ROW and via_of(rows, at) == VIA_OPERATOR:
            state.off[at] |= REMOVED
    if what == WITHDRAW_ROW:
        state.off[row] = 0
        hang(state, rows, row)
        state.flags[left] |= DISPUTED
        state.flags[right] |= DISPUTED
    else:
        state.off[row] = REMOVED
    reset_anchor(state, rows, left)
    reset_anchor(state, rows, right)


@compiled
def forget_node(state: State, rows: Array, node: int) -> int:
    """Lets no row of a node count any more; says how many rows it has."""
    half, found = state.first[node], 0
    while half != NONE:
        row, side = half >> 1, half & 1
        other = left_of(rows, row) if side else right_of(rows, row)
        is_new = not state.off[row] & REMOVED
        state.off[row] |= REMOVED
        if is_new and other != node:
            reset_anchor(state, rows, other)
        found += 1
        half = state.nexts[row, side]
    state.flags[node] = 0
    return found


@compiled
def list_rows(state: State, node: int, count: int, into: Array) -> int:
    """The rows of a node below `count`; says how many, also where `into` has no room for them.

    -1: a row lies beyond these maps, since the book grew meanwhile.
    """
    half, found = state.first[node], 0
    while half != NONE:
        row, side = half >> 1, half & 1
        if row >= state.nexts.shape[0] or found > state.nexts.shape[0]:
            return NONE
        if row < count:
            if found < into.shape[0]:
                into[found] = row
            found += 1
        half = state.nexts[row, side]
    return found


@compiled
def plain_rows(rows: Array, count: int) -> int:
    """How many rows the log begins with that are nothing but links, and no operator's."""
    for row in range(count):
        what = rows[row, 2] >> 32
        if what >> 8 != LINK_ROW or what & 0xFF == VIA_OPERATOR:
            return row
    return count


@compiled
def hang_rows(rows: Array, state: State, count: int) -> None:
    """Puts so many plain rows into the lists of an empty state."""
    for row in range(count):
        hang(state, rows, row)


@compiled
def replay_rows(rows: Array, state: State, lines: tuple[int, int], forgotten: Array) -> int:
    """Takes these rows of the log into the state, in order; lists whom they forget."""
    found = 0
    for row in range(lines[0], lines[1]):
        what = kind_of_row(rows, row)
        if what == GONE_ROW:
            state.off[row] = REMOVED
        elif what == LINK_ROW:
            enter_link(state, rows, row)
        elif what == FORGET_ROW:
            state.off[row] = REMOVED
            node = left_of(rows, row)
            forget_node(state, rows, node)
            if found < forgotten.shape[0]:
                forgotten[found] = node
            found += 1
        else:
            decide(state, rows, row)
    return found


@compiled
def fill_links(rows: Array, evidence: Array, off: Array, links: Array, count: int) -> None:
    """Enters every link row; of those that say the same, the earliest."""
    for row in range(count):
        if kind_of_row(rows, row) != LINK_ROW or off[row] & REMOVED:
            continue
        place = find_link(rows, links, rows[row, 0], rows[row, 2])
        held = links[place]
        if held != NONE:
            told = (rows[row, 1], evidence[row, 0], evidence[row, 1])
            if told >= (rows[held, 1], evidence[held, 0], evidence[held, 1]):
                continue
        links[place] = row


@compiled
def walk_rings(ring: Array, persons: Array, offsets: Array, members: Array) -> int:
    """The nodes of each person; with no room in `members` it only counts them.

    -1: a circle leads beyond these maps or does not close, since it is being rewritten.
    """
    found = 0
    for place in range(persons.shape[0]):
        node = WIDE(persons[place])
        offsets[place] = found
        while True:
            if found < members.shape[0]:
                members[found] = node
            found += 1
            node = WIDE(ring[node])
            if node == persons[place]:
                break
            if not 0 <= node < ring.shape[0] or found > ring.shape[0] + persons.shape[0]:
                return NONE
    offsets[persons.shape[0]] = found
    return found


@compiled
def group_members(owners: Array, place: Array, offsets: Array, members: Array) -> int:
    """The nodes of people, ascending within each; `place` is each owner's line, -1: not asked."""
    lines = offsets.shape[0] - 1
    for node in range(owners.shape[0]):
        line = place[owners[node]]
        if line >= 0:
            offsets[line + 1] += 1
    for line in range(lines):
        offsets[line + 1] += offsets[line]
    nexts = offsets.copy()
    for node in range(owners.shape[0]):
        line = place[owners[node]]
        if line >= 0:
            members[nexts[line]] = node
            nexts[line] += 1
    return int(offsets[lines])
