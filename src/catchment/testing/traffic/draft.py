"""Events before they have words: columns of numbers, cheap to make, cut and sort by the thousand.

Deciding *what happens* is NumPy over whole days; only what is asked for is then put into words
(`wording`). A row's number within its draft becomes part of its message id, so cutting rows away
changes no id.
"""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from catchment.testing.traffic.population import Visitors
from catchment.testing.traffic.shows import LiveShow

Ints = NDArray[np.int64]


class Act(IntEnum):
    """What can happen, web first, then live."""

    IDENTIFIED = 0
    PAGE_VIEWED = 1
    PRODUCTS_SEARCHED = 2
    PRODUCT_VIEWED = 3
    PRODUCT_ADDED = 4
    CHECKOUT_STARTED = 5
    ORDER_COMPLETED = 6
    ORDER_REFUNDED = 7
    ORDER_CANCELLED = 8
    ROOM_ENTERED = 9
    ROOM_LEFT = 10
    EXPLAINED_STARTED = 11
    EXPLAINED_ENDED = 12
    LIVE_CLICKED = 13
    COMMENTED = 14
    LIKED = 15
    GIFT_SENT = 16
    SHARED = 17
    FAN_CLUB_JOINED = 18
    HOST_FOLLOWED = 19
    COUPON_CLAIMED = 20
    QR_SCANNED = 21


@dataclass
class Draft:
    """Some events of one stream and one day.

    Attributes:
        label: names the draft; starts every message id of it.
        stream: which source they come by: `web`, `mini` or `live`.
        visitors: who is behind the visits.
        contexts: the context JSON of each visit.
        visit, act, time_us, product, number, order: one entry per event; `product` and `order`
            are -1 where there is none; `number` is what the act counts (pieces, likes, seconds).
        is_signed: the event carries the user id.
        amount_fen: total of the order, else 0.
        show: the show that live events belong to.
    """

    label: str
    stream: str
    visitors: Visitors
    contexts: list[str]
    visit: Ints
    act: Ints
    time_us: Ints
    product: Ints
    number: Ints
    order: Ints
    is_signed: NDArray[np.bool_]
    amount_fen: Ints
    show: LiveShow | None = None

    def __len__(self) -> int:
        """How many events."""
        return len(self.act)


@dataclass
class Rows:
    """Collects pieces of a draft while a day is decided."""

    visit: list[Ints] = field(default_factory=list)
    act: list[Ints] = field(default_factory=list)
    when: list[NDArray[np.float64]] = field(default_factory=list)
    product: list[Ints] = field(default_factory=list)
    number: list[Ints] = field(default_factory=list)
    order: list[Ints] = field(default_factory=list)

    def add(
        self,
        act: Act,
        visit: Ints,
        when: "NDArray[np.float64] | float",
        *,
        product: Ints | None = None,
        number: "Ints | int" = 1,
        order: Ints | None = None,
    ) -> None:
        """Puts one row per entry of `visit`; `when` is a place in the visit or an offset."""
        size = len(visit)
        nothing = np.full(size, -1, dtype=np.int64)
        self.visit.append(visit.astype(np.int64))
        self.act.append(np.full(size, int(act), dtype=np.int64))
        self.when.append(np.broadcast_to(np.asarray(when, dtype=np.float64), size).copy())
        self.product.append(nothing if product is None else product)
        self.number.append(np.broadcast_to(np.asarray(number, dtype=np.int64), size).copy())
        self.order.append(nothing if order is None else order)

    def columns(self) -> "tuple[Ints, Ints, NDArray[np.float64], Ints, Ints, Ints]":
        """All pieces under each other: visit, act, when, product, number, order."""
        return (
            np.concatenate(self.visit),
            np.concatenate(self.act),
            np.concatenate(self.when),
            np.concatenate(self.product),
            np.concatenate(self.number),
            np.concatenate(self.order),
        )
