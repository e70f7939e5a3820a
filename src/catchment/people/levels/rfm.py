"""Value by recency, frequency and money: fifths of a population, cut where its people stand.

The thresholds are taken over everyone at a time and kept with that date. From then on a person's
score is a pure function of their own measures and of those thresholds: nobody moves because others
did, until thresholds are taken again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.events import ORDER_COMPLETED
from catchment.kernel import WorkspaceId, instant_from_us
from catchment.lake import EVENTS, Engine, Timelines
from catchment.people.levels.life_cycle import first_lines
from catchment.people.levels.types import (
    DAY_US,
    SCORES,
    SEGMENT_RULES,
    SEGMENTS,
    TAKEN_BACK,
    Codes,
    Micros,
    RfmThresholds,
)

_PARTIAL = pa.schema(
    [("recency_us", pa.int64()), ("orders", pa.int64()), ("net_minor", pa.int64())]
)


@dataclass(frozen=True, slots=True)
class RfmNumbers:
    """Measures of buyers, one entry each.

    Attributes:
        recency_us: microseconds since the last order.
        orders: different orders.
        net_minor: money of orders less what went back, in minor units.
    """

    recency_us: Micros
    orders: npt.NDArray[np.int64]
    net_minor: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.orders)


@dataclass(frozen=True, slots=True)
class RfmFold:
    """Measures everyone who ordered, over the events of `rfm_events`.

    Attributes:
        at_us: the instant up to which orders count.
    """

    at_us: int

    @property
    def columns(self) -> Sequence[str]:
        """What it needs besides person and time."""
        return ("order_id", "is_order", "money")

    @property
    def schema(self) -> pa.Schema:
        """One row per buyer, in no order that means anything."""
        return _PARTIAL

    def fold(self, timelines: Timelines) -> pa.Table:
        """The measures of these people; whoever ordered nothing is left out."""
        numbers = timelines.columns["order_id"].dictionary_encode()
        codes = numbers.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        is_order = timelines.columns["is_order"].to_numpy(zero_copy_only=False).astype(np.bool_)
        money = timelines.columns["money"].to_numpy(zero_copy_only=False).astype(np.int64)
        lines = OrderLines(timelines.offsets, timelines.time_us, is_order, codes, money)
        orders, last, net = measures(lines)
        bought = orders > 0
        columns = [self.at_us - last[bought], orders[bought], net[bought]]
        return pa.table(columns, schema=_PARTIAL)

    def merge(self, partials: pa.Table) -> pa.Table:
        """No person is in two of them."""
        return partials


@dataclass(frozen=True, slots=True)
class OrderLines:
    """Lines of orders and of what went back, each person's in order of time.

    Attributes:
        offsets: person `i` owns rows `offsets[i]:offsets[i + 1]`.
        time_us: when.
        is_order: a line of an order, rather than something taken back.
        orders: the order's code, -1 for none.
        money: minor units, negative for what went back, zero in another currency.
    """

    offsets: Micros
    time_us: Micros
    is_order: npt.NDArray[np.bool_]
    orders: npt.NDArray[np.int64]
    money: npt.NDArray[np.int64]


def measures(
    lines: OrderLines,
) -> tuple[npt.NDArray[np.int64], Micros, npt.NDArray[np.int64]]:
    """Different orders, instant of the last (0 for none) and net money of each person."""
    lengths = np.diff(lines.offsets)
    whose = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    is_first = first_lines(whose, lines.orders, lines.is_order)
    orders = np.bincount(whose[is_first], minlength=len(lengths)).astype(np.int64)
    last = np.zeros(len(lengths), np.int64)
    # Rows rise in time within a person, so the last one written is the latest.
    last[whose[lines.is_order]] = lines.time_us[lines.is_order]
    sums = np.zeros(len(lines.money) + 1, np.int64)
    np.cumsum(lines.money, out=sums[1:])
    return orders, last, sums[lines.offsets[1:]] - sums[lines.offsets[:-1]]


def rfm_events(at_us: int, window_days: int, currency: str) -> Any:
    """Orders and what went back in the window before an instant, as an Ibis expression."""
    since = instant_from_us(at_us - window_days * DAY_US)
    events = EVENTS.filter(
        EVENTS.name.isin([ORDER_COMPLETED, *TAKEN_BACK]),
        EVENTS.time > since,
        EVENTS.time <= instant_from_us(at_us),
    )
    is_order = events.name == ORDER_COMPLETED
    amount = events.amount_minor.fill_null(0)
    ours = is_order.ifelse(amount, -amount.abs())
    return events.select(
        "person", "time", "sequence", "event_key", "order_id",
        is_order=is_order,
        money=(events.currency == currency).fill_null(False).ifelse(ours, 0).cast("int64"),  # noqa: FBT003  (Ibis takes it so)
    )  # fmt: skip


def rfm_numbers(
    engine: Engine, workspace_id: WorkspaceId, *, at_us: int, window_days: int, currency: str
) -> RfmNumbers:
    """The measures of everyone who ordered in the window.

    Args:
        engine: who answers.
        workspace_id: whose orders.
        at_us: the instant, microseconds since 1970.
        window_days: so many days before it.
        currency: only this money counts.
    """
    events = rfm_events(at_us, window_days, currency)
    found = engine.fold(workspace_id, RfmFold(at_us), events)
    return RfmNumbers(*(found[name].to_numpy().astype(np.int64) for name in _PARTIAL.names))


def cut(values: npt.NDArray[np.int64]) -> tuple[int, ...]:
    """The thresholds of a population: its nearest-rank quantiles at 20, 40, 60 and 80 %.

    Args:
        values: one per person; none gives no thresholds.
    """
    if not len(values):
        return ()
    ranked = np.sort(values)
    # Whole numbers all the way: the smallest rank that is at least so many fifths.
    ranks = [-(-len(ranked) * fifth // SCORES) for fifth in range(1, SCORES)]
    return tuple(int(ranked[rank - 1]) for rank in ranks)


def score(
    values: npt.NDArray[np.int64], thresholds: Sequence[int], *, less_is_better: bool = False
) -> Codes:
    """Scores 1 to 5: one more for every threshold that is exceeded; equal values score alike.

    Args:
        values: one per person.
        thresholds: of `cut`, rising.
        less_is_better: one less for every threshold that is exceeded.
    """
    exceeded = np.searchsorted(np.array(thresholds, np.int64), values, side="left")
    return (SCORES - exceeded if less_is_better else 1 + exceeded).astype(np.int8)


def thresholds_of(
    numbers: RfmNumbers, *, taken_at_us: int, window_days: int, currency: str
) -> RfmThresholds:
    """The thresholds of this population, with their date."""
    return RfmThresholds(
        taken_at=instant_from_us(taken_at_us),
        population=len(numbers),
        window_days=window_days,
        currency=currency,
        recency_us=cut(numbers.recency_us),
        orders=cut(numbers.orders),
        net_minor=cut(numbers.net_minor),
    )


def scores_of(numbers: RfmNumbers, thresholds: RfmThresholds) -> tuple[Codes, Codes, Codes]:
    """R, F and M of each buyer, 1 to 5."""
    return (
        score(numbers.recency_us, thresholds.recency_us, less_is_better=True),
        score(numbers.orders, thresholds.orders),
        score(numbers.net_minor, thresholds.net_minor),
    )


def segments_of(recency: Codes, frequency: Codes, money: Codes) -> Codes:
    """The segment of each, as a place in `SEGMENTS`: the first that fits, in that order."""
    found = np.full(len(recency), -1, np.int8)
    for segment, *spans in reversed(SEGMENT_RULES):
        fits = np.ones(len(recency), np.bool_)
        for scores, (least, most) in zip((recency, frequency, money), spans, strict=True):
            fits &= (scores >= least) & (scores <= most)
        found[fits] = SEGMENTS.index(segment)
    return found
