"""Rules: a typed tree of questions about one person, each answered by yes or no.

There is no third answer, but of whoever refused to be judged by machines (see `undecided`). Where
something is not known of a person, a comparison with it fails, and so its opposite holds: "city is
上海" is false and "city is not 上海" true of those with no city.
`docs/reference/audience-rules.md` shows every kind as JSON, `docs/explanation/audiences.md` says
what each means at its edges.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catchment.lake import Filter, Operator

DEPTH_MAX = 10
RULE_SIZE_MAX = 100
WHERE_MAX = 20
STEPS_MIN = 2
STEPS_MAX = 10
VALUES_MAX = 500
SPAN_MAX = timedelta(days=3_660)
TIMES_MAX = 1_000_000
NUMBER_MAX = 1e12
PERCENT_MAX = 100.0
NAME_LENGTH_MAX = 256


class Total(StrEnum):
    """What is made of the matching events before it is compared."""

    COUNT = "count"
    SUM = "sum"
    AVERAGE = "average"
    MIN = "min"
    MAX = "max"


class Consent(StrEnum):
    """What a person said of being written to; `unknown` means they were never asked."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Deed:
    """Which events are meant: those of one name that pass every filter.

    Attributes:
        event: the event's name, as `Order Completed`.
        where: conditions on its columns or properties; all must hold.
    """

    event: str
    where: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """Which time is looked at; with nothing set, all of it up to now.

    Attributes:
        within: so long before now; what happened exactly so long ago is just outside.
        since: from this instant on, it included.
        until: before this instant.
    """

    within: timedelta | None = None
    since: datetime | None = None
    until: datetime | None = None


ALWAYS = Period()


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of the rules holds; of none, always."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the rules holds; of none, never."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The rule does not hold."""

    rule: "Rule"


@dataclass(frozen=True, slots=True)
class Did:
    """Did it so often, or for so much.

    Attributes:
        deed: which events.
        period: in which time.
        total: what is compared: their number, or a total over `field`.
        field: of which field, unless events are counted; events without a number there are left
            out.
        at_least: the least it may be, itself included.
        at_most: the most it may be, itself included.
    """

    deed: Deed
    period: Period = ALWAYS
    total: Total = Total.COUNT
    field: str | None = None
    at_least: float | None = 1
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class DidNot:
    """Did it not once in that time."""

    deed: Deed
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class DidInOrder:
    """Did one thing, then another: each step at a later instant than the step before.

    Attributes:
        steps: what, in order; other events may lie between.
        within: the longest time between the first step and the last, itself included.
        period: in which time all of it must lie.
    """

    steps: tuple[Deed, ...]
    within: timedelta | None = None
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class TraitIs:
    """A trait compares so with a value; of a trait with several values, one of them does."""

    name: str
    operator: Operator
    value: str | float | bool | tuple[str | float | bool, ...] | None = None


@dataclass(frozen=True, slots=True)
class TagIs:
    """Carries the tag, or does not."""

    tag_id: str
    is_held: bool = True


@dataclass(frozen=True, slots=True)
class LevelIs:
    """Stands on one of these levels of a scheme."""

    scheme: str
    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StageIs:
    """Is in one of these stages of the life-cycle."""

    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoreIs:
    """A model's score compares so with a number; without a score it does not."""

    model: str
    operator: Operator
    value: float


@dataclass(frozen=True, slots=True)
class ConsentIs:
    """Stands so with consent, for a purpose on a channel."""

    purpose: str
    channel: str
    state: Consent


@dataclass(frozen=True, slots=True)
class InAudience:
    """Is a member of another audience as it is kept now, or is not."""

    audience_id: str
    is_in: bool = True


@dataclass(frozen=True, slots=True)
class InList:
    """Stands on an uploaded list, or does not."""

    list_id: str
    is_in: bool = True


@dataclass(frozen=True, slots=True)
class RandomSample:
    """Belongs to a fixed share of people, drawn by a hash of their id.

    Attributes:
        percent: the share, above 0 and up to 100.
        seed: another seed draws other people; the same seed always the same, and a larger share
            keeps everyone of a smaller one.
    """

    percent: float
    seed: str = ""


Leaf = (
    Did | DidNot | DidInOrder | TraitIs | TagIs | LevelIs | StageIs | ScoreIs | ConsentIs
    | InAudience | InList | RandomSample
)  # fmt: skip
Rule = AllOf | AnyOf | Not | Leaf


def parts_of(rule: Rule) -> tuple[Rule, ...]:
    """The rules that a rule is joined of; none for a leaf."""
    if isinstance(rule, AllOf | AnyOf):
        return rule.rules
    return (rule.rule,) if isinstance(rule, Not) else ()


def walk(rule: Rule) -> Iterator[Rule]:
    """The rule itself and every rule inside it, outermost first."""
    yield rule
    for part in parts_of(rule):
        yield from walk(part)


def audiences_of(rule: Rule) -> frozenset[str]:
    """The audiences that it reads the members of."""
    return frozenset(one.audience_id for one in walk(rule) if isinstance(one, InAudience))


def lists_of(rule: Rule) -> frozenset[str]:
    """The uploaded lists that it reads."""
    return frozenset(one.list_id for one in walk(rule) if isinstance(one, InList))
