"""People in answers of the interest graph, called as the list of people calls them."""

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel

from catchment import people
from catchment.api.desk import Desk
from catchment.api.schemas.interests import InterestItem

Shape = TypeVar("Shape", bound=BaseModel)


def with_names(desk: Desk, answer: Shape) -> Shape:
    """The answer, with the name of every person in it whose name is known.

    The graph holds subjects alone; names are looked up for those who are shown.
    """
    persons = sorted(set(_persons_in(answer)))
    at_us = desk.services.clock.now_us()
    names = people.names_of(desk.services.people, desk.workspace_id, persons, at_us=at_us)
    named: Shape = _named(answer, names)
    return named


def _persons_in(part: Any) -> Iterator[str]:
    if isinstance(part, InterestItem):
        if part.kind == "person":
            yield part.id
    elif isinstance(part, BaseModel):
        for _, value in part:
            yield from _persons_in(value)
    elif isinstance(part, list):
        for one in part:
            yield from _persons_in(one)


def _named(part: Any, names: dict[str, str]) -> Any:
    if isinstance(part, InterestItem):
        is_known = part.kind == "person" and part.id in names
        return part.model_copy(update={"name": names[part.id]}) if is_known else part
    if isinstance(part, BaseModel):
        return part.model_copy(update={name: _named(value, names) for name, value in part})
    return [_named(one, names) for one in part] if isinstance(part, list) else part
