"""The programme: which shows air when, who hosts them, and what their run-sheets hold."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catchment.testing.traffic.world import World

_STREAM_NUMBER = 3
_HOSTS = (
    ("h001", "阿岚", "Lan"),
    ("h002", "小满姐", "Xiaoman"),
    ("h003", "南风", "Nanfeng"),
)
_ROOMS = ("room_main", "room_noon", "room_late")


@dataclass(frozen=True, slots=True)
class RunSheetItem:
    """A product and when it is explained, in milliseconds from the show's start."""

    product: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class LiveShow:
    """One broadcast.

    Attributes:
        live_id, room_id, host_id, host_name: what the platform calls them.
        started_us: when it starts.
        duration_ms: how long it runs.
        run_sheet: the items, one after the other, without gaps.
    """

    live_id: str
    room_id: str
    host_id: str
    host_name: str
    started_us: int
    duration_ms: int
    run_sheet: tuple[RunSheetItem, ...]

    @property
    def ended_us(self) -> int:
        """When it ends."""
        return self.started_us + self.duration_ms * 1_000

    def explained_at(self, offset_ms: NDArray[np.float64]) -> NDArray[np.int64]:
        """Which product is being explained at each of these offsets."""
        ends = np.array([item.end_ms for item in self.run_sheet])
        products = np.array([item.product for item in self.run_sheet], dtype=np.int64)
        at = np.searchsorted(ends, offset_ms, side="right")
        explained: NDArray[np.int64] = products[np.minimum(at, len(products) - 1)]
        return explained


def make_show(
    world: World, live_id: str, started_us: int, number: int, rng: np.random.Generator
) -> LiveShow:
    """A show with a run-sheet of popular products of several categories."""
    config = world.config.live
    duration_ms = config.duration_minutes * 60_000
    wanted = min(config.products_per_show, len(world.catalogue.products))
    categories = rng.integers(0, int(world.catalogue.category.max()) + 1, wanted * 6)
    drawn = world.catalogue.draw(categories.astype(np.int64), rng)
    _, first = np.unique(drawn, return_index=True)
    products = drawn[np.sort(first)][:wanted]
    shares = np.cumsum(rng.dirichlet(np.full(len(products), 8.0)))
    ends = np.round(shares * duration_ms).astype(np.int64)
    ends[-1] = duration_ms
    starts = np.r_[0, ends[:-1]]
    host_id, host_zh, _ = _HOSTS[number % len(_HOSTS)]
    return LiveShow(
        live_id=live_id,
        room_id=_ROOMS[number % len(_ROOMS)],
        host_id=host_id,
        host_name=host_zh,
        started_us=started_us,
        duration_ms=duration_ms,
        run_sheet=tuple(
            RunSheetItem(int(p), int(s), int(e))
            for p, s, e in zip(products, starts, ends, strict=True)
        ),
    )


def shows_of_day(world: World, day: int) -> list[LiveShow]:
    """The shows that start on a local day."""
    shows = []
    for number, hour in enumerate(world.config.live.start_hours):
        started_us = world.midnight_us(day) + hour * 3_600_000_000
        rng = world.chance(_STREAM_NUMBER * 100 + number, day)
        shows.append(make_show(world, f"live{day}{number:02d}", started_us, number, rng))
    return shows
