"""Readings of well-known public event tables: REES46, RetailRocket, Online Retail.

Each is an ordinary mapping, with what an ordinary mapping cannot say in `derive`.

*Online Retail* (UCI 352 and 502): each line is one event. A line of an invoice is an
`Order Completed`, one of a cancellation (its number starts with C) an `Order Cancelled`; the
amount is quantity times price *as in the file*, negative where the file's quantity is, so that
the sum over all lines is the shop's net. Lines without a customer belong to nobody known: their
invoice stands for the anonymous buyer. Times are the shop's, in London.

*REES46* knows no orders: the purchases of one `user_session` count as one.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from catchment.collect.imports.errors import ColumnMissing
from catchment.collect.imports.mapping import (
    AmountPick,
    ImportMapping,
    Pick,
    PropertyPick,
    TimePick,
)
from catchment.collect.imports.reading import Reading
from catchment.collect.imports.sniff import listed
from catchment.collect.imports.types import ImportFormat
from catchment.events import ORDER_CANCELLED, ORDER_COMPLETED

_VIEWED, _ADDED, _REMOVED = "Product Viewed", "Product Added", "Product Removed"
_MONEY_EVENTS = frozenset({ORDER_COMPLETED, ORDER_CANCELLED})

_REES46_NAMES = {
    "view": _VIEWED,
    "cart": _ADDED,
    "remove_from_cart": _REMOVED,
    "purchase": ORDER_COMPLETED,
}
_REES46 = ImportMapping(
    event=Pick(column="event_type", names=_REES46_NAMES),
    time=TimePick(column="event_time"),
    user_id=Pick(column="user_id"),
    order_id=Pick(column="user_session"),
    product_id=Pick(column="product_id"),
    amount=AmountPick(column="price"),
    properties=(
        PropertyPick(column="category_id"),
        PropertyPick(column="category_code", name="category"),
        PropertyPick(column="brand"),
        PropertyPick(column="price", type="number"),
        PropertyPick(column="user_session"),
    ),
)

_RETAILROCKET_NAMES = {"view": _VIEWED, "addtocart": _ADDED, "transaction": ORDER_COMPLETED}
_RETAILROCKET = ImportMapping(
    event=Pick(column="event", names=_RETAILROCKET_NAMES),
    time=TimePick(column="timestamp", format="epoch_ms"),
    anonymous_id=Pick(column="visitorid"),
    order_id=Pick(column="transactionid"),
    product_id=Pick(column="itemid"),
    properties=(),
)

_ONLINE_RETAIL = ImportMapping(
    event=Pick(column="~event"),
    time=TimePick(column="InvoiceDate"),
    user_id=Pick(column="CustomerID"),
    anonymous_id=Pick(column="~anonymous"),
    order_id=Pick(column="InvoiceNo"),
    product_id=Pick(column="StockCode"),
    amount=AmountPick(column="UnitPrice", times="Quantity"),
    properties=(
        PropertyPick(column="Description", name="name"),
        PropertyPick(column="Quantity", name="quantity", type="number"),
        PropertyPick(column="UnitPrice", name="price", type="number"),
        PropertyPick(column="Country", name="country"),
    ),
)
_ONLINE_RETAIL_ALIASES = {
    "Invoice": "InvoiceNo",
    "Price": "UnitPrice",
    "Customer ID": "CustomerID",
}
"""The second edition of the data set calls three columns differently."""


def _online_retail(cells: pa.RecordBatch) -> pa.RecordBatch:
    names = [_ONLINE_RETAIL_ALIASES.get(name, name) for name in cells.schema.names]
    cells = cells.rename_columns(names)
    for name in ("InvoiceNo", "CustomerID", "InvoiceDate"):
        if name not in names:
            raise ColumnMissing(f"no column {name!r}; the columns are: {listed(names)}")
    # Some copies went through a data frame, which made 17850.0 of the customer 17850.
    customers = pc.replace_substring_regex(cells["CustomerID"], r"^(\d+)\.0$", r"\1")
    invoice = cells["InvoiceNo"]
    is_cancel = pc.starts_with(invoice, "C")
    event = pc.if_else(is_cancel, ORDER_CANCELLED, ORDER_COMPLETED)
    anonymous = pc.binary_join_element_wise("invoice:", invoice, "")
    anonymous = pc.if_else(pc.is_null(customers), anonymous, None)
    cells = cells.set_column(names.index("CustomerID"), "CustomerID", customers)
    dates = _month_first_to_iso(cells["InvoiceDate"])
    cells = cells.set_column(names.index("InvoiceDate"), "InvoiceDate", dates)
    return cells.append_column("~event", event).append_column("~anonymous", anonymous)


def _month_first_to_iso(dates: pa.Array) -> pa.Array:
    """`12/1/2010 8:26`, as a widespread copy has it, is the first of December."""
    is_month_first = pc.match_substring_regex(dates, r"^\d{1,2}/\d{1,2}/\d{4} ")
    if not pc.any(is_month_first).as_py():
        return dates
    read = pc.strptime(dates, format="%m/%d/%Y %H:%M", unit="us", error_is_null=True)
    return pc.coalesce(pc.strftime(read, format="%Y-%m-%d %H:%M"), dates)


@dataclass(frozen=True, slots=True)
class _Preset:
    mapping: ImportMapping
    zone: str
    currency: str


_PRESETS = {
    ImportFormat.REES46: _Preset(_REES46, "UTC", "USD"),
    ImportFormat.RETAILROCKET: _Preset(_RETAILROCKET, "UTC", "USD"),
    ImportFormat.ONLINE_RETAIL: _Preset(_ONLINE_RETAIL, "Europe/London", "GBP"),
}
_NAMES = {
    ImportFormat.REES46: frozenset(_REES46_NAMES.values()),
    ImportFormat.RETAILROCKET: frozenset(_RETAILROCKET_NAMES.values()),
}
_SIGNS = {
    ImportFormat.REES46: ({"event_time", "event_type", "product_id", "user_id"},),
    ImportFormat.RETAILROCKET: ({"timestamp", "visitorid", "event", "itemid"},),
    ImportFormat.ONLINE_RETAIL: (
        {"InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice"},
        {"Invoice", "StockCode", "Quantity", "InvoiceDate", "Price"},
    ),
}


def recognise(columns: list[str]) -> ImportFormat | None:
    """The well-known table that has these columns, if one has."""
    for format_, signs in _SIGNS.items():
        if any(sign <= set(columns) for sign in signs):
            return format_
    return None


def preset_reading(
    format_: ImportFormat, id_prefix: str, zone: str | None, currency: str | None
) -> Reading | None:
    """How to read a well-known table; `None` when the format is not one.

    Args:
        format_: the format.
        id_prefix: names the file in message ids.
        zone: of times, where the user knows better than the format.
        currency: of amounts, the same.
    """
    preset = _PRESETS.get(format_)
    if preset is None or isinstance(preset.mapping.properties, str):
        return None
    reading = Reading(
        mapping=preset.mapping,
        properties=preset.mapping.properties,
        id_prefix=id_prefix,
        zone=zone or preset.zone,
        currency=currency or preset.currency,
        known_names=_NAMES.get(format_),
        money_events=_MONEY_EVENTS,
    )
    if format_ is not ImportFormat.ONLINE_RETAIL:
        return reading
    return Reading(
        mapping=reading.mapping,
        properties=reading.properties,
        id_prefix=reading.id_prefix,
        zone=reading.zone,
        currency=reading.currency,
        money_events=_MONEY_EVENTS,
        derive=_online_retail,
    )
