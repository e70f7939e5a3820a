"""Places: where in an event's JSON an identifier stands, as `traits.phone`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catchment.people.identifiers.errors import PlaceMalformed
from catchment.people.identifiers.types import PLACE_LENGTH_MAX

COLUMNS = ("traits", "properties", "context")
DEPTH_MAX = 8

_NAME = re.compile(r"[^.\[\]\x00-\x1f\"\\]+")


@dataclass(frozen=True, slots=True)
class Place:
    """A column of the event and the names that lead inwards.

    Attributes:
        column: `traits`, `properties` or `context`.
        names: from the outside in; one at least.
    """

    column: str
    names: tuple[str, ...]

    @property
    def marker(self) -> str:
        """What the column's text must hold for anything to stand here."""
        return f'"{self.names[-1]}"'

    def value(self, columns: Mapping[str, Any]) -> Any:
        """What stands there in an event's decoded columns; `None` for nothing."""
        found = columns.get(self.column)
        for name in self.names:
            if not isinstance(found, dict):
                return None
            found = found.get(name)
        return found


def read_place(text: str) -> Place:
    """Reads a place.

    Raises:
        PlaceMalformed: it is none.
    """
    column, *names = text.split(".")
    if (
        column not in COLUMNS
        or not 1 <= len(names) <= DEPTH_MAX
        or len(text) > PLACE_LENGTH_MAX
        or not all(_NAME.fullmatch(name) for name in names)
    ):
        raise PlaceMalformed(f"{text[:64]!r} is no place in an event; write traits.phone")
    return Place(column, tuple(names))
