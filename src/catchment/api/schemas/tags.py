"""Tags: groups of them, the tags, who has which, and the log."""

from typing import Annotated, Literal

from pydantic import Field

from catchment.api.schemas.shapes import Answer, Ask, At, Count, Id, Line, Name

PEOPLE_AT_ONCE_MAX = 1_000

PersonIds = Annotated[
    list[
        Annotated[
            str,
            Field(
                pattern=r"^[A-Za-z0-9_-]{1,64}$",
                examples=["per_9f86d081884c7d659a2feaa0c55ad015"],
            ),
        ]
    ],
    Field(min_length=1, max_length=PEOPLE_AT_ONCE_MAX),
]
Deed = Literal["given", "taken", "replaced", "cleared", "renamed", "deleted"]


class TagGroup(Answer):
    """Tags that belong together."""

    id: str = Field(examples=["tgg_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    name: str
    is_exclusive: bool = Field(description="A person has at most one of its tags: the newest.")
    is_locked: bool = Field(description="Only rules give and take its tags.")
    created_at: At


class TagGroupNew(Ask):
    """A group to be."""

    name: Name = Field(examples=["Membership"])
    is_exclusive: bool = False
    is_locked: bool = False


class TagGroupChange(Ask):
    """What to change; what is left out stays."""

    name: Name | None = None
    is_exclusive: bool | None = None
    is_locked: bool | None = None


class Tag(Answer):
    """A word that people can be given."""

    id: str = Field(examples=["tag_01jq3v8kz0f6m8w2x4y6z8a0b2"])
    group_id: str
    name: str
    created_at: At
    subjects: Count = Field(
        description="Identifiers that have it; deleting the tag takes it from them."
    )
    automatic: Count = Field(description="How many of them have it by a rule.")


class TagNew(Ask):
    """A tag to be."""

    group_id: Id
    name: Name = Field(examples=["Gold"])


class TagChange(Ask):
    """Another name."""

    name: Name


class TagsDone(Answer):
    """What a giving or taking came to."""

    people: Count = Field(description="To how many it was new, or from how many it was taken.")


class PeopleTagAsk(Ask):
    """Which people, and why."""

    people: PersonIds
    reason: Line = Field(default="", examples=["Met at the fair"])


class PersonTagAsk(Ask):
    """Which tag, and why."""

    tag_id: Id
    reason: Line = Field(default="", examples=["Met at the fair"])


class PersonTag(Answer):
    """A tag that a person has."""

    tag_id: str
    name: str
    group_id: str
    group_name: str
    is_exclusive: bool
    is_locked: bool
    is_automatic: bool = Field(description="Given by a rule, which may take it again.")
    given_at: At
    given_by: str
    reason: str


class TagLogLine(Answer):
    """A line of the log, which only grows."""

    id: str
    at: At
    actor: str
    deed: Deed
    tag_id: str
    tag_name: str = Field(description="What it was called then.")
    is_automatic: bool
    reason: str


class PersonTags(Answer):
    """A person's tags, and the newest lines about them."""

    tags: list[PersonTag]
    log: list[TagLogLine]
    next_cursor: str | None = Field(
        default=None, description="Leads to older lines; null when there are none."
    )
