"""Lifting: money is exact, odd shapes are left where they are."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.collect.formats.lift import Lifted, lift, minor_units, read_hot


def lifted(properties: dict[str, Any], name: str = "Order Completed") -> Lifted:
    return lift(read_hot(json.dumps(properties).encode()), name)


@pytest.mark.parametrize(
    ("properties", "amount", "currency"),
    [
        ({"revenue": 12.34}, 1234, "CNY"),
        ({"revenue": "12.34", "total": 99}, 1234, "CNY"),
        ({"total": 0.1 + 0.2}, 30, "CNY"),
        ({"value": 5}, 500, "CNY"),
        ({"total": 1000, "currency": "JPY"}, 1000, "JPY"),
        ({"total": 1.0005, "currency": "kwd "}, 1000, "KWD"),
        ({"revenue": -3.5}, -350, "CNY"),
        ({"revenue": 0}, 0, "CNY"),
        ({"revenue": 1e308}, None, None),
        ({"revenue": "abc"}, None, None),
        ({"revenue": "NaN"}, None, None),
        ({"revenue": "Infinity"}, None, None),
        ({"revenue": True}, None, None),
        ({"revenue": {"a": 1}}, None, None),
        ({"revenue": "1e999999999"}, None, None),
        ({"revenue": 5, "currency": "yuan"}, None, "YUAN"),
        ({}, None, None),
    ],
)
def test_money_becomes_whole_minor_units(
    properties: dict[str, Any], amount: int | None, currency: str | None
) -> None:
    found = lifted(properties)
    assert (found.amount_minor, found.currency) == (amount, currency)


def test_only_revenue_is_money_outside_orders() -> None:
    assert lifted({"total": 5, "value": 6}, "Checkout Started").amount_minor is None
    assert lifted({"revenue": 5}, "Anything").amount_minor == 500


def test_odd_shapes_are_not_lifted_and_spoil_nothing() -> None:
    found = lifted(
        {"order_id": {"a": 1}, "product_id": 12, "live_id": ["x"], "offset_ms": 1e300, "total": "7"}
    )
    assert found == Lifted(product_id="12", amount_minor=700, currency="CNY")
    assert lifted({"offset_ms": 2**70}).offset_ms is None
    assert lifted({"product_id": 1.0}).product_id == "1"


@given(st.integers(-(10**15), 10**15))
def test_cents_written_as_a_decimal_come_back_exact(cents: int) -> None:
    assert minor_units(str(Decimal(cents) / 100), "CNY") == cents


@given(st.integers(-(10**11), 10**11))
def test_cents_written_as_a_float_come_back_exact(cents: int) -> None:
    assert minor_units(cents / 100, "CNY") == cents
