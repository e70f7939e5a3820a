"""Masks: what of a personal value is shown to somebody who works with people every day.

Enough to tell two apart and to compare with what a caller says, too little to call a person or to
look them up elsewhere. One mask per kind, and whatever a value passes for, all its masks together
hide at least four of its digits: what holds a phone number shows no more of it than a phone's mask.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from catchment.events import IdentifierFlaw, spelling
from catchment.vault.detect.names import ADDRESS_OPEN
from catchment.vault.detect.text import BANKCARD, EMAIL, IDCARD, PHONE, TEXT, find_in, said
from catchment.vault.fields.types import plain_key
from catchment.vault.tokens import TOKEN_MARK

HIDDEN = "••••"
"""What is shown of a value that nobody can read any more, or not now."""

UNMASKED = frozenset({"user"})
"""A sender's own id of a user is how operators name a person, and says nothing elsewhere."""

_DOTS = "****"
_HIDDEN_MIN = 4
_HEAD = 3
_TAIL = 4
_KEPT_MAX = 4
_PLAIN_MAX = 64
_DIGITS_MANY = 6

_DISTRICT = re.compile(r"[^\d\s]{1,24}?(?:自治州|地区|盟|市|省|自治区)?[^\d\s]{1,12}?[区县旗]")

_PERSONAL = {
    "phone": PHONE, "mobile": PHONE, "telephone": PHONE, "email": EMAIL,
    "openid": "openid", "unionid": "unionid", "external_userid": "external_userid",
    "idcard": IDCARD, "id_card": IDCARD, "address": "address",
}  # fmt: skip
"""Words in a trait's name that say its value is an identifier, and how that is masked."""


def mask(kind: str, value: str) -> str:
    """The value as it may be shown.

    >>> mask("phone", "+8613812345678")
    '138****5678'
    >>> mask("email", "lin@example.com")
    'l****@example.com'
    """
    return _MASKS.get(kind, _other)(value)


def mask_found(text: str) -> str:
    """A text with every personal value that is found in it masked."""
    parts, at = [], 0
    for kind, start, end in find_in(text):
        parts += [text[at:start], mask(kind, text[start:end])]
        at = end
    return "".join([*parts, text[at:]]) if parts else text


def mask_trait(name: str, value: Any) -> Any:
    """A trait's value, masked where its name says that it is an identifier, however deep.

    Tokens stay: whoever shows them puts their masks in their places.

    >>> mask_trait("mobile", "13812345678")
    '138****5678'
    """
    if isinstance(value, list):
        return [mask_trait(name, one) for one in value]
    if isinstance(value, dict):
        return {key: mask_trait(f"{name}.{key}", one) for key, one in value.items()}
    if isinstance(value, str) and TOKEN_MARK in value:
        return value
    word = next((word for word in _PERSONAL if word in name.lower()), None)
    if word == "address" and plain_key(name.rpartition(".")[2]) in ADDRESS_OPEN:
        word = None  # the vault leaves it in the open as well
    if word is None or value is None or isinstance(value, bool):
        return mask_found(value) if isinstance(value, str) else value
    return mask(_PERSONAL[word], str(value))


def _phone(value: str) -> str:
    bare = said(value)
    spelt = spelling(PHONE, bare)
    if isinstance(spelt, IdentifierFlaw):
        return _ends(bare, _HEAD)
    return _ends(spelt.removeprefix("+86"), _HEAD)


def _email(value: str) -> str:
    name, _, domain = said(value).rpartition("@")
    if not name:
        return _middle(value)
    if sum(map(str.isdecimal, domain)) >= _DIGITS_MANY:
        domain = _DOTS
    return f"{name[:1]}{_DOTS}@{domain}"


def _address(value: str) -> str:
    district = _DISTRICT.match(value.strip())
    return f"{district[0]}{_DOTS}" if district and len(district[0]) < len(value) else _DOTS


def _ends(value: str, head: int) -> str:
    """The first and the last of a number, if enough lies between them."""
    marks = [one for one in value if one.isalnum() or one == "+"]
    count = sum(one.isalnum() for one in marks)
    first = "".join(marks[:head])
    shown = sum(map(str.isalnum, first))
    if count - shown - _TAIL >= _HIDDEN_MIN:
        return f"{first}{_DOTS}{''.join(marks[-_TAIL:])}"
    if count - _TAIL >= _HIDDEN_MIN:
        return f"{_DOTS}{''.join(marks[-_TAIL:])}"
    return _DOTS


def _other(value: str) -> str:
    scope, colon, bare = value.partition(":")
    if find_in(value):
        return mask_found(value)
    # A scope without a value behind it is no scope, but a value that ends in a colon.
    return f"{scope}:{_middle(bare)}" if colon and bare else _middle(value)


def _middle(value: str) -> str:
    kept = min(_KEPT_MAX, (len(value) - _HIDDEN_MIN) // 2)
    return f"{value[:kept]}{_DOTS}{value[-kept:]}" if kept > 0 else _DOTS


_MASKS: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(UNMASKED, lambda value: mask_found(value[:_PLAIN_MAX])),
    PHONE: _phone,
    EMAIL: _email,
    IDCARD: lambda value: _ends(value, _HEAD),
    BANKCARD: lambda value: _ends(value, 0),
    "name": lambda value: f"{value.strip()[:1]}**",
    "address": _address,
    TEXT: lambda _value: _DOTS,
}
