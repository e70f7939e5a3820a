"""Why a person is in an audience or not: every part of the rule, with what was found and when.

The parts are judged by the same evaluation that keeps the members, one by one, so the explanation
cannot say anything else than the audience does. What is added is for reading: the value that was
compared, the events that count, and since when and until when the answer stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from catchment.audiences.asking import MICROSECOND, limits_of
from catchment.audiences.checking import places_of
from catchment.audiences.evaluation import evaluate
from catchment.audiences.parts import Answer, Deeds, Parts, Persons, Standing
from catchment.audiences.plan import fact_of
from catchment.audiences.ports import NEVER
from catchment.audiences.rules import (
    ConsentIs,
    Deed,
    Did,
    DidInOrder,
    DidNot,
    LevelIs,
    Not,
    Period,
    Rule,
    ScoreIs,
    StageIs,
    Total,
    TraitIs,
)
from catchment.audiences.writing import write_rule
from catchment.kernel import Missing, WorkspaceId, instant_from_us
from catchment.people import Condition, Fact, Occurrences

EVIDENCE_MAX = 20
LOOK_BACK_MAX = 300

Found = str | float | tuple[str, ...] | None
Times = Sequence[tuple[int, float | None]]


class PersonNotHere(Missing):
    """Nobody goes by this id here."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """An event that counts, the newest first; of a sequence, its steps in order.

    Attributes:
        event: its name.
        at: when.
        value: the number that went into the total, if there is one.
    """

    event: str
    at: datetime
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """One part of a rule, and how it stands with a person.

    Attributes:
        pointer: which part, as a JSON pointer into the rule.
        asked: that part as JSON.
        holds: whether it holds.
        found: what was compared: a total, a value, a word, or how many steps were taken.
        evidence: events that count, at most `EVIDENCE_MAX`.
        since: when it last turned, as far as events tell; `None` if it never did or cannot be told.
        until: before this instant time alone turns nothing; `None` if it never does.
        is_undecided: it neither holds nor does its opposite: they refused to be judged by machines.
    """

    pointer: str
    asked: dict[str, Any]
    holds: bool
    found: Found = None
    evidence: tuple[Evidence, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    is_undecided: bool = False


def explain(
    parts: Parts, workspace_id: WorkspaceId, rule: Rule, person: str, *, at_us: int
) -> tuple[Why, ...]:
    """Every part of the rule for one person, outermost first.

    Args:
        parts: whom to ask.
        workspace_id: whose people.
        rule: checked already.
        person: `per_…`, by any id the person ever had.
        at_us: the instant asked about.

    Raises:
        PersonNotHere: there is no such person.
    """
    view = parts.people.reading(workspace_id)
    node = int(view.nodes_of(_subject(person))[0])
    if node < 0:
        raise PersonNotHere(f"nobody is called {person[:64]!r} here")
    here = _Explainer(
        replace(parts, deeds=_Remembered(parts.deeds)),
        workspace_id,
        view.owners[node : node + 1].astype(np.int32),
        at_us,
    )
    return tuple(here.part(pointer, part) for pointer, _, part in places_of(rule))


def _subject(person: str) -> Any:
    import pyarrow as pa  # noqa: PLC0415  (heavy)

    return pa.array([person.removeprefix("per_")], pa.string())


class _Remembered:
    """Deeds of one person, each fact fetched once."""

    def __init__(self, deeds: Deeds) -> None:
        self._deeds = deeds
        self._kept: dict[str, Occurrences] = {}

    def occurrences(
        self,
        workspace_id: WorkspaceId,
        condition: Condition,
        field: str | None = None,
        *,
        is_number: bool = False,
        persons: Persons | None = None,
    ) -> Occurrences:
        """The same as were found at first."""
        key = Fact(condition, field, is_number).key
        if key not in self._kept:
            self._kept[key] = self._deeds.occurrences(
                workspace_id, condition, field, is_number=is_number, persons=persons
            )
        return self._kept[key]


class _Explainer:
    def __init__(
        self, parts: Parts, workspace_id: WorkspaceId, person: Persons, at_us: int
    ) -> None:
        self._parts = parts
        self._workspace_id = workspace_id
        self._person = person
        self._at_us = at_us
        self._refuses = bool(parts.attributes.refusing(workspace_id, persons=person)[0])

    def part(self, pointer: str, rule: Rule) -> Why:
        """How one part stands."""
        holds, change = self._judge(rule, self._at_us)
        why = Why(
            pointer, write_rule(rule), holds,
            until=None if change == NEVER else instant_from_us(change),
            is_undecided=not holds and self._refuses and not self._judge(Not(rule), self._at_us)[0],
        )  # fmt: skip
        match rule:
            case Did() | DidNot():
                return self._did(why, rule)
            case DidInOrder():
                return self._did_in_order(why, rule)
        return replace(why, found=self._value(rule))

    def _judge(self, rule: Rule, at_us: int) -> tuple[bool, int]:
        judged = evaluate(self._parts, self._workspace_id, rule, at_us=at_us, persons=self._person)
        return bool(judged.is_in[0]), int(judged.changes_us[0])

    def _times(self, deed: Deed, field: str | None, period: Period) -> Times:
        """When it was done, and with which number, in order; the future and fixed ends cut."""
        fact = fact_of(deed, field)
        found = self._parts.deeds.occurrences(
            self._workspace_id, fact.condition, fact.field,
            is_number=fact.is_number, persons=self._person,
        )  # fmt: skip
        values = [None] * len(found.time_us) if found.numbers is None else found.numbers.tolist()
        at_us, _, since, until = limits_of(period, self._at_us)
        return [
            (time, value)
            for time, value in zip(found.time_us.tolist(), values, strict=True)
            if since <= time < until and time <= at_us
        ]

    def _since(self, rule: Rule, times: Sequence[int], period: Period) -> datetime | None:
        """When the answer last turned, going back from instant to instant."""
        window = 0 if period.within is None else period.within // MICROSECOND
        turning = set(times) | ({time + window for time in times} if window else set())
        now = self._judge(rule, self._at_us)[0]
        back = sorted((one for one in turning if one <= self._at_us), reverse=True)
        for one in back[:LOOK_BACK_MAX]:
            if self._judge(rule, one - 1)[0] != now:
                return instant_from_us(one)
        return None

    def _did(self, why: Why, rule: Did | DidNot) -> Why:
        field = rule.field if isinstance(rule, Did) else None
        every = self._times(rule.deed, field, rule.period)
        begins = _begins(rule.period, self._at_us)
        counted = [(time, value) for time, value in every if begins is None or time > begins]
        total = rule.total if isinstance(rule, Did) else Total.COUNT
        return replace(
            why,
            found=_total(total, [0.0 if value is None else value for _, value in counted]),
            evidence=tuple(
                Evidence(rule.deed.event, instant_from_us(time), value)
                for time, value in counted[::-1][:EVIDENCE_MAX]
            ),
            since=self._since(rule, [time for time, _ in every], rule.period),
        )

    def _did_in_order(self, why: Why, rule: DidInOrder) -> Why:
        steps = [self._times(step, None, rule.period) for step in rule.steps]
        within = None if rule.within is None else rule.within // MICROSECOND
        chain = furthest_chain(
            [[time for time, _ in step] for step in steps], within,
            _begins(rule.period, self._at_us),
        )  # fmt: skip
        return replace(
            why,
            found=float(len(chain)),
            evidence=tuple(
                Evidence(step.event, instant_from_us(time))
                for step, time in zip(rule.steps, chain, strict=False)
            ),
            since=self._since(rule, [time for step in steps for time, _ in step], rule.period),
        )

    def _value(self, rule: Rule) -> Found:
        attributes, workspace_id = self._parts.attributes, self._workspace_id
        at_us, persons = self._at_us, self._person
        match rule:
            case TraitIs(name):
                return _only(attributes.trait(workspace_id, name, at_us=at_us, persons=persons))
            case ScoreIs(model):
                return _only(attributes.score(workspace_id, model, at_us=at_us, persons=persons))
            case LevelIs(scheme):
                return _word(attributes.level(workspace_id, scheme, at_us=at_us, persons=persons))
            case StageIs():
                return _word(attributes.stage(workspace_id, at_us=at_us, persons=persons))
            case ConsentIs(purpose, channel):
                return _word(
                    attributes.consent(workspace_id, purpose, channel, at_us=at_us, persons=persons)
                )
        return None


def _begins(period: Period, at_us: int) -> int | None:
    """The instant behind which a rolling window counts."""
    return None if period.within is None else at_us - period.within // MICROSECOND


def _total(total: Total, values: Sequence[float]) -> float | None:
    if total is Total.COUNT:
        return float(len(values))
    if total is Total.SUM:
        return float(sum(values))
    if not values:
        return None
    if total is Total.AVERAGE:
        return sum(values) / len(values)
    return min(values) if total is Total.MIN else max(values)


def furthest_chain(
    steps: Sequence[Sequence[int]], within: int | None, begins: int | None
) -> tuple[int, ...]:
    """The instants of the chain of steps that gets furthest; of those, the one that began last.

    Args:
        steps: for each step, when it was done, in order.
        within: the longest time from first to last, in microseconds; any when not given.
        begins: all of it must lie behind this instant.
    """
    best: list[tuple[int, ...]] = [()] * len(steps)
    done = [set(step) for step in steps]
    for time in sorted(set().union(*done)):
        for place in range(len(steps) - 1, -1, -1):
            if time not in done[place] or (begins is not None and time <= begins):
                continue
            before = best[place - 1] if place else ()
            if place and not before:
                continue
            if before and within is not None and time - before[0] > within:
                continue
            best[place] = (*before, time)
    return next((chain for chain in reversed(best) if chain), ())


def _only(answer: Answer) -> Found:
    if answer.numbers is not None:
        return None if np.isnan(answer.numbers[0]) else float(answer.numbers[0])
    value = None if answer.texts is None else answer.texts[0].as_py()
    return tuple(value) if isinstance(value, list) else value


def _word(standing: Standing) -> str | None:
    code = int(standing.codes[0])
    return None if code < 0 else standing.words[code]
