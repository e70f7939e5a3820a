"""Where people stand at an instant, read out of the fact book: for all, or for some in a moment.

Each answer is a pure function of the people's own occurrences, the settings and the instant, and
says when time alone may change it. The reports over whole populations are folded from the events
instead; both ways give the same.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from catchment.events import ORDER_COMPLETED
from catchment.kernel import WorkspaceId
from catchment.lake import Filter, Operator
from catchment.people.facts import (
    AMOUNT,
    NEVER,
    Aggregate,
    Condition,
    Fact,
    Measure,
    MeasureAnswer,
    Occurrences,
)
from catchment.people.levels.life_cycle import Transitions, first_lines, transitions_of
from catchment.people.levels.rfm import OrderLines, RfmNumbers, measures, scores_of, segments_of
from catchment.people.levels.types import (
    DAY_US,
    FREQUENCIES,
    NOBODY,
    ORDER,
    SCORES,
    SEGMENTS,
    STAGES,
    TAKEN_BACK,
    FrequencySettings,
    LifeCycleRules,
    Micros,
    RfmThresholds,
    Scheme,
    Standing,
)

Persons = npt.NDArray[np.int32]
_ORDER_ID = "order_id"
_UNNUMBERED = Condition(ORDER_COMPLETED, filters=(Filter(_ORDER_ID, Operator.IS_SET, value=False),))
_ANYTHING = Condition()
SCORE_WORDS = tuple(str(one) for one in range(1, SCORES + 1))


class Facts(Protocol):
    """What people did; a `FactBook` is one."""

    def evaluate(
        self, workspace_id: WorkspaceId, measure: Measure, *, at_us: int,
        persons: Persons | None = None,
    ) -> MeasureAnswer:  # fmt: skip
        """A measure of people at an instant."""

    def occurrences(
        self, workspace_id: WorkspaceId, condition: Condition, field: str | None = None, *,
        is_number: bool = False, persons: Persons | None = None,
    ) -> Occurrences:  # fmt: skip
        """All occurrences of people, each person's in order of time."""


def facts_of_levels(rules: LifeCycleRules, currency: str) -> frozenset[Fact]:
    """What the fact book must keep so that levels and stages are answered from it."""
    deeds = {*rules.reader, *rules.follower, *rules.lead, *rules.advocate, _ANYTHING, _UNNUMBERED}
    orders = Fact(ORDER, _ORDER_ID)
    money = {
        Fact(_in(currency, name), AMOUNT, is_number=True) for name in (ORDER_COMPLETED, *TAKEN_BACK)
    }
    return frozenset({orders, *money, *(Fact(deed) for deed in deeds)})


def frequency_of(
    facts: Facts,
    workspace_id: WorkspaceId,
    settings: FrequencySettings,
    *,
    at_us: int,
    persons: Persons | None = None,
) -> Standing:
    """How often people come: none, low, medium or high.

    Args:
        facts: what people did.
        workspace_id: whose people.
        settings: the window and where the levels begin.
        at_us: the instant, microseconds since 1970.
        persons: nodes that name people; all when not given.
    """
    window = timedelta(days=settings.window_days)
    measure = Measure(_ANYTHING, Aggregate.ACTIVE_DAYS, window=window)
    found = facts.evaluate(workspace_id, measure, at_us=at_us, persons=persons)
    days = np.nan_to_num(found.numbers if found.numbers is not None else np.zeros(0))
    codes = np.searchsorted(np.array(settings.at_least), days, side="right").astype(np.int8)
    return Standing(FREQUENCIES, found.persons, codes, found.changes_us)


def rfm_of(
    facts: Facts,
    workspace_id: WorkspaceId,
    thresholds: RfmThresholds,
    scheme: Scheme = Scheme.RFM,
    *,
    at_us: int,
    persons: Persons | None = None,
) -> Standing:
    """What people are worth, by thresholds that were taken: a segment, or one score of the three.

    Whoever ordered nothing in the window stands nowhere.

    Args:
        facts: what people did.
        workspace_id: whose people.
        thresholds: where the fifths are cut.
        scheme: the segment, or which score.
        at_us: the instant, microseconds since 1970.
        persons: nodes that name people; all when not given.
    """
    lines, known = _order_lines(facts, workspace_id, thresholds.currency, persons)
    since = at_us - thresholds.window_days * DAY_US
    orders, last, net = measures(_between(lines, since, at_us))
    numbers = RfmNumbers(at_us - last, orders, net)
    scores = scores_of(numbers, thresholds)
    words: tuple[str, ...] = SCORE_WORDS
    if scheme is Scheme.RFM:
        words, codes = SEGMENTS, segments_of(*scores)
    else:
        place = (Scheme.RFM_RECENCY, Scheme.RFM_FREQUENCY, Scheme.RFM_VALUE).index(scheme)
        codes = (scores[place] - 1).astype(np.int8)
    codes = np.where(orders > 0, codes, NOBODY).astype(np.int8)
    changes = _rfm_changes(lines, (since, at_us), last, thresholds)
    return Standing(words, known, codes, changes)


def stage_of(
    facts: Facts,
    workspace_id: WorkspaceId,
    rules: LifeCycleRules,
    *,
    at_us: int,
    persons: Persons | None = None,
) -> Standing:
    """In which stage people are, since when, and when time alone will change it, exactly.

    Args:
        facts: what people did.
        workspace_id: whose people.
        rules: what makes whom what.
        at_us: the instant, microseconds since 1970.
        persons: nodes that name people; all when not given.
    """
    life, known = life_of(facts, workspace_id, rules, persons=persons)
    codes = np.full(len(known), NOBODY, np.int8)
    since = np.full(len(known), -NEVER, np.int64)
    changes = np.full(len(known), NEVER, np.int64)
    past = np.flatnonzero(life.at_us <= at_us)
    # Rows rise in time within a person: the last one written is the latest.
    codes[life.persons[past]] = life.after[past]
    since[life.persons[past]] = life.at_us[past]
    ahead = np.flatnonzero(life.at_us > at_us)[::-1]
    changes[life.persons[ahead]] = life.at_us[ahead]
    return Standing(tuple(STAGES), known, codes, changes, since)


def life_of(
    facts: Facts,
    workspace_id: WorkspaceId,
    rules: LifeCycleRules,
    *,
    persons: Persons | None = None,
) -> tuple[Transitions, Persons]:
    """Every change of stage of these people, those still ahead included; and who they are.

    Args:
        facts: what people did.
        workspace_id: whose people.
        rules: what makes whom what.
        persons: nodes that name people; all when not given.
    """
    rows = _Rows()
    known = rows.add_firsts(facts, workspace_id, _ANYTHING, 0, persons)
    for bit, deeds in ((1, rules.reader), (2, rules.follower), (4, rules.lead)):
        for deed in deeds:
            rows.add_firsts(facts, workspace_id, deed, bit, persons)
    for deed in rules.advocate:
        rows.add(facts.occurrences(workspace_id, deed, persons=persons), 16)
    rows.add(facts.occurrences(workspace_id, _UNNUMBERED, persons=persons), 8)
    rows.add(facts.occurrences(workspace_id, ORDER, _ORDER_ID, persons=persons), 8)
    whose, time_us, bits, codes = rows.in_order()
    is_first = first_lines(whose, codes, (bits & 8) > 0)
    bits[~is_first] &= np.uint8(255 ^ 8)
    offsets = np.zeros(len(known) + 1, np.int64)
    np.cumsum(np.bincount(whose, minlength=len(known)), out=offsets[1:])
    return transitions_of(offsets, time_us, bits, rules), known


class _Rows:
    """What happened to many people, collected kind by kind, then put in order."""

    def __init__(self) -> None:
        self._parts: list[tuple[Any, Any, Any, Any]] = []

    def add_firsts(
        self, facts: Facts, workspace_id: WorkspaceId, deed: Condition, bit: int,
        persons: Persons | None,
    ) -> Persons:  # fmt: skip
        """Of each person the first time they did it: of these deeds no other matters."""
        measure = Measure(deed, Aggregate.FIRST_AT)
        found = facts.evaluate(workspace_id, measure, at_us=NEVER - 1, persons=persons)
        first = found.numbers if found.numbers is not None else np.zeros(0)
        did = np.flatnonzero(~np.isnan(first))
        self._put(did, first[did].astype(np.int64), bit, np.full(len(did), -1, np.int64))
        return found.persons

    def add(self, found: Occurrences, bit: int) -> None:
        """Every time they did it; of orders, with their number."""
        whose = np.repeat(np.arange(len(found.persons)), np.diff(found.offsets))
        codes = np.full(len(whose), -1, np.int64)
        if found.texts is not None:
            encoded = found.texts.dictionary_encode()
            codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        self._put(whose, found.time_us, bit, codes)

    def in_order(
        self,
    ) -> tuple[Persons, Micros, npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        """Whose, when, bits and order codes, by person and in order of time."""
        whose, time_us, bits, codes = (
            np.concatenate(column) for column in zip(*self._parts, strict=True)
        )
        rank = np.lexsort((time_us, whose))
        return (
            whose[rank].astype(np.int32),
            time_us[rank],
            bits[rank].astype(np.uint8),
            codes[rank],
        )

    def _put(self, whose: Any, time_us: Any, bit: int, codes: Any) -> None:
        self._parts.append((whose, time_us, np.full(len(whose), bit, np.uint8), codes))


def _in(currency: str, name: str) -> Condition:
    return Condition(name, filters=(Filter("currency", Operator.EQUALS, currency),))


def _order_lines(
    facts: Facts, workspace_id: WorkspaceId, currency: str, persons: Persons | None
) -> tuple[OrderLines, Persons]:
    """Orders once for their number and once for their money; sums do not mind."""
    numbered = facts.occurrences(workspace_id, ORDER, _ORDER_ID, persons=persons)
    unnumbered = facts.occurrences(workspace_id, _UNNUMBERED, persons=persons)
    parts = [_lines(numbered, is_order=True), _lines(unnumbered, is_order=True)]
    for name in (ORDER_COMPLETED, *TAKEN_BACK):
        amounts = facts.occurrences(
            workspace_id, _in(currency, name), AMOUNT, is_number=True, persons=persons
        )
        parts.append(_lines(amounts, is_order=False, is_back=name in TAKEN_BACK))
    whose, time_us, is_order, orders, money = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    rank = np.lexsort((time_us, whose))
    offsets = np.zeros(len(numbered.persons) + 1, np.int64)
    np.cumsum(np.bincount(whose, minlength=len(numbered.persons)), out=offsets[1:])
    lines = OrderLines(offsets, time_us[rank], is_order[rank], orders[rank], money[rank])
    return lines, numbered.persons


def _lines(
    found: Occurrences, *, is_order: bool, is_back: bool = False
) -> tuple[Any, Any, Any, Any, Any]:
    whose = np.repeat(np.arange(len(found.persons)), np.diff(found.offsets))
    codes = np.full(len(whose), -1, np.int64)
    if found.texts is not None:
        encoded = found.texts.dictionary_encode()
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    money = np.zeros(len(whose), np.int64)
    if found.numbers is not None:
        money = np.rint(-np.abs(found.numbers) if is_back else found.numbers).astype(np.int64)
    return whose, found.time_us, np.full(len(whose), is_order, np.bool_), codes, money


def _between(lines: OrderLines, since: int, until: int) -> OrderLines:
    """The lines after one instant and up to another."""
    kept = (lines.time_us > since) & (lines.time_us <= until)
    counts = np.zeros(len(kept) + 1, np.int64)
    np.cumsum(kept, out=counts[1:])
    return replace(
        lines, offsets=counts[lines.offsets], time_us=lines.time_us[kept],
        is_order=lines.is_order[kept], orders=lines.orders[kept], money=lines.money[kept],
    )  # fmt: skip


def _rfm_changes(
    lines: OrderLines, window: tuple[int, int], last: Micros, thresholds: RfmThresholds
) -> Micros:
    """When a line next leaves or enters the window, or the last order grows a fifth older."""
    since, at_us = window
    changes = np.full(len(last), NEVER, np.int64)
    whose = np.repeat(np.arange(len(last)), np.diff(lines.offsets))
    inside = (lines.time_us > since) & (lines.time_us <= at_us)
    leaving = lines.time_us[inside] + (at_us - since)
    np.minimum.at(changes, whose[inside], leaving)
    ahead = lines.time_us > at_us
    np.minimum.at(changes, whose[ahead], lines.time_us[ahead])
    for threshold in thresholds.recency_us:
        due = last + threshold + 1
        changes = np.where((last > 0) & (due > at_us), np.minimum(changes, due), changes)
    return changes
