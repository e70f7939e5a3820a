"""A commit in the making: rows and nodes behind what counts, seen by nobody yet."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from catchment.people.identity import book_kernel
from catchment.people.identity.errors import BookFull, KindConflict
from catchment.people.identity.layout import (
    FORGET_ROW,
    LINK_ROW,
    LINKS_MAX,
    NODES_MAX,
    NONE,
    REMOVED,
    RESTORE_ROW,
    UNJOIN_ROW,
    VIA_OPERATOR,
    WITHDRAW_ROW,
    Array,
    Tables,
)
from catchment.people.identity.log_files import Head
from catchment.people.identity.rebuild import places_for, room_for
from catchment.people.identity.state_files import Mapped
from catchment.people.identity.subject_keys import Keys, hexadecimal

_HALF = 0xFFFFFFFF


class Draft:
    """What one commit will add.

    Attributes:
        head: what would count if it were committed now.
    """

    def __init__(self, mapped: Mapped, head: Head, tables: Tables) -> None:
        self.head = head
        self._mapped = mapped
        self._before = head
        self._tables = tables
        self._checked: list[npt.NDArray[np.int64]] = []
        self._touched: list[npt.NDArray[np.int64]] = []

    def make_room(self, nodes: int, rows: int) -> None:
        """Makes sure that so many more fit.

        Raises:
            BookFull: they would go beyond `NODES_MAX` or `LINKS_MAX`.
        """
        mapped = self._mapped
        nodes, rows = self.head.nodes + nodes, self.head.rows + rows
        if nodes > NODES_MAX or rows > LINKS_MAX:
            raise BookFull
        room = mapped.room
        if nodes > room[0] or rows > room[1]:
            larger = [
                min(max(have, room_for(need)), most) if need > have else have
                for have, need, most in zip(
                    room, (nodes, rows), (NODES_MAX, LINKS_MAX), strict=True
                )
            ]
            mapped.grow(larger[0], larger[1])
        if 2 * nodes > len(mapped.state.by_key):
            made = mapped.resize_index("by_key", places_for(room_for(nodes)))
            count = self.head.nodes
            book_kernel.fill_index(mapped.log.keys[:count], mapped.log.kinds[:count], made)
            mapped.announce_index("by_key", made)
        if 2 * rows > len(mapped.state.by_link):
            made = mapped.resize_index("by_link", places_for(room_for(rows)))
            log, off = mapped.log, mapped.state.off
            book_kernel.fill_links(log.rows, log.evidence, off, made, self.head.rows)
            mapped.announce_index("by_link", made)

    def nodes(self, keys: Keys, codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
        """The node of each key, made where there is none.

        Raises:
            KindConflict: one is known as another kind.
        """
        found = np.zeros(len(keys), np.int32)
        log, state, old = self._mapped.log, self._mapped.state, self.head.nodes
        count = book_kernel.add_nodes(keys, codes, (log, state.by_key), old, found)
        if count < 0:
            subject = hexadecimal(keys[-1 - count : -count])[0].as_py()
            raise KindConflict(f"{subject} is known as another kind of identifier")
        state.owners[old:count] = np.arange(old, count)
        state.ring[old:count] = np.arange(old, count)
        state.first[old:count] = NONE
        state.choice[old:count] = NONE
        state.flags[old:count] = 0
        self.head = replace(self.head, nodes=int(count))
        return found

    def links(
        self, ends: Array, times: Array, what: tuple[Array, Array], evidence: Keys
    ) -> None:  # fmt: skip
        """Writes links down; `what` is the source's number and the way."""
        numbers, ways = what
        packed = numbers.astype(np.int64) | ways.astype(np.int64) << 32 | LINK_ROW << 40
        log, state, old = self._mapped.log, self._mapped.state, self.head.rows
        told = (np.asarray(times, np.int64), packed, evidence)
        pairs = np.ascontiguousarray(ends, np.int32)
        count = book_kernel.add_links(pairs, told, log, state, old)
        self.head = replace(self.head, rows=int(count))
        written = log.rows[old:count, 0]
        left, right = written & _HALF, written >> 32
        self._checked += [left, right]
        # A link with a weak identifier changes nobody's standing but that one's.
        is_strong = self._tables.is_strong.astype(np.bool_)
        here, there = is_strong[log.kinds[left]], is_strong[log.kinds[right]]
        is_join = (log.rows[old:count, 2] >> 32) & 0xFF == VIA_OPERATOR
        is_even = (here == there) | is_join
        self._touched += [left[is_even | ~here], right[is_even | ~there]]

    def withdraw(self, ends: Array) -> None:
        """Writes down that these pairs' links do not count."""
        self._decisions(ends, WITHDRAW_ROW)

    def restore(self, ends: Array) -> None:
        """Writes down that they count again."""
        self._decisions(ends, RESTORE_ROW)

    def unjoin(self, ends: Array) -> None:
        """Writes down that operators' joins of these pairs never were."""
        self._decisions(ends, UNJOIN_ROW)

    def forget(self, nodes: npt.NDArray[np.int32]) -> None:
        """Writes down that these nodes are to be erased."""
        mapped = self._mapped
        log, state = mapped.log, mapped.state
        for node in nodes.tolist():
            size = book_kernel.list_rows(state, node, self.head.rows, np.zeros(0, np.int32))
            rows = np.zeros(size, np.int32)
            book_kernel.list_rows(state, node, self.head.rows, rows)
            ends = log.rows[rows, 0]
            self._touched += [ends & _HALF, ends >> 32, np.array([node], np.int64)]
            self._row(node, node, FORGET_ROW)
            book_kernel.forget_node(state, log.rows, node)
            book_kernel.strike_node(log.keys, state.by_key, node)

    def touched(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The nodes whose standing changed, and those that may be shared now; each once."""
        new = np.arange(self._before.nodes, self.head.nodes, dtype=np.int64)
        touched = np.unique(np.concatenate([new, *self._touched]))
        return touched, np.unique(np.concatenate([touched, *self._checked]))

    def _decisions(self, ends: Array, what: int) -> None:
        for left, right in ends.tolist():
            if left == right:
                continue
            row = self._row(min(left, right), max(left, right), what)
            book_kernel.decide(self._mapped.state, self._mapped.log.rows, row)
        self._touched.append(ends.reshape(-1).astype(np.int64))

    def _row(self, left: int, right: int, what: int) -> int:
        row = self.head.rows
        self._mapped.log.rows[row] = (left | right << 32, 0, what << 40)
        self._mapped.log.evidence[row] = 0
        if what == FORGET_ROW:
            self._mapped.state.off[row] = REMOVED
        self.head = replace(self.head, rows=row + 1)
        return row
