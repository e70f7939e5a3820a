"""Reading occurrences out of the event table: one question for many facts at once.

The new events of all facts come back as one table: whose, when, and a column for each different
filter and each different field. Which rows are whose occurrence is then told column by column, so a
hundred facts over the same few events cost one scan.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from catchment.kernel import WorkspaceId
from catchment.lake import (
    EVENTS,
    Engine,
    Field,
    FilterTree,
    LogSpan,
    as_number,
    as_text,
    micros,
    parse_field,
    predicate,
)
from catchment.people.facts.ports import Nodes
from catchment.people.facts.sections import Section, in_order
from catchment.people.facts.types import Fact
from catchment.people.ports import Forgotten

ROWS_MAX = 500_000
"""Rows that one question brings back, roughly."""

_KEY_BYTES = 16


class CodesOf(Protocol):
    """Gives texts their codes, new ones too; the labels of a book are one."""

    def codes_of(self, texts: pa.Array) -> npt.NDArray[np.int64]:
        """The codes of texts, none of them null."""


def spans(
    engine: Engine, workspace_id: WorkspaceId, facts: Sequence[Fact], after: int, until: int
) -> list[tuple[int, int]]:
    """Spans of log positions, each of about `ROWS_MAX` rows of these facts at most.

    Returns:
        Pairs (after, up to), which together cover `after` to `until`.
    """
    if engine.arrivals(workspace_id, after).events_max <= ROWS_MAX:
        return [(after, until)]
    step = max(1, (until - after) // 4096)
    events = _chosen(facts)
    piece = ((events.log_position - after - 1) // step).cast("int64")
    counted = engine.query(
        workspace_id,
        events.group_by(piece=piece).aggregate(n=events.count()),
        span=LogSpan(after, until),
    )
    rows = dict(zip(counted["piece"].to_pylist(), counted["n"].to_pylist(), strict=True))
    made, begins, held = [], after, 0
    for one in sorted(rows):
        if held and held + rows[one] > ROWS_MAX:
            cut = after + one * step
            made.append((begins, cut))
            begins, held = cut, 0
        held += rows[one]
    made.append((begins, until))
    return made


def read_known(  # noqa: PLR0917  (as `read_rows`, and whose they are)
    engine: Engine,
    workspace_id: WorkspaceId,
    facts: Sequence[Fact],
    span: tuple[int, int],
    nodes: Nodes,
    forgotten: Forgotten,
) -> tuple[pa.Table, npt.NDArray[np.int32]]:
    """The rows of `read_rows`, and whose each is; what reached us before a forgetting is left out.

    A subject that is not known yet has no node: -1 stands there.
    """
    rows = read_rows(engine, workspace_id, facts, *span)
    gone = forgotten(workspace_id)
    if gone and rows.num_rows:
        hits = pc.is_in(rows["subject"], pa.array(list(gone), pa.string()))
        keep = ~hits.to_numpy()
        received = rows["received_us"].to_numpy()
        for place in np.flatnonzero(~keep).tolist():
            keep[place] = received[place] > gone[rows["subject"][place].as_py()]
        rows = rows.filter(pa.array(keep))
    return rows, nodes.nodes_of(rows["subject"])


def read_rows(
    engine: Engine, workspace_id: WorkspaceId, facts: Sequence[Fact], after: int, until: int
) -> pa.Table:
    """The events that fit any of these facts, with what tells which; see `occurrences_in`."""
    return engine.query(workspace_id, _rows(tuple(facts)), span=LogSpan(after, until))


@lru_cache(maxsize=128)
def _rows(facts: tuple[Fact, ...]) -> Any:
    """The question of `read_rows`; the same facts ask it in the same words."""
    events = _chosen(facts)
    columns: dict[str, Any] = {
        "subject": events.subject,
        "name": events.name,
        "kind": events.kind,
        "time_us": micros(events.time),
        "received_us": micros(events.received_time),
        "event_key": events.event_key,
    }
    for filters, name in _filters(facts).items():
        columns[name] = predicate(events, filters)
    for (field, is_number), name in _fields(facts).items():
        columns[name] = _number(events, field) if is_number else as_text(events, field)
    return events.select(**columns)


def occurrences_in(
    rows: pa.Table,
    nodes: npt.NDArray[np.int32],
    facts: Sequence[Fact],
    codes: CodesOf,
) -> dict[Fact, Section]:
    """What of these rows is an occurrence of which fact; facts without any are left out.

    Args:
        rows: of `read_rows`, for the same facts.
        nodes: whose each row is.
        facts: which.
        codes: gives texts their codes.
    """
    if not rows.num_rows:
        return {}
    time_us = rows["time_us"].to_numpy()
    ties = _ties(rows["event_key"])
    names, kinds = _encoded(rows["name"]), _encoded(rows["kind"])
    filters, fields = _filters(facts), _fields(facts)
    columns = {
        (field, is_number): _values(rows[name], codes, is_number=is_number)
        for (field, is_number), name in fields.items()
    }
    found: dict[Fact, Section] = {}
    none = np.zeros(0, np.uint64)
    for fact in facts:
        fits = np.ones(rows.num_rows, np.bool_)
        if fact.condition.event is not None:
            fits &= names[0] == names[1].get(fact.condition.event, -1)
        if fact.condition.kind is not None:
            fits &= kinds[0] == kinds[1].get(fact.condition.kind, -1)
        if fact.condition.filters:
            fits &= rows[filters[fact.condition.filters]].to_numpy().astype(np.bool_)
        bits = np.zeros(0, np.int64)
        if fact.field is not None:
            column, is_set = columns[parse_field(fact.field), fact.is_number]
            fits &= is_set
            bits = column
        if fits.any():
            chosen = np.flatnonzero(fits)
            found[fact] = in_order(
                Section(
                    nodes[chosen],
                    time_us[chosen],
                    ties[chosen] if fact.field is not None else none,
                    bits[chosen] if fact.field is not None else bits,
                )
            )
    return found


def _chosen(facts: Sequence[Fact]) -> Any:
    """The events that could fit one of the facts."""
    names, kinds = set(), set()
    for fact in facts:
        if fact.condition.event is not None:
            names.add(fact.condition.event)
        elif fact.condition.kind is not None:
            kinds.add(fact.condition.kind)
        else:
            return EVENTS
    some = [EVENTS.name.isin(sorted(names))] if names else []
    some += [EVENTS.kind.isin(sorted(kinds))] if kinds else []
    return EVENTS.filter(reduce(or_, some)) if some else EVENTS.filter(False)  # noqa: FBT003


def _filters(facts: Sequence[Fact]) -> Mapping[tuple[FilterTree, ...], str]:
    """A column's name for each different filter."""
    different = dict.fromkeys(fact.condition.filters for fact in facts if fact.condition.filters)
    return {filters: f"fits_{number}" for number, filters in enumerate(different)}


def _fields(facts: Sequence[Fact]) -> Mapping[tuple[Field, bool], str]:
    """A column's name for each different field and way of reading it."""
    different = dict.fromkeys(
        (parse_field(fact.field), fact.is_number) for fact in facts if fact.field is not None
    )
    return {key: f"value_{number}" for number, key in enumerate(different)}


def _number(events: Any, field: Field) -> Any:
    number = as_number(events, field).cast("float64")
    return number.nullif(float("nan"))


def _encoded(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int32], Mapping[str, int]]:
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    places = {value: place for place, value in enumerate(encoded.dictionary.to_pylist())}
    return encoded.indices.to_numpy(zero_copy_only=False), places


def _ties(keys: pa.ChunkedArray) -> npt.NDArray[np.uint64]:
    """The first half of each key as a number that sorts as the key does."""
    fixed = keys.combine_chunks().cast(pa.binary(_KEY_BYTES))
    if isinstance(fixed, pa.ChunkedArray):
        fixed = fixed.combine_chunks()
    begins = fixed.offset * _KEY_BYTES
    packed = fixed.buffers()[1][begins : begins + len(fixed) * _KEY_BYTES]
    return np.frombuffer(packed, ">u8").reshape(-1, 2)[:, 0].astype(np.uint64)


def _values(
    column: pa.ChunkedArray, codes: CodesOf, *, is_number: bool
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """The column's values as bits, and where they are set."""
    if is_number:
        numbers = column.cast(pa.float64()).to_numpy()
        # A negative zero is zero: the two must not differ as bits.
        return (numbers + 0.0).view(np.int64), np.isfinite(numbers)
    is_set = pc.is_valid(column).to_numpy()
    encoded = column.filter(pa.array(is_set)).combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    bits = np.zeros(len(is_set), np.int64)
    if len(encoded):
        known = codes.codes_of(encoded.dictionary)
        bits[is_set] = known[encoded.indices.to_numpy(zero_copy_only=False)]
    return bits, is_set
