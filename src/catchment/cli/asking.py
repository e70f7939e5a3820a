"""Reading what an analyst types: steps, instants and conditions."""

import csv
import re
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from catchment.analytics import Filter

_OPERATORS = {
    "!=": "not_equals", ">=": "gte", "<=": "lte", "=": "equals", ">": "gt", "<": "lt",
    "~": "contains",
}  # fmt: skip
_CONDITION = re.compile(r"^([^=<>!~]+?)\s*(!=|>=|<=|=|>|<|~)\s*(.*)$", re.DOTALL)


def read_steps(text: str) -> list[str]:
    """Names separated by commas; a name with a comma stands in double quotes."""
    return [name.strip() for name in next(csv.reader([text], skipinitialspace=True))]


def read_instant(text: str, zone: ZoneInfo) -> datetime:
    """A day or an instant; without an offset it is meant in the workspace's zone."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError as unreadable:
        raise typer.BadParameter(
            f"{text!r} is no instant: write 2026-03-01, 2026-03-01T20:00 or with +08:00"
        ) from unreadable
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)


def read_condition(text: str) -> "Filter":
    """A condition, as `category=tea`, `price>=10`, `context.page.path~checkout`."""
    from catchment.analytics import Filter, Operator  # noqa: PLC0415  (heavy)

    found = _CONDITION.match(text)
    if found is None:
        raise typer.BadParameter(f"{text!r} is no condition: write field=value, price>=10 or a~b")
    operator = Operator(_OPERATORS[found[2]])
    value: str | float = found[3].strip()
    if operator in {Operator.GREATER, Operator.AT_LEAST, Operator.LESS, Operator.AT_MOST}:
        try:
            value = float(value)
        except ValueError as unreadable:
            raise typer.BadParameter(f"{text!r} compares with no number") from unreadable
    return Filter(found[1].strip(), operator, value)
