"""The passports of what levels answer."""

from catchment.kernel import Base, ChineseWords, Maturity, MetricDefinition, MoneyBasis, Unit

_SOURCE_ZH = "事件表（截至目前已落湖的事件）"

NET_VALUE = MetricDefinition(
    id="net_value",
    name_en="Net value",
    name_zh="净价值",
    description=(
        "Money of orders less what was cancelled or refunded in the same period, in one currency. "
        "A buyer whom nobody knows counts as themselves."
    ),
    numerator="sum of the amounts of Order Completed less those of Order Cancelled and Refunded",
    denominator=None,
    base=Base.MONEY,
    unit=Unit.MONEY_MINOR,
    money_basis=MoneyBasis.NET,
    zh=ChineseWords(
        "订单金额减去同一时段内取消或退款的金额，每次只计一种货币。无法识别的买家各自计为一人。",
        "Order Completed 的金额之和减去 Order Cancelled 与 Order Refunded 的金额",
        source=_SOURCE_ZH,
    ),
)

VALUE_SHARE = MetricDefinition(
    id="value_share",
    name_en="Share of net value",
    name_zh="净价值占比",
    description=(
        "What the best so many bring, over what all bring. Whoever ordered is in the population; "
        "those whose balance is not above zero count with nothing."
    ),
    numerator="net value of the best so many people or products",
    denominator="net value of all whose balance is above zero",
    base=Base.MONEY,
    unit=Unit.SHARE,
    money_basis=MoneyBasis.NET,
    zh=ChineseWords(
        "排在最前的若干客户或商品带来的净价值除以全部净价值。凡下过单的都计入总体，余额不大于零的按零计。",
        "排在最前的若干客户或商品的净价值",
        "余额大于零的全部净价值",
        source=_SOURCE_ZH,
    ),
)

LEVEL_PEOPLE = MetricDefinition(
    id="people_by_level",
    name_en="People on a level",
    name_zh="分层人数",
    description="Different people who stand on the level at the instant named.",
    numerator="different people",
    denominator=None,
    base=Base.PEOPLE,
    unit=Unit.PEOPLE,
    zh=ChineseWords("在所示时刻处于该层的不同客户数。", "不同客户数", source=_SOURCE_ZH),
)

STAGE_CONVERSION = MetricDefinition(
    id="stage_conversion",
    name_en="Conversion between stages",
    name_zh="阶段转化率",
    description=(
        "Of the people who first came to one stage in the period, those who came to the other one "
        "afterwards, by the end of the period. Late cohorts had less time."
    ),
    numerator="people who came to the second stage",
    denominator="people who came to the first stage in the period",
    base=Base.PEOPLE,
    unit=Unit.SHARE,
    maturity=Maturity.D0,
    zh=ChineseWords(
        "时段内首次进入前一阶段的客户中，截至时段结束又进入后一阶段的占比。越晚的批次可用时间越短。",
        "进入后一阶段的客户数",
        "时段内首次进入前一阶段的客户数",
        _SOURCE_ZH,
    ),
)

STAGE_SPEED = MetricDefinition(
    id="stage_speed",
    name_en="Days between stages",
    name_zh="阶段转化天数",
    description=(
        "Median and quartiles of the days of 24 hours that it took those who did it; those who "
        "have not done it yet are not in it."
    ),
    numerator="days from first coming to one stage to coming to the other",
    denominator=None,
    base=Base.PEOPLE,
    unit=Unit.DAYS,
    zh=ChineseWords(
        "已转化客户所用天数（每天 24 小时）的中位数与四分位数；尚未转化的不计入。",
        "从首次进入前一阶段到进入后一阶段的天数",
        source=_SOURCE_ZH,
    ),
)
