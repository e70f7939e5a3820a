"""The metrics of the house: each a passport, and the sums it stands on.

A metric is written as one or two *measures*, aggregates of an Ibis table of events. A new metric
is a new entry here, and with it appears in the API, the console, the CLI and the docs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from catchment.events import ORDER_CANCELLED, ORDER_COMPLETED, ORDER_REFUNDED, PAGE_VIEWED
from catchment.kernel import (
    Base,
    ChineseWords,
    MetricDefinition,
    MoneyBasis,
    Unit,
)

Measure = Callable[[Any, Any], Any]
"""An aggregate of an Ibis table of events, over those rows where a condition holds (or all)."""

LIVE_ROOM_ENTERED = "Live Room Entered"
LIVE_COMMENT_POSTED = "Live Comment Posted"

VISIT_GAP_MINUTES = 30
"""A longer pause ends a visit."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a metric is computed.

    Attributes:
        numerator: what is added up; `None` when a fold does it.
        denominator: by what it is divided.
        names: the only events it can be about; empty for all.
    """

    numerator: Measure | None
    denominator: Measure | None = None
    names: tuple[str, ...] = ()


def _and(where: Any, condition: Any) -> Any:
    return condition if where is None else where & condition


def _people(events: Any, where: Any) -> Any:
    return events.person.nunique(where=where)


def _count(events: Any, where: Any) -> Any:
    return events.count(where=where)


def _buyers(events: Any, where: Any) -> Any:
    return events.person.nunique(where=_and(where, events.name == ORDER_COMPLETED))


def _orders(events: Any, where: Any) -> Any:
    is_order = _and(where, events.name == ORDER_COMPLETED)
    # An order that came without a number is an order of its own.
    unnumbered = events.count(where=is_order & events.order_id.isnull())
    return events.order_id.nunique(where=is_order) + unnumbered


def _created(events: Any, where: Any) -> Any:
    return events.amount_minor.sum(where=_and(where, events.name == ORDER_COMPLETED)).fill_null(0)


def _net(events: Any, where: Any) -> Any:
    # Some senders write what goes back as a negative amount, others as a positive one.
    back = _and(where, events.name.isin([ORDER_CANCELLED, ORDER_REFUNDED]))
    return _created(events, where) - events.amount_minor.abs().sum(where=back).fill_null(0)


_PASSPORTS: list[tuple[MetricDefinition, Recipe]] = [
    (
        MetricDefinition(
            id="people", name_en="People", name_zh="人数",
            description="Different people with at least one event.",
            numerator="different people", denominator=None, base=Base.PEOPLE, unit=Unit.PEOPLE,
            zh=ChineseWords(
                "至少有一个事件的不同客户数。",
                "不同客户数",
            ),
        ),
        Recipe(_people),
    ),
    (
        MetricDefinition(
            id="new_people", name_en="New people", name_zh="新客人数",
            description="People whose first event ever (within the filters) lies in the period.",
            numerator="people by the period of their first event", denominator=None,
            base=Base.PEOPLE, unit=Unit.PEOPLE,
            zh=ChineseWords(
                "在所选范围内，首个事件落在该时段的客户数。",
                "按首个事件所在时段计的客户数",
            ),
        ),
        Recipe(_people),
    ),
    (
        MetricDefinition(
            id="visits", name_en="Visits", name_zh="访问次数",
            description=(
                f"Runs of one person's events without a pause over {VISIT_GAP_MINUTES} minutes, "
                "counted where they begin."
            ),
            numerator="visits by the period of their first event", denominator=None,
            base=Base.TIMES, unit=Unit.VISITS,
            zh=ChineseWords(
                f"同一客户的一串事件，间隔不超过 {VISIT_GAP_MINUTES} 分钟算一次访问，"
                "计入其开始的时段。",
                "按首个事件所在时段计的访问次数",
            ),
        ),
        Recipe(None),
    ),
    (
        MetricDefinition(
            id="events", name_en="Events", name_zh="事件数",
            description="Events of every kind, each once however often it was sent.",
            numerator="events", denominator=None, base=Base.TIMES, unit=Unit.EVENTS,
            zh=ChineseWords(
                "各类事件的数量；同一事件无论发送几次都只计一次。",
                "事件数",
            ),
        ),
        Recipe(_count),
    ),
    (
        MetricDefinition(
            id="page_views", name_en="Page views", name_zh="页面浏览量",
            description="Page calls.",
            numerator=f"events named {PAGE_VIEWED}", denominator=None,
            base=Base.TIMES, unit=Unit.EVENTS,
            zh=ChineseWords(
                "页面浏览调用的次数。",
                f"名为 {PAGE_VIEWED} 的事件数",
            ),
        ),
        Recipe(_count, names=(PAGE_VIEWED,)),
    ),
    (
        MetricDefinition(
            id="buyers", name_en="Buyers", name_zh="下单人数",
            description="Different people with at least one order.",
            numerator=f"different people with {ORDER_COMPLETED}", denominator=None,
            base=Base.PEOPLE, unit=Unit.PEOPLE,
            zh=ChineseWords(
                "至少下过一单的不同客户数。",
                f"有 {ORDER_COMPLETED} 的不同客户数",
            ),
        ),
        Recipe(_people, names=(ORDER_COMPLETED,)),
    ),
    (
        MetricDefinition(
            id="conversion", name_en="Conversion", name_zh="下单转化率",
            description="People who ordered in the period over people seen in it.",
            numerator=f"different people with {ORDER_COMPLETED}", denominator="different people",
            base=Base.PEOPLE, unit=Unit.SHARE,
            zh=ChineseWords(
                "时段内下单的客户数除以时段内出现的客户数。",
                f"有 {ORDER_COMPLETED} 的不同客户数",
                "不同客户数",
            ),
        ),
        Recipe(_buyers, _people),
    ),
    (
        MetricDefinition(
            id="orders", name_en="Orders", name_zh="订单数",
            description="Different order ids; an order sent line by line counts once.",
            numerator=f"different order ids of {ORDER_COMPLETED}", denominator=None,
            base=Base.TIMES, unit=Unit.ORDERS,
            zh=ChineseWords(
                "不同订单号的数量；一单分多行上报只计一次。",
                f"{ORDER_COMPLETED} 的不同订单号数",
            ),
        ),
        Recipe(_orders, names=(ORDER_COMPLETED,)),
    ),
    (
        MetricDefinition(
            id="gmv", name_en="GMV", name_zh="成交额（GMV）",
            description=(
                "Money of orders as created: before payment, refund and cancellation. "
                "One currency at a time."
            ),
            numerator=f"sum of the amounts of {ORDER_COMPLETED}", denominator=None,
            base=Base.MONEY, unit=Unit.MONEY_MINOR, money_basis=MoneyBasis.CREATED,
            zh=ChineseWords(
                "按下单创建口径的金额，未扣除未付款、退款和取消。每次只计一种货币。",
                f"{ORDER_COMPLETED} 的金额之和",
            ),
        ),
        Recipe(_created, names=(ORDER_COMPLETED,)),
    ),
    (
        MetricDefinition(
            id="net_sales", name_en="Net sales", name_zh="净成交额",
            description=(
                "GMV less what was cancelled or refunded in the same period, by the day it went "
                "back and not by the day of its order. One currency at a time."
            ),
            numerator=(
                f"sum of the amounts of {ORDER_COMPLETED} less those of {ORDER_CANCELLED} "
                f"and {ORDER_REFUNDED}"
            ),
            denominator=None, base=Base.MONEY, unit=Unit.MONEY_MINOR, money_basis=MoneyBasis.NET,
            zh=ChineseWords(
                "成交额减去同一时段内取消或退款的金额，退款按发生日计，不回溯到下单日。每次只计一种货币。",
                f"{ORDER_COMPLETED} 的金额之和减去 {ORDER_CANCELLED} 与 {ORDER_REFUNDED} 的金额",
            ),
        ),
        Recipe(_net, names=(ORDER_COMPLETED, ORDER_CANCELLED, ORDER_REFUNDED)),
    ),
    (
        MetricDefinition(
            id="average_order_value", name_en="Average order value", name_zh="笔单价",
            description="GMV over orders: per order, not per buyer. One currency at a time.",
            numerator=f"sum of the amounts of {ORDER_COMPLETED}",
            denominator=f"different order ids of {ORDER_COMPLETED}",
            base=Base.MONEY, unit=Unit.MONEY_MINOR, money_basis=MoneyBasis.CREATED,
            zh=ChineseWords(
                "成交额除以订单数：按单计，不按人计。每次只计一种货币。",
                f"{ORDER_COMPLETED} 的金额之和",
                f"{ORDER_COMPLETED} 的不同订单号数",
            ),
        ),
        Recipe(_created, _orders, names=(ORDER_COMPLETED,)),
    ),
    (
        MetricDefinition(
            id="live_viewers", name_en="Live viewers", name_zh="直播间观看人数",
            description="Different people who entered a live room.",
            numerator=f"different people with {LIVE_ROOM_ENTERED}", denominator=None,
            base=Base.PEOPLE, unit=Unit.PEOPLE,
            zh=ChineseWords(
                "进入直播间的不同客户数。",
                f"有 {LIVE_ROOM_ENTERED} 的不同客户数",
            ),
        ),
        Recipe(_people, names=(LIVE_ROOM_ENTERED,)),
    ),
    (
        MetricDefinition(
            id="live_comments", name_en="Live comments", name_zh="直播评论数",
            description="Comments posted in live rooms.",
            numerator=f"events named {LIVE_COMMENT_POSTED}", denominator=None,
            base=Base.TIMES, unit=Unit.EVENTS,
            zh=ChineseWords(
                "直播间内发表的评论数。",
                f"名为 {LIVE_COMMENT_POSTED} 的事件数",
            ),
        ),
        Recipe(_count, names=(LIVE_COMMENT_POSTED,)),
    ),
]  # fmt: skip

METRICS: dict[str, MetricDefinition] = {one.id: one for one, _ in _PASSPORTS}
"""Every passport by its id."""

RECIPES: dict[str, Recipe] = {one.id: recipe for one, recipe in _PASSPORTS}
