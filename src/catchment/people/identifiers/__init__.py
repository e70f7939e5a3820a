"""Identifiers: the kinds a workspace declares, where events carry them, and what is refused.

An event names somebody in its own two columns (user id and anonymous id), among its external ids,
and at declared places in its JSON. All are read in bulk, spelt one way, and become links for the
book of identities; what cannot be one is counted with its reason.
"""

from catchment.people.identifiers.declare import is_built_in
from catchment.people.identifiers.defaults import DEFAULT_KINDS
from catchment.people.identifiers.errors import KindsMalformed, PlaceMalformed
from catchment.people.identifiers.types import DeclaredKind, Refusal, RefusalReason

__all__ = [
    "DEFAULT_KINDS",
    "DeclaredKind",
    "KindsMalformed",
    "PlaceMalformed",
    "Refusal",
    "RefusalReason",
    "is_built_in",
]
