"""Interests: who cares about what, how much, and the paths and events that explain it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from catchment.api.schemas.shapes import Answer, At, Count
from catchment.kernel import instant_from_us

InterestKindName = Literal["person", "product", "topic", "brand", "content", "room", "host"]


def _instant(us: object) -> object:
    return instant_from_us(us) if isinstance(us, int) else us


WhenDone = Annotated[datetime, BeforeValidator(_instant), Field(description="UTC.")]


class InterestItem(Answer):
    """A person or a thing of the interest graph."""

    kind: InterestKindName
    id: str = Field(description="Its id among its kind; of a person the person id.")
    name: str = Field(description="What events call it; empty where none did.")
    name_en: str = Field(description="In English, where an event says so.")


class InterestEvidence(Answer):
    """What was done between two neighbours: one verb, in one show."""

    verb: str = Field(examples=["viewed", "ordered", "is_about"])
    place: InterestItem | None = Field(description="The show it was done in, if in one.")
    count: Count = Field(description="Events.")
    points: float = Field(description="What they are worth now; negative takes back.")
    first_at: WhenDone = Field(validation_alias="first_us")
    last_at: WhenDone = Field(validation_alias="last_us")


class InterestStep(Answer):
    """One step of a path, with the events behind it."""

    source: InterestItem
    target: InterestItem
    evidence: list[InterestEvidence]


class InterestPath(Answer):
    """A path between two items; its strength is the product of its steps' chances."""

    steps: list[InterestStep]
    strength: float


class InterestScored(Answer):
    """An entry of an answer, with the strongest path that explains it."""

    item: InterestItem
    score: float = Field(description="Share of the walk, 0 to 1; comparable within one answer.")
    points: float = Field(description="Worth of what was done between the two directly.")
    why: InterestPath | None = Field(description="Null where no path of four steps leads there.")


class InterestNeighbour(Answer):
    """A neighbour, and what was done between the two."""

    item: InterestItem
    points: float = Field(description="What all of it is worth now.")
    chance: float = Field(description="How likely the walk steps there, 0 to 1.")
    evidence: list[InterestEvidence]


class InterestPassport(Answer):
    """What the weights of an answer are of."""

    as_of: At
    position: Count = Field(description="The log position that the events behind it reach.")
    half_life_days: float = Field(description="After so many days, interest is worth half.")


class InterestsOfKind(Answer):
    """What a person cares about, of one kind."""

    kind: InterestKindName
    items: list[InterestScored]


class PersonInterestsAnswer(InterestPassport):
    """What a person cares about, by kind, the dearest first."""

    person: InterestItem
    kinds: list[InterestsOfKind]


class InterestPeopleAnswer(InterestPassport):
    """The people who care about an item, or who are like a person."""

    item: InterestItem
    people: list[InterestScored]


class InterestNeighboursAnswer(InterestPassport):
    """What stands next to an item, the likeliest step first."""

    item: InterestItem
    neighbours: list[InterestNeighbour]


class InterestPathsAnswer(InterestPassport):
    """The paths between two items, the strongest first; none if they are far apart."""

    item: InterestItem
    paths: list[InterestPath]


class InterestCount(Answer):
    """How many there are of a kind."""

    kind: InterestKindName
    count: Count


class InterestItemsAnswer(Answer):
    """How large the graph is, and items that were looked for."""

    counts: list[InterestCount]
    edges: Count = Field(description="Pairs that can be walked along.")
    items: list[InterestItem]
    as_of: At
    half_life_days: float
