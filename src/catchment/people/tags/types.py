"""The nouns of tags, and what can be wrong with one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catchment.kernel import Clock, Conflict, IdMaker, Invalid, Missing, Refused, WorkspaceId

TAG_NAME_LENGTH_MAX = 100
REASON_LENGTH_MAX = 500
GROUPS_MAX = 200
TAGS_MAX = 5_000
"""A workspace has no more groups and tags than these."""

PEOPLE_AT_ONCE_MAX = 10_000
"""One giving or taking is about so many people at most; more is done in several."""

Members = Sequence[str]
"""All subjects of one person, the one that names them first."""


class TagDeed(StrEnum):
    """What a line of the log says was done.

    `replaced` is what giving another tag of an exclusive group does to the one before; `cleared`
    is what taking the tag that counts does to older ones of its group that other subjects of the
    person still had.
    """

    GIVEN = "given"
    TAKEN = "taken"
    REPLACED = "replaced"
    CLEARED = "cleared"
    RENAMED = "renamed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class TagGroup:
    """Tags that belong together.

    Attributes:
        id: `tgg_…`.
        workspace_id: whose.
        name: no two groups of a workspace share one.
        is_exclusive: a person has at most one of its tags: the newest.
        is_locked: only rules give and take its tags, never a hand.
        created_at: since when.
    """

    id: str
    workspace_id: WorkspaceId
    name: str
    is_exclusive: bool
    is_locked: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Tag:
    """A word that people can be given.

    Attributes:
        id: `tag_…`.
        workspace_id: whose.
        group_id: the group it belongs to, for good.
        name: no two tags of a group share one.
        created_at: since when.
    """

    id: str
    workspace_id: WorkspaceId
    group_id: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Assignment:
    """A subject has a tag.

    Tags are given to a subject, not to a person: when people are joined or split, their tags go
    where their subjects go, and nothing is rewritten.

    Attributes:
        tag_id, group_id: which.
        subject: who, at the time it was given.
        given_at, given_by, reason: when, by whom and why.
        is_automatic: by a rule, which may take it again.
    """

    tag_id: str
    group_id: str
    subject: str
    given_at: datetime
    given_by: str
    is_automatic: bool
    reason: str


@dataclass(frozen=True, slots=True)
class TagLogLine:
    """One line of the log, which only grows.

    Attributes:
        id: `tgl_…`; later lines sort after earlier ones.
        at, actor, reason: when, who and why.
        deed: what was done.
        subject: to whom; empty when it was done to the tag itself.
        tag_id: with which tag.
        tag_name: what it was called then.
        is_automatic: by a rule.
    """

    id: str
    at: datetime
    actor: str
    deed: TagDeed
    subject: str
    tag_id: str
    tag_name: str
    is_automatic: bool
    reason: str


@dataclass(frozen=True, slots=True)
class TagCount:
    """How many subjects have a tag: what deleting it would take away.

    Attributes:
        tag: which.
        subjects: how many have it.
        automatic: how many of them by a rule.
    """

    tag: Tag
    subjects: int
    automatic: int


@dataclass(frozen=True, slots=True)
class TagChange:
    """Who changes tags, why, and with whose time and ids.

    Attributes:
        actor: as the audit trail names one.
        clock, ids: hand out the time and ids.
        reason: why, in the actor's words.
    """

    actor: str
    clock: Clock
    ids: IdMaker
    reason: str = ""


class TagGroupUnknown(Missing):
    """There is no such group of tags."""


class TagUnknown(Missing):
    """There is no such tag."""


class TagNameMalformed(Invalid):
    """A name of a tag or group is 1 to 100 printable characters."""


class TagReasonTooLong(Invalid):
    """A reason is at most 500 characters."""


class TagNameTaken(Conflict):
    """Another one has this name."""


class TagGroupNotEmpty(Conflict):
    """The group still has tags; delete those first."""


class TagGroupLocked(Refused):
    """Only rules give and take the tags of this group."""


class TooManyTags(Refused):
    """The workspace has as many tags or groups as it may have."""


class TooManyPeople(Refused):
    """One giving or taking is about 10,000 people at most."""
