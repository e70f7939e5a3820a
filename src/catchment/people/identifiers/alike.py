"""The same phone or address under another kind of identifier.

Many senders name their users by the phone itself. That id and the phone are two identifiers, and
nothing joins them by itself; but whoever is to be forgotten by one of them, or is looked for, is
meant by the other too. Only ids that are the number and nothing else count: one that merely holds
it, or looks like it, is somebody else's.
"""

import re
from collections.abc import Iterable, Sequence

from catchment.events import IdentifierFlaw, spelling

PHONE = "phone"
EMAIL = "email"

GIVEN_BY_PLATFORMS = frozenset({"unionid", "openid", "external_userid", "buyer"})
"""Kinds whose values no sender chooses."""

_DIALLED = re.compile(r"\+?[0-9][0-9\s().\-]{5,31}")
_NOISE = re.compile(r"[\s().\-]+")
_MAINLAND = re.compile(r"\+86(1[3-9][0-9]{9})")


def number_of(kind: str, value: str) -> tuple[str, str] | None:
    """The phone or the e-mail address that an identifier is, as its kind and one spelling.

    Args:
        kind: the identifier's.
        value: as a sender wrote it.
    """
    if kind in GIVEN_BY_PLATFORMS:
        return None
    if kind != EMAIL and (kind == PHONE or _DIALLED.fullmatch(value.strip())):
        phone = spelling(PHONE, value)
        if isinstance(phone, IdentifierFlaw):
            return None
        # An id of digits is a phone only where it is written as one is.
        is_one = kind == PHONE or _NOISE.sub("", value) in _writings(phone)
        return (PHONE, phone) if is_one else None
    address = spelling(EMAIL, value) if kind != PHONE else IdentifierFlaw.MALFORMED
    return None if isinstance(address, IdentifierFlaw) else (EMAIL, address)


def alike(kind: str, value: str, kinds: Iterable[str]) -> Sequence[tuple[str, str]]:
    """What else somebody who goes by this identifier may go by, as kind and spelling.

    The phone or the address itself, and each kind that a sender chooses the values of, in the
    writings that are usual and the one that was sent. Nothing for what is neither.

    Args:
        kind: the identifier's.
        value: as a sender wrote it.
        kinds: all that are declared.
    """
    found = number_of(kind, value)
    if found is None:
        return ()
    written = dict.fromkeys([*(_writings(found[1]) if found[0] == PHONE else found[1:]), value])
    chosen = [one for one in kinds if one not in {PHONE, EMAIL, *GIVEN_BY_PLATFORMS}]
    spelt = [(one, spelling(one, text)) for one in chosen for text in written]
    return [found, *((one, text) for one, text in spelt if not isinstance(text, IdentifierFlaw))]


def _writings(phone: str) -> tuple[str, ...]:
    """How senders write a phone as an id.

    One of another country has its `+` alone: without it the digits may be anybody's.
    """
    mainland = _MAINLAND.fullmatch(phone)
    if mainland is None:
        return (phone,)
    digits = mainland[1]
    return (phone, digits, f"86{digits}", f"0086{digits}")
