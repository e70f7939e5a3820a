"""Putting drafts into words: names, properties and contexts as JSON, as a client sends them.

Everything is written by hand into text rather than through a JSON library, because half a
million events are written while someone waits for `make run`; the words used hold no character
that JSON would escape, and a test reads every line back.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from catchment.testing.traffic.catalogue import Product
from catchment.testing.traffic.config import TrafficSource
from catchment.testing.traffic.draft import Act, Draft
from catchment.testing.traffic.population import Visitors
from catchment.testing.traffic.world import World

SHOP_HOST = "https://shop.example"
_SEARCHES = (
    "精华", "防晒", "羽绒服", "坚果", "耳机", "四件套", "纸尿裤", "跑鞋",
    "口红", "保温杯", "礼盒", "连衣裙",
)  # fmt: skip
_COMMENTS = (
    "主播好", "多少钱", "有优惠券吗", "敏感肌能用吗", "已拍", "求链接", "好看", "尺码怎么选",
    "什么时候发货", "上链接", "想要", "讲讲成分", "第一次来", "老粉来了", "包邮吗", "再便宜点",
    "质量怎么样", "抢到了",
    "有赠品吗", "会掉色吗", "支持退货吗", "再讲一遍", "主播声音好听", "期待返场",
)  # fmt: skip
_CODES = ("parcel_card", "store_counter", "poster", "product_box")
_GIFTS = (("小心心", 10), ("棒棒糖", 90), ("啤酒", 200), ("跑车", 12_000), ("嘉年华", 300_000))
_USER_AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/139.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/139.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.2 Safari/605",
)
_DEVICES = ("mobile", "mobile", "desktop", "desktop")

NAMES = {
    Act.IDENTIFIED: "Identified",
    Act.PAGE_VIEWED: "Page Viewed",
    Act.PRODUCTS_SEARCHED: "Products Searched",
    Act.PRODUCT_VIEWED: "Product Viewed",
    Act.PRODUCT_ADDED: "Product Added",
    Act.CHECKOUT_STARTED: "Checkout Started",
    Act.ORDER_COMPLETED: "Order Completed",
    Act.ORDER_REFUNDED: "Order Refunded",
    Act.ORDER_CANCELLED: "Order Cancelled",
    Act.ROOM_ENTERED: "Live Room Entered",
    Act.ROOM_LEFT: "Live Room Left",
    Act.EXPLAINED_STARTED: "Live Product Explained Started",
    Act.EXPLAINED_ENDED: "Live Product Explained Ended",
    Act.LIVE_CLICKED: "Live Product Clicked",
    Act.COMMENTED: "Live Comment Posted",
    Act.LIKED: "Live Liked",
    Act.GIFT_SENT: "Live Gift Sent",
    Act.SHARED: "Live Shared",
    Act.FAN_CLUB_JOINED: "Live Fan Club Joined",
    Act.HOST_FOLLOWED: "Host Followed",
    Act.COUPON_CLAIMED: "Live Coupon Claimed",
    Act.QR_SCANNED: "QR Code Scanned",
}


def visit_contexts(
    world: World,
    stream: str,
    visitors: Visitors,
    sources: list[TrafficSource],
    rng: np.random.Generator,
) -> list[str]:
    """The context of each visit: its campaign, its device, and in the mini program WeChat's ids."""
    campaigns = {source: _campaign(source) for source in set(sources)}
    agents = (visitors.person * 3 + rng.integers(0, 2, len(visitors))) % len(_USER_AGENTS)
    if stream == "mini":
        device = '"device":{"type":"mobile"},"app":{"name":"小程序","version":"2.4.1"}'
        ids = [world.population.persona(p).external_ids for p in visitors.person.tolist()]
        return [
            f'{{{campaigns[s]}{known}{device},"locale":"zh-CN"}}'
            for s, known in zip(sources, ids, strict=True)
        ]
    return [
        f'{{{campaigns[s]}"userAgent":"{_USER_AGENTS[a]}",'
        f'"device":{{"type":"{_DEVICES[a]}"}},"locale":"zh-CN"}}'
        for s, a in zip(sources, agents.tolist(), strict=True)
    ]


def show_contexts(visitors: Visitors) -> list[str]:
    """The context of each viewer."""
    agents = visitors.person % 2
    return [
        f'{{"userAgent":"{_USER_AGENTS[a]}","device":{{"type":"mobile"}},"locale":"zh-CN"}}'
        for a in agents.tolist()
    ]


def _campaign(source: TrafficSource) -> str:
    if not source.source:
        return ""
    named = f',"name":"{source.campaign}"' if source.campaign else ""
    return f'"campaign":{{"source":"{source.source}","medium":"{source.medium}"{named}}},'


def order_id(draft: Draft, order: int) -> str:
    """The shop's id of an order; the same on everything that follows from it."""
    return f"o-{draft.label}-{order}"


class Wording:
    """Writes the properties of a draft's events."""

    def __init__(self, world: World, draft: Draft) -> None:
        self._draft = draft
        self._currency = world.config.currency
        self._products: tuple[Product, ...] = world.catalogue.products
        self._product_json = [p.to_json() for p in self._products]
        self._carts = self._lines_of_orders()
        is_mini = draft.stream == "mini"
        self._write: dict[int, Callable[[int, int, int, int], str]] = {
            Act.IDENTIFIED: lambda *_: "",
            Act.PAGE_VIEWED: self._screen if is_mini else self._page,
            Act.PRODUCTS_SEARCHED: lambda _v, _p, n, _f: f'"query":"{_SEARCHES[n]}"',
            Act.PRODUCT_VIEWED: lambda _v, p, _n, _f: self._product_json[p],
            Act.PRODUCT_ADDED: lambda _v, p, n, _f: f'{self._product_json[p]},"quantity":{n}',
            Act.CHECKOUT_STARTED: lambda *_: f'"currency":"{self._currency}"',
            Act.ORDER_COMPLETED: self._order,
            Act.ORDER_REFUNDED: self._order,
            Act.ORDER_CANCELLED: self._order,
            Act.ROOM_ENTERED: self._entrance,
            Act.ROOM_LEFT: lambda _v, _p, n, _f: f'"duration_ms":{n}',
            Act.EXPLAINED_STARTED: lambda _v, p, _n, _f: self._product_json[p],
            Act.EXPLAINED_ENDED: lambda _v, p, _n, _f: self._product_json[p],
            Act.LIVE_CLICKED: lambda _v, p, _n, _f: self._product_json[p],
            Act.COMMENTED: lambda _v, _p, n, _f: f'"text":"{_COMMENTS[n]}"',
            Act.LIKED: lambda _v, _p, n, _f: f'"count":{n}',
            Act.GIFT_SENT: self._gift,
            Act.SHARED: lambda *_: '"to":"wechat"',
            Act.FAN_CLUB_JOINED: lambda *_: '"level":1',
            Act.HOST_FOLLOWED: self._host,
            Act.QR_SCANNED: lambda _v, _p, n, _f: f'"qr_id":"qr-{n + 1}","placement":"{_CODES[n]}"',
            Act.COUPON_CLAIMED: lambda *_: (
                '"coupon_id":"c-live-20","coupon_name":"直播间满199减20"'
            ),
        }

    def properties(self, kept: NDArray[np.int64]) -> list[str]:
        """The properties of the kept rows as JSON objects."""
        draft = self._draft
        columns = (draft.act, draft.visit, draft.product, draft.number, draft.amount_fen)
        rows = zip(*(column[kept].tolist() for column in columns), strict=True)
        inside = [self._write[act](visit, product, n, fen) for act, visit, product, n, fen in rows]
        if draft.show is None:
            return [f"{{{text}}}" for text in inside]
        show = draft.show
        shared = f'"live_id":"{show.live_id}","room_id":"{show.room_id}","offset_ms":'
        offsets = (draft.time_us[kept] - show.started_us) // 1_000
        return [
            f"{{{shared}{offset}{',' if text else ''}{text}}}"
            for offset, text in zip(offsets.tolist(), inside, strict=True)
        ]

    def _lines_of_orders(self) -> dict[int, str]:
        """For visits that ordered: what was in the cart, as the order's `products`."""
        draft = self._draft
        if draft.show is not None:
            return {}
        buyers = set(draft.visit[draft.act == Act.ORDER_COMPLETED].tolist())
        lines: dict[int, list[str]] = {buyer: [] for buyer in buyers}
        for row in np.flatnonzero(draft.act == Act.PRODUCT_ADDED).tolist():
            visit = int(draft.visit[row])
            if visit in buyers:
                json = self._product_json[int(draft.product[row])]
                lines[visit].append(f'{{{json},"quantity":{int(draft.number[row])}}}')
        return {visit: ",".join(products) for visit, products in lines.items()}

    def _page(self, _visit: int, product: int, _number: int, _fen: int) -> str:
        if product < 0:
            return f'"url":"{SHOP_HOST}/","path":"/","title":"首页"'
        path = f"/products/{self._products[product].product_id}"
        title = self._products[product].name_zh
        return f'"url":"{SHOP_HOST}{path}","path":"{path}","title":"{title}"'

    def _screen(self, _visit: int, product: int, _number: int, _fen: int) -> str:
        return '"name":"首页"' if product < 0 else '"name":"商品详情"'

    def _order(self, visit: int, product: int, number: int, fen: int) -> str:
        lines = self._carts.get(visit)
        if lines is None:
            lines = f'{{{self._product_json[product]},"quantity":{number}}}'
        return f'"total":{fen / 100:.2f},"currency":"{self._currency}","products":[{lines}]'

    def _gift(self, _visit: int, _product: int, number: int, _fen: int) -> str:
        name, fen = _GIFTS[number]
        return f'"gift":"{name}","value":{fen / 100:.2f},"currency":"{self._currency}"'

    def _entrance(self, *_: int) -> str:
        return f'"entrance":"recommend",{self._host()}'

    def _host(self, *_: int) -> str:
        show = self._draft.show
        return "" if show is None else f'"host_id":"{show.host_id}","host_name":"{show.host_name}"'
