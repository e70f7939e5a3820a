r"""Fading interest as sums of whole numbers.

An event of weight w at time t is worth w · 2^((t - now) / h) now, where h is the half-life. As
w · 2^((t - t0) / h) it can be added up once and for all, in any order, and what a sum is worth now
is found by one multiplication. Two things are in the way, and both are got round here:

* The power grows without end. So time is cut into *eras* of `ERA_HALF_LIVES` half-lives; a sum is
  kept for each era by itself, from that era's own start, and never grows beyond
  2^`ERA_HALF_LIVES` for one event.
* Sums of floating numbers depend on the order. So each event's part is first rounded to a whole
  number of `UNIT`-ths. Sums of whole numbers do not.
"""

import math
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

HALF_LIFE: Final = timedelta(days=30)
"""After so long, interest is worth half."""

ERA_HALF_LIVES: Final = 8
ERAS_KEPT: Final = 4
"""Earlier eras are left out: what is in them is worth less than 2^-24 of what it was."""

UNIT: Final = 1 << 20
"""Parts of one: an event's share is exact to half of a millionth.

One row's whole number holds 2^63 / (2^20 · 2^8 · 300 parts) or more events of one kind on one edge
in one era, a hundred million of them.
"""


class Decay:
    """Fading with one half-life.

    Args:
        half_life: after so long, interest is worth half; at least an hour.
    """

    def __init__(self, half_life: timedelta = HALF_LIFE) -> None:
        if half_life < timedelta(hours=1):
            raise ValueError("a half-life is at least an hour")
        self.half_life_us = half_life // timedelta(microseconds=1)
        self.era_us = self.half_life_us * ERA_HALF_LIVES

    def era_of(self, time_us: int) -> int:
        """The era an instant falls in; eras begin in 1970."""
        return time_us // self.era_us

    def era_least(self, now_us: int) -> int:
        """The earliest era that still counts."""
        return self.era_of(now_us) - ERAS_KEPT + 1

    def share(self, time_us: int) -> int:
        """What one point given at an instant adds to its era's sum, in parts of `UNIT`."""
        phase = (time_us % self.era_us) / self.half_life_us
        return round(math.exp2(phase) * UNIT)

    def worth(
        self, eras: NDArray[np.int64], sums: NDArray[np.int64], now_us: int
    ) -> NDArray[np.float64]:
        """What sums of these eras are worth now; nothing, where the era no longer counts.

        An event later than `now_us` is worth more than it was given, as it should be once it is
        due; whoever adds it sees to it that it is never far ahead.
        """
        ages = (now_us - eras * self.era_us) / self.half_life_us
        counted = eras >= self.era_least(now_us)
        # Bounded before it is a power, so that a wild era cannot overflow.
        faded = np.exp2(-np.clip(ages, -ERA_HALF_LIVES, ERA_HALF_LIVES * (ERAS_KEPT + 1)))
        worth: NDArray[np.float64] = np.where(counted, sums * faded / UNIT, 0.0)
        return worth
