"""The facts that every workspace keeps: enough to list people and to head a person's page."""

from collections.abc import Iterable

from catchment.events import ORDER_CANCELLED, ORDER_COMPLETED, ORDER_REFUNDED
from catchment.lake import Filter, Operator
from catchment.people.facts.types import AMOUNT, Aggregate, Condition, Fact, Measure

LIVE_ROOM_ENTERED = "Live Room Entered"

_EVERYTHING = Condition()
_ORDERED = Condition(ORDER_COMPLETED)
_UNNUMBERED = Condition(
    ORDER_COMPLETED, filters=(Filter("order_id", Operator.IS_SET, value=False),)
)

EVENTS_COUNT = Measure(_EVERYTHING, Aggregate.COUNT)
FIRST_SEEN = Measure(_EVERYTHING, Aggregate.FIRST_AT)
LAST_SEEN = Measure(_EVERYTHING, Aggregate.LAST_AT)
NAME = Measure(Condition(kind="identify"), Aggregate.LAST, "traits.name")
LIVE_ROOMS = Measure(Condition(LIVE_ROOM_ENTERED), Aggregate.DISTINCT, "live_id")
ORDERS_NUMBERED = Measure(_ORDERED, Aggregate.DISTINCT, "order_id")
ORDERS_UNNUMBERED = Measure(_UNNUMBERED, Aggregate.COUNT)
"""An order that came without a number is an order of its own."""


def created_value(currency: str) -> Measure:
    """Money of orders as created, in minor units of one currency."""
    return Measure(_ORDERED, Aggregate.SUM, AMOUNT, currency=currency)


def money_back(currency: str) -> tuple[tuple[int, Measure], ...]:
    """Measures of what went back, each with the sign that makes it a positive amount.

    Some senders write what goes back as a negative amount, others as a positive one.
    """
    measures = []
    for event in (ORDER_REFUNDED, ORDER_CANCELLED):
        for sign, operator in ((1, Operator.AT_LEAST), (-1, Operator.LESS)):
            condition = Condition(event, filters=(Filter(AMOUNT, operator, 0),))
            measure = Measure(condition, Aggregate.SUM, AMOUNT, currency=currency)
            measures.append((sign, measure))
    return tuple(measures)


def built_in_facts(currencies: Iterable[str]) -> set[Fact]:
    """What is kept for every workspace.

    Args:
        currencies: those that its money is shown in.
    """
    measures = [EVENTS_COUNT, NAME, LIVE_ROOMS, ORDERS_NUMBERED, ORDERS_UNNUMBERED]
    for currency in currencies:
        measures.append(created_value(currency))
        measures += [measure for _, measure in money_back(currency)]
    return {measure.fact for measure in measures}
