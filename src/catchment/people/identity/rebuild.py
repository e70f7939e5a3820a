"""Deriving the state from the log alone: after a crash, a new start, a lost file, or new rules."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from catchment.people.identity import book_kernel, resolve_kernel
from catchment.people.identity.layout import FORGET_ROW, NONE, SHARED, Array, Log, State, Tables
from catchment.people.identity.log_files import (
    EVIDENCE,
    KEYS,
    KINDS,
    ROWS,
    ROWS_MIN,
    Head,
    check_lengths,
    flush,
    read_rules,
)
from catchment.people.identity.region import Whole
from catchment.people.identity.resolve import mark_shared, resolve, tables_of
from catchment.people.identity.rules import DEFAULT_RULES
from catchment.people.identity.state_files import INDEX_MIN, Mapped, install, make_state


def room_for(count: int) -> int:
    """The room to make for so many rows: half as many again, so that growing is rare."""
    return max(ROWS_MIN, count + count // 2)


def places_for(count: int) -> int:
    """The places of an index of so many entries: a power of two, at most half of it in use."""
    places = INDEX_MIN
    while places < 2 * count:
        places *= 2
    return places


def rebuild(folder: Path, head: Head, *, reached: Callable[[str], None] = lambda _: None) -> Mapped:
    """Derives the state from the log, and lets it count.

    Raises:
        BookDamaged: the log is shorter than its head says.
    """
    check_lengths(folder, head)
    rules = read_rules(folder, head.fingerprint) if head.fingerprint else DEFAULT_RULES
    nodes, rows = room_for(head.nodes), room_for(head.rows)
    mapped = make_state(folder, nodes, rows, places_for(nodes), places_for(rows))
    log, state = mapped.log, mapped.state
    state.first[: head.nodes] = NONE
    plain = book_kernel.plain_rows(log.rows, head.rows)
    if plain < head.rows:
        book_kernel.hang_rows(log.rows, state, plain)
        _decide_again(folder, mapped, head, plain)
    reached("replayed")
    nodes = head.nodes
    # None of these needs another, and compiled loops do not hold the interpreter.
    with ThreadPoolExecutor(max_workers=1) as other:
        tasks: list[Callable[[], None]] = [
            partial(book_kernel.fill_index, log.keys[:nodes], log.kinds[:nodes], state.by_key),
            partial(
                book_kernel.fill_links, log.rows, log.evidence, state.off, state.by_link, head.rows
            ),
        ]
        if plain == head.rows:
            # Where nobody decided anything, who is who does not hang on the lists.
            tasks.append(partial(book_kernel.hang_rows, log.rows, state, plain))
        filled = [other.submit(task) for task in tasks]
        Whole(*resolve_whole(log, state, head, tables_of(rules))).publish(state)
        for one in filled:
            one.result()
    mapped.tell(head)
    reached("rebuilt")
    install(mapped)
    return mapped


def _decide_again(folder: Path, mapped: Mapped, head: Head, plain: int) -> None:
    """Takes decisions, and all that came since the first of them, in order."""
    log, state = mapped.log, mapped.state
    forgotten = np.zeros(head.rows - plain, np.int32)
    count = book_kernel.replay_rows(log.rows, state, (plain, head.rows), forgotten)
    if count:
        scrub(folder, log, state, forgotten[:count].tolist())
        _strike_decisions(log, head)


def resolve_whole(
    log: Log, state: State, head: Head, tables: Tables
) -> tuple[Array, Array, Array, Array]:
    """Resolves every node anew: flags, choices, owners, rings; the caller puts them in place."""
    count = head.nodes
    kinds, rows, off = log.kinds[:count], log.rows[: head.rows], state.off[: head.rows]
    flags = state.flags[:count] & np.uint8(0xFF ^ SHARED)
    mark_shared(rows, off, kinds, tables, flags)
    owners, choice = resolve(rows, off, log.keys[:count], kinds, flags=flags, tables=tables)
    ring = np.empty(count, np.int32)
    resolve_kernel.close_rings(owners, ring)
    return flags, choice, owners, ring


def scrub(folder: Path, log: Log, state: State, nodes: list[int]) -> None:
    """Overwrites all that the log holds of forgotten nodes, to be found by nobody.

    Doing it twice does no harm: the decision stands in the log until the rest is gone.
    """
    for node in nodes:
        size = book_kernel.list_rows(state, node, len(log.rows), np.zeros(0, np.int32))
        rows = np.zeros(size, np.int32)
        book_kernel.list_rows(state, node, len(log.rows), rows)
        log.rows[rows] = 0
        log.evidence[rows] = 0
        # Its number stays taken; nobody's key is ever this small.
        log.keys[node] = (0, node)
        log.kinds[node] = 0
    for column in (KEYS, KINDS, ROWS, EVIDENCE):
        flush(folder / column.name)


def _strike_decisions(log: Log, head: Head) -> None:
    rows = log.rows[: head.rows]
    is_done = (rows[:, 2] >> 40) & 0xFF == FORGET_ROW
    rows[is_done] = 0
