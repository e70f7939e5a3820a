"""Tags: words that people are given, by hand or by a rule, and that follow them.

A tag belongs to a group, which is open (any number) or exclusive (one at a time), and may be locked
(only rules give it). It is given to a subject, not to a person, so that joining and splitting
people moves tags by itself: see `holding`. Every giving and taking is a line of a log.
"""

from catchment.people.tags.giving import (
    forget_tags,
    give_automatically,
    give_tag,
    tag_log,
    take_automatically,
    take_tag,
)
from catchment.people.tags.groups import (
    change_tag_group,
    count_tag,
    create_tag,
    create_tag_group,
    delete_tag,
    delete_tag_group,
    get_tag_group,
    list_tag_groups,
    list_tags,
    rename_tag,
)
from catchment.people.tags.holding import counting, tag_holders, tags_of, tags_of_each
from catchment.people.tags.types import (
    PEOPLE_AT_ONCE_MAX,
    Assignment,
    Members,
    Tag,
    TagChange,
    TagCount,
    TagDeed,
    TagGroup,
    TagGroupLocked,
    TagGroupNotEmpty,
    TagGroupUnknown,
    TagLogLine,
    TagNameMalformed,
    TagNameTaken,
    TagReasonTooLong,
    TagUnknown,
    TooManyPeople,
    TooManyTags,
)

__all__ = [
    "PEOPLE_AT_ONCE_MAX",
    "Assignment",
    "Members",
    "Tag",
    "TagChange",
    "TagCount",
    "TagDeed",
    "TagGroup",
    "TagGroupLocked",
    "TagGroupNotEmpty",
    "TagGroupUnknown",
    "TagLogLine",
    "TagNameMalformed",
    "TagNameTaken",
    "TagReasonTooLong",
    "TagUnknown",
    "TooManyPeople",
    "TooManyTags",
    "change_tag_group",
    "count_tag",
    "counting",
    "create_tag",
    "create_tag_group",
    "delete_tag",
    "delete_tag_group",
    "forget_tags",
    "get_tag_group",
    "give_automatically",
    "give_tag",
    "list_tag_groups",
    "list_tags",
    "rename_tag",
    "tag_holders",
    "tag_log",
    "tags_of",
    "tags_of_each",
    "take_automatically",
    "take_tag",
]
