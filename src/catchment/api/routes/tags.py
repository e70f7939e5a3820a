"""Tags: groups of them, the tags, giving and taking, and the log."""

from collections.abc import Sequence

from fastapi import APIRouter

from catchment import people
from catchment.api.at_the_desk import DeskRoute
from catchment.api.desk import Desk
from catchment.api.routes.paths import (
    LIMIT_DEFAULT,
    WORKSPACE,
    CursorQuery,
    LimitQuery,
    PathId,
    PeopleReader,
    PeopleWriter,
)
from catchment.api.schemas import tags as shapes
from catchment.api.schemas.shapes import ItemsAnswer, PageAnswer

router = APIRouter(tags=["people"], route_class=DeskRoute)
GROUPS = f"{WORKSPACE}/tag-groups"
GROUP = f"{GROUPS}/{{tag_group_id}}"
TAGS = f"{WORKSPACE}/tags"
TAG = f"{TAGS}/{{tag_id}}"
PERSON_TAGS = f"{WORKSPACE}/people/{{person_id}}/tags"
PERSON_LOG_LINES = 50


@router.get(GROUPS, operation_id="list_tag_groups")
def list_tag_groups(desk: PeopleReader) -> ItemsAnswer[shapes.TagGroup]:
    """Every group of tags, the oldest first."""
    found = people.list_tag_groups(desk.reading, desk.workspace_id)
    return ItemsAnswer(items=[shapes.TagGroup.model_validate(group) for group in found])


@router.post(GROUPS, operation_id="create_tag_group", status_code=201)
def create_tag_group(new: shapes.TagGroupNew, desk: PeopleWriter) -> shapes.TagGroup:
    """Makes a group of tags."""
    made = people.create_tag_group(
        desk.work, desk.workspace_id, new.name,
        is_exclusive=new.is_exclusive, is_locked=new.is_locked, change=_change(desk),
    )  # fmt: skip
    return shapes.TagGroup.model_validate(made)


@router.patch(GROUP, operation_id="change_tag_group")
def change_tag_group(
    tag_group_id: PathId, change: shapes.TagGroupChange, desk: PeopleWriter
) -> shapes.TagGroup:
    """Renames a group or changes its rules; nobody loses a tag by it."""
    changed = people.change_tag_group(
        desk.work, desk.workspace_id, tag_group_id, change=_change(desk),
        name=change.name, is_exclusive=change.is_exclusive, is_locked=change.is_locked,
    )  # fmt: skip
    return shapes.TagGroup.model_validate(changed)


@router.delete(GROUP, operation_id="delete_tag_group", status_code=204)
def delete_tag_group(tag_group_id: PathId, desk: PeopleWriter) -> None:
    """Takes an empty group off the list."""
    people.delete_tag_group(desk.work, desk.workspace_id, tag_group_id, change=_change(desk))


@router.get(TAGS, operation_id="list_tags")
def list_tags(desk: PeopleReader) -> ItemsAnswer[shapes.Tag]:
    """Every tag, the oldest first, with how many have it."""
    found = people.list_tags(desk.reading, desk.workspace_id)
    return ItemsAnswer(items=[_tag(one) for one in found])


@router.post(TAGS, operation_id="create_tag", status_code=201)
def create_tag(new: shapes.TagNew, desk: PeopleWriter) -> shapes.Tag:
    """Makes a tag in a group."""
    made = people.create_tag(
        desk.work, desk.workspace_id, new.group_id, new.name, change=_change(desk)
    )
    return _tag(people.TagCount(made, 0, 0))


@router.get(TAG, operation_id="read_tag")
def read_tag(tag_id: PathId, desk: PeopleReader) -> shapes.Tag:
    """One tag, and what deleting it would take away."""
    return _tag(people.count_tag(desk.reading, desk.workspace_id, tag_id))


@router.patch(TAG, operation_id="rename_tag")
def rename_tag(tag_id: PathId, change: shapes.TagChange, desk: PeopleWriter) -> shapes.Tag:
    """Gives a tag another name; who has it keeps it."""
    renamed = people.rename_tag(
        desk.work, desk.workspace_id, tag_id, change.name, change=_change(desk)
    )
    return _tag(renamed)


@router.delete(TAG, operation_id="delete_tag")
def delete_tag(tag_id: PathId, desk: PeopleWriter) -> shapes.Tag:
    """Takes a tag off the list and off everyone who has it; answers what was taken away."""
    return _tag(people.delete_tag(desk.work, desk.workspace_id, tag_id, change=_change(desk)))


@router.post(f"{TAG}/people", operation_id="give_tag_to_people")
def give_tag_to_people(
    tag_id: PathId, ask: shapes.PeopleTagAsk, desk: PeopleWriter
) -> shapes.TagsDone:
    """Gives a tag to many at once."""
    done = people.give_tag(
        desk.work, desk.workspace_id, tag_id, _members(desk, ask.people),
        change=_change(desk, ask.reason),
    )  # fmt: skip
    return shapes.TagsDone(people=done)


@router.post(f"{TAG}/people/take", operation_id="take_tag_from_people")
def take_tag_from_people(
    tag_id: PathId, ask: shapes.PeopleTagAsk, desk: PeopleWriter
) -> shapes.TagsDone:
    """Takes a tag from many at once."""
    done = people.take_tag(
        desk.work, desk.workspace_id, tag_id, _members(desk, ask.people),
        change=_change(desk, ask.reason),
    )  # fmt: skip
    return shapes.TagsDone(people=done)


@router.get(f"{TAG}/log", operation_id="list_tag_log")
def list_tag_log(
    tag_id: PathId,
    desk: PeopleReader,
    limit: LimitQuery = LIMIT_DEFAULT,
    cursor: CursorQuery = None,
) -> PageAnswer[shapes.TagLogLine]:
    """What was done with a tag, the newest first."""
    people.count_tag(desk.reading, desk.workspace_id, tag_id)
    page = people.tag_log(
        desk.reading, desk.workspace_id, tag_id=tag_id, limit=limit, cursor=cursor
    )
    items = [shapes.TagLogLine.model_validate(line) for line in page.items]
    return PageAnswer(items=items, next_cursor=page.next_cursor)


@router.get(PERSON_TAGS, operation_id="read_person_tags")
def read_person_tags(
    person_id: PathId, desk: PeopleReader, cursor: CursorQuery = None
) -> shapes.PersonTags:
    """A person's tags, and what was done with them, the newest first."""
    return _person_tags(desk, _members(desk, [person_id])[0], cursor)


@router.post(PERSON_TAGS, operation_id="give_person_tag")
def give_person_tag(
    person_id: PathId, ask: shapes.PersonTagAsk, desk: PeopleWriter
) -> shapes.PersonTags:
    """Gives a person a tag."""
    members = _members(desk, [person_id])
    people.give_tag(
        desk.work, desk.workspace_id, ask.tag_id, members, change=_change(desk, ask.reason)
    )
    return _person_tags(desk, members[0], None)


@router.delete(f"{PERSON_TAGS}/{{tag_id}}", operation_id="take_person_tag")
def take_person_tag(person_id: PathId, tag_id: PathId, desk: PeopleWriter) -> shapes.PersonTags:
    """Takes a tag from a person, whichever of their identifiers has it."""
    members = _members(desk, [person_id])
    people.take_tag(desk.work, desk.workspace_id, tag_id, members, change=_change(desk))
    return _person_tags(desk, members[0], None)


def _members(desk: Desk, persons: Sequence[str]) -> list[people.Members]:
    identity = desk.services.people.identity.reading(desk.workspace_id)
    return people.members_of_each(identity, persons)


def _change(desk: Desk, reason: str = "") -> people.TagChange:
    return people.TagChange(desk.actor, desk.clock, desk.ids, reason)


def _tag(count: people.TagCount) -> shapes.Tag:
    tag = count.tag
    return shapes.Tag(
        id=tag.id, group_id=tag.group_id, name=tag.name, created_at=tag.created_at,
        subjects=count.subjects, automatic=count.automatic,
    )  # fmt: skip


def _person_tags(desk: Desk, members: people.Members, cursor: str | None) -> shapes.PersonTags:
    workspace_id = desk.workspace_id
    groups = {group.id: group for group in people.list_tag_groups(desk.reading, workspace_id)}
    names = {one.tag.id: one.tag.name for one in people.list_tags(desk.reading, workspace_id)}
    lines = people.tag_log(
        desk.reading, workspace_id, members=members, limit=PERSON_LOG_LINES, cursor=cursor
    )
    return shapes.PersonTags(
        tags=[
            shapes.PersonTag(
                tag_id=one.tag_id,
                name=names[one.tag_id],
                group_id=one.group_id,
                group_name=groups[one.group_id].name,
                is_exclusive=groups[one.group_id].is_exclusive,
                is_locked=groups[one.group_id].is_locked,
                is_automatic=one.is_automatic,
                given_at=one.given_at,
                given_by=one.given_by,
                reason=one.reason,
            )
            for one in people.tags_of(desk.reading, workspace_id, members)
        ],
        log=[shapes.TagLogLine.model_validate(line) for line in lines.items],
        next_cursor=lines.next_cursor,
    )
