"""From sections to answers: which rows count, whose they are, and what they come to.

A person is their nodes: rows are added up under the node that names the person, whatever sections
and nodes they lie in, so joining and splitting people changes the map and nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catchment.kernel import us_from_instant
from catchment.people.facts.ports import Nodes
from catchment.people.facts.sections import Section, empty_section, rows_of
from catchment.people.facts.types import (
    LIST_MAX,
    NEVER,
    Aggregate,
    Fact,
    Measure,
    MeasureAnswer,
    Occurrences,
)

DAY_US = 86_400_000_000
FEW = 16
"""Rows are looked up node by node when the people asked for have fewer than a 16th of them."""

_LAST = frozenset({Aggregate.LAST, Aggregate.LAST_AT, Aggregate.DAYS_SINCE_LAST})

Texts = Callable[[npt.NDArray[np.int64]], pa.Array]
"""The texts of labels' codes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows to look at and whose they are.

    Attributes:
        persons: as they were asked for.
        sections: the rows.
        slots: by what stands in the sections for a node: the person's place, or -1.
    """

    persons: npt.NDArray[np.int32]
    sections: Sequence[Section]
    slots: npt.NDArray[np.int32]


def asked_of(
    sections: Sequence[Section], nodes: Nodes, persons: npt.NDArray[np.int32] | None
) -> Asked:
    """The rows of these people, or of all.

    Args:
        sections: all rows of a fact.
        nodes: who is who.
        persons: nodes that name people, each once; all when not given.
    """
    everyone = persons is None
    wanted = nodes.persons() if persons is None else np.asarray(persons, np.int32)
    total = sum(len(section) for section in sections)
    if not everyone and len(wanted) * FEW < max(total, nodes.count):
        offsets, members = nodes.members_of(wanted)
        slots = np.repeat(np.arange(len(wanted), dtype=np.int32), np.diff(offsets))
        return Asked(wanted, [rows_of(section, members) for section in sections], slots)
    by_owner = np.full(nodes.count, -1, np.int32)
    by_owner[wanted] = np.arange(len(wanted), dtype=np.int32)
    return Asked(wanted, sections, by_owner[nodes.owners])


def asked_by_node(sections: Sequence[Section], nodes: npt.NDArray[np.int32]) -> Asked:
    """The rows of single nodes, each for itself, whoever they belong to."""
    order = np.argsort(nodes, kind="stable")
    slots = order.astype(np.int32)
    return Asked(nodes, [rows_of(section, nodes[order]) for section in sections], slots)


def answer(asked: Asked, measure: Measure, at_us: int, *, zone: str, texts: Texts) -> MeasureAnswer:
    """The measure of the people who were asked for.

    Args:
        asked: the rows and whose they are.
        measure: what to measure.
        at_us: the instant asked about, microseconds since 1970.
        zone: the calendar's IANA zone, for active days.
        texts: reads labels.
    """
    limits = _limits(measure, at_us)
    match measure.aggregate:
        case Aggregate.FIRST | Aggregate.LAST:
            return _ends(asked, measure, limits, texts)
        case Aggregate.SUM | Aggregate.AVERAGE | Aggregate.MIN | Aggregate.MAX:
            return _numbers(asked, measure, limits)
        case Aggregate.MOST_FREQUENT | Aggregate.UNIQUE | Aggregate.DISTINCT:
            return _different(asked, measure, limits, texts)
        case Aggregate.ACTIVE_DAYS:
            return _active_days(asked, limits, zone)
        case _:
            return _times(asked, measure, limits)


def occurrences_of(asked: Asked, fact: Fact, texts: Texts) -> Occurrences:
    """All occurrences of the people who were asked for, in order of time."""
    limits = np.array([NEVER, -NEVER, NEVER, -NEVER, 0], np.int64)
    rows, _ = _gathered(asked, limits, with_values=fact.field is not None)
    numbers = labels = None
    if fact.field is not None:
        if fact.is_number:
            numbers = rows.bits.view(np.float64)
        else:
            labels = texts(rows.bits)
    return Occurrences(asked.persons, rows.offsets, rows.time_us, numbers, labels)


def _limits(measure: Measure, at_us: int) -> npt.NDArray[np.int64]:
    window = 0 if measure.window is None else round(measure.window.total_seconds() * 1_000_000)
    since = -NEVER if measure.since is None else us_from_instant(measure.since)
    until = NEVER if measure.until is None else us_from_instant(measure.until)
    begins = max(since, at_us - window + 1) if window else since
    return np.array([at_us, begins, until, since, window], np.int64)


def _times(asked: Asked, measure: Measure, limits: npt.NDArray[np.int64]) -> MeasureAnswer:
    from catchment.people.facts.measure_walk import walk_times  # noqa: PLC0415  (Numba is heavy)

    people = len(asked.persons)
    count = np.zeros(people, np.int64)
    first, last = np.full(people, NEVER, np.int64), np.full(people, -NEVER, np.int64)
    changes = np.full(people, NEVER, np.int64)
    for section in asked.sections:
        walk_times(
            (section.nodes, section.time_us), asked.slots, limits, (count, first, last, changes)
        )
    if measure.aggregate is Aggregate.COUNT:
        return MeasureAnswer(asked.persons, count.astype(np.float64), None, changes)
    instants = last if measure.aggregate in _LAST else first
    has_any = count > 0
    if measure.aggregate in (Aggregate.FIRST_AT, Aggregate.LAST_AT):
        numbers = np.where(has_any, instants.astype(np.float64), np.nan)
        return MeasureAnswer(asked.persons, numbers, None, changes)
    known = np.where(has_any, instants, limits[0])
    days = (limits[0] - known) // DAY_US
    turns = known + (days + 1) * DAY_US
    numbers = days.astype(np.float64)
    turns[~has_any], numbers[~has_any] = NEVER, np.nan
    return MeasureAnswer(asked.persons, numbers, None, np.minimum(changes, turns))


def _numbers(asked: Asked, measure: Measure, limits: npt.NDArray[np.int64]) -> MeasureAnswer:
    from catchment.people.facts.measure_walk import walk_numbers  # noqa: PLC0415  (Numba is heavy)

    people = len(asked.persons)
    count = np.zeros(people, np.int64)
    sums, rest = np.zeros(people), np.zeros(people)
    least, greatest = np.full(people, np.inf), np.full(people, -np.inf)
    changes = np.full(people, NEVER, np.int64)
    for section in asked.sections:
        walk_numbers(
            (section.nodes, section.time_us, section.bits.view(np.float64)),
            asked.slots,
            limits,
            (count, sums, rest, least, greatest, changes),
        )
    has_any = count > 0
    match measure.aggregate:
        case Aggregate.SUM:
            numbers = sums + rest
        case Aggregate.AVERAGE:
            numbers = np.where(has_any, (sums + rest) / np.maximum(count, 1), np.nan)
        case Aggregate.MIN:
            numbers = np.where(has_any, least, np.nan)
        case _:
            numbers = np.where(has_any, greatest, np.nan)
    return MeasureAnswer(asked.persons, numbers, None, changes)


def _ends(
    asked: Asked, measure: Measure, limits: npt.NDArray[np.int64], texts: Texts
) -> MeasureAnswer:
    from catchment.people.facts.measure_walk import walk_ends  # noqa: PLC0415  (Numba is heavy)

    people = len(asked.persons)
    count = np.zeros(people, np.int64)
    time, tie = np.zeros(people, np.int64), np.zeros(people, np.uint64)
    bits = np.zeros(people, np.int64)
    changes = np.full(people, NEVER, np.int64)
    for section in asked.sections:
        walk_ends(
            (section.nodes, section.time_us, section.ties, section.bits),
            asked.slots,
            limits,
            (count, time, tie, bits, changes),
            measure.aggregate is Aggregate.LAST,
        )
    has_any = count > 0
    if measure.is_number:
        numbers = np.where(has_any, bits.view(np.float64), np.nan)
        return MeasureAnswer(asked.persons, numbers, None, changes)
    return MeasureAnswer(asked.persons, None, _where(has_any, bits, texts), changes)


def _where(has_any: npt.NDArray[np.bool_], codes: npt.NDArray[np.int64], texts: Texts) -> pa.Array:
    """The codes' texts, null where there is none."""
    known = texts(codes[has_any])
    places = np.cumsum(has_any) - 1
    return known.take(pa.array(places, mask=~has_any))


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Rows by person, in order of time."""

    offsets: npt.NDArray[np.int64]
    time_us: npt.NDArray[np.int64]
    ties: npt.NDArray[np.uint64]
    bits: npt.NDArray[np.int64]


def _gathered(
    asked: Asked, limits: npt.NDArray[np.int64], *, with_values: bool
) -> tuple[_Gathered, npt.NDArray[np.int64]]:
    """The rows that count, person by person; and when time changes which."""
    from catchment.people.facts.measure_walk import (  # noqa: PLC0415  (Numba is heavy)
        count_rows,
        find_unsorted,
        place_rows,
    )

    people = len(asked.persons)
    count, changes = np.zeros(people, np.int64), np.full(people, NEVER, np.int64)
    for section in asked.sections:
        count_rows((section.nodes, section.time_us), asked.slots, limits, count, changes)
    offsets = np.zeros(people + 1, np.int64)
    np.cumsum(count, out=offsets[1:])
    rows = int(offsets[-1])
    valued = rows if with_values else 0
    made = _Gathered(
        offsets,
        np.empty(rows, np.int64),
        np.empty(valued, np.uint64),
        np.empty(valued, np.int64),
    )
    free = offsets[:-1].copy()
    none = empty_section()
    for section in asked.sections:
        place_rows(
            (
                section.nodes,
                section.time_us,
                section.ties if with_values else none.ties,
                section.bits if with_values else none.bits,
            ),
            asked.slots,
            limits,
            (free, made.time_us, made.ties, made.bits),
        )
    is_unsorted = np.zeros(people, np.bool_)
    find_unsorted(offsets, made.time_us, made.ties, is_unsorted)
    if is_unsorted.any():
        _sort(made, is_unsorted)
    return made, changes


def _sort(made: _Gathered, is_unsorted: npt.NDArray[np.bool_]) -> None:
    """Puts the rows of these people in order, in place."""
    owner = np.repeat(np.arange(len(is_unsorted)), np.diff(made.offsets))
    rows = np.flatnonzero(is_unsorted[owner])
    if len(made.bits):
        order = np.lexsort((made.bits[rows], made.ties[rows], made.time_us[rows], owner[rows]))
        made.ties[rows] = made.ties[rows[order]]
        made.bits[rows] = made.bits[rows[order]]
    else:
        order = np.lexsort((made.time_us[rows], owner[rows]))
    made.time_us[rows] = made.time_us[rows[order]]


def _active_days(asked: Asked, limits: npt.NDArray[np.int64], zone: str) -> MeasureAnswer:
    from catchment.people.facts.measure_walk import walk_different  # noqa: PLC0415  (Numba)

    rows, changes = _gathered(asked, limits, with_values=False)
    local = pc.local_timestamp(pa.array(rows.time_us).cast(pa.timestamp("us", tz=zone)))
    days = local.cast(pa.int64()).to_numpy(zero_copy_only=False) // DAY_US
    count = np.zeros(len(asked.persons), np.int64)
    walk_different(rows.offsets, days, count, np.empty_like(days))
    return MeasureAnswer(asked.persons, count.astype(np.float64), None, changes)


def _different(
    asked: Asked, measure: Measure, limits: npt.NDArray[np.int64], texts: Texts
) -> MeasureAnswer:
    from catchment.people.facts.measure_walk import (  # noqa: PLC0415  (Numba is heavy)
        walk_different,
        walk_most_frequent,
    )

    rows, changes = _gathered(asked, limits, with_values=True)
    people = len(asked.persons)
    if measure.aggregate is Aggregate.MOST_FREQUENT:
        best = np.zeros(people, np.int64)
        walk_most_frequent(rows.offsets, rows.bits, best)
        found = _where(np.diff(rows.offsets) > 0, best, texts)
        return MeasureAnswer(asked.persons, None, found, changes)
    count, kept = np.zeros(people, np.int64), np.empty_like(rows.bits)
    walk_different(rows.offsets, rows.bits, count, kept)
    if measure.aggregate is Aggregate.DISTINCT:
        return MeasureAnswer(asked.persons, count.astype(np.float64), None, changes)
    owner = np.repeat(np.arange(people), np.diff(rows.offsets))
    rank = np.arange(len(kept)) - rows.offsets[owner]
    is_kept = rank < count[owner]
    return MeasureAnswer(
        asked.persons, None, _lists(owner[is_kept], kept[is_kept], people, texts), changes
    )


def _lists(
    owner: npt.NDArray[np.int64], codes: npt.NDArray[np.int64], people: int, texts: Texts
) -> pa.Array:
    """One list of texts per person, in the order of text, of at most `LIST_MAX`."""
    different, place = np.unique(codes, return_inverse=True)
    labels = texts(different)
    by_text = pc.sort_indices(labels).to_numpy()
    rank = np.empty(len(by_text), np.int64)
    rank[by_text] = np.arange(len(by_text))
    order = np.lexsort((rank[place], owner))
    owners, ranks = owner[order], rank[place][order]
    begins = np.searchsorted(owners, np.arange(people))
    is_kept = np.arange(len(owners)) - begins[owners] < LIST_MAX
    owners, ranks = owners[is_kept], ranks[is_kept]
    offsets = np.searchsorted(owners, np.arange(people + 1)).astype(np.int32)
    values = labels.take(pa.array(by_text[ranks]))
    return pa.ListArray.from_arrays(pa.array(offsets), values)
