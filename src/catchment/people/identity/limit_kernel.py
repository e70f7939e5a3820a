"""The inner loops of limits, compiled: which sets hold too much, and who has to stay outside."""

from typing import NamedTuple

from catchment.people.identity.layout import VIA_OPERATOR, WIDE, Array, Tables
from catchment.people.identity.resolve_kernel import (
    compiled,
    left_of,
    right_of,
    root_of,
    union,
    via_of,
)


class Group(NamedTuple):
    """Kinds that are counted in one word, by code; the others count nothing.

    Attributes:
        shifts: where in the word the count begins.
        steps: one, in its place.
        masks: the bits of the count, which goes one beyond the limit.
        limits: how many there may be.
    """

    shifts: Array
    steps: Array
    masks: Array
    limits: Array


@compiled
def mark_broken(kinds: Array, parent: Array, group: Group, counts: Array, broken: Array) -> int:
    """Marks the roots of sets that hold more of a kind than they may; says how many are new.

    Args:
        kinds: by node.
        parent: by node, the root of its set: the smallest node in it.
        group: the kinds to look at.
        counts: by root, filled.
        broken: by root, 1 where it holds too many.
    """
    shifts, steps, masks, limits = group
    found = 0
    for node in range(kinds.shape[0]):
        code, root = kinds[node], parent[node]
        if root == node:
            counts[node] = steps[code]
            continue
        word = WIDE(counts[root])
        if (word >> shifts[code]) & masks[code] < limits[code]:
            counts[root] = word + steps[code]
        elif broken[root] == 0:
            broken[root] = 1
            found += 1
    return found


@compiled
def rows_of_broken(listed: tuple[Array, Array], sets: tuple[Array, Array], into: Array) -> int:
    """The listed rows within broken sets; says how many there are."""
    lines, pairs = listed
    parent, broken = sets
    found = 0
    for place in range(pairs.shape[0]):
        if broken[parent[pairs[place] >> 32]] != 0:
            into[found] = lines[place]
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
def count_askers(kinds: Array, asked: Array, lines: Array, bins: Array) -> None:
    """Counts who asks for whom, several people in one bin: none asks for more than a bin holds.

    Args:
        kinds: by node.
        asked: from `find_asked`.
        lines: by kind code, its line in the bins; -1: it is not counted.
        bins: zeros; a power of two of them in each line.
    """
    mask = bins.shape[1] - 1
    for node in range(kinds.shape[0]):
        root, line = asked[node], lines[kinds[node]]
        if root >= 0 and line >= 0:
            bins[line, root & mask] += 1


@compiled
def crowd(nodes: tuple[Array, Array, Array], group: Group, counts: Array, competes: Array) -> int:
    """Marks the weak nodes that must compete, since too many of a kind chose one person.

    Args:
        nodes: kinds, choices, and `asked`, from `find_asked`.
        group: the kinds to look at.
        counts: zeros by node; by root, filled.
        competes: by weak node 1 where it must compete.
    """
    kinds, choice, asked = nodes
    shifts, steps, masks, limits = group
    is_crowded = False
    for node in range(kinds.shape[0]):
        code, root = kinds[node], asked[node]
        if root < 0 or steps[code] == 0:
            continue
        word = WIDE(counts[root])
        held = (word >> shifts[code]) & masks[code]
        if held <= limits[code]:
            counts[root] = word + steps[code]
            is_crowded |= held == limits[code]
    found = 0
    if not is_crowded:
        return found
    for node in range(kinds.shape[0]):
        code = kinds[node]
        if choice[node] < 0 or steps[code] == 0:
            continue
        word = WIDE(counts[asked[node]])
        if (word >> shifts[code]) & masks[code] > limits[code]:
            competes[node] = 1
            found += 1
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
