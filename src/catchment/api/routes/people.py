"""People: the list, one person's page, and what they did."""

import json
from typing import Annotated

from fastapi import APIRouter, Query

from catchment import access, people
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    CursorQuery,
    LimitQuery,
    PathId,
    PeopleReader,
)
from catchment.api.schemas import people as shapes
from catchment.api.schemas.shapes import EventNameText, Id, Instant, Line, PageAnswer

router = APIRouter(tags=["people"], route_class=DeskRoute)
PEOPLE = f"{WORKSPACE}/people"
PERSON = f"{PEOPLE}/{{person_id}}"

SearchQuery = Annotated[
    Line,
    Query(description="A person id, any identifier whole, or the beginning of a name."),
]
KindQuery = Annotated[str, Query(pattern=r"^[a-z][a-z0-9_]{0,31}$", examples=["phone"])]
ValueQuery = Annotated[
    str, Query(min_length=1, max_length=512, pattern=r"^[^\x00]*$", examples=["13812345678"])
]


@router.get(PEOPLE, operation_id="list_people")
def list_people(
    desk: PeopleReader,
    *,
    search: SearchQuery = "",
    order: people.PeopleOrder = people.PeopleOrder.LAST_SEEN,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> shapes.PeoplePage:
    """People, those seen last first, or by worth, or by how much they did."""
    ask = people.PeopleAsk(
        currency=_currency(desk), search=search, order=order, limit=limit, cursor=cursor
    )
    page = people.list_people(
        desk.services.people, desk.workspace_id, ask, at_us=desk.clock.now_us()
    )
    return shapes.PeoplePage(
        items=[_row(one) for one in page.items], total=page.total, next_cursor=page.next_cursor
    )


@router.get(f"{PEOPLE}/lookup", operation_id="lookup_person")
def lookup_person(desk: PeopleReader, *, kind: KindQuery, value: ValueQuery) -> shapes.PersonFound:
    """Who goes by an identifier."""
    found = people.lookup_person(desk.services.people, desk.workspace_id, kind, value)
    if found is None:
        raise people.NobodyThere
    return shapes.PersonFound(person=found)


@router.get(PERSON, operation_id="read_person")
def read_person(person_id: PathId, desk: PeopleReader) -> shapes.Person:
    """A person's page; an old id leads to the person of now."""
    profile = people.read_profile(
        desk.services.people, desk.workspace_id, person_id,
        people.list_traits(desk.reading, desk.workspace_id),
        currency=_currency(desk), at_us=desk.clock.now_us(),
    )  # fmt: skip
    return shapes.Person(
        person=profile.person,
        asked_id=profile.asked_id,
        name=profile.name,
        identifiers=[shapes.PersonIdentifier.model_validate(one) for one in profile.identifiers],
        traits=[shapes.TraitKnown.model_validate(one) for one in profile.traits],
        consent=[
            shapes.ConsentKnown(
                purpose=one.purpose, channel=one.channel, at=one.at,
                state="granted" if one.is_granted else "withdrawn",
            )
            for one in profile.consent
        ],
        sums=shapes.PersonSums.model_validate(profile.sums),
        sources=list(profile.sources),
    )  # fmt: skip


@router.get(f"{PERSON}/timeline", operation_id="read_timeline")
def read_timeline(
    person_id: PathId,
    desk: PeopleReader,
    *,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
    source: Annotated[Id | None, Query()] = None,
    event: Annotated[EventNameText | None, Query()] = None,
    kind: Annotated[people.DeedKind | None, Query()] = None,
    since: Annotated[Instant | None, Query()] = None,
    until: Annotated[Instant | None, Query()] = None,
) -> PageAnswer[shapes.TimelineEvent]:
    """What a person did over all sources, newest first."""
    ask = people.TimelineAsk(source, event, kind, since, until, limit, cursor)
    services = desk.services
    _, subjects = people.subjects_of_person(services.people, desk.workspace_id, person_id)
    page = people.read_timeline(services.engine, desk.workspace_id, subjects, ask)
    return PageAnswer(items=[_event(one) for one in page.items], next_cursor=page.next_cursor)


def _currency(desk: Desk) -> str:
    return access.get_workspace(desk.reading, desk.workspace_id).currency


def _row(one: people.PersonListed) -> shapes.PersonRow:
    sums = one.sums
    return shapes.PersonRow(
        person=one.person,
        name=one.name,
        identifiers=[shapes.MaskedIdentifier.model_validate(each) for each in one.identifiers],
        first_seen_at=sums.first_seen_at,
        last_seen_at=sums.last_seen_at,
        events=sums.events,
        orders=sums.orders,
        value_minor=sums.value_minor,
        currency=sums.currency,
        stage=None,
        tags=[],
    )


def _event(one: people.TimelineEvent) -> shapes.TimelineEvent:
    return shapes.TimelineEvent(
        event_key=one.event_key, time=one.time, name=one.name, kind=one.kind, call=one.call,
        source_id=one.source_id, subject=one.subject, message_id=one.message_id,
        properties=json.loads(one.properties), order_id=one.order_id, product_id=one.product_id,
        live_id=one.live_id, amount_minor=one.amount_minor, currency=one.currency,
    )  # fmt: skip
