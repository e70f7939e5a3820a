"""The edges of a person, each with its evidence and what became of it under the rules."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from catchment.people.identity import book_kernel
from catchment.people.identity.layout import (
    LINK_ROW,
    NONE,
    REMOVED,
    SHARED,
    VIA_OPERATOR,
    WITHDRAWN,
    Array,
)
from catchment.people.identity.log_files import read_rules, read_sources
from catchment.people.identity.resolve import tables_of
from catchment.people.identity.rules import DEFAULT_RULES
from catchment.people.identity.state_files import Mapped
from catchment.people.identity.subject_keys import evidence_bytes, hexadecimal
from catchment.people.identity.types import EdgeKnown, Verdict, Via

EDGES_SHOWN_MAX = 10_000
"""Edges of one answer; a person with more shows the first ones by number."""

_HALF = 0xFFFFFFFF


def edges_of_nodes(mapped: Mapped, nodes: npt.NDArray[np.int32]) -> Sequence[EdgeKnown]:
    """The edges at these nodes, by time.

    Raises:
        IndexError: the book grew meanwhile.
    """
    found = _rows_at(mapped, nodes)
    log, state = mapped.log, mapped.state
    rows, evidence, off = log.rows[found], log.evidence[found], state.off[found]
    is_link = ((rows[:, 2] >> 40) & 0xFF == LINK_ROW) & (off & REMOVED == 0)
    found, rows, evidence = found[is_link], rows[is_link], evidence[is_link]
    order = np.lexsort((evidence[:, 1], evidence[:, 0], rows[:, 1], rows[:, 2], rows[:, 0]))
    found, rows, evidence = found[order], rows[order], evidence[order]
    # Of rows that say the same, the earliest tells when.
    is_first = np.ones(len(found), np.bool_)
    is_first[1:] = (rows[1:, 0] != rows[:-1, 0]) | (rows[1:, 2] != rows[:-1, 2])
    found, rows, evidence = found[is_first], rows[is_first], evidence[is_first]
    verdicts = _verdicts(mapped, found, rows)
    left, right = rows[:, 0] & _HALF, rows[:, 0] >> 32
    names = [hexadecimal(log.keys[ends]).to_pylist() for ends in (left, right)]
    kinds = [log.kinds[ends].tolist() for ends in (left, right)]
    sources = read_sources(mapped.folder, mapped.head)
    edges = []
    for at in range(len(found)):
        ends = sorted((names[side][at], kinds[side][at]) for side in (0, 1))
        what = int(rows[at, 2])
        number = what & _HALF
        edges.append(
            EdgeKnown(
                *ends[0], *ends[1], time_us=int(rows[at, 1]), via=Via((what >> 32) & 0xFF),
                source=sources[number] if number < len(sources) else "",
                evidence=evidence_bytes(evidence[at]), verdict=Verdict(int(verdicts[at])),
            )
        )  # fmt: skip
    return sorted(edges, key=lambda e: (e.time_us, e.left, e.right, e.via, e.source))


def _rows_at(mapped: Mapped, nodes: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    count = mapped.head.rows
    some: list[npt.NDArray[np.int32]] = [np.zeros(0, np.int32)]
    total = 0
    for node in nodes.tolist():
        rows = np.zeros(EDGES_SHOWN_MAX, np.int32)
        size = book_kernel.list_rows(mapped.state, node, count, rows)
        if size < 0:
            raise IndexError
        some.append(rows[:size])
        total += min(size, EDGES_SHOWN_MAX)
        if total >= EDGES_SHOWN_MAX:
            break
    return np.unique(np.concatenate(some))[:EDGES_SHOWN_MAX].astype(np.int64)


def _verdicts(mapped: Mapped, found: npt.NDArray[np.int64], rows: Array) -> npt.NDArray[np.int64]:
    mark = mapped.head.fingerprint
    tables = tables_of(read_rules(mapped.folder, mark) if mark else DEFAULT_RULES)
    log, state = mapped.log, mapped.state
    left, right = rows[:, 0] & _HALF, rows[:, 0] >> 32
    is_strong = tables.is_strong.astype(np.bool_)
    strong_left, strong_right = is_strong[log.kinds[left]], is_strong[log.kinds[right]]
    is_one = state.owners[left] == state.owners[right]
    weak = np.where(strong_left, right, left)
    strong = np.where(strong_left, left, right)
    chosen = state.choice[weak]
    ends = log.rows[np.maximum(chosen, 0), 0]
    its = np.where((ends & _HALF) == weak, ends >> 32, ends & _HALF)
    is_turned_away = (chosen != NONE) & (state.owners[its] == state.owners[strong])
    is_shared = (state.flags[left] | state.flags[right]) & SHARED != 0
    return np.select(
        [
            state.off[found] & WITHDRAWN != 0,
            (rows[:, 2] >> 32) & 0xFF == VIA_OPERATOR,
            is_shared,
            strong_left & strong_right & is_one,
            strong_left & strong_right,
            ~strong_left & ~strong_right,
            is_one,
            is_turned_away,
        ],
        [
            Verdict.WITHDRAWN, Verdict.JOINED, Verdict.SHARED, Verdict.JOINED,
            Verdict.REFUSED_LIMIT, Verdict.WEAK, Verdict.JOINED, Verdict.REFUSED_LIMIT,
        ],
        Verdict.WEAK,
    )  # fmt: skip
