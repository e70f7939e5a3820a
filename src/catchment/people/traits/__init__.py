"""Traits: what is known of people, told by senders or computed from what they did.

A trait is a measure with a name, labels and a type. A *declared* one is read from `identify` events
by a stated rule (the last told, the first, all of them …); a *computed* one is any measure. Neither
is stored by person: a trait is evaluated when asked, so merging, splitting and time passing need no
rewriting.
"""

from catchment.people.traits.declare import (
    TraitChange,
    change_trait,
    declare_trait,
    delete_trait,
    get_trait,
    list_traits,
)
from catchment.people.traits.errors import TraitExists, TraitRefused, TraitsFull, TraitUnknown
from catchment.people.traits.preview import TraitPreview, preview_trait
from catchment.people.traits.reading import trait_values
from catchment.people.traits.types import (
    TRAITS_MAX,
    FieldRule,
    Trait,
    TraitSpec,
    TraitType,
    declared_measure,
    placed,
)

__all__ = [
    "TRAITS_MAX",
    "FieldRule",
    "Trait",
    "TraitChange",
    "TraitExists",
    "TraitPreview",
    "TraitRefused",
    "TraitSpec",
    "TraitType",
    "TraitUnknown",
    "TraitsFull",
    "change_trait",
    "declare_trait",
    "declared_measure",
    "delete_trait",
    "get_trait",
    "list_traits",
    "placed",
    "preview_trait",
    "trait_values",
]
