"""Groups of tags and the tags in them: made, renamed, taken off the list."""

from collections.abc import Sequence

from catchment.access import record
from catchment.events import notices
from catchment.kernel import WorkspaceId
from catchment.people.tags import store
from catchment.people.tags.types import (
    GROUPS_MAX,
    REASON_LENGTH_MAX,
    TAG_NAME_LENGTH_MAX,
    TAGS_MAX,
    Tag,
    TagChange,
    TagCount,
    TagDeed,
    TagGroup,
    TagGroupNotEmpty,
    TagGroupUnknown,
    TagLogLine,
    TagNameMalformed,
    TagNameTaken,
    TagReasonTooLong,
    TagUnknown,
    TooManyTags,
)
from catchment.store import UnitOfWork, announce
from catchment.vault import hide_text


def create_tag_group(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    name: str,
    *,
    is_exclusive: bool,
    is_locked: bool,
    change: TagChange,
) -> TagGroup:
    """Makes a group.

    Raises:
        TagNameMalformed, TagNameTaken: as they say.
        TooManyTags: the workspace has `GROUPS_MAX`.
    """
    if len(store.groups_of(uow, workspace_id)) >= GROUPS_MAX:
        raise TooManyTags(f"a workspace has at most {GROUPS_MAX} groups of tags")
    group = TagGroup(
        change.ids.make("tgg"), workspace_id, _clean(name), is_exclusive, is_locked,
        change.clock.now(),
    )  # fmt: skip
    if not store.insert_group(uow, group):
        raise TagNameTaken(f"another group is called {group.name!r}")
    _write_down(uow, workspace_id, "tag_groups.create", group.id, change, name=group.name)
    return group


def get_tag_group(uow: UnitOfWork, workspace_id: WorkspaceId, group_id: str) -> TagGroup:
    """One group.

    Raises:
        TagGroupUnknown: there is none of this id here.
    """
    group = store.find_group(uow, workspace_id, group_id)
    if group is None:
        raise TagGroupUnknown
    return group


def list_tag_groups(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[TagGroup]:
    """The workspace's groups, oldest first."""
    return store.groups_of(uow, workspace_id)


def change_tag_group(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    group_id: str,
    *,
    change: TagChange,
    name: str | None = None,
    is_exclusive: bool | None = None,
    is_locked: bool | None = None,
) -> TagGroup:
    """Renames a group or changes its rules; what is left out stays.

    Making a group exclusive takes no tag from anybody: of each person's, the newest counts from
    then on, and the others count again when it is made open again.

    Raises:
        TagGroupUnknown, TagNameMalformed, TagNameTaken: as they say.
    """
    group = get_tag_group(uow, workspace_id, group_id)
    values: dict[str, str | bool] = {}
    if name is not None and (cleaned := _clean(name)) != group.name:
        if store.find_group_by_name(uow, workspace_id, cleaned) is not None:
            raise TagNameTaken(f"another group is called {cleaned!r}")
        values["name"] = cleaned
    if is_exclusive is not None and is_exclusive != group.is_exclusive:
        values["is_exclusive"] = is_exclusive
    if is_locked is not None and is_locked != group.is_locked:
        values["is_locked"] = is_locked
    if values:
        store.change_group(uow, workspace_id, group_id, **values)
        _write_down(uow, workspace_id, "tag_groups.change", group_id, change, **values)
    return get_tag_group(uow, workspace_id, group_id)


def delete_tag_group(
    uow: UnitOfWork, workspace_id: WorkspaceId, group_id: str, *, change: TagChange
) -> None:
    """Takes an empty group off the list.

    Raises:
        TagGroupUnknown: there is none of this id here.
        TagGroupNotEmpty: it has tags, which people may have.
    """
    group = get_tag_group(uow, workspace_id, group_id)
    if store.count_tags(uow, workspace_id, group_id):
        raise TagGroupNotEmpty
    store.delete_group(uow, workspace_id, group_id)
    _write_down(uow, workspace_id, "tag_groups.delete", group_id, change, name=group.name)


def create_tag(
    uow: UnitOfWork, workspace_id: WorkspaceId, group_id: str, name: str, *, change: TagChange
) -> Tag:
    """Makes a tag in a group.

    Raises:
        TagGroupUnknown, TagNameMalformed, TagNameTaken: as they say.
        TooManyTags: the workspace has `TAGS_MAX`.
    """
    get_tag_group(uow, workspace_id, group_id)
    if store.count_tags(uow, workspace_id) >= TAGS_MAX:
        raise TooManyTags(f"a workspace has at most {TAGS_MAX} tags")
    tag = Tag(change.ids.make("tag"), workspace_id, group_id, _clean(name), change.clock.now())
    if not store.insert_tag(uow, tag):
        raise TagNameTaken(f"another tag of the group is called {tag.name!r}")
    _write_down(uow, workspace_id, "tags.create", tag.id, change, name=tag.name)
    return tag


def list_tags(uow: UnitOfWork, workspace_id: WorkspaceId) -> Sequence[TagCount]:
    """The workspace's tags, oldest first, each with how many subjects have it."""
    return store.tags_counted(uow, workspace_id)


def count_tag(uow: UnitOfWork, workspace_id: WorkspaceId, tag_id: str) -> TagCount:
    """One tag, and what deleting it would take away.

    Raises:
        TagUnknown: there is none of this id here.
    """
    found = store.tags_counted(uow, workspace_id, tag_id=tag_id)
    if not found:
        raise TagUnknown
    return found[0]


def rename_tag(
    uow: UnitOfWork, workspace_id: WorkspaceId, tag_id: str, name: str, *, change: TagChange
) -> TagCount:
    """Gives a tag another name; who has it keeps it.

    Raises:
        TagUnknown, TagNameMalformed, TagNameTaken: as they say.
    """
    tag = count_tag(uow, workspace_id, tag_id).tag
    cleaned = _clean(name)
    if cleaned != tag.name:
        if store.find_tag_by_name(uow, workspace_id, tag.group_id, cleaned) is not None:
            raise TagNameTaken(f"another tag of the group is called {cleaned!r}")
        store.rename_tag(uow, workspace_id, tag_id, cleaned)
        _log(uow, tag, TagDeed.RENAMED, change, reason=f"{tag.name} → {cleaned}")
        _write_down(uow, workspace_id, "tags.rename", tag_id, change, old=tag.name, new=cleaned)
    return count_tag(uow, workspace_id, tag_id)


def delete_tag(
    uow: UnitOfWork, workspace_id: WorkspaceId, tag_id: str, *, change: TagChange
) -> TagCount:
    """Takes a tag off the list and off everyone who has it; the log of it stays.

    Returns:
        What was taken away.

    Raises:
        TagUnknown: there is none of this id here.
    """
    count = count_tag(uow, workspace_id, tag_id)
    holders = store.subjects_with_tag(uow, workspace_id, tag_id)
    store.delete_tag(uow, workspace_id, tag_id)
    tell_taken(uow, workspace_id, tag_id, holders, change, is_automatic=False)
    _log(uow, count.tag, TagDeed.DELETED, change, reason=change.reason)
    _write_down(
        uow, workspace_id, "tags.delete", tag_id, change,
        name=count.tag.name, subjects=count.subjects,
    )  # fmt: skip
    return count


def tell_taken(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    tag_id: str,
    subjects: Sequence[str],
    change: TagChange,
    *,
    is_automatic: bool,
) -> None:
    """Announces that these subjects have the tag no more."""
    for start in range(0, len(subjects), notices.TAGGED_AT_ONCE_MAX):
        some = tuple(subjects[start : start + notices.TAGGED_AT_ONCE_MAX])
        body = notices.TagTaken(workspace_id, tag_id, some, is_automatic)
        announce(uow, body, clock=change.clock, ids=change.ids)


def clean_reason(reason: str) -> str:
    """A reason without white space around it, and with masks for what is personal in it.

    Raises:
        TagReasonTooLong: more than `REASON_LENGTH_MAX` characters.
    """
    cleaned = hide_text(reason.strip())
    if len(cleaned) > REASON_LENGTH_MAX:
        raise TagReasonTooLong
    return cleaned


def _clean(name: str) -> str:
    cleaned = " ".join(name.split())
    if not 0 < len(cleaned) <= TAG_NAME_LENGTH_MAX or not cleaned.isprintable():
        raise TagNameMalformed
    return cleaned


def _log(uow: UnitOfWork, tag: Tag, deed: TagDeed, change: TagChange, *, reason: str) -> None:
    line = TagLogLine(
        change.ids.make("tgl"), change.clock.now(), change.actor, deed, "", tag.id, tag.name,
        is_automatic=False, reason=reason[:REASON_LENGTH_MAX],
    )  # fmt: skip
    store.add_log_lines(uow, tag.workspace_id, [line])


def _write_down(
    uow: UnitOfWork,
    workspace_id: WorkspaceId,
    action: str,
    target: str,
    change: TagChange,
    **detail: object,
) -> None:
    record(
        uow, workspace_id, change.actor, action, target,
        clock=change.clock, ids=change.ids, detail=detail,
    )  # fmt: skip
