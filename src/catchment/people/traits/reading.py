"""What a trait says of people: the measure's answer, in the trait's own type."""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from catchment.kernel import instant_from_us
from catchment.people.facts import MeasureAnswer
from catchment.people.traits.types import TraitSpec, TraitType

Value = str | int | float | bool | list[str] | None


def trait_values(spec: TraitSpec, answer: MeasureAnswer) -> list[Value]:
    """One value per person of the answer, as JSON has it; none where nothing is known.

    Args:
        spec: the trait.
        answer: of the trait's measure.
    """
    if answer.texts is not None:
        return [_from_text(spec.type, text) for text in answer.texts.to_pylist()]
    numbers = [] if answer.numbers is None else answer.numbers.tolist()
    return [None if math.isnan(one) else _from_number(spec.type, one) for one in numbers]


def _from_number(type_: TraitType, number: float) -> Value:
    if type_ is TraitType.DATE:
        return _instant(instant_from_us(int(number)))
    return int(number) if number.is_integer() else number


def _from_text(type_: TraitType, told: Any) -> Value:
    if told is None:
        return None
    if type_ is TraitType.LIST:
        texts = [told] if isinstance(told, str) else told
        return sorted({one for text in texts for one in _items(text)})
    text = str(told)
    match type_:
        case TraitType.FLAG:
            return {"true": True, "1": True, "false": False, "0": False}.get(text.lower())
        case TraitType.DATE:
            return _date(text)
        case _:
            return text


def _items(text: str) -> Iterator[str]:
    """The items of a JSON list that a sender told; any other text is one item."""
    if text.startswith("["):
        try:
            told = json.loads(text)
        except ValueError:
            told = [text]
        yield from (one if isinstance(one, str) else json.dumps(one) for one in told)
    else:
        yield text


def _date(text: str) -> Value:
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _instant(told if told.tzinfo else told.replace(tzinfo=UTC))


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
