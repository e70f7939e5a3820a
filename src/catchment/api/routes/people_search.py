"""Searching people with what must not stand in an address: names and identifiers."""

from fastapi import APIRouter

from catchment.api.at_the_desk import DeskRoute
from catchment.api.routes.paths import PeopleReader
from catchment.api.routes.people import PEOPLE, list_people
from catchment.api.schemas import people as shapes

router = APIRouter(tags=["people"], route_class=DeskRoute)


@router.post(f"{PEOPLE}/search", operation_id="search_people")
def search_people(ask: shapes.PeopleSearchAsk, desk: PeopleReader) -> shapes.PeoplePage:
    """People as the list shows them; what is looked for stands in the body, not in the address."""
    return list_people(
        desk, search=ask.search, stage=ask.stage, tag=ask.tag, audience=ask.audience,
        order=ask.order, limit=ask.limit, cursor=ask.cursor,
    )  # fmt: skip
