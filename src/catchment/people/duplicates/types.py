"""The words of duplicate suggestions: which particulars are compared, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class FieldKind(StrEnum):
    """What a particular is, and so how two of them are compared.

    A *name* and a *text* may be spelled a little differently, names being the more telling; a
    *code* and a *date* may have a slip of the finger; a *place* is the same or it is not.
    """

    NAME = "name"
    TEXT = "text"
    CODE = "code"
    DATE = "date"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class MatchField:
    """A particular of people that is compared.

    Attributes:
        name: the column, and in the product the trait.
        kind: how it is compared.
    """

    name: str
    kind: FieldKind


PERSON_FIELDS = (
    MatchField("name", FieldKind.NAME),
    MatchField("city", FieldKind.PLACE),
    MatchField("street", FieldKind.TEXT),
    MatchField("postcode", FieldKind.CODE),
    MatchField("birthday", FieldKind.DATE),
    MatchField("phone_end", FieldKind.CODE),
)
"""What is compared of people unless someone says otherwise: no identifier, only particulars."""

HOME_FIELDS = ("city", "street")
"""Who shares all of these, and not the name, may be of one household."""


class Likeness(IntEnum):
    """How alike one particular of two people is."""

    UNKNOWN = -1
    DIFFERENT = 0
    ALIKE = 1
    SAME = 2


class SuggestionKind(StrEnum):
    """What two people are suggested to be: one person twice, or two people under one roof."""

    DUPLICATE = "duplicate"
    HOUSEHOLD = "household"


class SuggestionState(StrEnum):
    """What an operator made of a suggestion."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two people who may be one, or of one household. Nothing follows from it by itself.

    Attributes:
        id: the same whenever the same two are found.
        left, right: person ids at the time of finding, in order.
        kind: duplicate or household.
        probability: that they are one person, by the model; of a household 0.
        likeness: of each particular that was compared.
        state: open until somebody decides.
        found_at: when it was first found.
        decided_by: the operator who decided.
        decided_at: when.
        reason: in the operator's words.
    """

    id: str
    left: str
    right: str
    kind: SuggestionKind
    probability: float
    likeness: Mapping[str, Likeness]
    state: SuggestionState
    found_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SearchReport:
    """What a search came to.

    Attributes:
        people: how many were compared.
        duplicates: suggestions of duplicates that are open now.
        households: suggestions of households that are open now.
        is_cut: there were more than are kept; the likeliest were.
    """

    people: int
    duplicates: int
    households: int
    is_cut: bool
