"""Walking through JSON that was sent: every personal value in it, and the place to put a token.

What a field is called decides first, then what a text looks like. Nothing is changed while walking:
the values of many events go into the vault together, and tokens come back for all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from catchment.events import BLOCKED_IDS, written_ids
from catchment.vault.detect.findings import Edit, Findings, Spot
from catchment.vault.detect.names import (
    ADDRESS,
    ADDRESS_OPEN,
    BY_NAME,
    NAME,
    NOT_PERSONAL_IDS,
    PEOPLE_MEMBERS,
    PERSON_NAMES,
    REFERENCES,
)
from catchment.vault.detect.text import BANKCARD, PHONE, find_in
from catchment.vault.fields.types import DeclaredField, DeclaredFields, plain_key
from catchment.vault.tokens import is_token
from catchment.vault.types import DataClass, Purpose

EXTERNAL_IDS = "externalids"
_NAMES_CACHED = 1 << 13
_PLAIN = lru_cache(_NAMES_CACHED)(plain_key)
_PLACE_NAMES_MAX = 16
_NUMBER_MIN = 10**10
"""Smaller numbers are nobody's phone."""

_EXACT_MAX = 1 << 63
_NUMBERS = (PHONE, BANKCARD)


@dataclass(frozen=True, slots=True)
class IdentityPlace:
    """Where a workspace's events carry an identifier.

    Attributes:
        kind: of which kind.
        path: keys from the event's root, as `("traits", "phone")`.
        scopes: paths at which the app or company of such a value is found.
    """

    kind: str
    path: tuple[str, ...]
    scopes: tuple[tuple[str, ...], ...] = ()


class _Member(NamedTuple):
    """What the rules say of an object's member by its names alone.

    Attributes:
        is_odd: its name holds something itself.
        plain: its name as it is compared.
        path: where it stands, in such names.
        told: what it holds.
        is_person: people are told of in it.
    """

    is_odd: bool
    plain: str
    path: tuple[str, ...]
    told: DeclaredField | None
    is_person: bool


class Walker:
    """Finds what is personal by a workspace's rules.

    Args:
        fields: what the workspace declares.
        identities: where its events carry identifiers.
        marks_tokens: text that looks like one of our tokens is a finding, so nobody forges one.
        spares_tokens: a value that is a token and nothing else is none, though it is declared: it
            was taken out before.
    """

    def __init__(
        self,
        fields: DeclaredFields,
        identities: Sequence[IdentityPlace] = (),
        *,
        marks_tokens: bool = True,
        spares_tokens: bool = False,
    ) -> None:
        self._fields = fields
        self._marks_tokens = marks_tokens
        self._spares_tokens = spares_tokens
        self._identities: Mapping[tuple[str, ...], IdentityPlace] = {
            tuple(map(plain_key, one.path)): one
            for one in identities
            if one.kind not in NOT_PERSONAL_IDS
        }
        self._kept = dict(fields.kinds)
        self._members: dict[tuple[tuple[str, ...], str, bool], _Member] = {}

    @property
    def reads_scopes(self) -> bool:
        """Whether what is around a value must be known to say what it means."""
        return any(place.scopes for place in self._identities.values())

    def walk(
        self,
        tree: Any,
        path: tuple[str, ...],
        found: Findings,
        *,
        is_person: bool = False,
        event: Mapping[str, Any] | None = None,
    ) -> None:
        """Finds what is personal in a tree.

        Args:
            tree: decoded JSON: an object or a list; it is changed when the findings are replaced.
            path: where it stands in the event, as `("traits",)`.
            found: takes what is found.
            is_person: people are told of here, so a name is a person's.
            event: the event's trees by column, for scopes that stand elsewhere.
        """
        going = _Pass(self, found, event or {})
        if isinstance(tree, dict):
            going.members(tree, path, is_person=is_person)
        elif isinstance(tree, list):
            going.items(tree, path, None, is_person=is_person)

    def kind_at(self, names: Sequence[str]) -> str | None:
        """What stands at a place by its names alone, from the event's root; none if not personal.

        Names are those of columns and members, as `("traits", "phone")`.
        """
        path = tuple(map(plain_key, names))
        told: DeclaredField | None = None
        for depth, plain in enumerate(path):
            is_person = any(one in PEOPLE_MEMBERS for one in names[:depth])
            own = self.declared(plain, path[: depth + 1], is_person=is_person or told is not None)
            if own is None and told is not None and told.kind == ADDRESS and plain in ADDRESS_OPEN:
                return None
            told = own or told
        return None if told is None or told.data_class is DataClass.GENERAL else told.kind

    def text(
        self, text: str, box: Any, key: Any, found: Findings, *, is_name: bool = False,
        is_number: bool = False,
    ) -> None:  # fmt: skip
        """Finds what is personal in a text that stands at a place.

        Args:
            text: is looked through.
            box: holds it.
            key: under this.
            found: takes what is found.
            is_name: it is the name of a member.
            is_number: what stands here numbers something, so bare digits are nobody's.
        """
        parts: list[str | int] = []
        at = 0
        spared = _NUMBERS if is_number and _is_bare(text) else ()
        for kind, start, end in find_in(text, marks_tokens=self._marks_tokens):
            known = self.known(kind)
            if kind not in spared and known.data_class is not DataClass.GENERAL:
                parts += [text[at:start], found.add(Spot(known, text[start:end]))]
                at = end
        if parts:
            parts.append(text[at:])
            found.edits.append(Edit(box, key, parts, is_name))

    def declared(
        self, plain: str, path: tuple[str, ...], *, is_person: bool
    ) -> DeclaredField | None:
        """What a place holds by its names; `plain` is the last of them."""
        fields = self._fields
        own = fields.paths.get(path) or fields.keys.get(plain)
        place = self._identities.get(path)
        if own is not None and (place is None or own.data_class is not DataClass.GENERAL):
            return own
        if place is not None:
            return self.known(place.kind)
        if plain in BY_NAME:
            return self.known(BY_NAME[plain])
        if is_person and plain in PERSON_NAMES:
            return self.known(NAME)
        return None

    def member(self, path: tuple[str, ...], name: str, *, is_person: bool) -> _Member:
        """What is known of a member before its value is looked at; remembered, for it comes again.

        Args:
            path: where the object stands.
            name: the member's, as it was sent.
            is_person: people are told of in the object.
        """
        known = self._members.get((path, name, is_person))
        if known is None:
            plain = _PLAIN(name)
            inner = (*path, plain)
            known = _Member(
                _is_odd_name(name), plain, inner,
                self.declared(plain, inner, is_person=is_person),
                is_person or name in PEOPLE_MEMBERS,
            )  # fmt: skip
            if len(self._members) >= _NAMES_CACHED:
                self._members = {}
            self._members[path, name, is_person] = known
        return known

    def spares(self, value: str) -> bool:
        """Whether a value was taken out before, and is left as it is."""
        return self._spares_tokens and is_token(value)

    def place(self, path: tuple[str, ...]) -> IdentityPlace | None:
        """The identifier that stands at a path."""
        return self._identities.get(path)

    def known(self, kind: str) -> DeclaredField:
        """How values of a kind are kept."""
        known = self._kept.get(kind)
        if known is None:
            known = self._kept[kind] = DeclaredField(kind, DataClass.IMPORTANT, Purpose.SERVICE)
        return known


class _Pass:
    """One walk through one tree.

    Args:
        rules: say what is personal.
        found: takes what is.
        event: the event's trees by column.
    """

    __slots__ = ("_event", "_found", "_rules")

    def __init__(self, rules: Walker, found: Findings, event: Mapping[str, Any]) -> None:
        self._rules, self._found, self._event = rules, found, event

    def members(self, tree: dict[str, Any], path: tuple[str, ...], *, is_person: bool) -> None:
        """Looks at each member of an object, and at its name."""
        for name, value in tree.items():
            member = self._rules.member(path, name, is_person=is_person)
            if member.is_odd:
                self._rules.text(name, tree, name, self._found, is_name=True)
            if value is None or value is True or value is False:
                continue
            if member.plain == EXTERNAL_IDS and isinstance(value, list):
                self._external_ids(value, member.path)
                continue
            self._value(tree, name, member.path, member.told, is_person=member.is_person)

    def items(
        self, tree: list[Any], path: tuple[str, ...], told: DeclaredField | None, *, is_person: bool
    ) -> None:
        """Looks at each item of a list, which are all of what the list is."""
        for index in range(len(tree)):
            self._value(tree, index, path, told, is_person=is_person)

    def _value(
        self, box: Any, key: Any, path: tuple[str, ...], told: DeclaredField | None, *,
        is_person: bool,
    ) -> None:  # fmt: skip
        value = box[key]
        if value is None or isinstance(value, bool):
            return
        is_general = told is not None and told.data_class is DataClass.GENERAL
        if isinstance(value, list):
            self.items(value, path, told, is_person=is_person)
        elif told is None or is_general:
            self._untold(box, key, path, is_person=is_person, is_general=is_general)
        elif isinstance(value, dict):
            self._told_members(value, path, told)
        else:
            self._whole(box, key, path, told)

    def _untold(
        self, box: Any, key: Any, path: tuple[str, ...], *, is_person: bool, is_general: bool
    ) -> None:
        """Looks at what nobody said is personal: only its looks can tell."""
        value = box[key]
        is_number = is_general or (bool(path) and path[-1] in REFERENCES)
        if isinstance(value, dict):
            self.members(value, path, is_person=is_person)
        elif isinstance(value, str):
            self._rules.text(value, box, key, self._found, is_number=is_number)
        elif isinstance(value, int | Decimal) and not -_NUMBER_MIN < value < _NUMBER_MIN:
            text = _text_of(value).removeprefix("-")
            self._rules.text(text, box, key, self._found, is_number=is_number)

    def _told_members(
        self, tree: dict[str, Any], path: tuple[str, ...], told: DeclaredField
    ) -> None:
        """Members of what is declared are that too, but for the open ones of an address."""
        for name in tree:
            if _is_odd_name(name):
                self._rules.text(name, tree, name, self._found, is_name=True)
            plain = _PLAIN(name)
            inner = (*path, plain)
            own = self._rules.declared(plain, inner, is_person=True)
            is_open = own is None and told.kind == ADDRESS and plain in ADDRESS_OPEN
            self._value(tree, name, inner, None if is_open else own or told, is_person=True)

    def _external_ids(self, entries: list[Any], path: tuple[str, ...]) -> None:
        for entry in entries:
            if not isinstance(entry, dict):
                continue
            written = next(iter(written_ids({"externalIds": [entry]})), None)
            is_open = written is None or written.kind in NOT_PERSONAL_IDS
            told = None if is_open or written is None else self._rules.known(written.kind)
            if written is None or told is None or told.data_class is DataClass.GENERAL:
                self.members(entry, path, is_person=False)
            elif isinstance(written.value, str | int | Decimal):
                self._edit(entry, "id", Spot(told, _text_of(written.value), written.scope))

    def _whole(self, box: Any, key: Any, path: tuple[str, ...], told: DeclaredField) -> None:
        place = self._rules.place(path)
        scope = None
        if place is not None and place.kind == told.kind:
            scope = _scope_at(place, self._event)
        self._edit(box, key, Spot(told, _text_of(box[key]), scope))

    def _edit(self, box: Any, key: Any, spot: Spot) -> None:
        if not (_stands_for_nobody(spot.value) or self._rules.spares(spot.value)):
            self._found.edits.append(Edit(box, key, self._found.add(spot)))


@lru_cache(_NAMES_CACHED)
def _is_odd_name(name: str) -> bool:
    """Whether the name of a member holds something itself."""
    return bool(find_in(name, marks_tokens=True))


def _is_bare(text: str) -> bool:
    """Whether it is digits and nothing else."""
    return text.isascii() and text.isdigit()


def _text_of(value: object) -> str:
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        return str(int(value)) if abs(value) < _EXACT_MAX else str(value)
    return str(value)


def _stands_for_nobody(text: str) -> bool:
    """Whether this is how nothing is written: `unknown`, `n/a`, `0`."""
    bare = text.strip()
    return not bare.strip("0-*") or bare.lower() in BLOCKED_IDS


def _scope_at(place: IdentityPlace, event: Mapping[str, Any]) -> str | None:
    for path in place.scopes:
        value: Any = event
        for name in path[:_PLACE_NAMES_MAX]:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, str) and value:
            return value
    return None


def personal_kind(
    fields: DeclaredFields, identities: Sequence[IdentityPlace], names: Sequence[str]
) -> str | None:
    """The kind of personal data that a place in an event holds by its names; `None` for none.

    >>> personal_kind(DeclaredFields(), (), ("traits", "phone"))
    'phone'
    """
    return Walker(fields, identities).kind_at(names)
