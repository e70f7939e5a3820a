"""Audiences by brute force: every rule read literally, over one person's raw events.

Nothing is shared with the code under test: no kernels, no occurrences, no joining of instants. When
an answer turns is found by asking again at every instant at which anything could happen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise, product

from catchment.audiences import (
    AllOf,
    AnyOf,
    ConsentIs,
    Did,
    DidInOrder,
    DidNot,
    InAudience,
    InList,
    LevelIs,
    Not,
    RandomSample,
    Rule,
    ScoreIs,
    StageIs,
    TagIs,
    TraitIs,
)
from catchment.audiences.rules import Deed, Period, Total

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

RESTING = frozenset({"a"})
"""The audiences and the tags of these ids are decided by what machines judge."""

Value = str | float | list[str] | None
Steps = Sequence[tuple[int, Value]]
"""A value from each instant on."""


@dataclass(frozen=True)
class Happened:
    """An event as it came: whose (a node), when, what, and its properties."""

    node: int
    time_us: int
    name: str
    properties: Mapping[str, str | float] = field(default_factory=dict)


@dataclass
class Known:
    """What is known of one person besides events; each value from an instant on."""

    traits: dict[str, Steps] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    levels: dict[str, Steps] = field(default_factory=dict)
    stage: Steps = ()
    scores: dict[str, float] = field(default_factory=dict)
    consent: dict[tuple[str, str], str] = field(default_factory=dict)
    audiences: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    refuses: bool = False


def value_at(steps: Steps, at_us: int) -> Value:
    """The value that holds at an instant."""
    value: Value = None
    for since, one in steps:
        if since <= at_us:
            value = one
    return value


def compares(found: Value, operator: str, wanted: object) -> bool:  # noqa: PLR0911
    """Whether a single value compares so."""
    if operator == "not_equals":
        return not compares(found, "equals", wanted)
    if operator == "is_set":
        return (found not in (None, [])) == (wanted is not False)
    if isinstance(found, list):
        return any(compares(one, operator, wanted) for one in found)
    if operator == "in":
        assert isinstance(wanted, tuple)
        return any(compares(found, "equals", one) for one in wanted)
    if found is None:
        return False
    if isinstance(found, str) and isinstance(wanted, bool):
        return operator == "equals" and found == ("true" if wanted else "false")
    if operator == "contains":
        return isinstance(found, str) and str(wanted) in found
    if isinstance(wanted, bool):
        return False
    if isinstance(found, str) != isinstance(wanted, str):
        try:
            found, wanted = float(found), float(wanted)  # type: ignore[arg-type]
        except ValueError:
            return False
    tests: dict[str, Callable[[object, object], bool]] = {
        "equals": lambda a, b: a == b,
        "gt": lambda a, b: a > b,  # type: ignore[operator]
        "gte": lambda a, b: a >= b,  # type: ignore[operator]
        "lt": lambda a, b: a < b,  # type: ignore[operator]
        "lte": lambda a, b: a <= b,  # type: ignore[operator]
    }
    return tests[operator](found, wanted)


def fits(event: Happened, deed: Deed) -> bool:
    """Whether an event is one of those meant."""
    return event.name == deed.event and all(
        compares(event.properties.get(one.field), one.operator.value, one.value)
        for one in deed.where
    )


def in_period(event: Happened, period: Period, at_us: int) -> bool:
    """Whether an event counts at an instant."""
    time = event.time_us
    if time > at_us:
        return False
    if period.within is not None and at_us - time >= period.within / MICROSECOND:
        return False
    if period.since is not None and EPOCH + time * MICROSECOND < period.since:
        return False
    return period.until is None or EPOCH + time * MICROSECOND < period.until


def _did(rule: Did, events: Sequence[Happened], at_us: int) -> bool:
    counted = [one for one in events if fits(one, rule.deed) and in_period(one, rule.period, at_us)]
    if rule.total is Total.COUNT:
        total: Fraction | None = Fraction(len(counted))
    else:
        read = [one.properties.get(rule.field or "") for one in counted]
        values = [Fraction(str(one)) for one in read if isinstance(one, int | float)]
        if rule.total is Total.SUM:
            total = sum(values, Fraction(0))
        elif not values:
            total = None
        elif rule.total is Total.AVERAGE:
            total = sum(values, Fraction(0)) / len(values)
        else:
            total = min(values) if rule.total is Total.MIN else max(values)
    if total is None:
        return False
    return (rule.at_least is None or total >= Fraction(str(rule.at_least))) and (
        rule.at_most is None or total <= Fraction(str(rule.at_most))
    )


def _did_in_order(rule: DidInOrder, events: Sequence[Happened], at_us: int) -> bool:
    counted = [one for one in events if in_period(one, rule.period, at_us)]
    steps = [[one.time_us for one in counted if fits(one, step)] for step in rule.steps]
    return any(
        all(earlier < later for earlier, later in pairwise(chain))
        and (rule.within is None or chain[-1] - chain[0] <= rule.within / MICROSECOND)
        for chain in product(*steps)
    )


def holds(
    rule: Rule,
    events: Sequence[Happened],
    known: Known,
    at_us: int,
    drawn: Callable[[RandomSample], bool] = lambda _: False,
) -> bool:
    """Whether a rule holds for certain of the person these are all the events of."""
    return says(rule, events, known, at_us, drawn) is True


def says(  # noqa: C901, PLR0911, PLR0912  (one branch per kind)
    rule: Rule,
    events: Sequence[Happened],
    known: Known,
    at_us: int,
    drawn: Callable[[RandomSample], bool] = lambda _: False,
) -> bool | None:
    """What a rule says of a person; nothing at all where only a machine's judgement would tell.

    Kleene's logic of three values, by its tables.
    """

    def again(part: Rule) -> bool | None:
        return says(part, events, known, at_us, drawn)

    match rule:
        case AllOf(rules):
            told = [again(part) for part in rules]
            return False if False in told else None if None in told else True
        case AnyOf(rules):
            told = [again(part) for part in rules]
            return True if True in told else None if None in told else False
        case Not(inner):
            one = again(inner)
            return None if one is None else not one
        case LevelIs() | StageIs() | ScoreIs() if known.refuses:
            return None
        case InAudience(audience_id) if known.refuses and audience_id in RESTING:
            return if_there(audience_id in known.audiences, rule.is_in)
        case TagIs(tag_id) if known.refuses and tag_id in RESTING:
            return if_there(tag_id in known.tags, rule.is_held)
        case Did():
            return _did(rule, events, at_us)
        case DidNot(deed, period):
            return not any(fits(one, deed) and in_period(one, period, at_us) for one in events)
        case DidInOrder():
            return _did_in_order(rule, events, at_us)
        case TraitIs(name, operator, value):
            return compares(value_at(known.traits.get(name, ()), at_us), operator.value, value)
        case TagIs(tag_id, is_held):
            return (tag_id in known.tags) == is_held
        case LevelIs(scheme, any_of):
            return value_at(known.levels.get(scheme, ()), at_us) in any_of
        case StageIs(any_of):
            return value_at(known.stage, at_us) in any_of
        case ScoreIs(model, operator, value):
            return compares(known.scores.get(model), operator.value, value)
        case ConsentIs(purpose, channel, state):
            return known.consent.get((purpose, channel), "unknown") == state.value
        case InAudience(audience_id, is_in):
            return (audience_id in known.audiences) == is_in
        case InList(list_id, is_in):
            return (list_id in known.lists) == is_in
    return drawn(rule)


def if_there(is_there: bool, is_asked: bool) -> bool | None:  # noqa: FBT001
    """Being there says something; not being there says nothing, whichever of the two is asked."""
    return is_asked if is_there else None


def spans_of(rule: Rule) -> set[int]:
    """Every length of time that a rule speaks of, in microseconds."""
    match rule:
        case AllOf(rules) | AnyOf(rules):
            return set().union(*map(spans_of, rules))
        case Not(inner):
            return spans_of(inner)
        case Did() | DidNot() | DidInOrder():
            within = rule.period.within
            return set() if within is None else {within // MICROSECOND}
    return set()


def instants(rule: Rule, events: Sequence[Happened], known: Known) -> list[int]:
    """Every instant at which anything about a person could turn."""
    found = {one.time_us for one in events}
    found |= {time + span for time in set(found) for span in spans_of(rule)}
    for steps in (*known.traits.values(), *known.levels.values(), known.stage):
        found |= {since for since, _ in steps}
    return sorted(found)


def turns_at(rule: Rule, events: Sequence[Happened], known: Known, at_us: int) -> int | None:
    """The first instant after `at_us` at which the rule's answer is another, if any."""
    now = holds(rule, events, known, at_us)
    later = (one for one in instants(rule, events, known) if one > at_us)
    return next((one for one in later if holds(rule, events, known, one) != now), None)
