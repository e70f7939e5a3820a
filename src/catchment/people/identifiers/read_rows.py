"""Reading identifiers out of events' JSON, row by row: only rows that can hold one come here.

Where a value was taken to the vault a token stands. Its tag is the identifier's subject already, so
most are read without anything being opened; a token that was made for another kind, or for a value
that is no identifier, is handed back to be opened and judged as a value is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from catchment.events import SCOPED, IdentifierFlaw, spelling, written_ids
from catchment.kernel import instant_from_us
from catchment.people.identifiers.places import COLUMNS, Place, read_place
from catchment.people.identifiers.types import DeclaredKind, Refusal, RefusalReason
from catchment.vault import is_token, mask, parse_token

VALUES_MAX = 16
"""So many values of one place are read, where a list stands there."""

Hash = Callable[[str, Sequence[str]], list[str]]

_EMPTY = "{}"
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Found:
    """An identifier in an event.

    Attributes:
        kind: which kind.
        value: its one spelling, or the token that stands for it.
        subject: of a token, the subject that it is tagged with.
    """

    kind: DeclaredKind
    value: str
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A token that does not say whose subject it is: it must be opened to be judged.

    Attributes:
        kind: the name of the kind that stands at its place.
        token: as it stands there.
        scope: what stands at the kind's scope places, if anything.
    """

    kind: str
    token: str
    scope: str | None


@dataclass(frozen=True, slots=True)
class Unfit:
    """A value that is no identifier, with what is shown of it: its mask, or its token."""

    kind: str
    reason: RefusalReason
    example: str


class RowReader:
    """Reads the identifiers of one event after the other.

    Args:
        kinds: those that are read.
        hashes: the subjects of values of one kind; by them tokens of blocked values are known.
    """

    def __init__(
        self, kinds: Iterable[DeclaredKind], hashes: Hash = lambda _kind, _values: []
    ) -> None:
        self._kinds = {kind.name: kind for kind in kinds}
        self._blocked = {name: frozenset(kind.blocked) for name, kind in self._kinds.items()}
        self._blocked_subjects = {
            name: frozenset(hashes(name, _spelt_all(name, values)))
            for name, values in self._blocked.items()
        }
        self._places = [
            (kind, read_place(place), [read_place(scope) for scope in kind.scope_places])
            for kind in self._kinds.values()
            for place in kind.places
        ]

    @property
    def places(self) -> Sequence[Place]:
        """Every place that is looked at."""
        return [place for _, place, _ in self._places]

    def read(self, row: Mapping[str, Any]) -> Iterator[Found | Unfit | Sealed]:
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

    def opened(self, sealed: Sealed, value: str | None) -> Found | Unfit | None:
        """What a sealed value turned out to be; nothing where it was forgotten."""
        if value is None:
            return None
        found = self._judged(sealed.kind, value, sealed.scope)
        if isinstance(found, Unfit):
            # What is kept of it is the token, which is shown by its mask as long as it can be.
            return Unfit(found.kind, found.reason, sealed.token)
        return found if isinstance(found, Found) else None

    def _judged(self, name: str, value: Any, scope: str | None) -> Found | Unfit | Sealed:
        kind = self._kinds.get(name)
        if is_token(value):
            return self._by_tag(name, kind, value, scope)
        if kind is None:
            return Unfit(name, RefusalReason.UNDECLARED, mask(name, str(value)))
        spelt = spelling(name, value, scope)
        if isinstance(spelt, IdentifierFlaw):
            return Unfit(name, RefusalReason(spelt.value), mask(name, str(value)))
        blocked = self._blocked[name]
        if blocked and (spelt in blocked or (isinstance(value, str) and value in blocked)):
            return Unfit(name, RefusalReason.BLOCKED, mask(name, spelt))
        return Found(kind, spelt)

    def _by_tag(
        self, name: str, kind: DeclaredKind | None, value: str, scope: str | None
    ) -> Found | Unfit | Sealed:
        if kind is None:
            return Unfit(name, RefusalReason.UNDECLARED, value)
        token = parse_token(value)
        # What is blocked may be written without the scope that went into the tag.
        is_scoped = bool(kind.scope_places) or name in SCOPED
        if token.kind != name or token.tag is None or (is_scoped and self._blocked[name]):
            return Sealed(name, value, scope)
        if token.tag in self._blocked_subjects[name]:
            return Unfit(name, RefusalReason.BLOCKED, value)
        return Found(kind, value, token.tag)


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


def _spelt_all(kind: str, values: Iterable[str]) -> list[str]:
    """The values as they are written and as they are spelt: an operator may have blocked either."""
    spelt = {one for value in values for one in (value, spelling(kind, value))}
    return sorted(one for one in spelt if not isinstance(one, IdentifierFlaw))
