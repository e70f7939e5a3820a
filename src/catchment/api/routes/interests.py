"""Knowing: the interest graph, asked and walked."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from catchment import people
from catchment.api.at_the_desk import DeskRoute
from catchment.api.routes.paths import WORKSPACE, PathId, PeopleReader
from catchment.api.routes.people_named import with_names
from catchment.api.schemas import interests as shapes
from catchment.api.schemas.shapes import Line
from catchment.people import InterestAnswer, InterestItem, InterestKind, read_interest_kind

router = APIRouter(tags=["people"], route_class=DeskRoute)
INTERESTS = f"{WORKSPACE}/interests"

ITEM = f"{INTERESTS}/{{item_kind}}/{{item_id:path}}"

ITEM_ID_MAX = 200
LIST_MAX = 100
LIST_DEFAULT = 10

# A topic may hold a slash, so the id is a path and not a segment of one.
ItemPath = Annotated[str, Path(max_length=ITEM_ID_MAX, examples=["skincare"])]
KindPath = Annotated[str, Path(max_length=ITEM_ID_MAX, examples=["topic"])]
KindQuery = Annotated[shapes.InterestKindName | None, Query(description="Only of this kind.")]
MostQuery = Annotated[int, Query(ge=1, le=LIST_MAX, description="Entries of a list.")]
TextQuery = Annotated[Line, Query(description="Held by the id or the name, capitals or not.")]
_END = "A kind and an id with a colon between, as `topic:skincare`."
FromQuery = Annotated[Line, Query(alias="from", description=_END, examples=["topic:skincare"])]
ToQuery = Annotated[Line, Query(description=_END, examples=["brand:Bailu"])]


@router.get(INTERESTS, operation_id="search_interests")
def search_interests(
    desk: PeopleReader, q: TextQuery = "", kind: KindQuery = None, limit: MostQuery = LIST_DEFAULT
) -> shapes.InterestItemsAnswer:
    """How large the interest graph is, and items by their name; the best connected without one."""
    asked = None if kind is None else InterestKind(kind)
    found = desk.services.interests.search(desk.workspace_id, q, kind=asked, limit=limit)
    answer = shapes.InterestItemsAnswer(
        counts=[
            shapes.InterestCount(kind=one.value, count=count) for one, count in found.counts.items()
        ],
        edges=found.edges,
        items=[shapes.InterestItem.model_validate(item) for item in found.items],
        as_of=found.as_of,
        half_life_days=found.half_life_days,
    )
    return with_names(desk, answer)


@router.get(f"{INTERESTS}/path", operation_id="read_interest_paths")
def read_interest_paths(
    desk: PeopleReader, start: FromQuery, to: ToQuery
) -> shapes.InterestPathsAnswer:
    """The paths that explain why two items belong together, with the events behind each step."""
    found = desk.services.interests.paths(desk.workspace_id, _end(start), _end(to))
    answer = shapes.InterestPathsAnswer(
        **_passport(found),
        item=_item(found.item),
        paths=[shapes.InterestPath.model_validate(path) for path in found.answer],
    )
    return with_names(desk, answer)


@router.get(
    f"{INTERESTS}/{{item_kind}}/{{item_id:path}}/neighbours", operation_id="list_neighbours"
)
def list_neighbours(
    desk: PeopleReader,
    item_kind: KindPath,
    item_id: ItemPath,
    of: KindQuery = None,
    limit: MostQuery = LIST_DEFAULT,
) -> shapes.InterestNeighboursAnswer:
    """What stands next to an item in the interest graph."""
    found = desk.services.interests.neighbours(
        desk.workspace_id,
        read_interest_kind(item_kind),
        item_id,
        of_kind=None if of is None else InterestKind(of),
        limit=limit,
    )
    answer = shapes.InterestNeighboursAnswer(
        **_passport(found),
        item=_item(found.item),
        neighbours=[shapes.InterestNeighbour.model_validate(one) for one in found.answer],
    )
    return with_names(desk, answer)


@router.get(f"{ITEM}/people", operation_id="list_who_cares")
def list_who_cares(
    desk: PeopleReader, item_kind: KindPath, item_id: ItemPath, limit: MostQuery = LIST_DEFAULT
) -> shapes.InterestPeopleAnswer:
    """The people who care most about an item."""
    found = desk.services.interests.who_cares(
        desk.workspace_id, read_interest_kind(item_kind), item_id, limit=limit
    )
    answer = shapes.InterestPeopleAnswer(
        **_passport(found),
        item=_item(found.item),
        people=[shapes.InterestScored.model_validate(one) for one in found.answer],
    )
    return with_names(desk, answer)


@router.get(f"{WORKSPACE}/people/{{person_id}}/interests", operation_id="read_person_interests")
def read_person_interests(
    desk: PeopleReader, person_id: PathId, kind: KindQuery = None, limit: MostQuery = LIST_DEFAULT
) -> shapes.PersonInterestsAnswer:
    """What a person cares about, by kind, each with the path that explains it."""
    kinds = people.INTEREST_KINDS if kind is None else (InterestKind(kind),)
    _, _, present = people.resolve_person(desk.services.people, desk.workspace_id, person_id)
    found = desk.services.interests.of_person(desk.workspace_id, present, kinds=kinds, limit=limit)
    answer = shapes.PersonInterestsAnswer(
        **_passport(found),
        person=_item(found.item),
        kinds=[
            shapes.InterestsOfKind(
                kind=one.value,
                items=[shapes.InterestScored.model_validate(scored) for scored in items],
            )
            for one, items in found.answer.items()
        ],
    )
    return with_names(desk, answer)


@router.get(f"{WORKSPACE}/people/{{person_id}}/alike", operation_id="list_people_alike")
def list_people_alike(
    desk: PeopleReader, person_id: PathId, limit: MostQuery = LIST_DEFAULT
) -> shapes.InterestPeopleAnswer:
    """People who care about the same things, each with the path that explains it."""
    _, _, present = people.resolve_person(desk.services.people, desk.workspace_id, person_id)
    found = desk.services.interests.alike(desk.workspace_id, present, limit=limit)
    answer = shapes.InterestPeopleAnswer(
        **_passport(found),
        item=_item(found.item),
        people=[shapes.InterestScored.model_validate(one) for one in found.answer],
    )
    return with_names(desk, answer)


def _end(text: str) -> tuple[InterestKind, str]:
    kind, _, item_id = text.partition(":")
    return read_interest_kind(kind), item_id


def _item(item: InterestItem) -> shapes.InterestItem:
    return shapes.InterestItem.model_validate(item)


def _passport(found: InterestAnswer[Any]) -> dict[str, Any]:
    return {
        "as_of": found.as_of,
        "position": found.position,
        "half_life_days": found.half_life_days,
    }
