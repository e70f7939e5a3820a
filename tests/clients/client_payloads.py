"""What the clients send: every kind of value that JSON has, in the languages our users write."""

from __future__ import annotations

from typing import Any

EVENTS_OF_A_KIND = 60


def product(number: int) -> dict[str, Any]:
    """The properties of the n-th event, each different and none trivial."""
    return {
        "product_id": f"sku-{number}",
        "name": '口红 «rouge» "quoted" \\ back / slash 💄',
        "price": 12.5 + number,
        "quantity": number,
        "in_stock": number % 2 == 0,
        "coupon": None,
        "live_id": "sho_01",
        "offset_ms": number * 1000,
        "tags": ["直播", "新品", ""],
        "nested": {"depth": {"depth": {"number": number}}},
        "big": 9007199254740991,
        "negative": -0.001,
    }


def order(number: int) -> dict[str, Any]:
    """The properties of the n-th order."""
    return {"order_id": f"o-{number}", "total": 99.9, "currency": "CNY", "products": []}
