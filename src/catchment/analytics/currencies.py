"""Which currencies a period's money is in: amounts of two are never added, so one is chosen.

An answer in the workspace's own currency would read zero where all money came in another one, and
a zero that means "elsewhere" is worse than no number.
"""

from collections.abc import Sequence
from datetime import datetime

from catchment.kernel import WorkspaceId
from catchment.lake import EVENTS, Engine

CURRENCIES_MAX = 200


def currencies_between(
    engine: Engine, workspace_id: WorkspaceId, since: datetime, until: datetime
) -> tuple[str, ...]:
    """The currencies of the period's money, the most frequent first."""
    priced = EVENTS.filter(
        EVENTS.time >= since,
        EVENTS.time < until,
        EVENTS.amount_minor.notnull(),
        EVENTS.currency.notnull(),
    )
    counted = priced.group_by("currency").aggregate(events=priced.count())
    ordered = counted.order_by([counted.events.desc(), counted.currency]).limit(CURRENCIES_MAX)
    return tuple(engine.query(workspace_id, ordered).column("currency").to_pylist())


def fitting_currency(found: Sequence[str], preferred: str) -> str:
    """The preferred one where there is any of it, or nothing at all; else the most frequent."""
    return preferred if preferred in found or not found else found[0]
