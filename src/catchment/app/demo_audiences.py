"""Audiences that the demo begins with: questions that a shop with a live room asks every day."""

from typing import Any

from catchment import audiences
from catchment.audiences import AudienceWorks, Author, Draft
from catchment.kernel import WorkspaceId
from catchment.store import UnitOfWork

_ORDER, _ENTERED = "Order Completed", "Live Room Entered"
_LARGE_MINOR = 30_000

BOUGHT_LATELY = Draft(
    "近30天下单 · Bought in 30 days",
    {"did": {"event": _ORDER, "within": "30d"}},
    "People with an order within the last 30 days.",
)
OTHERS = (
    Draft(
        "看直播未下单 · Watched but never bought",
        {"all": [{"did": {"event": _ENTERED, "within": "30d"}}, {"did_not": {"event": _ORDER}}]},
        "People who were in a live room within 30 days and have never bought anything.",
    ),
    Draft(
        "高价值沉睡 · Lapsing high value",
        {"all": [
            {"did": {
                "event": _ORDER, "total": "sum", "field": "amount_minor",
                "where": [{"field": "currency", "operator": "equals", "value": "CNY"}],
                "at_least": _LARGE_MINOR,
            }},
            {"did_not": {"event": _ORDER, "within": "14d"}},
        ]},
        "People who have spent 300 yuan or more and have not bought for 14 days.",
    ),
    Draft(
        "加购未付 · Left in the cart",
        {"all": [
            {"did": {"event": "Product Added", "within": "3d"}},
            {"did_not": {"event": _ORDER, "within": "3d"}},
        ]},
        "People who put something into the cart within three days and have not ordered since.",
    ),
)  # fmt: skip


def make_demo_audiences(works: AudienceWorks, workspace_id: WorkspaceId) -> int:
    """Makes the demo's audiences, once: those that an operator has taken away stay away.

    Returns:
        How many were made.
    """
    author = Author("cli", works.check, works.clock, works.ids)
    with UnitOfWork(works.database) as uow:
        if audiences.list_audiences(uow, workspace_id, limit=1).items:
            return 0
        made = audiences.create_audience(uow, workspace_id, BOUGHT_LATELY, author=author)
        both: dict[str, Any] = {
            "all": [{"audience": {"id": made.id}}, {"did": {"event": _ENTERED, "within": "30d"}}]
        }
        about = "Of those who bought in 30 days, the ones who also were in a live room."
        drafts = (*OTHERS, Draft("下单且看直播 · Bought and watched", both, about))
        for draft in drafts:
            audiences.create_audience(uow, workspace_id, draft, author=author)
    return 1 + len(drafts)
