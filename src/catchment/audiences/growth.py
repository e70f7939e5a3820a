"""How an audience grew: its size and its moves by day, bulk changes told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from catchment.audiences.definitions import get_audience
from catchment.audiences.transitions import store as moved
from catchment.audiences.types import GrowthDay, Refill
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork

GROWTH_DAYS_MAX = 400
REFILLS_MAX = 200


@dataclass(frozen=True, slots=True)
class Growth:
    """An audience day by day, oldest first, and what moved many at once, newest first."""

    days: Sequence[GrowthDay]
    refills: Sequence[Refill]


def growth_of(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    audience_id: str,
    *,
    since: datetime,
    until: datetime,
    time_zone: str,
) -> Growth:
    """How an audience grew between two instants, at most `GROWTH_DAYS_MAX` days back.

    A day on which nothing moved has the size of the day before.

    Raises:
        AudienceUnknown: there is none of this id here.
    """
    get_audience(uow, workspace_id, audience_id)
    zone = ZoneInfo(time_zone)
    last = until.astimezone(zone).date()
    first = max(since.astimezone(zone).date(), last - timedelta(days=GROWTH_DAYS_MAX - 1))
    known = moved.days_of(uow, workspace_id, audience_id, until=last.isoformat())
    size: int | None = None
    for written, (_, _, size_then) in known.items():
        if written < first.isoformat():
            size = size_then
    days = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        moves = known.get(day.isoformat())
        entered, left, size = (0, 0, size) if moves is None else moves
        days.append(GrowthDay(day, size, entered, left))
    refills = moved.refills_of(uow, workspace_id, audience_id, since=since, limit=REFILLS_MAX)
    return Growth(days, refills)
