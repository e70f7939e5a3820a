"""The life-cycle as a fold: every person's changes of stage, each with its date.

The stage on any date is a pure function of the timeline: the last change up to it. Changes that
only time will bring stand in the list already, dated ahead; another order puts them off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catchment.events import ORDER_COMPLETED
from catchment.kernel import WorkspaceId
from catchment.lake import EVENTS, Engine, Timelines, predicate
from catchment.people.facts import NEVER, Condition
from catchment.people.levels.types import LifeCycleRules, Micros

_READER, _FOLLOWER, _LEAD, _NEW_ORDER, _ADVOCACY = 1, 2, 4, 8, 16
_FIRST_DEEDS = _READER | _FOLLOWER | _LEAD

BITS_COLUMN = "bits"

TRANSITIONS = pa.schema(
    [
        pa.field("person", pa.string()),
        pa.field("at_us", pa.int64()),
        pa.field("before", pa.int8()),
        pa.field("after", pa.int8()),
    ]
)
"""One change of stage a row, each person's together and in order of time; `before` is -1 at first.
Stages are places in `STAGES`."""


@dataclass(frozen=True, slots=True)
class Transitions:
    """Changes of stage of many people.

    Attributes:
        persons: the place of the person among those who were walked, rising.
        at_us: when, rising within a person.
        before, after: codes of stages; before is -1 at a person's first.
    """

    persons: npt.NDArray[np.int32]
    at_us: Micros
    before: npt.NDArray[np.int8]
    after: npt.NDArray[np.int8]


def transitions_of(
    offsets: Micros, time_us: Micros, bits: npt.NDArray[np.uint8], rules: LifeCycleRules
) -> Transitions:
    """Every change of stage in these timelines.

    Args:
        offsets: person `i` owns rows `offsets[i]:offsets[i + 1]`.
        time_us: rising within a person.
        bits: what each event is; see `life_walk`.
        rules: the spans.
    """
    from catchment.people.levels.life_walk import walk_life  # noqa: PLC0415  (Numba is heavy)

    room = len(time_us) + 2 * int(np.count_nonzero(bits & _NEW_ORDER))
    persons, at = np.empty(room, np.int32), np.empty(room, np.int64)
    before, after = np.empty(room, np.int8), np.empty(room, np.int8)
    spans = np.array(rules.spans_us, np.int64)
    count = walk_life((offsets, time_us, bits), spans, (persons, at, before, after), NEVER)
    return Transitions(persons[:count], at[:count], before[:count], after[:count])


def first_lines(
    persons: npt.NDArray[Any], orders: npt.NDArray[np.int64], is_order: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Where an order is met for the first time; one without a number is always a new one.

    Args:
        persons: whose each row is; rows are in order of time within a person.
        orders: the order's code, -1 for none.
        is_order: rows that are orders at all.
    """
    is_first = is_order & (orders < 0)
    numbered = np.flatnonzero(is_order & (orders >= 0))
    if len(numbered):
        # Stable, so that of equal rows the earliest comes first.
        rank = np.lexsort((orders[numbered], persons[numbered]))
        whose, which = persons[numbered][rank], orders[numbered][rank]
        begins = np.ones(len(rank), np.bool_)
        begins[1:] = (whose[1:] != whose[:-1]) | (which[1:] != which[:-1])
        is_first[numbered[rank[begins]]] = True
    return is_first


@dataclass(frozen=True, slots=True)
class LifeCycleFold:
    """The life-cycle as a kernel that an engine folds, over the events of `life_events`.

    Attributes:
        rules: what makes whom what.
    """

    rules: LifeCycleRules

    @property
    def columns(self) -> Sequence[str]:
        """What it needs besides person and time."""
        return (BITS_COLUMN, "order_id")

    @property
    def schema(self) -> pa.Schema:
        """Changes of stage."""
        return TRANSITIONS

    def fold(self, timelines: Timelines) -> pa.Table:
        """The changes of stage of these people."""
        bits = timelines.columns[BITS_COLUMN].cast(pa.uint8()).to_numpy(zero_copy_only=False).copy()
        numbers = timelines.columns["order_id"].dictionary_encode()
        codes = numbers.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        lengths = np.diff(timelines.offsets)
        whose = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        is_first = first_lines(whose, codes, (bits & _NEW_ORDER) > 0)
        bits[~is_first] &= np.uint8(255 ^ _NEW_ORDER)
        found = transitions_of(timelines.offsets, timelines.time_us, bits, self.rules)
        people = timelines.people.take(pa.array(found.persons))
        return pa.table([people, found.at_us, found.before, found.after], schema=TRANSITIONS)

    def merge(self, partials: pa.Table) -> pa.Table:
        """No person is in two of them."""
        return partials


def life_events(rules: LifeCycleRules) -> Any:
    """The events that can change anybody's stage, as an Ibis expression with their bits.

    Of what only matters the first time (being seen, reading, following, becoming a lead), only the
    first is kept; so a million page views cost a fold nothing.
    """
    bits = ibis.literal(0, "int32")
    stages = (rules.reader, rules.follower, rules.lead, (Condition(ORDER_COMPLETED),),
              rules.advocate)  # fmt: skip
    for place, deeds in enumerate(stages):
        if deeds:
            is_one = reduce(or_, (_fits(deed) for deed in deeds))
            bits = bits + ibis.ifelse(is_one, 1 << place, 0)
    events = EVENTS.select(
        "person", "time", "sequence", "event_key", "order_id", **{BITS_COLUMN: bits.cast("int32")}
    )
    kept = events.filter(events[BITS_COLUMN] >= _NEW_ORDER)
    low = (events[BITS_COLUMN] % (_FIRST_DEEDS + 1)).cast("int32")
    firsts = (
        events.group_by("person", low=low)
        .aggregate(time=events.time.min(), event_key=events.event_key.min())
        .select(
            "person",
            "time",
            sequence=ibis.null("int64"),
            event_key="event_key",
            order_id=ibis.null("string"),
            **{BITS_COLUMN: "low"},
        )
    )
    return ibis.union(kept, firsts)


def _fits(deed: Condition) -> Any:
    parts = []
    if deed.event is not None:
        parts.append(EVENTS.name == deed.event)
    if deed.kind is not None:
        parts.append(EVENTS.kind == deed.kind)
    if deed.filters:
        parts.append(predicate(EVENTS, deed.filters))
    return reduce(and_, parts)


def fold_life_cycle(engine: Engine, workspace_id: WorkspaceId, rules: LifeCycleRules) -> pa.Table:
    """Every change of stage of everyone, as `TRANSITIONS`, those that are still ahead included."""
    return engine.fold(workspace_id, LifeCycleFold(rules), life_events(rules))
