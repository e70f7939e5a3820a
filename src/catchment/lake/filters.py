"""Filters: a small typed tree that says which events an analysis looks at.

A leaf compares one field with a value, a group joins leaves by all or any. It compiles to an Ibis
expression; no text of the asker's ever becomes SQL.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis

from catchment.lake.errors import UnfitFilter
from catchment.lake.fields import Field, as_number, as_text, parse_field

VALUES_MAX = 1_000
TREE_SIZE_MAX = 100

Scalar = str | int | float | bool


class Operator(StrEnum):
    """How a leaf compares.

    `not_equals` is also true of an event where the field is not set: "not from Shanghai" includes
    those of whom no city is known.
    """

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    CONTAINS = "contains"
    GREATER = "gt"
    AT_LEAST = "gte"
    LESS = "lt"
    AT_MOST = "lte"
    IS_SET = "is_set"
    IN = "in"


class Match(StrEnum):
    """Whether all parts of a group must hold, or one is enough."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Filter:
    """One comparison.

    Attributes:
        field: a column or a dotted path, see `lake.fields`.
        operator: how to compare.
        value: with what: a scalar; several for `in`; true or false for `is_set` (default true).
    """

    field: str
    operator: Operator
    value: Scalar | tuple[Scalar, ...] | None = None

    def __post_init__(self) -> None:
        parse_field(self.field)
        several = isinstance(self.value, tuple)
        if self.operator is Operator.IS_SET:
            fits = self.value is None or isinstance(self.value, bool)
        elif self.operator is Operator.IN:
            fits = isinstance(self.value, tuple) and 0 < len(self.value) <= VALUES_MAX
        elif self.operator is Operator.CONTAINS:
            fits = isinstance(self.value, str) and bool(self.value)
        elif self.operator in (Operator.EQUALS, Operator.NOT_EQUALS):
            fits = self.value is not None and not several
        else:
            fits = isinstance(self.value, str | int | float) and not isinstance(self.value, bool)
        if not fits:
            raise UnfitFilter(f"{self.field} {self.operator.value}: {self.value!r} does not suit")


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """Several filters joined; an empty group holds for every event."""

    match: Match
    filters: tuple["Filter | FilterGroup", ...] = ()


FilterTree = Filter | FilterGroup


def _size(tree: FilterTree) -> int:
    return 1 if isinstance(tree, Filter) else 1 + sum(map(_size, tree.filters))


def _equals(table: Any, field: Field, value: Scalar) -> Any:
    if isinstance(value, bool):
        return as_text(table, field) == ("true" if value else "false")
    if isinstance(value, int | float):
        return as_number(table, field) == value
    return as_text(table, field) == value


def _ordering(operator: Operator) -> Callable[[Any, Any], Any]:
    return {
        Operator.GREATER: lambda left, right: left > right,
        Operator.AT_LEAST: lambda left, right: left >= right,
        Operator.LESS: lambda left, right: left < right,
        Operator.AT_MOST: lambda left, right: left <= right,
    }[operator]


def _leaf(table: Any, leaf: Filter) -> Any:
    field, value = parse_field(leaf.field), leaf.value
    match leaf.operator:
        case Operator.IS_SET:
            present = as_text(table, field).notnull()
            return ~present if value is False else present
        case Operator.IN:
            values = value if isinstance(value, tuple) else ()
            return reduce(or_, (_equals(table, field, one) for one in values)).fill_null(False)  # noqa: FBT003  (Ibis takes it so)
        case Operator.CONTAINS:
            holds = as_text(table, field).contains(str(value))
        case Operator.EQUALS | Operator.NOT_EQUALS:
            holds = _equals(table, field, value)  # type: ignore[arg-type]
        case _:
            side = as_text if isinstance(value, str) else as_number
            holds = _ordering(leaf.operator)(side(table, field), value)
    holds = holds.fill_null(False)  # noqa: FBT003  (Ibis takes it so)
    return ~holds if leaf.operator is Operator.NOT_EQUALS else holds


def _compile(table: Any, tree: FilterTree) -> Any:
    if isinstance(tree, Filter):
        return _leaf(table, tree)
    if not tree.filters:
        return ibis.literal(True)  # noqa: FBT003  (Ibis takes it so)
    return reduce(
        and_ if tree.match is Match.ALL else or_,
        (_compile(table, part) for part in tree.filters),
    )


def predicate(table: Any, filters: Sequence[FilterTree]) -> Any:
    """An Ibis condition, never null, that holds where every one of the filters holds.

    Raises:
        UnfitFilter: the tree has more than `TREE_SIZE_MAX` parts.
    """
    if sum(map(_size, filters)) > TREE_SIZE_MAX:
        raise UnfitFilter(f"more than {TREE_SIZE_MAX} conditions in one filter")
    return _compile(table, FilterGroup(Match.ALL, tuple(filters)))
