"""The words of declared fields: where personal data stands, of which kind and class it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from catchment.vault.types import DataClass, Purpose

FIELDS_MAX = 200
PLACE_LENGTH_MAX = 256
RETENTION_DAYS_MAX = 36_500
ANYWHERE = "*."
KIND_PLACE = "kind:"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What an operator declares of a field.

    Attributes:
        place: a path from the event's root, as `traits.wxid`, or `*.memo`: that key anywhere.
        kind: values of one kind are masked and revealed alike.
        label_zh, label_en: what people call it.
        data_class: how closely it is kept.
        purposes: what it is kept for; the first one names the key of new values.
        retention_days: how long after it was last sent; none: until the person is forgotten.
    """

    place: str
    kind: str
    label_zh: str
    label_en: str
    data_class: DataClass = DataClass.IMPORTANT
    purposes: tuple[Purpose, ...] = (Purpose.SERVICE,)
    retention_days: int | None = None


@dataclass(frozen=True, slots=True)
class PrivacyField:
    """A field that is known, built in or declared.

    Attributes:
        id: `fld_…`, or `built_in_…`.
        spec: what is declared of it.
        is_built_in: found without anybody declaring it.
        created_by, created_at: of a declared one.
    """

    id: str
    spec: FieldSpec
    is_built_in: bool = False
    created_by: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ValuesKept:
    """How many values of a kind and class the vault holds, and when the newest was sent."""

    kind: str
    data_class: DataClass
    purpose: Purpose
    values: int
    last_day: date | None


@dataclass(frozen=True, slots=True)
class DeclaredField:
    """What landing needs to know of a field."""

    kind: str
    data_class: DataClass
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class DeclaredFields:
    """A workspace's own fields, as landing asks for them.

    Attributes:
        keys: by a key's name wherever it stands, normalised by `plain_key`.
        paths: by a path of such names from the event's root, as `("traits", "wxid")`.
        kinds: what is said of built-in kinds instead of the house's own word.
    """

    keys: Mapping[str, DeclaredField] = field(default_factory=dict)
    paths: Mapping[tuple[str, ...], DeclaredField] = field(default_factory=dict)
    kinds: Mapping[str, DeclaredField] = field(default_factory=dict)


def plain_key(name: str) -> str:
    """A key's name as places are compared: lower case, letters and digits only.

    >>> plain_key("Receiver_Phone")
    'receiverphone'
    """
    return "".join(sign for sign in name.lower() if sign.isalnum())


def declared_fields(fields: Sequence[PrivacyField]) -> DeclaredFields:
    """Fields as landing asks for them."""
    keys: dict[str, DeclaredField] = {}
    paths: dict[tuple[str, ...], DeclaredField] = {}
    kinds: dict[str, DeclaredField] = {}
    for one in fields:
        spec = one.spec
        known = DeclaredField(spec.kind, spec.data_class, spec.purposes[0])
        if spec.place.startswith(KIND_PLACE):
            kinds[spec.kind] = known
        elif spec.place.startswith(ANYWHERE):
            keys[plain_key(spec.place.removeprefix(ANYWHERE))] = known
        else:
            paths[tuple(plain_key(part) for part in spec.place.split("."))] = known
    return DeclaredFields(keys, paths, kinds)
