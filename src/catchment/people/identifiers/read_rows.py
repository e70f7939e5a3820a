"""Reading identifiers out of events' JSON, row by row: only rows that can hold one come here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from catchment.events import IdentifierFlaw, spelling, written_ids
from catchment.kernel import instant_from_us
from catchment.people.identifiers.places import COLUMNS, Place, read_place
from catchment.people.identifiers.types import DeclaredKind, Refusal, RefusalReason
from catchment.people.masking import mask

VALUES_MAX = 16
"""So many values of one place are read, where a list stands there."""

_EMPTY = "{}"
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Found:
    """An identifier in an event: which kind, and its one spelling."""

    kind: DeclaredKind
    value: str


@dataclass(frozen=True, slots=True)
class Unfit:
    """A value that is no identifier, with what is shown of it."""

    kind: str
    reason: RefusalReason
    example: str


class RowReader:
    """Reads the identifiers of one event after the other.

    Args:
        kinds: those that are read.
    """

    def __init__(self, kinds: Iterable[DeclaredKind]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}
        self._blocked = {name: frozenset(kind.blocked) for name, kind in self._kinds.items()}
        self._places = [
            (kind, read_place(place), [read_place(scope) for scope in kind.scope_places])
            for kind in self._kinds.values()
            for place in kind.places
        ]

    @property
    def places(self) -> Sequence[Place]:
        """Every place that is looked at."""
        return [place for _, place, _ in self._places]

    def read(self, row: Mapping[str, Any]) -> Iterator[Found | Unfit]:
        """The identifiers of a row beside its user id and its anonymous id.

        Args:
            row: `traits`, `properties` and `context`, as text; what is missing says nothing.
        """
        columns = {name: _object(row[name]) for name in COLUMNS if row.get(name, _EMPTY) != _EMPTY}
        for written in written_ids(columns.get("context", {})):
            yield self._judged(written.kind, written.value, written.scope)
        for kind, place, scopes in self._places:
            told = place.value(columns)
            if told is None or told == "":
                continue
            scope = next((s for s in (_text(p.value(columns)) for p in scopes) if s), None)
            values = told[:VALUES_MAX] if isinstance(told, list) else [told]
            for value in values:
                yield self._judged(kind.name, value, scope)

    def _judged(self, name: str, value: Any, scope: str | None) -> Found | Unfit:
        kind = self._kinds.get(name)
        if kind is None:
            return Unfit(name, RefusalReason.UNDECLARED, mask(name, str(value)))
        spelt = spelling(name, value, scope)
        if isinstance(spelt, IdentifierFlaw):
            return Unfit(name, RefusalReason(spelt.value), mask(name, str(value)))
        blocked = self._blocked[name]
        if blocked and (spelt in blocked or (isinstance(value, str) and value in blocked)):
            return Unfit(name, RefusalReason.BLOCKED, mask(name, spelt))
        return Found(kind, spelt)


class RefusalTally:
    """Counts what was refused, by kind and reason.

    Args:
        counted_to: events up to this position are counted already.
    """

    def __init__(self, counted_to: int) -> None:
        self._counted_to = counted_to
        self._counts: dict[tuple[str, RefusalReason], tuple[int, str, str, int]] = {}

    def add(self, unfit: Unfit, *, source_id: str, received_us: int, position: int) -> None:
        """Counts one, unless its event was counted before."""
        if position <= self._counted_to:
            return
        key = (unfit.kind, unfit.reason)
        count, example, source, last = self._counts.get(key, (0, "", "", -1))
        if received_us >= last:
            example, source, last = unfit.example, source_id, received_us
        self._counts[key] = (count + 1, example, source, last)

    def refusals(self) -> list[Refusal]:
        """What was counted."""
        return [
            Refusal(kind, reason, count, example, source, instant_from_us(last))
            for (kind, reason), (count, example, source, last) in self._counts.items()
        ]


def _object(text: str) -> Any:
    try:
        return _decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
