"""Suggestions that two people are one, or of one household."""

from typing import Annotated, Literal

from pydantic import Field

from catchment.api.schemas.shapes import Answer, Ask, At, Count, Line
from catchment.people import SuggestionKind, SuggestionState

FieldLikeness = Literal["same", "alike", "different", "unknown"]


class SuggestedPerson(Answer):
    """One of the two, as far as an operator needs to judge."""

    person: str
    name: str | None = Field(description="The trait `name`, where it is known.")
    traits: dict[str, str | None] = Field(
        description="What was compared; the end of the telephone number only."
    )


class DuplicateSuggestion(Answer):
    """Two people who may be one, or of one household."""

    id: str
    kind: SuggestionKind
    state: SuggestionState
    probability: float = Field(
        ge=0, le=1, description="That they are one person, by the model; 0 of a household."
    )
    are_one: bool = Field(description="They have become one person meanwhile.")
    left: SuggestedPerson
    right: SuggestedPerson
    likeness: dict[str, FieldLikeness]
    found_at: At
    decided_by: str | None
    decided_at: At | None
    reason: str | None


class DuplicateCounts(Answer):
    """What waits for somebody to decide."""

    duplicates: Count
    households: Count


class DuplicateDecisionAsk(Ask):
    """What an operator makes of a suggestion."""

    verdict: Literal["same", "different"] = Field(
        description="`same` merges a duplicate, and of a household only says so."
    )
    reason: Annotated[Line, Field(min_length=1, examples=["Called her: she has two accounts."])]
