"""The nouns of audiences: the definition and its versions, transitions, lists, exports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from catchment.kernel import WorkspaceId

AUDIENCES_MAX = 500
"""A workspace keeps no more audiences than this, archived ones included."""

NAME_LENGTH_MAX = 100
DESCRIPTION_LENGTH_MAX = 500
OVERLAP_MAX = 6
"""So many audiences are laid over each other at most: their intersections double with each."""

SAMPLE_MAX = 50


class AudienceState(StrEnum):
    """Whether an audience is kept up."""

    ACTIVE = "active"
    ARCHIVED = "archived"


class Direction(StrEnum):
    """Which way a person went."""

    ENTERED = "entered"
    LEFT = "left"


class Cause(StrEnum):
    """What moved a person, or many at once."""

    EVENT = "event"
    TIME = "time"
    MERGE = "merge"
    EDIT = "edit"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class Audience:
    """People chosen by a rule, as they stand.

    Attributes:
        id: `adc_…`.
        workspace_id: whose.
        name: what people call it; no two active audiences of a workspace share one.
        description: what it is for.
        rule: the typed tree as JSON; see `docs/reference/audience-rules.md`.
        version: rises by one with each change of the rule.
        tag_id: the tag that its members are given, if any.
        kept_tag_id: the tag that they carry since the last filling.
        state: whether it is kept up.
        filled_version: the version that the members stand for; 0 before the first filling, below
            it where everybody is to be looked at again.
        generation: which files hold the members; 0 before the first filling.
        size: people in it; `None` before the first filling.
        as_of: the instant that `size` is true of.
        created_at, created_by: when and by whom it was made.
        changed_at, changed_by: when and by whom it was last changed.
    """

    id: str
    workspace_id: WorkspaceId
    name: str
    description: str
    rule: Mapping[str, Any]
    version: int
    tag_id: str | None
    kept_tag_id: str | None
    state: AudienceState
    filled_version: int
    generation: int
    size: int | None
    as_of: datetime | None
    created_at: datetime
    created_by: str
    changed_at: datetime
    changed_by: str

    @property
    def is_filling(self) -> bool:
        """Whether the members do not stand for the newest version yet."""
        return self.state is AudienceState.ACTIVE and self.filled_version != self.version


@dataclass(frozen=True, slots=True)
class AudienceVersion:
    """One state of a definition, kept for good.

    Attributes:
        version: 1 for the first.
        rule: the tree as it was.
        is_announced: whether its filling announces each person, as if they had moved by themselves.
        created_at, created_by: when and by whom.
    """

    version: int
    rule: Mapping[str, Any]
    is_announced: bool
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class Transition:
    """One person entered or left, once.

    Attributes:
        audience_id: which audience.
        person: `per_…`, as the person was called then.
        direction: which way.
        at: when that was decided.
        cause: what decided it.
        version: the definition's version.
        is_quiet: nothing was announced, because the human was in already, or is in still, under
            another person id.
        step: the step of the workspace that decided it.
    """

    audience_id: str
    person: str
    direction: Direction
    at: datetime
    cause: Cause
    version: int
    is_quiet: bool
    step: int


@dataclass(frozen=True, slots=True)
class Refill:
    """Many moved at once: a first filling, an edit, a refresh.

    Attributes:
        at: when.
        version: the version filled.
        cause: `edit` or `refresh`.
        entered, left: how many moved.
        size: people in it afterwards.
        is_announced: whether each person was announced.
    """

    at: datetime
    version: int
    cause: Cause
    entered: int
    left: int
    size: int
    is_announced: bool


@dataclass(frozen=True, slots=True)
class GrowthDay:
    """One day of an audience, in the workspace's time zone.

    Attributes:
        day: which.
        size: people in it when the day ended, or now; `None` before it was first filled.
        entered, left: people who moved that day, bulk changes left out.
    """

    day: date
    size: int | None
    entered: int
    left: int


@dataclass(frozen=True, slots=True)
class Intersection:
    """People who are in exactly these of the audiences laid over each other, and in no other."""

    audience_ids: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Belonging:
    """An audience that a person is in, or was in.

    Attributes:
        audience_id, name: which.
        is_in: whether they are in now.
        since: when they last moved, where that is known one by one.
        cause: what moved them then.
    """

    audience_id: str
    name: str
    is_in: bool
    since: datetime | None
    cause: Cause | None


class ExportFormat(StrEnum):
    """What a file of an audience's people holds."""

    CSV = "csv"
    HASHED_PHONE = "hashed_phone"
    HASHED_EMAIL = "hashed_email"


class ListRowReason(StrEnum):
    """Why nobody was found by a row of an uploaded list."""

    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    UNKNOWN_KIND = "unknown_kind"
    REFUSED = "refused"
    EMPTY = "empty"
    WRONG_WIDTH = "wrong_width"
    INVALID_TEXT = "invalid_text"


@dataclass(frozen=True, slots=True)
class ListRowProblem:
    """A row of an uploaded list that nobody was found by.

    Attributes:
        line: its line in the file, from 1.
        reason: why.
        value: the identifier, masked.
    """

    line: int
    reason: ListRowReason
    value: str


@dataclass(frozen=True, slots=True)
class PeopleList:
    """An uploaded list of identifiers; what is kept of each is its keyed hash.

    Attributes:
        id: `lst_…`.
        workspace_id: whose.
        name: what people call it.
        version: rises with each upload.
        rows: rows with something in them.
        matched: rows by which a person was found at the time of the upload.
        people: different people found then.
        refused: rows that are no identifiers.
        problems: the first rows without a person.
        created_at, created_by: when and by whom this version was uploaded.
    """

    id: str
    workspace_id: WorkspaceId
    name: str
    version: int
    rows: int
    matched: int
    people: int
    refused: int
    problems: Sequence[ListRowProblem]
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class AudienceExport:
    """One file of an audience's people, as ordered and as it was made.

    Attributes:
        id: `aex_…`.
        workspace_id, audience_id: whose people.
        format: what it holds.
        purpose: what it is for, as its orderer said.
        traits: which traits stand beside the person ids.
        unmasked: whether they stand there in full.
        job_id: the job that makes it.
        rows, left_out, bytes: what was written; `None` until it is.
        requested_by: who ordered it.
        created_at, expires_at: when it was ordered, and when the file goes.
    """

    id: str
    workspace_id: WorkspaceId
    audience_id: str
    format: ExportFormat
    purpose: str
    traits: tuple[str, ...]
    unmasked: bool
    job_id: str
    rows: int | None
    left_out: int | None
    bytes: int | None
    requested_by: str
    created_at: datetime
    expires_at: datetime
