"""What the simulated brand sells: made-up products with Chinese and English names.

Popularity within a category falls off as Zipf's law says, so a few products carry the shop, as
they do in life. The first product of each category is its best seller.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# category, its things, and a typical price in yuan
_SHELVES: tuple[tuple[str, str, tuple[tuple[str, str], ...], float], ...] = (
    ("护肤", "Skincare", (("精华液", "Serum"), ("面霜", "Face Cream"), ("洁面乳", "Cleanser"),
                        ("防晒霜", "Sunscreen"), ("面膜", "Sheet Mask")), 168.0),
    ("彩妆", "Makeup", (("口红", "Lipstick"), ("粉底液", "Foundation"), ("眼影盘", "Eye Palette"),
                      ("睫毛膏", "Mascara")), 129.0),
    ("服饰", "Clothing", (("针织衫", "Knit Sweater"), ("羽绒服", "Down Jacket"),
                        ("牛仔裤", "Jeans"), ("连衣裙", "Dress"), ("衬衫", "Shirt")), 239.0),
    ("零食", "Snacks", (("坚果礼盒", "Nut Box"), ("牛肉干", "Beef Jerky"),
                      ("冻干草莓", "Dried Strawberry"), ("燕麦脆", "Oat Crisps")), 49.0),
    ("数码", "Electronics", (("蓝牙耳机", "Earbuds"), ("充电宝", "Power Bank"),
                           ("智能手表", "Smart Watch"), ("台灯", "Desk Lamp")), 299.0),
    ("家居", "Home", (("四件套", "Bedding Set"), ("香薰", "Aroma Diffuser"), ("保温杯", "Thermos"),
                    ("收纳箱", "Storage Box")), 119.0),
    ("母婴", "Baby", (("纸尿裤", "Nappies"), ("奶瓶", "Feeding Bottle"), ("婴儿推车", "Pushchair"),
                    ("绘本", "Picture Book")), 149.0),
    ("运动", "Sports", (("跑鞋", "Running Shoes"), ("瑜伽垫", "Yoga Mat"), ("速干衣", "Sports Top"),
                      ("筋膜枪", "Massage Gun")), 259.0),
)  # fmt: skip

_BRANDS = (
    ("山岚", "Shanlan"), ("初雪", "Chuxue"), ("白鹭", "Bailu"), ("木禾", "Muhe"),
    ("南风", "Nanfeng"), ("青屿", "Qingyu"), ("拾光", "Shiguang"), ("云朵", "Yunduo"),
    ("小满", "Xiaoman"), ("知夏", "Zhixia"),
)  # fmt: skip

CATEGORIES = tuple(english for _, english, _, _ in _SHELVES)

_PRICE_SPREAD = 0.45
_PRICE_FEN_MIN = 990


@dataclass(frozen=True, slots=True)
class Product:
    """One thing on sale.

    Attributes:
        product_id: stable id.
        name_zh, name_en: its names.
        brand: Chinese name of the brand.
        category: index into `CATEGORIES`.
        price_fen: price in minor units.
    """

    product_id: str
    name_zh: str
    name_en: str
    brand: str
    category: int
    price_fen: int

    def to_json(self) -> str:
        """The inside of a JSON object that describes it, as an event's properties hold it."""
        return (
            f'"product_id":"{self.product_id}","sku":"{self.product_id.upper()}",'
            f'"name":"{self.name_zh}","name_en":"{self.name_en}","brand":"{self.brand}",'
            f'"category":"{CATEGORIES[self.category]}","price":{self.price_fen / 100:.2f}'
        )


@dataclass(frozen=True)
class Catalogue:
    """All products, and how popular each is within its category."""

    products: tuple[Product, ...]
    price_fen: NDArray[np.int64]
    category: NDArray[np.int64]
    _members: tuple[NDArray[np.int64], ...]
    _cumulative: tuple[NDArray[np.float64], ...]

    def draw(self, categories: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """One product of each asked category, popular ones more often."""
        chosen = np.empty(len(categories), dtype=np.int64)
        chance = rng.random(len(categories))
        for category, (members, cumulative) in enumerate(
            zip(self._members, self._cumulative, strict=True)
        ):
            here = categories == category
            chosen[here] = members[np.searchsorted(cumulative, chance[here], side="right")]
        return chosen


def make_catalogue(count: int, popularity_exponent: float, rng: np.random.Generator) -> Catalogue:
    """A catalogue of so many products, spread evenly over the categories."""
    products = tuple(_make_product(number, rng) for number in range(count))
    category: NDArray[np.int64] = np.array([p.category for p in products], dtype=np.int64)
    members = tuple(np.flatnonzero(category == c) for c in range(len(_SHELVES)))
    return Catalogue(
        products=products,
        price_fen=np.array([p.price_fen for p in products], dtype=np.int64),
        category=category,
        _members=members,
        _cumulative=tuple(_zipf(len(m), popularity_exponent) for m in members),
    )


def _make_product(number: int, rng: np.random.Generator) -> Product:
    category = number % len(_SHELVES)
    _, _, things, typical = _SHELVES[category]
    rank = number // len(_SHELVES)
    thing_zh, thing_en = things[rank % len(things)]
    brand_zh, brand_en = _BRANDS[(rank // len(things) + category) % len(_BRANDS)]
    edition = rank // (len(things) * len(_BRANDS))
    suffix = f" {edition + 1}" if edition else ""
    yuan = typical * float(np.exp(rng.normal(0.0, _PRICE_SPREAD)))
    price_fen = max(_PRICE_FEN_MIN, round(yuan / 10) * 1_000 - 100)  # 169.00, 239.00, …
    return Product(
        product_id=f"p{number + 1:04d}",
        name_zh=f"{brand_zh}{thing_zh}{suffix}",
        name_en=f"{brand_en} {thing_en}{suffix}",
        brand=brand_zh,
        category=category,
        price_fen=price_fen,
    )


def _zipf(count: int, exponent: float) -> NDArray[np.float64]:
    weights: NDArray[Any] = 1.0 / np.arange(1, count + 1) ** exponent
    cumulative: NDArray[np.float64] = np.cumsum(weights / weights.sum())
    cumulative[-1:] = 1.0
    return cumulative
