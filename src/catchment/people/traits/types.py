"""The words of traits: types, the rules by which what several identifiers say becomes one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catchment.kernel import WorkspaceId
from catchment.people.facts import Aggregate, Condition, Measure, MeasureRefused
from catchment.people.traits.errors import TraitRefused

TRAITS_MAX = 500
LABEL_LENGTH_MAX = 100
NAME_LENGTH_MAX = 64

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LABEL = re.compile(r"[^\x00-\x1f\x7f]{1,100}")


class TraitType(StrEnum):
    """What a trait's values are.

    `MONEY` is in minor units of the measure's currency; `DATE` is an instant, ISO 8601 in UTC.
    """

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    LIST = "list"
    MONEY = "money"


class FieldRule(StrEnum):
    """Which of the values that were told of a person holds, over all their identifiers."""

    LAST = "last"
    FIRST = "first"
    MIN = "min"
    MAX = "max"
    SUM = "sum"
    MOST_FREQUENT = "most_frequent"
    UNION = "union"


_AGGREGATES = {
    FieldRule.LAST: Aggregate.LAST,
    FieldRule.FIRST: Aggregate.FIRST,
    FieldRule.MIN: Aggregate.MIN,
    FieldRule.MAX: Aggregate.MAX,
    FieldRule.SUM: Aggregate.SUM,
    FieldRule.MOST_FREQUENT: Aggregate.MOST_FREQUENT,
    FieldRule.UNION: Aggregate.UNIQUE,
}
IDENTIFIES = Condition(kind="identify")


@dataclass(frozen=True, slots=True)
class TraitSpec:
    """What an operator declares.

    Attributes:
        name: how rules name it.
        label_zh, label_en: what the console shows.
        type: what its values are.
        measure: how it is found.
        rule: of a declared trait, how what was told becomes one value; `None` for a computed one.
        field: of a declared trait, where in an `identify` event it stands.

    Raises:
        TraitRefused: the parts do not fit; with the place.
    """

    name: str
    label_zh: str
    label_en: str
    type: TraitType
    measure: Measure
    rule: FieldRule | None = None
    field: str | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise TraitRefused("/name", "A name is a-z, 0-9 and _, at most 64, a letter first.")
        for place in ("label_zh", "label_en"):
            if not _LABEL.fullmatch(getattr(self, place)):
                raise TraitRefused(f"/{place}", "A label has 1 to 100 characters.")
        fitting = fitting_types(self.measure)
        if self.type not in fitting:
            fit = ", ".join(fitting)
            raise TraitRefused(
                "/type", f"{self.measure.aggregate.value} gives no {self.type.value} but: {fit}."
            )

    @property
    def is_computed(self) -> bool:
        """Whether it is found by a measure of any kind rather than told by senders."""
        return self.rule is None


@dataclass(frozen=True, slots=True)
class Trait:
    """A trait that is kept.

    Attributes:
        workspace_id: whose.
        spec: what was declared.
        created_by, created_at: who, when.
        changed_at: when it was last changed.
    """

    workspace_id: WorkspaceId
    spec: TraitSpec
    created_by: str
    created_at: datetime
    changed_at: datetime


def declared_measure(field: str, rule: FieldRule, type_: TraitType) -> Measure:
    """The measure of a trait that senders tell.

    Args:
        field: where in an `identify` event it stands, as `traits.city`.
        rule: which of the told values holds.
        type_: what the values are.
    """
    is_number = type_ is TraitType.NUMBER and rule in (FieldRule.LAST, FieldRule.FIRST)
    return Measure(IDENTIFIES, _AGGREGATES[rule], field, is_number=is_number)


def placed(prefix: str, make: Callable[[], Measure]) -> Measure:
    """A measure that is part of a larger document: what is wrong is told with its place there.

    Args:
        prefix: the JSON pointer to the measure.
        make: makes it.

    Raises:
        TraitRefused: it cannot be made.
    """
    try:
        return make()
    except MeasureRefused as refused:
        raise TraitRefused(prefix + refused.pointer, refused.message) from refused


def fitting_types(measure: Measure) -> tuple[TraitType, ...]:
    """What a measure's answers can be."""
    if measure.answers_list:
        return (TraitType.LIST,)
    if measure.answers_text:
        return (TraitType.TEXT, TraitType.FLAG, TraitType.DATE, TraitType.LIST)
    if measure.aggregate in (Aggregate.FIRST_AT, Aggregate.LAST_AT):
        return (TraitType.DATE,)
    if measure.currency is not None:
        return (TraitType.MONEY,)
    return (TraitType.NUMBER,)
