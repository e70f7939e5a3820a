"""Declaring kinds of identifiers: what is checked before a set of kinds is kept."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from catchment.events import is_kind
from catchment.people.identifiers.defaults import BUILT_IN, DEFAULT_KINDS
from catchment.people.identifiers.errors import KindsMalformed
from catchment.people.identifiers.places import read_place
from catchment.people.identifiers.types import (
    BLOCKED_VALUES_MAX,
    KINDS_MAX,
    LABEL_LENGTH_MAX,
    PLACES_MAX,
    DeclaredKind,
    rules_of,
)
from catchment.people.identity import Strength

CODE_FIRST = 16
"""Numbers below are kept for kinds of the house."""

_LABEL = re.compile(r"[^\x00-\x1f\x7f]+")


def is_built_in(name: str) -> bool:
    """Whether a kind cannot be left out: it is a column of every event."""
    return name in BUILT_IN


def checked(
    kinds: Sequence[DeclaredKind], known: Iterable[DeclaredKind]
) -> tuple[DeclaredKind, ...]:
    """The kinds with their numbers, fit to be kept.

    Args:
        kinds: the whole new set; numbers are given here.
        known: every kind that was ever declared: a number is never given twice.

    Raises:
        KindsMalformed: a built-in kind is missing or changed, or a name, label or place is wrong.
        RulesUnsound: they contradict each other.
    """
    names = [kind.name for kind in kinds]
    if len(names) > KINDS_MAX or len(set(names)) < len(names):
        raise KindsMalformed(f"there are at most {KINDS_MAX} kinds, each named once")
    for name in BUILT_IN:
        if name not in names:
            raise KindsMalformed(f"the kind {name!r} is a column of every event: keep it")
    codes = {kind.name: kind.code for kind in DEFAULT_KINDS}
    codes.update({kind.name: kind.code for kind in known})
    numbered: list[DeclaredKind] = []
    for kind in kinds:
        code = codes.setdefault(kind.name, max([CODE_FIRST, *codes.values()]) + 1)
        numbered.append(_checked(replace(kind, code=code)))
    read_no_more = [kind for kind in known if kind.name not in names]
    rules_of([*numbered, *out_of_the_way(read_no_more, numbered)])
    return tuple(sorted(numbered, key=lambda kind: (kind.priority, kind.name)))


def out_of_the_way(
    dropped: Iterable[DeclaredKind], kinds: Sequence[DeclaredKind]
) -> tuple[DeclaredKind, ...]:
    """Kinds that are read no more, behind all others: the book may still hold some of them."""
    last = max(kind.priority for kind in kinds)
    return tuple(
        replace(
            kind, strength=Strength.WEAK, priority=last + 1 + number, limit=None, people_max=None
        )
        for number, kind in enumerate(sorted(dropped, key=lambda kind: kind.code))
    )


def reading_fingerprint(kinds: Iterable[DeclaredKind]) -> str:
    """Equal only where the same identifiers are read out of the same events."""
    rows = sorted(
        (kind.name, kind.code, sorted(kind.blocked), kind.places, kind.scope_places)
        for kind in kinds
    )
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:32]


def _checked(kind: DeclaredKind) -> DeclaredKind:
    if not is_kind(kind.name):
        raise KindsMalformed(f"{kind.name!r} cannot name a kind of identifier")
    standard = next((one for one in DEFAULT_KINDS if one.name == kind.name), None)
    if is_built_in(kind.name) and standard is not None:
        if kind.strength is not standard.strength or kind.places or kind.scope_places:
            raise KindsMalformed(f"what {kind.name!r} is and where it stands cannot be changed")
        if kind.name == "user" and kind.limit != 1:
            raise KindsMalformed("a person has one user id: its limit is 1")
    for label in (kind.label_zh, kind.label_en):
        if len(label) > LABEL_LENGTH_MAX or _LABEL.fullmatch(label) is None:
            raise KindsMalformed(f"the label {label[:20]!r} of {kind.name!r} cannot be used")
    if len(kind.blocked) > BLOCKED_VALUES_MAX:
        raise KindsMalformed(f"{kind.name!r} blocks more than {BLOCKED_VALUES_MAX:,} values")
    for places in (kind.places, kind.scope_places):
        if len(places) > PLACES_MAX:
            raise KindsMalformed(f"{kind.name!r} stands at more than {PLACES_MAX} places")
        for place in places:
            read_place(place)
    return kind
