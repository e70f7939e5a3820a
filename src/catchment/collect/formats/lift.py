"""Lifting: the few properties that nearly every analysis asks for become columns of their own.

The properties stay as sent; lifting only copies. A value of a shape that the column cannot hold is
not lifted and not refused, since it is still there in the properties. Money becomes whole minor
units here, at the edge, and is never a float again.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NamedTuple

import msgspec

from catchment.events import ORDER_CANCELLED, ORDER_COMPLETED, ORDER_REFUNDED
from catchment.kernel import UnknownCurrency, currency_exponent

CURRENCY_DEFAULT = "CNY"
"""The currency of an amount that comes without one."""

MONEY_EVENTS = frozenset({ORDER_COMPLETED, ORDER_REFUNDED, ORDER_CANCELLED, "Order Updated"})
"""Their `total` or `value` is money too; elsewhere only `revenue` is."""

_INT64_MAX = (1 << 63) - 1
_tuple = tuple.__new__
_AMOUNT_TEXT_MAX = 64

Scalar = str | int | float | None


class HotProperties(msgspec.Struct, gc=False):
    """The properties worth a column, in the shapes they usually have."""

    order_id: Scalar = None
    product_id: Scalar = None
    live_id: Scalar = None
    offset_ms: int | float | None = None
    revenue: Scalar = None
    total: Scalar = None
    value: Scalar = None
    currency: str | None = None


class Lifted(NamedTuple):
    """What goes into the columns."""

    order_id: str | None = None
    product_id: str | None = None
    live_id: str | None = None
    offset_ms: int | None = None
    amount_minor: int | None = None
    currency: str | None = None


NOTHING_LIFTED = Lifted()

_decode_hot = msgspec.json.Decoder(HotProperties).decode
_decode_any = msgspec.json.Decoder().decode


def read_hot(properties: bytes | msgspec.Raw) -> HotProperties:
    """The hot properties, each that has an unusable shape left out."""
    try:
        return _decode_hot(properties)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _read_hot_leniently(properties)


def _read_hot_leniently(properties: bytes | msgspec.Raw) -> HotProperties:
    try:
        loose: Any = _decode_any(properties)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return HotProperties()
    if not isinstance(loose, dict):
        return HotProperties()
    kept: dict[str, Any] = {}
    for name in HotProperties.__struct_fields__:
        value = loose.get(name)
        allowed = str if name == "currency" else str | int | float
        if isinstance(value, allowed) and not isinstance(value, bool):
            kept[name] = value
    return HotProperties(**kept)


def _as_text(value: Scalar) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004
    return str(value)


def _as_milliseconds(value: Scalar) -> int | None:
    if not isinstance(value, int | float) or not abs(value) <= _INT64_MAX:
        return None
    return int(value) if abs(int(value)) <= _INT64_MAX else None


def minor_units(amount: Scalar, currency: str) -> int | None:
    """The amount in whole minor units, half to even; nothing where it is no amount.

    Args:
        amount: in major units, as `12.34` or `"12.34"`.
        currency: ISO 4217 code.
    """
    if isinstance(amount, str) and len(amount) > _AMOUNT_TEXT_MAX:
        return None
    try:
        scaled = Decimal(str(amount)).scaleb(currency_exponent(currency))
        if not scaled.is_finite() or abs(scaled) > _INT64_MAX:
            return None
        minor = int(scaled.to_integral_value(rounding=ROUND_HALF_EVEN))
    except (ArithmeticError, UnknownCurrency):
        return None
    return minor if abs(minor) <= _INT64_MAX else None


def lift(hot: HotProperties, name: str) -> Lifted:
    """The columns out of the hot properties of an event of this name."""
    order_id, product_id, live_id = hot.order_id, hot.product_id, hot.live_id
    if order_id is not None and order_id.__class__ is not str:
        order_id = _as_text(order_id)
    if product_id is not None and product_id.__class__ is not str:
        product_id = _as_text(product_id)
    if live_id is not None and live_id.__class__ is not str:
        live_id = _as_text(live_id)
    offset_ms = hot.offset_ms
    if offset_ms is not None:
        offset_ms = _as_milliseconds(offset_ms)
    currency = hot.currency
    if currency is not None:
        currency = currency.strip().upper() or None
    amount_minor = None
    amount = hot.revenue
    if amount is None and name in MONEY_EVENTS:
        amount = hot.value if hot.total is None else hot.total
    if amount is not None:
        amount_minor = minor_units(amount, currency or CURRENCY_DEFAULT)
        if amount_minor is not None:
            currency = currency or CURRENCY_DEFAULT
    # `Lifted(…)` would go through a Python function for each event.
    return _tuple(Lifted, (order_id, product_id, live_id, offset_ms, amount_minor, currency))
