"""What follows from what: refunds and cancellations from orders, a user id from an identify."""

import numpy as np
from numpy.typing import NDArray

from catchment.testing.traffic.draft import Act, Draft, Ints
from catchment.testing.traffic.population import SIGNED_IN
from catchment.testing.traffic.world import World

Bools = NDArray[np.bool_]


def signed_rows(visit: Ints, act: Ints, known: Ints) -> Bools:
    """Which events carry the user id: all of those signed in, and those after an identify.

    Rows must stand in order of visit, and of time within it.
    """
    identified_at = np.full(len(known), len(act), dtype=np.int64)
    at = np.flatnonzero(act == Act.IDENTIFIED)
    identified_at[visit[at]] = at
    rank = np.arange(len(act))
    signed: Bools = (known[visit] == SIGNED_IN) | (rank >= identified_at[visit])
    return signed


def with_aftermath(
    draft: Draft, refund_rate: float, world: World, rng: np.random.Generator
) -> Draft:
    """The draft with the refunds and cancellations that its orders lead to, in days to come."""
    config = world.config.web
    orders = np.flatnonzero(draft.act == Act.ORDER_COMPLETED)
    chance = rng.random(len(orders))
    refunded = orders[chance < refund_rate]
    cancelled = orders[(chance >= refund_rate) & (chance < refund_rate + config.cancel_rate)]
    after = np.concatenate(
        [
            3_600.0 + rng.exponential(config.refund_days * 86_400, len(refunded)),
            60.0 + rng.exponential(config.cancel_hours * 3_600, len(cancelled)),
        ]
    )
    source = np.concatenate([refunded, cancelled])
    acts = np.repeat([int(Act.ORDER_REFUNDED), int(Act.ORDER_CANCELLED)],
                     [len(refunded), len(cancelled)])  # fmt: skip
    draft.visit = np.concatenate([draft.visit, draft.visit[source]])
    draft.act = np.concatenate([draft.act, acts])
    later = draft.time_us[source] + (after * 1_000_000).astype(np.int64)
    draft.time_us = np.concatenate([draft.time_us, later])
    draft.product = np.concatenate([draft.product, draft.product[source]])
    draft.number = np.concatenate([draft.number, draft.number[source]])
    draft.order = np.concatenate([draft.order, draft.order[source]])
    draft.is_signed = np.concatenate([draft.is_signed, draft.is_signed[source]])
    draft.amount_fen = np.concatenate([draft.amount_fen, draft.amount_fen[source]])
    return draft
