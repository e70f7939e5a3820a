"""Asking: the answer to each question of a plan, for a run of people at once.

Questions about deeds walk over the occurrences of their facts, each fact fetched once; the rest is
asked of those who know it. An answer is kept small: a flag per person, and an instant for the few
whom time alone can turn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt

from catchment.audiences.comparing import holds
from catchment.audiences.parts import Flags, Micros, Parts, Persons, Standing
from catchment.audiences.plan import Plan, Question, Tree, leaves_of
from catchment.audiences.ports import NEVER, PeopleView, Resting
from catchment.audiences.rules import (
    Consent,
    ConsentIs,
    Did,
    DidInOrder,
    InAudience,
    InList,
    Leaf,
    LevelIs,
    Period,
    RandomSample,
    ScoreIs,
    StageIs,
    TagIs,
    Total,
    TraitIs,
)
from catchment.audiences.sampling import drawn, lots_of
from catchment.audiences.undecided import JUDGEMENTS, undecided
from catchment.kernel import WorkspaceId, us_from_instant
from catchment.people import Fact

MICROSECOND = timedelta(microseconds=1)
FIRST_INSTANT = int(np.iinfo(np.int64).min)
_NOTHING_RESTS = Resting()
_TOTALS = {Total.COUNT: 0, Total.SUM: 1, Total.AVERAGE: 2, Total.MIN: 3, Total.MAX: 4}


@dataclass(frozen=True, slots=True)
class Lines:
    """Occurrences of those people who have any.

    Attributes:
        places: where in the run each of them stands, rising.
        offsets: one more than places: where each one's occurrences begin.
        times: instants, rising within a person.
        numbers: their values, or none.
    """

    places: npt.NDArray[np.int64]
    offsets: Micros
    times: Micros
    numbers: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question's answer for a run of people.

    Attributes:
        is_in: by person.
        places: whom time alone can turn, as places in the run, rising.
        changes_us: when, at the earliest, for each of them.
        undecided: of whom the question says nothing; `None` where it is answered of everybody.
    """

    is_in: Flags
    places: npt.NDArray[np.int64]
    changes_us: Micros
    undecided: Flags | None = None


_LATER = Answered(np.zeros(0, bool), np.zeros(0, np.int64), np.zeros(0, np.int64))
"""Stands in for the members of an audience, which are asked for when they are needed."""


def answered(is_in: Flags, changes_us: Micros | None) -> Answered:
    """An answer whose instants are given for everyone, or for nobody."""
    if changes_us is None:
        return Answered(is_in, np.zeros(0, np.int64), np.zeros(0, np.int64))
    places = np.flatnonzero(changes_us != NEVER)
    return Answered(is_in, places, changes_us[places])


def limits_of(period: Period, at_us: int) -> tuple[int, int, int, int]:
    """Instant, length of the rolling window (0 for none), since and until, in microseconds."""
    return (
        at_us,
        0 if period.within is None else period.within // MICROSECOND,
        FIRST_INSTANT if period.since is None else us_from_instant(period.since),
        NEVER if period.until is None else us_from_instant(period.until),
    )


class Run:
    """One instant and a run of people, and what was found out about them.

    Args:
        parts: whom to ask.
        workspace_id: whose people.
        at_us: the instant.
        persons: who, rising.
        view: who is who.
    """

    def __init__(
        self,
        parts: Parts,
        workspace_id: WorkspaceId,
        at_us: int,
        persons: Persons,
        view: PeopleView,
    ) -> None:
        self._parts = parts
        self._workspace_id = workspace_id
        self._at_us = at_us
        self._persons = persons
        self._view = view
        self._lines: dict[str, Lines] = {}

    @cached_property
    def _refusing(self) -> Flags | None:
        """Who refused to be judged by machines; `None` where nobody did."""
        found = self._parts.attributes.refusing(self._workspace_id, persons=self._persons)
        return found if found.any() else None

    @cached_property
    def _resting(self) -> Resting:
        return self._parts.members.resting()

    @cached_property
    def _lots(self) -> npt.NDArray[np.uint64]:
        return lots_of(self._view.subjects_of(self._persons))

    def ask(self, plan: Plan) -> list[Answered]:
        """The answers to the plan's questions, in their order."""
        uses: dict[str, int] = {}
        for question in plan.questions:
            for fact in question.facts:
                uses[fact.key] = uses.get(fact.key, 0) + 1
        answers: dict[int, Answered] = {}
        for index in _by_fact(plan.questions):
            question = plan.questions[index]
            answers[index] = self._answer(question)
            for fact in question.facts:
                uses[fact.key] -= 1
                if not uses[fact.key]:
                    self._lines.pop(fact.key, None)
        return [answers[index] for index in range(len(plan.questions))]

    def with_members(
        self, plan: Plan, tree: Tree, answers: Sequence[Answered]
    ) -> Sequence[Answered]:
        """The same answers, those about other audiences asked anew for one rule."""
        fresh = {
            index: self._decided(leaf, self._member(leaf))
            for index in leaves_of(tree)
            if isinstance(leaf := plan.questions[index].leaf, InAudience)
        }
        if not fresh:
            return answers
        return [fresh.get(index, answer) for index, answer in enumerate(answers)]

    def _answer(self, question: Question) -> Answered:
        leaf = question.leaf
        if isinstance(leaf, InAudience):
            return _LATER
        if isinstance(leaf, Did):
            return self._did(leaf, self._lines_of(question.facts[0]))
        if isinstance(leaf, DidInOrder):
            return self._sequence(leaf, [self._lines_of(fact) for fact in question.facts])
        return self._decided(leaf, self._known(leaf))

    def _decided(self, leaf: Leaf, answer: Answered) -> Answered:
        """The answer, with those of whom it says nothing."""
        if self._refusing is None or not isinstance(leaf, (*JUDGEMENTS, InAudience, TagIs)):
            return answer
        known = _NOTHING_RESTS if isinstance(leaf, JUDGEMENTS) else self._resting
        return replace(answer, undecided=undecided(leaf, answer.is_in, self._refusing, known))

    def _lines_of(self, fact: Fact) -> Lines:
        if fact.key not in self._lines:
            found = self._parts.deeds.occurrences(
                self._workspace_id,
                fact.condition,
                fact.field,
                is_number=fact.is_number,
                persons=self._persons,
            )
            places = np.flatnonzero(found.offsets[1:] > found.offsets[:-1])
            offsets = np.append(found.offsets[places], found.offsets[-1:])
            numbers = np.zeros(0) if found.numbers is None else found.numbers
            self._lines[fact.key] = Lines(places, offsets, found.time_us, numbers)
        return self._lines[fact.key]

    def _did(self, leaf: Did, lines: Lines) -> Answered:
        from catchment.audiences.deed_walk import SCALE, walk_deeds  # noqa: PLC0415  (compiled: heavy)

        low = -np.inf if leaf.at_least is None else leaf.at_least
        high = np.inf if leaf.at_most is None else leaf.at_most
        bounds = np.array([low, high, *np.rint(np.array([low, high]) * SCALE)])
        count = len(lines.places)
        is_in, changes = np.zeros(count, bool), np.zeros(count, np.int64)
        limits = np.array(limits_of(leaf.period, self._at_us))
        walk_deeds(
            (lines.offsets, lines.times, lines.numbers),
            limits, bounds, _TOTALS[leaf.total], (is_in, changes),
        )  # fmt: skip
        # Who never did it: a count and a sum of 0, and no value for anything else.
        is_additive = leaf.total in (Total.COUNT, Total.SUM)
        everyone_else = is_additive and low <= 0 <= high
        return self._spread(lines.places, is_in, changes, default=everyone_else)

    def _sequence(self, leaf: DidInOrder, steps: list[Lines]) -> Answered:
        from catchment.audiences.sequence_walk import walk_sequences  # noqa: PLC0415  (the same)

        places = steps[0].places
        for lines in steps[1:]:
            places = np.intersect1d(places, lines.places, assume_unique=True)
        begins = np.zeros((len(places), len(steps)), np.int64)
        ends = np.zeros((len(places), len(steps)), np.int64)
        start = 0
        for step, lines in enumerate(steps):
            rows = np.searchsorted(lines.places, places)
            begins[:, step] = lines.offsets[rows] + start
            ends[:, step] = lines.offsets[rows + 1] + start
            start += len(lines.times)
        times = np.concatenate([lines.times for lines in steps])
        within = 0 if leaf.within is None else leaf.within // MICROSECOND
        limits = np.array([*limits_of(leaf.period, self._at_us), within])
        is_in, changes = np.zeros(len(places), bool), np.zeros(len(places), np.int64)
        walk_sequences(begins, ends, times, limits, (is_in, changes))
        return self._spread(places, is_in, changes, default=False)

    def _spread(
        self, places: npt.NDArray[np.int64], is_in: Flags, changes: Micros, *, default: bool
    ) -> Answered:
        """An answer for some, and the same for everyone else."""
        flags = np.full(len(self._persons), default)
        flags[places] = is_in
        turning = np.flatnonzero(changes != NEVER)
        return Answered(flags, places[turning], changes[turning])

    def _known(self, leaf: Leaf) -> Answered:
        parts, workspace_id, persons, at_us = (
            self._parts, self._workspace_id, self._persons, self._at_us,
        )  # fmt: skip
        match leaf:
            case TraitIs(name, operator, value):
                found = parts.attributes.trait(workspace_id, name, at_us=at_us, persons=persons)
                return answered(holds(found, operator, value), found.changes_us)
            case ScoreIs(model, operator, value):
                found = parts.attributes.score(workspace_id, model, at_us=at_us, persons=persons)
                return answered(holds(found, operator, value), found.changes_us)
            case TagIs(tag_id, is_held):
                flags = parts.attributes.tagged(workspace_id, tag_id, at_us=at_us, persons=persons)
                return answered(flags == is_held, None)
            case RandomSample(percent, seed):
                return answered(drawn(self._lots, percent, seed), None)
            case InAudience() | InList():
                return self._member(leaf)
        return self._standing(leaf)

    def _member(self, leaf: InAudience | InList) -> Answered:
        members = self._parts.members
        if isinstance(leaf, InAudience):
            flags = members.are_in_audience(leaf.audience_id, self._persons)
        else:
            flags = members.are_on_list(leaf.list_id, self._persons)
        return answered(flags == leaf.is_in, None)

    def _standing(self, leaf: Leaf) -> Answered:
        attributes, workspace_id = self._parts.attributes, self._workspace_id
        at_us, persons = self._at_us, self._persons
        match leaf:
            case LevelIs(scheme, any_of):
                found = attributes.level(workspace_id, scheme, at_us=at_us, persons=persons)
                return _among(found, any_of)
            case StageIs(any_of):
                found = attributes.stage(workspace_id, at_us=at_us, persons=persons)
                return _among(found, any_of)
            case ConsentIs(purpose, channel, state):
                found = attributes.consent(
                    workspace_id, purpose, channel, at_us=at_us, persons=persons
                )
                return _among(found, (state.value,), is_none_in=state is Consent.UNKNOWN)
        raise TypeError(f"{type(leaf).__name__} is no question")


def _among(standing: Standing, words: tuple[str, ...], *, is_none_in: bool = False) -> Answered:
    """Who stands on one of the words."""
    fit = np.array([*(word in words for word in standing.words), is_none_in])
    return answered(fit[standing.codes], standing.changes_us)


def _by_fact(questions: tuple[Question, ...]) -> list[int]:
    """The order to ask in: those of one fact together, so that each is held but a short time."""
    first: Mapping[int, str] = {
        index: question.facts[0].key if question.facts else ""
        for index, question in enumerate(questions)
    }
    return sorted(first, key=lambda index: (first[index], index))
