"""What really happened, kept apart from the events: for tests, never for the platform.

The events do not say who is a bot or how often an order *should* follow a click; this does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from catchment.testing.traffic.draft import Act, Draft


@dataclass
class GroundTruth:
    """Counts over the events generated so far.

    Attributes:
        events: distinct events.
        duplicates: rows delivered a second time.
        late: rows delivered a batch later.
        web_visits, visits_viewing, visits_adding, visits_checking_out: visits of the shop by
            people (not bots) that got at least so far.
        web_orders, live_orders: orders completed.
        refunds, cancellations: of both.
        revenue_fen: total of the orders completed.
        live_viewers, live_clicks, live_adds: of people.
        buyers: user ids with at least one order.
        bots: anonymous ids that are no people.
    """

    events: int = 0
    duplicates: int = 0
    late: int = 0
    web_visits: int = 0
    visits_viewing: int = 0
    visits_adding: int = 0
    visits_checking_out: int = 0
    web_orders: int = 0
    live_orders: int = 0
    refunds: int = 0
    cancellations: int = 0
    revenue_fen: int = 0
    live_viewers: int = 0
    live_clicks: int = 0
    live_adds: int = 0
    buyers: set[str] = field(default_factory=set)
    bots: set[str] = field(default_factory=set)

    def count(
        self, draft: Draft, kept: NDArray[np.int64], user_id_of: Callable[[int], str]
    ) -> None:
        """Adds the kept rows of a draft."""
        act, visit = draft.act[kept], draft.visit[kept]
        is_bot = draft.visitors.is_bot
        by_people = ~is_bot[visit]
        self.events += len(kept)
        self.bots.update(draft.visitors.anonymous_id[i] for i in np.unique(visit[~by_people]))
        orders = act == Act.ORDER_COMPLETED
        self.revenue_fen += int(draft.amount_fen[kept][orders].sum())
        self.buyers.update(user_id_of(int(draft.visitors.person[v])) for v in visit[orders])
        self.refunds += int((act == Act.ORDER_REFUNDED).sum())
        self.cancellations += int((act == Act.ORDER_CANCELLED).sum())
        if draft.show is None:
            for name, reached in (
                ("web_visits", Act.PAGE_VIEWED),
                ("visits_viewing", Act.PRODUCT_VIEWED),
                ("visits_adding", Act.PRODUCT_ADDED),
                ("visits_checking_out", Act.CHECKOUT_STARTED),
            ):
                reaching = len(np.unique(visit[(act == reached) & by_people]))
                setattr(self, name, getattr(self, name) + reaching)
            self.web_orders += int(orders.sum())
        else:
            self.live_viewers += int(((act == Act.ROOM_ENTERED) & by_people).sum())
            self.live_clicks += int((act == Act.LIVE_CLICKED).sum())
            self.live_adds += int((act == Act.PRODUCT_ADDED).sum())
            self.live_orders += int(orders.sum())
