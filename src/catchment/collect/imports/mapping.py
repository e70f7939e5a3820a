"""Which column means what: the mapping of a table to events, as people write it in JSON.

    {"event": {"column": "动作", "names": {"下单": "Order Completed"}},
     "time": {"column": "下单时间", "time_zone": "Asia/Shanghai"},
     "user_id": "用户ID", "order_id": "订单号", "amount": "金额", "properties": "*"}

A column's name alone stands for `{"column": name}`. Values are cells' text: an id is never read
as a number. Without `message_id`, a row is known by the file's content and its own number.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from catchment.collect.imports.errors import BrokenMapping
from catchment.kernel import printable

EVERY_OTHER_COLUMN = "*"


class Pick(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A value: a column's cell, or one constant.

    Attributes:
        column: the column whose cell is meant.
        value: or this constant, the same for each row.
        prefix: put before a cell that is not empty, as `"wx:"`.
        names: what to call which cell; a cell that is not named here stays as it is.
    """

    column: str | None = None
    value: str | None = None
    prefix: str = ""
    names: dict[str, str] = {}

    def __post_init__(self) -> None:
        if (self.column is None) == (self.value is None):
            raise ValueError("name either a column or a value")


class TimePick(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """When it happened.

    Attributes:
        column: the column whose cell says so.
        format: `auto` (ISO-like, or epoch by its length), `epoch_s`, `epoch_ms`, `epoch_us`, or a
            pattern as `%d/%m/%Y %H:%M`.
        time_zone: of cells that do not say; by default the import's.
    """

    column: str
    format: str = "auto"
    time_zone: str | None = None


class AmountPick(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How much money it was about.

    Attributes:
        column: the column with the amount in major units, as `12.50`.
        times: a column to multiply it with, such as the quantity beside a price per piece.
    """

    column: str
    times: str | None = None


class PropertyPick(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A column that becomes a property.

    Attributes:
        column: the column.
        name: the property's name; by default the column's.
        type: `text`, `number` or `boolean`; by default what the column's values look like.
    """

    column: str
    name: str | None = None
    type: str | None = None


class ImportMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What each column of a table means for an event; the module tells how it is written."""

    event: Pick | None = None
    time: TimePick | None = None
    message_id: Pick | None = None
    user_id: Pick | None = None
    anonymous_id: Pick | None = None
    order_id: Pick | None = None
    product_id: Pick | None = None
    live_id: Pick | None = None
    amount: AmountPick | None = None
    currency: Pick | None = None
    properties: tuple[PropertyPick, ...] | str = EVERY_OTHER_COLUMN

    @property
    def is_complete(self) -> bool:
        """Whether it says what happened, when, and to whom."""
        who = self.user_id or self.anonymous_id
        return self.event is not None and self.time is not None and who is not None

    def columns(self) -> Iterator[str]:
        """The columns it names, properties apart."""
        for field in self.__struct_fields__:
            pick = getattr(self, field)
            if isinstance(pick, Pick | TimePick | AmountPick) and pick.column is not None:
                yield pick.column
            if isinstance(pick, AmountPick) and pick.times is not None:
                yield pick.times

    def id_columns(self) -> frozenset[str]:
        """The columns it takes identifiers from."""
        picks = (
            self.message_id, self.user_id, self.anonymous_id,
            self.order_id, self.product_id, self.live_id,
        )  # fmt: skip
        return frozenset(pick.column for pick in picks if pick is not None and pick.column)


_TEXT_STANDS_FOR_COLUMN = frozenset(ImportMapping.__struct_fields__) - {"properties"}


def parse_mapping(content: bytes) -> ImportMapping:
    """Reads a mapping from JSON.

    Raises:
        BrokenMapping: it is not one; the message names the place.
    """
    try:
        return mapping_of(msgspec.json.decode(content, type=dict[str, Any]))
    except msgspec.DecodeError as broken:
        raise BrokenMapping(f"the mapping is no JSON object: {broken}") from broken


def mapping_of(written: dict[str, Any]) -> ImportMapping:
    """Reads a mapping from decoded JSON.

    Raises:
        BrokenMapping: it is not one; the message names the place.
    """
    spelt = {
        name: {"column": value} if name in _TEXT_STANDS_FOR_COLUMN and isinstance(value, str)
        else value
        for name, value in written.items()
    }  # fmt: skip
    properties = spelt.get("properties", EVERY_OTHER_COLUMN)
    if isinstance(properties, list):
        spelt["properties"] = [
            {"column": each} if isinstance(each, str) else each for each in properties
        ]
    elif properties != EVERY_OTHER_COLUMN:
        raise BrokenMapping('properties is a list of columns, or "*" for every other one')
    try:
        return msgspec.convert(spelt, ImportMapping)
    except msgspec.ValidationError as broken:
        raise BrokenMapping(f"the mapping is malformed: {printable(str(broken))}") from broken
