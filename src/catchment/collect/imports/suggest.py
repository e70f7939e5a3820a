"""Guesses a mapping from column names, in English and Chinese.

A guess is shown to a person before it is used from the console, and is used as it stands only when
it says what happened, when, and to whom. Phones, e-mails and ID cards are never suggested as ids:
personal data does not become an identifier by accident.
"""

import re
from collections.abc import Iterable, Sequence

from catchment.collect.imports.mapping import (
    EVERY_OTHER_COLUMN,
    AmountPick,
    ImportMapping,
    Pick,
    PropertyPick,
    TimePick,
)
from catchment.collect.imports.types import DetectedColumn
from catchment.events import ORDER_COMPLETED

_PERSONAL = re.compile(
    r"phone|mobile|tel|e-?mail|id_?card|passport|手机|电话|邮箱|身份证|姓名|地址|收货人",
    re.IGNORECASE,
)
_ID_LIKE = re.compile(r"(^|[_\s])(id|no|code|sku|number)$|Id$|ID$|号$|编号|编码|代码", re.ASCII)
_NO_AMOUNTS = {"boolean", "time"}
_JSON_TYPES = {"integer": "number", "number": "number", "boolean": "boolean"}
_WORDS: dict[str, Sequence[str]] = {
    "event": (
        "event", "event_name", "event_type", "eventname", "action", "behavior", "behaviour",
        "事件", "事件名", "事件名称", "事件类型", "行为", "行为类型", "动作", "操作",
    ),
    "time": (
        "time", "timestamp", "event_time", "datetime", "date", "created_at", "order_time",
        "order_date", "ordered_at", "occurred_at", "pay_time", "paid_at", "invoicedate",
        "时间", "事件时间", "发生时间", "下单时间", "订单创建时间", "创建时间", "付款时间",
        "支付时间", "订单付款时间", "成交时间", "日期", "下单日期",
    ),
    "user_id": (
        "user_id", "userid", "uid", "customer_id", "customerid", "customer", "member_id",
        "buyer_id", "visitor_id", "visitorid", "household_id", "用户id", "用户编号", "用户",
        "会员id", "会员编号", "会员号", "客户id", "客户编号", "买家id", "买家昵称", "买家会员名",
    ),
    "anonymous_id": (
        "anonymous_id", "anonymousid", "device_id", "deviceid", "cookie_id", "distinct_id",
        "匿名id", "设备id", "设备号",
    ),
    "message_id": (
        "message_id", "messageid", "event_id", "eventid", "insert_id", "事件id", "消息id",
    ),
    "order_id": (
        "order_id", "orderid", "order_no", "order_number", "order", "invoiceno", "invoice",
        "transaction_id", "transactionid", "订单号", "订单编号", "订单id", "主订单编号", "交易号",
    ),
    "product_id": (
        "product_id", "productid", "sku", "sku_id", "item_id", "itemid", "goods_id", "spu_id",
        "stockcode", "商品id", "商品编号", "商品编码", "货号", "宝贝id",
    ),
    "live_id": ("live_id", "show_id", "live_room_id", "直播id", "场次id", "直播间id", "场次"),
    "amount": (
        "amount", "revenue", "total", "order_amount", "pay_amount", "paid_amount", "gmv",
        "total_price", "金额", "订单金额", "实付金额", "支付金额", "成交金额", "总金额", "实付款",
        "订单应付金额", "买家实付金额",
    ),
    "currency": ("currency", "currency_code", "币种", "货币"),
}  # fmt: skip
_PRICES = ("price", "unit_price", "unitprice", "单价")
_QUANTITIES = ("quantity", "qty", "数量", "件数")


def suggest_mapping(columns: Sequence[DetectedColumn]) -> ImportMapping:
    """The mapping that the columns' names suggest; it may be incomplete."""
    by_word = {_plain(column.name): column.name for column in reversed(columns)}
    types = {column.name: column.type for column in columns}
    found = {field: _first(by_word, words) for field, words in _WORDS.items()}
    if types.get(found["amount"] or "") in _NO_AMOUNTS:
        found["amount"] = None
    amount = _amount(by_word, found["amount"])
    event = found["event"]
    is_order = event is None and found["order_id"] is not None and amount is not None
    time = found["time"]
    return ImportMapping(
        event=_pick(event) or (Pick(value=ORDER_COMPLETED) if is_order else None),
        time=None if time is None else TimePick(column=time),
        message_id=_pick(found["message_id"]),
        user_id=_pick(found["user_id"]),
        anonymous_id=_pick(found["anonymous_id"]),
        order_id=_pick(found["order_id"]),
        product_id=_pick(found["product_id"]),
        live_id=_pick(found["live_id"]),
        amount=amount,
        currency=_pick(found["currency"]),
    )


def settle_properties(
    mapping: ImportMapping, columns: Sequence[DetectedColumn]
) -> Sequence[PropertyPick]:
    """The properties a mapping asks for, each with the type that its column's values have."""
    types = {column.name: column.type for column in columns}
    if isinstance(mapping.properties, str):
        if mapping.properties != EVERY_OTHER_COLUMN:
            return ()
        taken = set(mapping.columns())
        if mapping.amount is not None and mapping.amount.times is not None:
            # A price per piece and a quantity say more than their product does.
            taken -= {mapping.amount.column, mapping.amount.times}
        picks: Iterable[PropertyPick] = (
            PropertyPick(column=name) for name in types if name not in taken
        )
    else:
        picks = mapping.properties
    return tuple(
        PropertyPick(
            column=pick.column, name=pick.name, type=pick.type or _json_type(types, pick.column)
        )
        for pick in picks
    )


def _json_type(types: dict[str, str], column: str) -> str:
    if _ID_LIKE.search(column) or is_personal(column):
        return "text"
    return _JSON_TYPES.get(types.get(column, ""), "text")


def is_personal(name: str) -> bool:
    """Whether a column's name sounds like a phone, a name or another such thing."""
    return _PERSONAL.search(name) is not None


def _plain(name: str) -> str:
    return re.sub(r"[\s()（）:：-]+", "_", name.strip().lower()).strip("_")


def _first(by_word: dict[str, str], words: Sequence[str]) -> str | None:
    for word in words:
        name = by_word.get(word)
        if name is not None and not is_personal(name):
            return name
    return None


def _amount(by_word: dict[str, str], total: str | None) -> AmountPick | None:
    if total is not None:
        return AmountPick(column=total)
    price, quantity = _first(by_word, _PRICES), _first(by_word, _QUANTITIES)
    return AmountPick(column=price, times=quantity) if price and quantity else None


def _pick(column: str | None) -> Pick | None:
    return None if column is None else Pick(column=column)
