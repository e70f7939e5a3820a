"""Resolving a part of the book anew: what a change can reach, and nothing else."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from catchment.people.identity import region_kernel
from catchment.people.identity.layout import Array, Log, State, Tables
from catchment.people.identity.resolve import resolve


@dataclass
class Desk:
    """Arrays by node that a writer scribbles on; all zeros between two changes.

    Attributes:
        room: nodes there is room for.
    """

    room: int
    marks: Array = field(init=False)
    is_touched: Array = field(init=False)
    seen: Array = field(init=False)
    places: Array = field(init=False)
    queue: Array = field(init=False)
    touched: Array = field(init=False)
    mark: int = 0

    def __post_init__(self) -> None:
        self.marks, self.is_touched = np.zeros(self.room, np.uint8), np.zeros(self.room, np.uint8)
        self.seen, self.places = np.zeros(self.room, np.int64), np.zeros(self.room, np.int32)
        self.queue, self.touched = np.zeros(self.room, np.int32), np.zeros(self.room, np.int32)


def resolve_region(
    log: Log, state: State, tables: Tables, touched: Array, desk: Desk
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Who owns the nodes that a change can reach; the state keeps its owners until published.

    Args:
        log: what is kept, the new rows among it.
        state: what is derived, with the changed rows in its lists.
        tables: the rules.
        touched: nodes whose rows changed, and new ones; each once.
        desk: to scribble on.

    Returns:
        The nodes, ascending, and the owner of each.
    """
    size = len(touched)
    desk.touched[:size] = touched
    desk.is_touched[touched] = 1
    work = (desk.touched, desk.is_touched, desk.seen)
    count = region_kernel.spread_touch(log, state, tables, work, (size, desk.mark))
    desk.mark += size
    reached = desk.touched[:count]
    desk.is_touched[reached] = 0
    region = (desk.queue, desk.marks)
    found = region_kernel.begin_region(log, state, tables, reached, region)
    found = region_kernel.spread_region(log, state, tables, region, found)
    nodes = np.sort(desk.queue[:found]).astype(np.int64)
    desk.places[nodes] = np.arange(found, dtype=np.int32)
    asked = (nodes, desk.marks, desk.places)
    total = region_kernel.region_rows(log, state, tables, asked, np.zeros((0, 3), np.int64))
    rows = np.zeros((total, 3), np.int64)
    region_kernel.region_rows(log, state, tables, asked, rows)
    desk.marks[nodes] = 0
    owners, _ = resolve(
        rows, np.zeros(total, np.uint8), log.keys[nodes], log.kinds[nodes],
        flags=state.flags[nodes], tables=tables,
    )  # fmt: skip
    return nodes, nodes[owners].astype(np.int32)
