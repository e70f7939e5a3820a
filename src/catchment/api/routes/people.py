"""People: the list, one person's page, and what they did."""

import json
from collections.abc import Sequence
from functools import reduce
from typing import Annotated

import numpy as np
import numpy.typing as npt
from fastapi import APIRouter, Query

from catchment import access, audiences, people
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.routes.lookups import note_lookup, note_named, note_search
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

Nodes = npt.NDArray[np.int32]

SearchQuery = Annotated[
    Line,
    Query(description="A person id, any identifier whole, or a name whole."),
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
    stage: Annotated[people.Stage | None, Query()] = None,
    tag: Annotated[Id | None, Query(description="The id of a tag they have.")] = None,
    audience: Annotated[Id | None, Query(description="The id of an audience they are in.")] = None,
    order: people.PeopleOrder = people.PeopleOrder.LAST_SEEN,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> shapes.PeoplePage:
    """People, those seen last first, or by worth, or by how much they did."""
    note_search(desk, search)
    at_us = desk.clock.now_us()
    among = _among(desk, stage, tag, audience, at_us)
    ask = people.PeopleAsk(
        currency=_currency(desk), search=search, among=among, order=order, limit=limit,
        cursor=cursor,
    )  # fmt: skip
    page = people.list_people(desk.services.people, desk.workspace_id, ask, at_us=at_us)
    note_named(desk, search, page.named)
    return shapes.PeoplePage(
        items=_rows(desk, page.items, at_us), total=page.total, next_cursor=page.next_cursor
    )


@router.get(f"{PEOPLE}/lookup", operation_id="lookup_person")
def lookup_person(desk: PeopleReader, *, kind: KindQuery, value: ValueQuery) -> shapes.PersonFound:
    """Who goes by an identifier."""
    note_lookup(desk, kind, value)
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
                purpose=one.purpose, channel=one.channel, at=one.at, state=one.state.value
            )
            for one in people.consent_standing(desk.reading, desk.workspace_id, profile.subjects)
        ],
        automated_decisions=people.is_automation_allowed(
            desk.reading, desk.workspace_id, profile.subjects
        ),
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


def _among(
    desk: Desk, stage: people.Stage | None, tag: str | None, audience: str | None, at_us: int
) -> Nodes | None:
    """The people who are all that is asked, as nodes; `None` where nothing is."""
    view = desk.services.people.identity.reading(desk.workspace_id)
    chosen: list[Nodes] = []
    if tag is not None:
        chosen.append(people.tag_holders(desk.reading, desk.workspace_id, tag, view))
    if audience is not None:
        found = audiences.get_audience(desk.reading, desk.workspace_id, audience)
        members = desk.services.audiences.members.read(found, view)
        # Whoever was forgotten since the last step is in the files yet, and is nobody any more.
        chosen.append(np.intersect1d(np.flatnonzero(members).astype(np.int32), view.persons()))
    if stage is not None:
        standing = _stages(desk, at_us, reduce(np.intersect1d, chosen) if chosen else None)
        chosen.append(standing.persons[standing.codes == people.STAGES.index(stage)])
    return reduce(np.intersect1d, chosen) if chosen else None


def _stages(desk: Desk, at_us: int, persons: Nodes | None) -> people.Standing:
    rules = people.life_cycle_rules(desk.reading, desk.workspace_id)
    view = desk.services.people.identity.reading(desk.workspace_id)
    return people.stage_of(
        desk.services.facts, desk.workspace_id, rules, at_us=at_us, persons=persons
    ).without(people.refusing_people(desk.reading, desk.workspace_id, view))


def _rows(desk: Desk, listed: Sequence[people.PersonListed], at_us: int) -> list[shapes.PersonRow]:
    """The rows with what is known of the people besides: their stages and tags."""
    if not listed:
        return []
    standing = _stages(desk, at_us, np.array([one.node for one in listed], np.int32))
    worn = people.tags_of_each(
        desk.reading,
        desk.workspace_id,
        [[each.subject for each in one.identifiers] for one in listed],
    )
    known = {one.tag.id: one.tag for one in people.list_tags(desk.reading, desk.workspace_id)}
    locked = {
        group.id
        for group in people.list_tag_groups(desk.reading, desk.workspace_id)
        if group.is_locked
    }
    return [
        _row(
            one,
            None if code < 0 else str(standing.words[code]),
            [
                shapes.TagWorn(
                    id=each.tag_id,
                    name=known[each.tag_id].name,
                    is_locked=each.group_id in locked,
                )
                for each in tags
                if each.tag_id in known
            ],
        )
        for one, code, tags in zip(listed, standing.codes.tolist(), worn, strict=True)
    ]


def _row(
    one: people.PersonListed, stage: str | None, tags: list[shapes.TagWorn]
) -> shapes.PersonRow:
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
        stage=stage,
        tags=tags,
    )


def _event(one: people.TimelineEvent) -> shapes.TimelineEvent:
    return shapes.TimelineEvent(
        event_key=one.event_key, time=one.time, name=one.name, kind=one.kind, call=one.call,
        source_id=one.source_id, subject=one.subject, message_id=one.message_id,
        properties=json.loads(one.properties), order_id=one.order_id, product_id=one.product_id,
        live_id=one.live_id, amount_minor=one.amount_minor, currency=one.currency,
        trust=one.trust,
    )  # fmt: skip
