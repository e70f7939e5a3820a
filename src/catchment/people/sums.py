"""A person's sums: events, orders, money net of what went back, and when they were seen."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from catchment.kernel import WorkspaceId, instant_from_us
from catchment.people.facts import FactBook, Measure
from catchment.people.facts import built_in as facts_of_all


@dataclass(frozen=True, slots=True)
class Sums:
    """What a person comes to.

    Attributes:
        events: how many, of every kind.
        orders: different order numbers, and orders without one.
        value_minor: money of orders less what was refunded or cancelled, in minor units.
        currency: the money's.
        live_rooms: different shows they entered.
        first_seen_at, last_seen_at: their first and last event; none without events.
    """

    events: int
    orders: int
    value_minor: int
    currency: str
    live_rooms: int
    first_seen_at: datetime | None
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class SumsAsker:
    """Whose sums are asked, when, and in which money."""

    book: FactBook
    workspace_id: WorkspaceId
    at_us: int
    currency: str

    def numbers(
        self, measure: Measure, persons: npt.NDArray[np.int32] | None
    ) -> npt.NDArray[np.float64]:
        """The measure's numbers, one per person; of everyone when nobody is named."""
        answer = self.book.evaluate(self.workspace_id, measure, at_us=self.at_us, persons=persons)
        return np.zeros(0) if answer.numbers is None else answer.numbers

    def orders(self, persons: npt.NDArray[np.int32] | None) -> npt.NDArray[np.float64]:
        """How many orders each made."""
        numbered = self.numbers(facts_of_all.ORDERS_NUMBERED, persons)
        return numbered + self.numbers(facts_of_all.ORDERS_UNNUMBERED, persons)

    def values(self, persons: npt.NDArray[np.int32] | None) -> npt.NDArray[np.float64]:
        """What each one's orders are worth, less what went back."""
        value = self.numbers(facts_of_all.created_value(self.currency), persons)
        for sign, measure in facts_of_all.money_back(self.currency):
            value = value - sign * self.numbers(measure, persons)
        return value

    def sums(self, persons: npt.NDArray[np.int32]) -> list[Sums]:
        """The sums of these people, in their order."""
        events = self.numbers(facts_of_all.EVENTS_COUNT, persons)
        first = self.numbers(facts_of_all.FIRST_SEEN, persons)
        last = self.numbers(facts_of_all.LAST_SEEN, persons)
        orders, values = self.orders(persons), self.values(persons)
        rooms = self.numbers(facts_of_all.LIVE_ROOMS, persons)
        return [
            Sums(
                events=int(events[row]),
                orders=int(orders[row]),
                value_minor=round(values[row]),
                currency=self.currency,
                live_rooms=int(rooms[row]),
                first_seen_at=_instant(first[row]),
                last_seen_at=_instant(last[row]),
            )
            for row in range(len(persons))
        ]


def _instant(us: float) -> datetime | None:
    return None if np.isnan(us) else instant_from_us(int(us))
