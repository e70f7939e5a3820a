"""From rows of text to events in normal form: the columns that landing takes as they are.

A `Reading` says how: a mapping, the zone and currency where a row does not say, and the prefix
that makes a row's message id. Rows that cannot be events come out as errors, with the first of
their faults as the reason; the others are not touched by it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catchment.collect.imports.columns import parse_decimals, parse_times, to_minor, trim
from catchment.collect.imports.errors import ColumnMissing, MappingMissing
from catchment.collect.imports.json_columns import (
    JsonColumn,
    json_boolean,
    json_number,
    json_object,
    json_text,
)
from catchment.collect.imports.mapping import ImportMapping, Pick, PropertyPick
from catchment.collect.imports.sniff import listed
from catchment.collect.imports.tables import RowPage, row_text
from catchment.collect.imports.types import RowError, RowReason
from catchment.events import EVENT_BYTES_MAX, MESSAGE_ID_LENGTH_MAX, NAME_LENGTH_MAX
from catchment.kernel import currency_exponent

_LIFTED = ("order_id", "product_id", "live_id", "currency")
_JSON_OF = {"text": json_text, "number": json_number, "boolean": json_boolean}

_CODE = re.compile("^[A-Z]{3}$")

Fault = tuple[pa.Array, RowReason]


def _no_change(cells: pa.RecordBatch) -> pa.RecordBatch:
    return cells


@dataclass(frozen=True, slots=True)
class Reading:
    """How the rows of one table become events.

    Attributes:
        mapping: which column means what; complete.
        properties: the columns that become properties, with their types settled.
        id_prefix: put before a row's number to name the row, where no column does.
        zone: IANA zone of times that do not say.
        currency: of amounts that do not say.
        known_names: when given, cells of the event column outside it are refused.
        money_events: when given, only these events carry an amount and an order.
        derive: adds columns that the mapping then names.
    """

    mapping: ImportMapping
    properties: Sequence[PropertyPick]
    id_prefix: str
    zone: str
    currency: str
    known_names: frozenset[str] | None = None
    money_events: frozenset[str] | None = None
    derive: Callable[[pa.RecordBatch], pa.RecordBatch] = _no_change

    def check(self, names: Sequence[str]) -> None:
        """Refuses a table that lacks a column.

        Raises:
            MappingMissing: the mapping does not say what happened, when, and to whom.
            ColumnMissing: the table lacks a column that the mapping names.
        """
        if not self.mapping.is_complete:
            raise MappingMissing(
                "name the columns of the event (or one constant), the time, and the user_id or "
                "anonymous_id in a mapping (on the command line: --map FILE, a JSON as "
                '{"event": {"value": "Order Completed"}, "time": "paid_at", "user_id": "buyer"}); '
                f"the columns are: {listed(names)}"
            )
        empty = pa.array([], pa.string())
        table = self.derive(pa.RecordBatch.from_arrays([empty] * len(names), names=list(names)))
        wanted = [*self.mapping.columns(), *(each.column for each in self.properties)]
        missing = [column for column in wanted if column not in table.schema.names]
        if missing:
            raise ColumnMissing(f"no column {missing[0]!r}; the columns are: {listed(names)}")

    def events(self, page: RowPage) -> tuple[pa.RecordBatch, Sequence[RowError]]:
        """The page's events in normal form, and the rows that are none."""
        cells = self.derive(page.cells)
        mapping, rows = self.mapping, cells.num_rows
        name = _pick(cells, mapping.event)
        is_known = pc.is_valid(name)
        if self.known_names is not None:
            is_known = pc.is_in(name, pa.array(sorted(self.known_names)))
        has_money = pa.array([True] * rows)
        if self.money_events is not None:
            has_money = pc.is_in(name, pa.array(sorted(self.money_events)))
        columns = {
            "message_id": self._message_ids(cells, page.numbers),
            "kind": pa.array(["track"] * rows, pa.string()),
            "name": name,
            "user_id": _pick(cells, mapping.user_id),
            "anonymous_id": _pick(cells, mapping.anonymous_id),
            "time": self._times(cells),
            "order_id": pc.if_else(has_money, _pick(cells, mapping.order_id), None),
            "product_id": _pick(cells, mapping.product_id),
            "live_id": _pick(cells, mapping.live_id),
        }
        faults = self._faults(columns, is_known)
        members: list[tuple[str, JsonColumn]] = []
        if mapping.amount is not None:
            members = self._add_money(cells, has_money, columns, faults)
        columns["properties"] = self._properties(cells, columns, members)
        too_large = pc.greater(pc.binary_length(columns["properties"]), EVENT_BYTES_MAX)
        faults.append((too_large, RowReason.EVENT_TOO_LARGE))
        return sift(page, columns, faults)

    def _message_ids(self, cells: pa.RecordBatch, numbers: pa.Array) -> pa.Array:
        by_row = pc.binary_join_element_wise(self.id_prefix, numbers.cast(pa.string()), "")
        if self.mapping.message_id is None:
            return by_row
        return pc.coalesce(_pick(cells, self.mapping.message_id), by_row)

    def _times(self, cells: pa.RecordBatch) -> pa.Array:
        pick = self.mapping.time
        if pick is None:
            raise MappingMissing
        return parse_times(trim(cells[pick.column]), pick.format, pick.time_zone or self.zone)

    def _faults(self, columns: dict[str, pa.Array], is_known: pa.Array) -> list[Fault]:
        name = columns["name"]
        lacks_who = pc.and_(pc.is_null(columns["user_id"]), pc.is_null(columns["anonymous_id"]))
        id_length = pc.utf8_length(columns["message_id"])
        return [
            (pc.is_null(name), RowReason.MISSING_EVENT_NAME),
            (pc.invert(is_known), RowReason.UNKNOWN_EVENT_TYPE),
            (pc.greater(pc.utf8_length(name), NAME_LENGTH_MAX), RowReason.NAME_TOO_LONG),
            (pc.greater(id_length, MESSAGE_ID_LENGTH_MAX), RowReason.MESSAGE_ID_TOO_LONG),
            (pc.is_null(columns["time"]), RowReason.INVALID_TIMESTAMP),
            (lacks_who, RowReason.MISSING_IDENTITY),
        ]

    def _add_money(
        self,
        cells: pa.RecordBatch,
        has_money: pa.Array,
        columns: dict[str, pa.Array],
        faults: list[Fault],
    ) -> list[tuple[str, JsonColumn]]:
        """Puts in amount and currency; gives the exact amount as a property."""
        pick = self.mapping.amount
        if pick is None:
            return []
        said = pc.and_(pc.is_valid(trim(cells[pick.column])), has_money)
        exact = parse_decimals(cells[pick.column])
        if pick.times is not None:
            exact = pc.multiply(exact, parse_decimals(cells[pick.times]))
        exact = pc.if_else(said, exact, None)
        currency = pc.coalesce(pc.utf8_upper(_pick(cells, self.mapping.currency)), self.currency)
        currency = pc.if_else(said, currency, None)
        minor = pa.nulls(len(said), pa.int64())
        codes = [code for code in pc.unique(currency).drop_null().to_pylist() if _CODE.match(code)]
        for code in codes:
            in_code = to_minor(exact, currency_exponent(code))
            minor = pc.if_else(pc.equal(currency, code), in_code, minor)
        is_code = pc.is_in(currency, pa.array(codes, pa.string()))
        faults.append((pc.and_(said, pc.invert(is_code)), RowReason.INVALID_CURRENCY))
        faults.append((pc.and_(said, pc.is_null(minor)), RowReason.INVALID_AMOUNT))
        columns |= {"amount_minor": minor, "currency": currency}
        return [("revenue", JsonColumn(_plain(exact)))]

    def _properties(
        self,
        cells: pa.RecordBatch,
        columns: dict[str, pa.Array],
        members: Sequence[tuple[str, JsonColumn]],
    ) -> pa.Array:
        lifted = [
            (name, json_text(columns[name]))
            for name in _LIFTED
            if name in columns and columns[name].null_count < len(columns[name])
        ]
        taken = {name for name, _ in [*lifted, *members]}
        others = [
            (pick.name or pick.column, _JSON_OF[pick.type or "text"](cells[pick.column]))
            for pick in self.properties
            if (pick.name or pick.column) not in taken
        ]
        return json_object([*lifted, *members, *others], cells.num_rows)


def _pick(cells: pa.RecordBatch, pick: Pick | None) -> pa.Array:
    if pick is None:
        return pa.nulls(cells.num_rows, pa.string())
    if pick.value is not None:
        return pa.array([pick.value] * cells.num_rows, pa.string())
    values = trim(cells[pick.column])
    if pick.names:
        found = pc.index_in(values, pa.array(list(pick.names)))
        values = pc.coalesce(pc.take(pa.array(list(pick.names.values())), found), values)
    return pc.binary_join_element_wise(pick.prefix, values, "") if pick.prefix else values


def _plain(exact: pa.Array) -> pa.Array:
    """Decimals as JSON numbers without idle zeros."""
    text = pc.ascii_rtrim(exact.cast(pa.string()), characters="0")
    return pc.ascii_rtrim(text, characters=".")


def sift(
    page: RowPage, columns: dict[str, pa.Array], faults: Sequence[Fault]
) -> tuple[pa.RecordBatch, Sequence[RowError]]:
    """The events without the rows that have a fault, and those rows with their first one.

    Args:
        page: the rows they were made of.
        columns: one event for each row, in normal form.
        faults: which rows have which fault, the most telling one first.
    """
    batch = pa.RecordBatch.from_pydict(columns)
    masks = [np.asarray(pc.fill_null(mask, fill_value=False)) for mask, _ in faults]
    is_bad = np.logical_or.reduce(masks)
    if not is_bad.any():
        return batch, ()
    errors = []
    for position in np.flatnonzero(is_bad):
        first = next(i for i, mask in enumerate(masks) if mask[position])
        text = row_text([column[position].as_py() or "" for column in page.cells.columns])
        errors.append(RowError(page.numbers[position].as_py(), faults[first][1], text))
    return batch.filter(pa.array(~is_bad)), errors
