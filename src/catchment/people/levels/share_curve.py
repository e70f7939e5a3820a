"""Who brings the value: the share curve of people or products, and how unequal it is.

Value is net: orders less what was cancelled or refunded in the same period, in one currency.
Whoever ordered is in the population; those whose balance is not above zero count with nothing, and
what they went below it is told apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt

from catchment.events import ORDER_COMPLETED
from catchment.kernel import WorkspaceId
from catchment.lake import EVENTS, Engine
from catchment.people.levels.types import TAKEN_BACK

POINTS_MAX = 200
"""Points of a drawn curve; every one of them is exact."""

MOST = (4, 5)
"""Four fifths: of this much it is told how few bring it."""


class ParetoOf(StrEnum):
    """Whose share is looked at."""

    PEOPLE = "people"
    PRODUCTS = "products"


@dataclass(frozen=True, slots=True)
class ParetoPoint:
    """The first so many of the population, the best first, and the value they bring.

    Attributes:
        count: how many.
        value_minor: what they bring together.
        share_of_population, share_of_value: of all; 0 to 1.
    """

    count: int
    value_minor: int
    share_of_population: float
    share_of_value: float


@dataclass(frozen=True, slots=True)
class Pareto:
    """How value is spread.

    Attributes:
        population: how many ordered (or were ordered).
        total_minor: what those above zero bring together.
        below_zero_minor: what the others are below zero; with it the total is net sales.
        most: the fewest that bring four fifths of the total; `None` where there is no value.
        top_fifth: the best fifth, rounded up; `None` for nobody.
        gini: 0 when all bring the same, towards 1 when one brings all; `None` without value.
        points: the curve from (0, 0) to (1, 1).
    """

    population: int
    total_minor: int
    below_zero_minor: int
    most: ParetoPoint | None
    top_fifth: ParetoPoint | None
    gini: float | None
    points: tuple[ParetoPoint, ...]


def pareto_of(values: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> Pareto:
    """The curve of these values.

    Args:
        values: different values, in minor units, in any order.
        counts: how many of the population have each.
    """
    below = int((values * counts)[values < 0].sum())
    order = np.argsort(-values, kind="stable")
    curve = _Curve(np.maximum(values[order], 0), counts[order])
    if not curve.population:
        return Pareto(0, 0, below, None, None, None, ())
    wanted = sorted({
        -(-curve.population * step // POINTS_MAX) for step in range(POINTS_MAX + 1)
    })  # fmt: skip
    return Pareto(
        population=curve.population,
        total_minor=curve.total,
        below_zero_minor=below,
        most=curve.fewest(*MOST) if curve.total else None,
        top_fifth=curve.point(-(-curve.population // 5)),
        gini=curve.gini() if curve.total else None,
        points=tuple(curve.point(count) for count in wanted),
    )


class _Curve:
    """Values falling, none below zero, with how many have each."""

    def __init__(self, values: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> None:
        self._values, self._counts = values, counts
        self._people = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self._money = np.concatenate([[0], np.cumsum(values * counts)]).astype(np.int64)
        self.population = int(self._people[-1])
        self.total = int(self._money[-1])

    def point(self, count: int) -> ParetoPoint:
        """The first so many."""
        run = int(np.searchsorted(self._people, count, side="right")) - 1
        rest = count - int(self._people[run])
        value = int(self._money[run]) + (rest * int(self._values[run]) if rest else 0)
        share = value / self.total if self.total else 0.0
        return ParetoPoint(count, value, count / self.population, share)

    def fewest(self, part: int, whole: int) -> ParetoPoint:
        """The fewest that bring this part of the total."""
        # Whole numbers: a share of a float would be one person off now and then.
        need = -(-self.total * part // whole)
        run = int(np.searchsorted(self._money, need, side="left")) - 1
        rest = -(-(need - int(self._money[run])) // int(self._values[run]))
        return self.point(int(self._people[run]) + rest)

    def gini(self) -> float:
        """Half the mean difference of two of them, over the mean."""
        # Σ 2·rank·value / (n·Σ value) − (n + 1) / n over rising ranks; ties share their mean rank.
        n = self.population
        doubled = 2 * n + 1 - (self._people[:-1] + self._people[1:])
        weighted = sum(self._weights(doubled))
        return (weighted - (n + 1) * self.total) / (n * self.total)

    def _weights(self, doubled: npt.NDArray[np.int64]) -> Iterator[int]:
        # Python's whole numbers: ranks times money can pass 64 bits.
        rows = zip(doubled.tolist(), self._values.tolist(), self._counts.tolist(), strict=True)
        return (rank * value * count for rank, value, count in rows)


def pareto(
    engine: Engine,
    workspace_id: WorkspaceId,
    of: ParetoOf,
    *,
    since: datetime,
    until: datetime,
    currency: str,
) -> Pareto:
    """How the net sales of a period are spread over people or products.

    A buyer whom nobody knows counts as themselves: one person for each identifier that stands for
    nobody else. Lines without a product are no product's.

    Args:
        engine: who answers.
        workspace_id: whose orders.
        of: people or products.
        since: from this instant.
        until: before this instant.
        currency: only this money counts; two are never added.
    """
    asked = _net_by(of, since, until, currency)
    found = engine.query(workspace_id, asked)
    values = found["value"].to_numpy().astype(np.int64)
    return pareto_of(values, found["count"].to_numpy().astype(np.int64))


def _net_by(of: ParetoOf, since: datetime, until: datetime, currency: str) -> Any:
    events = EVENTS.filter(
        EVENTS.name.isin([ORDER_COMPLETED, *TAKEN_BACK]),
        EVENTS.currency == currency,
        EVENTS.time >= since,
        EVENTS.time < until,
    )
    whose = events.person if of is ParetoOf.PEOPLE else events.product_id
    if of is ParetoOf.PRODUCTS:
        events = events.filter(events.product_id.notnull())
        whose = events.product_id
    is_order = events.name == ORDER_COMPLETED
    amount = events.amount_minor.fill_null(0)
    each = events.group_by(whose=whose).aggregate(
        value=is_order.ifelse(amount, -amount.abs()).sum(),
        orders=is_order.cast("int64").sum(),
    )
    bought = each.filter(each.orders > 0)
    # How many have each value: a long list of people becomes a short one of amounts.
    counted = bought.group_by("value").aggregate(count=bought.count())
    return counted.order_by(ibis.desc("value"))
