"""The page of an access request: everything that is kept of a person, for them to read.

Each part has its title in both languages, and so have the names that the house gives; what senders
called their own properties stands as they called it.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

_STYLE = """
body{font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:960px;
margin:40px auto;padding:0 16px;color:#1f2328}
h1{font-size:22px}h2{font-size:17px;margin-top:32px}
table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid #d8dee4;padding:4px 8px;text-align:left;vertical-align:top;
word-break:break-word}th{font-weight:600;width:34%}
"""
TITLES = {
    "identifiers": "标识 · Identifiers", "personal_data": "个人信息 · Personal data",
    "traits": "属性 · Traits", "computed": "统计得出 · Worked out of events",
    "levels": "等级与阶段 · Levels and stage", "tags": "标签 · Tags",
    "audiences": "人群 · Audiences", "lists": "名单 · Uploaded lists",
    "interests": "兴趣 · Interests", "consent": "同意记录 · Consent",
    "consent_standing": "同意现状 · How consent stands",
    "automated_decisions": "允许自动化决策 · Automated decisions allowed",
    "rights_requests": "权利请求 · Rights requests",
    "readings": "查阅记录 · Who looked at this", "numbers": "虚拟号码 · Virtual numbers",
    "held_back": "未入库的数据 · Held back, not taken in", "events": "行为 · Events",
    "events_left_out": "未列出的行为数量 · Events beyond these",
}  # fmt: skip
"""Every part of the file, in the order of the page."""

ABOUT = frozenset({"what", "person", "as_of", "request"})
"""What the file says of itself; it stands at its head."""

_NAMES = {
    "kind": "类型", "value": "值", "name": "名称", "id": "编号", "state": "状态",
    "purpose": "用途", "channel": "渠道", "basis": "依据", "said_at": "表示时间",
    "notice_version": "告知版本", "source": "来源", "proof": "证明", "given_at": "添加时间",
    "by_rule": "由规则添加", "reason": "原因", "is_in": "在其中", "since": "起始时间",
    "points": "分值", "asked_at": "提出时间", "at": "时间", "what": "操作", "kinds": "种类",
    "number": "号码", "sent": "原始内容", "time": "发生时间", "source_id": "来源",
    "received_time": "收到时间", "properties": "属性", "traits": "特征", "context": "环境",
    "events": "行为数", "orders": "订单数", "value_minor": "金额（最小单位）",
    "currency": "货币", "live_rooms": "直播间数", "first_seen_at": "首次出现",
    "last_seen_at": "最近出现", "stage": "阶段", "frequency": "活跃度", "rfm": "RFM 分群",
    "rfm_recency": "最近购买分", "rfm_frequency": "购买频次分", "rfm_value": "购买金额分",
    "user_id": "用户编号", "anonymous_id": "设备编号", "order_id": "订单编号",
    "product_id": "商品编号", "live_id": "场次编号", "amount_minor": "金额（最小单位）",
}  # fmt: skip
_FIRST = re.compile(r"[^.\[]+")


def leaves(name: str, told: Any) -> Iterator[tuple[str, str]]:
    """Every value by its path, as `properties.items[1].name`."""
    if isinstance(told, dict):
        for key, value in told.items():
            yield from leaves(f"{name}.{key}" if name else str(key), value)
    elif isinstance(told, list):
        for number, value in enumerate(told, 1):
            yield from leaves(f"{name}[{number}]", value)
    else:
        yield name, "" if told is None else str(told)


def page_of_person(told: Mapping[str, Any]) -> str:
    """The page."""
    parts = []
    for part, title in TITLES.items():
        if part not in told:
            continue
        content = told[part]
        many = content if isinstance(content, list) else [content]
        rows = "".join(
            f"<tr><th>{html.escape(_named(name))}</th><td>{html.escape(_worded(value))}</td></tr>"
            for one in many
            for name, value in leaves("", one)
        )
        parts.append(f"<h2>{html.escape(title)} ({len(many)})</h2><table>{rows}</table>")
    heading = "我们保存的关于您的全部信息 · Everything that is kept about you"
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8">'
        f"<title>{heading}</title><style>{_STYLE}</style></head><body><h1>{heading}</h1>"
        f"<p>{html.escape(str(told['person']))} · {html.escape(str(told['as_of']))}</p>"
        f"{''.join(parts)}</body></html>"
    )


def _named(name: str) -> str:
    """A name in both languages, where its first word is one of the house's own."""
    first = _FIRST.match(name)
    word = _NAMES.get(first.group()) if first else None
    return (name or "·") if word is None else f"{word} · {name}"


def _worded(value: str) -> str:
    return {"True": "是 · yes", "False": "否 · no"}.get(value, value)
