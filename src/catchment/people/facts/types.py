"""What is asked about people's events: *conditions*, and *measures* taken over their occurrences.

A condition chooses events; an event that fits is an *occurrence* of it. A measure is one number,
text or list per person, taken over a condition's occurrences up to an instant. It is a pure
function of the person's timeline and that instant, so it can be asked of any instant, and says
itself when time alone will change its answer.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.events import NAME_LENGTH_MAX, EventKind
from catchment.kernel import UnknownCurrency, currency_exponent, us_from_instant
from catchment.lake import (
    Filter,
    FilterGroup,
    FilterTree,
    Operator,
    UnreadableField,
    parse_field,
)
from catchment.people.facts.errors import MeasureRefused

NEVER = int(np.iinfo(np.int64).max)
"""The instant that never comes, in microseconds: time alone changes nothing."""

WINDOW_MAX = timedelta(days=3_660)
"""Ten years: a longer window is no window."""

FILTERS_MAX = 20
LIST_MAX = 1_000
"""Values of a list that a measure brings back; the earliest in the order of text."""

AMOUNT = "amount_minor"

Nodes = npt.NDArray[np.int32]
Micros = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Condition:
    """Which events are meant.

    Attributes:
        event: the event's name; any when not given.
        kind: the call it came in by, a value of `EventKind`; any when not given.
        filters: all of which must hold.

    Raises:
        MeasureRefused: a name, a kind or the number of filters cannot be.
    """

    event: str | None = None
    kind: str | None = None
    filters: tuple[FilterTree, ...] = ()

    def __post_init__(self) -> None:
        if self.event is not None and not 0 < len(self.event) <= NAME_LENGTH_MAX:
            raise MeasureRefused("/event", "An event's name has 1 to 256 characters.")
        if self.kind is not None and self.kind not in set(EventKind):
            kinds = ", ".join(EventKind)
            raise MeasureRefused("/kind", f"{self.kind!r} is no kind of event; there is: {kinds}.")
        if len(self.filters) > FILTERS_MAX:
            raise MeasureRefused("/filters", f"There are more than {FILTERS_MAX} filters.")

    @property
    def key(self) -> str:
        """The same for conditions that are written the same, on every machine."""
        return _key(
            [self.event, self.kind, sorted(json.dumps(plain_filter(one)) for one in self.filters)]
        )


class Aggregate(StrEnum):
    """How a measure sums up the occurrences.

    The instants `FIRST_AT` and `LAST_AT` are numbers: microseconds since 1970. `DAYS_SINCE_…` are
    whole days of 24 hours that have passed; `ACTIVE_DAYS` are different days of the workspace's
    calendar. `DISTINCT` counts different values, `UNIQUE` lists them. `MOST_FREQUENT` prefers, of
    values as frequent, the one seen last.
    """

    COUNT = "count"
    SUM = "sum"
    AVERAGE = "average"
    MIN = "min"
    MAX = "max"
    FIRST = "first"
    LAST = "last"
    MOST_FREQUENT = "most_frequent"
    UNIQUE = "unique"
    DISTINCT = "distinct"
    DAYS_SINCE_LAST = "days_since_last"
    DAYS_SINCE_FIRST = "days_since_first"
    FIRST_AT = "first_at"
    LAST_AT = "last_at"
    ACTIVE_DAYS = "active_days"


OF_TIMES = frozenset(
    {
        Aggregate.COUNT,
        Aggregate.DAYS_SINCE_LAST,
        Aggregate.DAYS_SINCE_FIRST,
        Aggregate.FIRST_AT,
        Aggregate.LAST_AT,
        Aggregate.ACTIVE_DAYS,
    }
)
"""Aggregates that look at when, and take no field."""

OF_NUMBERS = frozenset({Aggregate.SUM, Aggregate.AVERAGE, Aggregate.MIN, Aggregate.MAX})
OF_TEXTS = frozenset({Aggregate.MOST_FREQUENT, Aggregate.UNIQUE, Aggregate.DISTINCT})
OF_EITHER = frozenset({Aggregate.FIRST, Aggregate.LAST})
"""Text, unless the measure says that it is a number."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What the book keeps of the events: a condition's occurrences, with a field's value or not.

    Attributes:
        condition: which events.
        field: whose value is kept; events where it is not set are no occurrences then.
        is_number: the value is read as a number; events where it is none are left out.
    """

    condition: Condition
    field: str | None = None
    is_number: bool = False

    @property
    def key(self) -> str:
        """The same for the same fact, on every machine."""
        return _key([self.condition.key, self.field, self.is_number])


@dataclass(frozen=True, slots=True)
class Measure:
    """One answer per person.

    An occurrence counts at an instant when it has happened (`time <= at`), is inside the rolling
    window (`time > at - window`), and lies in the fixed span (`since <= time < until`).

    Attributes:
        condition: which events.
        aggregate: how they are summed up.
        field: of which field; see `OF_TIMES` for those that take none.
        window: how far back from the instant asked about; all time when not given.
        since: from this instant.
        until: before this instant.
        currency: the money's, when the field is `amount_minor`: sums of two are never added.
        is_number: `FIRST` and `LAST` of a number rather than of text.

    Raises:
        MeasureRefused: the parts do not fit together; with the place.
    """

    condition: Condition
    aggregate: Aggregate
    field: str | None = None
    window: timedelta | None = None
    since: datetime | None = None
    until: datetime | None = None
    currency: str | None = None
    is_number: bool = False

    def __post_init__(self) -> None:
        self._check_field()
        if self.window is not None and not timedelta(0) < self.window <= WINDOW_MAX:
            raise MeasureRefused("/window", f"A window has up to {WINDOW_MAX.days} days.")
        if self.window is not None and self.window.microseconds:
            raise MeasureRefused("/window", "A window has whole seconds.")
        for name in ("since", "until"):
            instant = getattr(self, name)
            if instant is not None and instant.tzinfo is None:
                raise MeasureRefused(f"/{name}", "An instant needs its offset.")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise MeasureRefused("/until", "The span ends before it begins.")
        if self.is_number and self.aggregate not in OF_EITHER:
            raise MeasureRefused("/is_number", "Only first and last may be either.")

    def _check_field(self) -> None:
        if self.aggregate in OF_TIMES:
            if self.field is not None:
                raise MeasureRefused("/field", f"{self.aggregate.value} takes no field.")
        elif self.field is None:
            raise MeasureRefused("/field", f"{self.aggregate.value} needs a field.")
        else:
            try:
                parse_field(self.field)
            except UnreadableField as broken:
                raise MeasureRefused("/field", broken.message) from broken
            if self.field == "person":
                raise MeasureRefused("/field", "Who a person is, is no field of an event.")
        if self.field == AMOUNT and self.aggregate in OF_NUMBERS | OF_EITHER:
            if self.currency is None:
                raise MeasureRefused("/currency", "Money is measured in one currency; name it.")
            try:
                currency_exponent(self.currency)
            except UnknownCurrency as unknown:
                raise MeasureRefused("/currency", unknown.message) from unknown
        elif self.currency is not None:
            raise MeasureRefused("/currency", f"Only {AMOUNT} is money.")

    @property
    def reads_number(self) -> bool:
        """Whether the field is read as a number."""
        return self.aggregate in OF_NUMBERS or self.is_number

    @property
    def answers_text(self) -> bool:
        """Whether the answer is text rather than a number."""
        return (self.aggregate in OF_EITHER and not self.is_number) or (
            self.aggregate is Aggregate.MOST_FREQUENT
        )

    @property
    def answers_list(self) -> bool:
        """Whether the answer is a list of texts."""
        return self.aggregate is Aggregate.UNIQUE

    @property
    def answers_number(self) -> bool:
        """Whether the answer is a number."""
        return not self.answers_text and not self.answers_list

    @property
    def fact(self) -> Fact:
        """What must be known of the events to answer."""
        condition = self.condition
        if self.currency is not None:
            only = Filter("currency", Operator.EQUALS, self.currency)
            condition = replace(condition, filters=(*condition.filters, only))
        if self.field is None:
            return Fact(condition)
        return Fact(condition, self.field, self.reads_number)

    @property
    def key(self) -> str:
        """The same for the same measure, on every machine."""
        return _key(
            [
                self.fact.key,
                self.aggregate.value,
                None if self.window is None else self.window // timedelta(microseconds=1),
                None if self.since is None else us_from_instant(self.since),
                None if self.until is None else us_from_instant(self.until),
            ]
        )


@dataclass(frozen=True, slots=True)
class MeasureAnswer:
    """A measure of some people at an instant.

    Attributes:
        persons: nodes that name a person, as they were asked for, or all in rising order.
        numbers: one per person, NaN for no value; `None` where the answer is no number. No
            occurrence at all gives 0 for a count or a sum, and no value for the rest.
        texts: text or lists of text, one per person, null for no value; `None` for numbers.
        changes_us: one per person: before this instant time alone changes nothing; then an
            occurrence leaves or enters, or a day has passed. `NEVER` when it cannot.
    """

    persons: Nodes
    numbers: Numbers | None
    texts: pa.Array | None
    changes_us: Micros


@dataclass(frozen=True, slots=True)
class Occurrences:
    """A fact's occurrences, each person's in order of time.

    Attributes:
        persons: as they were asked for.
        offsets: int64, one more than persons; person `i` owns `offsets[i]:offsets[i + 1]`.
        time_us: rising within a person; ties in the order of event keys where a value is kept.
        numbers: the values, where the fact keeps numbers.
        texts: the values, where the fact keeps text.
    """

    persons: Nodes
    offsets: Micros
    time_us: Micros
    numbers: Numbers | None = None
    texts: pa.Array | None = None


@dataclass(frozen=True, slots=True)
class FactsChange:
    """What a catching-up brought.

    Attributes:
        position: the log position that the book has reached.
        nodes: those with a new occurrence of anything that is kept, each once, rising.
        occurrences: how many there were.
    """

    position: int
    nodes: Nodes = field(default_factory=lambda: np.zeros(0, np.int32))
    occurrences: int = 0


def plain_filter(tree: FilterTree) -> dict[str, Any]:
    """A filter as plain JSON, which `read_filter` understands."""
    if isinstance(tree, FilterGroup):
        return {"match": tree.match.value, "filters": [plain_filter(one) for one in tree.filters]}
    value = list(tree.value) if isinstance(tree.value, tuple) else tree.value
    return {"field": tree.field, "operator": tree.operator.value, "value": value}


def _key(parts: Sequence[object]) -> str:
    text = json.dumps(parts, separators=(",", ":"), ensure_ascii=True)
    return blake2b(text.encode(), digest_size=12).hexdigest()
