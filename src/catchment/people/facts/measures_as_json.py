"""Measures as plain JSON: how they are kept in records and sent over the wire.

What is wrong is refused with its place, as a JSON pointer into the measure.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from catchment.kernel import CatchmentError, read_span
from catchment.lake import Filter, FilterGroup, FilterTree, Match, Operator
from catchment.people.facts.errors import MeasureRefused
from catchment.people.facts.types import Aggregate, Condition, Measure, plain_filter

DEPTH_MAX = 5
"""Groups within groups."""

_CONDITION = ("event", "kind", "filters")
_MEASURE = (
    "condition", "aggregate", "field", "window", "since", "until", "currency", "is_number",
)  # fmt: skip

_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))

Word = TypeVar("Word", bound=StrEnum)


def measure_json(measure: Measure) -> dict[str, Any]:
    """The measure as plain JSON; a window in its largest whole unit, as `36h`."""
    return {
        "condition": condition_json(measure.condition),
        "aggregate": measure.aggregate.value,
        "field": measure.field,
        "window": None if measure.window is None else _span(measure.window),
        "since": None if measure.since is None else measure.since.isoformat(),
        "until": None if measure.until is None else measure.until.isoformat(),
        "currency": measure.currency,
        "is_number": measure.is_number,
    }


def _span(window: timedelta) -> str:
    seconds = window // timedelta(seconds=1)
    unit, size = next(pair for pair in _UNITS if seconds % pair[1] == 0)
    return f"{seconds // size}{unit}"


def condition_json(condition: Condition) -> dict[str, Any]:
    """The condition as plain JSON."""
    return {
        "event": condition.event,
        "kind": condition.kind,
        "filters": [plain_filter(one) for one in condition.filters],
    }


def read_measure(document: object) -> Measure:
    """The measure that a JSON document (as Python values) says.

    Raises:
        MeasureRefused: it says none; with the place.
    """
    told = _object(document, "", _MEASURE)
    return Measure(
        condition=read_condition(told.get("condition"), "/condition"),
        aggregate=_word(Aggregate, told.get("aggregate"), "/aggregate"),
        field=_text(told.get("field"), "/field"),
        window=_window(told.get("window")),
        since=_instant(told.get("since"), "/since"),
        until=_instant(told.get("until"), "/until"),
        currency=_text(told.get("currency"), "/currency"),
        is_number=told.get("is_number") is True,
    )


def read_condition(document: object, place: str = "") -> Condition:
    """The condition that a JSON document says.

    Raises:
        MeasureRefused: it says none; with the place.
    """
    told = _object(document, place, _CONDITION)
    event, kind = _text(told.get("event"), f"{place}/event"), _text(told.get("kind"), place)
    filters = _filters(told.get("filters") or [], f"{place}/filters", 1)
    try:
        return Condition(event, kind, filters)
    except MeasureRefused as refused:
        raise MeasureRefused(place + refused.pointer, refused.message) from refused


def _filters(told: object, place: str, depth: int) -> tuple[FilterTree, ...]:
    if not isinstance(told, Sequence) or isinstance(told, str):
        raise MeasureRefused(place, "Filters are a list.")
    return tuple(_filter(one, f"{place}/{number}", depth) for number, one in enumerate(told))


def _filter(told: object, place: str, depth: int) -> FilterTree:
    if isinstance(told, Mapping) and "match" in told:
        if depth >= DEPTH_MAX:
            raise MeasureRefused(place, f"Groups lie at most {DEPTH_MAX} deep.")
        group = _object(told, place, ("match", "filters"))
        parts = _filters(group.get("filters") or [], f"{place}/filters", depth + 1)
        return FilterGroup(_word(Match, group.get("match"), f"{place}/match"), parts)
    leaf = _object(told, place, ("field", "operator", "value"))
    name = _text(leaf.get("field"), f"{place}/field")
    operator = _word(Operator, leaf.get("operator", "equals"), f"{place}/operator")
    value = leaf.get("value")
    if isinstance(value, list):
        value = tuple(value)
    if name == "person":
        raise MeasureRefused(f"{place}/field", "Who a person is, is no field of an event.")
    try:
        return Filter(name or "", operator, value)
    except CatchmentError as unfit:
        raise MeasureRefused(place, unfit.message) from unfit


def _object(told: object, place: str, keys: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise MeasureRefused(place, "An object is needed here.")
    for key in told:
        if key not in keys:
            raise MeasureRefused(f"{place}/{key}", f"There is no {str(key)[:40]!r} here.")
    return told


def _word(words: type[Word], told: object, place: str) -> Word:
    try:
        return words(str(told))
    except ValueError as unknown:
        known = ", ".join(words)
        raise MeasureRefused(place, f"{told!r} is none of: {known}.") from unknown


def _text(told: object, place: str) -> str | None:
    if told is None or (isinstance(told, str) and told):
        return told
    raise MeasureRefused(place, "A text is needed here.")


def _window(told: object) -> timedelta | None:
    text = _text(told, "/window")
    try:
        return None if text is None else read_span(text)
    except CatchmentError as malformed:
        raise MeasureRefused("/window", malformed.message) from malformed


def _instant(told: object, place: str) -> datetime | None:
    if told is None or isinstance(told, datetime):
        return told
    try:
        return datetime.fromisoformat(_text(told, place) or "")
    except ValueError as malformed:
        raise MeasureRefused(place, f"{told!r} is no instant.") from malformed
