"""The life-cycle by the letter: each instant's stage worked out anew from all deeds up to it."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

DAY_US = 86_400_000_000

STAGES = (
    "stranger", "reader", "follower", "lead", "first_order", "repeat", "advocate", "lapsing", "lost"
)  # fmt: skip

StageAt = Callable[["Sequence[Deed]", int, int, int], "str | None"]
Change = tuple[int, str]


@dataclass(frozen=True)
class Deed:
    """What somebody did: when, which kinds of deed it is, and an order's number."""

    time_us: int
    kinds: frozenset[str]
    order: str | None = None


def order_times(deeds: Iterable[Deed]) -> list[int]:
    """When each different order was made: its first line; one without a number is its own."""
    first: dict[object, int] = {}
    for place, deed in enumerate(deeds):
        if "order" in deed.kinds:
            key: object = ("unnumbered", place) if deed.order is None else deed.order
            first[key] = min(first.get(key, deed.time_us), deed.time_us)
    return sorted(first.values())


def stage_at(  # noqa: PLR0911  (one return for each rule, as they are told)
    deeds: Sequence[Deed], at: int, lapsing_days: int, lost_days: int
) -> str | None:
    """The stage of someone at an instant; nothing before the first deed."""
    past = [deed for deed in deeds if deed.time_us <= at]
    if not past:
        return None
    orders = order_times(past)
    if not orders:
        for stage in ("lead", "follower", "reader"):
            if any(stage in deed.kinds for deed in past):
                return stage
        return "stranger"
    silent = at - orders[-1]
    if silent >= lost_days * DAY_US:
        return "lost"
    if silent >= lapsing_days * DAY_US:
        return "lapsing"
    advocates = [deed.time_us for deed in past if "advocate" in deed.kinds]
    if any(sum(order <= time for order in orders) > 1 for time in advocates):
        return "advocate"
    return "repeat" if len(orders) > 1 else "first_order"


def stage_counting_from_the_first_order(
    deeds: Sequence[Deed], at: int, lapsing_days: int, lost_days: int
) -> str | None:
    """A mistake: silence is counted from the first order, not from the last."""
    found = stage_at(deeds, at, 10**6, 10**6 + 1)
    orders = order_times([deed for deed in deeds if deed.time_us <= at])
    if orders and at - orders[0] >= lost_days * DAY_US:
        return "lost"
    if orders and at - orders[0] >= lapsing_days * DAY_US:
        return "lapsing"
    return found


def stage_counting_lines(
    deeds: Sequence[Deed], at: int, lapsing_days: int, lost_days: int
) -> str | None:
    """A mistake: every line of an order is an order."""
    bare = [Deed(deed.time_us, deed.kinds) for deed in deeds]
    return stage_at(bare, at, lapsing_days, lost_days)


def changes(
    deeds: Sequence[Deed], lapsing_days: int, lost_days: int, rule: StageAt = stage_at
) -> list[Change]:
    """Every change of stage, those that are still ahead included."""
    instants = {deed.time_us for deed in deeds}
    for deed in deeds:
        instants |= {deed.time_us + days * DAY_US for days in (lapsing_days, lost_days)}
    found: list[Change] = []
    for at in sorted(instants):
        stage = rule(deeds, at, lapsing_days, lost_days)
        if stage is not None and (not found or found[-1][1] != stage):
            found.append((at, stage))
    return found


def days_between(
    people: Iterable[Sequence[Change]], begin: str, end: str, since: int, until: int
) -> tuple[int, list[float]]:
    """How many came to one stage in a period, and the days it took those who came to the other."""
    base, took = 0, []
    for life in people:
        known = [change for change in life if change[0] < until]
        begun = [n for n, (_, stage) in enumerate(known) if begin in (stage, "seen")][:1]
        if not begun or known[begun[0]][0] < since:
            continue
        base += 1
        behind = known[begun[0] + (begin != "seen") :]
        reached = [at for at, stage in behind if stage == end][:1]
        took += [(at - known[begun[0]][0]) / DAY_US for at in reached]
    return base, took


def quartiles(days: Sequence[float]) -> tuple[float, float, float] | None:
    """Quartiles, interpolated between the two nearest; nothing of nobody."""
    if len(days) < 2:
        return (days[0], days[0], days[0]) if days else None
    q1, median, q3 = statistics.quantiles(days, n=4, method="inclusive")
    return q1, median, q3
