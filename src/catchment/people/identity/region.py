"""Resolving a part of the book anew: what a change can reach, and nothing else."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from catchment.people.identity import region_kernel
from catchment.people.identity.layout import Array, Log, State, Tables
from catchment.people.identity.resolve import resolve

ROWS_BEGUN = 1 << 16
"""Rows of a region there is room for at first."""


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
    rows: Array = field(init=False)

    def __post_init__(self) -> None:
        self.rows = np.zeros((ROWS_BEGUN, 3), np.int64)
        self.marks, self.is_touched = np.zeros(self.room, np.uint8), np.zeros(self.room, np.uint8)
        self.seen, self.places = np.zeros(self.room, np.int64), np.zeros(self.room, np.int32)
        self.queue, self.touched = np.zeros(self.room, np.int32), np.zeros(self.room, np.int32)


@dataclass(frozen=True)
class Region:
    """What a change comes to, not yet published.

    Attributes:
        nodes: what was resolved anew, ascending, and `owners`: theirs.
        followers: weak nodes that only join someone, and `followed`: the owners of those.
    """

    nodes: npt.NDArray[np.int64]
    owners: npt.NDArray[np.int32]
    followers: npt.NDArray[np.int64]
    followed: npt.NDArray[np.int32]

    @property
    def moved(self) -> tuple[Array, Array]:
        """The nodes, and their owners."""
        nodes = np.concatenate([self.nodes, self.followers])
        return nodes, np.concatenate([self.owners, self.followed])

    def publish(self, state: State) -> None:
        """Writes it down."""
        region_kernel.publish(self.nodes, self.owners, state)
        region_kernel.publish_followers(self.followers, self.followed, state)


@dataclass(frozen=True)
class Whole:
    """Everything resolved anew, not yet published: flags, choices, owners and rings by node."""

    flags: Array
    choice: Array
    owners: Array
    ring: Array

    @property
    def moved(self) -> tuple[Array, Array]:
        """All nodes, and their owners."""
        return np.arange(len(self.owners)), self.owners

    def publish(self, state: State) -> None:
        """Writes it down."""
        places = (state.flags, state.choice, state.owners, state.ring)
        resolved = (self.flags, self.choice, self.owners, self.ring)
        for array, new in zip(places, resolved, strict=True):
            array[: len(new)] = new


def resolve_region(
    log: Log, state: State, tables: Tables, touched: tuple[Array, Array], desk: Desk
) -> Region:
    """Who owns the nodes that a change can reach; the state keeps its owners until published.

    Args:
        log: what is kept, the new rows among it.
        state: what is derived, with the changed rows in its lists.
        tables: the rules.
        touched: nodes whose standing changed, and new ones, each once; and those whose links
            changed in number, so that they may be shared now.
        desk: to scribble on.
    """
    size = len(touched[0])
    desk.touched[:size] = touched[0]
    desk.is_touched[touched[0]] = 1
    work = (desk.touched, desk.is_touched, desk.seen)
    checked = (touched[1], size, desk.mark)
    count = region_kernel.spread_touch(log, state, tables, work, checked)
    desk.mark += len(touched[1])
    reached = desk.touched[:count]
    desk.is_touched[reached] = 0
    aside = np.zeros(count, np.int32)
    region = (desk.queue, desk.marks)
    found, waiting = region_kernel.begin_region(log, state, tables, reached, (*region, aside))
    closed = region_kernel.spread_region(log, state, tables, region, (0, found))
    aside, followed = _by_person(log, state, tables, aside[:waiting], desk)
    found = region_kernel.crowd_in(log, state, tables, (*region, aside), closed)
    if found > closed:
        found = region_kernel.spread_region(log, state, tables, region, (0, found))
    aside, followed = _by_person(log, state, tables, aside, desk)
    nodes = np.sort(desk.queue[:found]).astype(np.int64)
    desk.places[nodes] = np.arange(found, dtype=np.int32)
    asked = (nodes, desk.marks, desk.places)
    total = region_kernel.region_rows(log, state, tables, asked, desk.rows)
    if total > len(desk.rows):
        desk.rows = np.zeros((2 * total, 3), np.int64)
        region_kernel.region_rows(log, state, tables, asked, desk.rows)
    desk.marks[nodes] = 0
    owners, _ = resolve(
        desk.rows[:total], np.zeros(total, np.uint8), log.keys[nodes], log.kinds[nodes],
        flags=state.flags[nodes], tables=tables,
    )  # fmt: skip
    return Region(nodes, nodes[owners].astype(np.int32), aside.astype(np.int64), followed)


def _by_person(
    log: Log, state: State, tables: Tables, aside: Array, desk: Desk
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Those set aside that the region did not take in, by the person they follow."""
    left = aside[desk.marks[aside] == 0]
    followed = np.zeros(len(left), np.int32)
    region_kernel.followed(log, state, tables, left, followed)
    order = np.argsort(followed, kind="stable")
    return left[order], followed[order]
